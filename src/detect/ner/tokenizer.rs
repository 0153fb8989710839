//! Text to model tokens with byte ranges, by the `tokenizers` crate.

use std::ops::Range;

use tokenizers::Tokenizer;
use unicode_normalization::char::is_combining_mark;

use super::model::model_error;
use crate::error::{Error, ErrorKind, Result};

/// A tokenizer.
pub(super) struct Pieces {
    tokenizer: Tokenizer,
}

/// A token and the bytes of text it stands for.
pub(super) type Piece = (u32, Range<usize>);

impl Pieces {
    pub(super) fn new(json: &[u8]) -> Result<Self> {
        let mut tokenizer = Tokenizer::from_bytes(json)
            .map_err(|_| model_error("the model's tokenizer cannot be read"))?;
        // Many a tokenizer file cuts long text off, which would go unseen.
        tokenizer
            .with_truncation(None)
            .map_err(|_| model_error("the model's tokenizer cannot be read"))?
            .with_padding(None);
        Ok(Self { tokenizer })
    }

    /// The id of a special token, by the first of some names that is known.
    pub(super) fn special(&self, names: &[&str]) -> Option<u32> {
        let mut ids = names.iter().map(|name| self.tokenizer.token_to_id(name));
        ids.find_map(|id| id)
    }

    /// The largest id that a text can get, and one more.
    pub(super) fn n_ids(&self) -> usize {
        let ids = self.tokenizer.get_vocab(true).into_values();
        let most = ids.max().and_then(|most| usize::try_from(most).ok());
        most.map_or(0, |most| most.saturating_add(1))
    }

    /// The tokens of a line, without special ones.
    pub(super) fn encode(&self, line: &str) -> Result<Vec<Piece>> {
        let encoding = self.tokenizer.encode(line, false).map_err(|_| {
            Error::new(
                ErrorKind::Recognizer,
                "the model's tokenizer failed on this text",
            )
        })?;
        let offsets = encoding.get_offsets().iter();
        let mut pieces = Vec::with_capacity(offsets.len());
        for (id, (start, end)) in encoding.get_ids().iter().zip(offsets) {
            pieces.push((*id, *start..*end + marks(line, *end)));
        }
        Ok(pieces)
    }
}

/// Bytes of combining marks at a place. A normalizer that composes "u" and its
/// mark to "ü" gives the token the place of the "u" only.
fn marks(line: &str, at: usize) -> usize {
    let rest = line.get(at..).unwrap_or_default();
    let marks = rest.chars().take_while(|c| is_combining_mark(*c));
    marks.map(char::len_utf8).sum()
}
