//! From a loaded file to a clean one with the same pages: walks the page tree,
//! joins the content of each page into one stream, paints annotations and form
//! fields into it, and drops what stands beside the pages.

use std::collections::HashMap;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::copy::{Copier, too_large};
use super::geometry::{Rect, float};
use super::names::Names;
use super::schema::{self, Kind};
use super::strings::Place;
use super::tidy::tidy_page;
use super::{annotations, catalog, navigate};
use crate::document::{Bilingual, Location};
use crate::error::{Error, ErrorKind, Result};
use crate::format::step::{Step, is_off};

/// Ends a page tree that never ends; how many pages are too many, the options say.
const MAX_PAGES: usize = 1_000_000;

/// A file that holds nothing unknown.
#[derive(Debug)]
pub(super) struct Clean {
    pub(super) out: Document,
    pub(super) pages: Vec<CleanPage>,
    pub(super) dropped: Vec<(Bilingual, u32)>,
    /// Strings beside the pages, in the order of the file.
    pub(super) places: Vec<Place>,
    /// Areas that the input marks for redaction, by index of the page.
    pub(super) redactions: Vec<(usize, Rect)>,
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
    LINKS = "Verknüpfungen ohne zulässiges Ziel", "links without an allowed target";
    NOTES = "Anmerkungen ohne Erscheinungsbild", "annotations without an appearance";
    PAINTED = "Anmerkungen und Formularfelder (als Seiteninhalt erhalten)", "annotations and form fields (kept as page content)";
    UNPAINTED = "Formularwerte ohne Erscheinungsbild", "form values without an appearance";
    BOOKMARKS = "Lesezeichen", "bookmarks";
    PROPERTIES = "Dokumenteigenschaften", "document properties";
    FILES = "eingebettete Dateien", "embedded files";
    SCRIPTS = "Skripte und Aktionen", "scripts and actions";
    TAGS = "Strukturangaben (Barrierefreiheit)", "structure tags (accessibility)";
    NAMES = "Namen von Sprungzielen (die Ziele bleiben)", "names of destinations (the destinations stay)";
    LABELS = "Seitenbeschriftungen", "page labels";
    XFA = "XFA-Formulardaten", "XFA form data";
    REDACTIONS = "Schwärzungen, die nur vorgemerkt waren (jetzt angewendet)", "redactions that were only marked (now applied)";
    ALTERNATIVES = "Ersatztexte im Seiteninhalt", "replacement texts in page content";
    SIGNATURES = "Unterschriften", "signatures";
    PICTURES = "Bilder", "pictures";
    LAYERS = "unsichtbare Textebenen von Scans (neu erzeugt)", "invisible text layers of scans (made anew)";
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
    prepare(&mut copier, catalog, &leaves);
    let mut pages = Vec::with_capacity(leaves.len());
    for (index, leaf) in leaves.iter().enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let page = page(&mut copier, leaf, index, tree_id)
            .map_err(|error| error.at(Location::new("page").number(number)))?;
        pages.push(page);
    }
    let kids: Vec<Object> = pages.iter().map(|page| page.id.into()).collect();
    let mut tree = Dictionary::new();
    tree.set("Type", "Pages");
    tree.set("Count", i64::try_from(kids.len()).unwrap_or(i64::MAX));
    tree.set("Kids", kids);
    copier.out.objects.insert(tree_id, tree.into());
    let mut out = catalog::copy(&mut copier, catalog, tree_id)?;
    if is_off(Step::PdfCatalog) {
        copier.all_keys(catalog, &mut out);
    }
    if is_off(Step::PdfTrailer) {
        for key in [&b"Info"[..], b"ID"] {
            let value = source.trailer.get(key).map(|value| copier.whole(value, 0));
            copier.out.trailer.set(key, value.unwrap_or(Object::Null));
        }
    }
    copier.out.objects.insert(catalog_id, out.into());
    copier.out.trailer.set("Root", catalog_id);
    Ok(Clean {
        dropped: copier.dropped.into_iter().collect(),
        out: copier.out,
        pages,
        places: copier.places,
        redactions: copier.redactions,
    })
}

/// Gives every page its number before anything refers to it, and finds the
/// names of places. A page that stands in the tree twice is its first copy to
/// whoever refers to it.
fn prepare<'a>(copier: &mut Copier<'a>, catalog: &'a Dictionary, leaves: &[Leaf<'a>]) {
    for leaf in leaves {
        let id = copier.out.new_object_id();
        copier.page_ids.push(id);
        if let Some(source) = leaf.id {
            copier.pages.entry(source).or_insert(id);
        }
    }
    copier.named = navigate::named(copier, catalog);
    // The tree may repeat what a redaction takes out.
    let redacted = leaves
        .iter()
        .any(|leaf| annotations::has_redactions(copier, leaf.dict));
    copier.tagged = catalog.has(b"StructTreeRoot") && !redacted;
}

/// A page as the input has it.
struct Leaf<'a> {
    dict: &'a Dictionary,
    id: Option<ObjectId>,
    inherited: Inherited<'a>,
}

fn leaves_of<'a>(
    copier: &Copier<'a>,
    node: &'a Object,
    mut inherited: Inherited<'a>,
    path: &mut Vec<ObjectId>,
    leaves: &mut Vec<Leaf<'a>>,
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
        leaves.push(Leaf {
            dict,
            id: node.as_reference().ok(),
            inherited,
        });
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
    leaf: &Leaf<'a>,
    index: usize,
    tree: ObjectId,
) -> Result<CleanPage> {
    let (dict, inherited) = (leaf.dict, leaf.inherited);
    let id = copier.page_ids.get(index).copied().unwrap_or_default();
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
    let marks = copier.tagged.then(|| marks(copier, own));
    let mut names = Names::default();
    let content = tidy_page(&joined, marks.as_ref(), &mut names);
    for _ in 0..content.n_properties {
        copier.drop_one(ALTERNATIVES);
    }
    copier.marks.insert(id, content.marks);
    let mut resources = copier.resources(own, &names)?;
    let (bytes, kept) = annotations::painted(copier, dict, index, content.bytes, &mut resources)?;
    let content = copier.out.add_object(Stream::new(Dictionary::new(), bytes));
    out.set("Resources", resources);
    out.set("Contents", content);
    if !kept.is_empty() {
        out.set("Annots", kept);
    }
    as_they_were(copier, dict, &mut out);
    copier.out.objects.insert(id, out.into());
    Ok(CleanPage { id, content, area })
}

/// All annotations with all that is in them: only a test keeps them.
fn as_they_were<'a>(copier: &mut Copier<'a>, page: &'a Dictionary, out: &mut Dictionary) {
    if is_off(Step::PdfAnnotations)
        && let Some(annotations) = copier.get(page, b"Annots")
    {
        let annotations = copier.whole(annotations, 0);
        out.set("Annots", annotations);
    }
}

/// The numbers of marked content whose properties stand in resources, by name.
fn marks<'a>(copier: &Copier<'a>, resources: Option<&'a Dictionary>) -> HashMap<&'a [u8], i64> {
    let properties = resources.and_then(|own| copier.get_dict(own, b"Properties"));
    let mut out = HashMap::new();
    for (name, value) in properties.into_iter().flatten() {
        let dict = copier.resolve(value).as_dict().ok();
        let number = dict.and_then(|dict| copier.get(dict, b"MCID"));
        if let Some(number) = number.and_then(|number| number.as_i64().ok()) {
            out.insert(name.as_slice(), number);
        }
    }
    out
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

pub(super) fn rect(value: &Object) -> Option<Rect> {
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
