//! `deckname rules`: which rules there are, whether they do what they say, and
//! which of them claim what in a text.
//!
//! An explanation shows places and masks. The text itself is shown only on a
//! terminal and only if asked for.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::args::ListChoice;
use super::{lists, print, recognizers, say, stages};
use crate::detect::catalog::{self, Entry};
use crate::detect::vector::{Vector, document};
use crate::detect::{self, Recognizer};
use crate::document::Document;
use crate::entity::{DENY_LIST, Finding};
use crate::error::{Error, ErrorKind, Result};
use crate::format::{self, ReadOptions};
use crate::fs;
use crate::pipeline::least_score;
use crate::policy::Policy;

/// Largest text to explain or file of examples, in bytes.
const MAX_TEXT: u64 = 64 << 20;

/// `deckname rules`
#[derive(Clone, Debug, Args)]
pub struct Rules {
    /// What to do with rules.
    #[command(subcommand)]
    pub verb: RulesVerb,
}

/// The verbs of `deckname rules`.
#[derive(Clone, Debug, Subcommand)]
pub enum RulesVerb {
    /// All rules: type, score alone and with context, source.
    List {
        /// A policy with rules of your own.
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
        /// JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Try the examples of the policy's rules, and files of examples.
    Test {
        /// Files of `find:` and `skip:` lines, each named after its rule (`iban.txt`).
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// A policy with rules of your own.
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
    },
    /// Which rule claims what in a text, and why. Rules and lists only, no model.
    Explain {
        /// A file in any format that `run` reads. Default: standard input, as text.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// A policy with rules of your own.
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
        /// Show the found text instead of a mask. Only on a terminal.
        #[arg(long)]
        show: bool,
    },
}

/// # Errors
/// If the policy or a file cannot be read, or `--show` is not on a terminal.
pub(super) fn run(args: &Rules) -> anyhow::Result<bool> {
    match &args.verb {
        RulesVerb::List { policy, json } => list(policy.as_deref(), *json)?,
        RulesVerb::Test { files, policy } => return Ok(test(files, policy.as_deref())?),
        RulesVerb::Explain { file, policy, show } => {
            explain(file.as_deref(), policy.as_deref(), *show)?;
        }
    }
    Ok(true)
}

/// The recognizers that need no model, with the policy's own rules and lists.
fn open(path: Option<&Path>) -> Result<(Policy, Vec<Box<dyn Recognizer>>)> {
    let policy = stages::policy(path)?;
    let recognizers = recognizers::with_rules(detect::standard()?, policy.rules())?;
    Ok((policy, recognizers))
}

fn list(path: Option<&Path>, json: bool) -> Result<()> {
    let (policy, _) = open(path)?;
    let own = policy.rules().own.iter().map(|rule| {
        let alone = (!rule.needs_context).then_some(rule.score);
        (
            rule.name.as_str(),
            rule.entity_type,
            alone,
            rule.with_context,
            "the policy",
        )
    });
    let built_in = catalog::all().into_iter().map(|rule: Entry| {
        (
            rule.name,
            rule.entity_type,
            rule.alone,
            rule.with_context,
            rule.source,
        )
    });
    let off = |name: &str| policy.rules().off.iter().any(|off| off == name);
    let mut lines = Vec::new();
    for (name, entity_type, alone, with_context, source) in built_in.chain(own) {
        lines.push(if json {
            serde_json::json!({
                "name": name, "type": entity_type.name(), "alone": alone,
                "with_context": with_context, "source": source, "off": off(name),
            })
            .to_string()
        } else {
            let alone = alone.map_or("–".to_owned(), |score| format!("{score:.2}"));
            let off = if off(name) { "  (off)" } else { "" };
            format!(
                "{name:<26} {:<24} {alone:>4} {with_context:.2}  {source}{off}",
                entity_type.name()
            )
        });
    }
    let text = if json {
        format!("[\n{}\n]\n", lines.join(",\n"))
    } else {
        format!(
            "{:<26} {:<24} alone with context  source\n{}\n{} rules\n",
            "rule",
            "type",
            lines.join("\n"),
            lines.len()
        )
    };
    print(text.as_bytes())
}

/// Says which lines fail, by their numbers.
fn test(files: &[PathBuf], path: Option<&Path>) -> Result<bool> {
    let (policy, recognizers) = open(path)?;
    let (mut n_lines, mut n_wrong) = (0, 0);
    for file in files {
        let text = lists::read(file)?;
        let name = file
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        let known = catalog::names().any(|rule| rule == name)
            || policy.rules().own.iter().any(|rule| rule.name == name);
        if !known {
            return Err(Error::new(
                ErrorKind::Settings,
                format!("{}: no rule has the file's name", file.display()),
            ));
        }
        for (index, line) in text.lines().enumerate() {
            let place = format!("{}:{}", file.display(), index + 1);
            let vector = Vector::parse(line).map_err(|error| {
                Error::new(ErrorKind::Settings, format!("{place}: {}", error.what()))
            })?;
            let Some(vector) = vector else { continue };
            n_lines += 1;
            let found = detect_all(&recognizers, &vector.document())?;
            let faults = vector.faults(&found, |finding| finding.recognizer == name);
            if !faults.is_empty() {
                n_wrong += 1;
                say(&format!(
                    "{place}: {} missed, {} found that must be skipped",
                    faults.missed.len(),
                    faults.n_false
                ));
            }
        }
    }
    let own = policy.rules().own.len();
    say(&format!(
        "{n_lines} lines, {n_wrong} wrong; {own} rules of the policy, all examples hold"
    ));
    Ok(n_wrong == 0)
}

fn detect_all(recognizers: &[Box<dyn Recognizer>], document: &Document) -> Result<Vec<Finding>> {
    let mut all = Vec::new();
    for recognizer in recognizers {
        all.extend(recognizer.detect(document)?);
    }
    Ok(all)
}

fn explain(file: Option<&Path>, path: Option<&Path>, show: bool) -> Result<()> {
    if show && !std::io::stdout().is_terminal() {
        return Err(Error::new(
            ErrorKind::Settings,
            "--show writes personal data; it works only on a terminal",
        ));
    }
    let (policy, mut recognizers) = open(path)?;
    let lists = lists::open(policy.lists(), path, &ListChoice::default())?;
    recognizers.extend(lists.deny);
    let document = to_explain(file)?;
    let all = detect_all(&recognizers, &document)?;
    let standing = lists.allowed.filter(&document, all.clone());
    let mut all = all;
    all.sort_by(|a, b| a.span.cmp(&b.span).then(a.recognizer.cmp(b.recognizer)));
    let entries = catalog::all();
    let own = |name: &str| policy.rules().own.iter().any(|rule| rule.name == name);
    let mut lines = vec![format!(
        "{} segments, {} characters, {} claims",
        document.segments().len(),
        document.n_chars(),
        all.len()
    )];
    for finding in &all {
        let verdict = if !standing.contains(finding) {
            "stays: allowed"
        } else if finding.score < least_score(finding.entity_type) {
            "too weak to count"
        } else {
            "counts"
        };
        let value = document.text(finding.span);
        let shown = if show { value.to_owned() } else { mask(value) };
        lines.push(format!(
            "{}\t{}\t{:.2}\t{}\t{}\t{verdict}\t{}",
            place(&document, finding),
            finding.entity_type.name(),
            finding.score.value(),
            finding.recognizer,
            why(finding, &entries, own(finding.recognizer)),
            shown.replace(['\n', '\r', '\t'], " "),
        ));
    }
    lines.push(String::new());
    print(lines.join("\n").as_bytes())
}

/// The text to explain.
fn to_explain(file: Option<&Path>) -> Result<Document> {
    let Some(path) = file else {
        let mut text = String::new();
        let input = std::io::stdin()
            .lock()
            .take(MAX_TEXT)
            .read_to_string(&mut text);
        input.map_err(|error| Error::io("reading standard input", &error))?;
        return Ok(document(&text));
    };
    let bytes = fs::read(path, MAX_TEXT)?;
    let extension = path
        .extension()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    Ok(format::open(bytes, extension, &ReadOptions::default())?
        .document()
        .clone())
}

/// Segment, line and column of a claim.
fn place(document: &Document, finding: &Finding) -> String {
    let segment = document.segments().get(finding.span.segment());
    let text = segment.map_or("", |segment| segment.text());
    let before = text.get(..finding.span.start()).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    segment.map_or_else(String::new, |segment| {
        format!("{} {line}:{column}", segment.location())
    })
}

/// What the score comes from.
fn why(finding: &Finding, entries: &[Entry], own: bool) -> String {
    if finding.recognizer == DENY_LIST {
        return "stands on a deny list".to_owned();
    }
    if own {
        return "rule of the policy".to_owned();
    }
    let Some(entry) = entries
        .iter()
        .find(|entry| entry.name == finding.recognizer)
    else {
        return String::new();
    };
    let score = finding.score.value();
    let near = |other: f32| (score - other).abs() < 0.005;
    let reason = if entry.alone.is_some_and(near) {
        "by its form alone"
    } else if near(entry.with_context) {
        "a word nearby says so"
    } else if entry.alone.is_some_and(|alone| score < alone) {
        "a word nearby speaks against it"
    } else {
        "by what stands around it"
    };
    format!("{reason} ({})", entry.source)
}

/// The shape of a value: letters and digits as dots.
fn mask(value: &str) -> String {
    let dots = value
        .chars()
        .map(|c| if c.is_alphanumeric() { '•' } else { c });
    dots.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_shows_no_letter_and_no_digit() {
        assert_eq!(mask("Äb-1 2"), "••-• •");
    }
}
