//! Decides for every part of a package whether it stays, and opens those that
//! do, in reading order.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::names::NAMESPACES;
use super::opc::{
    CONTENT_TYPES, ContentTypes, Relation, not_the_format, read_relations, relations_name,
    relations_owner,
};
use super::{Decision, Flavor, drawing, rename};
use crate::document::{Bilingual, Location, NoticeKind, SegmentKind};
use crate::error::Result;
use crate::format::image::{self, Cleaned};
use crate::format::markup::Source;
use crate::format::markup::file::{Content, SplicedFile};
use crate::format::markup::piece::Codec;
use crate::format::markup::rules::{Names, Rules};
use crate::format::markup::scan::{Scanner, Token};
use crate::format::markup::splice::{Splice, escape};
use crate::format::markup::walk::{Found, walk};
use crate::format::package::{Entry, Package};

/// A package while it is opened.
pub(crate) struct Reading<'a> {
    package: &'a Package,
    flavor: &'a Flavor,
    types: ContentTypes,
    types_source: Source,
    /// Relations by owner, in lower case.
    relations: HashMap<String, (Vec<Relation>, Source)>,
    /// Parts that stay, in lower case, in reading order.
    kept: Vec<String>,
    names: Names,
    counts: HashMap<&'static str, u32>,
    file: SplicedFile,
    /// What became of each kept entry.
    contents: HashMap<String, Content>,
    /// Kept parts that get another name.
    renamed: HashMap<String, String>,
}

impl<'a> Reading<'a> {
    /// Reads types and relations and decides what stays.
    pub(crate) fn new(package: &'a Package, flavor: &'a Flavor) -> Result<Self> {
        let (types, types_source) = ContentTypes::read(package)?;
        let mut relations = HashMap::new();
        for entry in package.entries() {
            if let Some(owner) = relations_owner(&entry.name) {
                let read = read_relations(&entry.data, &owner)?;
                relations.insert(owner, read);
            }
        }
        let mut reading = Self {
            package,
            flavor,
            types,
            types_source,
            relations,
            kept: Vec::new(),
            names: Names::default(),
            counts: HashMap::new(),
            file: SplicedFile::new(),
            contents: HashMap::new(),
            renamed: HashMap::new(),
        };
        reading.keep_reachable()?;
        reading.prepare()?;
        Ok(reading)
    }

    /// Opens every part that stays.
    pub(crate) fn finish(mut self) -> Result<SplicedFile> {
        for name in std::mem::take(&mut self.kept) {
            let Some(entry) = self.entry(&name) else {
                continue;
            };
            match self.decide(&entry.name) {
                Some(Decision::Text(place, rules)) => self.text(entry, place, rules)?,
                Some(Decision::Picture) => self.picture(entry),
                None => {}
            }
            self.relations_part(&name)?;
        }
        self.relations_part("")?;
        self.content_types()?;
        for entry in self.package.entries() {
            match self.contents.remove(&entry.name.to_lowercase()) {
                Some(content) => {
                    let name = self.new_name(&entry.name);
                    self.file.add_output(name, content);
                }
                None => {
                    let what = dropped_kind(&entry.name, self.types.of(&entry.name));
                    if let Some(what) = what {
                        self.file.notice(NoticeKind::Dropped, what);
                    }
                }
            }
        }
        Ok(self.file)
    }

    /// Fixes new names for parts and for what is named in them.
    fn prepare(&mut self) -> Result<()> {
        let kept: Vec<&Entry> = self
            .kept
            .iter()
            .filter_map(|name| self.entry(name))
            .collect();
        self.renamed = rename::plan(kept.iter().map(|entry| entry.name.as_str()));
        for entry in kept {
            let content_type = self.types.of(&entry.name).to_owned();
            (self.flavor.prepare)(&content_type, &entry.data, &mut self.names)?;
        }
        Ok(())
    }

    /// The name under which an entry is written.
    fn new_name(&self, name: &str) -> String {
        let lower = name.to_lowercase();
        if let Some(new) = self.renamed.get(&lower) {
            return new.clone();
        }
        relations_owner(name)
            .and_then(|owner| self.renamed.get(&owner))
            .map_or_else(|| name.to_owned(), |new| relations_name(new))
    }

    fn entry(&self, lower: &str) -> Option<&'a Entry> {
        self.package
            .entries()
            .iter()
            .find(|entry| entry.name.to_lowercase() == lower)
    }

    /// What becomes of a part; `None` leaves it out.
    fn decide(&self, name: &str) -> Option<Decision> {
        let content_type = self.types.of(name);
        (self.flavor.decide)(content_type).or_else(|| shared(content_type))
    }

    /// Follows the relations from the main part to all parts that stay.
    fn keep_reachable(&mut self) -> Result<()> {
        let main = self
            .relations
            .get("")
            .and_then(|(list, _)| list.iter().find(|r| r.kind == "officeDocument"))
            .and_then(|relation| relation.part.clone())
            .filter(|name| {
                let content_type = self.types.of(name).to_ascii_lowercase();
                self.flavor.main.contains(&content_type.as_str())
            })
            .filter(|name| self.entry(name).is_some())
            .ok_or_else(not_the_format)?;
        self.sort_by_use(&main)?;
        let mut seen = HashSet::from([main.clone()]);
        let mut queue = VecDeque::from([main]);
        while let Some(name) = queue.pop_front() {
            for relation in self.relations.get(&name).map_or(&[][..], |(list, _)| list) {
                if let Some(target) = self.kept_target(relation)
                    && seen.insert(target.to_owned())
                {
                    queue.push_back(target.to_owned());
                }
            }
            self.kept.push(name);
        }
        Ok(())
    }

    /// Sorts the relations of the main part as the part mentions them, so that
    /// slides, sheets and headers come in the order of the document.
    fn sort_by_use(&mut self, main: &str) -> Result<()> {
        let Some(entry) = self.entry(main) else {
            return Ok(());
        };
        let source = Source::decode(&entry.data)?;
        let mut order = HashMap::new();
        let mut scanner = Scanner::new(&source.text, NAMESPACES);
        while let Some(token) = scanner.next()? {
            let Token::Open(_) = token else { continue };
            for attribute in scanner.attributes().iter().filter(|a| a.ns == "r") {
                let n = order.len();
                order.entry(attribute.raw.to_owned()).or_insert(n);
            }
        }
        if let Some((list, _)) = self.relations.get_mut(main) {
            list.sort_by_key(|r| order.get(&r.id).copied().unwrap_or(usize::MAX));
        }
        Ok(())
    }

    /// The part to which a relation leads, if it stays.
    fn kept_target<'r>(&self, relation: &'r Relation) -> Option<&'r str> {
        // A thumbnail is a picture by its type, and shows the first page.
        const NEVER: [&str; 3] = ["thumbnail", "glossaryDocument", "printerSettings"];
        let name = relation.part.as_deref()?;
        let stays = !NEVER.contains(&relation.kind.as_str())
            && self.entry(name).is_some()
            && self.decide(name).is_some();
        stays.then_some(name)
    }

    /// Whether a relation stays in its list.
    fn stays(&self, owner: &str, relation: &Relation) -> bool {
        match &relation.part {
            Some(_) if owner.is_empty() => relation.kind == "officeDocument",
            Some(_) => self.kept_target(relation).is_some(),
            None => relation.kind == "hyperlink",
        }
    }

    fn text(&mut self, entry: &Entry, place: &'static str, rules: &Rules) -> Result<()> {
        let lower = entry.name.to_lowercase();
        let gone: HashSet<String> = self
            .relations
            .get(&lower)
            .map_or(&[][..], |(list, _)| list)
            .iter()
            .filter(|relation| !self.stays(&lower, relation))
            .map(|relation| relation.id.clone())
            .collect();
        let location = self.location(place);
        let source = Source::decode(&entry.data)?;
        let walked = walk(&source.text, rules, &mut self.names, &gone, location)
            .map_err(|error| error.at(location))?;
        let part = self
            .file
            .add_part(source, Arc::clone(&entry.data), walked.fixed);
        for found in walked.found {
            self.file.add_segment(part, found);
        }
        self.contents.insert(lower, Content::Part(part));
        Ok(())
    }

    /// The name of a place, with a number if there are several of it.
    fn location(&mut self, place: &'static str) -> Location {
        let count = self.counts.entry(place).or_default();
        *count = count.saturating_add(1);
        match place {
            "body" | "footnotes" | "endnotes" | "comments" | "styles" | "settings" => {
                Location::new(place)
            }
            _ => Location::new(place).number(*count),
        }
    }

    fn picture(&mut self, entry: &Entry) {
        let extension = entry.name.rsplit('.').next().unwrap_or_default();
        let (bytes, kind, what) = match image::clean(&entry.data, extension) {
            Cleaned::Kept(bytes) => (bytes, NoticeKind::NotExamined, PICTURES),
            Cleaned::Blank(bytes) => (bytes, NoticeKind::Dropped, VECTOR_PICTURES),
            // A picture that is left blank without a format of its own.
            Cleaned::Unknown => (
                image::blank("png").unwrap_or_default(),
                NoticeKind::Dropped,
                VECTOR_PICTURES,
            ),
        };
        self.file.notice(kind, what);
        let content = if *bytes == *entry.data {
            Content::Bytes(Arc::clone(&entry.data))
        } else {
            Content::Bytes(bytes.into())
        };
        self.contents.insert(entry.name.to_lowercase(), content);
    }

    /// The relations of a part that stays: those to parts that do not are cut,
    /// addresses on the web are searched, other places outside replaced.
    fn relations_part(&mut self, owner: &str) -> Result<()> {
        let Some((list, source)) = self.relations.remove(owner) else {
            return Ok(());
        };
        let name = relations_name(owner);
        let Some(entry) = self.entry(&name) else {
            return Ok(());
        };
        let mut fixed = Vec::new();
        let mut links = Vec::new();
        for relation in list {
            if !self.stays(owner, &relation) {
                fixed.push(Splice::cut(relation.element.0, relation.element.1));
            } else if let Some(part) = &relation.part {
                // Relative targets change their meaning when one end moves.
                let moved = self.renamed.contains_key(part) || self.renamed.contains_key(owner);
                if let Some(target) = self.entry(part).filter(|_| moved) {
                    fixed.push(Splice {
                        start: relation.value.0,
                        end: relation.value.1,
                        with: escape(Codec::Url, &["/", &self.new_name(&target.name)])?,
                    });
                }
            } else {
                match self.outside(&relation.target.text) {
                    Some(new) => fixed.push(Splice {
                        start: relation.value.0,
                        end: relation.value.1,
                        with: escape(Codec::Url, &[&new])?,
                    }),
                    None => links.push(relation.target),
                }
            }
        }
        fixed.sort_unstable();
        fixed.retain(|splice| source.text.get(splice.start..splice.end) != Some(&splice.with));
        let part = self.file.add_part(source, Arc::clone(&entry.data), fixed);
        for (n, text) in (1..).zip(links) {
            let place = Location::new("links").paragraph(n);
            let kind = SegmentKind::Attribute { name: "link" };
            self.file.add_segment(part, Found::new(kind, text, place));
        }
        self.contents.insert(name, Content::Part(part));
        Ok(())
    }

    /// What an outside target becomes; `None` if it is an address to search.
    fn outside(&mut self, target: &str) -> Option<String> {
        const SEARCHED: [&str; 5] = ["http://", "https://", "mailto:", "tel:", "about:"];
        if let Some(mark) = target.strip_prefix('#') {
            return Some(format!("#{}", self.names.mark(mark)));
        }
        let lower = target.to_ascii_lowercase();
        let is_searched = SEARCHED.iter().any(|scheme| lower.starts_with(scheme));
        (!is_searched).then(|| "about:blank".to_owned())
    }

    fn content_types(&mut self) -> Result<()> {
        let Some(entry) = self.entry(&CONTENT_TYPES.to_lowercase()) else {
            return Ok(());
        };
        let mut fixed: Vec<Splice> = self
            .types
            .declarations()
            .filter(|(name, _, _)| !self.contents.contains_key(*name))
            .map(|(_, start, end)| Splice::cut(start, end))
            .collect();
        for (old, new) in &self.renamed {
            let Some((content_type, start, end)) = self.types.declaration(old) else {
                continue;
            };
            let values = ["/", new, "\" ContentType=\"", content_type];
            let with = format!("<Override PartName=\"{}\"/>", values.concat());
            fixed.push(Splice { start, end, with });
        }
        fixed.sort_unstable();
        let part = self
            .file
            .add_part(self.types_source.clone(), Arc::clone(&entry.data), fixed);
        self.contents
            .insert(CONTENT_TYPES.to_lowercase(), Content::Part(part));
        Ok(())
    }
}

/// Parts that all three programs may have.
fn shared(content_type: &str) -> Option<Decision> {
    let lower = content_type.to_ascii_lowercase();
    if lower.starts_with("image/") {
        return Some(Decision::Picture);
    }
    let name = lower
        .strip_prefix("application/vnd.openxmlformats-officedocument.")
        .or_else(|| lower.strip_prefix("application/vnd.ms-office."))?;
    let place = match name {
        "theme+xml" | "themeoverride+xml" => "theme",
        "drawingml.chart+xml"
        | "chartex+xml"
        | "drawingml.chartshapes+xml"
        | "chartstyle+xml"
        | "chartcolorstyle+xml" => "chart",
        "drawingml.diagramdata+xml"
        | "drawingml.diagramlayout+xml"
        | "drawingml.diagramstyle+xml"
        | "drawingml.diagramcolors+xml"
        | "drawingml.diagramdrawing+xml" => "diagram",
        _ => return None,
    };
    Some(Decision::Text(place, &drawing::RULES))
}

const PICTURES: Bilingual = Bilingual {
    de: "Bilder",
    en: "pictures",
};
const VECTOR_PICTURES: Bilingual = Bilingual {
    de: "Vektorgrafiken und unbekannte Bilder",
    en: "vector graphics and unknown pictures",
};

/// What a report says about an entry that is left out.
fn dropped_kind(name: &str, content_type: &str) -> Option<Bilingual> {
    let name = name.to_lowercase();
    let content_type = content_type.to_ascii_lowercase();
    let has = |word: &str| name.contains(word) || content_type.contains(word);
    let (de, en) = if has("docprops/") {
        ("Dateieigenschaften", "file properties")
    } else if has(".rels") {
        return None;
    } else if has("vba") || has("activex") || has("ctrlprops") || has("customui") {
        ("Makros und Steuerelemente", "macros and controls")
    } else if has("signature") {
        ("Signaturen", "signatures")
    } else if has("embeddings/") || has("oleobject") {
        ("Eingebettete Dateien", "embedded files")
    } else if has("customxml") {
        ("Eingebettete Daten", "embedded data")
    } else if has("glossary") {
        ("Textbausteine", "building blocks")
    } else if has("people") || has("person") || has("comment") {
        ("Angaben zu Bearbeitern", "data about editors")
    } else if has("printersettings") {
        ("Druckereinstellungen", "printer settings")
    } else if has("font") {
        ("Eingebettete Schriften", "embedded fonts")
    } else if has("websettings") || has("stylewitheffects") || has("styleswitheffects") {
        ("Zusatzeinstellungen", "extra settings")
    } else {
        ("Unbekannte Teile", "unknown parts")
    };
    Some(Bilingual { de, en })
}
