//! The attributes of HTML tags, and style sheets: which hold text or addresses
//! (segments), which only say how a page looks (kept), which run code or hold
//! files (emptied).

use std::ops::Range;
use std::sync::Arc;

use super::Reader;
use super::token::{Attribute, Tag, reference};
use crate::document::{Bilingual, Location, NoticeKind, SegmentKind};
use crate::format::json::BLOBS;
use crate::format::spliced::{Draft, Escape, is_base64_blob, nth};
use crate::format::xml::in_attribute;

/// What a report calls code in pages.
pub(super) const SCRIPTS: Bilingual = Bilingual {
    de: "Programmcode in HTML",
    en: "program code in HTML",
};
const STYLE_REMARKS: Bilingual = Bilingual {
    de: "Kommentare in Formatvorlagen",
    en: "comments in style sheets",
};

/// Attributes that say how a page looks or works.
const LOOKS: &[&str] = &[
    "class",
    "type",
    "rel",
    "rev",
    "lang",
    "xml:lang",
    "dir",
    "align",
    "valign",
    "width",
    "height",
    "border",
    "cellpadding",
    "cellspacing",
    "colspan",
    "rowspan",
    "bgcolor",
    "color",
    "face",
    "size",
    "target",
    "media",
    "method",
    "enctype",
    "charset",
    "http-equiv",
    "scope",
    "role",
    "tabindex",
    "hspace",
    "vspace",
    "clear",
    "frame",
    "rules",
    "shape",
    "coords",
    "crossorigin",
    "loading",
    "decoding",
    "fill",
    "stroke",
    "transform",
    "x",
    "y",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "x1",
    "x2",
    "y1",
    "y2",
    "preserveaspectratio",
    "version",
    "link",
    "vlink",
    "alink",
    "text",
    "bordercolor",
    "marginwidth",
    "marginheight",
    "leftmargin",
    "topmargin",
    "stroke-width",
    "fill-rule",
    "clip-rule",
    "autocomplete",
    "maxlength",
    "rows",
    "cols",
    "span",
    "start",
    "referrerpolicy",
    "sandbox",
    "allow",
    "frameborder",
    "scrolling",
    "bordercolorlight",
    "bordercolordark",
];
/// Attributes that hold addresses.
const ADDRESSES: &[&str] = &[
    "href",
    "src",
    "action",
    "formaction",
    "cite",
    "background",
    "poster",
    "data",
    "longdesc",
    "usemap",
    "srcset",
    "xlink:href",
    "codebase",
    "classid",
    "archive",
    "profile",
    "manifest",
    "ping",
    "lowsrc",
    "dynsrc",
    "icon",
    "data-src",
    "data-href",
    "data-url",
    "data-saferedirecturl",
];

impl Reader<'_> {
    pub(super) fn attributes(&mut self, tag: &Tag) {
        let named = |name: &str| {
            tag.attributes
                .iter()
                .find(|attribute| attribute.name == name)
        };
        let meta = named("name")
            .or_else(|| named("property"))
            .filter(|_| tag.name == "meta");
        let meta = meta.map(|attribute| Arc::<str>::from(self.at(&attribute.value)));
        for attribute in &tag.attributes {
            let is_content = attribute.name == "content";
            let label = meta.clone().filter(|_| is_content);
            let label = label.unwrap_or_else(|| attribute.name.as_str().into());
            self.attribute(attribute, label);
        }
    }

    fn attribute(&mut self, attribute: &Attribute, label: Arc<str>) {
        let raw = self.at(&attribute.value);
        let name = attribute.name.as_str();
        let start = raw.trim_start().to_ascii_lowercase();
        if name.starts_with("on")
            || start.starts_with("javascript:")
            || start.starts_with("vbscript:")
        {
            self.empty(attribute, SCRIPTS);
        } else if start.starts_with("data:") || is_base64_blob(raw) {
            self.empty(attribute, BLOBS);
        } else if name == "style" {
            self.style(attribute.value.clone());
        } else if is_look(name, raw) {
            // Kept as it is.
        } else if ADDRESSES.contains(&name) {
            let mut draft = Draft::default();
            address(raw, attribute.value.start, &mut draft);
            self.push_attribute(draft, attribute, label, in_address, in_quoted_address);
        } else {
            let mut draft = Draft::default();
            self.text_into(attribute.value.clone(), &mut draft, true);
            self.push_attribute(draft, attribute, label, in_attribute, in_quoted_attribute);
        }
    }

    fn push_attribute(
        &mut self,
        draft: Draft,
        attribute: &Attribute,
        label: Arc<str>,
        part: Escape,
        whole: Escape,
    ) {
        let kind = SegmentKind::FormField { label: Some(label) };
        let at = Location::new("attribute").number(nth(self.file.n_segments()));
        if attribute.quoted {
            self.file.push(draft, kind, at, part);
        } else {
            self.file
                .push_whole(draft, kind, at, attribute.value.clone(), whole);
        }
    }

    fn empty(&mut self, attribute: &Attribute, what: Bilingual) {
        if attribute.value.is_empty() {
            return;
        }
        // An unquoted value that becomes nothing would swallow the next word.
        let with = if attribute.quoted { "" } else { "\"\"" };
        if self.at(&attribute.value) != with {
            self.file.cut(attribute.value.clone(), with);
            self.file.document.notice(NoticeKind::Dropped, what, 1);
        }
    }

    /// A style sheet or a style attribute: comments go, texts and addresses
    /// that it shows are segments.
    pub(super) fn style(&mut self, range: Range<usize>) {
        let text = self.at(&range);
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let starts = ["/*", "content", "url("].map(|mark| rest.find(mark));
            let Some(first) = starts.iter().flatten().min().copied() else {
                break;
            };
            let here = rest.get(first..).unwrap_or_default();
            let from = range.start + at + first;
            if here.starts_with("/*") {
                let length = here
                    .get(2..)
                    .and_then(|body| body.find("*/"))
                    .map_or(here.len(), |end| end + 4);
                self.file.cut(from..from + length, "");
                self.file
                    .document
                    .notice(NoticeKind::Dropped, STYLE_REMARKS, 1);
                at += first + length;
            } else if let Some(body) = here.strip_prefix("url(") {
                let length = body.find(')').unwrap_or(body.len());
                self.style_text(from + 4..from + 4 + length);
                at += first + 4 + length;
            } else {
                let body = here.strip_prefix("content").unwrap_or_default();
                let end = body.find([';', '}']).unwrap_or(body.len());
                let value = body.get(..end).unwrap_or_default();
                let is_property = value.trim_start().starts_with(':');
                if is_property && !value.contains("url(") && !value.contains("/*") {
                    self.style_text(from + 7..from + 7 + end);
                    at += first + 7 + end;
                } else {
                    at += first + 7;
                }
            }
        }
    }

    fn style_text(&mut self, range: Range<usize>) {
        let text = self.at(&range);
        if text
            .trim_start_matches(['"', '\'', ' '])
            .starts_with("data:")
        {
            self.file.cut(range, "");
            self.file.document.notice(NoticeKind::Dropped, BLOBS, 1);
            return;
        }
        let mut draft = Draft::default();
        draft.literal(text, range.start);
        let kind = SegmentKind::Attribute { name: "style" };
        let at = Location::new("style").number(nth(self.file.n_segments()));
        self.file.push(draft, kind, at, in_style);
    }
}

/// Whether an attribute only says how a page looks. What is long or may be an
/// address of a person is read all the same.
fn is_look(name: &str, value: &str) -> bool {
    let words = value
        .as_bytes()
        .windows(2)
        .any(|pair| pair.iter().all(u8::is_ascii_alphabetic));
    match name {
        "d" | "points" | "viewbox" => !words,
        _ if name == "xmlns" || name.starts_with("xmlns:") => value.len() < 100,
        _ => LOOKS.contains(&name) && value.len() <= 120 && !value.contains('@'),
    }
}

/// An address with its entities and percent signs decoded.
fn address(raw: &str, at: usize, draft: &mut Draft) {
    let mut from = 0;
    while let Some(rest) = raw.get(from..).filter(|rest| !rest.is_empty()) {
        let stop = rest.find(['&', '%']).unwrap_or(rest.len());
        draft.literal(rest.get(..stop).unwrap_or_default(), at + from);
        from += stop;
        let rest = raw.get(from..).unwrap_or_default();
        if rest.is_empty() {
            break;
        }
        let bytes = percent_bytes(rest);
        if let Some((meant, length)) = reference(rest) {
            draft.decoded(&meant, at + from..at + from + length);
            from += length;
        } else if bytes.is_empty() {
            draft.literal(rest.get(..1).unwrap_or_default(), at + from);
            from += 1;
        } else {
            let meant = match std::str::from_utf8(&bytes) {
                Ok(text) => text.to_owned(),
                Err(_) => encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned(),
            };
            let length = bytes.len() * 3;
            draft.decoded(&meant, at + from..at + from + length);
            from += length;
        }
    }
}

/// The bytes of the percent signs at the start of a text.
fn percent_bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(byte) = rest
        .strip_prefix('%')
        .and_then(|rest| rest.get(..2))
        .and_then(|digits| u8::from_str_radix(digits, 16).ok())
    {
        bytes.push(byte);
        rest = rest.get(3..).unwrap_or_default();
    }
    bytes
}

/// Text as a part of an address in an attribute.
fn in_address(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '&' {
            out.push_str("&amp;");
        } else if c.is_ascii_alphanumeric() || "-._~:/?=@,;()!*+$#".contains(c) {
            out.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    out
}

fn in_quoted_address(text: &str) -> String {
    format!("\"{}\"", in_address(text))
}

fn in_quoted_attribute(text: &str) -> String {
    format!("\"{}\"", in_attribute(text))
}

/// Nothing that ends a string, an address or a declaration.
fn in_style(text: &str) -> String {
    text.replace(
        ['"', '\'', '(', ')', ';', '{', '}', '<', '>', '\\', '\n'],
        "",
    )
}
