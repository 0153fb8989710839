//! Writes a mail from its parts, for messages that were none.

use super::transfer::{Transfer, in_words};

/// A part of the mail that is written.
pub(super) struct Part {
    header: String,
    body: Vec<u8>,
    pub(super) is_text: bool,
    is_message: bool,
}

impl Part {
    pub(super) fn text(media: &str, body: Vec<u8>) -> Self {
        Self {
            header: format!("Content-Type: {media}\r\n"),
            body,
            is_text: true,
            is_message: false,
        }
    }

    pub(super) fn message(body: Vec<u8>) -> Self {
        Self {
            header: "Content-Type: message/rfc822\r\n".to_owned(),
            body,
            is_text: false,
            is_message: true,
        }
    }

    pub(super) fn file(media: &str, name: &str, body: Vec<u8>, id: Option<String>) -> Self {
        let name: String = name
            .chars()
            .map(|c| {
                if c.is_control() || c == '"' || c == '\\' {
                    '_'
                } else {
                    c
                }
            })
            .collect();
        let mut header = format!(
            "Content-Type: {media}\r\nContent-Disposition: attachment; filename=\"{}\"\r\n",
            in_words(&name)
        );
        if let Some(id) = id {
            line(
                &mut header,
                "Content-ID",
                &[format!("<{}>", in_words(id.trim_matches(['<', '>'])))],
            );
        }
        Self {
            header,
            body,
            is_text: false,
            is_message: false,
        }
    }

    fn write(&self, out: &mut String) {
        out.push_str(&self.header);
        if self.is_message {
            out.push_str("\r\n");
            out.push_str(&String::from_utf8_lossy(&self.body));
            return;
        }
        out.push_str("Content-Transfer-Encoding: base64\r\n\r\n");
        let coded = Transfer::Base64.encode(&self.body, "\r\n");
        out.push_str(&String::from_utf8_lossy(&coded));
    }
}

/// Texts as alternatives of each other, then everything else.
pub(super) fn write_parts(out: &mut String, parts: &[Part], depth: u32) {
    let texts: Vec<&Part> = parts.iter().filter(|part| part.is_text).collect();
    if let [only] = parts {
        only.write(out);
        return;
    }
    if parts.is_empty() {
        out.push_str("Content-Type: text/plain; charset=utf-8\r\n\r\n");
        return;
    }
    let (outer, inner) = (format!("part-{depth}"), format!("text-{depth}"));
    out.push_str(&format!(
        "Content-Type: multipart/mixed; boundary=\"{outer}\"\r\n\r\n"
    ));
    if let [_, _, ..] = texts.as_slice() {
        out.push_str(&format!(
            "--{outer}\r\nContent-Type: multipart/alternative; boundary=\"{inner}\"\r\n\r\n"
        ));
        for text in &texts {
            out.push_str(&format!("--{inner}\r\n"));
            text.write(out);
        }
        out.push_str(&format!("--{inner}--\r\n"));
    }
    let rest = parts.iter().filter(|part| !part.is_text || texts.len() < 2);
    for part in rest {
        out.push_str(&format!("\r\n--{outer}\r\n"));
        part.write(out);
    }
    out.push_str(&format!("\r\n--{outer}--\r\n"));
}

pub(super) fn line(out: &mut String, name: &str, values: &[String]) {
    let values: Vec<&str> = values
        .iter()
        .map(String::as_str)
        .filter(|value| !value.trim().is_empty())
        .collect();
    if !values.is_empty() {
        out.push_str(&format!(
            "{name}: {}\r\n",
            values.join(",\r\n ").replace('\0', "")
        ));
    }
}

pub(super) fn mailbox(name: &str, address: &str) -> String {
    let clean = |text: &str| {
        text.replace(['\r', '\n', '"', '<', '>', '\\', '\0'], " ")
            .trim()
            .to_owned()
    };
    let (name, address) = (clean(name), clean(address));
    let shown = if name.is_ascii() {
        format!("\"{name}\"")
    } else {
        in_words(&name)
    };
    match (name.is_empty() || name == address, address.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!("<{address}>"),
        (false, true) => shown,
        (false, false) => format!("{shown} <{address}>"),
    }
}

/// A time of Windows (100 ns since 1601) as a mail's date.
pub(super) fn date(ticks: u64) -> Option<String> {
    const TO_1970: i64 = 11_644_473_600;
    let seconds = i64::try_from(ticks / 10_000_000)
        .ok()?
        .checked_sub(TO_1970)?;
    let time = jiff::Timestamp::from_second(seconds).ok()?;
    Some(
        jiff::tz::TimeZone::UTC
            .to_datetime(time)
            .strftime("%a, %d %b %Y %H:%M:%S +0000")
            .to_string(),
    )
}
