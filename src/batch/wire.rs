//! What the run and its child processes say to each other, and how it crosses a
//! pipe: a length, a message as JSON, a length, bytes that go with it.
//!
//! Documents cross only as the bytes of the source and of the copy. Who reads a
//! message from a child must not trust it: the child worked on hostile input.

use std::io::{Error, ErrorKind, Read, Result, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Longest message in bytes: a plan of a file with a million names fits.
const MAX_MESSAGE: u64 = 256 << 20;

/// What a child is asked to do.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Ask {
    /// Read the file whose bytes go with this, and keep what was found.
    Scan { name: String },
    /// The same for a report without copies.
    Survey { name: String, folders: Vec<String> },
    /// Decide what each mention becomes; the store is asked over the pipe.
    Plan { scope: [u8; 32] },
    /// Write the copy and read it back.
    Apply { folder: String },
    /// What the store says.
    Answer(Answer),
}

/// What a child says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Told {
    /// It is ready for work.
    Ready,
    /// A file was read; its report as a line of the spool.
    Scanned { report: String },
    /// A question to the store.
    Call(Call),
    /// A plan was made.
    Planned {
        name: String,
        subjects: Vec<i64>,
        report: String,
    },
    /// A copy was made; its bytes go with this.
    Applied {
        doubts: Vec<Spot>,
        text: Option<(String, String)>,
    },
    /// It did not work.
    Failed {
        kind: String,
        what: String,
        place: Option<Spot>,
    },
}

/// A place in a file: the part's name and four numbers.
pub(super) type Spot = (String, [u32; 4]);

/// A question to the mapping store.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Call {
    Subject([u8; 32]),
    BindSubject {
        blind: [u8; 32],
        entity_type: String,
        scope: [u8; 32],
        code: String,
    },
    Surface(i64, [u8; 32]),
    BindSurface {
        subject: i64,
        blind: [u8; 32],
        variant: String,
        sealed: Vec<u8>,
    },
    Surrogates([u8; 32]),
    BindSurrogate {
        shown: String,
        blind: [u8; 32],
        part: Option<[u8; 32]>,
        subject: Option<i64>,
        entity_type: String,
        sealed: Vec<u8>,
    },
}

/// What the mapping store says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    Subject(Option<(i64, String)>),
    /// The key that is bound now; `None`: somebody else has it.
    Bound(Option<i64>),
    Variant(Option<String>),
    Surrogates(Vec<String>),
    Issued(bool),
}

/// Sends a message with the bytes that go with it.
///
/// # Errors
/// If the other side is gone.
pub(super) fn send(out: &mut dyn Write, message: &impl Serialize, bytes: &[u8]) -> Result<()> {
    let message = serde_json::to_vec(message).map_err(Error::other)?;
    for part in [message.as_slice(), bytes] {
        let n = u64::try_from(part.len()).map_err(Error::other)?;
        out.write_all(&n.to_le_bytes())?;
        out.write_all(part)?;
    }
    out.flush()
}

/// Waits for a message. At most `most` bytes may go with it.
///
/// # Errors
/// If the other side is gone, or says something that makes no sense.
pub(super) fn receive<T: DeserializeOwned>(from: &mut dyn Read, most: u64) -> Result<(T, Vec<u8>)> {
    let message = part(from, MAX_MESSAGE)?;
    let message = serde_json::from_slice(&message).map_err(Error::other)?;
    Ok((message, part(from, most)?))
}

fn part(from: &mut dyn Read, most: u64) -> Result<Vec<u8>> {
    let mut n = [0; 8];
    from.read_exact(&mut n)?;
    let n = u64::from_le_bytes(n);
    if n > most {
        return Err(ErrorKind::InvalidData.into());
    }
    // Grows with what really comes, whatever length was announced.
    let mut bytes = Vec::new();
    from.take(n).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|read| read == n) {
        Ok(bytes)
    } else {
        Err(ErrorKind::UnexpectedEof.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_crosses_whole_or_not_at_all() {
        let ask = Ask::Apply {
            folder: "Akte".into(),
        };
        let mut pipe = Vec::new();
        send(&mut pipe, &ask, b"bytes").unwrap();
        let (read, bytes): (Ask, _) = receive(&mut pipe.as_slice(), 5).unwrap();
        assert!(matches!(read, Ask::Apply { folder } if folder == "Akte"));
        assert_eq!(bytes, b"bytes");
        assert!(receive::<Ask>(&mut pipe.as_slice(), 4).is_err(), "too much");
        for cut in 0..pipe.len() {
            assert!(receive::<Ask>(&mut pipe.get(..cut).unwrap(), 5).is_err());
        }
        let endless = u64::MAX.to_le_bytes();
        assert!(receive::<Ask>(&mut endless.as_slice(), 5).is_err());
    }
}
