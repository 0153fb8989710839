//! House rules that no compiler checks: who may use whom, what every file
//! starts with, how long it may get, and where the terminal and the disk may be
//! touched. The table of rooms is the one in `docs/architecture.md`.
//!
//! The rules read source text with comments and strings blanked out. A rule
//! that looks at too little would pass for the wrong reason, so each counts
//! what it saw.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Files that may be longer than [`LONGEST`] lines (tests not counted), and why.
/// "Owed" marks a debt: the file should be split, and how.
const LONG_FILES: &[(&str, &str)] = &[
    (
        "detect/checksum.rs",
        "pure functions, one check after the other",
    ),
    (
        "detect/name_words.rs",
        "word lists, one word after the other",
    ),
    (
        "detect/names.rs",
        "owed: one file per clue (salutation, label, signature, first names)",
    ),
    (
        "detect/rules/address.rs",
        "owed: street, post-office box and town are three rules",
    ),
    (
        "detect/rules/de.rs",
        "the rules of one country: data, hardly any code",
    ),
    (
        "detect/rules/generic.rs",
        "rules that know no border: data, hardly any code",
    ),
    (
        "detect/rules/words.rs",
        "word lists, one word after the other",
    ),
    (
        "format/markup/walk.rs",
        "one state machine over the events of an XML part",
    ),
    (
        "cli/store.rs",
        "owed: each verb of `deckname store` could have a file of its own",
    ),
    (
        "detect/checksum.rs",
        "checksums, one pure function after the other",
    ),
    (
        "mapping/store.rs",
        "owed: surrogates and deliveries could live apart from subjects",
    ),
    (
        "mapping/journal.rs",
        "statements of one small database with their bindings, one after the other",
    ),
    (
        "format/pdf/copy.rs",
        "owed: fonts and pictures could be copied apart from pages",
    ),
    (
        "mapping/store.rs",
        "one trait over one set of tables, and what brings older tables up",
    ),
    (
        "cli/store.rs",
        "eight verbs, each with its arguments and a few lines",
    ),
    (
        "format/pdf/interpret.rs",
        "one match over all content operators, with the state they share",
    ),
];

/// The longest a file may get without a reason.
const LONGEST: usize = 500;

/// At this length a debt is paid.
const SHORT_AGAIN: usize = 400;

/// Fewer imports than this and the finder must have gone blind.
const FEWEST_IMPORTS: usize = 20;

/// Foreign crates that only some rooms may know, as path prefixes under `src/`.
const FOREIGN: &[(&str, &[&str])] = &[
    ("clap", &["cli", "main.rs"]),
    ("indicatif", &["cli", "main.rs"]),
    ("anyhow", &["cli", "main.rs"]),
    ("rusqlite", &["mapping"]),
    ("postgres", &["mapping"]),
    ("crypto_box", &["mapping"]),
    ("hmac", &["mapping", "format/decrypt.rs"]),
    ("crypto_secretbox", &["mapping"]),
    ("argon2", &["format/odf", "mapping"]),
    ("blahaj", &["mapping"]),
    ("rpassword", &["cli"]),
    ("rten", &["detect/ner"]),
    ("tokenizers", &["detect/ner"]),
    ("rust_bert", &["detect/ner/torch"]),
    ("tch", &["detect/ner/torch"]),
    ("lopdf", &["format/pdf", "verify"]),
    ("walkdir", &["batch", "fs.rs"]),
];

struct SourceFile {
    /// Under `src/`, with `/`.
    path: String,
    text: String,
    /// Without comments, string contents and `#[cfg(test)]` modules.
    bare: String,
}

#[test]
fn rooms_use_only_what_the_table_allows() {
    let table = rooms();
    let mut n_imports = 0;
    let mut faults = Vec::new();
    for file in sources() {
        let room = room_of(&file.path);
        for used in used_rooms(&file.bare, depth_of(&file.path)) {
            n_imports += 1;
            let fault = match table.get(room) {
                _ if room == "lib" || used == room => None,
                None if room == "main" => (used != "cli").then_some("main.rs knows only cli"),
                None => Some("the room is missing in docs/architecture.md"),
                Some(_) if used.starts_with(char::is_uppercase) => {
                    Some("write the module's path, not the root's re-export")
                }
                Some(allowed) if allowed.contains("*") || allowed.contains(used.as_str()) => None,
                Some(_) => Some("the table in docs/architecture.md does not allow it"),
            };
            if let Some(why) = fault {
                faults.push(format!("src/{} uses {used}: {why}", file.path));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(
        n_imports >= FEWEST_IMPORTS,
        "only {n_imports} imports seen; is the finder blind?"
    );
}

#[test]
fn the_table_names_every_room_once() {
    let named: BTreeSet<String> = rooms().into_keys().collect();
    let built: BTreeSet<String> = sources()
        .iter()
        .map(|file| room_of(&file.path).to_owned())
        .filter(|room| room != "lib" && room != "main")
        .collect();
    assert_eq!(named, built, "docs/architecture.md (left), src/ (right)");
}

#[test]
fn the_finder_sees_every_spelling() {
    let rows: &[(&str, usize, &[&str])] = &[
        ("use crate::format::Format;", 1, &["format"]),
        (
            "use crate::{error::Error, detect::{ner, rules}};",
            1,
            &["error", "detect"],
        ),
        (
            "use crate::{\n    fs,\n    policy::Policy as P,\n};",
            1,
            &["fs", "policy"],
        ),
        (
            "fn f() -> crate::error::Result<()> { crate :: verify::check() }",
            1,
            &["error", "verify"],
        ),
        ("use super::detect;", 1, &["detect"]),
        ("use super::text;", 2, &[]),
        ("use super::super::resolve::Mention;", 2, &["resolve"]),
        ("pub(in crate::format) fn f() {}", 1, &["format"]),
        ("use crate::Error;", 1, &["Error"]),
        (
            "// use crate::cli;\nlet s = \"crate::cli\"; /* crate::cli /* crate::cli */ */",
            1,
            &[],
        ),
        (
            "let s = r#\"crate::cli \" \"#; let c = '\"'; crate::fs::x(); let d = '\\'';",
            1,
            &["fs"],
        ),
        (
            "fn f<'a>(x: &'a str) { crate::batch::run() }",
            1,
            &["batch"],
        ),
        (
            "#[cfg(test)]\nmod tests { use crate::cli; fn f() { } }\nuse crate::fs;",
            1,
            &["fs"],
        ),
        (
            "macro_rules! m { () => { $crate::report::x() } }",
            1,
            &["report"],
        ),
        ("use my_crate::cli;", 1, &[]),
    ];
    for (source, depth, expected) in rows {
        let seen = used_rooms(&bare(source), *depth);
        assert_eq!(seen, *expected, "{source}");
    }
}

#[test]
fn foreign_crates_stay_in_their_rooms() {
    let mut faults = Vec::new();
    for file in sources() {
        for (name, homes) in FOREIGN {
            let at_home = homes.iter().any(|home| file.path.starts_with(home));
            if !at_home && mentions_path(&file.bare, name) {
                faults.push(format!(
                    "src/{} uses {name}, which lives in {homes:?}",
                    file.path
                ));
            }
        }
        // Addresses are data; sockets are not for us.
        if ["TcpStream", "TcpListener", "UdpSocket", "UnixStream"]
            .iter()
            .any(|socket| has_word(&file.bare, socket))
        {
            faults.push(format!("src/{} knows the network", file.path));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|file| !file.text.starts_with("//! "))
        .map(|file| file.path)
        .collect();
    assert!(
        silent.is_empty(),
        "no `//!` paragraph on top of: {silent:?}"
    );
}

#[test]
fn no_room_is_a_drawer_for_anything() {
    const DRAWERS: &[&str] = &[
        "utils", "util", "common", "helpers", "helper", "types", "misc",
    ];
    for file in sources() {
        let drawer = file
            .path
            .split('/')
            .find(|part| DRAWERS.contains(&part.trim_end_matches(".rs")));
        assert!(
            drawer.is_none(),
            "src/{}: name it after what it does",
            file.path
        );
    }
}

#[test]
fn long_files_have_a_reason() {
    let mut faults = Vec::new();
    let lengths: BTreeMap<String, usize> = sources()
        .into_iter()
        .map(|file| (file.path, n_lines(&file.text, &file.bare)))
        .collect();
    for (path, n) in &lengths {
        let excused = LONG_FILES.iter().any(|(long, _)| long == path);
        if *n > LONGEST && !excused {
            faults.push(format!(
                "src/{path} has {n} lines; split it or give a reason in tests/tidy.rs"
            ));
        }
    }
    for (path, reason) in LONG_FILES {
        assert!(reason.len() > 20, "{path}: that is no reason");
        let n = lengths.get(*path);
        let paid = reason.starts_with("owed") && n.is_some_and(|n| *n <= SHORT_AGAIN);
        if n.is_none() || paid {
            faults.push(format!("src/{path} needs no exception any more"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn only_the_command_line_speaks_to_the_terminal() {
    const VOICES: &[&str] = &[
        "println!",
        "print!",
        "eprintln!",
        "eprint!",
        "dbg!",
        "stdout()",
        "stderr()",
    ];
    let mut faults = Vec::new();
    for file in sources() {
        if file.path == "main.rs" || file.path.starts_with("cli") {
            continue;
        }
        for voice in VOICES.iter().filter(|voice| has_word(&file.bare, voice)) {
            faults.push(format!("src/{}: {voice}", file.path));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nobody_writes_a_file_in_place() {
    for file in sources() {
        let grouped = file.bare.contains("std::fs::{") && has_word(&file.bare, "write,");
        assert!(
            !has_word(&file.bare, "fs::write(") && !grouped,
            "src/{}: use crate::fs::write_new",
            file.path
        );
        assert!(
            !file.bare.contains("temp_dir("),
            "src/{}: scratch files hold personal data; keep them beside the target",
            file.path
        );
    }
}

#[test]
fn the_main_file_stays_short() {
    let main = sources()
        .into_iter()
        .find(|file| file.path == "main.rs")
        .unwrap();
    assert!(
        main.text.lines().count() < 40,
        "main.rs parses, runs, exits: nothing else"
    );
}

#[test]
fn every_dependency_has_a_reason() {
    let manifest = read(&root().join("Cargo.toml"));
    let (mut inside, mut n) = (false, 0);
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.trim_end_matches(']').ends_with("dependencies");
        } else if inside && line.contains('=') && !line.trim_start().starts_with('#') {
            n += 1;
            let reason = line
                .rsplit_once('#')
                .map_or("", |(_, reason)| reason.trim());
            assert!(reason.len() >= 5, "Cargo.toml: why this dependency? {line}");
        }
    }
    assert!(n >= 10, "only {n} dependencies seen");
}

/// The table of `docs/architecture.md`: room → rooms it may use (`*`: all).
fn rooms() -> BTreeMap<String, BTreeSet<String>> {
    let text = read(&root().join("docs/architecture.md"));
    let table = text
        .split_once("| room | may use |")
        .expect("docs/architecture.md has the table `| room | may use |`")
        .1;
    let mut rooms = BTreeMap::new();
    for line in table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
    {
        let mut cells = line.trim_matches('|').split('|');
        let (room, uses) = (cells.next().unwrap(), cells.next().unwrap());
        let mut allowed: BTreeSet<String> = uses
            .split('`')
            .skip(1)
            .step_by(2)
            .map(String::from)
            .collect();
        if uses.contains("everything") {
            allowed.insert("*".to_owned());
        }
        let name = room.trim().trim_matches('`').to_owned();
        assert!(
            rooms.insert(name, allowed).is_none(),
            "twice in the table: {room}"
        );
    }
    assert!(rooms.len() > 10, "only {} rooms read", rooms.len());
    rooms
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn sources() -> Vec<SourceFile> {
    let mut found = Vec::new();
    let src = root().join("src");
    let mut open = vec![src.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = read(&path);
                let path = path
                    .strip_prefix(&src)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/");
                let bare = bare(&text);
                found.push(SourceFile { path, text, bare });
            }
        }
    }
    assert!(found.len() > 20, "only {} source files seen", found.len());
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// `format/pdf/text.rs` → `format`.
fn room_of(path: &str) -> &str {
    let first = path.split('/').next().unwrap();
    first.trim_end_matches(".rs")
}

/// How many `super::` lead to the crate's root.
fn depth_of(path: &str) -> usize {
    let names = path.split('/').count();
    let is_folder = path.ends_with("/mod.rs");
    if path == "lib.rs" || path == "main.rs" {
        0
    } else {
        names - usize::from(is_folder)
    }
}

/// First names after `crate::` (and after as many `super::` as lead to the
/// root), in order, groups included.
fn used_rooms(bare: &str, depth: usize) -> Vec<String> {
    let tokens = tokens(bare);
    let mut used = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let start = tokens[at].as_str();
        let fresh = at == 0 || tokens[at - 1] != "::";
        let rest = match start {
            "crate" if fresh => tokens.get(at + 1).filter(|t| *t == "::").map(|_| at + 2),
            "super" if fresh => after_supers(&tokens, at, depth),
            _ => None,
        };
        if let Some(rest) = rest {
            names_at(&tokens, rest, &mut used);
        }
        at += 1;
    }
    used
}

/// Where the path goes on if exactly `depth` or more `super::` start at `at`.
fn after_supers(tokens: &[String], mut at: usize, depth: usize) -> Option<usize> {
    let mut n = 0;
    while tokens.get(at).is_some_and(|t| t == "super")
        && tokens.get(at + 1).is_some_and(|t| t == "::")
    {
        n += 1;
        at += 2;
    }
    (depth > 0 && n >= depth).then_some(at)
}

/// The name at `at`, or the first names of the group at `at`.
fn names_at(tokens: &[String], at: usize, used: &mut Vec<String>) {
    if tokens.get(at).is_none_or(|t| t != "{") {
        used.extend(tokens.get(at).filter(|t| is_name(t)).cloned());
        return;
    }
    let (mut level, mut first) = (0_usize, false);
    for token in &tokens[at..] {
        match token.as_str() {
            "{" => {
                level += 1;
                first = level == 1;
            }
            "}" => {
                level -= 1;
                if level == 0 {
                    return;
                }
            }
            "," => first = level == 1,
            name => {
                if first && level == 1 && is_name(name) {
                    used.push(name.to_owned());
                }
                first = false;
            }
        }
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Names, `::` and single signs.
fn tokens(bare: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut chars = bare.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_alphanumeric() || c == '_' {
            let mut name = c.to_string();
            while let Some(more) = chars.next_if(|c| c.is_alphanumeric() || *c == '_') {
                name.push(more);
            }
            tokens.push(name);
        } else if c == ':' && chars.next_if_eq(&':').is_some() {
            tokens.push("::".to_owned());
        } else if !c.is_whitespace() {
            tokens.push(c.to_string());
        }
    }
    tokens
}

fn mentions_path(bare: &str, name: &str) -> bool {
    let tokens = tokens(bare);
    tokens
        .windows(2)
        .enumerate()
        .any(|(i, pair)| pair[0] == name && pair[1] == "::" && (i == 0 || tokens[i - 1] != "::"))
}

/// Whether `word` occurs and no name character stands before it.
fn has_word(bare: &str, word: &str) -> bool {
    bare.match_indices(word).any(|(at, _)| {
        let before = bare[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
    })
}

/// Lines of a file without its `#[cfg(test)]` modules.
fn n_lines(text: &str, bare: &str) -> usize {
    text.lines().count() - bare.matches('\u{1}').count()
}

/// The source without comments, string contents and `#[cfg(test)]` modules.
/// Line ends stay; those of a removed test module become U+0001, so that they
/// can be told apart.
fn bare(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let chars: Vec<char> = source.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let end = blank_end(&chars, at);
        if end > at {
            out.extend(
                chars[at..end]
                    .iter()
                    .map(|c| if *c == '\n' { '\n' } else { ' ' }),
            );
            at = end;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    without_tests(&out)
}

/// One past the comment, string or character literal that starts at `at`; `at` if none does.
fn blank_end(chars: &[char], at: usize) -> usize {
    let next = |n: usize| chars.get(at + n).copied().unwrap_or('\0');
    match (chars[at], next(1)) {
        ('/', '/') => find(chars, at, |c| c == '\n'),
        ('/', '*') => comment_end(chars, at),
        ('"', _) => string_end(chars, at),
        ('r', '"' | '#') if at == 0 || !is_word(chars[at - 1]) || chars[at - 1] == 'b' => {
            raw_end(chars, at)
        }
        ('\'', '\\') => find(chars, at + 3, |c| c == '\'') + 1,
        ('\'', _) if next(2) == '\'' => at + 3,
        _ => at,
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn find(chars: &[char], from: usize, what: impl Fn(char) -> bool) -> usize {
    (from..chars.len())
        .find(|i| what(chars[*i]))
        .unwrap_or(chars.len())
}

fn comment_end(chars: &[char], mut at: usize) -> usize {
    let mut level = 0;
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (level, at) = (level + 1, at + 2),
            ('*', Some('/')) => (level, at) = (level - 1, at + 2),
            _ => at += 1,
        }
        if level == 0 {
            return at;
        }
    }
    at
}

fn string_end(chars: &[char], at: usize) -> usize {
    let mut at = at + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

fn raw_end(chars: &[char], at: usize) -> usize {
    let n_marks = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    if chars.get(at + 1 + n_marks) != Some(&'"') {
        return at; // `r#type`, a name
    }
    let ends = |i: usize| chars[i] == '"' && (1..=n_marks).all(|n| chars.get(i + n) == Some(&'#'));
    let close = (at + 2 + n_marks..chars.len())
        .find(|i| ends(*i))
        .unwrap_or(chars.len());
    (close + 1 + n_marks).min(chars.len())
}

/// Blanks `#[cfg(test)] mod … { … }`.
fn without_tests(bare: &str) -> String {
    let mut out = String::with_capacity(bare.len());
    let mut rest = bare;
    while let Some(at) = rest.find("#[cfg(test)]") {
        out.push_str(&rest[..at]);
        let open = rest[at..].find('{').map(|i| at + i);
        let is_module = open.is_some_and(|open| {
            let between = &rest[at + "#[cfg(test)]".len()..open];
            tokens(between).iter().any(|token| token == "mod") && !between.contains(';')
        });
        let Some(open) = open.filter(|_| is_module) else {
            out.push_str("#[cfg(test)]");
            rest = &rest[at + "#[cfg(test)]".len()..];
            continue;
        };
        let mut level = 0_i32;
        let close = rest[open..].char_indices().find_map(|(i, c)| {
            level += i32::from(c == '{') - i32::from(c == '}');
            (level == 0).then_some(open + i + 1)
        });
        let close = close.unwrap_or(rest.len());
        out.extend(
            rest[at..close]
                .chars()
                .map(|c| if c == '\n' { '\u{1}' } else { ' ' }),
        );
        rest = &rest[close..];
    }
    out.push_str(rest);
    out
}
