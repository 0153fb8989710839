//! Files that hold files: the segments of all of them in one document, and
//! edits sent on to the file they belong to.

use super::OpenFile;
use crate::document::{Document, Edit};
use crate::error::{Error, ErrorKind, Result};

/// Files in a file.
#[derive(Default)]
pub(super) struct Nested {
    pub(super) document: Document,
    children: Vec<Child>,
}

struct Child {
    file: Box<dyn OpenFile>,
    /// Index of its first segment in the common document.
    first: usize,
}

impl Nested {
    /// Adds a file; tells its index.
    pub(super) fn push(&mut self, file: Box<dyn OpenFile>) -> usize {
        let first = self.document.segments().len();
        for segment in file.document().segments() {
            self.document.push(segment.clone());
        }
        for notice in file.document().notices() {
            self.document.notice(notice.kind, notice.what, notice.n);
        }
        self.children.push(Child { file, first });
        self.children.len() - 1
    }

    /// How many files there are.
    pub(super) fn n_files(&self) -> usize {
        self.children.len()
    }

    /// Forgets the files from an index on; what was said about them stays said.
    pub(super) fn truncate(&mut self, n_files: usize) {
        if let Some(first) = self.children.get(n_files).map(|child| child.first) {
            self.document.truncate(first);
            self.children.truncate(n_files);
        }
    }

    /// Every file with its edits made, in order.
    ///
    /// # Errors
    /// If one of them cannot be written.
    pub(super) fn rewrite(&self, edits: &[Edit]) -> Result<Vec<Vec<u8>>> {
        let mut sorted: Vec<&Edit> = edits.iter().collect();
        sorted.sort_by_key(|edit| edit.span);
        let mut rest = sorted.as_slice();
        let mut outputs = Vec::with_capacity(self.children.len());
        for (index, child) in self.children.iter().enumerate() {
            let end = self
                .children
                .get(index + 1)
                .map_or(usize::MAX, |next| next.first);
            let n = rest.partition_point(|edit| edit.span.segment() < end);
            let (own, others) = rest.split_at_checked(n).unwrap_or((rest, &[]));
            rest = others;
            let own: Result<Vec<Edit>> = own.iter().map(|edit| child.edit(edit)).collect();
            outputs.push(child.file.rewrite(&own?)?);
        }
        if rest.is_empty() {
            Ok(outputs)
        } else {
            Err(foreign())
        }
    }
}

impl Child {
    /// An edit as the file itself knows it.
    fn edit(&self, edit: &Edit) -> Result<Edit> {
        let segment = edit
            .span
            .segment()
            .checked_sub(self.first)
            .ok_or_else(foreign)?;
        let document = self.file.document();
        let span = document
            .span(segment, edit.span.start(), edit.span.end())
            .ok_or_else(foreign)?;
        Ok(Edit {
            span,
            with: edit.with.clone(),
        })
    }
}

fn foreign() -> Error {
    Error::new(ErrorKind::Internal, "an edit for another document")
}
