//! What a model is, and the manifest that says how to use one.
//!
//! It reads, checks and writes manifests. What the labels of a model are called
//! is the business of `labels`, what a folder from elsewhere holds of `adopt`.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::labels::{self, Kind};
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

/// What runs a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Engine {
    /// ONNX graphs in pure Rust, on the processor. Always there.
    #[default]
    Rten,
    /// BERT and XLM-R in Hugging Face layout on libtorch; the cargo feature
    /// `rust-bert`.
    RustBert,
}

impl Engine {
    /// The name in manifests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rten => "rten",
            Self::RustBert => "rust-bert",
        }
    }
}

/// Where a model runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Device {
    /// The processor.
    #[default]
    Cpu,
    /// A CUDA device, counted from 0. Only for the engine `rust-bert`.
    Cuda(usize),
}

impl TryFrom<String> for Device {
    type Error = Error;

    fn try_from(name: String) -> Result<Self> {
        let number = match name.split_once(':') {
            Some(("cuda", number)) => number.parse().ok().map(Self::Cuda),
            None if name == "cuda" => Some(Self::Cuda(0)),
            None if name == "cpu" => Some(Self::Cpu),
            _ => None,
        };
        number.ok_or_else(|| model_error("a device is cpu, cuda or cuda:N"))
    }
}

impl From<Device> for String {
    fn from(device: Device) -> Self {
        match device {
            Device::Cpu => "cpu".to_owned(),
            Device::Cuda(number) => format!("cuda:{number}"),
        }
    }
}

/// How to use a model.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Its name in reports.
    pub name: String,
    /// What runs it.
    #[serde(default)]
    pub engine: Engine,
    /// Where it runs.
    #[serde(default)]
    pub device: Device,
    pub(super) file: String,
    pub(super) sha256: String,
    pub(super) tokenizer: String,
    pub(super) tokenizer_sha256: String,
    /// The description of the network, for the engine `rust-bert`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) config: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) config_sha256: Option<String>,
    /// Labels in the order of the logits: `O`, and `B-…`, `I-…` and the like
    /// for each type.
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
    /// The entity type of each type of the model, or `NONE`.
    pub types: BTreeMap<String, String>,
    /// From which probability on a type counts; one half if it is not named.
    #[serde(default)]
    pub thresholds: BTreeMap<String, f32>,
    /// A sentence in which the model must find something.
    pub self_test: SelfTest,
}

/// A sentence and what must be found in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfTest {
    /// The sentence.
    pub text: String,
    /// Text and entity type of each name.
    pub expect: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    model: Vec<Manifest>,
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
        manifest.check_sense()?;
        if manifest.self_test.expect.is_empty() {
            return Err(model_error("the manifest's self-test expects nothing"));
        }
        Ok(manifest)
    }

    /// What a type cannot rule out: numbers with which nothing, or everything,
    /// would be a name.
    pub(super) fn check_sense(&self) -> Result<()> {
        self.kinds()?;
        let within = |value: &f32, most: f32| *value > 0.0 && *value <= most;
        if self.engine == Engine::Rten && self.device != Device::Cpu {
            return Err(model_error(
                "the engine rten runs on the processor only; the manifest's device must be cpu",
            ));
        }
        if self.engine == Engine::RustBert
            && (self.config.is_none() || self.config_sha256.is_none())
        {
            return Err(model_error(
                "the manifest names no config and config_sha256, which the engine rust-bert needs",
            ));
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

    /// The manifest as text.
    ///
    /// # Errors
    /// If it cannot be written as TOML.
    pub fn text(&self) -> Result<String> {
        let model = vec![self.clone()];
        toml::to_string(&File { model })
            .map_err(|_| model_error("the manifest cannot be written as TOML"))
    }

    /// The tokenizer's file, with the hash that the manifest names.
    ///
    /// # Errors
    /// If it is missing or another one.
    pub fn read_tokenizer(&self, folder: &Path) -> Result<Vec<u8>> {
        let bytes = read(&folder.join(&self.tokenizer), MAX_TEXT)?;
        agree(&hex(&bytes), &self.tokenizer_sha256, &self.tokenizer)?;
        Ok(bytes)
    }

    /// The model's file, with the hash that the manifest names.
    ///
    /// # Errors
    /// If it is missing or another one.
    pub fn read_model(&self, folder: &Path) -> Result<Vec<u8>> {
        let bytes = read(&folder.join(&self.file), MAX_MODEL)?;
        agree(&hex(&bytes), &self.sha256, &self.file)?;
        Ok(bytes)
    }

    /// Compares what is in the program with its hashes.
    ///
    /// # Errors
    /// If one differs.
    pub fn check(&self, model: &[u8], tokenizer: &[u8]) -> Result<()> {
        agree(&hex(model), &self.sha256, &self.file)?;
        agree(&hex(tokenizer), &self.tokenizer_sha256, &self.tokenizer)
    }

    /// The model's types with their labels.
    ///
    /// # Errors
    /// If a label has no type here, or a type has no label.
    pub fn kinds(&self) -> Result<Vec<Kind>> {
        labels::kinds(&self.labels, &self.types, &self.thresholds)
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

/// SHA-256 in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    digits(&Sha256::digest(bytes))
}

/// SHA-256 of a file that need not fit into memory.
pub(super) fn hex_of_file(path: &Path) -> Result<String> {
    let failed = |error: std::io::Error| {
        let name = name_of(path);
        model_error(format!("the model's file {name}: {}", error.kind()))
    };
    let mut file = std::fs::File::open(path).map_err(failed)?;
    let mut hasher = Sha256::new();
    std::io::copy(&mut file, &mut hasher).map_err(failed)?;
    Ok(digits(&hasher.finalize()))
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Compares a hash with the one of a manifest.
pub(super) fn agree(hash: &str, expected: &str, name: &str) -> Result<()> {
    if hash == expected {
        return Ok(());
    }
    Err(model_error(format!(
        "the model's file {name} is not the one its manifest names (other hash)"
    )))
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Reads a small file of a model folder.
pub(super) fn read_text(path: &Path) -> Result<Vec<u8>> {
    read(path, MAX_TEXT)
}

fn read(path: &Path, limit: u64) -> Result<Vec<u8>> {
    use std::io::Read;
    let name = name_of(path);
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
