//! Names by a neural model: a token classifier behind a two-method trait.
//!
//! Text goes line by line into windows of model tokens (`window`), windows go
//! in batches through a [`model::Model`], and token probabilities come back as
//! spans of words (`decode`). Every word of every segment is seen, or the
//! file fails. The contract with the training scripts is in
//! `ner-models/README.md`.

pub mod adopt;
mod decode;
mod doubt;
pub mod labels;
pub mod model;
mod onnx;
#[cfg(any(test, feature = "rust-bert"))]
mod owner;
mod rten;
mod seen;
mod tokenizer;
#[cfg(feature = "rust-bert")]
mod torch;
#[cfg(test)]
mod trial;
mod window;
mod worker;

use std::collections::VecDeque;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::Recognizer;
use crate::document::Document;
use crate::entity::{EntityType, Finding, Score};
use crate::error::{Error, ErrorKind, Result};
use crate::token;
use decode::{Found, Read};
use labels::Kind;
use model::{Engine, Manifest, Model};
use seen::Seen;
use tokenizer::Pieces;
use window::{Line, Packer, Window};

/// Windows that go through the model together, at most.
const BATCH: usize = 16;

/// A model, its tokenizer and its manifest.
pub struct Ner {
    model: Box<dyn Model>,
    pieces: Pieces,
    manifest: Manifest,
    seen: Seen,
}

impl Ner {
    /// The model inside the program.
    ///
    /// # Errors
    /// If it is damaged, or fails its self-test on this processor.
    #[cfg(feature = "embedded-model")]
    pub fn embedded() -> Result<Self> {
        static MODEL: &[u8] = include_bytes!("../../../ner-models/model.onnx");
        static TOKENIZER: &[u8] = include_bytes!("../../../ner-models/tokenizer.json");
        let manifest = Manifest::parse(include_str!("../../../ner-models/models.toml"))?;
        manifest.check(MODEL, TOKENIZER)?;
        let engine = rten::Rten::from_static(MODEL, &manifest)?;
        Self::new(Box::new(engine), TOKENIZER, manifest)
    }

    /// Without the feature `embedded-model` there is no model inside.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(feature = "embedded-model"))]
    pub fn embedded() -> Result<Self> {
        Err(Error::new(
            ErrorKind::Model,
            "this program was built without a model; name a model folder with --model",
        ))
    }

    /// The model in a folder: `models.toml` and the files it names.
    ///
    /// # Errors
    /// If a file is missing, has another hash, does not load, or the model
    /// fails its self-test.
    pub fn open(folder: &Path) -> Result<Self> {
        let ner = Self::untested(folder, Manifest::open(folder)?)?;
        ner.self_test()?;
        Ok(ner)
    }

    /// The model in a folder by a manifest that may not lie there yet, before
    /// its self-test.
    fn untested(folder: &Path, manifest: Manifest) -> Result<Self> {
        let tokenizer = manifest.read_tokenizer(folder)?;
        let model: Box<dyn Model> = match manifest.engine {
            Engine::Rten => Box::new(rten::Rten::new(manifest.read_model(folder)?, &manifest)?),
            #[cfg(feature = "rust-bert")]
            Engine::RustBert => Box::new(torch::Torch::open(folder, &manifest)?),
            #[cfg(not(feature = "rust-bert"))]
            Engine::RustBert => {
                return Err(Error::new(
                    ErrorKind::Model,
                    "this model needs the engine rust-bert, which this program was built without: build it with --features rust-bert (docs/guide/own-models.md), or export the model to ONNX for the engine rten",
                ));
            }
        };
        Self::assemble(model, &tokenizer, manifest)
    }

    /// The name of the model.
    #[must_use]
    pub fn model_name(&self) -> &str {
        &self.manifest.name
    }

    /// What the model would be given for a document: windows of token ids, in
    /// order. For measuring, and for comparing engines.
    ///
    /// # Errors
    /// If the tokenizer fails.
    pub fn windows(&self, document: &Document) -> Result<Vec<Vec<u32>>> {
        let mut packer = Packer::new(&self.manifest);
        for (number, line) in window::lines(document).enumerate() {
            let shown = line.shown();
            let tokens = self.pieces.encode(&shown)?;
            packer.add(number, &line, &shown, &tokens);
        }
        packer.finish();
        let windows = packer.take_full().into_iter();
        Ok(windows.map(|window| window.ids).collect())
    }

    /// What the model answers to windows of token ids, as it comes out of the
    /// engine: a row of logits for each token, rows one after the other.
    ///
    /// # Errors
    /// If the engine fails.
    pub fn logits(&self, windows: &[&[u32]]) -> Result<Vec<Vec<f32>>> {
        self.model.logits(windows)
    }

    /// How the model is used.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// A model that passed its self-test.
    #[cfg(any(test, feature = "embedded-model"))]
    fn new(model: Box<dyn Model>, tokenizer: &[u8], manifest: Manifest) -> Result<Self> {
        let ner = Self::assemble(model, tokenizer, manifest)?;
        ner.self_test()?;
        Ok(ner)
    }

    fn assemble(model: Box<dyn Model>, tokenizer: &[u8], manifest: Manifest) -> Result<Self> {
        let pieces = Pieces::new(tokenizer)?;
        Ok(Self {
            model,
            pieces,
            manifest,
            seen: Seen::default(),
        })
    }

    /// A quantized model can find nothing at all on a processor it was not made
    /// for, without any error. A known sentence tells.
    fn self_test(&self) -> Result<()> {
        let found = self.names(&self.manifest.self_test.text)?;
        for expected in &self.manifest.self_test.expect {
            if !found.contains(expected) {
                return Err(Error::new(
                    ErrorKind::Model,
                    "the NER model does not find the names of its self-test; it does not work on this machine",
                ));
            }
        }
        Ok(())
    }

    /// The names in a text, with their types.
    fn names(&self, text: &str) -> Result<Vec<(String, String)>> {
        let document = one_paragraph(text);
        let findings = self.detect(&document)?.into_iter();
        Ok(findings
            .map(|finding| {
                let text = document.text(finding.span).to_owned();
                (text, finding.entity_type.name().to_owned())
            })
            .collect())
    }

    /// The probabilities of every token of every window, in the order given.
    /// Windows seen before (letterheads, boilerplate) are not computed again.
    fn probabilities(&self, windows: &[Window]) -> Result<Vec<Arc<Vec<f32>>>> {
        let mut found: Vec<Option<Arc<Vec<f32>>>> = windows
            .iter()
            .map(|window| self.seen.get(&window.ids))
            .collect();
        let unseen: Vec<usize> = found
            .iter()
            .enumerate()
            .filter(|(_, found)| found.is_none())
            .map(|(index, _)| index)
            .collect();
        for batch in unseen.chunks(BATCH) {
            let batch: Vec<(usize, &Window)> = batch
                .iter()
                .filter_map(|index| Some((*index, windows.get(*index)?)))
                .collect();
            let ids: Vec<&[u32]> = batch
                .iter()
                .map(|(_, window)| window.ids.as_slice())
                .collect();
            let logits = self.model.logits(&ids)?;
            if logits.len() != batch.len() {
                return Err(broken("the model answered for another number of windows"));
            }
            for ((index, window), logits) in batch.iter().zip(logits) {
                let probabilities = Arc::new(self.normalized(&window.ids, logits)?);
                self.seen
                    .put(window.ids.clone(), Arc::clone(&probabilities));
                if let Some(slot) = found.get_mut(*index) {
                    *slot = Some(probabilities);
                }
            }
        }
        found
            .into_iter()
            .map(|found| found.ok_or_else(|| broken("a window was not examined")))
            .collect()
    }

    fn normalized(&self, ids: &[u32], logits: Vec<f32>) -> Result<Vec<f32>> {
        let n_labels = self.manifest.labels.len();
        // Comparisons with what is no number are false: nothing would be found.
        if logits.len() != ids.len() * n_labels || logits.iter().any(|value| !value.is_finite()) {
            return Err(broken("the model's answer is incomplete or no number"));
        }
        Ok(decode::softmax(logits, n_labels, self.manifest.temperature))
    }
}

impl Recognizer for Ner {
    fn name(&self) -> &'static str {
        "ner"
    }

    fn entity_types(&self) -> Vec<EntityType> {
        self.manifest.entity_types()
    }

    fn detect(&self, document: &Document) -> Result<Vec<Finding>> {
        let mut reading = Reading::new(self, document)?;
        for line in window::lines(document) {
            reading.line(&line)?;
        }
        let mut findings = Vec::new();
        for found in reading.finish()? {
            let Some(range) = kept(document, &found) else {
                continue;
            };
            let span = document
                .span(found.segment, range.start, range.end)
                .ok_or_else(|| broken("a word ends inside a character"))?;
            findings.push(Finding {
                span,
                entity_type: found.entity_type,
                score: Score::new(found.score),
                recognizer: "ner",
            });
        }
        without_tokens(document, &mut findings);
        Ok(findings)
    }
}

/// What a claim keeps of its range; `None` if it is no name after all.
fn kept(document: &Document, found: &Found) -> Option<Range<usize>> {
    let range = found.start..found.end;
    if found.entity_type != EntityType::Person {
        return Some(range);
    }
    let text = document.segments().get(found.segment)?.text();
    doubt::person(text, range)
}

/// One document on its way through the model. It holds the lines of the windows
/// that are not computed yet, and no more.
struct Reading<'a> {
    ner: &'a Ner,
    document: &'a Document,
    kinds: Vec<Kind>,
    packer: Packer,
    /// Lines whose windows are not all computed, in order.
    open: VecDeque<Read<'a>>,
    /// The number of the first of them.
    first: usize,
    found: Vec<Found>,
}

impl<'a> Reading<'a> {
    fn new(ner: &'a Ner, document: &'a Document) -> Result<Self> {
        Ok(Self {
            ner,
            document,
            kinds: ner.manifest.kinds()?,
            packer: Packer::new(&ner.manifest),
            open: VecDeque::new(),
            first: 0,
            found: Vec::new(),
        })
    }

    fn line(&mut self, line: &Line<'a>) -> Result<()> {
        let shown = line.shown();
        let tokens = self.ner.pieces.encode(&shown)?;
        let number = self.first + self.open.len();
        self.open
            .push_back(Read::new(line, self.ner.manifest.labels.len()));
        self.packer.add(number, line, &shown, &tokens);
        if self.packer.n_full() >= BATCH {
            self.compute()?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<Found>> {
        self.packer.finish();
        self.compute()?;
        Ok(self.found)
    }

    /// Computes the windows that are full and closes the lines that end in them.
    fn compute(&mut self) -> Result<()> {
        let windows = self.packer.take_full();
        let probabilities = self.ner.probabilities(&windows)?;
        for (window, probabilities) in windows.iter().zip(&probabilities) {
            let rows = probabilities.chunks(self.ner.manifest.labels.len());
            for (place, row) in window.places.iter().zip(rows) {
                let Some((number, range)) = place else {
                    continue;
                };
                let index = number.checked_sub(self.first);
                index
                    .and_then(|index| self.open.get_mut(index))
                    .ok_or_else(|| broken("a window names a line that is not open"))?
                    .add(range, row);
            }
        }
        let end = self.first + self.open.len();
        let still_open = self.packer.first_open().unwrap_or(end);
        while self.first < still_open {
            let Some(line) = self.open.pop_front() else {
                break;
            };
            self.first += 1;
            self.close(&line)?;
        }
        Ok(())
    }

    /// No letter and no digit may have stayed unseen.
    fn close(&mut self, line: &Read<'_>) -> Result<()> {
        if !line.is_covered() {
            let error = Error::new(
                ErrorKind::NotExamined,
                "the NER model has no tokens for some characters here",
            );
            let segment = self.document.segments().get(line.segment());
            return Err(match segment {
                Some(segment) => error.at(segment.location()),
                None => error,
            });
        }
        line.names(&self.kinds, &mut self.found);
        Ok(())
    }
}

/// Leaves out what touches a token of this program: those are no names.
/// Findings come in the order of segments.
fn without_tokens(document: &Document, findings: &mut Vec<Finding>) {
    let mut known: Option<(usize, Vec<Range<usize>>)> = None;
    findings.retain(|finding| {
        let index = finding.span.segment();
        if known.as_ref().is_none_or(|(known, _)| *known != index) {
            let segment = document.segments().get(index);
            let tokens = segment.map(|segment| token::find_all(segment.text()).collect());
            known = Some((index, tokens.unwrap_or_default()));
        }
        let (start, end) = (finding.span.start(), finding.span.end());
        known.as_ref().is_none_or(|(_, tokens)| {
            let next = tokens.partition_point(|token| token.end <= start);
            tokens.get(next).is_none_or(|token| token.start >= end)
        })
    });
}

fn one_paragraph(text: &str) -> Document {
    use crate::document::{Location, Segment, SegmentKind};
    let mut document = Document::new();
    document.push(Segment::new(
        SegmentKind::Paragraph,
        text,
        Location::new("self-test"),
    ));
    document
}

fn broken(what: &'static str) -> Error {
    Error::new(ErrorKind::Recognizer, what)
}

impl std::fmt::Debug for Ner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ner")
            .field("model", &self.manifest.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Location, Segment, SegmentKind};

    /// Says "person" for every token whose id is in a list, and counts windows.
    struct Fake(Vec<u32>);

    impl Model for Fake {
        fn logits(&self, windows: &[&[u32]]) -> Result<Vec<Vec<f32>>> {
            let score = |id: &u32| {
                if self.0.contains(id) {
                    [0.0, 9.0, 0.0]
                } else {
                    [9.0, 0.0, 0.0]
                }
            };
            Ok(windows
                .iter()
                .map(|ids| ids.iter().flat_map(score).collect())
                .collect())
        }
    }

    const TOKENIZER: &str = r#"{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
        "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},
        {"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}]},
        "post_processor":null,"decoder":null,"model":{"type":"Unigram","unk_id":0,"vocab":
        [["<unk>",0.0],["<pad>",0.0],["</s>",0.0],["<s>",0.0],["▁Max",-1.0],["▁",-3.0],["M",-4.0],["ü",-4.0],["l",-4.0],["e",-4.0],["r",-4.0]]}}"#;

    fn ner(text: &str, expect: &str) -> Result<Ner> {
        let manifest = Manifest::parse(&format!(
            r#"[[model]]
            name = "fake"
            file = "m"
            sha256 = "0"
            tokenizer = "t"
            tokenizer_sha256 = "0"
            labels = ["O", "B-PER", "I-PER"]
            max_pieces = 16
            bos_id = 3
            pad_id = 1
            eos_id = 2
            temperature = 1.0
            [model.types]
            PER = "PERSON"
            [model.thresholds]
            PER = 0.5
            [model.self_test]
            text = "{text}"
            expect = [["{expect}", "PERSON"]]"#
        ))?;
        Ner::new(Box::new(Fake(vec![4])), TOKENIZER.as_bytes(), manifest)
    }

    #[test]
    fn a_model_that_finds_nothing_is_an_error() {
        assert!(ner("Herr Max kommt", "Max").is_ok());
        assert_eq!(
            ner("Herr Max kommt", "Herr").unwrap_err().kind(),
            ErrorKind::Model
        );
    }

    #[test]
    fn every_word_is_found_wherever_the_windows_end() {
        let ner = ner("Herr Max kommt", "Max").unwrap();
        let filler = "Müller 👩‍👩‍👧 e\u{301} ".repeat(13);
        let text = format!("Max {filler}Max\n{filler}\nMax");
        let mut document = one_paragraph(&text);
        document.push(Segment::new(
            SegmentKind::TableCell {
                column: Some("Max".into()),
                row: None,
            },
            "Max",
            Location::new("table").cell(2, 1),
        ));
        document.push(Segment::new(SegmentKind::Paragraph, "", Location::new("x")));
        document.push(Segment::new(
            SegmentKind::Paragraph,
            "x".repeat(5000),
            Location::new("x"),
        ));
        let findings = ner.detect(&document).unwrap();
        let texts: Vec<_> = findings
            .iter()
            .map(|finding| document.text(finding.span))
            .collect();
        assert_eq!(
            texts, ["Max"; 4],
            "the column's header is context, not text"
        );
    }

    #[test]
    fn a_long_document_is_read_in_bounded_pieces() {
        let ner = ner("Herr Max kommt", "Max").unwrap();
        let mut document = one_paragraph(&"Max Müller\n".repeat(2000));
        for _ in 0..2000 {
            document.push(Segment::new(
                SegmentKind::Paragraph,
                "Max",
                Location::new("x"),
            ));
        }
        let mut reading = Reading::new(&ner, &document).unwrap();
        for line in window::lines(&document) {
            reading.line(&line).unwrap();
            assert!(
                reading.open.len() <= 16 * (BATCH + 1),
                "{}",
                reading.open.len()
            );
            assert!(reading.packer.n_full() <= BATCH);
        }
        assert_eq!(reading.finish().unwrap().len(), 4000);
    }

    #[cfg(feature = "embedded-model")]
    #[test]
    fn the_embedded_model_works() {
        let ner = Ner::embedded().unwrap();
        let document = one_paragraph(
            "Sehr geehrte Damen und Herren,\nmein Bruder Tarik Yildirim wohnt in Hamburg.",
        );
        let findings = ner.detect(&document).unwrap();
        assert!(
            findings
                .iter()
                .any(|finding| document.text(finding.span) == "Tarik Yildirim")
        );
    }
}
