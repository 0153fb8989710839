//! Decides for every part of a package whether it stays, and opens those that
//! do, in reading order.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::grid::Grid;
use super::names::NAMESPACES;
use super::opc::{
    ContentTypes, Relation, not_the_format, read_relations, relations_name, relations_owner,
};
use super::policy::{PASSWORD, dropped_kind, shared};
use super::sheet::{self, SheetReader};
use super::workbook::{CellRun, Workbook};
use super::{Decision, Flavor, embedded, rename};
use crate::document::{Location, NoticeKind};
use crate::error::{Error, ErrorKind, Result};
use crate::format::image::{self, Cleaned};
use crate::format::markup::Source;
use crate::format::markup::file::{Child, Content, SplicedFile};
use crate::format::markup::formula::Follow;
use crate::format::markup::piece::Piece;
use crate::format::markup::rules::{Link, Names, Rules};
use crate::format::markup::scan::{Scanner, Token};
use crate::format::markup::walk::{NoInner, Walked, walk};
use crate::format::package::{Entry, Package};
use crate::format::step::{Step, is_off};
use crate::format::{OpenFile as _, ReadOptions};

/// A package while it is opened.
pub(crate) struct Reading<'a> {
    pub(super) package: &'a Package,
    pub(super) flavor: &'a Flavor,
    /// Where an entry is, by its name in lower case.
    pub(super) by_name: HashMap<String, usize>,
    pub(super) types: ContentTypes,
    pub(super) types_source: Source,
    /// Relations by owner, in lower case.
    pub(super) relations: HashMap<String, (Vec<Relation>, Source)>,
    /// Parts that stay, in lower case, in reading order.
    pub(super) kept: Vec<String>,
    pub(super) names: Names,
    pub(super) counts: HashMap<&'static str, u32>,
    pub(super) file: SplicedFile,
    /// What became of each kept entry.
    pub(super) contents: HashMap<String, Content>,
    /// Documents in parts of their own, by the part's name in lower case.
    pub(super) children: HashMap<String, Option<Child>>,
    /// Kept parts that get another name.
    pub(super) renamed: HashMap<String, String>,
    pub(super) grid: Grid,
    pub(super) cells: Vec<CellRun>,
    pub(super) sheets: Vec<usize>,
    pub(super) follows: Vec<(usize, Follow)>,
}

impl<'a> Reading<'a> {
    /// Reads types and relations and decides what stays.
    pub(crate) fn new(
        package: &'a Package,
        flavor: &'a Flavor,
        options: &ReadOptions,
    ) -> Result<Self> {
        let (types, types_source) = ContentTypes::read(package)?;
        let names = package.entries().iter().enumerate();
        let by_name = names.map(|(at, e)| (e.name.to_lowercase(), at)).collect();
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
            by_name,
            types,
            types_source,
            relations,
            kept: Vec::new(),
            names: Names::default(),
            counts: HashMap::new(),
            file: SplicedFile::new(options.scrub),
            contents: HashMap::new(),
            children: HashMap::new(),
            renamed: HashMap::new(),
            grid: Grid::default(),
            cells: Vec::new(),
            sheets: Vec::new(),
            follows: Vec::new(),
        };
        if package.was_encrypted() {
            reading.file.notice(NoticeKind::Dropped, PASSWORD);
        }
        reading.open_children(options);
        reading.keep_reachable()?;
        reading.prepare()?;
        Ok(reading)
    }

    /// Opens every part that stays.
    pub(crate) fn finish(mut self) -> Result<Workbook> {
        let mut strings = None;
        for name in std::mem::take(&mut self.kept) {
            let Some(entry) = self.entry(&name) else {
                continue;
            };
            match self.decide(&entry.name) {
                Some(Decision::Text(place, rules)) => self.text(entry, place, rules)?,
                Some(Decision::Sheet(place, rules)) => self.sheet(entry, place, rules)?,
                Some(Decision::Strings) => strings = Some(entry),
                Some(Decision::Picture) => self.picture(entry),
                Some(Decision::Child) => self.child(entry),
                None => {}
            }
            self.relations_part(&name)?;
        }
        self.relations_part("")?;
        // Only now it is known which strings no cell shows.
        let strings_part = strings.map(|entry| self.strings(entry)).transpose()?;
        self.content_types()?;
        for entry in self.package.entries() {
            match self.contents.remove(&entry.name.to_lowercase()) {
                content if !self.file.scrubs() => self.file.add_faithful(entry, content),
                Some(content) => {
                    let name = self.new_name(&entry.name);
                    self.file.add_output(name, content);
                }
                None if is_off(Step::Parts) => {
                    let data = Content::Bytes(Arc::clone(&entry.data));
                    self.file.add_output(entry.name.clone(), data);
                }
                None => {
                    let what = dropped_kind(&entry.name, self.types.of(&entry.name));
                    if let Some(what) = what {
                        self.file.notice(NoticeKind::Dropped, what);
                    }
                }
            }
        }
        Ok(Workbook {
            file: self.file,
            grid: self.grid,
            strings_part,
            cells: self.cells,
            sheets: self.sheets,
            follows: self.follows,
        })
    }

    /// Opens the documents in the document.
    fn open_children(&mut self, options: &ReadOptions) {
        let targets: HashSet<&str> = self
            .relations
            .values()
            .flat_map(|(list, _)| list)
            .filter(|relation| embedded::is_child(&relation.kind))
            .filter_map(|relation| relation.part.as_deref())
            .collect();
        for entry in self.package.entries() {
            let lower = entry.name.to_lowercase();
            if targets.contains(lower.as_str())
                && let Some(child) = embedded::open_child(&entry.name, &entry.data, options)
            {
                self.children.insert(lower, Some(child));
            }
        }
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
            (self.flavor.prepare)(&content_type, &entry.data, &mut self.names, &mut self.grid)?;
        }
        Ok(())
    }

    /// The name under which an entry is written.
    pub(super) fn new_name(&self, name: &str) -> String {
        let lower = name.to_lowercase();
        if let Some(new) = self.renamed.get(&lower) {
            return new.clone();
        }
        relations_owner(name)
            .and_then(|owner| self.renamed.get(&owner))
            .map_or_else(|| name.to_owned(), |new| relations_name(new))
    }

    pub(super) fn entry(&self, lower: &str) -> Option<&'a Entry> {
        let at = *self.by_name.get(lower)?;
        self.package.entries().get(at)
    }

    /// What becomes of a part; `None` leaves it out.
    fn decide(&self, name: &str) -> Option<Decision> {
        if self.children.contains_key(&name.to_lowercase()) {
            return Some(Decision::Child);
        }
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
                if relation.kind.ends_with("acrosheet") || relation.kind == "dialogsheet" {
                    return Err(Error::new(
                        ErrorKind::Refused,
                        "the workbook has a sheet of old macros or dialogs; remove it",
                    ));
                }
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
    pub(super) fn kept_target<'r>(&self, relation: &'r Relation) -> Option<&'r str> {
        // A thumbnail is a picture by its type, and shows the first page.
        const NEVER: [&str; 3] = ["thumbnail", "glossaryDocument", "printerSettings"];
        let name = relation.part.as_deref()?;
        if embedded::is_child(&relation.kind) {
            return self.children.contains_key(name).then_some(name);
        }
        let stays = !NEVER.contains(&relation.kind.as_str())
            && self.entry(name).is_some()
            && self.decide(name).is_some();
        stays.then_some(name)
    }

    /// Whether a relation stays in its list.
    pub(super) fn stays(&self, owner: &str, relation: &Relation) -> bool {
        match &relation.part {
            Some(_) if owner.is_empty() => relation.kind == "officeDocument",
            Some(_) => self.kept_target(relation).is_some(),
            None => relation.kind == "hyperlink",
        }
    }

    /// The relations of a part by id.
    fn ids(&self, owner: &str) -> HashMap<String, Link> {
        let list = self.relations.get(owner).map_or(&[][..], |(list, _)| list);
        let link = |(n, relation): (usize, &Relation)| {
            let link = Link {
                stays: self.stays(owner, relation),
                new: rename::id(&relation.id, n),
            };
            (relation.id.clone(), link)
        };
        list.iter().enumerate().map(link).collect()
    }

    fn text(&mut self, entry: &Entry, place: &'static str, rules: &Rules) -> Result<()> {
        let lower = entry.name.to_lowercase();
        let relations = self.ids(&lower);
        let location = self.location(place);
        let source = Source::decode(&entry.data)?;
        let walked = walk(
            &source.text,
            rules,
            &mut self.names,
            &relations,
            location,
            &mut NoInner,
        )
        .map_err(|error| error.at(location))?;
        let part = self.add_walked(source, entry, walked, Vec::new());
        self.contents.insert(lower, Content::Part(part));
        Ok(())
    }

    fn add_walked(
        &mut self,
        source: Source,
        entry: &Entry,
        walked: Walked,
        pieces: Vec<Piece>,
    ) -> usize {
        let part = self
            .file
            .add_part(source, Arc::clone(&entry.data), walked.fixed);
        self.file.set_pieces(part, pieces);
        let first = self.file.document().segments().len();
        self.sheets.extend(walked.sheets.iter().map(|n| first + n));
        self.follows
            .extend(walked.follows.into_iter().map(|f| (part, f)));
        for found in walked.found {
            self.file.add_segment(part, found);
        }
        part
    }

    fn sheet(&mut self, entry: &Entry, place: &'static str, rules: &Rules) -> Result<()> {
        let lower = entry.name.to_lowercase();
        let relations = self.ids(&lower);
        let location = self.location(place);
        let source = Source::decode(&entry.data)?;
        let part = self.file.n_parts();
        let first = self.file.document().segments().len();
        let mut reader =
            SheetReader::new(&mut self.grid, &source.text, &mut self.file, part, location);
        let mut walked = walk(
            &source.text,
            rules,
            &mut self.names,
            &relations,
            location,
            &mut reader,
        )
        .map_err(|error| error.at(location))?;
        reader.finish();
        let (pieces, places, literals) = (reader.pieces, reader.places, reader.literals);
        walked.fixed.extend(reader.fixed);
        walked.follows.extend(reader.follows);
        self.cells.push(CellRun {
            first,
            part,
            places,
        });
        self.add_walked(source, entry, walked, pieces);
        for found in sheet::literals(literals, location) {
            self.file.add_segment(part, found);
        }
        self.contents.insert(lower, Content::Part(part));
        Ok(())
    }

    fn strings(&mut self, entry: &Entry) -> Result<usize> {
        let source = Source::decode(&entry.data)?;
        self.grid.empty_unused(&source.text);
        let mut fixed = self.grid.string_splices.clone();
        if is_off(Step::Strings) {
            fixed.clear();
        }
        let part = self.file.add_part(source, Arc::clone(&entry.data), fixed);
        self.contents
            .insert(entry.name.to_lowercase(), Content::Part(part));
        Ok(part)
    }

    /// The name of a place, with a number if there are several of it.
    fn location(&mut self, place: &'static str) -> Location {
        let count = self.counts.entry(place).or_default();
        *count = count.saturating_add(1);
        match place {
            "workbook" | "presentation" | "comment authors" | "body" | "footnotes" | "endnotes"
            | "comments" | "styles" | "settings" => Location::new(place),
            _ => Location::new(place).number(*count),
        }
    }

    fn picture(&mut self, entry: &Entry) {
        let extension = entry.name.rsplit('.').next().unwrap_or_default();
        let (bytes, kind, what) = match image::clean(&entry.data, extension) {
            Cleaned::Kept(bytes) => (bytes, NoticeKind::NotExamined, image::PICTURES),
            Cleaned::Blank(bytes) => (bytes, NoticeKind::Dropped, image::VECTOR_PICTURES),
            // A picture that is left blank without a format of its own.
            Cleaned::Unknown => (
                image::blank("png").unwrap_or_default(),
                NoticeKind::Dropped,
                image::VECTOR_PICTURES,
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

    fn child(&mut self, entry: &Entry) {
        let lower = entry.name.to_lowercase();
        if let Some(child) = self.children.get_mut(&lower).and_then(Option::take) {
            let index = self.file.add_child(child);
            self.contents.insert(lower, Content::Child(index));
        }
    }
}
