//! What README.md and docs/ repeat from the program: options, verbs, exit
//! codes, tokens, a policy, links. A document that says something else than the
//! program fails here.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;

/// Options of other programs that the documents mention.
const NOT_OURS: &[&str] = &[
    "--release",
    "--path",
    "--test",
    "--no-default-features",
    "--all-targets",
    "--features",
    "--bench",
    "--example",
    "--qdf",
    "--speed",
    "--soffice",
    "--lib",
    "--no-deps",
    "--locked",
    "--check",
    "--ignored",
    "--nocapture",
    "--sweep",
    "--toml",
    "--pools",
    "--variants",
    "--wheels",
    "--offline",
    "--iso",
    "--tool",
    "--every",
    "--deckname",
    "--only-binary",
    "--python-version",
    "--platform",
    "--default",
    "--seed",
    "--test",
];

#[test]
fn options_and_verbs_exist() {
    let (options, verbs) = spoken();
    let mut n = 0;
    for (path, text) in pages() {
        for option in found(r"(?m)(?:^|[\s`(\[|])(--[a-z][a-z-]+)", &text) {
            n += 1;
            let known = options.contains(&option) || NOT_OURS.contains(&option.as_str());
            assert!(known, "{}: the program has no {option}", path.display());
        }
        for verb in found(r"(?:deckname|cargo run --release --) ([a-z]+) ", &text) {
            let prose = ["is", "takes", "as", "runs", "does", "and", "in"].contains(&verb.as_str());
            assert!(
                prose || verbs.contains(&verb),
                "{}: no verb {verb}",
                path.display()
            );
        }
    }
    assert!(n >= 5, "only {n} options seen");
}

#[test]
fn exit_codes_are_the_help_s() {
    let help = words(&help(&[]));
    let readme = words(&page("README.md"));
    for meaning in [
        "all delivered and verified",
        "some input failed, was refused or was not examined",
        "nothing done (usage, settings, keys, store)",
    ] {
        assert!(readme.contains(meaning), "README.md: {meaning}");
        let short = meaning.replace("or was not", "or not");
        assert!(
            help.contains(meaning) || help.contains(&short),
            "--help: {meaning}"
        );
    }
}

#[test]
fn tokens_shown_are_tokens() {
    let mut n = 0;
    for (path, text) in pages() {
        for tail in found(
            r"\[[A-Z]{2,16}_([A-Z0-9]{6,14}(?:-[A-Z0-9]{2,5})?)\]",
            &text,
        ) {
            n += 1;
            let valid = deckname::token::parse(&tail).is_some();
            assert!(
                valid,
                "{}: {tail} has a wrong check character",
                path.display()
            );
        }
    }
    assert!(n >= 2, "only {n} tokens seen");
}

#[test]
fn policies_shown_are_policies() {
    let mut n = 0;
    for (path, text) in pages() {
        for block in found(r"(?s)```toml\n(.*?)```", &text) {
            if block.contains("[actions]") {
                n += 1;
                let policy = deckname::policy::Policy::parse(&block);
                assert!(policy.is_ok(), "{}: {:?}", path.display(), policy.err());
            }
        }
    }
    assert!(n >= 1, "no policy seen");
}

#[test]
fn links_lead_somewhere() {
    let mut n = 0;
    for (path, text) in pages() {
        for target in found(r"\]\(([^)#\s]+)[^)]*\)", &text) {
            if target.contains("://") {
                continue;
            }
            n += 1;
            let file = path.parent().unwrap().join(&target);
            assert!(file.exists(), "{}: {target} does not exist", path.display());
        }
    }
    assert!(n >= 3, "only {n} links seen");
}

#[test]
fn ci_runs_the_test_command_of_the_readme() {
    let readme = page("README.md");
    let command = found(r"(?s)Run the tests.*?```sh\n(.*?)\n```", &readme);
    assert_eq!(command.len(), 1, "README.md says how to run the tests");
    let ci = page(".ci/run");
    assert!(
        ci.lines().any(|line| line == command[0]),
        ".ci/run does not run `{}`",
        command[0]
    );
}

/// All options and verbs of the program, from its help texts.
fn spoken() -> (BTreeSet<String>, BTreeSet<String>) {
    let top = help(&[]);
    let commands = top
        .split_once("Commands:")
        .unwrap()
        .1
        .split_once("Options:")
        .unwrap()
        .0;
    let verbs: BTreeSet<String> = found(r"(?m)^  ([a-z]+)\b", commands).into_iter().collect();
    let mut options: BTreeSet<String> = found(r"(--[a-z][a-z-]+)", &top).into_iter().collect();
    for verb in verbs.iter().filter(|verb| *verb != "help") {
        let text = help(&[verb]);
        options.extend(found(r"(--[a-z][a-z-]+)", &text));
        if let Some((_, below)) = text.split_once("Commands:") {
            for sub in found(r"(?m)^  ([a-z]+)\b", below)
                .iter()
                .filter(|sub| *sub != "help")
            {
                options.extend(found(r"(--[a-z][a-z-]+)", &help(&[verb, sub])));
            }
        }
    }
    assert!(
        verbs.contains("run") && options.contains("--out"),
        "{verbs:?} {options:?}"
    );
    (options, verbs)
}

fn help(verbs: &[&str]) -> String {
    let ran = Command::new(env!("CARGO_BIN_EXE_deckname"))
        .args(verbs)
        .arg("--help")
        .output()
        .unwrap();
    assert!(ran.status.success());
    String::from_utf8(ran.stdout).unwrap()
}

/// First groups of all places where a pattern matches.
fn found(pattern: &str, text: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    pattern
        .captures_iter(text)
        .map(|found| found[1].to_owned())
        .collect()
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> String {
    read(&root().join(name))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// README.md and everything in docs/.
fn pages() -> Vec<(PathBuf, String)> {
    let mut pages = vec![root().join("README.md")];
    let mut open = vec![root().join("docs")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                pages.push(path);
            }
        }
    }
    pages
        .into_iter()
        .map(|path| (path.clone(), read(&path)))
        .collect()
}
