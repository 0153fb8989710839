//! Web pages, RTF, cards and events: code, embedded data, and what describes
//! the file beside its text.

use super::Audit;
use super::tags::{Item, items};
use crate::document::Location;

/// Ignorable groups of RTF that are text or formatting.
const RTF_SEEN: &str = "fldinst ud cs ts ds listtable listoverridetable listpicture defchp defpap \
    nesttableprops shpinst footnote pnseclvl pn pntxta pntxtb colorschememapping";
/// Groups of RTF that hold data beside the text.
const RTF_BESIDE: &str = "info object objdata datafield private annotation atnid atnauthor \
    bkmkstart bkmkend nonshppict pict shppict xe tc listname filetbl revtbl themedata datastore \
    latentstyles";

/// What kind of text this is, if it is one of these.
pub(super) fn kind(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"{\\rtf") {
        return Some("rtf");
    }
    let head = bytes.get(..1024).unwrap_or(bytes).to_ascii_lowercase();
    let has = |mark: &[u8]| memchr::memmem::find(&head, mark).is_some();
    if head.trim_ascii_start().starts_with(b"begin:v") {
        return Some("card");
    }
    let tagged = head.trim_ascii_start().starts_with(b"<") || head.starts_with(b"\xEF\xBB\xBF<");
    if tagged && (has(b"<html") || has(b"<!doctype html") || has(b"<body")) {
        return Some("page");
    }
    None
}

/// Looks into a text of such a kind.
pub(super) fn look(audit: &mut Audit, bytes: &[u8], kind: &str, place: Location) {
    match kind {
        "rtf" => rtf(audit, bytes, place),
        "card" => card(audit, bytes, place),
        _ => page(audit, &String::from_utf8_lossy(bytes), place),
    }
}

fn page(audit: &mut Audit, text: &str, place: Location) {
    let mut inside = "";
    let mut json = false;
    for item in items(text) {
        match item {
            Item::Open(tag) => {
                inside = tag.name;
                json = tag.value("type").is_some_and(|kind| kind.contains("json"));
                for (name, value) in tag.attributes() {
                    let start = value.trim_start().to_ascii_lowercase();
                    let code = name.len() > 4
                        && name
                            .get(..2)
                            .is_some_and(|on| on.eq_ignore_ascii_case("on"))
                        && !value.is_empty();
                    let schemes = ["javascript:", "vbscript:", "data:"];
                    if code || schemes.iter().any(|scheme| start.starts_with(scheme)) {
                        audit.leftover_at(158, place);
                    }
                    if name.eq_ignore_ascii_case("style") && value.contains("/*") {
                        audit.leftover_at(158, place);
                    }
                }
            }
            Item::Text(text) => {
                let code = inside.eq_ignore_ascii_case("script") && !json;
                let style = inside.eq_ignore_ascii_case("style")
                    && (text.contains("/*") || text.contains("data:"));
                if (code && !text.trim().is_empty()) || style {
                    audit.leftover_at(158, place);
                }
                inside = "";
            }
            Item::Remark(said) => {
                // What Outlook reads of a page is a page.
                if let Some((_, inner)) = said.split_once("]>").filter(|_| said.contains("[if")) {
                    page(audit, inner, place);
                } else if !said.trim().is_empty() {
                    audit.present(145, place);
                }
            }
            Item::Doctype => {}
        }
    }
}

fn rtf(audit: &mut Audit, bytes: &[u8], place: Location) {
    let listed = |list: &str, name: &str| list.split_whitespace().any(|word| word == name);
    for at in memchr::memchr_iter(b'{', bytes) {
        let escaped = at
            .checked_sub(1)
            .and_then(|before| bytes.get(before))
            .is_some_and(|before| *before == b'\\');
        let rest = bytes.get(at + 1..).unwrap_or_default().trim_ascii_start();
        let ignorable = rest.strip_prefix(b"\\*").map(<[u8]>::trim_ascii_start);
        let Some(word) = ignorable.unwrap_or(rest).strip_prefix(b"\\") else {
            continue;
        };
        let n = word
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let name = std::str::from_utf8(word.get(..n).unwrap_or_default()).unwrap_or_default();
        let unknown = ignorable.is_some() && !listed(RTF_SEEN, name);
        if !escaped && n > 0 && (unknown || listed(RTF_BESIDE, name)) {
            audit.leftover_at(157, place);
        }
    }
    // One closing brace ends the file.
    let end = bytes.iter().rposition(|byte| *byte == b'}');
    let behind = end.and_then(|end| bytes.get(end + 1..)).unwrap_or_default();
    if behind
        .iter()
        .any(|byte| !byte.is_ascii_whitespace() && *byte != 0)
    {
        audit.leftover_at(157, place);
    }
}

/// Pictures, sounds, keys and files in lines of a card or an event.
fn card(audit: &mut Audit, bytes: &[u8], place: Location) {
    for line in String::from_utf8_lossy(bytes).lines() {
        let upper = line.to_ascii_uppercase();
        let name = upper.split([':', ';']).next().unwrap_or_default();
        let name = name.rsplit('.').next().unwrap_or_default();
        let value = line.split_once(':').map_or("", |(_, value)| value.trim());
        let address = ["http:", "https:"]
            .iter()
            .any(|start| value.starts_with(start));
        let file = matches!(
            name,
            "PHOTO" | "LOGO" | "SOUND" | "KEY" | "ATTACH" | "IMAGE"
        );
        if file && !address && !value.is_empty() {
            audit.leftover_at(148, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channels(text: &str) -> Vec<u16> {
        let mut audit = Audit::default();
        let kind = kind(text.as_bytes()).unwrap();
        look(&mut audit, text.as_bytes(), kind, Location::new("file"));
        audit.leftovers().map(|trace| trace.channel).collect()
    }

    #[test]
    fn code_and_embedded_data_are_told() {
        assert!(channels("<html><body onx=''><p>a<script></script></html>").is_empty());
        let json = "<html><script type='application/ld+json'>{\"a\":1}</script>";
        assert!(channels(json).is_empty());
        for page in [
            "<html><script>max()</script>",
            "<html><p onclick=\"max()\">",
            "<html><img src=\"data:image/png;base64,AAAA\">",
            "<html><style>/* max */ p {}</style>",
            "<html><!--[if mso]><script>max()</script><![endif]-->",
        ] {
            assert_eq!(channels(page), [158], "{page}");
        }
        assert!(channels("{\\rtf1 {\\b Text} \\{\\info\\}}\n").is_empty());
        for text in [
            "{\\rtf1 {\\info{\\author Max}}}",
            "{\\rtf1 {\\*\\revtbl {Max;}}}",
            "{\\rtf1 {\\*\\nobody Max}}",
            "{\\rtf1 a} Max",
        ] {
            assert_eq!(channels(text), [157], "{text}");
        }
        assert_eq!(
            channels("BEGIN:VCARD\nPHOTO;ENCODING=b:AAAA\nEND:VCARD"),
            [148]
        );
        assert!(channels("BEGIN:VCARD\nFN:Max\nEND:VCARD").is_empty());
    }
}
