//! Copies a loaded file, object by object from its page tree, into a new one
//! that holds nothing but what [`super::schema`] allows. Whatever cannot be
//! reached from a page, and every key nobody listed, does not exist afterwards.
//! Pages and content live in [`super::pages`]; this file copies what they use.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::geometry::Rect;
use super::names::{FontNames, Names};
use super::picture;
use super::profile::without_texts;
use super::schema::{self, Keys, Kind};
use super::strings::Place;
use super::tidy::tidy;
use crate::document::Bilingual;
use crate::error::{Error, ErrorKind, Result};
use crate::format::step::{Step, is_off};

/// Objects nested deeper than this are an attack on the stack.
const MAX_DEPTH: u32 = 60;
/// Objects one file may copy; a scanned book of 5,000 pages has 30,000.
const MAX_OBJECTS: usize = 2_000_000;

/// The copy under construction.
pub(super) struct Copier<'a> {
    pub(super) source: &'a Document,
    pub(super) out: Document,
    made: HashMap<(ObjectId, Kind), ObjectId>,
    /// Bytes that may still be unpacked.
    pub(super) budget: usize,
    pub(super) dropped: BTreeMap<Bilingual, u32>,
    /// Layers that something refers to: original and copy.
    pub(super) layers: BTreeMap<ObjectId, ObjectId>,
    /// Pages: original and (first) copy; and all copies in order.
    pub(super) pages: HashMap<ObjectId, ObjectId>,
    pub(super) page_ids: Vec<ObjectId>,
    /// Places that have names.
    pub(super) named: HashMap<&'a [u8], &'a Object>,
    /// Whether content keeps the marks that a structure tree refers to.
    pub(super) tagged: bool,
    /// The marks of every page of the copy.
    pub(super) marks: HashMap<ObjectId, BTreeSet<u32>>,
    /// Annotations that are kept: original and copy.
    pub(super) annotations: HashMap<ObjectId, ObjectId>,
    pub(super) places: Vec<Place>,
    pub(super) redactions: Vec<(usize, Rect)>,
    font_names: FontNames,
    depth: u32,
}

impl<'a> Copier<'a> {
    pub(super) fn new(source: &'a Document, budget: usize) -> Self {
        let mut out = Document::new();
        out.version = "1.7".into();
        Self {
            source,
            out,
            made: HashMap::new(),
            budget,
            dropped: BTreeMap::new(),
            layers: BTreeMap::new(),
            pages: HashMap::new(),
            page_ids: Vec::new(),
            named: HashMap::new(),
            tagged: false,
            marks: HashMap::new(),
            annotations: HashMap::new(),
            places: Vec::new(),
            redactions: Vec::new(),
            font_names: FontNames::default(),
            depth: 0,
        }
    }

    /// Follows references; a chain that leads nowhere is null.
    pub(super) fn resolve(&self, object: &'a Object) -> &'a Object {
        let mut at = object;
        for _ in 0..16 {
            match at {
                Object::Reference(id) => match self.source.objects.get(id) {
                    Some(next) => at = next,
                    None => return &Object::Null,
                },
                other => return other,
            }
        }
        &Object::Null
    }

    pub(super) fn get(&self, dict: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
        let value = self.resolve(dict.get(key).ok()?);
        (!value.is_null()).then_some(value)
    }

    pub(super) fn get_dict(&self, dict: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
        self.get(dict, key)?.as_dict().ok()
    }

    pub(super) fn name(&self, dict: &'a Dictionary, key: &[u8]) -> &'a [u8] {
        self.get(dict, key)
            .and_then(|value| value.as_name().ok())
            .unwrap_or_default()
    }

    pub(super) fn drop_one(&mut self, what: Bilingual) {
        *self.dropped.entry(what).or_default() += 1;
    }

    pub(super) fn unpack(&mut self, stream: &Stream) -> Result<Vec<u8>> {
        let content = self.unpack_dict(&stream.dict, &stream.content)?;
        self.spend(content.len())?;
        Ok(content)
    }

    fn spend(&mut self, n: usize) -> Result<()> {
        self.budget = self.budget.checked_sub(n).ok_or_else(too_large)?;
        Ok(())
    }

    fn unpack_dict(&self, dict: &Dictionary, content: &[u8]) -> Result<Vec<u8>> {
        let mut plain = Dictionary::new();
        for key in [&b"Filter"[..], b"DecodeParms"] {
            if let Ok(value) = dict.get(key) {
                plain.set(key, self.inline(value, 0));
            }
        }
        let stream = Stream::new(plain, content.to_vec());
        stream
            .get_plain_content_with_limit(self.budget)
            .map_err(|error| match error {
                lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded {
                    ..
                }) => too_large(),
                _ => Error::new(ErrorKind::Broken, "a stream of the PDF cannot be unpacked"),
            })
    }

    /// A value with all references followed, for parameters of filters.
    fn inline(&self, object: &Object, depth: u32) -> Object {
        if depth > 8 {
            return Object::Null;
        }
        match object {
            Object::Reference(id) => self
                .source
                .objects
                .get(id)
                .map_or(Object::Null, |found| self.inline(found, depth + 1)),
            Object::Array(items) => {
                Object::Array(items.iter().map(|i| self.inline(i, depth + 1)).collect())
            }
            Object::Dictionary(dict) => {
                let mut out = Dictionary::new();
                for (key, value) in dict {
                    out.set(key.clone(), self.inline(value, depth + 1));
                }
                Object::Dictionary(out)
            }
            other => other.clone(),
        }
    }

    /// Copies the keys a schema allows.
    pub(super) fn keys(
        &mut self,
        dict: &'a Dictionary,
        keys: Keys,
        parent: Option<&'a Dictionary>,
    ) -> Result<Dictionary> {
        let mut out = Dictionary::new();
        for (key, kind) in keys {
            if let Ok(value) = dict.get(key) {
                let value = self.copy(value, *kind, parent)?;
                if !value.is_null() {
                    out.set(*key, value);
                }
            }
        }
        if is_off(Step::PdfKeys) {
            self.all_keys(dict, &mut out);
        }
        Ok(out)
    }

    /// What no schema lists as well: only a test does that.
    pub(super) fn all_keys(&mut self, dict: &Dictionary, out: &mut Dictionary) {
        const WRITTEN: [&[u8]; 5] = [
            b"Parent",
            b"Length",
            b"Resources",
            b"Filter",
            b"DecodeParms",
        ];
        for (key, value) in dict {
            if !out.has(key) && !WRITTEN.contains(&key.as_slice()) {
                let value = self.whole(value, 0);
                out.set(key.clone(), value);
            }
        }
    }

    /// A value with all that is in it; only a test copies it.
    pub(super) fn whole(&mut self, object: &Object, depth: u32) -> Object {
        if depth > 8 {
            return Object::Null;
        }
        match object {
            Object::Reference(id) => {
                let target = self.source.objects.get(id);
                target.map_or(Object::Null, |found| self.whole(found, depth + 1))
            }
            Object::Array(items) => Object::Array(
                items
                    .iter()
                    .map(|item| self.whole(item, depth + 1))
                    .collect(),
            ),
            Object::Dictionary(dict) => Object::Dictionary(self.whole_dict(dict, depth)),
            Object::Stream(stream) => {
                let dict = self.whole_dict(&stream.dict, depth);
                let stream = Stream::new(dict, stream.content.clone());
                self.out.add_object(stream).into()
            }
            other => other.clone(),
        }
    }

    fn whole_dict(&mut self, dict: &Dictionary, depth: u32) -> Dictionary {
        let mut out = Dictionary::new();
        for (key, value) in dict.iter().filter(|(key, _)| key.as_slice() != b"Parent") {
            let value = self.whole(value, depth + 1);
            out.set(key.clone(), value);
        }
        out
    }

    /// Copies one value as `kind`. `parent` are the resources that content
    /// without its own may use.
    pub(super) fn copy(
        &mut self,
        object: &'a Object,
        kind: Kind,
        parent: Option<&'a Dictionary>,
    ) -> Result<Object> {
        self.depth += 1;
        if self.depth > MAX_DEPTH || self.out.objects.len() > MAX_OBJECTS {
            return Err(Error::new(
                ErrorKind::Limit,
                "objects of the PDF are nested too deeply or are too many",
            ));
        }
        let copied = self.copy_here(object, kind, parent);
        self.depth -= 1;
        copied
    }

    fn copy_here(
        &mut self,
        object: &'a Object,
        kind: Kind,
        parent: Option<&'a Dictionary>,
    ) -> Result<Object> {
        let Object::Reference(id) = object else {
            return self.value(object, kind, parent);
        };
        if let Some(made) = self.made.get(&(*id, kind)) {
            return Ok(Object::Reference(*made));
        }
        let target = self.resolve(object);
        if matches!(kind, Kind::Leaf | Kind::FontName) || matches!(target, Object::Null) {
            return self.value(target, kind, parent);
        }
        let new = self.out.new_object_id();
        self.made.insert((*id, kind), new);
        if kind == Kind::Layer {
            self.layers.insert(*id, new);
        }
        self.out.objects.insert(new, Object::Null);
        let value = self.value(target, kind, parent)?;
        if matches!(value, Object::Null | Object::Name(_)) {
            self.out.objects.remove(&new);
            self.made.remove(&(*id, kind));
            return Ok(value);
        }
        self.out.objects.insert(new, value);
        Ok(Object::Reference(new))
    }

    fn value(
        &mut self,
        object: &'a Object,
        kind: Kind,
        parent: Option<&'a Dictionary>,
    ) -> Result<Object> {
        let dict = match object {
            Object::Dictionary(dict) => Some(dict),
            Object::Stream(stream) => Some(&stream.dict),
            _ => None,
        };
        let keys = match (kind, dict) {
            (Kind::Leaf, _) => return Ok(self.leaf(object, 0)),
            (Kind::Data, _) => return self.data(object),
            (Kind::FontName, _) => {
                let name = object.as_name().map(|name| self.font_names.take(name));
                return Ok(name.map_or(Object::Null, Object::Name));
            }
            (Kind::Mask, None) | (Kind::SoftMask | Kind::Bytes | Kind::Encoding, None) => {
                return Ok(self.leaf(object, 0));
            }
            (Kind::FontPair, _) => return self.font_pair(object, parent),
            (Kind::CidFonts, _) => return self.cid_fonts(object),
            (_, None) => return Ok(Object::Null),
            (Kind::Font, Some(dict)) => return self.font(dict, parent),
            (Kind::SystemInfo, Some(dict)) => return Ok(system_info(dict)),
            (Kind::Layer, Some(dict)) => return self.layer(dict),
            (Kind::Descriptor, Some(_)) => schema::DESCRIPTOR,
            (Kind::GraphicsState, Some(_)) => schema::GRAPHICS_STATE,
            (Kind::SoftMask, Some(_)) => schema::SOFT_MASK,
            (Kind::Group, Some(_)) => schema::GROUP,
            (Kind::Pattern, Some(dict)) => return self.pattern(object, dict, parent),
            (Kind::Encoding, Some(_)) if object.as_stream().is_err() => schema::ENCODING,
            (Kind::Bytes | Kind::Encoding, Some(_)) => return self.bytes(object),
            (Kind::XObject | Kind::Form | Kind::Mask, Some(_)) => {
                return self.x_object(object, parent);
            }
        };
        let dict = dict.map(|dict| self.keys(dict, keys, parent));
        Ok(dict.transpose()?.map_or(Object::Null, Object::Dictionary))
    }

    pub(super) fn leaf(&self, object: &'a Object, depth: u32) -> Object {
        match self.resolve(object) {
            plain @ (Object::Boolean(_)
            | Object::Integer(_)
            | Object::Real(_)
            | Object::Name(_)) => plain.clone(),
            Object::Array(items) if depth < 6 => Object::Array(
                items
                    .iter()
                    .map(|item| self.leaf(item, depth + 1))
                    .collect(),
            ),
            _ => Object::Null,
        }
    }

    /// Copies a key whose value is numbers and names, if it is there.
    pub(super) fn leaf_key(&self, from: &'a Dictionary, key: &[u8], into: &mut Dictionary) {
        let value = self.get(from, key).map(|value| self.leaf(value, 0));
        if let Some(value) = value.filter(|value| !value.is_null()) {
            into.set(key, value);
        }
    }

    fn data(&mut self, object: &'a Object) -> Result<Object> {
        Ok(match object {
            Object::Array(items) => {
                let mut out = Vec::with_capacity(items.len());
                for item in items {
                    out.push(match item {
                        // The table of an indexed color space.
                        Object::String(bytes, format) => Object::String(bytes.clone(), *format),
                        other => self.copy(other, Kind::Data, None)?,
                    });
                }
                Object::Array(out)
            }
            Object::Dictionary(dict) => Object::Dictionary(self.data_keys(dict)?),
            Object::Stream(stream) => {
                let dict = self.data_keys(&stream.dict)?;
                let mut content = self.unpack(stream)?;
                if !is_off(Step::PdfProfiles) {
                    content = without_texts(content);
                }
                Object::Stream(Stream::new(dict, content))
            }
            Object::String(..) => Object::Null,
            other => self.leaf(other, 0),
        })
    }

    fn data_keys(&mut self, dict: &'a Dictionary) -> Result<Dictionary> {
        let mut out = Dictionary::new();
        for (key, value) in dict {
            if schema::NEVER.contains(&key.as_slice()) && !is_off(Step::PdfKeys) {
                continue;
            }
            let value = self.copy(value, Kind::Data, None)?;
            if !value.is_null() {
                out.set(key.clone(), value);
            }
        }
        Ok(out)
    }

    fn bytes(&mut self, object: &'a Object) -> Result<Object> {
        let Object::Stream(stream) = object else {
            return Ok(Object::Null);
        };
        let mut dict = self.keys(&stream.dict, schema::BYTES, None)?;
        let mut content = self.unpack(stream)?;
        let map = content.windows(9).any(|window| window == b"begincmap");
        if map && !is_off(Step::PdfComments) {
            content = without_comments(&content);
        }
        dict.remove(b"Length");
        Ok(Object::Stream(Stream::new(dict, content)))
    }

    fn font_pair(&mut self, object: &'a Object, parent: Option<&'a Dictionary>) -> Result<Object> {
        let Ok([font, size]) = object.as_array().map(Vec::as_slice) else {
            return Ok(Object::Null);
        };
        let font = self.indirect_font(font, parent)?;
        Ok(Object::Array(vec![font, self.leaf(size, 0)]))
    }

    fn cid_fonts(&mut self, object: &'a Object) -> Result<Object> {
        let Some(first) = object.as_array().ok().and_then(|fonts| fonts.first()) else {
            return Ok(Object::Null);
        };
        let Ok(dict) = self.resolve(first).as_dict() else {
            return Ok(Object::Null);
        };
        let dict = self.keys(dict, schema::CID_FONT, None)?;
        let id = self.out.add_object(dict);
        Ok(Object::Array(vec![id.into()]))
    }

    fn font(&mut self, dict: &'a Dictionary, parent: Option<&'a Dictionary>) -> Result<Object> {
        let mut out = self.keys(dict, schema::FONT, parent)?;
        if self.name(dict, b"Subtype") == b"Type3" {
            let own = self.get_dict(dict, b"Resources").or(parent);
            let mut procs = Dictionary::new();
            let mut names = Names::default();
            for (name, value) in self.get_dict(dict, b"CharProcs").into_iter().flatten() {
                let Ok(stream) = self.resolve(value).as_stream() else {
                    continue;
                };
                let content = tidy(&self.unpack(stream)?, &mut names);
                let id = self
                    .out
                    .add_object(Stream::new(Dictionary::new(), content.bytes));
                procs.set(name.clone(), id);
            }
            out.set("CharProcs", procs);
            out.set("Resources", self.resources(own, &names)?);
        }
        Ok(Object::Dictionary(out))
    }

    /// A font as an object of its own, so that it has a number.
    fn indirect_font(
        &mut self,
        object: &'a Object,
        parent: Option<&'a Dictionary>,
    ) -> Result<Object> {
        match self.copy(object, Kind::Font, parent)? {
            Object::Dictionary(dict) => Ok(self.out.add_object(dict).into()),
            other => Ok(other),
        }
    }

    fn pattern(
        &mut self,
        object: &'a Object,
        dict: &'a Dictionary,
        parent: Option<&'a Dictionary>,
    ) -> Result<Object> {
        let Object::Stream(stream) = object else {
            return Ok(Object::Dictionary(self.keys(
                dict,
                schema::SHADING_PATTERN,
                parent,
            )?));
        };
        self.content(stream, schema::TILING, parent)
    }

    fn content(
        &mut self,
        stream: &'a Stream,
        keys: Keys,
        parent: Option<&'a Dictionary>,
    ) -> Result<Object> {
        let own = self.get_dict(&stream.dict, b"Resources").or(parent);
        let mut dict = self.keys(&stream.dict, keys, own)?;
        let mut names = Names::default();
        let content = tidy(&self.unpack(stream)?, &mut names);
        dict.set("Resources", self.resources(own, &names)?);
        Ok(Object::Stream(Stream::new(dict, content.bytes)))
    }

    fn x_object(&mut self, object: &'a Object, parent: Option<&'a Dictionary>) -> Result<Object> {
        let Object::Stream(stream) = object else {
            return Ok(Object::Null);
        };
        let subtype = self.name(&stream.dict, b"Subtype");
        if subtype == b"Image" || (subtype.is_empty() && stream.dict.has(b"Width")) {
            let mut dict = self.keys(&stream.dict, schema::IMAGE, None)?;
            let content = picture::without_metadata(&stream.dict, &stream.content)?;
            self.spend(content.len() / 4)?;
            dict.set("Subtype", "Image");
            return Ok(Object::Stream(Stream::new(dict, content)));
        }
        if subtype == b"PS" {
            return Ok(Object::Null);
        }
        let Object::Stream(mut form) = self.content(stream, schema::FORM, parent)? else {
            return Ok(Object::Null);
        };
        form.dict.set("Subtype", "Form");
        Ok(Object::Stream(form))
    }

    fn layer(&mut self, dict: &'a Dictionary) -> Result<Object> {
        let mut out = Dictionary::new();
        if self.name(dict, b"Type") == b"OCMD" {
            out.set("Type", "OCMD");
            for key in [&b"OCGs"[..], b"VE"] {
                if let Ok(value) = dict.get(key) {
                    let value = self.layer_list(value, 0)?;
                    out.set(key, value);
                }
            }
            let policy = dict.get(b"P").map(|p| self.leaf(p, 0));
            if let Ok(name @ Object::Name(_)) = policy {
                out.set("P", name);
            }
        } else {
            out.set("Type", "OCG");
            if is_off(Step::PdfLayers) {
                self.all_keys(dict, &mut out);
                return Ok(Object::Dictionary(out));
            }
            out.set(
                "Name",
                Object::string_literal(format!("Layer {}", self.layers.len())),
            );
        }
        Ok(Object::Dictionary(out))
    }

    fn layer_list(&mut self, object: &'a Object, depth: u32) -> Result<Object> {
        match self.resolve(object) {
            Object::Array(items) if depth < 20 => {
                let items = items.iter().map(|item| self.layer_list(item, depth + 1));
                Ok(Object::Array(items.collect::<Result<_>>()?))
            }
            Object::Dictionary(_) => self.copy(object, Kind::Layer, None),
            name @ Object::Name(_) => Ok(name.clone()),
            _ => Ok(Object::Null),
        }
    }

    /// The resources of one content stream: those it names, and no others.
    pub(super) fn resources(
        &mut self,
        source: Option<&'a Dictionary>,
        used: &Names,
    ) -> Result<Dictionary> {
        let mut out = Dictionary::new();
        let Some(source) = source else {
            return Ok(out);
        };
        for (part, kind) in [
            (&b"Font"[..], Kind::Font),
            (b"XObject", Kind::XObject),
            (b"Pattern", Kind::Pattern),
            (b"ExtGState", Kind::GraphicsState),
            (b"ColorSpace", Kind::Data),
            (b"Shading", Kind::Data),
            (b"Properties", Kind::Layer),
        ] {
            let mut map = Dictionary::new();
            for (name, value) in self.get_dict(source, part).into_iter().flatten() {
                let default = matches!(
                    name.as_slice(),
                    b"DefaultGray" | b"DefaultRGB" | b"DefaultCMYK"
                );
                let name = match used.get(name) {
                    Some(new) => new,
                    None if default => name,
                    None => continue,
                };
                let value = if kind == Kind::Font {
                    self.indirect_font(value, Some(source))?
                } else {
                    self.copy(value, kind, Some(source))?
                };
                if !value.is_null() {
                    map.set(name, value);
                }
            }
            if !map.is_empty() {
                out.set(part, map);
            }
        }
        Ok(out)
    }
}

pub(super) fn too_large() -> Error {
    Error::new(ErrorKind::Limit, "the PDF unpacks to more than is allowed")
}

fn system_info(dict: &Dictionary) -> Object {
    let mut out = Dictionary::new();
    for key in [&b"Registry"[..], b"Ordering"] {
        let text = dict.get(key).and_then(Object::as_str).unwrap_or_default();
        let short =
            text.len() <= 24 && text.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-');
        let text: &[u8] = if short { text } else { b"Identity" };
        out.set(key, Object::string_literal(text.to_vec()));
    }
    let supplement = dict
        .get(b"Supplement")
        .and_then(Object::as_i64)
        .unwrap_or(0);
    out.set("Supplement", supplement);
    Object::Dictionary(out)
}

/// A character map without its comment lines.
fn without_comments(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len());
    for line in content.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
        let keep = line
            .iter()
            .position(|byte| *byte == b'%')
            .unwrap_or(line.len());
        out.extend_from_slice(line.get(..keep).unwrap_or_default());
        if keep < line.len() {
            out.push(b'\n');
        }
    }
    out
}
