//! Slide shows: what their elements and attributes mean, and which parts stay.
//!
//! Left out, with a notice: sound and film, embedded files, macros, controls,
//! tags of add-ins, the history of changes, properties, the thumbnail (a
//! picture of the first slide).

use std::sync::Arc;

use super::grid::Grid;
use super::names::NAMESPACES;
use super::{Decision, Flavor, drawing};
use crate::error::Result;
use crate::format::markup::formula;
use crate::format::markup::given::is_given;
use crate::format::markup::rules::{Context, Names, Role, Rule, Rules};
use crate::format::markup::scan::Attribute;
use crate::format::package::CFB_MAGIC;
use crate::format::{Format, OpenFile, ReadOptions};

/// Presentations, slide shows and templates, with or without macros.
#[derive(Debug)]
pub struct Pptx;

const EXTENSIONS: [&str; 6] = ["pptx", "pptm", "ppsx", "ppsm", "potx", "potm"];

const FLAVOR: Flavor = Flavor {
    main: &[
        "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
        "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
        "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml",
        "application/vnd.ms-powerpoint.presentation.macroenabled.main+xml",
        "application/vnd.ms-powerpoint.slideshow.macroenabled.main+xml",
        "application/vnd.ms-powerpoint.template.macroenabled.main+xml",
    ],
    decide,
    prepare,
};

const RULES: Rules = Rules {
    namespaces: NAMESPACES,
    tolerant: false,
    formula: formula::split,
    role,
    rule,
};

impl Format for Pptx {
    fn name(&self) -> &'static str {
        "pptx"
    }

    fn accepts(&self, head: &[u8], extension: &str) -> bool {
        EXTENSIONS.contains(&extension) && (head.starts_with(b"PK") || head.starts_with(CFB_MAGIC))
    }

    fn open(&self, input: Vec<u8>, options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        Ok(Box::new(super::open(&input, &FLAVOR, options)?))
    }
}

fn decide(content_type: &str) -> Option<Decision> {
    let lower = content_type.to_ascii_lowercase();
    if FLAVOR.main.contains(&lower.as_str()) {
        return Some(Decision::Text("presentation", &RULES));
    }
    let name = lower
        .strip_prefix("application/vnd.openxmlformats-officedocument.presentationml.")
        .or_else(|| lower.strip_prefix("application/vnd.ms-powerpoint."))?;
    let place = match name {
        "slide+xml" => "slide",
        "notesslide+xml" => "notes",
        "slidelayout+xml" => "layout",
        "slidemaster+xml" => "master",
        "notesmaster+xml" | "handoutmaster+xml" => "notes master",
        "comments+xml" => "comments",
        "commentauthors+xml" | "authors+xml" => "comment authors",
        "presprops+xml" | "viewprops+xml" | "tablestyles+xml" => "settings",
        _ => return None,
    };
    Some(Decision::Text(place, &RULES))
}

/// Nothing is renamed in slide shows.
const fn prepare(_: &str, _: &Arc<[u8]>, _: &mut Names, _: &mut Grid) -> Result<()> {
    Ok(())
}

fn role(context: &Context<'_, '_>) -> Role {
    match context.name() {
        ("p", "text") => Role::Own("comment"),
        ("p", "attrName" | "strVal") => Role::Mute,
        // An object without its file is an empty frame, which PowerPoint
        // repairs; the frame goes with it.
        ("p", "oleObj") => Role::HangsOn("graphicFrame"),
        (
            "p",
            "control" | "htmlPubPr" | "webPr" | "embeddedFontLst" | "tags" | "custData"
            | "smartTags" | "sldSyncPr",
        )
        | ("p14", "media" | "bmkTgt")
        | ("p15", "presenceInfo") => Role::Drop,
        _ => drawing::role(context),
    }
}

fn rule(context: &Context<'_, '_>, attribute: &Attribute<'_>) -> Rule {
    let (ns, element) = context.name();
    match (ns, element, attribute.name) {
        ("p" | "p188", "cmAuthor" | "author", "name") => Rule::Person,
        ("p" | "p188", "cmAuthor" | "author", "initials") => Rule::Set("A"),
        ("p188", "author", "userId") => Rule::Set("x"),
        ("p188", "author", "providerId") => Rule::Set("None"),
        ("p", "cm", "dt") => Rule::Remove,
        ("p188", "cm" | "reply", "created") => Rule::Set("2000-01-01T00:00:00.000"),
        ("p", "sldLayout" | "cSld", "matchingName" | "name") if is_given(attribute.raw) => {
            Rule::Keep
        }
        ("p", "sldLayout", "matchingName")
        | ("p", "cSld" | "custShow", "name")
        | ("p14", "section", "name") => Rule::Words("label"),
        ("p", "tag" | "sndAc" | "snd", "name" | "val") => Rule::Words("attribute"),
        _ => drawing::rule(context, attribute),
    }
}
