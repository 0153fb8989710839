//! `deckname verify`: what a redacted file still carries, whoever redacted it.
//!
//! It lists channels by number and, given the values that had to go, where they
//! still are. Places and counts only; the values are never shown.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use serde::Serialize;

use super::args;
use super::settings::Places;
use super::{print, say, unlock};
use crate::document::Location;
use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};
use crate::token::Language;
use crate::verify::audit::{self, Weight};
use crate::verify::{self, Needles, channels};
use crate::{fs, leaks, report};

/// Largest list of values, in bytes.
const MAX_LIST: u64 = 64 << 20;

/// `deckname verify`
#[derive(Clone, Debug, ClapArgs)]
pub struct Verify {
    /// Files or folders to examine. They are never changed.
    #[arg(value_name = "FILE", required_unless_present = "scoreboard")]
    pub files: Vec<PathBuf>,
    /// A text file with one value per line that must not be in the files.
    #[arg(long, value_name = "LIST")]
    pub originals: Option<PathBuf>,
    /// Where mapping store and restore key are. With --store, all originals of
    /// the store are searched; that needs --reason.
    #[command(flatten)]
    pub places: args::Places,
    /// How the restore key is unlocked.
    #[command(flatten)]
    pub unlock: unlock::Unlock,
    /// Why the originals of the store are read; kept in its access log.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Only findings, not the channels that are in use and visible.
    #[arg(long)]
    pub findings_only: bool,
    /// Language of the list.
    #[arg(long, value_enum, default_value_t = args::Language::De)]
    pub lang: args::Language,
    /// JSON instead of text.
    #[arg(long)]
    pub json: bool,
    /// Run the leak corpus in this folder and print what became of each file.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["files", "originals", "json"])]
    pub scoreboard: Option<PathBuf>,
    /// Largest file to read, in MiB.
    #[arg(long, default_value_t = 512, value_name = "MIB")]
    pub max_file_size: u64,
}

/// What is said about one file.
#[derive(Serialize)]
struct Examined {
    file: String,
    kind: Option<&'static str>,
    channels: Vec<Line>,
    /// Places where a value is.
    values: Vec<String>,
    /// Places where an ordinary word may be a value.
    doubts: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_examined: Option<String>,
}

/// One channel in use.
#[derive(Serialize)]
struct Line {
    channel: String,
    title: &'static str,
    weight: &'static str,
    place: String,
    n: u32,
}

impl Examined {
    fn is_clean(&self) -> bool {
        let finding = |line: &Line| line.weight != Weight::Present.code();
        self.values.is_empty() && self.not_examined.is_none() && !self.channels.iter().any(finding)
    }
}

/// # Errors
/// If nothing could be examined, or a list, store or key cannot be read.
pub(super) fn run(args: &Verify) -> anyhow::Result<bool> {
    if let Some(corpus) = &args.scoreboard {
        return Ok(scoreboard(corpus)?);
    }
    let needles = needles(args)?;
    let language = args.lang.into();
    let mut files = Vec::new();
    for path in &args.files {
        collect(path, &mut files)?;
    }
    let examined: Vec<Examined> = files
        .iter()
        .map(|path| examine(args, path, &needles, language))
        .collect();
    if args.json {
        print(serde_json::to_string_pretty(&examined)?.as_bytes())?;
        print(b"\n")?;
    } else {
        print(text(&examined, !needles.is_empty(), language).as_bytes())?;
    }
    if examined.iter().all(|file| file.not_examined.is_some()) {
        let what = "no file could be examined";
        return Err(Error::new(ErrorKind::NotExamined, what).into());
    }
    Ok(examined.iter().all(Examined::is_clean))
}

/// All files below a folder, sorted; links are not followed.
fn collect(path: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let unreadable = |error: std::io::Error| Error::io("reading a folder", &error);
    if !path.is_dir() {
        found.push(path.to_owned());
        return Ok(());
    }
    let mut entries = Vec::new();
    for entry in path.read_dir().map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if !entry.file_type().map_err(unreadable)?.is_symlink() {
            entries.push(entry.path());
        }
    }
    entries.sort();
    entries.iter().try_for_each(|entry| collect(entry, found))
}

fn examine(args: &Verify, path: &Path, needles: &Needles, language: Language) -> Examined {
    let mut out = Examined {
        file: path.display().to_string(),
        kind: None,
        channels: Vec::new(),
        values: Vec::new(),
        doubts: Vec::new(),
        not_examined: None,
    };
    if let Err(error) = look(args, path, needles, language, &mut out) {
        out.not_examined = Some(report::detail(error.what(), language));
    }
    out
}

fn look(
    args: &Verify,
    path: &Path,
    needles: &Needles,
    language: Language,
    out: &mut Examined,
) -> Result<()> {
    let bytes = fs::read(path, args.max_file_size.saturating_mul(1 << 20))?;
    let audit = audit::audit(&bytes)?;
    out.kind = audit
        .kind
        .or_else(|| verify::is_text(&bytes).then_some("text"));
    for (trace, n) in audit.traces() {
        if args.findings_only && !trace.weight.is_finding() {
            continue;
        }
        out.channels.push(Line {
            channel: channels::code(trace.channel),
            title: channels::title(trace.channel, language),
            weight: trace.weight.code(),
            place: said(&trace.place, language),
            n,
        });
    }
    if out.kind.is_none() && needles.is_empty() {
        let what = "no channel of this kind of file is known; only values could be searched";
        return Err(Error::new(ErrorKind::NotExamined, what));
    }
    if !needles.is_empty() {
        let swept = verify::sweep(&bytes, needles)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if needles.touches_name(&name) {
            out.values.push(said(&Location::new("file name"), language));
        }
        let places = |list: &[Location]| {
            list.iter()
                .map(|place| said(place, language))
                .collect::<Vec<_>>()
        };
        out.values.extend(places(&swept.leaks));
        out.doubts.extend(places(&swept.doubts));
    }
    Ok(())
}

/// A place in the language of the list.
fn said(place: &Location, language: Language) -> String {
    report::place(&place.into(), language)
}

/// The values that must not be there.
fn needles(args: &Verify) -> Result<Needles> {
    let mut needles = Needles::new();
    if let Some(list) = &args.originals {
        let bytes = fs::read(list, MAX_LIST)?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Error::new(ErrorKind::Settings, "the list of originals is not UTF-8"))?;
        for line in text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            needles.original(EntityType::ListEntry, line);
        }
    }
    if args.places.store.is_some() {
        from_store(args, &mut needles)?;
    }
    Ok(needles)
}

fn from_store(args: &Verify, needles: &mut Needles) -> Result<()> {
    let reason = args.reason.as_deref().unwrap_or_default();
    unlock::check_reason(reason)?;
    let places = Places::new(&args.places)?;
    places.check_apart(&[])?;
    let key = unlock::restore_key(&places, &args.unlock)?;
    let mut store = places.store.open_existing(key.public_id())?;
    // The look is noted before anything is read.
    let n = store.info()?.n_surfaces;
    unlock::note(&places, &mut store, "verify", reason, n)?;
    store.each_original(&key, &mut |entity_type, original| {
        // Names of files that were not delivered stand in no document.
        if entity_type != EntityType::FileName {
            needles.original(entity_type, original);
        }
    })
}

fn text(examined: &[Examined], swept: bool, language: Language) -> String {
    let words = |de: &'static str, en: &'static str| match language {
        Language::De => de,
        Language::En => en,
    };
    let mut out = String::new();
    for file in examined {
        out.push_str(&file.file);
        out.push('\n');
        if let Some(why) = &file.not_examined {
            line(
                &mut out,
                words("NICHT UNTERSUCHT", "NOT EXAMINED"),
                why,
                "",
                1,
            );
        }
        for place in &file.values {
            line(
                &mut out,
                words("WERT", "VALUE"),
                words("ein Wert steht noch da", "a value is still there"),
                place,
                1,
            );
        }
        for place in &file.doubts {
            line(
                &mut out,
                "?",
                words("vielleicht Teil eines Wertes", "may be a part of a value"),
                place,
                1,
            );
        }
        for found in &file.channels {
            let weight = match found.weight {
                "leftover" => words("Rest", "leftover"),
                "hidden" => words("verborgen", "hidden"),
                _ => words("vorhanden", "present"),
            };
            line(
                &mut out,
                &found.channel,
                &format!("{} ({weight})", found.title),
                &found.place,
                found.n,
            );
        }
        if file.is_clean() {
            let nothing = if swept {
                words("kein Befund, kein Wert", "no finding, no value")
            } else {
                words("kein Befund", "no finding")
            };
            line(&mut out, "ok", nothing, "", 1);
        }
    }
    out
}

fn line(out: &mut String, head: &str, what: &str, place: &str, n: u32) {
    let times = if n > 1 {
        format!(" ({n}×)")
    } else {
        String::new()
    };
    let place = if place.is_empty() {
        String::new()
    } else {
        format!(": {place}")
    };
    // Writing to a string cannot fail.
    writeln!(out, "  {head:<5} {what}{place}{times}").unwrap_or_default();
}

/// The scratch folder lies in the corpus's own folder and is removed again.
fn scoreboard(corpus: &Path) -> Result<bool> {
    let scratch = corpus.join(format!(".scoreboard-{}", std::process::id()));
    fs::make_folder(&scratch)?;
    let rows = leaks::run(corpus, &scratch);
    if std::fs::remove_dir_all(&scratch).is_err() {
        say("the scratch folder could not be removed");
    }
    let rows = rows?;
    print(leaks::scoreboard(&rows).as_bytes())?;
    Ok(!rows.iter().any(|row| row.fate == leaks::Fate::Leaked))
}
