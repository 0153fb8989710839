//! Sheets that get another name, and the references that follow them.

use std::collections::{HashMap, HashSet};

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
            let old = self.segment_text(*segment)?;
            let new = edited(old, &own)?;
            let n_units = sheet_name(&new).encode_utf16().count();
            if n_units > MAX_SHEET_NAME.max(old.encode_utf16().count()) {
                return Err(Error::new(
                    ErrorKind::Refused,
                    "a sheet name would get longer than a spreadsheet allows; shorten it in the original",
                ));
            }
            names.insert(sheet, new);
        }
        self.check_unique(sheets, &names)?;
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

    /// Two sheets of one name make a workbook that Excel repairs.
    fn check_unique(&self, sheets: &[usize], new: &HashMap<usize, String>) -> Result<()> {
        let mut seen = HashSet::new();
        for (sheet, segment) in sheets.iter().enumerate() {
            let old = self.segment_text(*segment)?;
            let name = new.get(&sheet).map_or(old, String::as_str);
            if !new.is_empty() && !seen.insert(sheet_name(name).to_lowercase()) {
                return Err(Error::new(
                    ErrorKind::Refused,
                    "two sheets would get the same name; rename one in the original",
                ));
            }
        }
        Ok(())
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
