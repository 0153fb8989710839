//! The parts of an Office package: what type each has, which relations lead
//! from where to where. Reads `[Content_Types].xml` and the `.rels` parts and
//! knows where in them every value stands; what stays is decided elsewhere.

use std::collections::HashMap;
use std::sync::Arc;

use super::names::NAMESPACES;
use crate::error::{Error, ErrorKind, Result};
use crate::format::markup::piece::Text;
use crate::format::markup::scan::{Attribute, Scanner, Token};
use crate::format::markup::{Source, broken};
use crate::format::package::Package;

pub(crate) const CONTENT_TYPES: &str = "[Content_Types].xml";

/// Extensions that Office programs declare, whether or not a part has them.
const EXTENSIONS: &[&str] = &[
    "bin", "bmp", "data", "docm", "docx", "emf", "fntdata", "gif", "jpeg", "jpg", "odttf", "pict",
    "png", "pptx", "rels", "sigs", "svg", "tif", "tiff", "vml", "wdp", "wmf", "xls", "xlsb",
    "xlsm", "xlsx", "xml",
];

/// The declared types of all parts.
#[derive(Default)]
pub(crate) struct ContentTypes {
    /// Type and the bytes of the declaration.
    by_extension: HashMap<String, (String, usize, usize)>,
    /// Type and the bytes of the declaration.
    by_part: HashMap<String, (String, usize, usize)>,
}

/// One arrow from a part to another part or to a place outside.
#[derive(Clone)]
pub(crate) struct Relation {
    /// Its id, unique in its `.rels` part.
    pub(crate) id: String,
    /// The bytes of its id.
    pub(crate) id_value: (usize, usize),
    /// The last step of its type: `hyperlink`, `image`.
    pub(crate) kind: String,
    /// The part it leads to, in lower case; `None` if it leads outside.
    pub(crate) part: Option<String>,
    /// The target as written.
    pub(crate) target: Text,
    /// The bytes of the whole element.
    pub(crate) element: (usize, usize),
    /// The bytes of the target's value.
    pub(crate) value: (usize, usize),
}

impl ContentTypes {
    /// Reads the table of a package.
    pub(crate) fn read(package: &Package) -> Result<(Self, Source)> {
        let data = package
            .get(CONTENT_TYPES)
            .ok_or_else(|| broken("the archive is no Office package: it lists no content types"))?;
        let source = Source::decode(data)?;
        let mut types = Self::default();
        let mut scanner = Scanner::new(&source.text, NAMESPACES);
        while let Some(token) = scanner.next()? {
            let Token::Open(tag) = token else { continue };
            let value = |name| value(scanner.attributes(), name);
            let Some(content_type) = value("ContentType")? else {
                continue;
            };
            let end = element_end(&source.text, tag.end, tag.empty);
            let declared = (content_type, tag.start, end);
            if let Some(extension) = value("Extension")? {
                let extension = extension.to_ascii_lowercase();
                types.by_extension.insert(extension, declared);
            } else if let Some(name) = value("PartName")? {
                let name = name.trim_start_matches('/').to_lowercase();
                types.by_part.insert(name, declared);
            }
        }
        Ok((types, source))
    }

    /// The type of a part, by its own declaration or its extension.
    pub(crate) fn of(&self, name: &str) -> &str {
        let name = name.to_lowercase();
        if let Some((content_type, _, _)) = self.by_part.get(&name) {
            return content_type;
        }
        name.rsplit_once('.')
            .and_then(|(_, extension)| self.by_extension.get(extension))
            .map_or("", |(content_type, _, _)| content_type)
    }

    /// The declaration of a part (lower case), with its bytes.
    pub(crate) fn declaration(&self, name: &str) -> Option<(&str, usize, usize)> {
        let (content_type, start, end) = self.by_part.get(name)?;
        Some((content_type, *start, *end))
    }

    /// The declarations of extensions that no Office program writes, with their
    /// bytes: an extension may be anybody's name.
    pub(crate) fn foreign_extensions(&self) -> impl Iterator<Item = (&str, usize, usize)> {
        self.by_extension
            .iter()
            .filter(|(extension, _)| !EXTENSIONS.contains(&extension.as_str()))
            .map(|(extension, (_, start, end))| (extension.as_str(), *start, *end))
    }

    /// The declarations of single parts, with their bytes.
    pub(crate) fn declarations(&self) -> impl Iterator<Item = (&str, usize, usize)> {
        self.by_part
            .iter()
            .map(|(name, (_, start, end))| (name.as_str(), *start, *end))
    }
}

/// The name of the part that holds the relations of `name`.
pub(crate) fn relations_name(name: &str) -> String {
    match name.rsplit_once('/') {
        Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
        None => format!("_rels/{name}.rels"),
    }
}

/// The part whose relations `name` holds; empty for the package itself.
pub(crate) fn relations_owner(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let (folder, file) = lower.rsplit_once('/')?;
    let owner = file.strip_suffix(".rels")?;
    match folder.strip_suffix("_rels")? {
        "" => Some(owner.to_owned()),
        folder => folder
            .strip_suffix('/')
            .map(|folder| format!("{folder}/{owner}")),
    }
}

/// Reads the relations of `owner` (a part's name, empty for the package).
pub(crate) fn read_relations(data: &Arc<[u8]>, owner: &str) -> Result<(Vec<Relation>, Source)> {
    let source = Source::decode(data)?;
    let mut relations = Vec::new();
    let mut scanner = Scanner::new(&source.text, NAMESPACES);
    while let Some(token) = scanner.next()? {
        let Token::Open(tag) = token else { continue };
        if tag.name != "Relationship" {
            continue;
        }
        let attributes = scanner.attributes();
        let wrong = || broken("a relation between parts cannot be read");
        let target = attributes
            .iter()
            .find(|a| a.name == "Target")
            .ok_or_else(wrong)?;
        let kind = value(attributes, "Type")?.ok_or_else(wrong)?;
        let outside =
            value(attributes, "TargetMode")?.is_some_and(|m| m.eq_ignore_ascii_case("external"));
        let id = attributes
            .iter()
            .find(|a| a.name == "Id" && a.ns.is_empty());
        let id = id.ok_or_else(wrong)?;
        let written = Text::of_url(target)?;
        relations.push(Relation {
            id: id.raw.to_owned(),
            id_value: (id.value_start, id.value_start + id.raw.len()),
            kind: relation_kind(&kind).to_owned(),
            part: (!outside).then(|| resolve(owner, &written.text)),
            target: written,
            element: (tag.start, element_end(&source.text, tag.end, tag.empty)),
            value: (target.value_start, target.value_start + target.raw.len()),
        });
    }
    Ok((relations, source))
}

/// The last step of a relation's type; empty for one that no Office program
/// knows, which leads nowhere in a copy.
fn relation_kind(written: &str) -> &str {
    const BY: [&str; 3] = [
        "http://schemas.openxmlformats.org/",
        "http://schemas.microsoft.com/",
        "http://purl.oclc.org/ooxml/",
    ];
    const STEPS: [&str; 5] = [
        "officeDocument",
        "office",
        "package",
        "relationships",
        "metadata",
    ];
    let path = BY.iter().find_map(|by| written.strip_prefix(by));
    let Some((steps, kind)) = path.and_then(|path| path.rsplit_once('/')) else {
        return "";
    };
    let is_step = |step: &str| STEPS.contains(&step) || step.bytes().all(|b| b.is_ascii_digit());
    let is_known = steps.split('/').all(is_step);
    let is_word = kind.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if is_known && is_word { kind } else { "" }
}

/// The end of an element without content: behind its start tag or its end tag.
fn element_end(text: &str, tag_end: usize, empty: bool) -> usize {
    let close = || text.get(tag_end..)?.find('>').map(|n| tag_end + n + 1);
    if empty {
        tag_end
    } else {
        close().unwrap_or(tag_end)
    }
}

/// A relative target as a part name in lower case.
fn resolve(owner: &str, target: &str) -> String {
    let target = target.split('#').next().unwrap_or_default();
    let mut steps: Vec<&str> = match owner.rsplit_once('/') {
        Some((folder, _)) if !target.starts_with('/') => folder.split('/').collect(),
        _ => Vec::new(),
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            _ => steps.push(step),
        }
    }
    steps.join("/").to_lowercase()
}

fn value(attributes: &[Attribute<'_>], name: &str) -> Result<Option<String>> {
    attributes
        .iter()
        .find(|a| a.name == name && a.ns.is_empty())
        .map(|a| Text::of_attribute(a).map(|text| text.text))
        .transpose()
}

/// The error of a package that lacks what its format needs.
pub(crate) fn not_the_format() -> Error {
    Error::new(
        ErrorKind::Unsupported,
        "the content is not what the extension says; rename the file or repair it",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_against_their_part() {
        for (owner, target, expected) in [
            ("", "word/document.xml", "word/document.xml"),
            (
                "word/document.xml",
                "media/Image1.png",
                "word/media/image1.png",
            ),
            (
                "word/document.xml",
                "../customXml/item1.xml",
                "customxml/item1.xml",
            ),
            ("word/document.xml", "/word/styles.xml#x", "word/styles.xml"),
            ("xl/a/b.xml", "../../../x.xml", "x.xml"),
        ] {
            assert_eq!(resolve(owner, target), expected);
        }
    }

    #[test]
    fn relation_parts_know_their_owner() {
        assert_eq!(relations_owner("_rels/.rels").as_deref(), Some(""));
        assert_eq!(
            relations_owner("word/_rels/document.xml.rels").as_deref(),
            Some("word/document.xml")
        );
        assert_eq!(relations_owner("word/document.xml"), None);
        assert_eq!(
            relations_name("word/document.xml"),
            "word/_rels/document.xml.rels"
        );
        assert_eq!(relations_name(""), "_rels/.rels");
    }
}
