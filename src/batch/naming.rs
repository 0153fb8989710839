//! What copies and their folders are called.
//!
//! The journal remembers every name in a tree, so that a copy keeps its name
//! from night to night, two copies never share one, and a file that somebody
//! else put into the tree is not overwritten.

use std::path::Path;

use super::Scope;
use super::drive::Run;
use super::look::folder_key;
use super::walk::Input;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::Blind;
use crate::mapping::journal::Entry;
use crate::pipeline::whole_name;
use crate::pseudonym::Pseudonyms;

/// Longest path of a copy in bytes, the output folder included. Linux takes
/// 4,096; a part file's ending is added to it.
const MAX_PATH: usize = 4_000;

/// What a name is wanted for.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    Folder {
        /// The name that the folder has already.
        mine: Option<&'a str>,
    },
    File {
        /// The name that the file has already.
        mine: Option<&'a str>,
    },
}

impl Run<'_, '_> {
    pub(super) fn pseudonyms(&mut self) -> Pseudonyms<'_> {
        Pseudonyms {
            key: self.job.key,
            store: &mut *self.store,
            domain: self.job.domain,
            language: self.job.language,
        }
    }

    /// The scope of a file's values.
    pub(super) fn scope(&self, input: &Input) -> Blind {
        let folders = input.folders.join("/");
        let key = self.job.key;
        match self.job.scope {
            Scope::Document => key.blind(
                "scope",
                &[b"document", folders.as_bytes(), input.name.as_bytes()],
            ),
            Scope::Folder => key.blind("scope", &[b"folder", folders.as_bytes()]),
            Scope::Corpus => key.blind("scope", &[b"corpus"]),
        }
    }

    /// The pseudonymized path of a folder. Its parts are named in their own
    /// folder's scope, once, so that its files stay together.
    pub(super) fn folder(&mut self, folders: &[String], relative: &Path) -> Result<String> {
        let Some((last, above)) = folders.split_last() else {
            return Ok(String::new());
        };
        let key = folder_key(self.job.key, relative);
        let settings = self.job.settings;
        let known = self.journal.folder(self.tree, &key, &settings)?;
        let mine = match &known {
            Some((known, true)) => return Ok(known.clone()),
            Some((known, false)) => Some(known.as_str()),
            None => None,
        };
        let above = self.folder(above, relative.parent().unwrap_or(relative))?;
        let scope = match self.job.scope {
            Scope::Corpus => self.job.key.blind("scope", &[b"corpus"]),
            Scope::Document | Scope::Folder => self
                .job
                .key
                .blind("scope", &[b"folder", folders.join("/").as_bytes()]),
        };
        let is_text = relative
            .file_name()
            .is_none_or(|name| name.to_str().is_some());
        let pipeline = self.job.pipeline;
        let name = if is_text {
            pipeline.folder_name(last, &mut self.pseudonyms(), scope)?
        } else {
            whole_name(last, last, &mut self.pseudonyms(), scope)?
        };
        let name = self.free_name(&above, &name, Wanted::Folder { mine })?;
        let path = join(&above, &name);
        self.journal
            .name_folder(self.tree, &key, &settings, &path)?;
        Ok(path)
    }

    /// The path of a copy: the one that it has already, or a free one.
    pub(super) fn output_path(
        &mut self,
        folder: &str,
        name: &str,
        known: Option<&Entry>,
    ) -> Result<String> {
        let mine = known.and_then(|known| known.output.as_ref());
        let mine = mine.map(|output| output.path.as_str());
        let name = self.free_name(folder, name, Wanted::File { mine })?;
        let path = join(folder, &name);
        if self.job.output.as_os_str().len() + path.len() > MAX_PATH {
            return Err(Error::new(
                ErrorKind::Limit,
                "the path of the copy would be longer than the system allows; shorten the folders' names or choose a shorter output folder",
            ));
        }
        Ok(path)
    }

    /// A name that no other output has: with a number if need be.
    fn free_name(&self, folder: &str, name: &str, wanted: Wanted<'_>) -> Result<String> {
        let (stem, dotted) = name
            .rsplit_once('.')
            .map_or((name, String::new()), |(stem, extension)| {
                (stem, format!(".{extension}"))
            });
        let mut candidate = name.to_owned();
        let mut n = 2;
        while !self.is_free(&join(folder, &candidate), wanted)? {
            candidate = format!("{stem} ({n}){dotted}");
            n += 1;
        }
        Ok(candidate)
    }

    fn is_free(&self, path: &str, wanted: Wanted<'_>) -> Result<bool> {
        if path.starts_with(super::REPORT_STEM) {
            return Ok(false);
        }
        let (Wanted::Folder { mine } | Wanted::File { mine }) = wanted;
        if mine == Some(path) {
            return Ok(true);
        }
        if self.journal.is_taken(self.tree, path)? {
            return Ok(false);
        }
        // A file that the journal does not know, somebody else put there.
        let there = self.job.output.join(path).symlink_metadata();
        Ok(match wanted {
            Wanted::Folder { .. } => there.map_or(true, |meta| meta.is_dir()),
            Wanted::File { .. } => there.is_err(),
        })
    }

    /// The name of a file that is not delivered may hold what was not found or
    /// what the check found: its whole path becomes a token.
    pub(super) fn hidden_name(&mut self, input: &Input) -> Result<String> {
        let scope = self.job.key.blind("scope", &[b"report"]);
        let path = join(&input.folders.join("/"), &input.name);
        let dotted = known_extension(&path).unwrap_or_default().to_owned();
        let shown = path.strip_suffix(&dotted).unwrap_or(&path);
        let name = whole_name(&path, shown, &mut self.pseudonyms(), scope)?;
        Ok(format!("{name}{dotted}"))
    }

    /// The token of a name that is no text, with its extension.
    pub(super) fn whole_token(&mut self, input: &Input, scope: Blind) -> Result<String> {
        let dotted = known_extension(&input.name).unwrap_or_default().to_owned();
        let shown = input.name.strip_suffix(&dotted).unwrap_or(&input.name);
        let name = whole_name(&input.name, shown, &mut self.pseudonyms(), scope)?;
        Ok(format!("{name}{dotted}"))
    }
}

/// A relative path of an output.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

/// The extension with its dot, if it is one that names a kind of file and not a person.
pub(super) fn known_extension(name: &str) -> Option<&str> {
    const KNOWN: &[&str] = &[
        "bmp", "csv", "doc", "docm", "docx", "dotx", "eml", "gif", "gz", "heic", "htm", "html",
        "ics", "jpeg", "jpg", "json", "log", "md", "mbox", "msg", "odp", "ods", "odt", "pdf",
        "png", "ppt", "pptx", "rtf", "tar", "tif", "tiff", "tsv", "txt", "vcf", "xls", "xlsm",
        "xlsx", "xml", "yaml", "yml", "zip",
    ];
    let dotted = name.get(name.rfind('.')?..)?;
    let known = |extension: &&str| {
        dotted
            .get(1..)
            .is_some_and(|ours| ours.eq_ignore_ascii_case(extension))
    };
    KNOWN.iter().any(known).then_some(dotted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_extensions_of_formats_are_shown() {
        assert_eq!(known_extension("a/Brief.PDF"), Some(".PDF"));
        assert_eq!(known_extension("a/Brief.Kowalczyk"), None);
        assert_eq!(known_extension("Brief"), None);
    }
}
