//! Sheets that get another name, and the references that follow them.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::file::SplicedFile;
use super::formula::{Follow, sheet_name};
use super::splice::Splices;
use crate::document::Edit;
use crate::error::{Error, ErrorKind, Result};
use crate::format::OpenFile as _;

/// What Excel allows in a sheet name.
const MAX_SHEET_NAME: usize = 31;

/// Edits to one text: start, end, replacement.
pub(crate) type TextEdits<'e> = Vec<(usize, usize, &'e str)>;

impl SplicedFile {
    fn segment_text(&self, segment: usize) -> Result<&str> {
        let segments = self.document().segments();
        segments.get(segment).map(|s| s.text()).ok_or_else(unknown)
    }

    /// Lets references follow the sheets that are renamed.
    pub(crate) fn rename_sheets(
        &self,
        sheets: &[usize],
        follows: &[(usize, Follow)],
        edits: &[&Edit],
        splices: &mut HashMap<usize, Splices>,
    ) -> Result<()> {
        let mut names: HashMap<usize, String> = HashMap::new();
        for (sheet, segment) in sheets.iter().enumerate() {
            let mut own: TextEdits<'_> = edits
                .iter()
                .filter(|edit| edit.span.segment() == *segment)
                .map(|edit| (edit.span.start(), edit.span.end(), edit.with.as_str()))
                .collect();
            if own.is_empty() {
                continue;
            }
            own.sort_unstable();
            let new = edited(self.segment_text(*segment)?, &own)?;
            names.insert(sheet, new);
        }
        for (part, follow) in follows {
            if let Some(name) = names.get(&follow.sheet) {
                splices
                    .entry(*part)
                    .or_default()
                    .replace(follow.write(name)?);
            }
        }
        Ok(())
    }

    /// The edits with those to sheet names made to fit: a name that would get
    /// longer than a spreadsheet allows, or the same as another sheet's, becomes
    /// a plain number instead.
    pub(crate) fn fit_sheets(&self, sheets: &[usize], edits: Vec<&Edit>) -> Result<Vec<Edit>> {
        let mut changed: BTreeMap<usize, TextEdits<'_>> = BTreeMap::new();
        for edit in edits.iter().filter(|e| sheets.contains(&e.span.segment())) {
            let own = (edit.span.start(), edit.span.end(), edit.with.as_str());
            changed.entry(edit.span.segment()).or_default().push(own);
        }
        let mut seen = HashSet::new();
        for segment in sheets.iter().filter(|s| !changed.contains_key(s)) {
            seen.insert(sheet_name(self.segment_text(*segment)?).to_lowercase());
        }
        let mut instead: BTreeMap<usize, Edit> = BTreeMap::new();
        for (segment, mut own) in changed {
            own.sort_unstable();
            let old = self.segment_text(segment)?;
            let new = sheet_name(&edited(old, &own)?);
            let longest = MAX_SHEET_NAME.max(old.encode_utf16().count());
            let fits = !new.is_empty() && new.encode_utf16().count() <= longest;
            if fits && seen.insert(new.to_lowercase()) {
                continue;
            }
            let mut number = sheets.iter().position(|s| *s == segment).unwrap_or(0);
            let with = loop {
                number += 1;
                let name = format!("Blatt {number}");
                if seen.insert(name.to_lowercase()) {
                    break name;
                }
            };
            let span = self.document().span(segment, 0, old.len());
            let span = span.ok_or_else(unknown)?;
            instead.insert(segment, Edit { span, with });
        }
        let stays = |edit: &&&Edit| !instead.contains_key(&edit.span.segment());
        let mut fitted: Vec<Edit> = edits.iter().filter(stays).map(|e| (*e).clone()).collect();
        fitted.extend(instead.into_values());
        Ok(fitted)
    }
}

/// A text with edits made; they come in order.
pub(crate) fn edited(text: &str, edits: &TextEdits<'_>) -> Result<String> {
    let mut out = String::new();
    let mut at = 0;
    for (start, end, with) in edits {
        out.push_str(text.get(at..*start).ok_or_else(unknown)?);
        out.push_str(with);
        at = *end;
    }
    out.push_str(text.get(at..).ok_or_else(unknown)?);
    Ok(out)
}

fn unknown() -> Error {
    Error::new(ErrorKind::Internal, "an edit cannot be made exactly")
}
