//! Excel: what its elements and attributes mean, and which parts stay. The
//! cells themselves are read by `super::grid`.
//!
//! Left out, with a notice: pivot tables and their caches (full copies of the
//! source data), links to other workbooks, data connections, slicers, the
//! history of shared workbooks, personal views, scenarios, macros, embedded
//! files, properties. Sheets of old macros and dialogs are refused.

use std::sync::Arc;

use super::grid::Grid;
use super::names::NAMESPACES;
use super::{Decision, Flavor, drawing};
use crate::error::Result;
use crate::format::markup::given::is_given;
use crate::format::markup::piece::Text;
use crate::format::markup::rules::{Context, Names, Role, Rule, Rules};
use crate::format::markup::scan::{Attribute, Scanner, Token};
use crate::format::markup::{Source, formula};
use crate::format::package::CFB_MAGIC;
use crate::format::{Format, OpenFile, ReadOptions};

/// Workbooks and templates, with or without macros.
#[derive(Debug)]
pub struct Xlsx;

const EXTENSIONS: [&str; 5] = ["xlsx", "xlsm", "xltx", "xltm", "xlam"];

const FLAVOR: Flavor = Flavor {
    main: &[
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
        "application/vnd.ms-excel.sheet.macroenabled.main+xml",
        "application/vnd.ms-excel.template.macroenabled.main+xml",
        "application/vnd.ms-excel.addin.macroenabled.main+xml",
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

/// Drawings of notes and controls, which Excel writes like a web page.
const VML_RULES: Rules = Rules {
    tolerant: true,
    ..RULES
};

impl Format for Xlsx {
    fn name(&self) -> &'static str {
        "xlsx"
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
        return Some(Decision::Text("workbook", &RULES));
    }
    let name = lower
        .strip_prefix("application/vnd.openxmlformats-officedocument.")
        .or_else(|| lower.strip_prefix("application/vnd.ms-excel."))?;
    let place = match name {
        "spreadsheetml.worksheet+xml" => return Some(Decision::Sheet("sheet", &RULES)),
        "spreadsheetml.sharedstrings+xml" => return Some(Decision::Strings),
        "vmldrawing" => return Some(Decision::Text("drawing", &VML_RULES)),
        "spreadsheetml.chartsheet+xml" => "chart sheet",
        "spreadsheetml.styles+xml" => "styles",
        "spreadsheetml.table+xml" => "table",
        "spreadsheetml.comments+xml" | "threadedcomments+xml" => "comments",
        "person+xml" => "comment authors",
        "drawing+xml" => "drawing",
        _ => return None,
    };
    Some(Decision::Text(place, &RULES))
}

/// Notes sheets, names and styles before any cell is read.
fn prepare(content_type: &str, data: &Arc<[u8]>, names: &mut Names, grid: &mut Grid) -> Result<()> {
    let lower = content_type.to_ascii_lowercase();
    if lower.ends_with("sharedstrings+xml") {
        return grid.read_strings(&Source::decode(data)?.text);
    }
    if lower.ends_with("spreadsheetml.styles+xml") {
        grid.read_styles(data)?;
        return table_styles(data, names);
    }
    let is_workbook = FLAVOR.main.contains(&lower.as_str());
    if is_workbook {
        grid.read_workbook(data)?;
    }
    if !is_workbook && !lower.ends_with("spreadsheetml.table+xml") {
        return Ok(());
    }
    let source = Source::decode(data)?;
    let mut scanner = Scanner::new(&source.text, NAMESPACES);
    while let Some(token) = scanner.next()? {
        let Token::Open(tag) = token else { continue };
        for attribute in scanner.attributes() {
            let name = Text::of_attribute(attribute)?.text;
            match (tag.name, attribute.name) {
                ("sheet", "name") if is_workbook => {
                    names.add_sheet(&Text::of_sheet_name(attribute)?.text);
                }
                ("definedName", "name") => add_name(names, &name, "Name"),
                ("table", "name" | "displayName") if !is_workbook => {
                    add_name(names, &name, "Liste");
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Notes the styles of tables that people made.
fn table_styles(data: &Arc<[u8]>, names: &mut Names) -> Result<()> {
    let source = Source::decode(data)?;
    let mut scanner = Scanner::new(&source.text, NAMESPACES);
    while let Some(token) = scanner.next()? {
        let Token::Open(tag) = token else { continue };
        let name = scanner.attributes().iter().find(|a| a.name == "name");
        if let Some(name) = name.filter(|_| tag.name == "tableStyle") {
            names.add_style(name.raw);
        }
    }
    Ok(())
}

/// Notes a new name, unless a program gave the old one.
fn add_name(names: &mut Names, name: &str, kind: &str) {
    const GIVEN: [&str; 7] = [
        "tabelle", "table", "tabella", "tableau", "tabla", "tabela", "tabel",
    ];
    let lower = name.to_lowercase();
    let stem = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    if lower.starts_with("_xlnm.") || GIVEN.contains(&stem) {
        names.add_defined(name, name);
    } else if names.defined(name).is_none() {
        let n = names.n_defined() + 1;
        names.add_defined(name, &format!("{kind}_{n}"));
    }
}

fn role(context: &Context<'_, '_>) -> Role {
    let (ns, name) = context.name();
    match (ns, name) {
        ("x", "sheetData") => Role::Hole,
        ("x" | "x14", "t") => Role::SpacedText,
        ("x", "text") => Role::Block,
        ("x", "author") => Role::Replace("Autor"),
        ("xtc", "text") => Role::Own("comment"),
        (
            "x",
            "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter",
        ) => Role::HeaderCodes,
        (
            "x" | "x14" | "x15" | "xm",
            "f"
            | "formula"
            | "formula1"
            | "formula2"
            | "definedName"
            | "calculatedColumnFormula"
            | "totalsRowFormula",
        ) => Role::Formula,
        ("xm", "sqref")
        | ("xdr", "col" | "colOff" | "row" | "rowOff")
        | (
            "vx",
            "Anchor" | "Row" | "Column" | "AutoFill" | "AutoLine" | "TextHAlign" | "TextVAlign"
            | "MoveWithCells" | "SizeWithCells" | "Locked" | "LockText" | "Visible" | "PrintObject"
            | "DefaultSize" | "Disabled",
        ) => Role::Mute,
        ("vx", "ClientData") => Role::Pass,
        ("x", "oleObject") => Role::HangsOn("oleObjects"),
        ("mc", "Choice") if is_slicer(context) => Role::Drop,
        _ if is_dropped(ns, name) => Role::Drop,
        _ => drawing::role(context),
    }
}

fn is_slicer(context: &Context<'_, '_>) -> bool {
    context
        .value("Requires")
        .is_some_and(|v| v.contains("sle") || v.contains("tsle"))
}

/// Elements that hold copies of data, links, or what single people saw.
fn is_dropped(ns: &str, name: &str) -> bool {
    match ns {
        "x" => matches!(
            name,
            "rPh"
                | "phoneticPr"
                | "fileSharing"
                | "customWorkbookViews"
                | "customSheetViews"
                | "scenarios"
                | "webPublishing"
                | "webPublishItems"
                | "webPublishObjects"
                | "smartTagTypes"
                | "smartTagPr"
                | "smartTags"
                | "cellSmartTags"
                | "functionGroups"
                | "externalReferences"
                | "pivotCaches"
                | "controls"
                | "customProperties"
                | "cellWatches"
                | "dataConsolidate"
                | "xmlColumnPr"
                | "oleSize"
                | "queryTableField"
        ),
        "x14" | "x15" => matches!(
            name,
            "slicerList"
                | "slicerCaches"
                | "slicerCachePivotTables"
                | "timelineRefs"
                | "timelineCacheRefs"
                | "pivotCaches"
                | "dataModel"
                | "pivotTableReferences"
                | "connection"
                | "calculatedColumnFormula"
        ),
        "xtc" => name == "mentions",
        _ => false,
    }
}

fn rule(context: &Context<'_, '_>, attribute: &Attribute<'_>) -> Rule {
    let (ns, element) = context.name();
    if !matches!(ns, "x" | "x14" | "x15" | "x15ac" | "xtc" | "xdr" | "vx") {
        return drawing::rule(context, attribute);
    }
    match (element, attribute.name) {
        ("sheet", "name") => Rule::Sheet,
        ("definedName", "name") | ("table", "name" | "displayName") if ns == "x" => Rule::Defined,
        ("definedName", "comment" | "description" | "help" | "statusBar" | "customMenu")
        | ("table", "comment" | "altText" | "altTextSummary")
        | ("tableColumn", "name" | "totalsRowLabel") => Rule::Words("table"),
        ("tableStyle" | "tableStyleInfo", "name")
        | ("tableStyles", "defaultTableStyle" | "defaultPivotStyle") => Rule::Style,
        (
            "tableColumn" | "table",
            "queryTableFieldId" | "tableType" | "connectionId" | "headerRowCellStyle"
            | "dataCellStyle" | "totalsRowCellStyle",
        )
        | ("protectedRange", "securityDescriptor")
        | ("sheetPr" | "workbookPr" | "fileVersion", "codeName") => Rule::Remove,
        ("hyperlink", "display" | "tooltip") => Rule::Words("link"),
        ("hyperlink", "location") | ("sp" | "pic" | "graphicFrame", "textlink") => Rule::Formula,
        ("sp" | "pic" | "cxnSp" | "graphicFrame" | "grpSp", "macro") | ("absPath", "url") => {
            Rule::Set("")
        }
        ("dataValidation", "prompt" | "promptTitle" | "error" | "errorTitle") => {
            Rule::Words("hint")
        }
        ("cfRule", "text")
        | ("filter" | "customFilter", "val")
        | ("sortCondition", "customList") => Rule::Words("filter"),
        ("numFmt", "formatCode") if attribute.raw.contains("&quot;") => {
            Rule::Words("number format")
        }
        ("cellStyle", "name")
            if context.value("builtinId").is_none() && !is_given(attribute.raw) =>
        {
            Rule::Words("style")
        }
        ("cellStyle" | "numFmt", "name" | "formatCode") | ("name", "val") => Rule::Keep,
        ("protectedRange", "name") => Rule::Words("protected range"),
        ("person", "displayName") => Rule::Person,
        ("person", "userId") => Rule::Set("x"),
        ("person", "providerId") => Rule::Set("None"),
        ("threadedComment", "dT") => Rule::Set("2000-01-01T00:00:00.00"),
        _ => drawing::rule(context, attribute),
    }
}
