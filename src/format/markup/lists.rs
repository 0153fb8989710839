//! The lists in a package that say which parts there are and what leads where:
//! no text belongs there, so what no rule names is cut out.

use super::scan::{Attribute, NamespaceTable, Scanner, Tag, Token};
use super::splice::Splice;
use crate::error::Result;

/// The splices that clean a list. `line` looks at each start tag, adds what
/// changes in it and tells whether the element stays.
///
/// # Errors
/// If the list is not well-formed, or as `line` says.
pub(crate) fn cleaned(
    text: &str,
    namespaces: NamespaceTable,
    mut line: impl FnMut(&Tag<'_>, &[Attribute<'_>], &mut Vec<Splice>) -> Result<bool>,
) -> Result<Vec<Splice>> {
    let mut scanner = Scanner::new(text, namespaces);
    let mut fixed = Vec::new();
    // The element that is cut, and how deep we are in it.
    let mut hole: Option<(usize, usize)> = None;
    while let Some(token) = scanner.next()? {
        match (token, &mut hole) {
            (Token::Open(tag), Some((_, depth))) => *depth += usize::from(!tag.empty),
            (Token::Close(end), Some((start, depth))) => {
                *depth -= 1;
                if *depth == 0 {
                    fixed.push(Splice::cut(*start, end));
                    hole = None;
                }
            }
            (Token::Open(tag), None) => {
                if line(&tag, scanner.attributes(), &mut fixed)? {
                    continue;
                }
                if tag.empty {
                    fixed.push(Splice::cut(tag.start, tag.end));
                } else {
                    hole = Some((tag.start, 1));
                }
            }
            (
                Token::Remark(start, end) | Token::Char(_, start, end) | Token::Cdata(start, end),
                None,
            ) => fixed.push(Splice::cut(start, end)),
            (Token::Text(start, end), None) => {
                let is_blank = text.get(start..end).is_none_or(|t| t.trim().is_empty());
                if !is_blank {
                    fixed.push(Splice::cut(start, end));
                }
            }
            (_, Some(_)) | (Token::Close(_) | Token::Declaration, None) => {}
        }
    }
    Ok(fixed)
}

/// What is in a list besides the elements and attributes that are named.
///
/// # Errors
/// If it is not well-formed.
pub(crate) fn foreign(
    text: &str,
    namespaces: NamespaceTable,
    known: &[(&str, &[&str])],
) -> Result<Vec<Splice>> {
    cleaned(text, namespaces, |tag, attributes, fixed| {
        let Some((_, names)) = known.iter().find(|(name, _)| *name == tag.name) else {
            return Ok(false);
        };
        for attribute in attributes {
            let is_known = attribute.ns.is_empty() && names.contains(&attribute.name);
            if !is_known {
                fixed.push(Splice::cut(attribute.start, attribute.end));
            }
        }
        Ok(true)
    })
}
