//! The steps of cleaning, so that a test can turn them off one by one and see
//! whether the check of the written copy notices. Outside of tests they are
//! always on and cost nothing: the question is a constant there.
//!
//! Whoever adds a place where something is left out gives it a step;
//! `leaks::mutation` says so when one has none.

use super::OpenFile;
use crate::document::{Document, Edit};
use crate::error::Result;

/// A step of cleaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// Keys of PDF objects that no schema lists are left out.
    PdfKeys,
    /// What the catalog and the trailer have beside the pages is left out.
    PdfCatalog,
    /// The document's information and identifier are left out.
    PdfTrailer,
    /// Properties of marked content are left out.
    PdfMarks,
    /// Comments and stray operands in content are left out.
    PdfComments,
    /// Pictures in a PDF lose their metadata.
    PdfPictures,
    /// Color profiles lose their texts.
    PdfProfiles,
    /// Resources and fonts lose telling names.
    PdfNames,
    /// Fonts lose what the pages do not show.
    PdfFonts,
    /// Layers lose their names.
    PdfLayers,
    /// Annotations lose everything but their place and what they show.
    PdfAnnotations,
    /// Parts of a package that no table lists are left out.
    Parts,
    /// Comments and processing instructions are left out.
    Remarks,
    /// Elements with data of other programs are left out.
    Elements,
    /// Attributes with people and versions are replaced.
    Attributes,
    /// Relations to what is left out, and to files of the author, are cut.
    Relations,
    /// Declarations of what is left out are cut.
    Types,
    /// Shared strings that no cell shows are emptied.
    Strings,
    /// Objects in a document are built anew.
    Objects,
    /// Pictures lose their metadata.
    Pictures,
    /// Text formats: what is no text (scripts, routes, embedded data) is cut.
    Cuts,
    /// Parts of a mail that no format reads are left out.
    MailParts,
    /// Text outside of the parts of a mail is left out.
    MailOutside,
    /// Entries of an archive that no format reads are left out.
    Entries,
}

impl Step {
    /// All of them.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 24] = [
        Self::PdfKeys,
        Self::PdfCatalog,
        Self::PdfTrailer,
        Self::PdfMarks,
        Self::PdfComments,
        Self::PdfPictures,
        Self::PdfProfiles,
        Self::PdfNames,
        Self::PdfFonts,
        Self::PdfLayers,
        Self::PdfAnnotations,
        Self::Parts,
        Self::Remarks,
        Self::Elements,
        Self::Attributes,
        Self::Relations,
        Self::Types,
        Self::Strings,
        Self::Objects,
        Self::Pictures,
        Self::Cuts,
        Self::MailParts,
        Self::MailOutside,
        Self::Entries,
    ];
}

/// Whether a step is turned off.
#[cfg(not(test))]
pub(crate) const fn is_off(_: Step) -> bool {
    false
}

#[cfg(test)]
thread_local! {
    static OFF: std::cell::Cell<Option<Step>> = const { std::cell::Cell::new(None) };
}

/// Whether a step is turned off on this thread.
#[cfg(test)]
pub(crate) fn is_off(step: Step) -> bool {
    OFF.get() == Some(step)
}

/// Does something with a step turned off on this thread, then turns it on again.
#[cfg(test)]
pub(crate) fn without<T>(step: Option<Step>, work: impl FnOnce() -> T) -> T {
    OFF.set(step);
    let done = work();
    OFF.set(None);
    done
}

/// Bytes that nobody reads and that are delivered as they are.
struct AsItIs(Vec<u8>, Document);

/// What a step that is turned off leaves of a file in a file.
pub(crate) fn as_it_is(bytes: Vec<u8>) -> Box<dyn OpenFile> {
    Box::new(AsItIs(bytes, Document::new()))
}

impl OpenFile for AsItIs {
    fn document(&self) -> &Document {
        &self.1
    }

    fn rewrite(&self, _: &[Edit]) -> Result<Vec<u8>> {
        Ok(self.0.clone())
    }
}
