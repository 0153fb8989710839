//! The two kinds of lists in a package, brought in step with what stays: the
//! relations of every part and the types of all parts. Which part stays is
//! decided in `super::parts`.

use std::sync::Arc;

use super::names::NAMESPACES;
use super::opc::{CONTENT_TYPES, relations_name};
use super::parts::Reading;
use super::rename;
use crate::document::{Location, SegmentKind};
use crate::error::Result;
use crate::format::markup::attributes::is_searched;
use crate::format::markup::file::Content;
use crate::format::markup::lists;
use crate::format::markup::piece::Codec;
use crate::format::markup::splice::{Splice, escape};
use crate::format::markup::walk::Found;
use crate::format::step::{Step, is_off};

/// What may stand in the lists.
const RELATIONS: &[(&str, &[&str])] = &[
    ("Relationships", &[]),
    ("Relationship", &["Id", "Type", "Target", "TargetMode"]),
];
const TYPES: &[(&str, &[&str])] = &[
    ("Types", &[]),
    ("Default", &["Extension", "ContentType"]),
    ("Override", &["PartName", "ContentType"]),
];

impl Reading<'_> {
    /// The relations of a part that stays: those to parts that do not are cut,
    /// addresses on the web are searched, other places outside replaced.
    pub(super) fn relations_part(&mut self, owner: &str) -> Result<()> {
        let Some((list, source)) = self.relations.remove(owner) else {
            return Ok(());
        };
        let name = relations_name(owner);
        let Some(entry) = self.entry(&name) else {
            return Ok(());
        };
        let mut fixed = Vec::new();
        let mut links = Vec::new();
        for (n, relation) in list.into_iter().enumerate() {
            if let Some(new) = rename::id(&relation.id, n).filter(|_| self.stays(owner, &relation))
            {
                fixed.push(Splice {
                    start: relation.id_value.0,
                    end: relation.id_value.1,
                    with: new,
                });
            }
            if is_off(Step::Relations) {
                continue;
            }
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
        add_foreign(
            &mut fixed,
            lists::foreign(&source.text, NAMESPACES, RELATIONS)?,
        );
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
        if let Some(mark) = target.strip_prefix('#') {
            return Some(format!("#{}", self.names.mark(mark)));
        }
        (!is_searched(target)).then(|| "about:blank".to_owned())
    }

    pub(super) fn content_types(&mut self) -> Result<()> {
        let Some(entry) = self.entry(&CONTENT_TYPES.to_lowercase()) else {
            return Ok(());
        };
        let mut fixed: Vec<Splice> = self
            .types
            .declarations()
            .filter(|(name, _, _)| !self.contents.contains_key(*name))
            .map(|(_, start, end)| Splice::cut(start, end))
            .collect();
        let in_use = |extension: &str| {
            let ends = |name: &String| name.rsplit_once('.').is_some_and(|(_, e)| e == extension);
            self.contents.keys().any(ends)
        };
        let unused = self
            .types
            .foreign_extensions()
            .filter(|(extension, _, _)| !in_use(extension));
        fixed.extend(unused.map(|(_, start, end)| Splice::cut(start, end)));
        if is_off(Step::Types) {
            fixed.clear();
        }
        for (old, new) in &self.renamed {
            let Some((content_type, start, end)) = self.types.declaration(old) else {
                continue;
            };
            let values = ["/", new, "\" ContentType=\"", content_type];
            let with = format!("<Override PartName=\"{}\"/>", values.concat());
            fixed.push(Splice { start, end, with });
        }
        let foreign = lists::foreign(&self.types_source.text, NAMESPACES, TYPES)?;
        add_foreign(&mut fixed, foreign);
        fixed.sort_unstable();
        let part = self
            .file
            .add_part(self.types_source.clone(), Arc::clone(&entry.data), fixed);
        self.contents
            .insert(CONTENT_TYPES.to_lowercase(), Content::Part(part));
        Ok(())
    }
}

/// Adds cuts that do not lie in what changes anyway.
fn add_foreign(fixed: &mut Vec<Splice>, foreign: Vec<Splice>) {
    let inside = |cut: &Splice| {
        let mut all = fixed.iter();
        all.any(|splice| splice.start <= cut.start && cut.end <= splice.end)
    };
    let outside: Vec<Splice> = foreign.into_iter().filter(|cut| !inside(cut)).collect();
    fixed.extend(outside);
}
