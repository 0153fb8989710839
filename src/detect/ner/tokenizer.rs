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
