//! What elements and attributes mean in the parts that Word, Excel and
//! Office's slide program share: drawings, pictures, charts, diagrams, VML, themes.

use super::names::NAMESPACES;
use crate::format::markup::formula;
use crate::format::markup::given::is_given;
use crate::format::markup::rules::{Context, Role, Rule, Rules, is_unknown};
use crate::format::markup::scan::{Attribute, UNKNOWN};

/// For parts of their own: charts, diagrams, drawings, themes.
pub(crate) const RULES: Rules = Rules {
    namespaces: NAMESPACES,
    tolerant: false,
    formula: formula::split,
    role,
    rule,
};

/// What a shared element means.
pub(crate) fn role(context: &Context<'_, '_>) -> Role {
    match context.name() {
        ("a", "p") => Role::Block,
        ("a" | "m", "t") => Role::SpacedText,
        ("a", "br") => Role::Char("\n"),
        ("a", "tab") if context.parent.1 != "tabLst" => Role::Char("\t"),
        ("a", "tbl") => Role::Table,
        ("a", "tr") => Role::Row,
        ("a", "tc") => Role::Cell,
        ("mc", "Fallback") => Role::Repeat,
        ("c" | "cx", "v") | ("cx", "pt") => Role::Own("chart value"),
        ("c" | "cx" | "xm", "f") | ("c15", "f" | "sqref") => Role::Formula,
        ("c", "formatCode") => Role::Own("number format"),
        (
            "wp" | "wp14",
            "posOffset" | "align" | "pctWidth" | "pctHeight" | "pctPosHOffset" | "pctPosVOffset",
        )
        | ("xdr" | "cdr", "col" | "colOff" | "row" | "rowOff" | "x" | "y") => Role::Mute,
        // Ids that tie versions of a file together, sound and film.
        ("o", "signatureline")
        | ("a14", "imgProps")
        | ("w14", "contentPart")
        | ("p14", "contentPart" | "creationId" | "modId")
        | ("a16", "creationId")
        | ("vx", _)
        | ("c15", "datalabelsRange")
        | ("a", "videoFile" | "audioFile" | "wavAudioFile" | "quickTimeFile" | "audioCd" | "snd") => {
            Role::Drop
        }
        _ => Role::Pass,
    }
}

/// Whether a program made a name up.
fn is_made_up(element: &str, attribute: &Attribute<'_>) -> bool {
    match (element, attribute.name) {
        ("docPr" | "cNvPr", "name") | ("tblStyle", "styleName") => is_given(attribute.raw),
        ("OLEObject" | "oleObj" | "oleObject", "ProgID" | "progId") => is_program(attribute.raw),
        _ => false,
    }
}

/// Whether a value names a program that embeds documents: `Excel.Sheet.12`.
fn is_program(id: &str) -> bool {
    const PROGRAMS: [&str; 12] = [
        "excel",
        "word",
        "powerpoint",
        "visio",
        "package",
        "acroexch",
        "equation",
        "opendocument",
        "soffice",
        "mspaint",
        "paint",
        "paintbrush",
    ];
    const KINDS: [&str; 16] = [
        "sheet",
        "sheetmacroenabled",
        "sheetbinarymacroenabled",
        "chart",
        "document",
        "documentmacroenabled",
        "template",
        "templatemacroenabled",
        "show",
        "slide",
        "slidemacroenabled",
        "drawing",
        "picture",
        "dsmt4",
        "",
        "presentation",
    ];
    let id = id.to_ascii_lowercase();
    let mut steps = id.split('.');
    let program = steps.next().unwrap_or_default();
    PROGRAMS.contains(&program)
        && steps.all(|s| KINDS.contains(&s) || s.bytes().all(|b| b.is_ascii_digit()))
}

/// What becomes of a shared attribute.
pub(crate) fn rule(context: &Context<'_, '_>, attribute: &Attribute<'_>) -> Rule {
    let (ns, element) = context.name();
    match (ns, element, attribute.name) {
        _ if is_made_up(element, attribute) => Rule::Keep,
        (
            "wp" | "pic" | "p" | "xdr" | "wps" | "wpg" | "wpc" | "cdr" | "dsp" | "a" | "lc" | "dgm",
            "docPr" | "cNvPr",
            "descr" | "title" | "name",
        )
        | ("v", _, "alt" | "title" | "href" | "target")
        | ("x", "objectPr", "altText") => Rule::Words("alt text"),
        ("a", "hlinkClick" | "hlinkHover" | "hlinkMouseOver", "tooltip" | "tgtFrame") => {
            Rule::Words("link")
        }
        ("a", "hlinkClick" | "hlinkHover" | "hlinkMouseOver", "invalidUrl")
        | ("x", "objectPr", "macro") => Rule::Set(""),
        ("a", "hlinkClick" | "hlinkHover" | "hlinkMouseOver", "action")
            if ["file", "program", "macro", "pres?"]
                .iter()
                .any(|w| attribute.raw.contains(w)) =>
        {
            Rule::Set("ppaction://noaction")
        }
        (
            "a",
            "theme" | "clrScheme" | "fontScheme" | "fmtScheme" | "objectDefaults" | "custClr",
            "name",
        )
        | ("thm15", "themeFamily", "name") => Rule::Words("theme"),
        ("dgm" | "dsp", "title" | "desc" | "cat", "val") => Rule::Words("diagram"),
        ("a", "tblStyle", "styleName") => Rule::Words("style"),
        ("v", "textpath", "string") => Rule::Words("word art"),
        (_, "OLEObject" | "oleObj" | "oleObject", "ProgID" | "progId" | "name" | "link") => {
            Rule::Words("object")
        }
        ("v", _, "id") => Rule::Words("shape"),
        ("v", _, "gfxdata") => Rule::Remove,
        ("c" | "cx", _, "formatCode") | ("cx", "dataLabel" | "data", "name") => {
            Rule::Words("chart value")
        }
        _ if is_unknown(context) || attribute.ns == UNKNOWN => Rule::Unsure,
        ("m", "mathFont", "val") => Rule::Keep,
        _ => Rule::Loose,
    }
}
