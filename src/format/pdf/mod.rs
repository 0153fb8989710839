//! PDF: reads the text of pages, takes parts of it out of the content itself
//! and writes stand-ins in their place. Of what stands beside the pages, an
//! allow-list is copied and its texts are examined like those of the pages.
//!
//! The way of a file: `load` opens it, `pages` makes a clean copy that
//! holds nothing unknown, `interpret` finds every glyph of that copy,
//! `redact` applies redactions that were only marked, `text` and `strings` make
//! segments. A rewrite plans (`plan`, `reflow`), changes the content (`splice`)
//! and the pictures under it (`paint`), cleans again, reads the result back
//! (`gate`), attaches the files that were in the file (`attachments`) and saves
//! (`write`). What is analyzed is always what will be written, never the input.
//!
//! Scans, pictures with text and text that no font explains are drawn
//! (`canvas`), read by OCR (`sight`) and get a new text layer (`layer`). Without
//! the OCR program they make the file refused: nobody could say what is in them.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "objects of a PDF have ten types, and a place that wants one treats the other nine alike"
)]

mod geometry;
mod lex;
mod tidy;

mod annotations;
mod attachments;
mod catalog;
mod copy;
mod fields;
mod names;
mod navigate;
mod pages;
mod picture;
mod profile;
mod schema;
mod strings;
mod structure;

mod font;
mod glyph;
mod interpret;
mod show;

mod layout;
mod text;

mod paint;
mod plan;
mod raster;
mod redact;
mod reflow;
mod splice;
mod typeface;

mod canvas;
mod covers;
mod layer;
mod reading;
mod sight;

mod gate;
mod load;
mod read_back;
mod recover;
mod scrub;
mod write;

use self::attachments::Attachment;
use self::interpret::Analysis;
use self::pages::Clean;
use self::sight::{Seen, Sighted};
use self::text::Sources;
use self::typeface::Typefaces;
use crate::document::{Document, Edit, NoticeKind};
use crate::error::{Error, ErrorKind, Result};
use crate::format::{Format, OpenFile, ReadOptions, scan};

pub(crate) use names::font_words;
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
    /// The segment of the first string beside the pages.
    first_string: usize,
    attachments: Vec<Attachment>,
    /// Pages that OCR has read.
    seen: Vec<Seen>,
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
        let (ready, n_repairs) = ready(input, options, budget)?;
        let Ready { doc, sighted } = ready;
        let Sighted {
            clean,
            analysis,
            seen,
            n_codes,
            n_layers,
        } = sighted;
        let mut document = Document::new();
        let sources = text::fill(&mut document, &analysis);
        let first_string = strings::fill(&mut document, &clean.places);
        let (attachments, n_dropped) = attachments::open_all(&doc, &mut document, options, budget);
        attachments::notice(&mut document, n_dropped);
        for (what, n) in &clean.dropped {
            document.notice(NoticeKind::Dropped, *what, *n);
        }
        document.notice(NoticeKind::Repaired, pages::CROSS_REFERENCES, n_repairs);
        document.notice(
            NoticeKind::NotExamined,
            pages::PICTURES,
            gate::n_pictures(&analysis, |page| seen.iter().any(|seen| seen.page == page)),
        );
        let n_seen = geometry::small(seen.len());
        document.notice(NoticeKind::NotExamined, scan::UNSEEN, n_seen);
        document.notice(NoticeKind::Dropped, scan::CODES, n_codes);
        document.notice(NoticeKind::Dropped, pages::LAYERS, n_layers);
        Ok(Box::new(OpenPdf {
            clean,
            analysis,
            sources,
            document,
            first_string,
            attachments,
            seen,
            budget,
        }))
    }
}

/// A file that can be examined.
struct Ready {
    doc: lopdf::Document,
    sighted: Sighted,
}

/// Loads a file; where the first parser's objects do not lead to a file that
/// can be examined, those of the second may.
fn ready(input: Vec<u8>, options: &ReadOptions, budget: usize) -> Result<(Ready, u32)> {
    let password = options.password.as_deref();
    let first = load::load(&input, password, budget).and_then(|loaded| {
        let ready = examined(&input, loaded.doc, options.max_pages, budget)?;
        Ok((ready, loaded.n_repairs))
    });
    let error = match first {
        Ok(ready) => return Ok(ready),
        Err(error) => error,
    };
    let damage = matches!(
        error.kind(),
        ErrorKind::Broken | ErrorKind::Fidelity | ErrorKind::NotExamined
    );
    let other = damage.then(|| recover::load(&input, password)).flatten();
    match other.map(|doc| examined(&input, doc, options.max_pages, budget)) {
        Some(Ok(ready)) => Ok((ready, 1)),
        _ => Err(error),
    }
}

fn examined(input: &[u8], doc: lopdf::Document, max_pages: usize, budget: usize) -> Result<Ready> {
    let mut clean = pages::clean(&doc, budget)?;
    if clean.pages.len() > max_pages {
        return Err(Error::new(
            ErrorKind::Limit,
            format!("more than {max_pages} pages; raise --max-pages to examine it"),
        ));
    }
    let analysis = load::analyze(&mut clean)?;
    if !doc.was_encrypted() {
        gate::nothing_lost(input, &analysis)?;
    }
    let (clean, analysis) = redact::apply(clean, analysis, budget)?;
    let sighted = sight::look(clean, analysis, budget)?;
    Ok(Ready { doc, sighted })
}

impl OpenFile for OpenPdf {
    fn document(&self) -> &Document {
        &self.document
    }

    fn rewrite(&self, edits: &[Edit]) -> Result<Vec<u8>> {
        let mut typefaces = Typefaces::default();
        let on_page = |edit: &&Edit| edit.span.segment() < self.first_string;
        let on_pages: Vec<Edit> = edits.iter().filter(on_page).cloned().collect();
        let mut plan = plan::plan(
            &self.document,
            &self.analysis,
            &self.sources,
            &on_pages,
            &mut typefaces,
        )?;
        let mut changed = self.clean.out.clone();
        let mut areas = paint::under(&self.analysis, &plan)?;
        let changes = covers::under(&self.analysis, &self.seen, &mut plan, &mut areas)?;
        paint::cover(&mut changed, &areas)?;
        splice::splice(
            &mut changed,
            &self.clean.pages,
            &self.analysis,
            &plan,
            &mut typefaces,
        )?;
        let strings = strings::apply(
            &mut changed,
            &self.clean.places,
            self.first_string,
            &self.document,
            edits,
        )?;
        // Cleaning again takes out resources that nothing calls any more.
        let mut again = pages::clean(&changed, self.budget)?;
        drop(changed);
        let written = load::analyze(&mut again)?;
        gate::same_text(&self.analysis, &plan, &written)?;
        let files = attachments::rewrite(&self.attachments, edits)?;
        let (again, written) = layer::write(again, written, &self.seen, &changes, self.budget)?;
        let bytes = write::finish(again.out, &written, &strings, &files, self.budget)?;
        let guesses = |page| {
            self.seen
                .iter()
                .any(|seen| seen.page == page && seen.doubts.font)
        };
        gate::second_opinion(&bytes, &written, guesses)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes where every glyph of a folder of files stands, for
    /// `tests/reference/pdf_corpus.py origins`: file, page, x, y.
    #[test]
    #[ignore = "needs a folder of files, named by DECKNAME_PDF_DIR"]
    fn origins() {
        use std::io::Write;
        let folder = std::env::var("DECKNAME_PDF_DIR").unwrap();
        let out = std::env::var("DECKNAME_PDF_OUT").unwrap();
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        let table = std::path::Path::new(&out).join("pdf_origins.tsv");
        let mut table = std::io::BufWriter::new(std::fs::File::create(table).unwrap());
        for path in files {
            let input = std::fs::read(&path).unwrap();
            let options = ReadOptions::default();
            if !Pdf.accepts(&input, "pdf") {
                continue;
            }
            let Ok((ready, _)) = ready(input, &options, load::budget(&options)) else {
                continue;
            };
            let name = path.file_name().unwrap().display();
            for unit in ready
                .sighted
                .analysis
                .units
                .iter()
                .filter(|unit| !unit.apart)
            {
                for glyph in &ready.sighted.analysis.glyphs[unit.glyphs.clone()] {
                    let (x, y) = (glyph.x, glyph.y);
                    writeln!(table, "{name}\t{}\t{x:.2}\t{y:.2}", unit.page).unwrap();
                }
            }
        }
    }
}
