//! ODF: texts, spreadsheets, presentations and drawings, with their
//! templates and flat forms.
//!
//! A password is taken off by `encryption`.
//! Content and styles are searched, of the settings only numbers stay, raster
//! pictures lose their metadata. Everything else in the package is left out
//! with its line in the manifest: properties, previews, older versions, macros,
//! signatures, embedded programs' data. Objects such as charts are documents
//! in folders of the package and are treated like it.

mod encryption;
mod locks;
mod manifest;
mod names;
mod rules;

use std::collections::HashMap;
use std::sync::Arc;

use self::names::NAMESPACES;
use self::rules::RULES;
use crate::document::{Bilingual, Location, NoticeKind};
use crate::error::{Error, ErrorKind, Result};
use crate::format::image::{self, Cleaned};
use crate::format::markup::Source;
use crate::format::markup::file::{Content, SplicedFile};
use crate::format::markup::given::is_given;
use crate::format::markup::piece::Text;
use crate::format::markup::rules::Names;
use crate::format::markup::scan::{Scanner, Token};
use crate::format::markup::splice::Splices;
use crate::format::markup::walk::{NoInner, walk};
use crate::format::ooxml::PASSWORD;
use crate::format::package::{CFB_MAGIC, Entry, Package};
use crate::format::step::{Step, is_off};
use crate::format::{Format, OpenFile, ReadOptions};

/// One kind of ODF.
#[derive(Debug)]
pub struct Odf {
    name: &'static str,
    extensions: &'static [&'static str],
    flat: &'static [&'static str],
}

/// Texts.
pub const ODT: Odf = Odf {
    name: "odt",
    extensions: &["odt", "ott"],
    flat: &["fodt"],
};
/// Spreadsheets.
pub const ODS: Odf = Odf {
    name: "ods",
    extensions: &["ods", "ots"],
    flat: &["fods"],
};
/// Presentations and drawings.
pub const ODP: Odf = Odf {
    name: "odp",
    extensions: &["odp", "otp", "odg", "otg"],
    flat: &["fodp", "fodg"],
};

const TYPE: &str = "application/vnd.oasis.opendocument.";
const MANIFEST: &str = "META-INF/manifest.xml";

impl Format for Odf {
    fn name(&self) -> &'static str {
        self.name
    }

    fn accepts(&self, head: &[u8], extension: &str) -> bool {
        let is_package = head.starts_with(b"PK") || head.starts_with(CFB_MAGIC);
        if self.extensions.contains(&extension) {
            return is_package;
        }
        self.flat.contains(&extension) && !is_package
    }

    fn open(&self, input: Vec<u8>, options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        if input.starts_with(b"PK") || input.starts_with(CFB_MAGIC) {
            return Ok(Box::new(Reading::new(&input, options)?.finish()?));
        }
        Ok(Box::new(open_flat(input, options)?))
    }
}

/// A package while it is opened.
struct Reading {
    package: Package,
    names: Names,
    file: Opened,
    contents: HashMap<String, Content>,
}

/// An opened document, with the references that follow renamed sheets.
struct Opened {
    file: SplicedFile,
    sheets: Vec<usize>,
    follows: Vec<(usize, crate::format::markup::formula::Follow)>,
}

/// What becomes of an entry.
enum Decision {
    Text(&'static str),
    Picture,
    Copy,
}

impl Reading {
    fn new(input: &[u8], options: &ReadOptions) -> Result<Self> {
        let package = Package::open(input, options)?;
        is_known(&package)?;
        let package = encryption::opened(package, options)?;
        is_known(&package)?;
        Ok(Self {
            package,
            names: Names::default(),
            file: Opened::new(options.scrub),
            contents: HashMap::new(),
        })
    }

    fn finish(mut self) -> Result<Opened> {
        let entries: Vec<Entry> = self.package.entries().to_vec();
        if self.package.was_encrypted() {
            self.file.file.notice(NoticeKind::Dropped, PASSWORD);
        }
        for entry in &entries {
            match decide(&entry.name) {
                Some(Decision::Text(_)) => {
                    prepare(&Source::decode(&entry.data)?.text, &mut self.names)?;
                }
                Some(Decision::Picture) => self.names.add_part(&entry.name),
                _ => {}
            }
        }
        // The text first, then headers and footers, then objects.
        let mut order: Vec<&Entry> = entries.iter().collect();
        order.sort_by_key(|entry| (entry.name.matches('/').count(), entry.name != "content.xml"));
        for entry in order {
            let content = match decide(&entry.name) {
                Some(Decision::Text(place)) => self.text(entry, place)?,
                Some(Decision::Picture) => self.picture(entry),
                Some(Decision::Copy) => Content::Bytes(Arc::clone(&entry.data)),
                None if is_off(Step::Parts) => Content::Bytes(Arc::clone(&entry.data)),
                None => continue,
            };
            self.contents.insert(entry.name.clone(), content);
        }
        self.manifest()?;
        for entry in entries {
            let new = self
                .names
                .part(&entry.name)
                .map_or_else(|| entry.name.clone(), str::to_owned);
            match self.contents.remove(&entry.name) {
                content if !self.file.file.scrubs() => {
                    self.file.file.add_faithful(&entry, content);
                }
                Some(content) => self.file.file.add_output(new, content),
                None => self
                    .file
                    .file
                    .notice(NoticeKind::Dropped, dropped_kind(&entry.name)),
            }
        }
        Ok(self.file)
    }

    fn text(&mut self, entry: &Entry, place: &'static str) -> Result<Content> {
        let source = Source::decode(&entry.data)?;
        let place = Location::new(place);
        let part = self.file.add(source, &entry.data, place, &mut self.names)?;
        Ok(Content::Part(part))
    }

    fn picture(&mut self, entry: &Entry) -> Content {
        let extension = entry.name.rsplit('.').next().unwrap_or_default();
        let (bytes, kind, what) = match image::clean(&entry.data, extension) {
            Cleaned::Kept(bytes) => (bytes, NoticeKind::NotExamined, image::PICTURES),
            Cleaned::Blank(bytes) => (bytes, NoticeKind::Dropped, image::VECTOR_PICTURES),
            Cleaned::Unknown => {
                let blank = image::blank("png").unwrap_or_default();
                (blank, NoticeKind::Dropped, image::VECTOR_PICTURES)
            }
        };
        self.file.file.notice(kind, what);
        Content::Bytes(bytes.into())
    }

    /// The manifest without the lines of what is left out.
    fn manifest(&mut self) -> Result<()> {
        let Some(data) = self.package.get(MANIFEST).cloned() else {
            return Ok(());
        };
        let source = Source::decode(&data)?;
        let fixed = manifest::cleaned(&source.text, |name| {
            self.is_listed(name)
                .then(|| self.names.part(name).unwrap_or(name).to_owned())
        })?;
        let part = self.file.file.add_part(source, data, fixed);
        self.contents
            .insert(MANIFEST.to_owned(), Content::Part(part));
        Ok(())
    }

    /// Whether an entry or something in a folder stays.
    fn is_listed(&self, name: &str) -> bool {
        name == "/"
            || self.contents.contains_key(name)
            || (name.ends_with('/') && self.contents.keys().any(|kept| kept.starts_with(name)))
    }
}

impl Opened {
    const fn new(scrubs: bool) -> Self {
        Self {
            file: SplicedFile::new(scrubs),
            sheets: Vec::new(),
            follows: Vec::new(),
        }
    }

    /// Walks a part and adds it.
    fn add(
        &mut self,
        source: Source,
        data: &Arc<[u8]>,
        place: Location,
        names: &mut Names,
    ) -> Result<usize> {
        let none = HashMap::new();
        let walked = walk(&source.text, &RULES, names, &none, place, &mut NoInner)
            .map_err(|error| error.at(place))?;
        for kept in &walked.pictures {
            let (kind, what) = if *kept {
                (NoticeKind::NotExamined, image::PICTURES)
            } else {
                (NoticeKind::Dropped, image::VECTOR_PICTURES)
            };
            self.file.notice(kind, what);
        }
        let part = self.file.add_part(source, Arc::clone(data), walked.fixed);
        self.file.add_typed(part, walked.typed);
        let first = self.file.document().segments().len();
        self.sheets.extend(walked.sheets.iter().map(|n| first + n));
        self.follows
            .extend(walked.follows.into_iter().map(|f| (part, f)));
        for found in walked.found {
            self.file.add_segment(part, found);
        }
        Ok(part)
    }
}

impl OpenFile for Opened {
    fn document(&self) -> &crate::document::Document {
        self.file.document()
    }

    fn rewrite(&self, edits: &[crate::document::Edit]) -> Result<Vec<u8>> {
        let fitted = self.file.fit_sheets(&self.sheets, edits.iter().collect())?;
        let edits: Vec<_> = fitted.iter().collect();
        let mut splices: HashMap<usize, Splices> = self.file.splices(&edits)?;
        self.file
            .rename_sheets(&self.sheets, &self.follows, &edits, &mut splices)?;
        self.file.write(splices, &edits)
    }
}

fn open_flat(input: Vec<u8>, options: &ReadOptions) -> Result<Opened> {
    let data: Arc<[u8]> = input.into();
    let source = Source::decode(&data)?;
    let mut names = Names::default();
    prepare(&source.text, &mut names)?;
    let mut file = Opened::new(options.scrub);
    let part = file.add(source, &data, Location::new("content"), &mut names)?;
    file.file.set_single(part);
    Ok(file)
}

/// What becomes of an entry; `None` leaves it out.
fn decide(name: &str) -> Option<Decision> {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    // `Object 1/Object 2/content.xml` is an object in an object.
    let in_object = folder.split('/').all(|step| {
        step.strip_prefix("Object ")
            .is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
    });
    if folder.is_empty() || in_object {
        return match file {
            "content.xml" if in_object => Some(Decision::Text("object")),
            "content.xml" => Some(Decision::Text("content")),
            "styles.xml" => Some(Decision::Text("styles")),
            "settings.xml" => Some(Decision::Text("settings")),
            "mimetype" => Some(Decision::Copy),
            _ => None,
        };
    }
    let is_picture = folder == "Pictures" || folder.ends_with("/Pictures") || folder == "media";
    is_picture.then_some(Decision::Picture)
}

/// Notes sheets, names, bookmarks and styles before any text is read.
fn prepare(text: &str, names: &mut Names) -> Result<()> {
    let mut scanner = Scanner::new(text, NAMESPACES);
    let mut parents: Vec<&str> = Vec::new();
    while let Some(token) = scanner.next()? {
        let tag = match token {
            Token::Open(tag) => tag,
            Token::Close(_) => {
                parents.pop();
                continue;
            }
            Token::Text(..)
            | Token::Cdata(..)
            | Token::Char(..)
            | Token::Remark(..)
            | Token::Declaration => continue,
        };
        let name = scanner.attributes().iter().find(|a| a.name == "name");
        if let Some(attribute) = name {
            let name = Text::of_attribute(attribute)?.text;
            match (tag.ns, tag.name) {
                ("table", "table") if parents.last() == Some(&"spreadsheet") => {
                    names.add_sheet(&Text::of_sheet_name(attribute)?.text);
                }
                ("table", "named-range" | "named-expression" | "database-range") => {
                    names.defined_or_new(&name);
                }
                (
                    "text",
                    "bookmark" | "bookmark-start" | "reference-mark" | "reference-mark-start",
                ) => {
                    names.mark(&name);
                }
                ("style", "style" | "master-page" | "page-layout") | ("text", "list-style")
                    if !is_given_style(&name) =>
                {
                    names.add_style(attribute.raw);
                }
                _ => {}
            }
        }
        if !tag.empty {
            parents.push(tag.name);
        }
    }
    Ok(())
}

/// Whether a style name is one that a program gives: `P12`, `Heading_20_1`.
fn is_given_style(name: &str) -> bool {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let digits = name.get(letters..).unwrap_or_default();
    let is_short = letters <= 3 && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let shown = name.replace("_20_", " ").replace("_2d_", "-");
    is_short || is_given(&shown)
}

fn dropped_kind(name: &str) -> Bilingual {
    let (de, en) = match name.split('/').next().unwrap_or_default() {
        "meta.xml" => ("Dateieigenschaften", "file properties"),
        "Thumbnails" | "ObjectReplacements" => ("Vorschaubilder", "previews"),
        "Basic" | "Scripts" | "Dialogs" => ("Makros und Steuerelemente", "macros and controls"),
        "META-INF" => ("Signaturen", "signatures"),
        "Versions" | "VersionList.xml" => ("Frühere Fassungen", "older versions"),
        "Configurations2" | "layout-cache" => ("Zusatzeinstellungen", "extra settings"),
        "Fonts" => ("Eingebettete Schriften", "embedded fonts"),
        _ if name.contains("Object ") => ("Eingebettete Dateien", "embedded files"),
        _ => ("Unbekannte Teile", "unknown parts"),
    };
    Bilingual { de, en }
}

/// Whether a package says that it is one of these documents, and nothing more.
fn is_known(package: &Package) -> Result<()> {
    const KINDS: [&str; 8] = [
        "text",
        "spreadsheet",
        "presentation",
        "graphics",
        "chart",
        "formula",
        "image",
        "text-master",
    ];
    let kind = package.get("mimetype").ok_or_else(not_the_format)?;
    let kind = std::str::from_utf8(kind).ok().map(str::trim_end);
    let kind = kind.and_then(|kind| kind.strip_prefix(TYPE));
    let kind = kind.map(|kind| kind.strip_suffix("-template").unwrap_or(kind));
    let is_known = kind.is_some_and(|kind| KINDS.contains(&kind) || kind == "text-web");
    is_known.then_some(()).ok_or_else(not_the_format)
}

fn not_the_format() -> Error {
    Error::new(
        ErrorKind::Unsupported,
        "the content is not what the extension says; rename the file or repair it",
    )
}
