//! The engine `rust-bert` on tiny networks with random weights, against `rten` on
//! the same weights, and against each known fault of the crate below it.
//!
//! `scripts/test-models.py` makes the networks; `.ci/libtorch` does it before it
//! runs these tests. Without the feature there is nothing here.

#![cfg(feature = "rust-bert")]
#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise, and prints what it measures"
)]

use std::path::{Path, PathBuf};

use deckname::detect::Recognizer;
use deckname::detect::ner::Ner;
use deckname::detect::ner::adopt::Wish;
use deckname::detect::ner::model::{Engine, Manifest};
use deckname::document::{Document, Location, Segment, SegmentKind};
use deckname::error::ErrorKind;
use rust_bert::bert::{BertConfig, BertForTokenClassification};
use tch::Device;
use tch::nn::VarStore;

/// A sentence that the tiny networks find something in.
const SENTENCE: &str =
    "Frau Anna Müller wohnt in Köln, Herr Max arbeitet bei der Huber AG in Berlin.";

fn one_paragraph(text: &str) -> Document {
    let mut document = Document::new();
    let place = Location::new("test");
    document.push(Segment::new(SegmentKind::Paragraph, text, place));
    document
}

fn models() -> PathBuf {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let models = std::env::var_os("DECKNAME_TEST_MODELS")
        .map_or_else(|| home.join("target/test-models"), PathBuf::from);
    assert!(
        models.join("bert/model.safetensors").is_file(),
        "no test models in {}: run scripts/test-models.py {} first",
        models.display(),
        models.display()
    );
    models
}

fn wish(engine: Engine) -> Wish {
    Wish {
        engine,
        sentence: Some(SENTENCE.to_owned()),
        ..Wish::default()
    }
}

/// The same network through one engine. Low thresholds: the more the random
/// network claims, the more there is to compare.
fn open(name: &str, engine: Engine) -> Ner {
    let mut wish = wish(engine);
    for kind in ["PER", "ORG", "LOC", "STREET"] {
        wish.thresholds.insert(kind.to_owned(), 0.2);
    }
    wish.max_pieces = Some(512);
    Ner::adopt(&models().join(name), &wish).unwrap()
}

/// Windows of random ids, of many lengths.
fn windows(n: u32, n_ids: u32, longest: u32) -> Vec<Vec<u32>> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 8
    };
    (0..n)
        .map(|_| {
            let length = 1 + next() % longest;
            // No padding inside: positions of XLM-R skip it.
            (0..length).map(|_| 4 + next() % (n_ids - 4)).collect()
        })
        .collect()
}

fn slices(windows: &[Vec<u32>]) -> Vec<&[u32]> {
    windows.iter().map(Vec::as_slice).collect()
}

/// The largest difference of two engines' logits.
fn apart(one: &[Vec<f32>], other: &[Vec<f32>]) -> f32 {
    assert_eq!(one.len(), other.len());
    let mut most = 0.0_f32;
    for (a, b) in one.iter().zip(other) {
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(b) {
            assert!(a.is_finite() && b.is_finite());
            most = most.max((a - b).abs());
        }
    }
    most
}

/// What is found: segment, bytes and type.
fn found(ner: &Ner, document: &Document) -> Vec<(usize, usize, usize, &'static str)> {
    let findings = ner.detect(document).unwrap();
    findings
        .iter()
        .map(|f| {
            let text = document.text(f.span);
            assert_eq!(text.trim(), text, "white space is no part of a name");
            (
                f.span.segment(),
                f.span.start(),
                f.span.end(),
                f.entity_type.name(),
            )
        })
        .collect()
}

#[test]
fn logits_agree_with_rten_on_the_exported_graph() {
    for (name, n_ids) in [("bert", 170), ("xlmr", 150)] {
        let (torch, rten) = (open(name, Engine::RustBert), open(name, Engine::Rten));
        let windows = windows(40, n_ids, 300);
        let windows = slices(&windows);
        let most = apart(
            &torch.logits(&windows).unwrap(),
            &rten.logits(&windows).unwrap(),
        );
        println!("{name}: logits differ by {most} at most");
        assert!(most < 1e-3, "{name}: {most}");
    }
}

/// Fault 1: the pipeline of the crate labels the first inputs again when there
/// are more than its batch size.
#[test]
fn more_inputs_than_a_batch_keep_their_own_labels() {
    for name in ["bert", "xlmr"] {
        let ner = open(name, Engine::RustBert);
        let windows = windows(400, 150, 60);
        let together = ner.logits(&slices(&windows)).unwrap();
        for (ids, logits) in windows.iter().zip(together) {
            let alone = ner.logits(&[ids]).unwrap();
            assert!(apart(&alone, &[logits]) < 1e-3);
        }
    }
}

/// Fault 2: XLM-R panics on more pieces than it has positions for.
#[test]
fn what_is_longer_than_the_model_is_cut_and_not_a_panic() {
    for name in ["bert", "xlmr"] {
        let (torch, rten) = (open(name, Engine::RustBert), open(name, Engine::Rten));
        let full: Vec<u32> = vec![20; 512];
        assert_eq!(torch.logits(&[&full]).unwrap()[0].len(), 512 * 9);
        let error = torch.logits(&[&vec![20; 513]]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Recognizer);
        // One line, 4,000 pieces and more; and one word of 3,000 letters.
        let document = one_paragraph(&format!("{} {}", SENTENCE.repeat(60), "x".repeat(3000)));
        let names = found(&torch, &document);
        assert!(!names.is_empty());
        assert_eq!(names, found(&rten, &document), "{name}");
    }
}

/// Fault 3: offsets count characters, and those of XLM-R begin with the space.
/// Fault 5: another tokenizer of the crate mixes characters and bytes.
#[test]
fn offsets_are_bytes_of_the_text_as_it_stands() {
    let texts = [
        "   Frau   Anna  Mu\u{308}ller wohnt\u{a0}in\tKo\u{308}ln.",
        "👩‍👩‍👧 Herr Max 🇩🇪 arbeitet bei der Huber AG 🏢 in Köln",
        "漢字と仮名 Frau Anna 山田太郎 wohnt in 東京, Köln",
        "ﬁnale ½ ㎏ Ａｎｎａ Müller İstanbul ẞ",
        "\u{200f}Frau\u{200f} Anna \u{feff}Max\u{ad}imilian",
        "Zoe\u{308}\u{301}\u{323} Frau A\u{30a}sa e\u{301}t Anna",
    ];
    for name in ["bert", "xlmr"] {
        let (torch, rten) = (open(name, Engine::RustBert), open(name, Engine::Rten));
        let mut n_found = 0;
        for text in texts {
            let mut document = one_paragraph(text);
            let cell = SegmentKind::TableCell {
                column: Some("Name".into()),
                row: None,
            };
            document.push(Segment::new(cell, text, Location::new("table").cell(2, 1)));
            let names = found(&torch, &document);
            n_found += names.len();
            for (segment, start, end, _) in &names {
                let text = document.segments()[*segment].text();
                assert!(text.get(*start..*end).is_some_and(|name| !name.is_empty()));
            }
            assert_eq!(names, found(&rten, &document), "{name}: {text}");
        }
        assert!(n_found > 10, "{name}: only {n_found} names to compare");
    }
}

/// Fault 4: the crate's scores of whole words mean nothing.
#[test]
fn scores_are_those_of_our_own_decoder() {
    for name in ["bert", "xlmr"] {
        let (torch, rten) = (open(name, Engine::RustBert), open(name, Engine::Rten));
        let document = one_paragraph(SENTENCE);
        let (a, b) = (
            torch.detect(&document).unwrap(),
            rten.detect(&document).unwrap(),
        );
        assert_eq!(a.len(), b.len());
        assert!(!a.is_empty());
        for (a, b) in a.iter().zip(&b) {
            assert!((a.score.value() - b.score.value()).abs() < 1e-3);
            assert!((0.5..=1.0).contains(&a.score.value()));
        }
    }
}

#[test]
fn the_faulty_tokenizer_is_not_even_built() {
    let lock = include_str!("../Cargo.lock");
    let packages: Vec<&str> = lock.split("[[package]]").collect();
    let ours = packages
        .iter()
        .find(|text| text.contains("name = \"rust-bert\""))
        .unwrap();
    assert!(
        !ours.contains("\"tokenizers"),
        "feature hf-tokenizers is on"
    );
    assert!(!packages.iter().any(|text| text.contains("name = \"ort\"")));
}

/// A copy of a model folder after a change, and what opening it says.
fn refused(name: &str, change: &dyn Fn(&Path)) -> String {
    let folder = tempfile::tempdir().unwrap();
    for file in ["config.json", "tokenizer.json", "model.safetensors"] {
        std::fs::copy(models().join(name).join(file), folder.path().join(file)).unwrap();
    }
    change(folder.path());
    let error = Ner::adopt(folder.path(), &wish(Engine::RustBert)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Model, "{error}");
    error.to_string()
}

fn put(path: &Path, bytes: &[u8]) {
    deckname::fs::write_replacing(path, bytes).unwrap();
}

fn with_config(change: &dyn Fn(&mut serde_json::Value)) -> String {
    refused("xlmr", &|folder| {
        let path = folder.join("config.json");
        let mut config = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        change(&mut config);
        put(&path, config.to_string().as_bytes());
    })
}

/// Fault 6: the crate panics where it should say what is wrong.
#[test]
fn broken_folders_are_errors_that_say_what_is_wrong() {
    let says = |part: &str, said: String| assert!(said.contains(part), "{said} (expected: {part})");
    for file in ["config.json", "tokenizer.json", "model.safetensors"] {
        let gone = refused("bert", &|folder| {
            std::fs::remove_file(folder.join(file)).unwrap()
        });
        says(file, gone);
    }
    says(
        "config.json",
        refused("bert", &|folder| put(&folder.join("config.json"), b"{")),
    );
    says(
        "tokenizer",
        refused("bert", &|folder| put(&folder.join("tokenizer.json"), b"{}")),
    );
    for n in [0, 4, 100, 5_000, 300_000] {
        let cut = refused("bert", &|folder| {
            let path = folder.join("model.safetensors");
            put(&path, &std::fs::read(&path).unwrap()[..n]);
        });
        says("cut off", cut);
    }
    says(
        "cut off",
        refused("bert", &|folder| {
            put(&folder.join("model.safetensors"), &[0xFF; 4000])
        }),
    );
    // The weights of one model with the description of another.
    says(
        "lack",
        refused("bert", &|folder| {
            std::fs::copy(
                models().join("xlmr/model.safetensors"),
                folder.join("model.safetensors"),
            )
            .unwrap();
        }),
    );
    says(
        "two models",
        refused("xlmr", &|folder| {
            std::fs::copy(
                models().join("bert/tokenizer.json"),
                folder.join("tokenizer.json"),
            )
            .unwrap();
        }),
    );
    says(
        "shape",
        with_config(&|config| config["vocab_size"] = 400.into()),
    );
    says(
        "shape",
        with_config(&|config| config["intermediate_size"] = 64.into()),
    );
    says(
        "lack",
        with_config(&|config| config["num_hidden_layers"] = 4.into()),
    );
    says(
        "sizes",
        with_config(&|config| config["num_attention_heads"] = 7.into()),
    );
    says(
        "sizes",
        with_config(&|config| config["num_attention_heads"] = 0.into()),
    );
    says(
        "activation",
        with_config(&|config| config["hidden_act"] = "silu".into()),
    );
    says(
        "lacks something",
        with_config(&|config| config["hidden_size"] = serde_json::Value::Null),
    );
    says(
        "deberta-v2 is not known",
        with_config(&|config| config["model_type"] = "deberta-v2".into()),
    );
    says(
        "--map LABEL_1=TYPE",
        with_config(&|config| {
            config["id2label"]["1"] = "LABEL_1".into();
            config["label2id"] = serde_json::Value::Null;
        }),
    );
    // A label more than the weights have: everything fits but the last layer.
    says(
        "classifier",
        with_config(&|config| {
            config["id2label"]["9"] = "B-CITY".into();
            config["label2id"] = serde_json::Value::Null;
        }),
    );
}

#[test]
fn a_manifest_that_does_not_fit_the_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["config.json", "tokenizer.json", "model.safetensors"] {
        std::fs::copy(models().join("bert").join(file), folder.path().join(file)).unwrap();
    }
    let ner = Ner::adopt(folder.path(), &wish(Engine::RustBert)).unwrap();
    let manifest = ner.manifest().text().unwrap();
    let open = |from: &str, to: &str| {
        assert!(manifest.contains(from), "{from} in {manifest}");
        put(
            &folder.path().join("models.toml"),
            manifest.replacen(from, to, 1).as_bytes(),
        );
        Ner::open(folder.path())
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    open("name", "name").unwrap();
    let says = |part: &str, from: &str, to: &str| {
        let said = open(from, to).unwrap_err();
        assert!(said.contains(part), "{said} (expected: {part})");
    };
    says("hash", "config_sha256 = \"", "config_sha256 = \"0");
    says("hash", "\nsha256 = \"", "\nsha256 = \"0");
    says("512 tokens at most", "max_pieces = 256", "max_pieces = 600");
    says(
        "not those of the manifest",
        "\"B-PER\", \"I-PER\"",
        "\"I-PER\", \"B-PER\"",
    );
    if !tch::Cuda::is_available() {
        says("sees none", "device = \"cpu\"", "device = \"cuda\"");
    }
    says(
        "cpu, cuda or cuda:N",
        "device = \"cpu\"",
        "device = \"gpu\"",
    );
    says("self-test", "text = \"Frau Anna", "text = \"Frau");
    // Weights that are not numbers find nothing, and say so.
    let mut bytes = std::fs::read(folder.path().join("model.safetensors")).unwrap();
    let end = bytes.len();
    for chunk in bytes[end - 60_000..].chunks_exact_mut(4) {
        chunk.copy_from_slice(&f32::NAN.to_le_bytes());
    }
    put(&folder.path().join("model.safetensors"), &bytes);
    assert!(Ner::adopt(folder.path(), &wish(Engine::RustBert)).is_err());
}

#[test]
fn half_precision_and_ot_files_are_read() {
    let ner = open("bert", Engine::RustBert);
    let windows = windows(5, 150, 50);
    let expected = ner.logits(&slices(&windows)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for file in ["config.json", "tokenizer.json", "half.safetensors"] {
        std::fs::copy(models().join("bert").join(file), folder.path().join(file)).unwrap();
    }
    let json = std::fs::read(folder.path().join("config.json")).unwrap();
    let config: BertConfig = serde_json::from_slice(&json).unwrap();
    let mut store = VarStore::new(Device::Cpu);
    let _network = BertForTokenClassification::new(store.root(), &config).unwrap();
    store.load(models().join("bert/model.safetensors")).unwrap();
    store.save(folder.path().join("rust_model.ot")).unwrap();
    for (file, most) in [("half.safetensors", 0.1), ("rust_model.ot", 1e-4)] {
        let mut wish = wish(Engine::RustBert);
        wish.file = Some(file.to_owned());
        wish.thresholds.insert("PER".to_owned(), 0.2);
        let other = Ner::adopt(folder.path(), &wish).unwrap();
        let logits = other.logits(&slices(&windows)).unwrap();
        assert!(apart(&expected, &logits) < most, "{file}");
    }
    // The end is gone: an error and not a panic.
    let path = folder.path().join("rust_model.ot");
    let bytes = std::fs::read(&path).unwrap();
    put(&path, &bytes[..bytes.len() / 2]);
    let mut wish = wish(Engine::RustBert);
    wish.file = Some("rust_model.ot".to_owned());
    assert!(Ner::adopt(folder.path(), &wish).is_err());
}

#[test]
fn eighty_thousand_words_are_read_to_the_end() {
    let ner = open("xlmr", Engine::RustBert);
    let filler = "der die in und bei sehr geehrte ".repeat(11_428);
    let text = format!("{filler}\n{SENTENCE}");
    assert!(text.split_whitespace().count() >= 80_000);
    let names = found(&ner, &one_paragraph(&text));
    let last = names.last().unwrap();
    assert!(last.2 > filler.len(), "the end was not read");
}

/// Memory that this program holds, in MB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kilobytes.unwrap_or(0) / 1024
}

#[test]
fn two_threads_and_a_thousand_documents_need_no_more_memory_than_a_few() {
    let (torch, rten) = (open("bert", Engine::RustBert), open("bert", Engine::Rten));
    let document = |n: u32| one_paragraph(&format!("{SENTENCE} {n} ").repeat(2 + n as usize % 5));
    let read = |from: u32, to: u32| {
        std::thread::scope(|scope| {
            for odd in 0..2 {
                let (torch, rten) = (&torch, &rten);
                scope.spawn(move || {
                    for n in (from..to).filter(|n| n % 2 == odd) {
                        let document = document(n);
                        let names = found(torch, &document);
                        if n % 20 == odd {
                            assert_eq!(names, found(rten, &document), "document {n}");
                        }
                    }
                });
            }
        });
        resident()
    };
    let few = read(0, 300);
    let many = read(300, 1000);
    println!("{few} MB after 300 documents, {many} MB after 1000");
    assert!(
        many < few + 40,
        "{few} MB after 300 documents, {many} MB after 1000"
    );
}

/// What the default model finds in the samples through both engines, in 32 bits.
#[test]
fn the_default_model_finds_the_same_through_both_engines() {
    if !models().join("default/model.safetensors").is_file() {
        println!(
            "SKIPPED: no default model in 32 bits; scripts/test-models.py OUT --default ner-models makes it"
        );
        return;
    }
    let open = |name: &str, engine| {
        let mut wish = Wish {
            engine,
            ..Wish::default()
        };
        let manifest = Manifest::parse(include_str!("../ner-models/models.toml")).unwrap();
        wish.thresholds = manifest.thresholds;
        Ner::adopt(&models().join(name), &wish).unwrap()
    };
    let (torch, rten) = (
        open("default", Engine::RustBert),
        open("default", Engine::Rten),
    );
    let (clipped, int8) = (
        open("default-clipped", Engine::Rten),
        Ner::embedded().unwrap(),
    );
    let mut n = [0; 3];
    let mut differences = Vec::new();
    let samples = samples();
    let mut n_names = 0;
    for text in &samples {
        let document = one_paragraph(text);
        let names = found(&torch, &document);
        n_names += names.len();
        for (count, (who, other)) in n.iter_mut().zip([
            ("rten f32, same arithmetic", &rten),
            ("rten f32, with limits", &clipped),
            ("rten int8", &int8),
        ]) {
            let others = found(other, &document);
            for name in names.iter().filter(|name| !others.contains(name)) {
                *count += 1;
                differences.push(format!("{who}: not {:?} {}", &text[name.1..name.2], name.3));
            }
            for name in others.iter().filter(|name| !names.contains(name)) {
                *count += 1;
                differences.push(format!(
                    "{who}: also {:?} {}",
                    &text[name.1..name.2],
                    name.3
                ));
            }
        }
    }
    println!(
        "{} texts, {n_names} names; differences {n:?}\n{}",
        samples.len(),
        differences.join("\n")
    );
    assert!(n_names > 100, "only {n_names} names to compare");
    assert_eq!(n[0], 0, "the engines disagree on the same arithmetic");
}

/// The texts of the labelled samples.
fn samples() -> Vec<String> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut texts = Vec::new();
    for folder in ["labels", "floor"] {
        for entry in std::fs::read_dir(home.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path
                .extension()
                .is_some_and(|extension| extension == "jsonl")
            {
                let gold = std::fs::read_to_string(path).unwrap();
                for line in gold.lines().filter(|line| !line.is_empty()) {
                    let line: serde_json::Value = serde_json::from_str(line).unwrap();
                    texts.push(line["text"].as_str().unwrap().to_owned());
                }
            }
        }
    }
    texts
}
