//! What a model is, and the manifest that says how to use one.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};

/// Largest model file, in bytes: a large XLM-R in 32 bits.
const MAX_MODEL: u64 = 8 << 30;
/// Largest tokenizer or manifest, in bytes.
const MAX_TEXT: u64 = 256 << 20;
/// The manifest's file name.
const MANIFEST: &str = "models.toml";

/// An engine with a loaded token classifier.
pub trait Model: Send + Sync {
    /// The logits of every token of every window: `ids.len() × labels` numbers
    /// a window, row by row.
    ///
    /// # Errors
    /// If the engine fails; never fewer numbers instead.
    fn logits(&self, windows: &[&[u32]]) -> Result<Vec<Vec<f32>>>;
}

/// How to use a model.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Its name in reports.
    pub name: String,
    file: String,
    sha256: String,
    tokenizer: String,
    tokenizer_sha256: String,
    /// BIO labels in the order of the logits; the first is `O`.
    pub labels: Vec<String>,
    /// Tokens in a window, special ones included.
    pub max_pieces: usize,
    /// The token that starts a window.
    pub bos_id: u32,
    /// The token that fills short windows.
    pub pad_id: u32,
    /// The token after each line.
    pub eos_id: u32,
    /// Logits are divided by it.
    pub temperature: f32,
    types: BTreeMap<String, String>,
    thresholds: BTreeMap<String, f32>,
    /// A sentence in which the model must find something.
    pub self_test: SelfTest,
}

/// A sentence and what must be found in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfTest {
    /// The sentence.
    pub text: String,
    /// Text and entity type of each name.
    pub expect: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    model: Vec<Manifest>,
}

/// One type of the model: where its two labels are and when it counts.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// What it is here.
    pub entity_type: EntityType,
    /// Index of `B-…`.
    pub begin: usize,
    /// Index of `I-…`.
    pub inside: usize,
    /// The least summed probability of both.
    pub threshold: f32,
}

impl Manifest {
    /// Reads a manifest; its first model is the one.
    ///
    /// # Errors
    /// If it is not complete.
    pub fn parse(text: &str) -> Result<Self> {
        let file: File = toml::from_str(text)
            .map_err(|error| model_error(format!("the model's manifest: {}", error.message())))?;
        let manifest = file
            .model
            .into_iter()
            .next()
            .ok_or_else(|| model_error("the manifest names no model"))?;
        manifest.kinds()?;
        manifest.make_sense()?;
        Ok(manifest)
    }

    /// What a type cannot rule out: numbers with which nothing, or everything,
    /// would be a name.
    fn make_sense(&self) -> Result<()> {
        let within = |value: &f32, most: f32| *value > 0.0 && *value <= most;
        if self.labels.first().map(String::as_str) != Some("O") {
            return Err(model_error("the manifest's labels must start with O"));
        }
        if !(16..=1 << 16).contains(&self.max_pieces) {
            return Err(model_error(
                "the manifest's max_pieces must be from 16 to 65536",
            ));
        }
        if !within(&self.temperature, 100.0) {
            return Err(model_error(
                "the manifest's temperature must be above 0 and at most 100",
            ));
        }
        if !self.thresholds.values().all(|value| within(value, 1.0)) {
            return Err(model_error(
                "a threshold of the manifest must be above 0 and at most 1",
            ));
        }
        if !self
            .thresholds
            .keys()
            .all(|name| self.types.contains_key(name))
        {
            return Err(model_error(
                "the manifest has a threshold for a type that it does not map",
            ));
        }
        if self.self_test.expect.is_empty() {
            return Err(model_error("the manifest's self-test expects nothing"));
        }
        Ok(())
    }

    /// Reads the manifest of a folder.
    ///
    /// # Errors
    /// If there is none or it is not complete.
    pub fn open(folder: &Path) -> Result<Self> {
        let bytes = read(&folder.join(MANIFEST), MAX_TEXT)?;
        let text =
            String::from_utf8(bytes).map_err(|_| model_error("the manifest is not UTF-8"))?;
        Self::parse(&text)
    }

    /// Reads the model's and the tokenizer's files.
    ///
    /// # Errors
    /// If one is missing.
    pub fn read(&self, folder: &Path) -> Result<(Vec<u8>, Vec<u8>)> {
        Ok((
            read(&folder.join(&self.file), MAX_MODEL)?,
            read(&folder.join(&self.tokenizer), MAX_TEXT)?,
        ))
    }

    /// Compares the files with their hashes.
    ///
    /// # Errors
    /// If one differs.
    pub fn check(&self, model: &[u8], tokenizer: &[u8]) -> Result<()> {
        let files = [
            (model, &self.sha256, &self.file),
            (tokenizer, &self.tokenizer_sha256, &self.tokenizer),
        ];
        for (bytes, expected, name) in files {
            let hash: String = Sha256::digest(bytes)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            if hash != *expected {
                return Err(model_error(format!(
                    "the model's file {name} is not the one its manifest names (other hash)"
                )));
            }
        }
        Ok(())
    }

    /// The model's types with their labels.
    ///
    /// # Errors
    /// If a label has no type here, or a type lacks one of its labels.
    pub fn kinds(&self) -> Result<Vec<Kind>> {
        let mut kinds: Vec<Kind> = Vec::new();
        for (name, type_name) in &self.types {
            let at = |prefix: &str| {
                self.labels
                    .iter()
                    .position(|label| *label == format!("{prefix}-{name}"))
            };
            let (Some(begin), Some(inside)) = (at("B"), at("I")) else {
                return Err(model_error(
                    "the manifest maps a type for which the model has no B- and I- label",
                ));
            };
            let entity_type = EntityType::parse(type_name)
                .ok_or_else(|| model_error("the manifest maps a label to no known entity type"))?;
            let threshold = self.thresholds.get(name).copied().unwrap_or(0.5);
            kinds.push(Kind {
                entity_type,
                begin,
                inside,
                threshold,
            });
        }
        if kinds.len() * 2 + 1 != self.labels.len() {
            return Err(model_error(
                "the manifest does not map every label of the model",
            ));
        }
        kinds.sort_by_key(|kind| kind.begin);
        Ok(kinds)
    }

    /// What the model finds.
    #[must_use]
    pub fn entity_types(&self) -> Vec<EntityType> {
        self.kinds().map_or_else(
            |_| Vec::new(),
            |kinds| kinds.iter().map(|kind| kind.entity_type).collect(),
        )
    }
}

fn read(path: &Path, limit: u64) -> Result<Vec<u8>> {
    use std::io::Read;
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let failed =
        |error: std::io::Error| model_error(format!("the model's file {name}: {}", error.kind()));
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    let n = file.take(limit).read_to_end(&mut bytes).map_err(failed)?;
    if u64::try_from(n).unwrap_or(u64::MAX) >= limit {
        return Err(model_error(format!("the model's file {name} is too large")));
    }
    Ok(bytes)
}

pub(super) fn model_error(what: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Model, what)
}
