//! The one error type of the library.
//!
//! A message names a place and says what to do; it never carries text of a
//! document, and never the message of a foreign parser (which may quote the
//! document). Whoever wants more detail gets a number, not a string.

use std::borrow::Cow;
use std::fmt;

use crate::document::Location;

/// The result of everything that can fail here.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, where, and whether the whole run must end.
#[derive(Debug)]
pub struct Error {
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    what: Cow<'static, str>,
    place: Option<Location>,
}

/// The kind of failure; reports count by it and exit codes follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No format reads this file.
    Unsupported,
    /// The file is damaged or is not what it claims to be.
    Broken,
    /// The file needs a password that was not given.
    Encrypted,
    /// The file holds a part that can neither be cleaned nor dropped.
    Refused,
    /// A part could not be read by a machine, so it was not examined.
    NotExamined,
    /// A limit on size, nesting or count was hit.
    Limit,
    /// A recognizer failed; nothing it should have seen counts as examined.
    Recognizer,
    /// The policy says that a file with this kind of data is not delivered.
    Blocked,
    /// The written copy still holds a value that was to be removed.
    Leak,
    /// The written copy differs from the original outside the mentions.
    Fidelity,
    /// Reading or writing a file failed.
    Io,
    /// A bug: an inner promise did not hold, or a parser panicked.
    Internal,
    /// The NER model is missing, damaged or does not work here.
    Model,
    /// The mapping store failed.
    Store,
    /// A key is missing, wrong or kept in the wrong place.
    Key,
    /// The settings contradict each other or themselves.
    Settings,
}

impl ErrorKind {
    /// All kinds.
    pub const ALL: &'static [Self] = &[
        Self::Unsupported,
        Self::Broken,
        Self::Encrypted,
        Self::Refused,
        Self::NotExamined,
        Self::Limit,
        Self::Recognizer,
        Self::Blocked,
        Self::Leak,
        Self::Fidelity,
        Self::Io,
        Self::Internal,
        Self::Model,
        Self::Store,
        Self::Key,
        Self::Settings,
    ];

    /// The kind as a stable word for reports that machines read.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unsupported => "unsupported",
            Self::Broken => "broken",
            Self::Encrypted => "encrypted",
            Self::Refused => "refused",
            Self::NotExamined => "not_examined",
            Self::Limit => "limit",
            Self::Recognizer => "recognizer",
            Self::Blocked => "blocked",
            Self::Leak => "leak",
            Self::Fidelity => "fidelity",
            Self::Io => "io",
            Self::Internal => "internal",
            Self::Model => "model",
            Self::Store => "store",
            Self::Key => "key",
            Self::Settings => "settings",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// Whether the whole run must stop, and not just this file.
    #[must_use]
    pub const fn is_fatal(self) -> bool {
        matches!(self, Self::Model | Self::Store | Self::Key | Self::Settings)
    }
}

impl Error {
    /// A failure with a message that holds no text of any document.
    #[must_use]
    pub fn new(kind: ErrorKind, what: impl Into<Cow<'static, str>>) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                what: what.into(),
                place: None,
            }),
        }
    }

    /// The same failure with the place where it happened.
    #[must_use]
    pub fn at(mut self, place: Location) -> Self {
        self.inner.place = Some(place);
        self
    }

    /// An input or output failure: what was tried, and the system's own word for the cause.
    #[must_use]
    pub fn io(doing: &'static str, error: &std::io::Error) -> Self {
        Self::new(ErrorKind::Io, format!("{doing}: {}", error.kind()))
    }

    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The message without the place.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.inner.what
    }

    /// The place, if it is known.
    #[must_use]
    pub fn place(&self) -> Option<&Location> {
        self.inner.place.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.what)?;
        if let Some(place) = &self.inner.place {
            write!(f, " ({place})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_place() {
        let error = Error::new(ErrorKind::Broken, "a tag is not closed")
            .at(Location::new("body").paragraph(3));
        assert_eq!(error.to_string(), "a tag is not closed (body, paragraph 3)");
        assert_eq!(error.kind().code(), "broken");
    }

    #[test]
    fn only_what_touches_all_files_is_fatal() {
        assert!(ErrorKind::Store.is_fatal());
        assert!(!ErrorKind::Leak.is_fatal());
    }
}
