//! What the elements and attributes of ODF mean.
//!
//! Tracked changes are accepted: what was deleted is left out, because its
//! text stands apart from the sentence it was part of, and nobody could find
//! half a name there.

use super::names::NAMESPACES;
use crate::format::markup::formula;
use crate::format::markup::given::is_given;
use crate::format::markup::rules::{Context, Role, Rule, Rules, is_unknown};
use crate::format::markup::scan::{Attribute, UNKNOWN};

/// For content, styles and settings.
pub(crate) const RULES: Rules = Rules {
    namespaces: NAMESPACES,
    tolerant: false,
    formula: formula::split_odf,
    role,
    rule,
};

/// As many blanks as `text:s` may stand for at once.
const BLANKS: &str = "                                                                ";

fn role(context: &Context<'_, '_>) -> Role {
    let (ns, name) = context.name();
    match ns {
        "text" => text_role(context, name),
        "table" => table_role(name),
        "office" => office_role(name),
        "draw" => draw_role(context, name),
        "config" => config_role(context, name),
        "dc" | "meta" | "loext" => person_role(ns, name),
        "svg" => match name {
            "title" | "desc" => Role::Own("alt text"),
            "font-face-src" | "font-face-uri" => Role::Drop,
            _ => Role::Pass,
        },
        "presentation" => match name {
            "header-decl" | "footer-decl" | "date-time-decl" => Role::Own("header"),
            "header" | "footer" | "date-time" => Role::Text,
            "sound" | "event-listener" => Role::Drop,
            _ => Role::Pass,
        },
        "form" if matches!(name, "connection-resource") => Role::Drop,
        "number" => Role::Own("number format"),
        "script" | "xforms" | "db" => Role::Drop,
        _ => Role::Pass,
    }
}

fn text_role(context: &Context<'_, '_>, name: &str) -> Role {
    match name {
        "p" | "h" => Role::TextBlock,
        "s" => {
            let n: usize = context.value("c").and_then(|v| v.parse().ok()).unwrap_or(1);
            Role::Char(BLANKS.get(..n).unwrap_or(BLANKS))
        }
        "tab" => Role::Char("\t"),
        "line-break" => Role::Char("\n"),
        "note-citation" | "ruby-text" | "label" => Role::Own("note"),
        "tracked-changes"
        | "change"
        | "change-start"
        | "change-end"
        | "section-source"
        | "script"
        | "dde-connection-decls"
        | "dde-connection"
        | "linenumbering-separator" => Role::Drop,
        // What holds paragraphs holds no text of its own.
        "soft-page-break" | "note" | "note-body" | "list" | "list-item" | "list-header"
        | "section" | "table-of-content" | "index-body" | "index-title" | "user-field-decls"
        | "variable-decls" | "sequence-decls" | "numbered-paragraph" => Role::Pass,
        _ => Role::Text,
    }
}

fn table_role(name: &str) -> Role {
    match name {
        "table" => Role::Table,
        "table-row" => Role::Row,
        "table-cell" | "covered-table-cell" => Role::Cell,
        "title" | "desc" => Role::Own("alt text"),
        "tracked-changes"
        | "scenario"
        | "data-pilot-tables"
        | "dde-links"
        | "cell-range-source"
        | "table-source"
        | "detective"
        | "consolidation"
        | "database-source-sql"
        | "database-source-table"
        | "database-source-query" => Role::Drop,
        _ => Role::Pass,
    }
}

fn office_role(name: &str) -> Role {
    match name {
        "meta" | "scripts" | "event-listeners" | "dde-source" => Role::Drop,
        "binary-data" => Role::Picture,
        _ => Role::Pass,
    }
}

fn draw_role(context: &Context<'_, '_>, name: &str) -> Role {
    let is_replacement = context
        .value("href")
        .is_some_and(|href| href.contains("ObjectReplacements"));
    match name {
        "object-ole"
        | "plugin"
        | "applet"
        | "param"
        | "floating-frame"
        | "contour-polygon-data" => Role::Drop,
        "image" if is_replacement => Role::Drop,
        _ => Role::Pass,
    }
}

/// Settings that are numbers say how a page is laid out; all others name
/// printers, sheets, people.
fn config_role(context: &Context<'_, '_>, name: &str) -> Role {
    match name {
        "config-item-map-named" => Role::Drop,
        "config-item" => match context.value("type") {
            Some("boolean" | "short" | "int" | "long" | "double") => Role::Mute,
            _ => Role::Drop,
        },
        _ => Role::Pass,
    }
}

fn person_role(ns: &str, name: &str) -> Role {
    match (ns, name) {
        ("dc", "creator") => Role::Replace("Autor"),
        ("dc" | "meta", "date" | "date-string") => Role::Replace("2000-01-01T00:00:00"),
        ("meta" | "loext", "creator-initials" | "sender-initials") => Role::Replace("A"),
        ("loext", "signatureline") => Role::Drop,
        ("loext", "p") => Role::TextBlock,
        _ => Role::Pass,
    }
}

fn rule(context: &Context<'_, '_>, attribute: &Attribute<'_>) -> Rule {
    let (ns, element) = context.name();
    let name = attribute.name;
    match attribute.ns {
        "xlink" => {
            return match name {
                "href" => Rule::Href,
                "title" => Rule::Words("link"),
                _ => Rule::Keep,
            };
        }
        "officeooo" if name.contains("rsid") => return Rule::Remove,
        "xhtml" => return Rule::Remove,
        UNKNOWN => return Rule::Unsure,
        _ => {}
    }
    if is_style_name(ns, element, attribute) {
        return Rule::Style;
    }
    by_name(context, attribute)
}

fn by_name(context: &Context<'_, '_>, attribute: &Attribute<'_>) -> Rule {
    let (ns, element) = context.name();
    match (attribute.ns, attribute.name) {
        ("office", "value" | "date-value" | "time-value" | "boolean-value" | "value-type")
        | ("calcext", "value-type")
            if ns == "table" && element.ends_with("table-cell") =>
        {
            Rule::Typed
        }
        ("office", "string-value" | "value" | "title")
        | (
            "text",
            "string-value-if-true" | "string-value-if-false" | "string-value" | "description",
        ) => Rule::Words("value"),
        ("office", "name") if ns != "office" => Rule::Words("link"),
        ("office", "target-frame-name") => Rule::Words("link"),
        ("table" | "style" | "text", "condition")
        | ("text", "formula")
        | ("calcext", "value" | "expression") => Rule::Words("condition"),
        (
            "table",
            "formula"
            | "expression"
            | "base-cell-address"
            | "cell-range-address"
            | "target-range-address"
            | "print-ranges"
            | "cell-address"
            | "end-cell-address"
            | "label-cell-range-address"
            | "data-cell-range-address"
            | "linked-cell"
            | "source-cell-range",
        )
        | ("form", "linked-cell" | "source-cell-range")
        | ("chart", "values-cell-range-address" | "label-cell-address")
        | ("calcext", "target-range-address" | "base-cell-address") => Rule::Formula,
        ("table" | "style" | "text", "protection-key") => Rule::Remove,
        ("style" | "draw", "display-name" | "name") if is_given(attribute.raw) => Rule::Keep,
        ("style" | "draw", "display-name") => Rule::Words("style"),
        (
            "form",
            "label" | "title" | "value" | "current-value" | "name" | "text" | "list-source",
        ) => Rule::Words("form field"),
        ("form", "command" | "datasource" | "href" | "filter" | "order") => Rule::Set(""),
        _ => by_element(context, attribute),
    }
}

fn by_element(context: &Context<'_, '_>, attribute: &Attribute<'_>) -> Rule {
    let (ns, element) = context.name();
    match (ns, element, attribute.name) {
        (
            "text",
            "bookmark"
            | "bookmark-start"
            | "bookmark-end"
            | "reference-mark"
            | "reference-mark-start"
            | "reference-mark-end",
            "name",
        )
        | ("text", "bookmark-ref" | "reference-ref", "ref-name")
        | ("office", "annotation" | "annotation-end", "name") => Rule::Mark,
        ("table", "table", "name") if context.parent == ("office", "spreadsheet") => Rule::Sheet,
        ("table", "named-range" | "named-expression" | "database-range", "name") => Rule::Defined,
        ("table", "filter-condition", "value") => Rule::Words("filter"),
        ("text", _, _) if is_field_text(element, attribute.name) => Rule::Words("field"),
        ("text", "note-citation", "label")
        | ("text", "label", "value")
        | (
            "text",
            "list-level-style-number" | "list-level-style-bullet",
            "num-prefix" | "num-suffix",
        ) => Rule::Words("numbering"),
        ("draw", "page", "name") | ("presentation", "show", "name" | "pages") => {
            Rule::Words("label")
        }
        ("draw" | "dr3d", _, "name") if !is_style(element) => Rule::Words("alt text"),
        ("table", "table", "name") => Rule::Words("table"),
        ("table", "content-validation" | "error-message" | "help-message", "title") => {
            Rule::Words("hint")
        }
        ("math", _, "alttext") => Rule::Words("alt text"),
        _ if is_unknown(context) => Rule::Unsure,
        ("style", "font-face", "name") | ("draw", "marker", "name") => Rule::Keep,
        _ => Rule::Loose,
    }
}

/// Whether an attribute of a field or an index entry is text.
fn is_field_text(element: &str, name: &str) -> bool {
    if element.starts_with("database-") {
        return matches!(name, "database-name" | "table-name" | "column-name");
    }
    if element.ends_with("-mark") || element.ends_with("-mark-start") {
        // All that a bibliography knows about a book, all keys of an index.
        return !matches!(
            name,
            "id" | "outline-level" | "main-entry" | "bibliography-type"
        );
    }
    let is_named = matches!(
        element,
        "user-field-decl"
            | "user-field-get"
            | "user-field-input"
            | "variable-decl"
            | "variable-set"
            | "variable-get"
            | "variable-input"
            | "sequence-decl"
            | "sequence"
            | "section"
            | "execute-macro"
            | "user-defined"
            | "drop-down"
            | "index-title"
            | "bibliography"
    );
    let is_index = element.ends_with("-index") || element == "table-of-content";
    (is_named || is_index) && matches!(name, "name" | "index-name")
}

/// Fills, gradients and dashes have names of their own kind.
fn is_style(element: &str) -> bool {
    matches!(
        element,
        "gradient"
            | "hatch"
            | "fill-image"
            | "opacity"
            | "marker"
            | "stroke-dash"
            | "layer"
            | "glue-point"
    )
}

/// Whether an attribute names a style, or refers to one.
fn is_style_name(ns: &str, element: &str, attribute: &Attribute<'_>) -> bool {
    let refers = attribute.name.ends_with("style-name")
        || matches!(
            attribute.name,
            "master-page-name" | "page-layout-name" | "page-master-name"
        );
    let names = attribute.ns == "style"
        && attribute.name == "name"
        && matches!(
            (ns, element),
            (
                "style",
                "style" | "master-page" | "page-layout" | "presentation-page-layout"
            ) | ("text", "list-style")
        );
    refers || names
}
