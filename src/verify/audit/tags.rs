//! A reader of tags that never fails: whatever looks like one is one. Names
//! come without their prefix, values decoded.

use super::super::markup::unescape;

/// One thing in a text of tags.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item<'a> {
    /// An element opens.
    Open(Tag<'a>),
    /// Text between tags, decoded.
    Text(String),
    /// A comment or a processing instruction that is no declaration.
    Remark(&'a str),
    /// `<!DOCTYPE …>`.
    Doctype,
}

/// An opening tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// Its name without prefix.
    pub(super) name: &'a str,
    /// Its prefix.
    pub(super) prefix: &'a str,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// Names (with prefix) and values of its attributes.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'a str, String)> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            let (name, after) = rest.split_once('=')?;
            let after = after.trim_start();
            let quote = after.chars().next()?;
            let inner = after.get(quote.len_utf8()..)?;
            let (value, tail) = inner.split_once(quote)?;
            rest = tail;
            Some((name.trim(), unescape(value)))
        })
    }

    /// The value of an attribute, whatever its prefix.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        self.attributes()
            .find(|(own, _)| own.rsplit(':').next() == Some(name))
            .map(|(_, value)| value)
    }

    /// Whether an attribute switches something on: missing or a value that means yes.
    pub(super) fn is_on(&self) -> bool {
        self.value("val")
            .is_none_or(|value| !matches!(value.as_str(), "0" | "false" | "off"))
    }
}

/// Reads a text of tags from front to back.
pub(super) fn items(text: &str) -> impl Iterator<Item = Item<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            if rest.is_empty() {
                return None;
            }
            let Some(after) = rest.strip_prefix('<') else {
                let end = rest.find('<').unwrap_or(rest.len());
                let (data, tail) = rest.split_at(end);
                rest = tail;
                return Some(Item::Text(unescape(data)));
            };
            if let Some(inner) = after.strip_prefix("!--") {
                return Some(Item::Remark(cut(&mut rest, inner, "-->")));
            }
            if let Some(inner) = after.strip_prefix("![CDATA[") {
                return Some(Item::Text(cut(&mut rest, inner, "]]>").to_owned()));
            }
            if let Some(inner) = after.strip_prefix('?') {
                let said = cut(&mut rest, inner, "?>");
                if said.starts_with("xml ") || said.starts_with("mso-application") {
                    continue;
                }
                return Some(Item::Remark(said));
            }
            let inner = cut(&mut rest, after, ">");
            if inner.starts_with("!DOCTYPE") {
                return Some(Item::Doctype);
            }
            if inner.starts_with(['/', '!']) {
                continue;
            }
            let inner = inner.trim_end_matches('/');
            let end = inner.find(char::is_whitespace).unwrap_or(inner.len());
            let (name, attributes) = inner.split_at(end);
            let (prefix, name) = name.split_once(':').unwrap_or(("", name));
            return Some(Item::Open(Tag {
                name,
                prefix,
                attributes,
            }));
        }
    })
}

/// What stands before an end; goes on behind it.
fn cut<'a>(rest: &mut &'a str, inner: &'a str, end: &str) -> &'a str {
    let (before, after) = inner.split_once(end).unwrap_or((inner, ""));
    *rest = after;
    before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_texts_and_remarks_are_told_apart() {
        let text = "<?xml version='1.0'?><!-- n --><w:p w:a=\"1 &amp; 2\" b='x'/>t<![CDATA[<c>]]></w:p><?p q?>";
        let all: Vec<_> = items(text).collect();
        let Item::Open(tag) = &all[1] else {
            panic!("{all:?}")
        };
        assert_eq!((tag.prefix, tag.name), ("w", "p"));
        assert_eq!(tag.value("a").as_deref(), Some("1 & 2"));
        assert_eq!(tag.value("b").as_deref(), Some("x"));
        assert_eq!(all[0], Item::Remark(" n "));
        assert_eq!(
            all[2..],
            [
                Item::Text("t".into()),
                Item::Text("<c>".into()),
                Item::Remark("p q")
            ]
        );
    }

    #[test]
    fn what_is_broken_ends() {
        for text in [
            "<",
            "<a",
            "<a b",
            "<a b=",
            "<!--",
            "<?",
            "a<b c='",
            "<![CDATA[",
        ] {
            assert!(items(text).count() < 4, "{text}");
        }
    }
}
