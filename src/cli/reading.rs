//! How the files of a run are read: a password, and what becomes of tracked
//! changes. Turns what was typed into [`ReadOptions`].

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};

use crate::error::{Error, ErrorKind, Result};
use crate::format::ReadOptions;
use crate::fs;
use crate::pipeline::Emit;

/// A password is a line; a whole file of something else is a mistake.
const MAX_PASSWORD_FILE: u64 = 4096;

/// How files are read.
#[derive(Clone, Debug, ClapArgs)]
pub struct Reading {
    /// A text file whose first line is the password of the encrypted files. Their
    /// copies have no password.
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub password_file: Option<PathBuf>,
    /// Word: take over all tracked changes, so that deleted text is left out.
    /// Default: keep the changes and clean both the old and the new text.
    #[arg(long, help_heading = "Reading")]
    pub accept_changes: bool,
    /// Write the pseudonymized text of each file beside its copy, for language
    /// models: plain text, Markdown, or JSON lines with one chunk each.
    #[arg(long, value_enum, value_name = "KIND", help_heading = "Reading")]
    pub emit: Option<EmitKind>,
    /// Most pages of one file. Files over a limit are refused and listed; `retry`
    /// takes them up when the limit was raised.
    #[arg(long, value_name = "N", default_value_t = ReadOptions::default().max_pages, help_heading = "Limits")]
    pub max_pages: usize,
    /// Most cells with content of one file.
    #[arg(long, value_name = "N", default_value_t = ReadOptions::default().max_cells, help_heading = "Limits")]
    pub max_cells: usize,
    /// How deep documents may lie in documents: attachments, archives, embedded files.
    #[arg(long, value_name = "N", default_value_t = ReadOptions::default().max_depth, help_heading = "Limits")]
    pub max_depth: u32,
}

/// How text is written beside the copies.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum EmitKind {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// JSON lines.
    Jsonl,
}

impl From<EmitKind> for Emit {
    fn from(kind: EmitKind) -> Self {
        match kind {
            EmitKind::Text => Self::Text,
            EmitKind::Markdown => Self::Markdown,
            EmitKind::Jsonl => Self::Jsonl,
        }
    }
}

impl Reading {
    /// The options that decide how a copy looks, as stable words. How many pages
    /// or cells are too many only decides whether there is a copy.
    pub(super) fn name(&self) -> String {
        let emit = self.emit.map(|kind| match kind {
            EmitKind::Text => "text",
            EmitKind::Markdown => "markdown",
            EmitKind::Jsonl => "jsonl",
        });
        let depth = (self.max_depth != ReadOptions::default().max_depth)
            .then(|| format!("depth {}", self.max_depth));
        let words = [
            self.accept_changes.then(|| "accept".to_owned()),
            emit.map(str::to_owned),
            depth,
        ];
        let words: Vec<String> = words.into_iter().flatten().collect();
        words.join(" ")
    }

    /// What is meant.
    ///
    /// # Errors
    /// If the password file cannot be read or holds no password.
    pub(super) fn options(&self) -> Result<ReadOptions> {
        let password = self.password_file.as_deref().map(password).transpose()?;
        Ok(ReadOptions {
            password,
            accept_changes: self.accept_changes,
            max_pages: self.max_pages,
            max_cells: self.max_cells,
            max_depth: self.max_depth,
            ..ReadOptions::default()
        })
    }
}

fn password(path: &Path) -> Result<String> {
    let wrong = |what: &'static str| Error::new(ErrorKind::Settings, what);
    let bytes = fs::read(path, MAX_PASSWORD_FILE)
        .map_err(|_| wrong("the password file cannot be read, or is too long for a password"))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| wrong("the password file is not UTF-8"))?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(wrong("the first line of the password file is empty"));
    }
    Ok(line.to_owned())
}
