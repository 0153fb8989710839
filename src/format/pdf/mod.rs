//! PDF: reads the text of pages, takes parts of it out of the content itself
//! and writes stand-ins in their place; everything beside the pages is dropped.
//!
//! The way of a file: `load` opens it, `pages` makes a clean copy that
//! holds nothing unknown, `interpret` finds every glyph of that copy,
//! `text` makes segments of them. A rewrite plans (`plan`, `reflow`),
//! changes the content (`splice`), cleans again, reads the result back
//! (`gate`) and saves ([`write`]). What is analyzed is always what will be
//! written, never the input.
//!
//! Scans, text that no font explains, and unapplied redactions make the file
//! refused: nobody could say what is in them.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "objects of a PDF have ten types, and a place that wants one treats the other nine alike"
)]

mod geometry;
mod lex;
mod tidy;

mod copy;
mod fields;
mod pages;
mod picture;
mod schema;

mod font;
mod glyph;
mod interpret;
mod show;

mod layout;
mod text;

mod plan;
mod reflow;
mod splice;
mod typeface;

mod gate;
mod load;
mod read_back;
mod scrub;
mod write;

use self::interpret::Analysis;
use self::pages::Clean;
use self::text::Sources;
use self::typeface::Typefaces;
use crate::document::{Document, Edit, NoticeKind};
use crate::error::Result;
use crate::format::{Format, OpenFile, ReadOptions};

pub use read_back::{second_reader, streams};

/// The format.
#[derive(Clone, Copy, Debug)]
pub struct Pdf;

/// An opened file.
#[derive(Debug)]
struct OpenPdf {
    clean: Clean,
    analysis: Analysis,
    sources: Sources,
    document: Document,
    budget: usize,
}

impl Format for Pdf {
    fn name(&self) -> &'static str {
        "pdf"
    }

    fn accepts(&self, head: &[u8], extension: &str) -> bool {
        // Readers allow junk before the header; a text may quote one.
        let head = head.get(..1024).unwrap_or(head);
        let at = memchr::memmem::find(head, b"%PDF-");
        at.is_some_and(|at| at == 0 || extension == "pdf")
    }

    fn open(&self, input: Vec<u8>, options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        let budget = load::budget(options);
        let loaded = load::load(&input, options.password.as_deref(), budget)?;
        let mut clean = pages::clean(&loaded.doc, budget)?;
        let was_locked = loaded.doc.was_encrypted();
        drop(loaded.doc);
        let analysis = load::analyze(&mut clean)?;
        gate::examinable(&analysis)?;
        if !was_locked {
            gate::nothing_lost(&input, &analysis)?;
        }
        drop(input);
        let mut document = Document::new();
        let sources = text::fill(&mut document, &analysis);
        for (what, n) in &clean.dropped {
            document.notice(NoticeKind::Dropped, *what, *n);
        }
        document.notice(
            NoticeKind::Repaired,
            pages::CROSS_REFERENCES,
            loaded.n_repairs,
        );
        document.notice(
            NoticeKind::NotExamined,
            pages::PICTURES,
            gate::n_pictures(&analysis),
        );
        Ok(Box::new(OpenPdf {
            clean,
            analysis,
            sources,
            document,
            budget,
        }))
    }
}

impl OpenFile for OpenPdf {
    fn document(&self) -> &Document {
        &self.document
    }

    fn rewrite(&self, edits: &[Edit]) -> Result<Vec<u8>> {
        let mut typefaces = Typefaces::default();
        let plan = plan::plan(
            &self.document,
            &self.analysis,
            &self.sources,
            edits,
            &mut typefaces,
        )?;
        gate::no_pictures_under(&self.analysis, &plan)?;
        let mut changed = self.clean.out.clone();
        splice::splice(
            &mut changed,
            &self.clean.pages,
            &self.analysis,
            &plan,
            &mut typefaces,
        )?;
        // Cleaning again takes out resources that nothing calls any more.
        let mut again = pages::clean(&changed, self.budget)?;
        drop(changed);
        let written = load::analyze(&mut again)?;
        gate::same_text(&self.analysis, &plan, &written)?;
        let bytes = write::finish(again.out, &written, self.budget)?;
        gate::second_opinion(&bytes, &written)?;
        Ok(bytes)
    }
}
