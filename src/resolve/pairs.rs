//! Names whose halves stand apart: in two columns of a table, in two cells, in
//! two fields of a form (`Name: … Vorname: …`).
//!
//! Which half is which is told by the labels, by known first names, or by the
//! other rows of the same table.

use std::collections::BTreeMap;

use super::fold::fold;
use super::name;
use super::people::PersonMention;
use super::words;
use crate::document::{Document, Span};

/// Which of two halves comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    GivenFirst,
    LastFirst,
}

/// Two mentions that may be one name.
struct Pair {
    left: usize,
    right: usize,
    told: Option<Order>,
}

/// Gives both halves of a split name the whole name.
pub(super) fn complete(document: &Document, spans: &[Span], mentions: &mut [PersonMention]) {
    let mut tables: BTreeMap<(usize, String), Vec<Pair>> = BTreeMap::new();
    for left in 0..mentions.len() {
        let right = partner(document, spans, mentions, left);
        let Some((right, separator)) = right else {
            continue;
        };
        let (Some(a), Some(b)) = (spans.get(left), spans.get(right)) else {
            continue;
        };
        let told = told(document, *a, *b, &separator).or_else(|| known(mentions, left, right));
        // Cells are rows of one table wherever they stand.
        let table = if a.segment() == b.segment() {
            a.segment()
        } else {
            usize::MAX
        };
        let pair = Pair { left, right, told };
        tables.entry((table, separator)).or_default().push(pair);
    }
    for pairs in tables.values() {
        let votes = |order| pairs.iter().filter(|pair| pair.told == Some(order)).count();
        let (given, last) = (votes(Order::GivenFirst), votes(Order::LastFirst));
        let most = if last > 0 && given * 3 <= last {
            Some(Order::LastFirst)
        } else if given > 0 && last * 3 <= given {
            Some(Order::GivenFirst)
        } else {
            None
        };
        for pair in pairs {
            if let Some(order) = pair.told.or(most) {
                unite(mentions, pair, order);
            }
        }
    }
}

/// The mention after this one, if the two stand in neighboring columns or fields.
fn partner(
    document: &Document,
    spans: &[Span],
    mentions: &[PersonMention],
    left: usize,
) -> Option<(usize, String)> {
    let single = |at: usize| {
        let mention = mentions.get(at)?;
        let one = !mention.name.single.is_empty() && !mention.lead.several;
        one.then_some(mention)
    };
    single(left).filter(|mention| mention.maiden_of.is_none())?;
    let mut right = left + 1;
    // "Name: … Geburtsname: … Vorname: …"
    if single(right)?.maiden_of.is_some() {
        right += 1;
    }
    single(right).filter(|mention| mention.maiden_of.is_none())?;
    let separator = separator(document, *spans.get(left)?, *spans.get(right)?)?;
    Some((right, separator))
}

/// What stands between two columns or fields; `None` if it is running text.
fn separator(document: &Document, a: Span, b: Span) -> Option<String> {
    if a.segment() != b.segment() {
        let whole = |span: Span| {
            let segment = document.segments().get(span.segment());
            segment.is_some_and(|segment| segment.text().trim().len() <= span.len() + 6)
        };
        let near = b.segment().saturating_sub(a.segment()) <= 2;
        return (near && whole(a) && whole(b)).then(|| "cell".to_owned());
    }
    let between = document.span(a.segment(), a.end(), b.start())?;
    let between = document.text(between);
    if between.len() > 80 {
        return None;
    }
    if label(between).is_some() {
        return Some("label".to_owned());
    }
    let rest = between
        .get(..)?
        .trim_end_matches(|c: char| c != ' ' && c != ';' && c != '|' && c != '\t');
    let titles = name::title_len(rest.trim_start_matches(|c: char| !c.is_alphanumeric()));
    let letters = between.chars().filter(|c| c.is_alphanumeric()).count();
    if between.contains('\n') || (letters > 0 && titles == 0) || between.len() > 40 {
        return None;
    }
    let marks: String = between
        .chars()
        .filter(|c| matches!(c, '|' | ';' | '\t' | ',' | '_'))
        .collect();
    match marks.as_str() {
        // Signatures stand side by side too: only under a heading that says so.
        "" => (between.contains("  ") && has_heading(document, a)).then(|| "spaces".to_owned()),
        "|" | ";" | "\t" | "_" => Some(marks),
        "," => (between == "," || between == "\",\"").then_some(marks),
        _ => None,
    }
}

/// Whether a table's heading with a column of first names stands before a place.
fn has_heading(document: &Document, span: Span) -> bool {
    let before = document.span(span.segment(), 0, span.start());
    let before = before.map_or("", |before| document.text(before));
    let words = [
        "Vorname",
        "VORNAME",
        "vorname",
        "First name",
        "Forename",
        "FORENAME",
    ];
    words.iter().any(|word| before.contains(word))
}

/// The order that labels tell.
fn told(document: &Document, a: Span, b: Span, separator: &str) -> Option<Order> {
    if separator == "label" {
        let between = document.span(a.segment(), a.end(), b.start())?;
        return label(document.text(between));
    }
    if separator != "cell" {
        return None;
    }
    let of = |span: Span| {
        let segment = document.segments().get(span.segment())?;
        segment.kind().labels().find_map(label_word)
    };
    match (of(a)?, of(b)?) {
        (Order::LastFirst, Order::GivenFirst) => Some(Order::LastFirst),
        (Order::GivenFirst, Order::LastFirst) => Some(Order::GivenFirst),
        _ => None,
    }
}

/// The order that known first names tell.
fn known(mentions: &[PersonMention], left: usize, right: usize) -> Option<Order> {
    let given = |at: usize| {
        let single = mentions
            .get(at)
            .map_or("", |mention| mention.name.single.as_str());
        single.split('-').all(words::is_given)
    };
    match (given(left), given(right)) {
        (true, false) => Some(Order::GivenFirst),
        (false, true) => Some(Order::LastFirst),
        _ => None,
    }
}

/// The order that a label between two values tells: the label is that of the second.
fn label(between: &str) -> Option<Order> {
    let last_line = between.rsplit(['\n', '\t', ';', '|', ',']).next()?;
    let words = last_line.trim_matches(|c: char| !c.is_alphanumeric());
    // Of `</familienname><vornamen rufname="` the last word counts.
    let last_word = || {
        let mut word = words.rsplit(|c: char| !c.is_alphanumeric() && c != '_');
        word.find(|word| !word.is_empty())
    };
    let tagged = last_line.contains(['<', '"', '=']);
    let tag = || label_word(last_word().filter(|_| tagged)?);
    match label_word(words).or_else(tag)? {
        Order::GivenFirst => Some(Order::LastFirst),
        Order::LastFirst => Some(Order::GivenFirst),
    }
}

/// Whether a label asks for a first name (`GivenFirst`) or a last name.
fn label_word(label: &str) -> Option<Order> {
    let folded = fold(label);
    let folded = folded.trim_end_matches(|c: char| !c.is_alphanumeric());
    match folded {
        "vn" | "first_name" | "given_name" | "vorname" | "vornamen" | "vorname(n" | "rufname"
        | "first name" | "given name" | "given names" | "forename" | "forenames"
        | "first names" | "firstname" => Some(Order::GivenFirst),
        "nn" | "last_name" | "family_name" | "name" | "nachname" | "familienname" | "zuname"
        | "surname" | "last name" | "family name" | "lastname" => Some(Order::LastFirst),
        _ => None,
    }
}

fn unite(mentions: &mut [PersonMention], pair: &Pair, order: Order) {
    let single = |at: usize| mentions.get(at).map(|mention| mention.name.single.clone());
    let (Some(left), Some(right)) = (single(pair.left), single(pair.right)) else {
        return;
    };
    // A half that already went to another name.
    if left.is_empty() || right.is_empty() || left == right {
        return;
    }
    let (given, last) = match order {
        Order::GivenFirst => (left, right),
        Order::LastFirst => (right, left),
    };
    let born = |at: usize| mentions.get(at).and_then(|mention| mention.born.clone());
    let born = born(pair.left).or_else(|| born(pair.right));
    for at in [pair.left, pair.right] {
        if let Some(mention) = mentions.get_mut(at) {
            mention.born.clone_from(&born);
            mention.name.single.clear();
            mention.name.given = given.split('-').map(str::to_owned).collect();
            mention.name.last.clone_from(&last);
            mention.name.sure = true;
        }
    }
}
