//! Word: what its elements and attributes mean, and which parts stay.
//!
//! Left out, with a notice: macros, controls, embedded files, building blocks,
//! mail merge, document variables, bound data, signatures, properties. What is
//! deleted by a tracked change but still in the file is searched like the rest.

use std::sync::Arc;

use super::grid::Grid;
use super::names::NAMESPACES;
use super::{Decision, Flavor, drawing};
use crate::error::Result;
use crate::format::markup::given::is_given;
use crate::format::markup::rules::{Context, Names, Role, Rule, Rules};
use crate::format::markup::scan::{Attribute, Scanner, Token};
use crate::format::markup::{Source, formula};
use crate::format::package::CFB_MAGIC;
use crate::format::{Format, OpenFile, ReadOptions};

/// Word documents and templates, with or without macros.
#[derive(Debug)]
pub struct Docx;

const EXTENSIONS: [&str; 4] = ["docx", "docm", "dotx", "dotm"];

const FLAVOR: Flavor = Flavor {
    main: &[
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
        "application/vnd.ms-word.document.macroenabled.main+xml",
        "application/vnd.ms-word.template.macroenabledtemplate.main+xml",
    ],
    decide,
    prepare,
};

/// The same, with all tracked changes taken over.
const ACCEPTING: Flavor = Flavor {
    decide: decide_accepting,
    ..FLAVOR
};

const ACCEPTING_RULES: Rules = Rules {
    role: role_accepting,
    ..RULES
};

const RULES: Rules = Rules {
    namespaces: NAMESPACES,
    tolerant: false,
    formula: formula::split,
    role,
    rule,
};

impl Format for Docx {
    fn name(&self) -> &'static str {
        "docx"
    }

    fn accepts(&self, head: &[u8], extension: &str) -> bool {
        EXTENSIONS.contains(&extension) && (head.starts_with(b"PK") || head.starts_with(CFB_MAGIC))
    }

    fn open(&self, input: Vec<u8>, options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        let flavor = if options.accept_changes {
            &ACCEPTING
        } else {
            &FLAVOR
        };
        Ok(Box::new(super::open(&input, flavor, options)?))
    }
}

/// What becomes of a part, by its type.
fn decide(content_type: &str) -> Option<Decision> {
    let name = content_type
        .strip_prefix("application/vnd.openxmlformats-officedocument.wordprocessingml.");
    let place = match name {
        Some("document.main+xml" | "template.main+xml") => "body",
        Some("header+xml") => "header",
        Some("footer+xml") => "footer",
        Some("footnotes+xml") => "footnotes",
        Some("endnotes+xml") => "endnotes",
        Some("comments+xml" | "commentsExtended+xml") => "comments",
        Some("styles+xml" | "numbering+xml" | "fontTable+xml") => "styles",
        Some("settings+xml") => "settings",
        _ if FLAVOR
            .main
            .contains(&content_type.to_ascii_lowercase().as_str()) =>
        {
            "body"
        }
        _ => return None,
    };
    Some(Decision::Text(place, &RULES))
}

fn decide_accepting(content_type: &str) -> Option<Decision> {
    Some(match decide(content_type)? {
        Decision::Text(place, _) => Decision::Text(place, &ACCEPTING_RULES),
        other @ (Decision::Sheet(..) | Decision::Strings | Decision::Picture | Decision::Child) => {
            other
        }
    })
}

/// What an element means when all changes are taken over: marks of changes and
/// what they deleted are left out, what they inserted loses its mark.
fn role_accepting(context: &Context<'_, '_>) -> Role {
    let ("w", name) = context.name() else {
        return role(context);
    };
    match (name, context.parent.1) {
        ("del" | "moveFrom", "rPr") => Role::EndDeleted,
        _ if is_mark_of_change(name) => Role::Drop,
        ("del", "trPr") => Role::DropAround("tr"),
        ("cellDel", _) => Role::DropAround("tc"),
        ("ins" | "moveTo", "rPr" | "trPr" | "numPr" | "ctrlPr")
        | ("del" | "moveFrom" | "cellIns" | "cellMerge" | "numberingChange", _) => Role::Drop,
        ("ins" | "moveTo", _) => Role::Unwrap,
        _ => role(context),
    }
}

fn is_mark_of_change(name: &str) -> bool {
    let is_range = name.contains("Range");
    name.ends_with("PrChange")
        || name == "tblGridChange"
        || (is_range && (name.starts_with("move") || name.starts_with("customXml")))
}

/// Notes the ids of styles that are not built in: Word makes them from names
/// that people gave.
fn prepare(content_type: &str, data: &Arc<[u8]>, names: &mut Names, _: &mut Grid) -> Result<()> {
    if !content_type.ends_with("wordprocessingml.styles+xml") {
        return Ok(());
    }
    let source = Source::decode(data)?;
    let mut scanner = Scanner::new(&source.text, NAMESPACES);
    while let Some(token) = scanner.next()? {
        let Token::Open(tag) = token else { continue };
        let value = |name| scanner.attributes().iter().find(|a| a.name == name);
        let is_custom = value("customStyle").is_some_and(|a| !matches!(a.raw, "0" | "false"));
        if (tag.ns, tag.name) == ("w", "style")
            && is_custom
            && let Some(id) = value("styleId")
        {
            names.add_style(id.raw);
        }
    }
    Ok(())
}

fn role(context: &Context<'_, '_>) -> Role {
    let (ns, name) = context.name();
    if ns != "w" {
        return match (ns, name) {
            ("w15", "presenceInfo" | "docId" | "dataBinding" | "chartTrackingRefBased")
            | ("w14" | "w16", "docId")
            | ("w16sdtdh", _)
            | ("w16du", _)
            | ("sl", _)
            | ("wne", _) => Role::Drop,
            _ => drawing::role(context),
        };
    }
    match name {
        "p" | "rt" => Role::Block,
        "t" | "delText" | "instrText" | "delInstrText" => Role::SpacedText,
        "tbl" => Role::Table,
        "tr" => Role::Row,
        "tc" => Role::Cell,
        "gridSpan" => Role::Span(
            context
                .value("val")
                .and_then(|v| v.parse().ok())
                .unwrap_or(1),
        ),
        "ins" | "moveTo" => Role::Inserted,
        "del" | "moveFrom" => Role::Deleted,
        "tab" | "ptab" if context.parent.1 == "r" => Role::Char("\t"),
        "br" | "cr" => Role::Char("\n"),
        "noBreakHyphen" => Role::Char("-"),
        "softHyphen" => Role::Char(""),
        "sym" => Role::Char("\u{FFFC}"),
        "fldChar" => match context.value("fldCharType") {
            Some("begin") => Role::FieldBegin,
            Some("separate") => Role::FieldSplit,
            Some("end") => Role::FieldEnd,
            _ => Role::Pass,
        },
        _ if is_dropped(name) => Role::Drop,
        _ => Role::Pass,
    }
}

/// Elements that hold data of other programs, paths or history.
fn is_dropped(name: &str) -> bool {
    matches!(
        name,
        // Data bound from parts that are left out.
        "dataBinding" | "placeholder" | "docVars" | "mailMerge" | "smartTagPr" | "customXmlPr"
            | "smartTagType" | "saveThroughXslt" | "useXSLTWhenSaving" | "attachedSchema"
            // Links to files that are left out.
            | "attachedTemplate" | "linkStyles" | "subDoc" | "control" | "movie"
            | "objectEmbed" | "objectLink" | "printerSettings" | "embedRegular" | "embedBold"
            | "embedItalic" | "embedBoldItalic" | "embedTrueTypeFonts" | "embedSystemFonts"
            | "saveSubsetFonts"
            // Macros, field data of programs, ids of versions.
            | "entryMacro" | "exitMacro" | "fldData" | "rsids" | "rsid" | "permStart" | "permEnd"
            | "captions"
    )
}

fn rule(context: &Context<'_, '_>, attribute: &Attribute<'_>) -> Rule {
    let (ns, element) = context.name();
    match (attribute.ns, attribute.name) {
        ("w", "rsid" | "rsidR" | "rsidRPr" | "rsidRDefault" | "rsidP" | "rsidDel" | "rsidSect" | "rsidTr")
        // Comments and changes carry the minute in which someone worked.
        | ("w", "initials" | "fullDate" | "date")
        | ("w16du", _)
        | ("w15", "dateUtc") => return Rule::Remove,
        ("w" | "w15", "author") => return Rule::Person,
        _ => {}
    }
    if ns != "w" {
        return drawing::rule(context, attribute);
    }
    match (element, attribute.name) {
        ("bookmarkStart" | "moveFromRangeStart" | "moveToRangeStart", "name")
        | ("hyperlink", "anchor") => Rule::Mark,
        ("name", "val") if context.parent.1 == "ffData" => Rule::Mark,
        ("hyperlink", "tooltip" | "docLocation" | "tgtFrame") => Rule::Words("link"),
        ("fldSimple", "instr") => Rule::Field,
        ("alias" | "tag" | "docPartGallery" | "docPartCategory", "val")
        | ("listItem", "displayText" | "value")
        | ("dropDownList" | "comboBox", "lastValue") => Rule::Words("content control"),
        ("default" | "statusText" | "helpText" | "listEntry" | "format", "val") => {
            Rule::Words("form field")
        }
        ("tblCaption" | "tblDescription", "val") => Rule::Words("alt text"),
        ("smartTag" | "customXml", "uri" | "element") => Rule::Set("x"),
        ("style", "styleId")
        | (
            "pStyle" | "rStyle" | "tblStyle" | "basedOn" | "next" | "link" | "numStyleLink"
            | "styleLink" | "clickAndTypeStyle" | "defaultTableStyle",
            "val",
        ) => Rule::Style,
        ("name" | "aliases", "val") if context.parent.1 == "style" => {
            if is_given(attribute.raw) {
                Rule::Keep
            } else {
                Rule::Words("style")
            }
        }
        ("numberingChange", "original") | ("lvlText", "val") => Rule::Words("numbering"),
        ("name", "val") if context.parent.1 == "abstractNum" => Rule::Words("numbering"),
        ("altName", "val") => Rule::Words("font"),
        // Names of fonts and of styles that Word knows.
        ("lsdException" | "font", "name") | ("dateFormat", "val") => Rule::Keep,
        _ => Rule::Loose,
    }
}
