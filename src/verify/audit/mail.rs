//! Mail: fields that tell routes, programs and identifiers, text outside of the
//! parts, and parts that nobody can look into. Its own reader of headers and
//! boundaries: what it does not know it lists.

use base64::Engine;

use super::Audit;
use crate::document::Location;
use crate::error::Result;

/// Fields that a reader of the mail sees or that say how it is written. A name
/// in one of them is the sweep's business.
const SEEN: &str = "from to cc bcc reply-to sender return-path delivered-to envelope-to \
    x-original-to resent-from resent-to resent-cc resent-sender disposition-notification-to \
    errors-to mail-followup-to date resent-date subject thread-topic comments keywords \
    organization importance priority x-priority sensitivity auto-submitted precedence newsgroups \
    summary mime-version content-language content-description content-id content-location \
    content-base content-class content-transfer-encoding content-type content-disposition";

/// Parts that hold signatures, keys or containers of other programs.
const SEALED: &[&str] = &[
    "application/pgp-signature",
    "application/pgp-keys",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pkcs7-mime",
    "application/x-pkcs7-mime",
    "application/ms-tnef",
    "application/applefile",
    "message/partial",
    "message/external-body",
];

/// Parts in parts; real mails have under 20.
const MAX_DEPTH: u32 = 60;

/// Whether bytes start as a mail does.
pub(super) fn is_mail(bytes: &[u8]) -> bool {
    const FIRST: [&str; 13] = [
        "from:",
        "to:",
        "subject:",
        "received:",
        "return-path:",
        "mime-version:",
        "message-id:",
        "date:",
        "delivered-to:",
        "sender:",
        "reply-to:",
        "x-",
        "from ",
    ];
    let head = String::from_utf8_lossy(bytes.get(..4096).unwrap_or(bytes)).to_lowercase();
    let head = head.trim_start();
    let header = head.split("\n\n").next().unwrap_or_default();
    let header = header.split("\r\n\r\n").next().unwrap_or_default();
    let fields = header.lines().filter(|line| {
        ["from:", "to:", "subject:", "date:", "mime-version:"]
            .iter()
            .any(|name| line.starts_with(name))
    });
    FIRST.iter().any(|name| head.starts_with(name)) && fields.count() >= 2
}

/// Looks into a mail or a file of mails.
pub(super) fn look(audit: &mut Audit, bytes: &[u8], place: Location) -> Result<()> {
    let starts = messages(bytes);
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(bytes.len());
        let message = bytes.get(*start..end).unwrap_or_default();
        entity(audit, message, place, 0)?;
    }
    Ok(())
}

/// Where messages start, behind the line that stands before each in a folder.
fn messages(bytes: &[u8]) -> Vec<usize> {
    let mut out = Vec::new();
    let mut at = 0;
    let mut blank = true;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if blank && line.starts_with(b"From ") {
            out.push(at + line.len());
        }
        blank = line.trim_ascii().is_empty();
        at += line.len();
    }
    let start = bytes.len() - bytes.trim_ascii_start().len();
    if !bytes.trim_ascii_start().starts_with(b"From ") {
        return vec![start];
    }
    out
}

/// Header and body.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if line.trim_ascii().is_empty() {
            let body = bytes.get(at + line.len()..).unwrap_or_default();
            return (bytes.get(..at).unwrap_or_default(), body);
        }
        at += line.len();
    }
    (bytes, &[])
}

/// Names and values of the fields, unfolded.
fn fields(header: &[u8]) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for line in String::from_utf8_lossy(header).lines() {
        if line.starts_with([' ', '\t'])
            && let Some((_, value)) = out.last_mut()
        {
            value.push(' ');
            value.push_str(line.trim());
        } else if let Some((name, value)) = line.split_once(':') {
            out.push((name.trim().to_lowercase(), value.trim().to_owned()));
        } else if !line.trim().is_empty() {
            out.push((String::new(), line.to_owned()));
        }
    }
    out
}

fn entity(audit: &mut Audit, bytes: &[u8], place: Location, depth: u32) -> Result<()> {
    if depth > MAX_DEPTH {
        return Ok(());
    }
    let (header, body) = split(bytes);
    let fields = fields(header);
    for (name, _) in &fields {
        if !SEEN.split_whitespace().any(|seen| seen == name) {
            audit.leftover_at(143, place);
        } else if name == "bcc" {
            audit.present(142, place);
        }
    }
    let value = |wanted: &str| {
        let field = fields.iter().find(|(name, _)| name == wanted);
        field.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let kind = value("content-type");
    let media = kind.split(';').next().unwrap_or_default().trim();
    let media = media.to_lowercase();
    if SEALED.contains(&media.as_str()) && !body.trim_ascii().is_empty() {
        audit.leftover_at(147, place);
        return Ok(());
    }
    if media.starts_with("multipart/") {
        if let Some(boundary) = parameter(kind, "boundary") {
            return parts(audit, body, &boundary, place, depth);
        }
        return Ok(());
    }
    let coding = value("content-transfer-encoding").to_lowercase();
    let content = decoded(body, &coding);
    if media == "message/rfc822" {
        return entity(audit, &content, place, depth + 1);
    }
    let extension = match media.as_str() {
        "text/html" | "application/xhtml+xml" => "html",
        "text/rtf" | "application/rtf" => "rtf",
        "text/calendar" | "text/vcard" | "text/x-vcard" => "ics",
        _ => "",
    };
    let known = audit.look_as(&content, extension, place)?.is_some();
    // Old encodings of Japanese hold control signs and are text.
    if !known && !media.starts_with("text/") && !super::super::is_text(&content) {
        audit.leftover_at(147, place);
    }
    Ok(())
}

fn parts(
    audit: &mut Audit,
    body: &[u8],
    boundary: &str,
    place: Location,
    depth: u32,
) -> Result<()> {
    let (open, close) = (format!("--{boundary}"), format!("--{boundary}--"));
    let (mut at, mut from, mut is_open, mut number) = (0, 0, false, 0);
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end();
        let mark = text == open || text == close;
        if mark {
            let before = body.get(from..at).unwrap_or_default();
            if is_open {
                number += 1;
                entity(audit, before, place.paragraph(number), depth + 1)?;
            } else {
                outside(audit, before, place);
            }
            from = at + line.len();
            is_open = text == open;
        }
        at += line.len();
    }
    let rest = body.get(from..).unwrap_or_default();
    if is_open {
        return entity(audit, rest, place.paragraph(number + 1), depth + 1);
    }
    outside(audit, rest, place);
    Ok(())
}

/// Text that no program shows.
fn outside(audit: &mut Audit, text: &[u8], place: Location) {
    if !text.trim_ascii().is_empty() {
        audit.leftover_at(149, place);
    }
}

fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let wanted = key.trim().eq_ignore_ascii_case(name);
        wanted.then(|| value.trim().trim_matches('"').to_owned())
    })
}

fn decoded(body: &[u8], coding: &str) -> Vec<u8> {
    match coding {
        "base64" => {
            let letters: Vec<u8> = body
                .iter()
                .copied()
                .filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
                .collect();
            let whole = letters.len() - usize::from(letters.len() % 4 == 1);
            base64::engine::general_purpose::STANDARD_NO_PAD
                .decode(letters.get(..whole).unwrap_or_default())
                .unwrap_or_default()
        }
        "quoted-printable" => quoted_printable(body),
        _ => body.to_vec(),
    }
}

fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'=' {
            out.push(*first);
        } else if let Some(tail) = rest.strip_prefix(b"\r\n").or(rest.strip_prefix(b"\n")) {
            rest = tail;
        } else if let Some(two) = rest.get(..2)
            && let Some(byte) = std::str::from_utf8(two)
                .ok()
                .and_then(|digits| u8::from_str_radix(digits, 16).ok())
        {
            out.push(byte);
            rest = rest.get(2..).unwrap_or_default();
        } else {
            out.push(b'=');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channels(text: &str) -> Vec<u16> {
        let mut audit = Audit::default();
        assert!(is_mail(text.as_bytes()), "{text}");
        look(&mut audit, text.as_bytes(), Location::new("file")).unwrap();
        audit.leftovers().map(|trace| trace.channel).collect()
    }

    #[test]
    fn routes_sealed_parts_and_text_outside_are_told() {
        let clean = "From: a@b.example\r\nSubject: x\r\n\r\nReceived: text\r\n";
        assert!(channels(clean).is_empty());
        assert_eq!(channels(&format!("X-Mailer: y\r\n{clean}")), [143]);
        let parts = |before: &str, part: &str| {
            format!(
                "From: a@b.example\nTo: c@d.example\nContent-Type: multipart/mixed; boundary=\"q\"\n\n\
                 {before}--q\n\nText\n--q\n{part}\n--q--\n"
            )
        };
        assert!(channels(&parts("", "Content-Type: text/plain\n\nb")).is_empty());
        assert_eq!(
            channels(&parts("Max was here\n", "Content-Type: text/plain\n\nb")),
            [149]
        );
        let sealed = "Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\nQUFB";
        assert_eq!(channels(&parts("", sealed)), [147]);
        let page = "Content-Type: text/html\n\n<html><script>max()</script></html>";
        assert_eq!(channels(&parts("", page)), [158]);
        let folder = format!("From x\n{clean}\n\nFrom y\nX-A: b\n{clean}");
        assert_eq!(channels(&folder), [143]);
    }
}
