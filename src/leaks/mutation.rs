//! A check that catches nothing is none. Every step of cleaning is turned off
//! in turn, the corpus is cleaned without it, names come through, and the check
//! of the written copy must stop every copy that holds one. Steps that replace
//! text are turned off by leaving out the edits; steps that cannot be turned
//! off, because the file is built anew, by handing the check the original.
//!
//! A file of the corpus whose name no mutation brings back, and a place in
//! `src/format` that leaves something out without a step, make the test fail:
//! a new step of cleaning needs its mutation.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::document::Edit;
use crate::format::step::{Step, without};
use crate::format::{self, OpenFile};

/// Copies with a name in them that the check lets through, each with its reason.
const KNOWN: &[(&str, &str)] = &[
    (
        "041b_font_names.pdf without PdfFonts",
        "the name of a glyph in a table of the font; glyphs have any names",
    ),
    (
        "089a_import_part.docx without Objects",
        "a page that nobody read: the second look reads it and lists its place",
    ),
];

/// Files of the corpus whose cleaning no step stands for.
const BUILT_ANEW: &[(&str, &str)] = &[
    (
        "014a",
        "the reader takes it for what the letters say, and it is replaced",
    ),
    (
        "014d",
        "a list of properties that no kept mark names is not reached",
    ),
    ("021a", "one revision is written"),
    ("022", "only what pages lead to is copied"),
    ("031a", "the place of the redaction is replaced as text"),
    ("069", "the archive is written anew"),
    ("131a", "kept text is read as text, and replaced"),
    ("138c", "kept text is read as text, and replaced"),
    ("150b", "a mail is written from what is shown"),
    ("152b", "a mail is written from what is shown"),
];

/// Where `src/format` leaves something out, and the steps that stand for it.
/// (by the start of their names).
const PLACES: &[(&str, &str)] = &[
    ("archive.rs", "Entries"),
    ("card/mod.rs", "Cuts"),
    ("html/attributes.rs", "Cuts"),
    ("html/mod.rs", "Cuts"),
    ("json.rs", "Cuts"),
    ("mail/body.rs", "Cuts"),
    ("mail/header.rs", "Cuts"),
    ("mail/mod.rs", "Mail"),
    ("mail/parse.rs", "Mail"),
    ("markup/attributes.rs", "Attributes"),
    ("markup/flow.rs", "Elements"),
    ("markup/lists.rs", "Types Relations"),
    ("markup/typed.rs", "Elements"),
    ("markup/walk.rs", "Elements Remarks"),
    ("odf/manifest.rs", "Parts"),
    ("odf/mod.rs", "Parts"),
    ("ooxml/grid.rs", "Strings"),
    ("ooxml/links.rs", "Relations Types"),
    ("ooxml/parts.rs", "Parts Pictures"),
    ("ooxml/sheet.rs", "Elements"),
    ("pdf/annotations.rs", "PdfAnnotations"),
    ("pdf/attachments.rs", "PdfCatalog"),
    ("pdf/catalog.rs", "PdfCatalog PdfTrailer"),
    ("pdf/copy.rs", "PdfKeys PdfLayers PdfProfiles"),
    ("pdf/mod.rs", "PdfCatalog"),
    ("pdf/navigate.rs", "PdfCatalog"),
    ("pdf/pages.rs", "PdfMarks PdfComments PdfAnnotations"),
    ("rtf/mod.rs", "Cuts"),
    ("scan/mod.rs", "Pictures"),
    ("spliced.rs", "Cuts"),
    ("xml.rs", "Cuts"),
    ("yaml.rs", "Cuts"),
];

/// A file of the corpus with its edits, cleaned with a step turned off.
fn cleaned(case: &Case, bytes: &[u8], step: Option<Step>, with_edits: bool) -> Option<Cleaned> {
    let extension = extension(case);
    let done = without(step, || -> Result<(Vec<u8>, Box<dyn OpenFile>)> {
        let file = format::open(bytes.to_vec(), extension, &ReadOptions::default())?;
        let edits = edits(case, file.document())?;
        let output = file.rewrite(if with_edits { &edits } else { &[] })?;
        Ok((output, file))
    });
    let (output, file) = done.ok()?;
    let mut needles = Needles::new();
    for edit in edits(case, file.document()).unwrap() {
        needles.value(EntityType::Person, file.document().text(edit.span));
    }
    let extension = file.extension().unwrap_or(extension).to_owned();
    Some(Cleaned {
        output,
        needles,
        extension,
    })
}

struct Cleaned {
    output: Vec<u8>,
    needles: Needles,
    extension: String,
}

impl Cleaned {
    fn leaks(&self, case: &Case) -> bool {
        let said = || {
            let file = format::open(
                self.output.clone(),
                &self.extension,
                &ReadOptions::default(),
            );
            file.is_ok_and(|file| edits(case, file.document()).is_ok_and(|edits| !edits.is_empty()))
        };
        holds(&self.output, case) || said()
    }

    fn is_caught(&self) -> bool {
        verify::read_back(&self.output, &self.extension, &self.needles).is_err()
    }
}

fn holds(bytes: &[u8], case: &Case) -> bool {
    let mut canary = Needles::new();
    canary.value(EntityType::Person, &case.canary);
    let found = verify::check_bytes(bytes, &canary);
    let inside = |bytes: &[u8]| memchr::memmem::find(bytes, case.canary.as_bytes()).is_some();
    // The sweep passes over profiles and programs of fonts, which name their makers.
    let streams = || {
        verify::audit::all_streams(bytes)
            .iter()
            .any(|stream| inside(stream))
    };
    found.is_err_and(|error| error.kind() == ErrorKind::Leak) || inside(bytes) || streams()
}

fn edits(case: &Case, document: &Document) -> Result<Vec<Edit>> {
    let canaries = Canaries {
        canaries: vec![fold(&case.canary)],
    };
    let edit = |finding: Finding| Edit {
        span: finding.span,
        with: "[X]".into(),
    };
    Ok(canaries.detect(document)?.into_iter().map(edit).collect())
}

fn extension(case: &Case) -> &str {
    case.file.rsplit('.').next().unwrap()
}

/// The steps that a kind of file may go through.
fn steps(extension: &str) -> Vec<Step> {
    let name = |step: &Step| format!("{step:?}");
    let all = Step::ALL.into_iter();
    match extension {
        "pdf" => all.filter(|step| name(step).starts_with("Pdf")).collect(),
        "docx" | "docm" | "xlsx" | "pptx" | "odt" | "ods" | "odp" | "fodt" => {
            let office = Step::Parts..=Step::Pictures;
            all.filter(|step| office.contains(step)).collect()
        }
        _ => all.filter(|step| *step >= Step::Pictures).collect(),
    }
}

/// What the mutations of the corpus came to.
#[derive(Default)]
struct Tally {
    /// How many copies leaked, by mutation.
    leaking: BTreeMap<String, usize>,
    /// Copies with the name in them that passed.
    passed: BTreeSet<String>,
    /// Mutations that the writer itself refuses to write.
    stopped: BTreeSet<String>,
    /// Delivered files whose name no mutation brings back.
    unmoved: BTreeSet<String>,
}

impl Tally {
    fn take(&mut self, case: &Case, mutation: &str, cleaned: &Cleaned) -> bool {
        if !cleaned.leaks(case) {
            return false;
        }
        *self.leaking.entry(mutation.to_owned()).or_default() += 1;
        if !cleaned.is_caught() {
            self.passed
                .insert(format!("{} without {mutation}", case.file));
        }
        true
    }
}

fn tally() -> Tally {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/leaks");
    let mut tally = Tally::default();
    for case in read(&corpus).unwrap() {
        let bytes = std::fs::read(corpus.join("files").join(&case.file)).unwrap();
        let Some(clean) = cleaned(&case, &bytes, None, true) else {
            continue;
        };
        if case.kind == Kind::Picture || tally.take(&case, "nothing", &clean) {
            continue;
        }
        let mut moved = false;
        for step in steps(extension(&case)) {
            match cleaned(&case, &bytes, Some(step), true) {
                Some(mutant) => moved |= tally.take(&case, &format!("{step:?}"), &mutant),
                // Its own gate stops the writer.
                None => {
                    tally
                        .stopped
                        .insert(format!("{} without {step:?}", case.file));
                    moved = true;
                }
            }
        }
        let mutant = cleaned(&case, &bytes, None, false).unwrap();
        moved |= tally.take(&case, "edits", &mutant);
        let original = Cleaned {
            output: bytes,
            ..clean
        };
        let whole = original.extension == extension(&case);
        let caught = !whole || tally.take(&case, "everything", &original);
        if !moved || !caught {
            tally.unmoved.insert(case.file);
        }
    }
    tally
}

fn unlisted<'a>(found: &'a BTreeSet<String>, list: &[(&str, &str)]) -> Vec<&'a String> {
    let listed = |file: &&String| list.iter().any(|(name, _)| file.starts_with(name));
    found.iter().filter(|file| !listed(file)).collect()
}

#[test]
fn verification_catches_every_step_that_is_turned_off() {
    let tally = tally();
    for step in Step::ALL {
        let n = tally.leaking.get(&format!("{step:?}"));
        assert!(n.is_some(), "{step:?} changes nothing: the test is blind");
    }
    let passed = unlisted(&tally.passed, KNOWN);
    assert!(passed.is_empty(), "the check lets through: {passed:?}");
    let unmoved = unlisted(&tally.unmoved, BUILT_ANEW);
    assert!(
        unmoved.is_empty(),
        "no mutation brings the name back: {unmoved:?}"
    );
    // Lists get shorter.
    for (name, _) in KNOWN {
        assert!(
            tally.passed.iter().any(|file| file.starts_with(name)),
            "{name}"
        );
    }
    for (name, _) in BUILT_ANEW {
        assert!(
            tally.unmoved.iter().any(|file| file.starts_with(name)),
            "{name}"
        );
    }
}

/// Whoever leaves something out in a new place names the step that a test can
/// turn off.
#[test]
fn every_place_that_leaves_something_out_has_a_step() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/format");
    let mut found = BTreeSet::new();
    let mut hooks = BTreeSet::new();
    for path in files(&folder) {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let drops = ["NoticeKind::Dropped", "drop_one(", ".cut(", "Splice::cut"];
        let name = path.strip_prefix(&folder).unwrap();
        let name = name.to_string_lossy().replace('\\', "/");
        let keeper = ["markup/splice.rs", "step.rs"].contains(&name.as_str());
        if !keeper && drops.iter().any(|drop| code.contains(drop)) {
            found.insert(name);
        }
        hooks.extend(
            Step::ALL
                .into_iter()
                .filter(|step| code.contains(&format!("is_off(Step::{step:?})"))),
        );
    }
    let listed: BTreeSet<String> = PLACES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let new: Vec<_> = found.difference(&listed).collect();
    assert!(
        new.is_empty(),
        "leaves something out and has no step: {new:?}"
    );
    assert_eq!(hooks.len(), Step::ALL.len(), "a step that nothing asks for");
    for (name, steps) in PLACES {
        for wanted in steps.split(' ') {
            let known = Step::ALL
                .iter()
                .any(|step| format!("{step:?}").starts_with(wanted));
            assert!(known, "{name}: {wanted}");
        }
    }
}

/// All Rust files below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(files(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            out.push(path);
        }
    }
    out
}
