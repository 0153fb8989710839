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
fn megabytes_without_a_space_are_cut_into_bounded_windows() {
    // 1 MB here; the number of windows is linear, so ten cost ten times as much.
    let text = "x".repeat(1 << 20);
    let document = paragraphs(&[&text]);
    let manifest = Manifest::parse(MANIFEST).unwrap();
    let pieces = Pieces::new(TOKENIZER.as_bytes()).unwrap();
    let mut packer = window::Packer::new(&manifest);
    let mut lines = Vec::new();
    for line in window::lines(&document) {
        let shown = line.shown();
        packer.add(lines.len(), &line, &shown, &pieces.encode(&shown).unwrap());
        lines.push(line.start);
    }
    packer.finish();
    let windows = packer.take_full();
    assert!(windows.iter().all(|window| window.ids.len() <= 64));
    let n_tokens: usize = windows.iter().map(|window| window.ids.len()).sum();
    assert!(n_tokens < 4 * text.len(), "{n_tokens} tokens");
    let mut seen = vec![false; text.len()];
    for (line, range) in windows
        .iter()
        .flat_map(|window| window.places.iter().flatten())
    {
        seen[lines[*line] + range.start..lines[*line] + range.end].fill(true);
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
        "Max M\u{75}\u{308}ller \u{1112}\u{1161}\u{11ab}\u{ad6d} שָׁלוֹם क्षि",
        "\u{feff} Max \u{200e}\u{1d54f}\u{1f1e9}\u{1f1ea}",
    ];
    for row in rows {
        let expected = usize::from(row.contains("Max"));
        assert_eq!(found(&ner, &paragraphs(&[row])).len(), expected, "{row:?}");
    }
    let text = format!("Max\n{noise}\nMax");
    assert_eq!(found(&ner, &paragraphs(&[&text])), ["Max", "Max"]);
}

/// Answers nothing: "not a name" for every token.
struct Mute;

impl Model for Mute {
    fn logits(&self, windows: &[&[u32]]) -> Result<Vec<Vec<f32>>> {
        let one = |ids: &&[u32]| [9.0, 0.0, 0.0].repeat(ids.len());
        Ok(windows.iter().map(one).collect())
    }
}

/// The tokenizer of the default model leaves out no letter of any script, alone
/// or inside a word, composed or not.
#[test]
fn the_real_tokenizer_covers_every_letter_there_is() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("ner-models");
    let json = std::fs::read(home.join("tokenizer.json")).unwrap();
    let manifest = Manifest::parse(MANIFEST).unwrap();
    let ner = Ner {
        model: Box::new(Mute),
        pieces: Pieces::new(&json).unwrap(),
        manifest,
        seen: super::Seen::default(),
    };
    let letters: Vec<char> = (0..=0x10_FFFF_u32)
        .filter_map(char::from_u32)
        .filter(|c| c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(*c))
        .collect();
    assert!(letters.len() > 130_000, "{} letters", letters.len());
    for chunk in letters.chunks(2000) {
        let mut text = String::new();
        for c in chunk {
            text.extend(['a', *c, 'b', ' ', *c, ' ']);
        }
        let document = paragraphs(&[&text]);
        assert!(ner.detect(&document).unwrap().is_empty());
    }
}

#[test]
fn a_letter_without_a_token_fails_the_file() {
    // A normalizer that takes letters out, as no tokenizer should.
    let deleting = TOKENIZER.replace(
        "\"normalizer\":null",
        r#""normalizer":{"type":"Replace","pattern":{"String":"q"},"content":""}"#,
    );
    assert_ne!(deleting, TOKENIZER);
    let model = Box::new(Counting(Arc::default()));
    let manifest = Manifest::parse(MANIFEST).unwrap();
    let ner = Ner::new(model, deleting.as_bytes(), manifest).unwrap();
    assert_eq!(found(&ner, &paragraphs(&["Max x"])), ["Max"]);
    for text in ["Max q", "Max xqx", "q"] {
        let error = ner.detect(&paragraphs(&[text])).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotExamined, "{text}");
    }
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

/// A folder like `ner-models`, for a change of it to be refused.
fn refused(change: &dyn Fn(&Path)) -> String {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("ner-models");
    let folder = tempfile::tempdir().unwrap();
    for name in ["model.onnx", "tokenizer.json", "models.toml"] {
        std::fs::copy(home.join(name), folder.path().join(name)).unwrap();
    }
    change(folder.path());
    let error = Ner::open(folder.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Model);
    error.to_string()
}

fn replace(folder: &Path, from: &str, to: &str) {
    let path = folder.join("models.toml");
    let manifest = std::fs::read_to_string(&path).unwrap();
    assert!(manifest.contains(from), "{from}");
    put(&path, manifest.replacen(from, to, 1).as_bytes());
}

/// Keeps the first bytes of a file, and has the manifest agree with that.
fn shorten(folder: &Path, name: &str, n: usize) {
    use sha2::{Digest, Sha256};
    let hash = |bytes: &[u8]| {
        let hash = Sha256::digest(bytes);
        hash.iter().map(|b| format!("{b:02x}")).collect::<String>()
    };
    let path = folder.join(name);
    let bytes = std::fs::read(&path).unwrap();
    assert!(n < bytes.len());
    put(&path, &bytes[..n]);
    replace(folder, &hash(&bytes), &hash(&bytes[..n]));
}

#[test]
fn a_damaged_model_folder_is_refused() {
    let says = |part: &str, change: &dyn Fn(&Path)| {
        let said = refused(change);
        assert!(said.contains(part), "{said} (expected: {part})");
    };
    for name in ["tokenizer.json", "model.onnx", "models.toml"] {
        says(name, &|folder| {
            std::fs::remove_file(folder.join(name)).unwrap();
        });
    }
    says("model.onnx", &|folder| {
        put(&folder.join("model.onnx"), &[8; 1000]);
    });
    says("hash", &|folder| {
        put(&folder.join("model.onnx"), &[8; 1000]);
    });
    says("tokenizer.json", &|folder| {
        put(&folder.join("tokenizer.json"), b"{}");
    });
    says("hash", &|folder| {
        replace(folder, "sha256 = \"", "sha256 = \"0");
    });
    says("not UTF-8", &|folder| {
        put(&folder.join("models.toml"), &[0xFF, 0xFE]);
    });
    says("manifest", &|folder| {
        put(&folder.join("models.toml"), b"[[model]]\n");
    });
    says("no model", &|folder| {
        put(&folder.join("models.toml"), b"model = []");
    });
}

#[test]
fn wrong_labels_and_senseless_numbers_are_refused() {
    let says = |part: &str, from: &str, to: &str| {
        let said = refused(&|folder| replace(folder, from, to));
        assert!(said.contains(part), "{said} (expected: {part})");
    };
    says("label", "\"B-STREET\"", "\"B-ROAD\"");
    says("label", ", \"B-STREET\", \"I-STREET\"", "");
    says("entity type", "\"ORGANIZATION\"", "\"COMPANY\"");
    says("labels", "[\"O\", ", "[\"X\", ");
    says("temperature", "temperature = 1.0", "temperature = 0.0");
    says("temperature", "temperature = 1.0", "temperature = nan");
    says("threshold", "PER = 0.", "PER = 7.");
    says("max_pieces", "max_pieces = 256", "max_pieces = 8");
    says(
        "self-test",
        "Anna Kowalski\", \"PERSON",
        "Anna Kowalski\", \"STREET",
    );
    says("manifest", "max_pieces = 256", "max_pieces = \"many\"");
    says("manifest", "max_pieces = 256", "max_peaces = 256");
    says("manifest", "[model.self_test]", "[model.selftest]");
    // Labels in another order: the self-test tells.
    says(
        "self-test",
        "\"B-PER\", \"I-PER\", \"B-ORG\", \"I-ORG\"",
        "\"B-ORG\", \"I-ORG\", \"B-PER\", \"I-PER\"",
    );
}

#[test]
fn a_cut_off_model_is_refused_even_if_its_hash_agrees() {
    for n in [0, 1, 1000, 5_000_000, 38_000_000] {
        let said = refused(&|folder| shorten(folder, "model.onnx", n));
        assert!(said.contains("model"), "{n}: {said}");
    }
    for n in [0, 1000, 2_000_000] {
        let said = refused(&|folder| shorten(folder, "tokenizer.json", n));
        assert!(said.contains("tokenizer"), "{n}: {said}");
    }
}

fn put(path: &Path, bytes: &[u8]) {
    use std::io::Write;
    let mut file = std::fs::File::create(path).unwrap();
    file.write_all(bytes).unwrap();
}
