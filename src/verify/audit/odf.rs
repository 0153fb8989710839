//! `OpenDocument`, packed and flat: entries and tags.

use super::archive::Entry;
use super::tags::{Item, Tag, items};
use super::{Audit, Weight};
use crate::document::Location;
use crate::error::Result;

/// Entries that no redacted document has, by the start of their path.
const LEFTOVER: &[(&str, u16)] = &[
    ("meta.xml", 129),
    ("thumbnails/", 133),
    ("configurations2/", 133),
    ("layout-cache", 133),
    ("versions", 133),
    ("objectreplacements/", 134),
    ("manifest.rdf", 139),
    ("basic/", 139),
    ("scripts/", 139),
    ("dialogs/", 139),
    ("meta-inf/documentsignatures", 139),
    ("meta-inf/macrosignatures", 139),
    ("fonts/", 67),
];

/// Elements that open a channel.
const ELEMENTS: &[(&str, &str, u16, Weight)] = &[
    ("text", "tracked-changes", 131, Weight::Leftover),
    ("table", "tracked-changes", 138, Weight::Leftover),
    ("table", "scenario", 138, Weight::Leftover),
    ("table", "data-pilot-table", 138, Weight::Leftover),
    ("office", "dde-source", 136, Weight::Leftover),
    ("office", "scripts", 139, Weight::Present),
    ("office", "meta", 129, Weight::Leftover),
    ("office", "annotation", 132, Weight::Present),
    ("office", "binary-data", 141, Weight::Present),
    ("draw", "object", 134, Weight::Present),
    ("draw", "object-ole", 134, Weight::Leftover),
    ("text", "hidden-text", 135, Weight::Hidden),
    ("text", "hidden-paragraph", 135, Weight::Hidden),
    ("text", "user-field-decl", 136, Weight::Present),
    ("text", "database-display", 136, Weight::Present),
    ("text", "author-name", 136, Weight::Present),
    ("text", "placeholder", 136, Weight::Present),
    ("svg", "title", 137, Weight::Present),
    ("svg", "desc", 137, Weight::Present),
    ("form", "form", 137, Weight::Present),
    ("table", "named-expression", 138, Weight::Present),
    ("table", "named-range", 138, Weight::Present),
    ("table", "filter-condition", 138, Weight::Present),
    ("table", "content-validation", 138, Weight::Present),
    ("text", "alphabetical-index-mark", 140, Weight::Present),
    ("presentation", "notes", 120, Weight::Hidden),
];

/// Looks into the entries of a package.
pub(super) fn look(audit: &mut Audit, entries: &[Entry]) -> Result<()> {
    for (number, entry) in (1..).zip(entries) {
        let place = Location::new("part").number(number);
        let path = entry.name.to_lowercase();
        let known = LEFTOVER.iter().find(|(start, _)| path.starts_with(start));
        if let Some((_, channel)) = known {
            audit.leftover_at(*channel, place);
        }
        if path.ends_with(".xml") {
            if let Some(text) = entry.text() {
                tags(audit, &text, place);
            }
        } else if path.starts_with("pictures/")
            || path.contains("/pictures/")
            || path.starts_with("media/")
        {
            audit.look(&entry.data, place)?;
        } else if known.is_none() && path != "mimetype" {
            // Objects have folders of their own; all else is an orphan.
            audit.leftover_at(if path.starts_with("object ") { 134 } else { 57 }, place);
        }
    }
    Ok(())
}

/// A document in one file of tags.
pub(super) fn flat(audit: &mut Audit, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    tags(audit, &text, Location::new("file"));
}

fn tags(audit: &mut Audit, text: &str, place: Location) {
    let mut inside = String::new();
    for item in items(text) {
        match item {
            Item::Open(tag) => {
                element(audit, &tag, place);
                inside.clear();
                // Fields of the text (`text:creator`) show what the text says.
                if tag.prefix != "text" {
                    inside.push_str(tag.name);
                }
                if tag.name == "config-item" {
                    let kind = tag.value("type").unwrap_or_default();
                    inside = format!("config {kind}");
                }
            }
            Item::Text(text) if !text.trim().is_empty() => said(audit, &inside, text.trim(), place),
            Item::Remark(_) | Item::Doctype => audit.leftover_at(71, place),
            Item::Text(_) => {}
        }
    }
}

fn said(audit: &mut Audit, element: &str, text: &str, place: Location) {
    match element {
        "creator" | "creator-initials" | "initial-creator"
            if !matches!(text, "Autor" | "Author" | "A") =>
        {
            audit.leftover_at(132, place);
        }
        "config string" | "config base64Binary" => audit.leftover_at(130, place),
        _ => {}
    }
}

fn element(audit: &mut Audit, tag: &Tag<'_>, place: Location) {
    let known = ELEMENTS
        .iter()
        .find(|(prefix, name, _, _)| (*prefix, *name) == (tag.prefix, tag.name));
    if let Some((_, _, channel, weight)) = known {
        let empty_meta = *channel == 129 && place == Location::new("part");
        if !empty_meta {
            audit.note(*channel, *weight, place);
        }
    }
    for (name, value) in tag.attributes() {
        match name {
            "xlink:href" if value.starts_with("file:") || value.starts_with('/') => {
                audit.leftover_at(137, place);
            }
            "text:display" | "table:display"
                if matches!(value.as_str(), "none" | "false" | "condition") =>
            {
                audit.hidden(135, place);
            }
            "table:visibility" if value != "visible" => audit.hidden(135, place),
            "presentation:visibility" if value == "hidden" => audit.hidden(121, place),
            "form:command" | "form:datasource" if !value.is_empty() => {
                audit.leftover_at(137, place);
            }
            "xhtml:about" | "xhtml:property" | "xhtml:content" => audit.leftover_at(139, place),
            "draw:name" if !value.is_empty() => audit.present(137, place),
            _ => {}
        }
    }
}
