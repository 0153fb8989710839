//! The user's own lists, read and compiled: of the policy and of the command line.

use std::path::{Path, PathBuf};

use super::args::ListChoice;
use crate::detect::Recognizer;
use crate::detect::allowed::Allowed;
use crate::detect::dictionary::{Dictionary, Matching};
use crate::error::{Error, ErrorKind, Result};
use crate::fs;
use crate::policy::lists::{self, List};

/// Largest file of a list, in bytes: some ten million entries.
const MAX_LIST: u64 = 1 << 30;

/// The lists, compiled.
pub(super) struct Open {
    pub(super) deny: Vec<Box<dyn Recognizer>>,
    pub(super) allowed: Allowed,
    /// All entries of the files, to tell whether a list was changed.
    pub(super) content: Vec<u8>,
    n_deny: usize,
    n_allow: usize,
    public_bodies: bool,
}

impl Open {
    /// What a report says of them: counts, never an entry.
    pub(super) fn names(&self) -> Vec<String> {
        let counts = [("deny list", self.n_deny), ("allow list", self.n_allow)];
        let mut names: Vec<String> = counts
            .into_iter()
            .filter(|(_, n)| *n > 0)
            .map(|(name, n)| format!("{name} ({n} entries)"))
            .collect();
        if self.public_bodies {
            names.push("public bodies are kept".to_owned());
        }
        names
    }
}

/// Reads and compiles all lists. `policy` is the path of the policy file.
///
/// # Errors
/// If a file cannot be read, is no UTF-8, or an entry cannot match.
pub(super) fn open(
    lists: &lists::Lists,
    policy: Option<&Path>,
    choice: &ListChoice,
) -> Result<Open> {
    let base = policy.and_then(Path::parent);
    let of_files =
        |files: &[PathBuf]| -> Vec<List> { files.iter().cloned().map(List::of_file).collect() };
    let mut content = Vec::new();
    let (mut deny, mut n_deny): (Vec<Box<dyn Recognizer>>, _) = (Vec::new(), 0);
    let deny_files = of_files(&choice.deny);
    let in_policy = lists.deny.iter().map(|list| (list, base));
    for (list, base) in in_policy.chain(deny_files.iter().map(|list| (list, None))) {
        let list = compile(list, base, &mut content)?;
        n_deny += list.n_entries();
        deny.push(Box::new(list));
    }
    content.push(0);
    let (mut allow, mut n_allow) = (Vec::new(), 0);
    let allow_files = of_files(&choice.allow);
    let in_policy = lists.allow.iter().map(|list| (list, base));
    for (list, base) in in_policy.chain(allow_files.iter().map(|list| (list, None))) {
        let list = compile(list, base, &mut content)?;
        n_allow += list.n_entries();
        allow.push(list);
    }
    Ok(Open {
        deny,
        allowed: Allowed::new(allow, lists.keep_public_bodies)?,
        content,
        n_deny,
        n_allow,
        public_bodies: lists.keep_public_bodies,
    })
}

fn compile(list: &List, base: Option<&Path>, content: &mut Vec<u8>) -> Result<Dictionary> {
    let text = match &list.file {
        None => String::new(),
        Some(file) => read(&base.map_or_else(|| file.clone(), |base| base.join(file)))?,
    };
    content.extend_from_slice(text.as_bytes());
    let matching = match list.matching {
        lists::Matching::Exact => Matching::Exact,
        lists::Matching::Tolerant => Matching::Tolerant,
        lists::Matching::Fuzzy => Matching::Fuzzy,
    };
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'));
    let entries = lines.chain(list.entries.iter().map(String::as_str));
    let compiled = Dictionary::new(entries, list.entity_type, matching)?;
    if compiled.n_entries() == 0 {
        return Err(Error::new(
            ErrorKind::Settings,
            "a word list has no entries",
        ));
    }
    Ok(compiled)
}

/// A file of words or examples.
pub(super) fn read(path: &Path) -> Result<String> {
    let wrong = |what: &str| Error::new(ErrorKind::Settings, format!("{}: {what}", path.display()));
    let bytes = fs::read(path, MAX_LIST).map_err(|error| wrong(error.what()))?;
    let text = String::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8"))?;
    Ok(text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Location, Segment, SegmentKind};
    use crate::entity::{EntityType, Finding, Score};
    use crate::format::ReadOptions;
    use crate::pipeline::Pipeline;
    use crate::policy::Policy;

    /// Claims the whole text as an organization, surely.
    struct Greedy;

    impl Recognizer for Greedy {
        fn name(&self) -> &'static str {
            "greedy"
        }

        fn entity_types(&self) -> Vec<EntityType> {
            vec![EntityType::Organization]
        }

        fn detect(&self, document: &Document) -> Result<Vec<Finding>> {
            let text = document.segments().first().map_or("", Segment::text);
            let span = document.span(0, 0, text.len());
            Ok(span
                .map(|span| Finding {
                    span,
                    entity_type: EntityType::Organization,
                    score: Score::SURE,
                    recognizer: "greedy",
                })
                .into_iter()
                .collect())
        }
    }

    fn mentions(policy: &str, choice: &ListChoice, text: &str) -> Vec<(EntityType, String)> {
        let policy = Policy::parse(policy).unwrap();
        let lists = open(policy.lists(), None, choice).unwrap();
        let mut recognizers: Vec<Box<dyn Recognizer>> = vec![Box::new(Greedy)];
        recognizers.extend(lists.deny);
        let pipeline =
            Pipeline::new(recognizers, policy, ReadOptions::default()).with_allowed(lists.allowed);
        let mut document = Document::new();
        document.push(Segment::new(
            SegmentKind::Paragraph,
            text,
            Location::new("body"),
        ));
        let resolution = pipeline.examine(&document).unwrap();
        let mention = |mention: &crate::resolve::Mention| {
            (mention.entity_type, document.text(mention.span).to_owned())
        };
        resolution.mentions.iter().map(mention).collect()
    }

    #[test]
    fn nothing_overrules_a_deny_list() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("names.txt");
        fs::write_new(&file, "\u{feff}# the board\nQuast\n\n".as_bytes()).unwrap();
        let choice = ListChoice {
            deny: vec![file.clone()],
            allow: vec![file],
        };
        for policy in [
            "version = 1\n[actions]\nORGANIZATION = \"keep\"",
            "version = 1\n[[lists.deny]]\nentries = [\"Quast\"]\ntype = \"PERSON\"",
        ] {
            let found = mentions(policy, &choice, "Quast1 Bau GmbH");
            assert!(
                found.iter().any(|(entity_type, text)| text == "Quast"
                    && *entity_type != EntityType::Organization),
                "{policy}: {found:?}"
            );
        }
        let choice = ListChoice::default();
        let policy = "version = 1\n[[lists.allow]]\nentries = [\"Quast Bau GmbH\"]";
        assert!(mentions(policy, &choice, "Quast Bau GmbH").is_empty());
        assert_eq!(mentions(policy, &choice, "Quast Bau AG").len(), 1);
    }

    #[test]
    fn a_list_that_cannot_be_read_stops_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write_new(&at("latin1.txt"), b"M\xfcller\n").unwrap();
        fs::write_new(&at("empty.txt"), b"# nothing\n\n").unwrap();
        fs::write_new(&at("signs.txt"), b"***\n").unwrap();
        for name in ["missing.txt", "latin1.txt", "empty.txt", "signs.txt"] {
            let choice = ListChoice {
                deny: vec![at(name)],
                allow: Vec::new(),
            };
            let opened = open(&lists::Lists::default(), None, &choice);
            assert_eq!(opened.err().unwrap().kind(), ErrorKind::Settings, "{name}");
        }
    }
}
