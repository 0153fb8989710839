//! `deckname models` as it is typed: a folder in Hugging Face layout becomes a
//! model of this program, and works like the embedded one.
//!
//! The weights are those of the default model, on the engine that is always
//! there. What the engine `rust-bert` does is tested beside it.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]
#![cfg(feature = "embedded-model")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

/// A user with a home of his own.
struct User(tempfile::TempDir);

impl User {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_deckname"))
            .args(args)
            .env("HOME", self.0.path())
            .env("XDG_DATA_HOME", self.at("data"))
            .env("XDG_CONFIG_HOME", self.at("config"))
            .env("LOCALAPPDATA", self.at("data"))
            .env("APPDATA", self.at("config"))
            .output()
            .unwrap()
    }

    /// What a call prints that must work.
    fn says(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        let errors = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{args:?}: {errors}");
        String::from_utf8(ran.stdout).unwrap()
    }

    /// What a call complains of that must do nothing.
    fn refuses(&self, args: &[&str], part: &str) {
        let ran = self.run(args);
        let errors = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(2), "{args:?}: {errors}");
        assert!(
            errors.contains(part),
            "{args:?}: {errors} (expected: {part})"
        );
    }

    /// The default model as somebody else's folder.
    fn folder(&self, name: &str) -> PathBuf {
        let folder = self.at(name);
        std::fs::create_dir(&folder).unwrap();
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("ner-models");
        for file in ["model.onnx", "tokenizer.json"] {
            std::fs::copy(home.join(file), folder.join(file)).unwrap();
        }
        put(&folder, &config());
        folder
    }
}

fn config() -> Value {
    let labels = [
        "O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-STREET", "I-STREET",
    ];
    let id2label: serde_json::Map<String, Value> = labels
        .iter()
        .enumerate()
        .map(|(index, label)| (index.to_string(), json!(label)))
        .collect();
    json!({
        "model_type": "bert",
        "architectures": ["BertForTokenClassification"],
        "id2label": id2label,
        "max_position_embeddings": 512,
        "vocab_size": 56_561
    })
}

fn put(folder: &Path, config: &Value) {
    std::fs::write(folder.join("config.json"), config.to_string()).unwrap();
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Three labelled sentences.
fn gold(user: &User) -> PathBuf {
    let path = user.at("gold.jsonl");
    let lines = [
        r#"{"text": "Frau Anna Kowalski wohnt in Köln.", "spans": [[5, 18, "PERSON"], [28, 32, "CITY"]]}"#,
        r#"{"text": "Mein Bruder Tarik Yildirim arbeitet bei der Siemens AG.", "spans": [[12, 26, "PERSON"], [44, 54, "ORGANIZATION"]]}"#,
        r#"{"text": "Der Zug fährt um acht Uhr ab.", "spans": []}"#,
    ];
    std::fs::write(&path, lines.join("\n")).unwrap();
    path
}

#[test]
fn a_folder_becomes_a_model_and_works_like_the_embedded_one() {
    let user = User::new();
    let folder = user.folder("mine");
    let said = user.says(&["models", "add", text(&folder), "--threshold", "PER=0.4"]);
    for part in [
        "mine: rten on cpu, 256 tokens",
        "Anna Kowalski (PERSON)",
        "--model mine",
    ] {
        assert!(said.contains(part), "{said}");
    }
    let manifest = std::fs::read_to_string(folder.join("models.toml")).unwrap();
    assert!(manifest.contains("PER = 0.4") && manifest.contains("LOC = \"LOCATION\""));

    let list = user.says(&["models", "list"]);
    assert!(list.contains("deckname-ner-1: rten"), "{list}");
    assert!(
        list.contains("mine: rten") && list.contains(text(&folder)),
        "{list}"
    );

    // By name, by folder, and the embedded one.
    for model in ["mine", text(&folder), "embedded"] {
        let said = user.says(&["models", "test", model]);
        assert!(
            said.contains("hashes: agree\nself-test: found Anna Kowalski"),
            "{said}"
        );
    }

    // The same weights yield the same figures, but for the thresholds.
    let gold = gold(&user);
    let compare = [
        "models",
        "compare",
        "embedded",
        "mine",
        "--gold",
        text(&gold),
    ];
    let table = user.says(&compare);
    assert!(
        table.starts_with("A: deckname-ner-1\nB: mine\n3 documents, "),
        "{table}"
    );
    let person = table
        .lines()
        .find(|line| line.starts_with("PERSON"))
        .unwrap();
    assert!(person.contains("100.0 100.0  +0.0"), "{person}");
    let json = user.says(&[&compare[..], &["--json", "--model-only", "--speed"]].concat());
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["models"], json!(["deckname-ner-1", "mine"]));
    let persons = |index: usize| &json["evaluations"][index]["types"]["PERSON"]["counts"];
    assert_eq!(persons(0), persons(1));
    assert_eq!(persons(0)["gold"], 2);
    assert!(json["tokens_a_second"][1].as_f64().unwrap() > 0.0);
}

#[test]
fn a_model_works_in_the_pipeline_until_it_is_changed() {
    let user = User::new();
    let folder = user.folder("mine");
    user.says(&["models", "add", text(&folder)]);
    std::fs::create_dir(user.at("letters")).unwrap();
    let (letter, out) = (user.at("letters").join("letter.txt"), user.at("out"));
    std::fs::write(&letter, "Mein Bruder Tarik Yildirim kommt morgen.\n").unwrap();
    user.says(&["run", text(&letter), "--out", text(&out), "--model", "mine"]);
    let copy = std::fs::read_to_string(out.join("letter.txt")).unwrap();
    assert!(!copy.contains("Yildirim"), "{copy}");

    // A model that changed behind its manifest is not used.
    let mut tokenizer = std::fs::read(folder.join("tokenizer.json")).unwrap();
    tokenizer.push(b'\n');
    std::fs::write(folder.join("tokenizer.json"), tokenizer).unwrap();
    user.refuses(&["models", "test", "mine"], "other hash");
    user.refuses(
        &[
            "run",
            text(&letter),
            "--out",
            text(&user.at("other")),
            "--model",
            "mine",
        ],
        "other hash",
    );
    std::fs::remove_dir_all(&folder).unwrap();
    let list = user.says(&["models", "list"]);
    assert!(list.contains("mine: cannot be used"), "{list}");
}

#[test]
fn what_cannot_be_a_model_is_refused_and_nothing_is_written() {
    let user = User::new();
    let folder = user.folder("mine");
    let add = ["models", "add", text(&folder)];
    let with = |more: &[&'static str], part: &str| {
        user.refuses(&[&add[..], more].concat(), part);
        assert!(!folder.join("models.toml").exists());
        assert!(!user.at("data/deckname/models.toml").exists());
    };
    with(&["--engine", "rust-bert"], "model.safetensors");
    with(&["--map", "MISC=NONE"], "no label MISC");
    with(&["--map", "ORG=FIRM"], "no known entity type");
    with(&["--map", "ORG"], "expected …=…");
    with(&["--device", "gpu"], "cpu, cuda or cuda:N");
    with(&["--device", "cuda"], "processor only");
    with(&["--max-pieces", "600"], "512 tokens at most");
    with(&["--threshold", "PER=2"], "threshold");
    with(&["--threshold", "PER=half"], "threshold");
    with(&["--file", "weights.onnx"], "weights.onnx");
    with(&["--name", "embedded"], "name is taken");
    with(&["--self-test", "Der Zug fährt ab."], "finds nothing");
    with(
        &[
            "--self-test",
            "Frau Anna Kowalski kommt.",
            "--expect",
            "Max=PERSON",
        ],
        "must find Max (PERSON) and finds Anna Kowalski (PERSON)",
    );
    let changed = |part: &str, key: &str, value: Value| {
        let mut config = config();
        config[key] = value;
        put(&folder, &config);
        with(&[], part);
    };
    changed("gpt2 is not known", "model_type", json!("gpt2"));
    changed(
        "classifies no tokens",
        "architectures",
        json!(["BertModel"]),
    );
    changed("two models", "vocab_size", json!(1000));
    changed("id2label", "id2label", Value::Null);
    changed(
        "--map ROLE=TYPE",
        "id2label",
        json!({"0": "O", "1": "B-ROLE"}),
    );
    put(&folder, &config());
    std::fs::write(folder.join("model.onnx"), b"no graph").unwrap();
    with(&[], "no ONNX graph");
    std::fs::remove_file(folder.join("model.onnx")).unwrap();
    std::fs::write(folder.join("pytorch_model.bin"), b"pickle").unwrap();
    with(&["--engine", "rust-bert"], "Python pickle");
    with(&[], "no weights for the engine rten");
    std::fs::remove_file(folder.join("tokenizer.json")).unwrap();
    with(&[], "no tokenizer.json");
    user.refuses(&["models", "test", "nobody"], "no such model");
    user.refuses(&["models", "test", text(&folder)], "models.toml");
    user.refuses(&["models", "add", text(&user.at("nowhere"))], "config.json");
}

#[cfg(not(feature = "rust-bert"))]
#[test]
fn a_model_for_an_engine_that_is_not_built_in_is_refused() {
    let user = User::new();
    let folder = user.folder("mine");
    user.says(&["models", "add", text(&folder)]);
    let path = folder.join("models.toml");
    let manifest = std::fs::read_to_string(&path).unwrap();
    let other = manifest.replace(
        "engine = \"rten\"",
        "engine = \"rust-bert\"\nconfig = \"config.json\"\nconfig_sha256 = \"0\"",
    );
    assert_ne!(manifest, other);
    std::fs::write(&path, other).unwrap();
    user.refuses(&["models", "test", "mine"], "--features rust-bert");
    std::fs::write(folder.join("model.safetensors"), b"weights").unwrap();
    user.refuses(
        &[
            "models",
            "add",
            text(&folder),
            "--engine",
            "rust-bert",
            "--replace",
        ],
        "--features rust-bert",
    );
}
