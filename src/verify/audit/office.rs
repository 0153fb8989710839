//! Office packages: parts, relations, tags.

use std::collections::BTreeSet;

use super::archive::Entry;
use super::office_rules::{
    HIDDEN_PARTS, LEFTOVER_PARTS, MEDIA, NEEDED_PARTS, PRESENT_PARTS, attribute, element,
    is_called, is_foreign,
};
use super::tags::{Item, items};
use super::{Audit, Weight};
use crate::document::Location;
use crate::error::Result;

/// Looks into the parts of a package.
pub(super) fn look(audit: &mut Audit, entries: &[Entry]) -> Result<()> {
    let declared = declared(entries);
    let lists = entries.iter().filter(|entry| entry.name.ends_with(".rels"));
    let inner: BTreeSet<String> = lists.flat_map(targets).collect();
    for (number, entry) in (1..).zip(entries) {
        let place = Location::new("part").number(number);
        let path = entry.name.to_lowercase();
        if audit.strict && inner.contains(&path) {
            // Read like any other file, and looked into below.
            audit.present(58, place);
        } else {
            by_name(audit, &path, &declared, place);
        }
        if is_tags(&path) {
            if let Some(text) = entry.text() {
                if path.ends_with(".rels") {
                    relations(audit, &text, place);
                } else if path == "[content_types].xml" {
                    types(audit, &text, entries, place);
                } else {
                    tags(audit, &text, &path, place);
                }
            }
        } else if !path.contains("fonts/") {
            let extension = path.rsplit_once('.').map_or("", |(_, end)| end);
            audit.look_as(&entry.data, extension, place)?;
        }
    }
    unused_strings(audit, entries);
    Ok(())
}

fn is_tags(path: &str) -> bool {
    [".xml", ".rels", ".vml", ".xhtml"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

/// Parts that are declared as one of the kinds that Office programs write.
fn declared(entries: &[Entry]) -> BTreeSet<String> {
    let types = entries.iter().find(|e| e.name == "[Content_Types].xml");
    let text = types.and_then(Entry::text).unwrap_or_default();
    let part = |item: Item<'_>| {
        let Item::Open(tag) = item else { return None };
        let kind = tag.value("ContentType")?.to_lowercase();
        let office = [
            "application/vnd.openxmlformats-",
            "application/vnd.ms-",
            "image/",
        ];
        let known = office.iter().any(|start| kind.starts_with(start));
        let name = tag.value("PartName").filter(|_| known)?;
        Some(name.trim_start_matches('/').to_lowercase())
    };
    items(&text).filter_map(part).collect()
}

/// Documents in the document that the relations of one part lead to.
fn targets(entry: &Entry) -> Vec<String> {
    let text = entry.text().unwrap_or_default();
    let folder = entry
        .name
        .split("_rels/")
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let target = |item: Item<'_>| {
        let Item::Open(tag) = item else { return None };
        let kind = tag.value("Type")?;
        let inner = ["/aFChunk", "/package", "/oleObject"];
        if !inner.iter().any(|end| kind.ends_with(end)) {
            return None;
        }
        let target = tag.value("Target")?.to_lowercase();
        let mut steps: Vec<&str> = match target.strip_prefix('/') {
            Some(_) => Vec::new(),
            None => folder.split('/').filter(|step| !step.is_empty()).collect(),
        };
        for step in target.split('/').filter(|step| !matches!(*step, "" | ".")) {
            if step == ".." {
                steps.pop();
            } else {
                steps.push(step);
            }
        }
        Some(steps.join("/"))
    };
    items(&text).filter_map(target).collect()
}

fn by_name(audit: &mut Audit, path: &str, declared: &BTreeSet<String>, place: Location) {
    if path.ends_with('/') {
        return;
    }
    let find = |table: &[(&str, u16)]| {
        let found = table.iter().find(|(piece, _)| path.contains(piece));
        found.map(|(_, channel)| *channel)
    };
    if let Some(channel) = find(LEFTOVER_PARTS) {
        audit.leftover_at(channel, place);
    } else if MEDIA.iter().any(|ending| path.ends_with(ending)) {
        audit.leftover_at(126, place);
    } else if let Some(channel) = find(HIDDEN_PARTS) {
        audit.hidden(channel, place);
    } else if let Some(channel) = find(PRESENT_PARTS) {
        audit.present(channel, place);
    } else if !NEEDED_PARTS.iter().any(|needed| path.starts_with(needed))
        && !declared.contains(path)
    {
        audit.leftover_at(57, place);
    }
}

fn relations(audit: &mut Audit, text: &str, place: Location) {
    for item in items(text) {
        match item {
            Item::Open(tag) if tag.name == "Relationship" => {
                if tag
                    .value("TargetMode")
                    .is_none_or(|mode| mode != "External")
                {
                    continue;
                }
                let target = tag.value("Target").unwrap_or_default().to_lowercase();
                let web = ["http://", "https://", "mailto:", "tel:"]
                    .iter()
                    .any(|s| target.starts_with(s));
                if web
                    && tag
                        .value("Type")
                        .is_some_and(|kind| kind.ends_with("hyperlink"))
                {
                    audit.present(56, place);
                } else if !target.starts_with(['#', '['])
                    && !target.starts_with("%5b")
                    && target != "about:blank"
                {
                    audit.leftover_at(56, place);
                }
            }
            Item::Remark(_) | Item::Doctype => audit.leftover_at(71, place),
            Item::Open(_) | Item::Text(_) => {}
        }
    }
}

/// Declarations of parts that are not there, and of endings that nothing has.
fn types(audit: &mut Audit, text: &str, entries: &[Entry], place: Location) {
    let names: BTreeSet<String> = entries
        .iter()
        .map(|entry| entry.name.to_lowercase())
        .collect();
    for item in items(text) {
        let Item::Open(tag) = item else {
            if matches!(item, Item::Remark(_) | Item::Doctype) {
                audit.leftover_at(71, place);
            }
            continue;
        };
        let part = tag
            .value("PartName")
            .map(|part| part.trim_start_matches('/').to_lowercase());
        if part.is_some_and(|part| !names.contains(&part)) {
            audit.leftover_at(57, place);
        }
        let ending = tag
            .value("Extension")
            .map(|ending| format!(".{}", ending.to_lowercase()));
        let used = |ending: &String| names.iter().any(|name| name.ends_with(ending.as_str()));
        if ending.is_some_and(|ending| ending.len() > 6 && !used(&ending) && !is_usual(&ending)) {
            audit.leftover_at(57, place);
        }
    }
}

fn is_usual(ending: &str) -> bool {
    matches!(
        ending,
        ".vmldrawing" | ".sigs" | ".jpeg" | ".tiff" | ".odttf" | ".sldx" | ".x-wmf"
    )
}

fn tags(audit: &mut Audit, text: &str, path: &str, place: Location) {
    let mut said = String::new();
    for item in items(text) {
        match item {
            Item::Open(tag) => {
                said.clear();
                if let Some((channel, mut weight)) = element(&tag, path) {
                    if audit.strict && tag.name == "altChunk" {
                        // What it brings in was read and is looked into.
                        weight = Weight::Present;
                    }
                    audit.note(channel, weight, place);
                }
                for (name, value) in tag.attributes() {
                    if audit.strict && is_foreign(name, &value) {
                        audit.leftover_at(71, place);
                    }
                    if audit.strict && is_called(&tag, name, &value) {
                        audit.leftover_at(if tag.name == "bookmarkStart" { 83 } else { 91 }, place);
                    }
                    if let Some(channel) = attribute(name, &value, &tag, path) {
                        audit.leftover_at(channel, place);
                    }
                }
                if tag.name == "f" && path.starts_with("xl/worksheets/") {
                    said.push('f');
                }
            }
            Item::Text(text) => {
                if said == "f" && text.contains('"') {
                    audit.note(97, Weight::Present, place);
                }
            }
            Item::Remark(_) | Item::Doctype => audit.leftover_at(71, place),
        }
    }
}

/// Shared strings with letters that no cell of any sheet shows.
fn unused_strings(audit: &mut Audit, entries: &[Entry]) {
    let is_strings = |entry: &&Entry| entry.name.to_lowercase().starts_with("xl/sharedstrings");
    let Some(strings) = entries.iter().find(is_strings).and_then(Entry::text) else {
        return;
    };
    let mut used = BTreeSet::new();
    for entry in entries
        .iter()
        .filter(|e| e.name.to_lowercase().starts_with("xl/worksheets/"))
    {
        let Some(text) = entry.text() else { continue };
        let (mut shared, mut value) = (false, false);
        for item in items(&text) {
            match item {
                Item::Open(tag) => {
                    if tag.name == "c" {
                        shared = tag.value("t").is_some_and(|t| t == "s");
                    }
                    value = tag.name == "v";
                }
                Item::Text(text) if shared && value => used.extend(text.trim().parse::<usize>()),
                Item::Text(_) | Item::Remark(_) | Item::Doctype => {}
            }
        }
    }
    let mut at = 0_usize;
    for item in items(&strings) {
        match item {
            Item::Open(tag) if tag.name == "si" => at += 1,
            Item::Text(text)
                if at > 0 && !used.contains(&(at - 1)) && text.chars().any(char::is_alphabetic) =>
            {
                audit.leftover_at(95, Location::new("shared strings"));
            }
            Item::Open(_) | Item::Text(_) | Item::Remark(_) | Item::Doctype => {}
        }
    }
}
