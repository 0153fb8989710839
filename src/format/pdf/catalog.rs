//! What a file has beside its pages: which parts of the catalog are copied, and
//! what the report says about the others.

use lopdf::{Dictionary, Object, ObjectId};

use super::copy::Copier;
use super::pages::{BOOKMARKS, FILES, LABELS, NAMES, PROPERTIES, SCRIPTS, SIGNATURES, TAGS, XFA};
use super::schema::Kind;
use super::{navigate, structure};
use crate::error::Result;

/// The catalog of the copy; everything it refers to is copied on the way.
pub(super) fn copy<'a>(
    copier: &mut Copier<'a>,
    catalog: &'a Dictionary,
    pages: ObjectId,
) -> Result<Dictionary> {
    let mut out = Dictionary::new();
    out.set("Type", "Catalog");
    out.set("Pages", pages);
    if let Some(language) = copier.get(catalog, b"Lang").and_then(language) {
        out.set("Lang", language);
    }
    if let Some(layers) = layers(copier, catalog) {
        out.set("OCProperties", layers);
    }
    match structure::copy(copier, catalog) {
        Some(tree) => {
            let mut mark = Dictionary::new();
            mark.set("Marked", true);
            out.set("MarkInfo", mark);
            out.set("StructTreeRoot", tree);
        }
        None if catalog.has(b"StructTreeRoot") => copier.drop_one(TAGS),
        None => {}
    }
    match navigate::outlines(copier, catalog) {
        Some(outlines) => out.set("Outlines", outlines),
        None if catalog.has(b"Outlines") => copier.drop_one(BOOKMARKS),
        None => {}
    }
    match navigate::labels(copier, catalog) {
        Some(labels) => out.set("PageLabels", labels),
        None if catalog.has(b"PageLabels") => copier.drop_one(LABELS),
        None => {}
    }
    if let mode @ (b"UseNone" | b"UseOutlines" | b"UseThumbs") = copier.name(catalog, b"PageMode") {
        out.set("PageMode", Object::Name(mode.to_vec()));
    }
    if let layout @ (b"SinglePage" | b"OneColumn" | b"TwoColumnLeft" | b"TwoColumnRight"
    | b"TwoPageLeft" | b"TwoPageRight") = copier.name(catalog, b"PageLayout")
    {
        out.set("PageLayout", Object::Name(layout.to_vec()));
    }
    let intents = intents(copier, catalog)?;
    if !intents.is_empty() {
        out.set("OutputIntents", intents);
    }
    note_dropped(copier, catalog);
    Ok(out)
}

/// A language code, and nothing that could be a name.
pub(super) fn language(value: &Object) -> Option<Object> {
    let text = value.as_str().ok()?;
    let mut parts = text.split(|b| *b == b'-');
    let first = parts.next()?;
    // `de-CH-1996`, `zh-Hant-TW`: no part is long enough for a name.
    let plain = parts.all(|part| part.len() <= 4 && part.iter().all(u8::is_ascii_alphanumeric));
    let known = matches!(first.len(), 2 | 3) && first.iter().all(u8::is_ascii_alphabetic);
    (plain && known && text.len() <= 12).then(|| Object::string_literal(text.to_vec()))
}

/// What colors are meant for: the profile and, of the names, those of
/// well-known conditions.
fn intents<'a>(copier: &mut Copier<'a>, catalog: &'a Dictionary) -> Result<Vec<Object>> {
    const KNOWN: &[&[u8]] = &[
        b"sRGB",
        b"sRGB IEC61966-2.1",
        b"sRGB IEC61966-2-1",
        b"FOGRA27",
        b"FOGRA29",
        b"FOGRA39",
        b"FOGRA47",
        b"FOGRA51",
        b"FOGRA52",
        b"CGATS TR 001",
        b"CGATS TR 003",
        b"CGATS TR 005",
        b"CGATS TR 006",
    ];
    let list = copier.get(catalog, b"OutputIntents");
    let list = list.and_then(|list| list.as_array().ok());
    let mut out = Vec::new();
    for item in list.into_iter().flatten().take(8) {
        let Ok(dict) = copier.resolve(item).as_dict() else {
            continue;
        };
        let mut copy = Dictionary::new();
        copy.set("Type", "OutputIntent");
        let (b"GTS_PDFA1" | b"GTS_PDFX" | b"ISO_PDFE1") = copier.name(dict, b"S") else {
            continue;
        };
        copier.leaf_key(dict, b"S", &mut copy);
        let name = copier.get(dict, b"OutputConditionIdentifier");
        let name = name.and_then(|name| name.as_str().ok()).unwrap_or_default();
        let name: &[u8] = if KNOWN.contains(&name) {
            name
        } else {
            b"Custom"
        };
        copy.set("OutputConditionIdentifier", Object::string_literal(name));
        if let Ok(profile) = dict.get(b"DestOutputProfile") {
            let profile = copier.copy(profile, Kind::Data, None)?;
            if !profile.is_null() {
                copy.set("DestOutputProfile", profile);
            }
        }
        out.push(copy.into());
    }
    Ok(out)
}

/// Which layers start hidden; names and menus of layers are gone.
fn layers<'a>(copier: &Copier<'a>, catalog: &'a Dictionary) -> Option<Object> {
    if copier.layers.is_empty() {
        return None;
    }
    let all = copier.get_dict(catalog, b"OCProperties")?;
    let default = copier.get_dict(all, b"D")?;
    let of = |key: &[u8]| -> Vec<Object> {
        copier
            .get(default, key)
            .and_then(|list| list.as_array().ok())
            .into_iter()
            .flatten()
            .filter_map(|item| copier.layers.get(&item.as_reference().ok()?))
            .map(|id| (*id).into())
            .collect()
    };
    let mut state = Dictionary::new();
    state.set("ON", of(b"ON"));
    state.set("OFF", of(b"OFF"));
    if let name @ (b"ON" | b"OFF" | b"Unchanged") = copier.name(default, b"BaseState") {
        state.set("BaseState", Object::Name(name.to_vec()));
    }
    let groups = copier.layers.values().filter(|id| {
        let made = copier.out.objects.get(id).and_then(|o| o.as_dict().ok());
        made.is_some_and(|dict| dict.has(b"Name"))
    });
    let mut out = Dictionary::new();
    out.set(
        "OCGs",
        groups.map(|id| (*id).into()).collect::<Vec<Object>>(),
    );
    out.set("D", state);
    Some(out.into())
}

/// Remembers, for the report, what the catalog had and the copy has not.
fn note_dropped<'a>(copier: &mut Copier<'a>, catalog: &'a Dictionary) {
    let names = copier.get_dict(catalog, b"Names");
    let form = copier.get_dict(catalog, b"AcroForm");
    let has = |dict: Option<&'a Dictionary>, key: &[u8]| dict.is_some_and(|dict| dict.has(key));
    let catalog = Some(catalog);
    let found = [
        (has(Some(&copier.source.trailer), b"Info"), PROPERTIES),
        (has(catalog, b"Metadata"), PROPERTIES),
        (has(catalog, b"Collection"), FILES),
        (
            has(names, b"JavaScript") || has(catalog, b"OpenAction"),
            SCRIPTS,
        ),
        (has(catalog, b"AA"), SCRIPTS),
        (has(names, b"Dests") || has(catalog, b"Dests"), NAMES),
        (has(catalog, b"Perms") || has(catalog, b"DSS"), SIGNATURES),
        (has(form, b"XFA"), XFA),
    ];
    for (there, what) in found {
        if there {
            copier.drop_one(what);
        }
    }
}
