//! Restoring while an answer is still being written: text in, text out, with
//! pseudonyms that are split over chunks.
//!
//! What may still be the beginning of something longer is held back: the last
//! bytes of the buffer, from before anything that reaches into them.

use std::io::{Read, Write};

use super::{Restored, Restorer};
use crate::error::{Error, ErrorKind, Result};

/// Bytes read at once.
const CHUNK: usize = 16 << 10;
/// Held back: longer than any pseudonym with everything that may be done to it.
const HELD: usize = 1024;
/// Less than this is not worth a look.
const LEAST: usize = 256;

impl Restorer<'_> {
    /// Restores text as it comes. Only UTF-8; other encodings are for files.
    ///
    /// # Errors
    /// If reading or writing fails, the text is not UTF-8, or the store or the
    /// key fails. What was written until then is right.
    pub fn stream(&mut self, input: &mut dyn Read, output: &mut dyn Write) -> Result<Restored> {
        let mut restored = Restored::default();
        let mut buffer = String::new();
        let mut bytes: Vec<u8> = Vec::new();
        let mut chunk = vec![0; CHUNK];
        loop {
            let n = match input.read(&mut chunk) {
                Ok(n) => n,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Error::io("reading the answer", &error)),
            };
            bytes.extend_from_slice(chunk.get(..n).unwrap_or_default());
            take_text(&mut bytes, &mut buffer, n == 0)?;
            let upto = if n == 0 {
                buffer.len()
            } else {
                buffer.len().saturating_sub(HELD)
            };
            if upto < LEAST && n > 0 {
                continue;
            }
            let (text, n_taken) = self.head(&buffer, upto, &mut restored)?;
            buffer.drain(..n_taken);
            output
                .write_all(text.as_bytes())
                .and_then(|()| output.flush())
                .map_err(|error| Error::io("writing the answer", &error))?;
            if n == 0 {
                return Ok(restored);
            }
        }
    }

    /// The restored form of the text up to about a place, and how far it reaches.
    fn head(
        &mut self,
        text: &str,
        upto: usize,
        restored: &mut Restored,
    ) -> Result<(String, usize)> {
        // Counted once, when it is certain: this first look only finds the cut.
        let mut unheard = Restored::default();
        let places = self.places(text, &mut unheard)?;
        let mut cut = (0..=upto)
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0);
        if upto < text.len() {
            // Not within a word, and not within a place.
            let head = text.get(..cut).unwrap_or_default();
            cut = head.rfind(char::is_whitespace).unwrap_or(cut);
        }
        for range in &places {
            if range.start < cut && cut < range.end {
                cut = range.start;
            }
        }
        let (out, heard) = self.text(text.get(..cut).unwrap_or_default())?;
        restored.add(heard);
        Ok((out, cut))
    }
}

/// Moves whole characters from bytes to text.
fn take_text(bytes: &mut Vec<u8>, text: &mut String, last: bool) -> Result<()> {
    let valid = match std::str::from_utf8(bytes) {
        Ok(whole) => whole.len(),
        // Half a character at the end may be completed by the next chunk.
        Err(error) if error.error_len().is_none() && !last => error.valid_up_to(),
        Err(_) => {
            return Err(Error::new(
                ErrorKind::Broken,
                "standard input is not UTF-8; name the answer as a file",
            ));
        }
    };
    let rest = bytes.split_off(valid);
    let head = std::mem::replace(bytes, rest);
    if let Ok(head) = String::from_utf8(head) {
        text.push_str(&head);
    }
    Ok(())
}
