//! One change to an ONNX file before it is loaded: attention without a mask.
//!
//! The mask tells padding from text. This program runs one window a call,
//! without padding, so that the mask is all ones; the engine still looks it up
//! for every pair of tokens, which costs some six percent of the time. Removing
//! an input from a node would move every byte behind it, 39 MB, so the input's
//! field is renamed instead: what was `input` becomes `doc_string`, which is as
//! long and means nothing. A mask that does not come straight from the graph's
//! `attention_mask` stays.

use std::ops::Range;

/// The tag of a node's `doc_string`: field 6, length-delimited.
const DOC_STRING: u8 = 6 << 3 | 2;
/// Which input of `MultiHeadAttention` is the mask of the keys; it must be the last.
const MASK: usize = 4;

/// A length-delimited field of a message.
struct Field {
    number: u64,
    /// Where its tag is; one byte for the fields of interest here.
    tag: usize,
    content: Range<usize>,
}

/// A node of the graph.
#[derive(Default)]
struct Node<'b> {
    operator: &'b [u8],
    inputs: Vec<(usize, &'b [u8])>,
    output: &'b [u8],
}

/// Where the tags of the masks are; empty if there is nothing to change, or if
/// this is no ONNX file (which loading it will say).
pub(super) fn masks(bytes: &[u8]) -> Vec<usize> {
    find(bytes).unwrap_or_default()
}

/// Takes the masks out.
pub(super) fn remove(bytes: &mut [u8], masks: &[usize]) {
    for tag in masks {
        if let Some(byte) = bytes.get_mut(*tag) {
            *byte = DOC_STRING;
        }
    }
}

fn find(bytes: &[u8]) -> Option<Vec<usize>> {
    let graph = fields(bytes, 0..bytes.len())?
        .into_iter()
        .find(|field| field.number == 7)?;
    let mut nodes = Vec::new();
    for field in fields(bytes, graph.content)? {
        if field.number == 1 {
            nodes.push(node(bytes, field.content)?);
        }
    }
    let is_padding = |name: &[u8]| {
        let cast = |node: &Node<'_>| {
            let of: Vec<&[u8]> = node.inputs.iter().map(|(_, input)| *input).collect();
            node.output == name && node.operator == b"Cast" && of == [b"attention_mask"]
        };
        name == b"attention_mask" || nodes.iter().any(cast)
    };
    let mask = |node: &Node<'_>| match node.inputs.get(MASK) {
        Some((tag, name)) if node.inputs.len() == MASK + 1 && is_padding(name) => Some(*tag),
        _ => None,
    };
    let attention = nodes
        .iter()
        .filter(|node| node.operator == b"MultiHeadAttention");
    Some(attention.filter_map(mask).collect())
}

fn node(bytes: &[u8], range: Range<usize>) -> Option<Node<'_>> {
    let mut node = Node::default();
    for field in fields(bytes, range)? {
        let content = bytes.get(field.content)?;
        match field.number {
            1 => node.inputs.push((field.tag, content)),
            2 if node.output.is_empty() => node.output = content,
            4 => node.operator = content,
            _ => {}
        }
    }
    Some(node)
}

/// The length-delimited fields of a message; `None` if it is none.
fn fields(bytes: &[u8], message: Range<usize>) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    let mut at = message.start;
    while at < message.end {
        let tag = at;
        let (key, next) = varint(bytes, at)?;
        at = match key & 7 {
            0 => varint(bytes, next)?.1,
            1 => next.checked_add(8)?,
            5 => next.checked_add(4)?,
            2 => {
                let (length, start) = varint(bytes, next)?;
                let end = start.checked_add(usize::try_from(length).ok()?)?;
                fields.push(Field {
                    number: key >> 3,
                    tag,
                    content: start..end,
                });
                end
            }
            _ => return None,
        };
        if at > message.end {
            return None;
        }
    }
    Some(fields)
}

/// A number of seven bits a byte, and where it ends.
fn varint(bytes: &[u8], mut at: usize) -> Option<(u64, usize)> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(at)?;
        at += 1;
        value |= u64::from(byte & 0x7F).checked_shl(shift)?;
        if byte < 0x80 {
            return Some((value, at));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn model() -> Vec<u8> {
        let home = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("ner-models");
        std::fs::read(home.join("model.onnx")).unwrap()
    }

    #[test]
    fn every_layer_of_the_default_model_loses_its_mask() {
        let mut bytes = model();
        let tags = masks(&bytes);
        assert_eq!(tags.len(), 9);
        for tag in &tags {
            assert_eq!(&bytes[*tag..tag + 6], b"\x0A\x04mask");
        }
        remove(&mut bytes, &tags);
        assert!(masks(&bytes).is_empty());
    }

    /// A message field with content.
    fn field(number: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![number << 3 | 2, u8::try_from(content.len()).unwrap()];
        bytes.extend(content);
        bytes
    }

    fn graph(nodes: &[(&str, &[&str], &str)]) -> Vec<u8> {
        let node = |(operator, inputs, output): &(&str, &[&str], &str)| {
            let mut node: Vec<u8> = Vec::new();
            for input in *inputs {
                node.extend(field(1, input.as_bytes()));
            }
            node.extend(field(2, output.as_bytes()));
            node.extend(field(4, operator.as_bytes()));
            field(1, &node)
        };
        field(7, &nodes.iter().flat_map(node).collect::<Vec<u8>>())
    }

    #[test]
    fn only_a_mask_of_padding_goes() {
        let attention: &[&str] = &["q", "k", "v", "", "m"];
        let count = |nodes: &[(&str, &[&str], &str)]| masks(&graph(nodes)).len();
        let cast: (&str, &[&str], &str) = ("Cast", &["attention_mask"], "m");
        assert_eq!(count(&[cast, ("MultiHeadAttention", attention, "y")]), 1);
        let direct: &[&str] = &["q", "k", "v", "", "attention_mask"];
        assert_eq!(count(&[("MultiHeadAttention", direct, "y")]), 1);
        let other: (&str, &[&str], &str) = ("Trilu", &["attention_mask"], "m");
        assert_eq!(count(&[other, ("MultiHeadAttention", attention, "y")]), 0);
        let biased: &[&str] = &["q", "k", "v", "", "m", "bias"];
        assert_eq!(count(&[cast, ("MultiHeadAttention", biased, "y")]), 0);
        assert_eq!(count(&[cast, ("Attention", attention, "y")]), 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn noise_is_no_model(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _found: Vec<usize> = masks(&bytes);
        }
    }
}
