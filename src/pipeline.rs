//! Scan, plan, apply: the stages in order and nothing else.
//!
//! A scan needs no store and runs on any thread. A plan is data: what becomes
//! what; making one is the only step that touches the mapping store, so plans
//! are made in input order. Applying runs on any thread again, and hands out
//! bytes only after they were read back and nothing was found in them.

mod emit;
mod plan;
mod recheck;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::detect::Recognizer;
use crate::detect::allowed::Allowed;
use crate::document::{Document, Edit, Location, Notice};
use crate::entity::{EntityType, Finding, Score};
use crate::error::{Error, ErrorKind, Result};
use crate::format::{self, OpenFile, ReadOptions};
use crate::mapping::seal::sha256;
use crate::mapping::{Blind, SubjectKey};
use crate::policy::Policy;
use crate::pseudonym::Pseudonyms;
use crate::resolve::{self, Resolution};
use crate::token::Language;
use crate::verify::{self, Needles};
use plan::{Planner, edit_name, name_segment, split_dotted, split_name};

pub use emit::Emit;
pub use plan::whole_name;

/// The score from which a claim counts. A number after a vague label is better
/// taken once too often; a first name that is also a word is left to the model,
/// which sees the sentence.
#[must_use]
pub fn least_score(entity_type: EntityType) -> Score {
    Score::new(if entity_type == EntityType::Person {
        0.5
    } else {
        0.4
    })
}

/// Longest name of an output in bytes; most file systems take 255, and a part
/// file's ending is added to it.
const MAX_NAME: usize = 200;

/// Most places that are listed for review because several people fit.
const MAX_AMBIGUOUS: usize = 100;

/// The stages with their settings; shared by all threads.
pub struct Pipeline {
    recognizers: Vec<Box<dyn Recognizer>>,
    policy: Policy,
    options: ReadOptions,
    allowed: Allowed,
    emit: Option<Emit>,
}

/// What reading a file yields.
pub struct Scan {
    format: &'static str,
    extension: String,
    file: Box<dyn OpenFile>,
    /// The file's text, and its name as the last segment.
    document: Document,
    resolution: Resolution,
    name: String,
    hash: [u8; 32],
    n_bytes: u64,
}

/// What becomes of a file.
#[derive(Clone, Debug)]
pub struct Plan {
    edits: Vec<Edit>,
    /// The name of the output, without folder, with extension.
    pub name: String,
    /// Mentions by type.
    pub counts: BTreeMap<EntityType, u64>,
    /// Subjects by type.
    pub n_subjects: BTreeMap<EntityType, u64>,
    /// Who is in the file, as the mapping store knows them.
    pub subjects: Vec<SubjectKey>,
    /// Mentions by type and place.
    pub places: BTreeMap<(EntityType, Location), u64>,
    needles: Needles,
}

/// What was found in a file.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Mentions by type.
    pub counts: BTreeMap<EntityType, u64>,
    /// Subjects by type.
    pub n_subjects: BTreeMap<EntityType, u64>,
    /// Mentions by type and place.
    pub places: BTreeMap<(EntityType, Location), u64>,
    /// The file's name with labels in place of what was found in it.
    pub name: String,
}

/// An output that was read back, and what the reading left open.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The bytes to deliver.
    pub bytes: Vec<u8>,
    /// Places that a person may want to look at: an ordinary word that is also
    /// part of a name.
    pub doubts: Vec<Location>,
    /// What the recognizers still find in the copy where the text changed, by
    /// kind and place.
    pub residual: Vec<(EntityType, Location)>,
    /// The text for language models, with its extension, if it was asked for.
    pub text: Option<(&'static str, String)>,
}

impl Pipeline {
    /// A pipeline of some recognizers.
    #[must_use]
    pub fn new(
        recognizers: Vec<Box<dyn Recognizer>>,
        policy: Policy,
        options: ReadOptions,
    ) -> Self {
        Self {
            recognizers,
            policy,
            options,
            allowed: Allowed::default(),
            emit: None,
        }
    }

    /// The same, with places that stay whatever recognizers claim.
    #[must_use]
    pub fn with_allowed(mut self, allowed: Allowed) -> Self {
        self.allowed = allowed;
        self
    }

    /// The same, with a folder in which outside programs may convert files.
    #[must_use]
    pub fn converting_in(mut self, folder: PathBuf) -> Self {
        self.options.scratch = Some(folder);
        self
    }

    /// The same, writing the text of each file for language models as well.
    #[must_use]
    pub fn emitting(mut self, emit: Option<Emit>) -> Self {
        self.emit = emit;
        self
    }

    /// Reads a file and finds what is to be replaced. `name` is its name
    /// without folder.
    ///
    /// # Errors
    /// If the file cannot be read whole, or a recognizer fails.
    pub fn scan(&self, bytes: Vec<u8>, name: &str) -> Result<Scan> {
        let (stem, extension) = split_name(name);
        let n_bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let hash = sha256(&bytes);
        let format = format::find(&bytes, extension)?;
        let file = format.open(bytes, &self.options)?;
        let mut document = file.document().clone();
        format::within(&document, &self.options)?;
        document.push(name_segment(stem));
        let resolution = self.examine(&document)?;
        Ok(Scan {
            format: format.name(),
            extension: extension.to_ascii_lowercase(),
            file,
            document,
            resolution,
            name: name.to_owned(),
            hash,
            n_bytes,
        })
    }

    /// Decides what each mention becomes, binding new pseudonyms. The caller
    /// commits the store before it delivers anything.
    ///
    /// # Errors
    /// If the policy blocks the file, or the store fails.
    pub fn plan(&self, scan: &Scan, pseudonyms: &mut Pseudonyms<'_>, scope: Blind) -> Result<Plan> {
        let mut planner = Planner::new(&self.policy, &scan.document, &scan.resolution, &scan.name);
        let (edits, name_edits, subjects) = planner.edits(pseudonyms, scope)?;
        let needles = planner.needles();
        let (name, dotted) = split_dotted(&scan.name);
        let dotted = match scan.file.extension() {
            Some(extension) => Cow::Owned(format!(".{extension}")),
            None => Cow::Borrowed(dotted),
        };
        let mut stem = edit_name(name, &name_edits)?;
        if needles.touches_name(&stem) || stem.len() + dotted.len() > MAX_NAME {
            stem = whole_name(&scan.name, name, pseudonyms, scope)?;
        }
        Ok(Plan {
            edits,
            name: format!("{stem}{dotted}"),
            counts: planner.counts(),
            n_subjects: planner.subjects(),
            subjects,
            places: planner.places(),
            needles,
        })
    }

    /// Writes the copy and reads it back.
    ///
    /// # Errors
    /// If the file cannot be rewritten exactly, or the copy still holds a value
    /// that was to be removed.
    pub fn apply(&self, scan: &Scan, plan: &Plan, folder: &str) -> Result<Applied> {
        if plan.needles.touches_name(folder) {
            return Err(Error::new(
                ErrorKind::Leak,
                "the folder's name holds a name that stands in this file; rename the folder",
            ));
        }
        let bytes = scan.file.rewrite(&plan.edits)?;
        let extension = scan.file.extension().unwrap_or(&scan.extension);
        let read = verify::read_back(&bytes, extension, &plan.needles)?;
        let original = scan.file.document();
        verify::fidelity::same(original, &plan.edits, read.document(), scan.format)?;
        let residual = self.recheck(original, &plan.edits, read.document())?;
        let text = match self.emit {
            Some(emit) => {
                let text = emit.write(scan.file.document(), &plan.edits)?;
                // Table rows and chunks put words side by side that stood apart.
                verify::check(text.as_bytes(), emit.extension(), &plan.needles)?;
                Some((emit.extension(), text))
            }
            None => None,
        };
        Ok(Applied {
            bytes,
            doubts: read.doubts,
            residual,
            text,
        })
    }

    /// The pseudonymized form of a folder's name.
    ///
    /// # Errors
    /// If a recognizer or the store fails.
    pub fn folder_name(
        &self,
        name: &str,
        pseudonyms: &mut Pseudonyms<'_>,
        scope: Blind,
    ) -> Result<String> {
        let mut document = Document::new();
        document.push(name_segment(name));
        let resolution = self.examine(&document)?;
        let mut planner = Planner::new(&self.policy, &document, &resolution, name);
        let (_, edits, _) = planner.edits(pseudonyms, scope)?;
        edit_name(name, &edits)
    }

    /// Pseudonymizes a text that is no file: for short ways, and for trying out.
    ///
    /// # Errors
    /// If a recognizer or the store fails, or the result still holds a value.
    pub fn text(
        &self,
        text: &str,
        pseudonyms: &mut Pseudonyms<'_>,
        scope: Blind,
    ) -> Result<String> {
        let scan = self.scan(text.as_bytes().to_vec(), "text.txt")?;
        let plan = self.plan(&scan, pseudonyms, scope)?;
        let applied = self.apply(&scan, &plan, "")?;
        String::from_utf8(applied.bytes)
            .map_err(|_| Error::new(ErrorKind::Internal, "the output is no text"))
    }

    /// What was found in a file, without deciding what becomes of it.
    ///
    /// # Errors
    /// If a mention does not fit the file's name (a bug).
    pub fn survey(&self, scan: &Scan, language: Language) -> Result<Survey> {
        let planner = Planner::new(&self.policy, &scan.document, &scan.resolution, &scan.name);
        let (stem, dotted) = split_dotted(&scan.name);
        let stem = edit_name(stem, &planner.labels(language))?;
        Ok(Survey {
            counts: planner.counts(),
            n_subjects: planner.subjects(),
            places: planner.places(),
            name: format!("{stem}{dotted}"),
        })
    }

    /// A folder's name with labels in place of what is found in it.
    ///
    /// # Errors
    /// If a recognizer fails.
    pub fn masked(&self, name: &str, language: Language) -> Result<String> {
        let mut document = Document::new();
        document.push(name_segment(name));
        let resolution = self.examine(&document)?;
        let planner = Planner::new(&self.policy, &document, &resolution, name);
        edit_name(name, &planner.labels(language))
    }

    /// Finds and resolves what is to be replaced in a document that comes from
    /// no file.
    ///
    /// # Errors
    /// If a recognizer fails.
    pub fn examine(&self, document: &Document) -> Result<Resolution> {
        let mut findings: Vec<Finding> = Vec::new();
        for recognizer in &self.recognizers {
            let found = recognizer.detect(document)?.into_iter();
            findings
                .extend(found.filter(|finding| finding.score >= least_score(finding.entity_type)));
        }
        let findings = self.allowed.filter(document, findings);
        Ok(resolve::resolve(document, findings))
    }
}

impl Scan {
    /// The name of the file's format.
    #[must_use]
    pub const fn format(&self) -> &'static str {
        self.format
    }

    /// What a report must say about the file.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        self.file.document().notices()
    }

    /// Characters that were extracted; every recognizer examined all of them,
    /// or the scan would have failed.
    #[must_use]
    pub fn n_chars(&self) -> u64 {
        u64::try_from(self.file.document().n_chars()).unwrap_or(u64::MAX)
    }

    /// SHA-256 of the file.
    #[must_use]
    pub const fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// Size of the file in bytes.
    #[must_use]
    pub const fn n_bytes(&self) -> u64 {
        self.n_bytes
    }

    /// Where people are named whom several of the file fit, each place once.
    #[must_use]
    pub fn ambiguous(&self) -> Vec<Location> {
        let mut places: Vec<Location> = Vec::new();
        for span in &self.resolution.ambiguous {
            let Some(segment) = self.document.segments().get(span.segment()) else {
                continue;
            };
            // More places than a person looks at are left out.
            if places.len() < MAX_AMBIGUOUS
                && !segment.is_again()
                && places.last() != Some(&segment.location())
            {
                places.push(segment.location());
            }
        }
        places
    }

    /// The accepted mentions with their text's document.
    #[must_use]
    pub const fn resolution(&self) -> &Resolution {
        &self.resolution
    }

    /// The text that was examined; the last segment is the file's name.
    #[must_use]
    pub const fn document(&self) -> &Document {
        &self.document
    }
}

impl std::fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self
            .recognizers
            .iter()
            .map(|recognizer| recognizer.name())
            .collect();
        f.debug_struct("Pipeline")
            .field("recognizers", &names)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Scan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scan")
            .field("format", &self.format)
            .field("resolution", &self.resolution)
            .finish_non_exhaustive()
    }
}
