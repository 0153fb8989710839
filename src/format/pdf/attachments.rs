//! Files inside the file: each is opened by its own format, its text examined
//! and replaced like the text of pages, and its copy attached again. What no
//! format reads, or what its format refuses, is not attached.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use lopdf::{Dictionary, Document as Objects, Object, ObjectId, Stream};

use super::copy::Copier;
use super::navigate::pairs;
use super::strings;
use crate::document::{Document, Edit, Location, NoticeKind, Segment, SegmentKind};
use crate::error::{Error, ErrorKind, Result};
use crate::format::{self, OpenFile, ReadOptions};

/// Files in one file; a portfolio of a mailbox has hundreds.
const MAX_FILES: usize = 5_000;
/// How a file may be related to the document (PDF 32000-2, 7.11.3).
const RELATIONS: &[&[u8]] = &[
    b"Source",
    b"Data",
    b"Alternative",
    b"Supplement",
    b"Schema",
    b"Unspecified",
];

/// One file in the file, opened.
pub(super) struct Attachment {
    stem: String,
    extension: String,
    relation: Option<Vec<u8>>,
    /// Whether the document itself lists it as its own.
    associated: bool,
    file: Box<dyn OpenFile>,
    /// Its name's segment in the document around it; its own segments follow.
    first: usize,
}

/// A cleaned file, ready to be attached.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    name: String,
    extension: String,
    relation: Option<Vec<u8>>,
    associated: bool,
    bytes: Vec<u8>,
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment")
            .field("extension", &self.extension)
            .field("first", &self.first)
            .finish_non_exhaustive()
    }
}

/// Opens all files in a file and pushes their text; the number of those that
/// are left out.
pub(super) fn open_all(
    source: &Objects,
    document: &mut Document,
    options: &ReadOptions,
    budget: usize,
) -> (Vec<Attachment>, u32) {
    let mut copier = Copier::new(source, budget);
    let mut out = Vec::new();
    let mut n_dropped = 0;
    let mut seen = HashSet::new();
    for (spec, associated) in specs(&copier) {
        let Some(id) = stream_of(&copier, spec) else {
            n_dropped += 1;
            continue;
        };
        if !seen.insert(id) {
            continue;
        }
        let opened = (out.len() < MAX_FILES)
            .then(|| open(&mut copier, spec, id, associated, options))
            .flatten();
        match opened {
            Some(mut file) => {
                file.push_to(document);
                out.push(file);
            }
            None => n_dropped += 1,
        }
    }
    (out, n_dropped)
}

/// File specifications with content: those of the whole file and those of
/// annotations.
fn specs<'a>(copier: &Copier<'a>) -> Vec<(&'a Dictionary, bool)> {
    let mut out = Vec::new();
    let root = copier.source.trailer.get(b"Root").ok();
    let catalog = root.and_then(|root| copier.resolve(root).as_dict().ok());
    let Some(catalog) = catalog else {
        return out;
    };
    let associated = copier.get(catalog, b"AF").and_then(|af| af.as_array().ok());
    for item in associated.into_iter().flatten() {
        out.extend(copier.resolve(item).as_dict().ok().map(|spec| (spec, true)));
    }
    let names = copier.get_dict(catalog, b"Names");
    let tree = names.and_then(|names| copier.get_dict(names, b"EmbeddedFiles"));
    for (_, value) in tree
        .map(|tree| pairs(copier, tree, b"Names"))
        .unwrap_or_default()
    {
        out.extend(
            copier
                .resolve(value)
                .as_dict()
                .ok()
                .map(|spec| (spec, false)),
        );
    }
    for object in copier.source.objects.values() {
        if let Object::Dictionary(dict) = object
            && copier.name(dict, b"Subtype") == b"FileAttachment"
        {
            out.extend(copier.get_dict(dict, b"FS").map(|spec| (spec, false)));
        }
    }
    out
}

fn stream_of<'a>(copier: &Copier<'a>, spec: &'a Dictionary) -> Option<ObjectId> {
    let files = copier.get_dict(spec, b"EF")?;
    let stream = files.get(b"UF").or_else(|_| files.get(b"F")).ok()?;
    stream.as_reference().ok()
}

fn open<'a>(
    copier: &mut Copier<'a>,
    spec: &'a Dictionary,
    id: ObjectId,
    associated: bool,
    options: &ReadOptions,
) -> Option<Attachment> {
    let name = copier.get(spec, b"UF").or_else(|| copier.get(spec, b"F"))?;
    let name = strings::decode(name.as_str().ok()?);
    let name = name.rsplit(['/', '\\', ':']).next().unwrap_or_default();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let deeper = ReadOptions {
        max_depth: options.max_depth.checked_sub(1)?,
        ..options.clone()
    };
    let stream = copier.source.objects.get(&id)?.as_stream().ok()?;
    let bytes = copier.unpack(stream).ok()?;
    let extension = extension.to_ascii_lowercase();
    let file = format::open(bytes, &extension, &deeper).ok()?;
    let extension = file.extension().map_or(extension, str::to_owned);
    let relation = copier.name(spec, b"AFRelationship");
    Some(Attachment {
        stem: stem.replace('\n', " "),
        extension,
        relation: RELATIONS.contains(&relation).then(|| relation.to_vec()),
        associated,
        file,
        first: 0,
    })
}

impl Attachment {
    fn push_to(&mut self, document: &mut Document) {
        // As in the name of any file, underscores stand for spaces.
        self.first = document.push(Segment::new(
            SegmentKind::Attribute { name: "file name" },
            self.stem.replace('_', " "),
            Location::new("attachment"),
        ));
        for segment in self.file.document().segments() {
            document.push(segment.clone());
        }
        for notice in self.file.document().notices() {
            document.notice(notice.kind, notice.what, notice.n);
        }
    }

    /// The file with its edits made; `edits` are all edits of the document around.
    fn rewrite(&self, edits: &[Edit]) -> Result<Ready> {
        let lost = || {
            Error::new(
                ErrorKind::Internal,
                "an edit of an attachment does not fit it",
            )
        };
        let inner = self.file.document();
        let own = self.first + 1;
        let mut inside = Vec::new();
        let mut name = self.stem.clone();
        let mut on_name = Vec::new();
        for edit in edits {
            let segment = edit.span.segment();
            if segment == self.first {
                on_name.push(edit);
            } else if let Some(at) = segment.checked_sub(own)
                && at < inner.segments().len()
            {
                let span = inner.span(at, edit.span.start(), edit.span.end());
                let span = span.ok_or_else(lost)?;
                inside.push(Edit {
                    span,
                    with: edit.with.clone(),
                });
            }
        }
        on_name.sort_by_key(|edit| std::cmp::Reverse(edit.span));
        for edit in on_name {
            let range = edit.span.start()..edit.span.end();
            name.get(range.clone()).ok_or_else(lost)?;
            name.replace_range(range, &edit.with);
        }
        Ok(Ready {
            name,
            extension: self.extension.clone(),
            relation: self.relation.clone(),
            associated: self.associated,
            bytes: self.file.rewrite(&inside)?,
        })
    }
}

/// The cleaned files, in the order of their names.
pub(super) fn rewrite(all: &[Attachment], edits: &[Edit]) -> Result<Vec<Ready>> {
    let mut named: BTreeMap<String, Ready> = BTreeMap::new();
    for attachment in all {
        let ready = attachment.rewrite(edits)?;
        let full = |n: usize| match (n, ready.extension.is_empty()) {
            (0, true) => ready.name.clone(),
            (0, false) => format!("{}.{}", ready.name, ready.extension),
            (_, true) => format!("{}-{n}", ready.name),
            (_, false) => format!("{}-{n}.{}", ready.name, ready.extension),
        };
        let name = (0..=named.len())
            .map(full)
            .find(|name| !named.contains_key(name));
        named.insert(name.unwrap_or_default(), ready);
    }
    let named = named.into_iter();
    Ok(named.map(|(name, ready)| Ready { name, ..ready }).collect())
}

/// What kind of file the copy is said to be.
fn media_type(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "xml" => "text/xml",
        "pdf" => "application/pdf",
        "csv" => "text/csv",
        "txt" => "text/plain",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        _ => return None,
    })
}

/// Attaches cleaned files to a clean document.
pub(super) fn attach(doc: &mut Objects, files: &[Ready]) {
    if files.is_empty() {
        return;
    }
    let mut tree: Vec<Object> = Vec::new();
    let mut associated: Vec<Object> = Vec::new();
    for file in files {
        let mut dict = Dictionary::new();
        dict.set("Type", "EmbeddedFile");
        if let Some(kind) = media_type(&file.extension) {
            dict.set("Subtype", kind);
        }
        let stream = doc.add_object(Stream::new(dict, file.bytes.clone()));
        let name = strings::encode(&file.name);
        let mut files = Dictionary::new();
        files.set("F", stream);
        files.set("UF", stream);
        let mut spec = Dictionary::new();
        spec.set("Type", "Filespec");
        spec.set("F", name.clone());
        spec.set("UF", name.clone());
        spec.set("EF", files);
        if let Some(relation) = &file.relation {
            spec.set("AFRelationship", Object::Name(relation.clone()));
        }
        let spec = doc.add_object(spec);
        tree.extend([name, spec.into()]);
        if file.associated {
            associated.push(spec.into());
        }
    }
    let mut leaf = Dictionary::new();
    leaf.set("Names", tree);
    let mut names = Dictionary::new();
    names.set("EmbeddedFiles", leaf);
    let root = doc.trailer.get(b"Root").and_then(Object::as_reference);
    if let Ok(root) = root
        && let Some(Object::Dictionary(catalog)) = doc.objects.get_mut(&root)
    {
        catalog.set("Names", names);
        if !associated.is_empty() {
            catalog.set("AF", associated);
        }
    }
}

/// Reports the files that were left out.
pub(super) fn notice(document: &mut Document, n_dropped: u32) {
    document.notice(NoticeKind::Dropped, super::pages::FILES, n_dropped);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(stem: &str) -> Attachment {
        let file = format::open(b"Hallo".to_vec(), "txt", &ReadOptions::default()).unwrap();
        Attachment {
            stem: stem.into(),
            extension: "txt".into(),
            relation: None,
            associated: false,
            file,
            first: 0,
        }
    }

    #[test]
    fn files_with_one_name_get_two() {
        let ready = rewrite(&[named("a"), named("a"), named("B")], &[]).unwrap();
        let names: Vec<&str> = ready.iter().map(|ready| ready.name.as_str()).collect();
        assert_eq!(names, ["B.txt", "a-1.txt", "a.txt"]);
    }

    #[test]
    fn edits_reach_the_name_and_the_text() {
        let mut file = named("Akte_Erika");
        let mut document = Document::new();
        file.push_to(&mut document);
        let edits = [(0, 5, 10), (1, 0, 5)].map(|(segment, start, end)| Edit {
            span: document.span(segment, start, end).unwrap(),
            with: "[X]".into(),
        });
        let ready = rewrite(&[file], &edits).unwrap();
        assert_eq!(ready[0].name, "Akte_[X].txt");
        assert_eq!(ready[0].bytes, b"[X]");
    }
}
