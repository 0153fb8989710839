//! New names for parts whose names a program did not make up: an inserted
//! picture may be called after the person in it.

use std::collections::HashMap;

/// What programs call parts, without the number at the end.
const STEMS: [&str; 85] = [
    "afchunk",
    "oleobject",
    "package",
    "microsoft_excel",
    "microsoft_excel_sheet",
    "microsoft_excel_worksheet",
    "microsoft_excel_macro-enabled_worksheet",
    "microsoft_office_excel_worksheet",
    "microsoft_powerpoint_presentation",
    "microsoft_powerpoint_slide",
    "microsoft_office_word_document",
    "microsoft_word",
    "microsoft_word_document",
    "workbook_embedded",
    "activex",
    "app",
    "calcchain",
    "chart",
    "chartcolorstyle",
    "chartex",
    "chartsheet",
    "chartstyle",
    "colors",
    "comment",
    "commentauthors",
    "comments",
    "commentsextended",
    "core",
    "custom",
    "data",
    "document",
    "drawing",
    "endnotes",
    "externallink",
    "fonttable",
    "footer",
    "footnotes",
    "gif",
    "handoutmaster",
    "header",
    "image",
    "item",
    "itemprops",
    "layout",
    "media",
    "metadata",
    "notesmaster",
    "notesslide",
    "numbering",
    "people",
    "person",
    "pivotcachedefinition",
    "pivotcacherecords",
    "pivottable",
    "presentation",
    "presprops",
    "querytable",
    "quickstyle",
    "quickstyles",
    "settings",
    "sharedstrings",
    "sheet",
    "slicer",
    "slicercache",
    "slide",
    "slidelayout",
    "slidemaster",
    "style",
    "styles",
    "styleswitheffects",
    "table",
    "tablestyles",
    "tag",
    "theme",
    "thememanager",
    "themeoverride",
    "threadedcomment",
    "timeline",
    "timelinecache",
    "userdata",
    "viewprops",
    "vmldrawing",
    "websettings",
    "workbook",
    "_",
];
/// What programs call folders.
const FOLDERS: [&str; 33] = [
    "word",
    "xl",
    "ppt",
    "media",
    "theme",
    "charts",
    "diagrams",
    "drawings",
    "worksheets",
    "chartsheets",
    "dialogsheets",
    "tables",
    "pivottables",
    "pivotcache",
    "slides",
    "slidelayouts",
    "slidemasters",
    "notesslides",
    "notesmasters",
    "handoutmasters",
    "comments",
    "threadedcomments",
    "persons",
    "externallinks",
    "slicers",
    "slicercaches",
    "embeddings",
    "_rels",
    "timelines",
    "timelinecaches",
    "docprops",
    "querytables",
    "glossary",
];

/// The parts that get another name: lower case of the old one, and the new one.
pub(crate) fn plan<'n>(names: impl Iterator<Item = &'n str>) -> HashMap<String, String> {
    let mut planned = HashMap::new();
    for name in names.filter(|name| !is_given(name)) {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let folder = if folder.split('/').all(is_folder) {
            folder
        } else {
            "other"
        };
        let extension = file
            .rsplit_once('.')
            .map(|(_, extension)| extension)
            .filter(|e| e.len() <= 5 && e.bytes().all(|b| b.is_ascii_alphanumeric()))
            .unwrap_or("bin");
        // No program calls a part `_1`, so that this name is free.
        let new = format!("{folder}/_{}.{extension}", planned.len() + 1);
        planned.insert(name.to_lowercase(), new.trim_start_matches('/').to_owned());
    }
    planned
}

/// The new id of the relation at a position of its list, unless a program made
/// the old one up: `rId12`, `R1a2b3c`.
pub(crate) fn id(old: &str, position: usize) -> Option<String> {
    const STEMS: [&str; 10] = [
        "riddn",
        "rid",
        "r",
        "rel",
        "relid",
        "id",
        "docrid",
        "imageid",
        "altchunkid",
        "hyperlink",
    ];
    let lower = old.to_ascii_lowercase();
    let is_number = |rest: &str| {
        rest.len() <= 40
            && rest
                .bytes()
                .all(|b| b.is_ascii_hexdigit() || b == b'-' || b == b'_')
    };
    let is_given = STEMS
        .iter()
        .any(|stem| lower.strip_prefix(stem).is_some_and(is_number));
    (!is_given).then(|| format!("rIdDn{}", position + 1))
}

/// Whether a name is one that programs give.
fn is_given(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let (folder, file) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let (stem, extension) = file.split_once('.').unwrap_or((file, ""));
    let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    (folder.is_empty() || folder.split('/').all(is_folder) || folder == "other")
        && STEMS.contains(&stem)
        && extension.len() <= 5
        && extension.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn is_folder(step: &str) -> bool {
    FOLDERS.contains(&step.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_that_people_gave_are_changed() {
        for given in [
            "rId1",
            "R0a1b2c3d4e",
            "rel5",
            "docRId12",
            "rIdDn3",
            "AltChunkId2",
        ] {
            assert_eq!(id(given, 0), None, "{given}");
        }
        assert_eq!(id("Foto_Erika", 4).as_deref(), Some("rIdDn5"));
    }

    #[test]
    fn only_names_that_people_gave_are_changed() {
        let names = [
            "word/document.xml",
            "word/media/image12.jpeg",
            "word/media/Erika.png",
            "Erika/x.xml",
            "word/media/_1.png",
        ];
        let planned = plan(names.into_iter());
        assert_eq!(planned.len(), 2);
        assert_eq!(planned["word/media/erika.png"], "word/media/_1.png");
        assert_eq!(planned["erika/x.xml"], "other/_2.xml");
    }
}
