//! A model from elsewhere: a folder in Hugging Face layout becomes a model folder
//! of this program.
//!
//! `config.json` says what the network is and what its labels are called,
//! `tokenizer.json` how text becomes tokens; weights come as `model.safetensors`
//! or `.ot` for the engine `rust-bert`, as `model.onnx` for `rten`. What comes out
//! is a manifest with hashes, a total map of labels, and a self-test that the
//! model passed here. Nothing is written by this file.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::Ner;
use super::labels::{self, NONE};
use super::model::{Device, Engine, Manifest, SelfTest, hex, hex_of_file, model_error, read_text};
use super::tokenizer::Pieces;
use crate::entity::EntityType;
use crate::error::Result;

/// The description of the network.
const CONFIG: &str = "config.json";
/// The tokenizer.
const TOKENIZER: &str = "tokenizer.json";
/// Longest window by default, in tokens: twice as long costs more than twice as
/// much, and a name's context is near.
const USUAL_WINDOW: usize = 256;
/// A sentence with a name in it, in German.
const SENTENCE: &str =
    "Frau Anna Kowalski wohnt in der Lindenstraße 12 in Köln und arbeitet bei der Siemens AG.";
/// What must be found in it.
const IN_SENTENCE: (&str, &str) = ("Anna Kowalski", "PERSON");

/// The networks that can be described here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// BERT: learned positions from 0.
    Bert,
    /// `RoBERTa`, XLM-R, `CamemBERT`: positions start behind the padding's id.
    Roberta,
}

/// What `config.json` says of a token classifier.
#[derive(Clone, Debug)]
pub struct Description {
    /// Which network it is.
    pub family: Family,
    /// The labels in the order of the logits.
    pub labels: Vec<String>,
    /// Tokens that fit into one window, special ones included.
    pub positions: usize,
    /// Ids of tokens are below this.
    pub vocabulary: usize,
}

/// What the user wants of a model.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// What runs it.
    pub engine: Engine,
    /// Where.
    pub device: Device,
    /// Its name in reports; by default that of the folder.
    pub name: Option<String>,
    /// The file with the weights; by default the usual names are tried.
    pub file: Option<String>,
    /// Types of the model and what they stand for, where the usual names do not tell.
    pub types: BTreeMap<String, String>,
    /// From which probability on a type counts.
    pub thresholds: BTreeMap<String, f32>,
    /// Tokens in a window, special ones included.
    pub max_pieces: Option<usize>,
    /// A sentence for the self-test, in the language of the model.
    pub sentence: Option<String>,
    /// What must be found in it: text and entity type. With a sentence and without
    /// this, what the model finds now is what it must find from now on.
    pub expect: Vec<(String, String)>,
}

impl Description {
    /// Reads `config.json`.
    ///
    /// # Errors
    /// If it describes no token classifier of a known family, or not all of it.
    pub fn parse(json: &[u8]) -> Result<Self> {
        let config: Value = serde_json::from_slice(json)
            .map_err(|_| model_error("config.json is no JSON, or is cut off"))?;
        let family = family(&config)?;
        let number = |key: &str| {
            let number = config.get(key).and_then(Value::as_u64);
            let number = number.and_then(|number| usize::try_from(number).ok());
            number
                .filter(|number| (1..=1 << 28).contains(number))
                .ok_or_else(|| model_error(format!("config.json: {key} is missing or no size")))
        };
        let positions = number("max_position_embeddings")?;
        Ok(Self {
            family,
            labels: label_names(&config)?,
            positions: match family {
                Family::Bert => positions,
                Family::Roberta => positions.saturating_sub(2),
            },
            vocabulary: number("vocab_size")?,
        })
    }
}

fn family(config: &Value) -> Result<Family> {
    let text = |key: &str| config.get(key).and_then(Value::as_str);
    let family = match text("model_type") {
        Some("bert") => Family::Bert,
        Some("roberta" | "xlm-roberta" | "camembert") => Family::Roberta,
        Some(other) if other.len() < 40 => {
            return Err(model_error(format!(
                "config.json: the architecture {other} is not known here; bert, roberta, xlm-roberta and camembert are"
            )));
        }
        _ => return Err(model_error("config.json: model_type is missing")),
    };
    let architectures = config.get("architectures").and_then(Value::as_array);
    let classifies = |name: &Value| {
        name.as_str()
            .is_some_and(|name| name.ends_with("ForTokenClassification"))
    };
    if architectures.is_some_and(|names| !names.is_empty() && !names.iter().any(classifies)) {
        return Err(model_error(
            "config.json: this network classifies no tokens; a model for names is called …ForTokenClassification",
        ));
    }
    if text("position_embedding_type").is_some_and(|kind| kind != "absolute") {
        return Err(model_error(
            "config.json: only absolute position embeddings are known here",
        ));
    }
    Ok(family)
}

/// The labels in order; every number must have one, and no two the same.
fn label_names(config: &Value) -> Result<Vec<String>> {
    let missing = || model_error("config.json: id2label is missing; it says what the labels mean");
    let map = config.get("id2label").and_then(Value::as_object);
    let map = map.ok_or_else(missing)?;
    let mut names: Vec<String> = Vec::new();
    for index in 0..map.len() {
        let name = map.get(&index.to_string()).and_then(Value::as_str);
        let name = name.filter(|name| !name.is_empty() && name.len() < 80);
        let name = name.ok_or_else(|| {
            model_error(format!(
                "config.json: id2label has no name for label {index}"
            ))
        })?;
        if names.iter().any(|known| known == name) {
            return Err(model_error(format!(
                "config.json: id2label has the name of label {index} twice"
            )));
        }
        names.push(name.to_owned());
    }
    if names.len() < 2 {
        return Err(missing());
    }
    let back = config.get("label2id").and_then(Value::as_object);
    let agrees = |(index, name): (usize, &String)| {
        let number = back.and_then(|back| back.get(name)?.as_u64());
        number.is_some_and(|number| usize::try_from(number).ok() == Some(index))
    };
    if back.is_some_and(|back| back.len() != names.len())
        || back.is_some() && !names.iter().enumerate().all(agrees)
    {
        return Err(model_error(
            "config.json: id2label and label2id contradict each other",
        ));
    }
    Ok(names)
}

/// What each type of the model stands for, by the user's word or its usual name.
fn types(labels: &[String], wish: &Wish) -> Result<BTreeMap<String, String>> {
    let mut types = BTreeMap::new();
    for name in labels::types(labels) {
        let told = wish.types.get(name).map(String::as_str);
        let usual = || labels::usual(name).map(EntityType::name);
        let mapped = told.or_else(usual).ok_or_else(|| {
            model_error(format!(
                "nobody can tell what the model's label {name} stands for; say --map {name}=TYPE, or --map {name}={NONE} if it is no personal data"
            ))
        })?;
        types.insert(name.to_owned(), mapped.to_owned());
    }
    if let Some(name) = wish.types.keys().find(|name| !types.contains_key(*name)) {
        return Err(model_error(format!("the model has no label {name}")));
    }
    Ok(types)
}

/// The file with the weights.
fn weights(folder: &Path, wish: &Wish) -> Result<String> {
    let usual: &[&str] = match wish.engine {
        Engine::Rten => &["model.onnx", "onnx/model.onnx", "model_quantized.onnx"],
        Engine::RustBert => &["model.safetensors", "rust_model.ot", "model.ot"],
    };
    let there = |name: &str| folder.join(name).is_file();
    if let Some(name) = &wish.file {
        return Ok(name.clone());
    }
    if let Some(name) = usual.iter().find(|name| there(name)) {
        return Ok((*name).to_owned());
    }
    Err(model_error(match wish.engine {
        Engine::RustBert if there("model.safetensors.index.json") => {
            "the weights are split over several files; save them as one model.safetensors (save_pretrained with max_shard_size=\"20GB\")".to_owned()
        }
        Engine::RustBert if there("pytorch_model.bin") => {
            "pytorch_model.bin is a Python pickle and is not read; save the weights as model.safetensors (save_pretrained with safe_serialization=True)".to_owned()
        }
        Engine::Rten | Engine::RustBert => format!(
            "the folder holds no weights for the engine {}: {}",
            wish.engine.name(),
            usual.join(", ")
        ),
    }))
}

/// The ids of the tokens at the start, at the end, and of padding.
fn special(pieces: &Pieces) -> Result<(u32, u32, u32)> {
    let id = |names: &[&str]| {
        pieces.special(names).ok_or_else(|| {
            model_error(format!("the tokenizer has no token {}", names.join(" or ")))
        })
    };
    Ok((
        id(&["[CLS]", "<s>"])?,
        id(&["[SEP]", "</s>"])?,
        id(&["[PAD]", "<pad>"])?,
    ))
}

impl Ner {
    /// The manifest for a folder in Hugging Face layout, and the model that it
    /// describes, which passed the self-test in it.
    ///
    /// # Errors
    /// If a file is missing or does not fit the others, a label stands for
    /// nothing, or the model does not find what it should.
    pub fn adopt(folder: &Path, wish: &Wish) -> Result<Self> {
        let config = read_text(&folder.join(CONFIG))?;
        let description = Description::parse(&config)?;
        if !folder.join(TOKENIZER).is_file() {
            return Err(model_error(
                "the folder holds no tokenizer.json; write one with AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER) of the Python package transformers",
            ));
        }
        let tokenizer = read_text(&folder.join(TOKENIZER))?;
        let pieces = Pieces::new(&tokenizer)?;
        if pieces.n_ids() > description.vocabulary {
            return Err(model_error(format!(
                "tokenizer.json has {} tokens, config.json only {}: they belong to two models",
                pieces.n_ids(),
                description.vocabulary
            )));
        }
        let (bos_id, eos_id, pad_id) = special(&pieces)?;
        let file = weights(folder, wish)?;
        let max_pieces = wish
            .max_pieces
            .unwrap_or(USUAL_WINDOW.min(description.positions));
        if max_pieces > description.positions {
            return Err(model_error(format!(
                "the model takes {} tokens at most, not {max_pieces}",
                description.positions
            )));
        }
        let needs_config = wish.engine == Engine::RustBert;
        let sentence = wish.sentence.as_deref().unwrap_or(SENTENCE).to_owned();
        let manifest = Manifest {
            name: wish.name.clone().unwrap_or_else(|| name_of(folder)),
            engine: wish.engine,
            device: wish.device,
            sha256: hex_of_file(&folder.join(&file))?,
            file,
            tokenizer: TOKENIZER.to_owned(),
            tokenizer_sha256: hex(&tokenizer),
            config: needs_config.then(|| CONFIG.to_owned()),
            config_sha256: needs_config.then(|| hex(&config)),
            types: types(&description.labels, wish)?,
            labels: description.labels,
            max_pieces,
            bos_id,
            pad_id,
            eos_id,
            temperature: 1.0,
            thresholds: wish.thresholds.clone(),
            self_test: SelfTest {
                text: sentence,
                expect: expected(wish),
            },
        };
        manifest.check_sense()?;
        let mut ner = Self::untested(folder, manifest)?;
        ner.try_out()?;
        Ok(ner)
    }

    /// The self-test, with words for somebody who adds a model.
    fn try_out(&mut self) -> Result<()> {
        let found = self.names(&self.manifest.self_test.text)?;
        if self.manifest.self_test.expect.is_empty() {
            self.manifest.self_test.expect.clone_from(&found);
        }
        let expect = &self.manifest.self_test.expect;
        if expect.is_empty() || !expect.iter().all(|name| found.contains(name)) {
            let names = |names: &[(String, String)]| {
                let each = names.iter().map(|(text, kind)| format!("{text} ({kind})"));
                each.collect::<Vec<_>>().join(", ")
            };
            let wanted = if expect.is_empty() {
                "a name".to_owned()
            } else {
                names(expect)
            };
            let got = if found.is_empty() {
                "nothing".to_owned()
            } else {
                names(&found)
            };
            return Err(model_error(format!(
                "in the self-test sentence the model must find {wanted} and finds {got}; if it speaks another language, give it a sentence with --self-test and --expect"
            )));
        }
        Ok(())
    }
}

fn expected(wish: &Wish) -> Vec<(String, String)> {
    if wish.expect.is_empty() && wish.sentence.is_none() {
        let (text, kind) = IN_SENTENCE;
        return vec![(text.to_owned(), kind.to_owned())];
    }
    wish.expect.clone()
}

/// What a folder is called.
fn name_of(folder: &Path) -> String {
    let folder = folder.canonicalize();
    let name = folder.as_ref().ok().and_then(|folder| folder.file_name());
    name.map_or_else(
        || "model".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn config() -> Value {
        json!({
            "model_type": "xlm-roberta",
            "architectures": ["XLMRobertaForTokenClassification"],
            "id2label": {"0": "B-LOC", "1": "I-PER", "2": "O"},
            "label2id": {"B-LOC": 0, "I-PER": 1, "O": 2},
            "max_position_embeddings": 514,
            "vocab_size": 250_002
        })
    }

    fn parse(config: &Value) -> Result<Description> {
        Description::parse(config.to_string().as_bytes())
    }

    #[test]
    fn a_config_is_read() {
        let description = parse(&config()).unwrap();
        assert_eq!(description.family, Family::Roberta);
        assert_eq!(description.labels, ["B-LOC", "I-PER", "O"]);
        assert_eq!(description.positions, 512);
        let mut bert = config();
        bert["model_type"] = json!("bert");
        bert["max_position_embeddings"] = json!(512);
        assert_eq!(parse(&bert).unwrap().positions, 512);
    }

    #[test]
    fn a_wrong_config_says_what_is_wrong() {
        let says = |part: &str, key: &str, value: Value| {
            let mut config = config();
            config[key] = value;
            let said = parse(&config).unwrap_err().to_string();
            assert!(said.contains(part), "{said} (expected: {part})");
        };
        says("gpt2 is not known", "model_type", json!("gpt2"));
        says("model_type", "model_type", json!(7));
        says(
            "classifies no tokens",
            "architectures",
            json!(["BertModel"]),
        );
        says("id2label is missing", "id2label", json!(null));
        says("id2label is missing", "id2label", json!({"0": "O"}));
        says("label 1", "id2label", json!({"0": "O", "2": "B-PER"}));
        says("twice", "id2label", json!({"0": "O", "1": "O"}));
        says(
            "contradict",
            "label2id",
            json!({"B-LOC": 1, "I-PER": 0, "O": 2}),
        );
        says("contradict", "label2id", json!({"O": 2}));
        says("vocab_size", "vocab_size", json!(-1));
        says("vocab_size", "vocab_size", json!("many"));
        says("position", "position_embedding_type", json!("relative_key"));
        says(
            "max_position_embeddings",
            "max_position_embeddings",
            json!(0),
        );
        let said = Description::parse(b"{\"model_type\": \"ber").unwrap_err();
        assert!(said.to_string().contains("cut off"));
    }

    #[test]
    fn labels_need_a_meaning() {
        let labels: Vec<String> = ["O", "B-PER", "I-PER", "B-MISC"].map(str::to_owned).into();
        let said = types(&labels, &Wish::default()).unwrap_err().to_string();
        assert!(said.contains("--map MISC=TYPE"), "{said}");
        let mut wish = Wish::default();
        wish.types.insert("MISC".to_owned(), NONE.to_owned());
        let map = types(&labels, &wish).unwrap();
        assert_eq!(map["PER"], "PERSON");
        assert_eq!(map["MISC"], "NONE");
        wish.types
            .insert("ORG".to_owned(), "ORGANIZATION".to_owned());
        assert!(types(&labels, &wish).is_err());
    }
}
