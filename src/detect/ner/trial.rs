//! The engine against bad input and bad model folders, with a model that is cheap.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use super::model::{Manifest, Model};
use super::{Ner, tokenizer::Pieces, window};
use crate::detect::Recognizer;
use crate::document::{Document, Location, Segment, SegmentKind};
use crate::error::{ErrorKind, Result};

/// Says "person" for every token but the known filler, and counts what it sees.
struct Counting(Arc<AtomicUsize>);

impl Model for Counting {
    fn logits(&self, windows: &[&[u32]]) -> Result<Vec<Vec<f32>>> {
        self.0.fetch_add(windows.len(), Ordering::Relaxed);
        let score = |id: &u32| {
            if *id == 4 {
                [0.0, 9.0, 0.0]
            } else {
                [9.0, 0.0, 0.0]
            }
        };
        let one = |ids: &&[u32]| ids.iter().flat_map(score).collect();
        Ok(windows.iter().map(one).collect())
    }
}

const TOKENIZER: &str = r#"{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
    "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},
    {"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}]},
    "post_processor":null,"decoder":null,"model":{"type":"Unigram","unk_id":0,"vocab":
    [["<unk>",0.0],["<pad>",0.0],["</s>",0.0],["<s>",0.0],["▁Max",-1.0],["▁",-3.0],["x",-4.0],["ü",-4.0]]}}"#;

const MANIFEST: &str = r#"[[model]]
name = "counting"
file = "m"
sha256 = "0"
tokenizer = "t"
tokenizer_sha256 = "0"
labels = ["O", "B-PER", "I-PER"]
max_pieces = 64
bos_id = 3
pad_id = 1
eos_id = 2
temperature = 1.0
[model.types]
PER = "PERSON"
[model.thresholds]
PER = 0.5
[model.self_test]
text = "Max"
expect = [["Max", "PERSON"]]
"#;

fn ner() -> (Ner, Arc<AtomicUsize>) {
    let n = Arc::new(AtomicUsize::new(0));
    let model = Box::new(Counting(Arc::clone(&n)));
    let manifest = Manifest::parse(MANIFEST).unwrap();
    (Ner::new(model, TOKENIZER.as_bytes(), manifest).unwrap(), n)
}

fn paragraphs(texts: &[&str]) -> Document {
    let mut document = Document::new();
    for text in texts {
        document.push(Segment::new(
            SegmentKind::Paragraph,
            *text,
            Location::new("x"),
        ));
    }
    document
}

fn found(ner: &Ner, document: &Document) -> Vec<String> {
    let findings = ner.detect(document).unwrap();
    findings
        .iter()
        .map(|finding| document.text(finding.span).to_owned())
        .collect()
}

#[test]
fn ten_megabytes_without_a_space_are_cut_into_bounded_windows() {
    // 1 MB here; the number of windows is linear, so ten cost ten times as much.
    let text = "x".repeat(1 << 20);
    let document = paragraphs(&[&text]);
    let manifest = Manifest::parse(MANIFEST).unwrap();
    let pieces = Pieces::new(TOKENIZER.as_bytes()).unwrap();
    let windows = window::windows(&document, &pieces, &manifest).unwrap();
    assert!(windows.iter().all(|window| window.ids.len() <= 64));
    let n_tokens: usize = windows.iter().map(|window| window.ids.len()).sum();
    assert!(n_tokens < 4 * text.len(), "{n_tokens} tokens");
    let mut seen = vec![false; text.len()];
    for (_, range) in windows
        .iter()
        .flat_map(|window| window.places.iter().flatten())
    {
        seen[range.clone()].fill(true);
    }
    assert!(seen.iter().all(|seen| *seen), "a character is in no window");
}

#[test]
fn strange_text_is_seen_whole_or_named() {
    let (ner, _) = ner();
    let noise: String = (0..20_000_u32)
        .filter_map(|n| char::from_u32(n.wrapping_mul(2_654_435_761) % 0x11_0000))
        .collect();
    let rows = [
        "",
        " \n\t",
        "שלום Max עולם",
        "中文 Max 漢字",
        "\u{e000}\u{f8ff} Max \u{10ffff}",
        "\u{202e} Max \u{202c} ü",
        "👩‍👩‍👧 Max e\u{301}",
        "\0\u{1}\u{7f} Max",
    ];
    for row in rows {
        let expected = usize::from(row.contains("Max"));
        assert_eq!(found(&ner, &paragraphs(&[row])).len(), expected, "{row:?}");
    }
    let text = format!("Max\n{noise}\nMax");
    assert_eq!(found(&ner, &paragraphs(&[&text])), ["Max", "Max"]);
}

#[test]
fn a_tokenizer_that_cuts_text_off_is_told_not_to() {
    let cutting = TOKENIZER.replace(
        "\"truncation\":null",
        r#""truncation":{"direction":"Right","max_length":4,"strategy":"LongestFirst","stride":0}"#,
    );
    assert_ne!(cutting, TOKENIZER);
    let n_pieces = |json: &str| {
        let pieces = Pieces::new(json.as_bytes()).unwrap();
        pieces.encode(&"Max ".repeat(20)).unwrap().len()
    };
    assert_eq!(n_pieces(&cutting), n_pieces(TOKENIZER));
}

#[test]
fn many_tiny_cells_share_windows_and_equal_windows_are_computed_once() {
    let (ner, n) = ner();
    let cells = vec!["x"; 100_000];
    let document = paragraphs(&cells);
    assert!(found(&ner, &document).is_empty());
    let computed = n.load(Ordering::Relaxed);
    assert!(computed < 40_000, "{computed} windows for 100,000 cells");
    ner.detect(&document).unwrap();
    let again = n.load(Ordering::Relaxed);
    assert_eq!(again, computed, "the same windows a second time");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn ranges_come_back_to_the_byte(before in "\\PC{0,80}", after in "[ \\PC\u{300}-\u{36f}]{0,80}") {
        let (ner, _) = ner();
        let text = format!("{before}\nMax\n{after}");
        let document = paragraphs(&[&text]);
        let findings = ner.detect(&document).unwrap();
        let at = before.len() + 1;
        prop_assert!(
            findings.iter().any(|finding| (finding.span.start(), finding.span.end()) == (at, at + 3))
        );
    }
}

#[test]
fn a_damaged_model_folder_is_refused() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("ner-models");
    let manifest = std::fs::read_to_string(home.join("models.toml")).unwrap();
    let refused = |change: &dyn Fn(&Path)| {
        let folder = tempfile::tempdir().unwrap();
        for name in ["model.onnx", "tokenizer.json", "models.toml"] {
            std::fs::copy(home.join(name), folder.path().join(name)).unwrap();
        }
        change(folder.path());
        let error = Ner::open(folder.path()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Model);
        error.to_string()
    };
    let replace = |folder: &Path, from: &str, to: &str| {
        assert!(manifest.contains(from), "{from}");
        put(
            &folder.join("models.toml"),
            manifest.replace(from, to).as_bytes(),
        );
    };
    let missing = refused(&|folder| std::fs::remove_file(folder.join("tokenizer.json")).unwrap());
    assert!(missing.contains("tokenizer.json"), "{missing}");
    let none = refused(&|folder| std::fs::remove_file(folder.join("models.toml")).unwrap());
    assert!(none.contains("models.toml"), "{none}");
    let short = refused(&|folder| put(&folder.join("model.onnx"), &[8; 1000]));
    assert!(short.contains("hash"), "{short}");
    let other = refused(&|folder| replace(folder, "sha256 = \"", "sha256 = \"0"));
    assert!(other.contains("hash"), "{other}");
    let labels = refused(&|folder| replace(folder, "\"B-STREET\"", "\"B-ROAD\""));
    assert!(labels.contains("label"), "{labels}");
    let fewer = refused(&|folder| {
        replace(folder, ", \"B-STREET\", \"I-STREET\"", "");
    });
    assert!(fewer.contains("label"), "{fewer}");
}

fn put(path: &Path, bytes: &[u8]) {
    use std::io::Write;
    let mut file = std::fs::File::create(path).unwrap();
    file.write_all(bytes).unwrap();
}
