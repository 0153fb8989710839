//! `deckname models`: which name models there are, whether they work, which of
//! two is better, and how to bring one along.
//!
//! A model is a folder with a `models.toml`. `add` writes that file into a folder
//! in Hugging Face layout and notes the folder under a name, which `--model` takes
//! from then on. Weights are never copied or fetched.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};

use super::settings::{absolute, user_folder};
use super::{models_compare, print};
use crate::detect::ner::Ner;
use crate::detect::ner::adopt::Wish;
use crate::detect::ner::model::{self, Device, Manifest};
use crate::error::{Error, ErrorKind, Result};
use crate::fs;

/// The word for the model inside the program.
pub(super) const EMBEDDED: &str = "embedded";
/// How a model folder describes itself.
const MANIFEST: &str = "models.toml";
/// Largest list of models, in bytes.
const MAX_LIST: u64 = 1 << 20;

/// `deckname models`
#[derive(Clone, Debug, ClapArgs)]
pub struct Models {
    /// What to do.
    #[command(subcommand)]
    pub verb: ModelsVerb,
}

/// The verbs of `deckname models`.
#[derive(Clone, Debug, Subcommand)]
pub enum ModelsVerb {
    /// Show the models that this user has added, and the embedded one.
    List,
    /// Make a folder in Hugging Face layout a model of this program.
    Add(Box<Add>),
    /// Load a model: hashes, self-test, and with --speed its speed and memory.
    Test(Test),
    /// Measure two models on the same labelled texts, side by side.
    Compare(models_compare::Compare),
}

/// `deckname models add`
#[derive(Clone, Debug, ClapArgs)]
pub struct Add {
    /// The folder: `config.json`, `tokenizer.json` and the weights.
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// What runs it: rten takes model.onnx, rust-bert takes model.safetensors or .ot.
    #[arg(long, value_enum, default_value_t = Engine::Rten)]
    pub engine: Engine,
    /// Where it runs: cpu, cuda or cuda:N.
    #[arg(long, default_value = "cpu", value_name = "DEVICE")]
    pub device: String,
    /// Its name. Default: that of the folder.
    #[arg(long)]
    pub name: Option<String>,
    /// The file with the weights, where it has no usual name.
    #[arg(long, value_name = "NAME")]
    pub file: Option<String>,
    /// What a label of the model stands for, such as PER=PERSON; NONE for what is no
    /// personal data. Usual labels need no map; a label without a meaning is an error.
    #[arg(long, value_name = "LABEL=TYPE")]
    pub map: Vec<String>,
    /// From which probability on a label counts, such as PER=0.4. Default: 0.5.
    #[arg(long, value_name = "LABEL=P")]
    pub threshold: Vec<String>,
    /// Tokens in a window. Default: 256, or what the model takes at most.
    #[arg(long, value_name = "N")]
    pub max_pieces: Option<usize>,
    /// A sentence for the self-test at every start. Default: a German one.
    #[arg(long, value_name = "TEXT")]
    pub self_test: Option<String>,
    /// What must be found in it, such as "Anna Kowalski=PERSON". Default: what is found now.
    #[arg(long, value_name = "TEXT=TYPE", requires = "self_test")]
    pub expect: Vec<String>,
    /// Write over a models.toml that lies there.
    #[arg(long)]
    pub replace: bool,
}

/// `deckname models test`
#[derive(Clone, Debug, ClapArgs)]
pub struct Test {
    /// A name from the list, a folder, or `embedded`.
    #[arg(value_name = "MODEL", default_value = EMBEDDED)]
    pub model: PathBuf,
    /// Also tokens a second and the most memory used.
    #[arg(long)]
    pub speed: bool,
}

/// What runs a model.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Engine {
    /// ONNX in pure Rust, on the processor.
    Rten,
    /// BERT and XLM-R on libtorch, if the program was built with it.
    RustBert,
}

impl From<Engine> for model::Engine {
    fn from(engine: Engine) -> Self {
        match engine {
            Engine::Rten => Self::Rten,
            Engine::RustBert => Self::RustBert,
        }
    }
}

/// The models that a user has added: names and folders.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    #[serde(default)]
    models: BTreeMap<String, PathBuf>,
}

/// # Errors
/// If a model does not load, or a list or manifest cannot be read or written.
pub(super) fn run(args: &Models) -> anyhow::Result<bool> {
    match &args.verb {
        ModelsVerb::List => print(list(&Known::read()?)?.as_bytes())?,
        ModelsVerb::Add(wanted) => print(add(wanted)?.as_bytes())?,
        ModelsVerb::Test(which) => print(test(which)?.as_bytes())?,
        ModelsVerb::Compare(two) => models_compare::run(two)?,
    }
    Ok(true)
}

impl Known {
    fn path() -> Result<PathBuf> {
        let folder = user_folder("XDG_DATA_HOME", ".local/share", "LOCALAPPDATA")?;
        Ok(folder.join("deckname").join(MANIFEST))
    }

    fn read() -> Result<Self> {
        let path = Self::path()?;
        if !path.exists() {
            return Ok(Self::default());
        }
        let bytes = fs::read(&path, MAX_LIST)?;
        let list = String::from_utf8(bytes).ok();
        list.and_then(|list| toml::from_str(&list).ok())
            .ok_or_else(|| {
                settings(format!(
                    "{} is no list of models; mend or remove it",
                    path.display()
                ))
            })
    }

    fn write(&self) -> Result<()> {
        let path = Self::path()?;
        if let Some(folder) = path.parent() {
            fs::make_folder(folder)?;
        }
        let text = toml::to_string(self)
            .map_err(|_| settings("a folder's name is not UTF-8 and cannot be noted"))?;
        fs::write_replacing(&path, text.as_bytes())
    }
}

/// The folder of a model, by its name or by itself; `None` for the embedded one.
///
/// # Errors
/// If there is neither a folder nor a name like that.
pub(super) fn folder(model: &Path) -> Result<Option<PathBuf>> {
    if model.is_dir() {
        return Ok(Some(model.to_owned()));
    }
    if model == Path::new(EMBEDDED) {
        return Ok(None);
    }
    let known = Known::read()?;
    let named = model.to_str().and_then(|name| known.models.get(name));
    match named {
        Some(folder) => Ok(Some(folder.clone())),
        None => Err(Error::new(
            ErrorKind::Model,
            "there is no such model: name its folder, or one of `deckname models list`",
        )),
    }
}

/// Loads a model by name or folder.
///
/// # Errors
/// If it does not load.
pub(super) fn open(model: &Path) -> Result<Ner> {
    match folder(model)? {
        Some(folder) => Ner::open(&folder),
        None => Ner::embedded(),
    }
}

fn add(wanted: &Add) -> Result<String> {
    let folder = absolute(&wanted.folder)?;
    let path = folder.join(MANIFEST);
    if path.exists() && !wanted.replace {
        return Err(settings(
            "the folder has a models.toml already; --replace writes a new one",
        ));
    }
    let ner = Ner::adopt(&folder, &wish(wanted)?)?;
    let manifest = ner.manifest();
    if manifest.name == EMBEDDED {
        return Err(settings(
            "this name is taken; give the model another with --name",
        ));
    }
    let mut known = Known::read()?;
    let taken = known.models.get(&manifest.name);
    if taken.is_some_and(|other| *other != folder) && !wanted.replace {
        return Err(settings(
            "another folder has this name; give the model another with --name, or use --replace",
        ));
    }
    fs::write_replacing(&path, manifest.text()?.as_bytes())?;
    known.models.insert(manifest.name.clone(), folder);
    known.write()?;
    Ok(format!(
        "{}\nself-test: found {}\nuse it with --model {}\n",
        described(manifest),
        found(manifest),
        manifest.name
    ))
}

fn wish(wanted: &Add) -> Result<Wish> {
    let mut thresholds = BTreeMap::new();
    for (label, number) in pairs(&wanted.threshold)? {
        let number = number.parse().map_err(|_| {
            settings(format!(
                "--threshold {label}: a number above 0 and at most 1"
            ))
        })?;
        thresholds.insert(label, number);
    }
    Ok(Wish {
        engine: wanted.engine.into(),
        device: Device::try_from(wanted.device.clone())?,
        name: wanted.name.clone(),
        file: wanted.file.clone(),
        types: pairs(&wanted.map)?.into_iter().collect(),
        thresholds,
        max_pieces: wanted.max_pieces,
        sentence: wanted.self_test.clone(),
        expect: pairs(&wanted.expect)?,
    })
}

/// `LEFT=RIGHT`, split at the last sign.
fn pairs(typed: &[String]) -> Result<Vec<(String, String)>> {
    let pair = |typed: &String| {
        let (left, right) = typed
            .rsplit_once('=')
            .filter(|(left, right)| !left.is_empty() && !right.is_empty())?;
        Some((left.to_owned(), right.to_owned()))
    };
    typed
        .iter()
        .map(|typed| pair(typed).ok_or_else(|| settings(format!("{typed}: expected …=…"))))
        .collect()
}

/// One line on a model.
fn described(manifest: &Manifest) -> String {
    let types: Vec<&str> = manifest
        .entity_types()
        .iter()
        .map(|kind| kind.name())
        .collect();
    format!(
        "{}: {} on {}, {} tokens a window, finds {}",
        manifest.name,
        manifest.engine.name(),
        String::from(manifest.device),
        manifest.max_pieces,
        types.join(" ")
    )
}

fn found(manifest: &Manifest) -> String {
    let expected = manifest.self_test.expect.iter();
    let names: Vec<String> = expected
        .map(|(text, kind)| format!("{text} ({kind})"))
        .collect();
    names.join(", ")
}

fn list(known: &Known) -> Result<String> {
    let mut lines = Vec::new();
    if cfg!(feature = "embedded-model") {
        let manifest = Manifest::parse(include_str!("../../ner-models/models.toml"))?;
        lines.push(format!(
            "{}\n    {EMBEDDED}, the default",
            described(&manifest)
        ));
    }
    for (name, folder) in &known.models {
        let there = match Manifest::open(folder) {
            Ok(manifest) => described(&manifest),
            Err(error) => format!("{name}: cannot be used: {error}"),
        };
        lines.push(format!("{there}\n    {}", folder.display()));
    }
    lines.push(String::new());
    Ok(lines.join("\n"))
}

fn test(which: &Test) -> Result<String> {
    let started = Instant::now();
    let ner = open(&which.model)?;
    let started = started.elapsed();
    let manifest = ner.manifest();
    let mut lines = vec![
        described(manifest),
        "hashes: agree".to_owned(),
        format!("self-test: found {}", found(manifest)),
    ];
    if which.speed {
        lines.push(format!("start-up: {} ms", started.as_millis()));
        // The sentence of the self-test, again and again, fills whole windows.
        let text = format!("{}\n", manifest.self_test.text).repeat(200);
        let windows = models_compare::windows(&ner, &text)?;
        let pass = models_compare::pass(&ner, &windows, Duration::from_secs(3))?;
        lines.push(format!(
            "speed: {:.0} tokens a second",
            pass.tokens_a_second()
        ));
        if let Some(most) = most_memory() {
            lines.push(format!("most memory: {most} MB"));
        }
    }
    lines.push(String::new());
    Ok(lines.join("\n"))
}

/// The most memory this program has held, in MB, where the system tells.
fn most_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024)
}

fn settings(what: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Settings, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_split_at_the_last_sign() {
        let typed = ["a=b=PERSON".to_owned()];
        assert_eq!(
            pairs(&typed).unwrap(),
            [("a=b".to_owned(), "PERSON".to_owned())]
        );
        for wrong in ["PER", "=PERSON", "PER="] {
            assert!(pairs(&[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_model_that_is_gone_is_listed_as_such() {
        let mut known = Known::default();
        known
            .models
            .insert("gone".to_owned(), PathBuf::from("/nowhere/at/all"));
        let list = list(&known).unwrap();
        assert!(list.contains("gone: cannot be used: "), "{list}");
        assert!(list.contains("/nowhere/at/all"));
    }
}
