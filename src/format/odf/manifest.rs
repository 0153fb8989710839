//! The list of parts in an ODF package, with nothing in it but the parts that
//! stay: a line for each of them, with its type.

use super::names::NAMESPACES;
use crate::error::Result;
use crate::format::markup::piece::{Codec, Text};
use crate::format::markup::scan::{Attribute, Tag};
use crate::format::markup::splice::{Splice, escape};
use crate::format::markup::{broken, lists};

/// Types of parts that programs write.
const TYPES: [&str; 6] = [
    "application/vnd.oasis.opendocument.",
    "application/vnd.sun.star.",
    "application/x-openoffice-",
    "application/rdf+xml",
    "text/",
    "image/",
];

/// The splices that clean a manifest, given the new name of each part that
/// stays.
///
/// # Errors
/// If it is not well-formed or has lines without a path.
pub(super) fn cleaned(
    text: &str,
    mut new_name: impl FnMut(&str) -> Option<String>,
) -> Result<Vec<Splice>> {
    lists::cleaned(text, NAMESPACES, |tag, attributes, fixed| {
        line(tag, attributes, &mut new_name, fixed)
    })
}

/// Cleans one start tag; `false` if its element goes.
fn line(
    tag: &Tag<'_>,
    attributes: &[Attribute<'_>],
    new_name: &mut impl FnMut(&str) -> Option<String>,
    fixed: &mut Vec<Splice>,
) -> Result<bool> {
    match tag.name {
        "manifest" => {}
        "file-entry" => {
            let path = attributes.iter().find(|a| a.name == "full-path");
            let path = path.ok_or_else(|| broken("the manifest cannot be read"))?;
            let name = Text::of_attribute(path)?.text;
            let Some(new) = new_name(&name) else {
                return Ok(false);
            };
            if new != name {
                fixed.push(set(path, &new)?);
            }
        }
        _ => return Ok(false),
    }
    for attribute in attributes {
        let raw = attribute.raw;
        let stays = match attribute.name {
            "full-path" => tag.name == "file-entry",
            "version" => raw.bytes().all(|b| b.is_ascii_digit() || b == b'.'),
            // Only decryption needs it, and it is another one after an edit.
            "size" | "preferred-view-mode" => false,
            "media-type" => {
                if !raw.is_empty() && !TYPES.iter().any(|known| raw.starts_with(known)) {
                    fixed.push(set(attribute, "")?);
                }
                true
            }
            _ => attribute.ns == "xml",
        };
        if !stays {
            fixed.push(Splice::cut(attribute.start, attribute.end));
        }
    }
    Ok(true)
}

fn set(attribute: &Attribute<'_>, value: &str) -> Result<Splice> {
    Ok(Splice {
        start: attribute.value_start,
        end: attribute.value_start + attribute.raw.len(),
        with: escape(Codec::Attribute, &[value])?,
    })
}
