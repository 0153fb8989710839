//! The structure tree: what screen readers and careful extractors go by. It is
//! built anew from the parts that say how a page hangs together; types of a
//! producer's own are resolved to standard ones, identifiers and private
//! attributes are not copied.

use std::collections::{HashMap, HashSet};

use lopdf::{Dictionary, Object, ObjectId};

use super::copy::Copier;

const MAX_DEPTH: u32 = 80;
/// Elements of one tree; a book of 1,000 pages has 100,000.
const MAX_ELEMENTS: usize = 1_000_000;

/// Standard structure types (PDF 32000, 14.8.4, and PDF 2.0).
const TYPES: &[&[u8]] = &[
    b"Document",
    b"DocumentFragment",
    b"Part",
    b"Art",
    b"Sect",
    b"Div",
    b"Aside",
    b"BlockQuote",
    b"Caption",
    b"TOC",
    b"TOCI",
    b"Index",
    b"NonStruct",
    b"Private",
    b"P",
    b"H",
    b"H1",
    b"H2",
    b"H3",
    b"H4",
    b"H5",
    b"H6",
    b"Title",
    b"FENote",
    b"Sub",
    b"L",
    b"LI",
    b"Lbl",
    b"LBody",
    b"Table",
    b"TR",
    b"TH",
    b"TD",
    b"THead",
    b"TBody",
    b"TFoot",
    b"Span",
    b"Quote",
    b"Note",
    b"Reference",
    b"BibEntry",
    b"Code",
    b"Link",
    b"Annot",
    b"Em",
    b"Strong",
    b"Ruby",
    b"RB",
    b"RT",
    b"RP",
    b"Warichu",
    b"WT",
    b"WP",
    b"Figure",
    b"Formula",
    b"Form",
    b"Artifact",
];

/// Attributes that say how parts belong together, by their owner.
const ATTRIBUTES: &[(&[u8], &[&[u8]])] = &[
    (b"Table", &[b"RowSpan", b"ColSpan", b"Scope"]),
    (b"List", &[b"ListNumbering"]),
    (
        b"Layout",
        &[b"Placement", b"WritingMode", b"TextAlign", b"BBox"],
    ),
];

struct Builder<'a, 'c> {
    copier: &'c mut Copier<'a>,
    roles: Option<&'a Dictionary>,
    /// Which element a piece of a page's content belongs to.
    owners: HashMap<(ObjectId, u32), ObjectId>,
    /// Annotations that elements refer to, and those elements.
    objects: Vec<(ObjectId, ObjectId)>,
    seen: HashSet<ObjectId>,
    n_elements: usize,
}

/// Copies the tree, if there is one and anything of it is left.
pub(super) fn copy<'a>(copier: &mut Copier<'a>, catalog: &'a Dictionary) -> Option<ObjectId> {
    let root = copier
        .get_dict(catalog, b"StructTreeRoot")
        .filter(|_| copier.tagged)?;
    let id = copier.out.new_object_id();
    let roles = copier.get_dict(root, b"RoleMap");
    let mut builder = Builder {
        copier,
        roles,
        owners: HashMap::new(),
        objects: Vec::new(),
        seen: HashSet::new(),
        n_elements: 0,
    };
    let kids = builder.kids(root, None, id, 0);
    if kids.is_empty() {
        return None;
    }
    let (parents, next) = builder.parents();
    let mut out = Dictionary::new();
    out.set("Type", "StructTreeRoot");
    out.set("K", kids);
    out.set("ParentTree", parents);
    out.set("ParentTreeNextKey", next);
    copier.out.objects.insert(id, out.into());
    Some(id)
}

impl<'a> Builder<'a, '_> {
    fn kids(
        &mut self,
        of: &'a Dictionary,
        page: Option<ObjectId>,
        parent: ObjectId,
        depth: u32,
    ) -> Vec<Object> {
        let Ok(kids) = of.get(b"K") else {
            return Vec::new();
        };
        let list = match self.copier.resolve(kids) {
            Object::Array(items) => items.as_slice(),
            _ => std::slice::from_ref(kids),
        };
        let kids = list.iter();
        kids.filter_map(|kid| self.kid(kid, page, parent, depth))
            .collect()
    }

    fn kid(
        &mut self,
        kid: &'a Object,
        page: Option<ObjectId>,
        parent: ObjectId,
        depth: u32,
    ) -> Option<Object> {
        match self.copier.resolve(kid) {
            Object::Integer(mark) => self.mark(page?, *mark, parent),
            Object::Dictionary(dict) => match self.copier.name(dict, b"Type") {
                b"MCR" => {
                    let own = self.page_of(dict).or(page)?;
                    let mark = self.copier.get(dict, b"MCID")?.as_i64().ok()?;
                    // Marks in forms are not kept.
                    if dict.has(b"Stm") {
                        return None;
                    }
                    let number = self.mark(own, mark, parent)?;
                    let mut out = Dictionary::new();
                    out.set("Type", "MCR");
                    out.set("Pg", own);
                    out.set("MCID", number);
                    Some(out.into())
                }
                b"OBJR" => {
                    let source = dict.get(b"Obj").ok()?.as_reference().ok()?;
                    let annotation = *self.copier.annotations.get(&source)?;
                    self.objects.push((annotation, parent));
                    let mut out = Dictionary::new();
                    out.set("Type", "OBJR");
                    out.set("Obj", annotation);
                    Some(out.into())
                }
                _ => {
                    if let Object::Reference(id) = kid
                        && !self.seen.insert(*id)
                    {
                        return None;
                    }
                    self.element(dict, page, parent, depth)
                }
            },
            _ => None,
        }
    }

    fn page_of(&self, dict: &'a Dictionary) -> Option<ObjectId> {
        let page = dict.get(b"Pg").ok()?.as_reference().ok()?;
        self.copier.pages.get(&page).copied()
    }

    /// A piece of content, if the page still marks it and no other element has it.
    fn mark(&mut self, page: ObjectId, mark: i64, parent: ObjectId) -> Option<Object> {
        let number = u32::try_from(mark).ok()?;
        let marks = self.copier.marks.get(&page)?;
        if !marks.contains(&number) || self.owners.contains_key(&(page, number)) {
            return None;
        }
        self.owners.insert((page, number), parent);
        Some(mark.into())
    }

    fn element(
        &mut self,
        dict: &'a Dictionary,
        page: Option<ObjectId>,
        parent: ObjectId,
        depth: u32,
    ) -> Option<Object> {
        if depth > MAX_DEPTH || self.n_elements > MAX_ELEMENTS {
            return None;
        }
        self.n_elements += 1;
        let id = self.copier.out.new_object_id();
        let own = self.page_of(dict);
        let kids = self.kids(dict, own.or(page), id, depth + 1);
        let mut out = Dictionary::new();
        out.set("Type", "StructElem");
        out.set("S", Object::Name(self.role(dict).to_vec()));
        out.set("P", parent);
        if let Some(page) = own {
            out.set("Pg", page);
        }
        for (key, name) in [
            (&b"Alt"[..], "alternative text"),
            (b"ActualText", "replacement text"),
            (b"E", "expansion"),
        ] {
            if let Some(text) = self.copier.text(dict, key, id, name) {
                out.set(key, text);
            }
        }
        if let Some(language) = self
            .copier
            .get(dict, b"Lang")
            .and_then(super::catalog::language)
        {
            out.set("Lang", language);
        }
        let attributes = self.attributes(dict);
        if !attributes.is_empty() {
            out.set("A", attributes);
        }
        if !kids.is_empty() {
            out.set("K", kids);
        }
        self.copier.out.objects.insert(id, out.into());
        Some(id.into())
    }

    /// The standard type of an element.
    fn role(&self, dict: &'a Dictionary) -> &'a [u8] {
        let mut role = self.copier.name(dict, b"S");
        for _ in 0..8 {
            if TYPES.contains(&role) {
                return role;
            }
            let next = self.roles.map(|roles| self.copier.name(roles, role));
            role = next.unwrap_or_default();
        }
        b"NonStruct"
    }

    fn attributes(&self, dict: &'a Dictionary) -> Vec<Object> {
        let Some(all) = self.copier.get(dict, b"A") else {
            return Vec::new();
        };
        let list = match all {
            Object::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut out = Vec::new();
        for attribute in list {
            let Ok(dict) = self.copier.resolve(attribute).as_dict() else {
                continue;
            };
            let owner = self.copier.name(dict, b"O");
            let known = ATTRIBUTES.iter().find(|(name, _)| *name == owner);
            let mut copy = Dictionary::new();
            for key in known.map_or(&[][..], |(_, keys)| keys) {
                self.copier.leaf_key(dict, key, &mut copy);
            }
            if !copy.is_empty() {
                copy.set("O", Object::Name(owner.to_vec()));
                out.push(copy.into());
            }
        }
        out
    }

    /// The tree that leads from content to elements, and the next free key.
    fn parents(&mut self) -> (ObjectId, i64) {
        let mut list = Vec::new();
        let mut key = 0_i64;
        for page in self.copier.page_ids.clone() {
            let last = self.copier.marks.get(&page).and_then(|marks| marks.last());
            let Some(last) = last.copied() else { continue };
            let owner = |mark| self.owners.get(&(page, mark));
            let row: Vec<Object> = (0..=last)
                .map(|mark| owner(mark).map_or(Object::Null, |id| (*id).into()))
                .collect();
            let row = self.copier.out.add_object(row);
            list.extend([Object::Integer(key), row.into()]);
            if let Some(Object::Dictionary(page)) = self.copier.out.objects.get_mut(&page) {
                page.set("StructParents", key);
            }
            key += 1;
        }
        for (annotation, element) in std::mem::take(&mut self.objects) {
            list.extend([Object::Integer(key), element.into()]);
            if let Some(Object::Dictionary(dict)) = self.copier.out.objects.get_mut(&annotation) {
                dict.set("StructParent", key);
            }
            key += 1;
        }
        let mut tree = Dictionary::new();
        tree.set("Nums", list);
        (self.copier.out.add_object(tree), key)
    }
}
