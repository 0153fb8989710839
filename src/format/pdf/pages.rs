//! From a loaded file to a clean one with the same pages: walks the page tree,
//! joins the content of each page into one stream, paints annotations and form
//! fields into it, and drops what stands beside the pages.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::copy::{Copier, too_large};
use super::geometry::{Matrix, Rect, decimal, float};
use super::schema::{self, Kind};
use super::tidy::tidy;
use crate::document::{Bilingual, Location};
use crate::error::{Error, ErrorKind, Result};

/// More pages than any file that people exchange has.
const MAX_PAGES: usize = 20_000;

/// A file that holds nothing unknown.
#[derive(Debug)]
pub(super) struct Clean {
    pub(super) out: Document,
    pub(super) pages: Vec<CleanPage>,
    pub(super) dropped: Vec<(Bilingual, u32)>,
}

/// One page of a clean file.
#[derive(Clone, Copy, Debug)]
pub(super) struct CleanPage {
    pub(super) id: ObjectId,
    pub(super) content: ObjectId,
    /// What is seen of it.
    pub(super) area: Rect,
}

/// What a page inherits from the nodes above it.
#[derive(Clone, Copy, Default)]
struct Inherited<'a> {
    resources: Option<&'a Object>,
    media: Option<&'a Object>,
    crop: Option<&'a Object>,
    rotate: Option<&'a Object>,
}

macro_rules! words {
    ($($name:ident = $de:literal, $en:literal;)+) => {
        $(pub(super) const $name: Bilingual = Bilingual { de: $de, en: $en };)+
    };
}

words! {
    LINKS = "Verknüpfungen", "links";
    NOTES = "Anmerkungen ohne Erscheinungsbild", "annotations without an appearance";
    PAINTED = "Anmerkungen und Formularfelder (als Seiteninhalt erhalten)", "annotations and form fields (kept as page content)";
    UNPAINTED = "Formularwerte ohne Erscheinungsbild", "form values without an appearance";
    BOOKMARKS = "Lesezeichen", "bookmarks";
    PROPERTIES = "Dokumenteigenschaften", "document properties";
    FILES = "eingebettete Dateien", "embedded files";
    SCRIPTS = "Skripte und Aktionen", "scripts and actions";
    TAGS = "Strukturangaben (Barrierefreiheit)", "structure tags (accessibility)";
    NAMES = "benannte Ziele und Seitenbeschriftungen", "named destinations and page labels";
    ALTERNATIVES = "Ersatztexte im Seiteninhalt", "replacement texts in page content";
    SIGNATURES = "Unterschriften", "signatures";
    PICTURES = "Bilder", "pictures";
    CROSS_REFERENCES = "Querverweistabelle", "cross-reference table";
}

/// Makes the clean copy.
pub(super) fn clean(source: &Document, budget: usize) -> Result<Clean> {
    let mut copier = Copier::new(source, budget);
    let catalog_id = copier.out.new_object_id();
    let tree_id = copier.out.new_object_id();
    let catalog = source
        .trailer
        .get(b"Root")
        .map(|root| copier.resolve(root))
        .ok()
        .and_then(|root| root.as_dict().ok())
        .ok_or_else(|| Error::new(ErrorKind::Broken, "the PDF has no catalog"))?;
    let mut leaves = Vec::new();
    if let Ok(root) = catalog.get(b"Pages") {
        leaves_of(
            &copier,
            root,
            Inherited::default(),
            &mut Vec::new(),
            &mut leaves,
        )?;
    }
    if leaves.is_empty() {
        return Err(Error::new(ErrorKind::Broken, "the PDF has no pages"));
    }
    let mut pages = Vec::with_capacity(leaves.len());
    for (index, (dict, inherited)) in leaves.into_iter().enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let page = page(&mut copier, dict, inherited, tree_id)
            .map_err(|error| error.at(Location::new("page").number(number)))?;
        pages.push(page);
    }
    note_document_level(&mut copier, catalog);
    let kids: Vec<Object> = pages.iter().map(|page| page.id.into()).collect();
    let mut tree = Dictionary::new();
    tree.set("Type", "Pages");
    tree.set("Count", i64::try_from(kids.len()).unwrap_or(i64::MAX));
    tree.set("Kids", kids);
    copier.out.objects.insert(tree_id, tree.into());
    let mut out = Dictionary::new();
    out.set("Type", "Catalog");
    out.set("Pages", tree_id);
    if let Some(language) = copier.get(catalog, b"Lang").and_then(language) {
        out.set("Lang", language);
    }
    if let Some(layers) = layers(&copier, catalog) {
        out.set("OCProperties", layers);
    }
    copier.out.objects.insert(catalog_id, out.into());
    copier.out.trailer.set("Root", catalog_id);
    Ok(Clean {
        dropped: copier.dropped.into_iter().collect(),
        out: copier.out,
        pages,
    })
}

fn leaves_of<'a>(
    copier: &Copier<'a>,
    node: &'a Object,
    mut inherited: Inherited<'a>,
    path: &mut Vec<ObjectId>,
    leaves: &mut Vec<(&'a Dictionary, Inherited<'a>)>,
) -> Result<()> {
    let Ok(dict) = copier.resolve(node).as_dict() else {
        return Ok(());
    };
    for (key, slot) in [
        (&b"Resources"[..], &mut inherited.resources),
        (b"MediaBox", &mut inherited.media),
        (b"CropBox", &mut inherited.crop),
        (b"Rotate", &mut inherited.rotate),
    ] {
        *slot = dict.get(key).ok().or(*slot);
    }
    let Some(kids) = copier
        .get(dict, b"Kids")
        .and_then(|kids| kids.as_array().ok())
    else {
        leaves.push((dict, inherited));
        if leaves.len() > MAX_PAGES {
            return Err(Error::new(ErrorKind::Limit, "the PDF has too many pages"));
        }
        return Ok(());
    };
    let id = node.as_reference().unwrap_or_default();
    if path.contains(&id) || path.len() > 50 {
        return Err(Error::new(
            ErrorKind::Limit,
            "the page tree of the PDF goes in circles",
        ));
    }
    path.push(id);
    for kid in kids {
        leaves_of(copier, kid, inherited, path, leaves)?;
    }
    path.pop();
    Ok(())
}

fn page<'a>(
    copier: &mut Copier<'a>,
    dict: &'a Dictionary,
    inherited: Inherited<'a>,
    tree: ObjectId,
) -> Result<CleanPage> {
    let own = inherited
        .resources
        .map(|object| copier.resolve(object))
        .and_then(|object| object.as_dict().ok());
    let mut out = Dictionary::new();
    out.set("Type", "Page");
    out.set("Parent", tree);
    let mut area = Rect::EMPTY;
    for (key, value) in [
        ("MediaBox", inherited.media),
        ("CropBox", inherited.crop),
        ("Rotate", inherited.rotate),
    ] {
        let Some(value) = value else { continue };
        let value = copier.copy(copier.resolve(value), Kind::Leaf, None)?;
        if let Some(rect) = rect(&value).filter(|rect| rect.area() > 0.0) {
            area = if key == "CropBox" {
                rect.common(area)
            } else {
                rect
            };
        }
        if !value.is_null() {
            out.set(key, value);
        }
    }
    if area.area() <= 0.0 {
        area = Rect::from_corners([0.0, 0.0, 612.0, 792.0]);
        let letter = [0, 0, 612, 792].map(Object::Integer).to_vec();
        out.set("MediaBox", letter);
        out.remove(b"CropBox");
    }
    for (key, value) in &copier.keys(dict, schema::PAGE, None)? {
        out.set(key.clone(), value.clone());
    }
    let joined = joined_content(copier, dict)?;
    let content = tidy(&joined);
    for _ in 0..content.n_properties {
        copier.drop_one(ALTERNATIVES);
    }
    let mut resources = copier.resources(own, &content.names)?;
    let bytes = painted(copier, dict, content.bytes, &mut resources)?;
    let content = copier.out.add_object(Stream::new(Dictionary::new(), bytes));
    out.set("Resources", resources);
    out.set("Contents", content);
    let id = copier.out.add_object(out);
    Ok(CleanPage { id, content, area })
}

fn joined_content<'a>(copier: &mut Copier<'a>, dict: &'a Dictionary) -> Result<Vec<u8>> {
    let mut joined = Vec::new();
    let streams: Vec<&Stream> = match copier.get(dict, b"Contents") {
        Some(Object::Stream(stream)) => vec![stream],
        Some(Object::Array(items)) => items
            .iter()
            .filter_map(|item| copier.resolve(item).as_stream().ok())
            .collect(),
        _ => Vec::new(),
    };
    for stream in streams {
        let content = copier.unpack(stream)?;
        if joined.len() + content.len() > 256 << 20 {
            return Err(too_large());
        }
        joined.extend_from_slice(&content);
        joined.push(b'\n');
    }
    Ok(joined)
}

/// The content of a page with the appearances of its annotations behind it.
fn painted<'a>(
    copier: &mut Copier<'a>,
    dict: &'a Dictionary,
    content: Vec<u8>,
    resources: &mut Dictionary,
) -> Result<Vec<u8>> {
    let Some(annotations) = copier.get(dict, b"Annots").and_then(|a| a.as_array().ok()) else {
        return Ok(content);
    };
    let mut tail = Vec::new();
    let mut forms = Dictionary::new();
    for annotation in annotations {
        let Ok(annotation) = copier.resolve(annotation).as_dict() else {
            continue;
        };
        let Some((form, matrix)) = appearance(copier, annotation)? else {
            continue;
        };
        let name = format!("DnA{}", forms.len());
        let numbers: Vec<String> = matrix.0.iter().map(|n| decimal(*n)).collect();
        tail.extend_from_slice(format!("\nq {} cm /{name} Do Q", numbers.join(" ")).as_bytes());
        forms.set(name, form);
        copier.drop_one(PAINTED);
    }
    if forms.is_empty() {
        return Ok(content);
    }
    let mut all = match resources.remove(b"XObject") {
        Some(Object::Dictionary(all)) => all,
        _ => Dictionary::new(),
    };
    for (name, form) in &forms {
        all.set(name.clone(), form.clone());
    }
    resources.set("XObject", all);
    let mut out = b"q\n".to_vec();
    out.extend_from_slice(&content);
    out.extend_from_slice(b"\nQ");
    out.extend_from_slice(&tail);
    Ok(out)
}

/// The visible appearance of an annotation and where it goes (PDF 32000, 12.5.5).
fn appearance<'a>(
    copier: &mut Copier<'a>,
    annotation: &'a Dictionary,
) -> Result<Option<(Object, Matrix)>> {
    let subtype = copier.name(annotation, b"Subtype");
    if subtype == b"Redact" {
        return Err(Error::new(
            ErrorKind::Refused,
            "the page has redactions that were marked but not applied; apply or delete them first",
        ));
    }
    let flags = copier
        .get(annotation, b"F")
        .and_then(|flags| flags.as_i64().ok())
        .unwrap_or(0);
    let stream = copier
        .get_dict(annotation, b"AP")
        .and_then(|states| states.get(b"N").ok())
        .and_then(|normal| chosen(copier, annotation, normal));
    let hidden = flags & 0b10_0010 != 0 || subtype == b"Popup";
    let Some(stream) = stream.filter(|_| !hidden) else {
        match subtype {
            b"Link" => copier.drop_one(LINKS),
            b"Widget" if has_value(copier, annotation) => copier.drop_one(UNPAINTED),
            b"Widget" | b"Popup" => {}
            _ => copier.drop_one(NOTES),
        }
        return Ok(None);
    };
    let dict = match copier.resolve(stream) {
        Object::Stream(stream) => &stream.dict,
        _ => return Ok(None),
    };
    let number = |key| copier.get(dict, key).and_then(numbers);
    let bounds = number(b"BBox".as_slice()).and_then(|n| <[f64; 4]>::try_from(n).ok());
    let matrix = number(b"Matrix".as_slice()).and_then(|n| <[f64; 6]>::try_from(n).ok());
    let place = copier
        .get(annotation, b"Rect")
        .and_then(numbers)
        .and_then(|n| <[f64; 4]>::try_from(n).ok());
    let (Some(bounds), Some(place)) = (bounds, place) else {
        copier.drop_one(NOTES);
        return Ok(None);
    };
    let place = Rect::from_corners(place);
    let matrix = matrix.map_or(Matrix::IDENTITY, Matrix);
    let from = matrix.bounds(Rect::from_corners(bounds));
    if from.area() <= 0.0 || place.area() <= 0.0 {
        return Ok(None);
    }
    let (sx, sy) = (place.width() / from.width(), place.height() / from.height());
    let map = Matrix([
        sx,
        0.0,
        0.0,
        sy,
        place.left - sx * from.left,
        place.bottom - sy * from.bottom,
    ]);
    let form = copier.copy(stream, Kind::Form, None)?;
    Ok(matches!(form, Object::Reference(_)).then_some((form, map)))
}

fn chosen<'a>(
    copier: &Copier<'a>,
    annotation: &'a Dictionary,
    normal: &'a Object,
) -> Option<&'a Object> {
    match copier.resolve(normal) {
        Object::Stream(_) => Some(normal),
        Object::Dictionary(states) => {
            let state = copier.name(annotation, b"AS");
            let state = if state.is_empty() { b"Off" } else { state };
            states.get(state).ok()
        }
        _ => None,
    }
}

/// Whether a form field (or the field above it) holds text.
fn has_value<'a>(copier: &Copier<'a>, widget: &'a Dictionary) -> bool {
    let mut at = Some(widget);
    for _ in 0..16 {
        let Some(field) = at else { return false };
        if let Some(value) = copier.get(field, b"V") {
            return matches!(value, Object::String(text, _) if !text.is_empty());
        }
        at = copier.get_dict(field, b"Parent");
    }
    false
}

fn rect(value: &Object) -> Option<Rect> {
    let numbers = numbers(value)?;
    <[f64; 4]>::try_from(numbers).ok().map(Rect::from_corners)
}

pub(super) fn number(value: &Object) -> Option<f64> {
    match value {
        Object::Integer(number) => Some(float(*number)),
        Object::Real(number) => Some(f64::from(*number)),
        _ => None,
    }
}

/// An array of numbers; `None` if anything else is in it.
pub(super) fn numbers(value: &Object) -> Option<Vec<f64>> {
    value.as_array().ok()?.iter().map(number).collect()
}

fn language(value: &Object) -> Option<Object> {
    let text = value.as_str().ok()?;
    let plain = text.len() <= 12 && text.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-');
    plain.then(|| Object::string_literal(text.to_vec()))
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
fn note_document_level<'a>(copier: &mut Copier<'a>, catalog: &'a Dictionary) {
    let names = copier.get_dict(catalog, b"Names");
    let has = |dict: Option<&'a Dictionary>, key: &[u8]| dict.is_some_and(|dict| dict.has(key));
    let found = [
        (has(Some(catalog), b"Outlines"), BOOKMARKS),
        (has(Some(&copier.source.trailer), b"Info"), PROPERTIES),
        (has(Some(catalog), b"Metadata"), PROPERTIES),
        (
            has(names, b"EmbeddedFiles") || has(Some(catalog), b"AF"),
            FILES,
        ),
        (
            has(names, b"JavaScript") || has(Some(catalog), b"OpenAction"),
            SCRIPTS,
        ),
        (has(Some(catalog), b"AA"), SCRIPTS),
        (has(Some(catalog), b"StructTreeRoot"), TAGS),
        (has(names, b"Dests") || has(Some(catalog), b"Dests"), NAMES),
        (has(Some(catalog), b"PageLabels"), NAMES),
        (
            has(Some(catalog), b"Perms") || has(Some(catalog), b"DSS"),
            SIGNATURES,
        ),
    ];
    for (there, what) in found {
        if there {
            copier.drop_one(what);
        }
    }
}
