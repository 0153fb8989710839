//! What lies over a page: appearances and field values are painted into its
//! content, so that they are text like any other; links stay links; redactions
//! that were only marked are painted and their areas noted.

use lopdf::{Dictionary, Object, ObjectId};

use super::copy::Copier;
use super::geometry::{Matrix, Rect, decimal};
use super::pages::{NOTES, PAINTED, REDACTIONS, UNPAINTED, numbers, rect};
use super::schema::Kind;
use super::{fields, navigate};
use crate::error::Result;

/// Whether a page has redactions that were marked and not applied.
pub(super) fn has_redactions<'a>(copier: &Copier<'a>, page: &'a Dictionary) -> bool {
    let all = copier.get(page, b"Annots").and_then(|a| a.as_array().ok());
    all.into_iter().flatten().any(|annotation| {
        let dict = copier.resolve(annotation).as_dict().ok();
        dict.is_some_and(|dict| copier.name(dict, b"Subtype") == b"Redact")
    })
}

/// The content of a page with the appearances of its annotations behind it, and
/// the annotations that stay.
pub(super) fn painted<'a>(
    copier: &mut Copier<'a>,
    dict: &'a Dictionary,
    page: usize,
    content: Vec<u8>,
    resources: &mut Dictionary,
) -> Result<(Vec<u8>, Vec<Object>)> {
    let Some(annotations) = copier.get(dict, b"Annots").and_then(|a| a.as_array().ok()) else {
        return Ok((content, Vec::new()));
    };
    let mut tail = Vec::new();
    let mut cover = Vec::new();
    let mut forms = Dictionary::new();
    let mut kept = Vec::new();
    for reference in annotations {
        let Ok(annotation) = copier.resolve(reference).as_dict() else {
            continue;
        };
        if copier.name(annotation, b"Subtype") == b"Redact" {
            redaction(copier, annotation, page, &mut cover);
            continue;
        }
        if let Some(link) = link(copier, annotation, reference.as_reference().ok()) {
            kept.push(link);
        }
        let Some((form, matrix)) = appearance(copier, annotation)? else {
            tail.extend(field(copier, annotation));
            continue;
        };
        let name = format!("DnA{}", forms.len());
        let numbers: Vec<String> = matrix.0.iter().map(|n| decimal(*n)).collect();
        tail.extend_from_slice(format!("\nq {} cm /{name} Do Q", numbers.join(" ")).as_bytes());
        forms.set(name, form);
        copier.drop_one(PAINTED);
    }
    tail.append(&mut cover);
    if tail.is_empty() {
        return Ok((content, kept));
    }
    use_in(copier, resources, &forms, &tail);
    let mut out = b"q\n".to_vec();
    out.extend_from_slice(&content);
    out.extend_from_slice(b"\nQ");
    out.extend_from_slice(&tail);
    Ok((out, kept))
}

/// Puts what the painted annotations use into the resources of the page.
fn use_in(copier: &mut Copier<'_>, resources: &mut Dictionary, forms: &Dictionary, tail: &[u8]) {
    if memchr::memmem::find(tail, fields::FONT.as_bytes()).is_some() {
        let mut fonts = match resources.remove(b"Font") {
            Some(Object::Dictionary(fonts)) => fonts,
            _ => Dictionary::new(),
        };
        fonts.set(fields::FONT, copier.out.add_object(fields::font()));
        resources.set("Font", fonts);
    }
    let mut all = match resources.remove(b"XObject") {
        Some(Object::Dictionary(all)) => all,
        _ => Dictionary::new(),
    };
    for (name, form) in forms {
        all.set(name.clone(), form.clone());
    }
    if !all.is_empty() {
        resources.set("XObject", all);
    }
}

/// Copies a link that is seen.
fn link<'a>(
    copier: &mut Copier<'a>,
    annotation: &'a Dictionary,
    source: Option<ObjectId>,
) -> Option<Object> {
    if copier.name(annotation, b"Subtype") != b"Link" {
        return None;
    }
    let id = navigate::link(copier, annotation)?;
    if let Some(source) = source {
        copier.annotations.insert(source, id);
    }
    Some(id.into())
}

/// Notes the areas of a redaction and covers them with its color.
fn redaction<'a>(
    copier: &mut Copier<'a>,
    annotation: &'a Dictionary,
    page: usize,
    cover: &mut Vec<u8>,
) {
    copier.drop_one(REDACTIONS);
    let quads = copier.get(annotation, b"QuadPoints").and_then(numbers);
    let (quads, _) = quads.as_deref().unwrap_or_default().as_chunks::<8>();
    let around = |[a, b, c, d, e, f, g, h]: &[f64; 8]| Rect {
        left: a.min(*c).min(*e).min(*g),
        bottom: b.min(*d).min(*f).min(*h),
        right: a.max(*c).max(*e).max(*g),
        top: b.max(*d).max(*f).max(*h),
    };
    let mut areas: Vec<Rect> = quads.iter().map(around).collect();
    if areas.is_empty() {
        areas.extend(copier.get(annotation, b"Rect").and_then(rect));
    }
    let color = copier.get(annotation, b"IC").and_then(numbers);
    let color = match color.as_deref() {
        Some([r, g, b]) => [*r, *g, *b],
        _ => [0.0; 3],
    };
    for area in areas {
        let numbers = [
            color[0],
            color[1],
            color[2],
            area.left,
            area.bottom,
            area.width(),
            area.height(),
        ];
        let [r, g, b, x, y, w, h] = numbers.map(decimal);
        let fill = format!("\nq {r} {g} {b} rg {x} {y} {w} {h} re f Q");
        cover.extend_from_slice(fill.as_bytes());
        copier.redactions.push((page, area));
    }
}

/// The visible appearance of an annotation and where it goes (PDF 32000, 12.5.5).
fn appearance<'a>(
    copier: &mut Copier<'a>,
    annotation: &'a Dictionary,
) -> Result<Option<(Object, Matrix)>> {
    let subtype = copier.name(annotation, b"Subtype");
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
            b"Link" | b"Widget" | b"Popup" => {}
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

/// What a viewer draws for a form field that has no appearance: its background,
/// its border, its value.
fn field<'a>(copier: &mut Copier<'a>, widget: &'a Dictionary) -> Vec<u8> {
    if copier.name(widget, b"Subtype") != b"Widget" {
        return Vec::new();
    }
    let flags = copier
        .get(widget, b"F")
        .and_then(|flags| flags.as_i64().ok());
    let hidden = flags.unwrap_or(0) & 0b10_0010 != 0;
    let place = copier.get(widget, b"Rect").and_then(rect);
    let place = place.filter(|place| place.area() > 0.0 && !hidden);
    let mut out = place.map_or_else(Vec::new, |place| frame(copier, widget, place));
    let Some(text) = fields::value(copier, widget) else {
        return out;
    };
    let Some(place) = place else {
        copier.drop_one(UNPAINTED);
        return out;
    };
    copier.drop_one(PAINTED);
    let appearance = fields::inherited(copier, widget, b"DA").and_then(|da| da.as_str().ok());
    out.extend(fields::painted(&text, place, appearance));
    out
}

/// Background and border of a field, in the colors it names.
fn frame<'a>(copier: &Copier<'a>, widget: &'a Dictionary, place: Rect) -> Vec<u8> {
    let looks = copier.get_dict(widget, b"MK");
    let color = |key: &[u8], operators: [&str; 3]| {
        let color = looks
            .and_then(|looks| copier.get(looks, key))
            .and_then(numbers)?;
        let operator = match color.len() {
            1 => operators[0],
            3 => operators[1],
            4 => operators[2],
            _ => return None,
        };
        let color: Vec<String> = color.into_iter().map(decimal).collect();
        Some(format!("{} {operator}", color.join(" ")))
    };
    let [x, y, w, h] = [place.left, place.bottom, place.width(), place.height()];
    let area = |by: f64| {
        let sides = [
            x + by / 2.0,
            y + by / 2.0,
            (w - by).max(0.0),
            (h - by).max(0.0),
        ];
        sides.map(decimal).join(" ")
    };
    let mut out = String::new();
    if let Some(color) = color(b"BG", ["g", "rg", "k"]) {
        out.push_str(&format!("\nq {color} {} re f Q", area(0.0)));
    }
    if let Some(color) = color(b"BC", ["G", "RG", "K"]) {
        out.push_str(&format!("\nq {color} 1 w {} re S Q", area(1.0)));
    }
    out.into_bytes()
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
