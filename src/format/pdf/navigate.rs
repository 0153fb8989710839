//! The ways through a document: bookmarks, page labels, links, and the places
//! on pages they lead to. Names of places are resolved, so that no name is
//! kept; actions other than going to a page or an address are not copied.

use std::collections::{HashMap, HashSet};

use lopdf::{Dictionary, Object, ObjectId};

use super::copy::Copier;
use super::pages::{BOOKMARKS, LINKS, SCRIPTS};
use super::strings::{Place, Spelling, decode_address, encode_address};

/// Entries of a tree or a list; a law with a bookmark per paragraph has 5,000.
const MAX_ITEMS: usize = 200_000;
const MAX_DEPTH: u32 = 40;

/// Where a link or a bookmark leads.
enum Target {
    Page(Object),
    Address(String),
}

/// Keys and values of a name tree (`Names`) or a number tree (`Nums`).
pub(super) fn pairs<'a>(
    copier: &Copier<'a>,
    root: &'a Dictionary,
    list: &[u8],
) -> Vec<(&'a Object, &'a Object)> {
    let mut out = Vec::new();
    let mut seen = HashSet::new();
    let mut open = vec![(root, 0)];
    while let Some((node, depth)) = open.pop() {
        let own = copier.get(node, list).and_then(|own| own.as_array().ok());
        let (own, _) = own.map_or(&[][..], Vec::as_slice).as_chunks::<2>();
        out.extend(own.iter().map(|[key, value]| (copier.resolve(key), value)));
        let kids = copier
            .get(node, b"Kids")
            .and_then(|kids| kids.as_array().ok());
        for kid in kids.into_iter().flatten().rev() {
            let fresh = kid.as_reference().is_ok_and(|id| seen.insert(id));
            if let Ok(dict) = copier.resolve(kid).as_dict()
                && fresh
                && depth < MAX_DEPTH
                && out.len() < MAX_ITEMS
            {
                open.push((dict, depth + 1));
            }
        }
    }
    out
}

/// All named places of a file.
pub(super) fn named<'a>(
    copier: &Copier<'a>,
    catalog: &'a Dictionary,
) -> HashMap<&'a [u8], &'a Object> {
    let mut out = HashMap::new();
    for (name, value) in copier.get_dict(catalog, b"Dests").into_iter().flatten() {
        out.insert(name.as_slice(), value);
    }
    let names = copier.get_dict(catalog, b"Names");
    let tree = names.and_then(|names| copier.get_dict(names, b"Dests"));
    for (name, value) in tree
        .map(|tree| pairs(copier, tree, b"Names"))
        .unwrap_or_default()
    {
        if let Ok(name) = name.as_str() {
            out.insert(name, value);
        }
    }
    out
}

/// A place on a page, without a name.
fn destination<'a>(copier: &Copier<'a>, value: &'a Object, depth: u32) -> Option<Object> {
    const WAYS: [&[u8]; 8] = [
        b"XYZ", b"Fit", b"FitH", b"FitV", b"FitR", b"FitB", b"FitBH", b"FitBV",
    ];
    if depth > 4 {
        return None;
    }
    match copier.resolve(value) {
        Object::Name(name) | Object::String(name, _) => {
            destination(copier, copier.named.get(name.as_slice())?, depth + 1)
        }
        Object::Dictionary(dict) => destination(copier, dict.get(b"D").ok()?, depth + 1),
        Object::Array(items) => {
            let page = match items.first()? {
                Object::Reference(id) => copier.pages.get(id)?,
                Object::Integer(index) => copier.page_ids.get(usize::try_from(*index).ok()?)?,
                _ => return None,
            };
            let way = items.get(1).map(|way| copier.resolve(way));
            let way = way.and_then(|way| way.as_name().ok()).unwrap_or(b"Fit");
            let way = if WAYS.contains(&way) { way } else { b"Fit" };
            let mut out = vec![(*page).into(), Object::Name(way.to_vec())];
            for item in items.iter().skip(2).take(4) {
                out.push(match copier.resolve(item) {
                    number @ (Object::Integer(_) | Object::Real(_)) => number.clone(),
                    _ => Object::Null,
                });
            }
            Some(Object::Array(out))
        }
        _ => None,
    }
}

fn target<'a>(copier: &mut Copier<'a>, dict: &'a Dictionary) -> Option<Target> {
    if let Ok(place) = dict.get(b"Dest") {
        return destination(copier, place, 0).map(Target::Page);
    }
    let action = copier.get_dict(dict, b"A")?;
    match copier.name(action, b"S") {
        b"GoTo" => destination(copier, action.get(b"D").ok()?, 0).map(Target::Page),
        b"URI" => {
            let address = copier.get(action, b"URI")?.as_str().ok()?;
            decode_address(address).map(Target::Address)
        }
        b"" => None,
        _ => {
            copier.drop_one(SCRIPTS);
            None
        }
    }
}

/// Sets where a link or a bookmark leads; false if it leads nowhere.
fn set_target<'a>(copier: &mut Copier<'a>, from: &'a Dictionary, out: &mut Dictionary) -> bool {
    match target(copier, from) {
        Some(Target::Page(place)) => out.set("Dest", place),
        Some(Target::Address(text)) => {
            let mut action = Dictionary::new();
            action.set("S", "URI");
            action.set("URI", encode_address(&text));
            let id = copier.out.add_object(action);
            copier.places.push(Place {
                object: id,
                key: b"URI",
                name: "link",
                text,
                spelling: Spelling::Address,
            });
            out.set("A", id);
        }
        None => return false,
    }
    true
}

/// Copies the bookmarks.
pub(super) fn outlines<'a>(copier: &mut Copier<'a>, catalog: &'a Dictionary) -> Option<ObjectId> {
    let root = copier.get_dict(catalog, b"Outlines")?;
    let first = root.get(b"First").ok()?;
    let id = copier.out.new_object_id();
    let (first, last, count) = siblings(copier, first, id, 0, &mut HashSet::new())?;
    let mut out = Dictionary::new();
    out.set("Type", "Outlines");
    out.set("First", first);
    out.set("Last", last);
    out.set("Count", count);
    copier.out.objects.insert(id, out.into());
    Some(id)
}

/// Copies bookmarks of one level: the first, the last, and how many are seen.
fn siblings<'a>(
    copier: &mut Copier<'a>,
    first: &'a Object,
    parent: ObjectId,
    depth: u32,
    seen: &mut HashSet<ObjectId>,
) -> Option<(ObjectId, ObjectId, i64)> {
    let mut made: Vec<(ObjectId, Dictionary)> = Vec::new();
    let mut n_seen = 0;
    let mut next = Some(first);
    while let Some(at) = next {
        let Ok(source) = at.as_reference() else { break };
        let Ok(dict) = copier.resolve(at).as_dict() else {
            break;
        };
        if depth > MAX_DEPTH || seen.len() > MAX_ITEMS || !seen.insert(source) {
            copier.drop_one(BOOKMARKS);
            break;
        }
        let id = copier.out.new_object_id();
        let mut out = Dictionary::new();
        let title = copier.text(dict, b"Title", id, "bookmark");
        out.set("Title", title.unwrap_or_else(|| Object::string_literal("")));
        out.set("Parent", parent);
        set_target(copier, dict, &mut out);
        for key in [&b"C"[..], b"F"] {
            copier.leaf_key(dict, key, &mut out);
        }
        let below = dict.get(b"First").ok();
        if let Some((first, last, count)) =
            below.and_then(|first| siblings(copier, first, id, depth + 1, seen))
        {
            let open = copier.get(dict, b"Count").and_then(|n| n.as_i64().ok());
            let open = open.is_some_and(|n| n > 0);
            out.set("First", first);
            out.set("Last", last);
            out.set("Count", if open { count } else { -count });
            n_seen += if open { count } else { 0 };
        }
        n_seen += 1;
        made.push((id, out));
        next = dict.get(b"Next").ok();
    }
    let ids: Vec<ObjectId> = made.iter().map(|(id, _)| *id).collect();
    for (index, (id, mut out)) in made.into_iter().enumerate() {
        if let Some(before) = index.checked_sub(1).and_then(|index| ids.get(index)) {
            out.set("Prev", *before);
        }
        if let Some(after) = ids.get(index + 1) {
            out.set("Next", *after);
        }
        copier.out.objects.insert(id, out.into());
    }
    Some((*ids.first()?, *ids.last()?, n_seen))
}

/// Copies the labels of pages, such as `iv` or `A-7`.
pub(super) fn labels<'a>(copier: &mut Copier<'a>, catalog: &'a Dictionary) -> Option<Object> {
    let root = copier.get_dict(catalog, b"PageLabels")?;
    let mut list = Vec::new();
    for (from, label) in pairs(copier, root, b"Nums") {
        let (Ok(from), Ok(label)) = (from.as_i64(), copier.resolve(label).as_dict()) else {
            continue;
        };
        let id = copier.out.new_object_id();
        let mut out = Dictionary::new();
        if let style @ (b"D" | b"R" | b"r" | b"A" | b"a") = copier.name(label, b"S") {
            out.set("S", Object::Name(style.to_vec()));
        }
        if let Some(prefix) = copier.text(label, b"P", id, "page label") {
            out.set("P", prefix);
        }
        if let Some(start) = copier
            .get(label, b"St")
            .and_then(|start| start.as_i64().ok())
        {
            out.set("St", start);
        }
        copier.out.objects.insert(id, out.into());
        list.extend([Object::Integer(from), id.into()]);
    }
    let mut out = Dictionary::new();
    out.set("Nums", list);
    Some(out.into())
}

/// Copies a link of a page, if it leads somewhere.
pub(super) fn link<'a>(copier: &mut Copier<'a>, annotation: &'a Dictionary) -> Option<ObjectId> {
    let id = copier.out.new_object_id();
    let mut out = Dictionary::new();
    out.set("Type", "Annot");
    out.set("Subtype", "Link");
    for key in [&b"Rect"[..], b"QuadPoints", b"Border", b"C", b"F"] {
        copier.leaf_key(annotation, key, &mut out);
    }
    if !set_target(copier, annotation, &mut out) {
        copier.drop_one(LINKS);
        return None;
    }
    if let Some(text) = copier.text(annotation, b"Contents", id, "link text") {
        out.set("Contents", text);
    }
    copier.out.objects.insert(id, out.into());
    Some(id)
}
