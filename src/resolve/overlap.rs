//! Who wins when findings overlap: how far a mention reaches is decided apart
//! from its type, and nothing that anybody claimed is left uncovered.
//!
//! It also tidies the ends (spaces, marks, titles), takes lists of people
//! apart, joins a name that was found in two pieces, and keeps off deckname's
//! own tokens. Whom a mention names is decided in [`super::subject`].

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a few entity types are special, the other thirty are alike"
)]

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::name;
use crate::document::{Document, Span};
use crate::entity::{DENY_LIST, EntityType, Finding};
use crate::token;

/// A place that somebody claims, in one segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Claim {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) entity_type: EntityType,
    pub(super) score: f32,
    /// Whether the user's own deny list says so: nothing overrules it.
    pub(super) listed: bool,
}

/// Claims per segment, in order of the segments; without overlaps once settled.
pub(super) type Claims = BTreeMap<usize, Vec<Claim>>;

/// A structured value is only believed over a longer one from this score on.
const STRONG: f32 = 0.8;

impl Claim {
    fn len(&self) -> usize {
        self.end.saturating_sub(self.start)
    }

    fn is_strong(&self) -> bool {
        self.listed
            || self.entity_type == EntityType::ListEntry
            || (is_structured(self.entity_type) && self.score >= STRONG)
    }
}

/// The claims of the recognizers.
pub(super) fn claims(findings: &[Finding]) -> Claims {
    let mut claims = Claims::new();
    for finding in findings.iter().filter(|finding| !finding.span.is_empty()) {
        claims
            .entry(finding.span.segment())
            .or_default()
            .push(Claim {
                start: finding.span.start(),
                end: finding.span.end(),
                entity_type: finding.entity_type,
                score: finding.score.value(),
                listed: finding.recognizer == DENY_LIST,
            });
    }
    claims
}

/// Settles all claims of a document.
pub(super) fn settle(document: &Document, claims: Claims) -> Claims {
    claims
        .into_iter()
        .map(|(segment, claims)| (segment, settle_segment(text_of(document, segment), claims)))
        .filter(|(_, claims)| !claims.is_empty())
        .collect()
}

/// The text of a segment; empty if there is none.
pub(super) fn text_of(document: &Document, segment: usize) -> &str {
    document
        .segments()
        .get(segment)
        .map_or("", crate::document::Segment::text)
}

/// The spans of settled claims, in order.
pub(super) fn spans(document: &Document, claims: &Claims) -> Vec<(Span, EntityType)> {
    claims
        .iter()
        .flat_map(|(segment, claims)| claims.iter().map(move |claim| (*segment, claim)))
        .filter_map(|(segment, claim)| {
            let span = document.span(segment, claim.start, claim.end)?;
            Some((span, claim.entity_type))
        })
        .collect()
}

/// The byte ranges of deckname's own tokens, in order.
pub(super) fn own_tokens(text: &str) -> Vec<(usize, usize)> {
    if memchr::memchr(b'_', text.as_bytes()).is_none() {
        return Vec::new();
    }
    let ranges = token::find_all(text);
    ranges.map(|range| (range.start, range.end)).collect()
}

fn settle_segment(text: &str, claims: Vec<Claim>) -> Vec<Claim> {
    let tokens = own_tokens(text);
    let mut tidy: Vec<Claim> = claims
        .into_iter()
        .filter(|claim| text.get(claim.start..claim.end).is_some())
        .flat_map(|claim| outside(claim, &tokens))
        .flat_map(|claim| people_apart(text, claim))
        .filter_map(|claim| trim(text, claim))
        .collect();
    tidy.sort_by(by_place);
    let mut settled = Vec::with_capacity(tidy.len());
    let mut component: Vec<Claim> = Vec::new();
    let mut reach = 0;
    for claim in tidy {
        if claim.start >= reach && !component.is_empty() {
            settle_component(text, &mut component, &mut settled);
        }
        reach = reach.max(claim.end);
        component.push(claim);
    }
    settle_component(text, &mut component, &mut settled);
    // Two claims that crossed may have become a list.
    let mut settled: Vec<Claim> = settled
        .into_iter()
        .flat_map(|claim| people_apart(text, claim))
        .filter_map(|claim| trim(text, claim))
        .collect();
    settled.sort_by(by_place);
    join_names(text, settled)
}

fn by_place(a: &Claim, b: &Claim) -> Ordering {
    let place = (a.start, b.end).cmp(&(b.start, a.end));
    place
        .then(a.entity_type.cmp(&b.entity_type))
        .then(b.score.total_cmp(&a.score))
}

/// Decides one run of overlapping claims.
fn settle_component(text: &str, component: &mut Vec<Claim>, settled: &mut Vec<Claim>) {
    if component.len() < 2 {
        settled.append(component);
        return;
    }
    let mut candidates = unite(component);
    component.clear();
    candidates.sort_by(by_strength);
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    for claim in candidates {
        for piece in subtract(claim, &taken) {
            // What is left of a claim is itself a claim: nothing stays uncovered.
            if let Some(piece) = trim(text, piece) {
                taken.insert(piece.start, piece.end);
                settled.push(piece);
            }
        }
    }
}

/// Strong values first, then the longest, the surest, the most specific.
fn by_strength(a: &Claim, b: &Claim) -> Ordering {
    let key = |claim: &Claim| (claim.is_strong(), claim.len());
    key(b)
        .cmp(&key(a))
        .then(rank(a, b))
        .then(b.score.total_cmp(&a.score))
        .then(by_place(a, b))
}

/// For one and the same place: the narrower place type beats the wider one.
fn rank(a: &Claim, b: &Claim) -> Ordering {
    let both_places = is_place(a.entity_type) && is_place(b.entity_type);
    if both_places {
        narrowness(b.entity_type).cmp(&narrowness(a.entity_type))
    } else {
        Ordering::Equal
    }
}

/// Claims of one kind that cross become one; those inside others vanish.
fn unite(claims: &[Claim]) -> Vec<Claim> {
    let mut united: Vec<Claim> = Vec::with_capacity(claims.len());
    let mut open: BTreeMap<EntityType, usize> = BTreeMap::new();
    for claim in claims {
        if claim.listed {
            // Another action may hang on its type; it stays a claim of its own.
            united.push(*claim);
            continue;
        }
        let family = if is_place(claim.entity_type) {
            EntityType::Location
        } else {
            claim.entity_type
        };
        let known = open.get(&family).and_then(|at| united.get_mut(*at));
        match known {
            Some(known) if claim.start < known.end => unite_two(known, claim),
            _ => {
                open.insert(family, united.len());
                united.push(*claim);
            }
        }
    }
    united
}

fn unite_two(known: &mut Claim, claim: &Claim) {
    let crossing = claim.end > known.end;
    let same = claim.start == known.start && claim.end == known.end;
    if (crossing || same) && narrowness(claim.entity_type) > narrowness(known.entity_type) {
        known.entity_type = claim.entity_type;
    }
    if crossing || same {
        known.score = known.score.max(claim.score);
    }
    known.end = known.end.max(claim.end);
}

/// The pieces of a claim outside of taken ranges.
fn subtract(claim: Claim, taken: &BTreeMap<usize, usize>) -> Vec<Claim> {
    let before = taken.range(..claim.start).next_back();
    let inside = taken.range(claim.start..claim.end);
    let ranges = before.into_iter().chain(inside);
    outside_ranges(claim, ranges.map(|(start, end)| (*start, *end)))
}

fn outside(claim: Claim, tokens: &[(usize, usize)]) -> Vec<Claim> {
    outside_ranges(claim, tokens.iter().copied())
}

fn outside_ranges(claim: Claim, ranges: impl Iterator<Item = (usize, usize)>) -> Vec<Claim> {
    let mut pieces = Vec::new();
    let mut at = claim.start;
    for (start, end) in ranges.filter(|(start, end)| *start < claim.end && *end > claim.start) {
        if start > at {
            pieces.push(Claim {
                start: at,
                end: start,
                ..claim
            });
        }
        at = at.max(end);
    }
    if at < claim.end {
        pieces.push(Claim { start: at, ..claim });
    }
    pieces
}

/// "Max und Erika Müller" are two.
fn people_apart(text: &str, claim: Claim) -> Vec<Claim> {
    let all = text.get(claim.start..claim.end).unwrap_or_default();
    if claim.entity_type != EntityType::Person || all.len() > 200 {
        return vec![claim];
    }
    let cuts = [" und ", " & ", " and ", ";", " / "];
    let cut = cuts
        .iter()
        .filter_map(|word| all.find(word).map(|at| (at, word.len())))
        .filter(|(at, len)| !follows_particle(all, *at, *len))
        .min();
    let Some((at, len)) = cut else {
        return vec![claim];
    };
    let left = Claim {
        end: claim.start + at,
        ..claim
    };
    let right = Claim {
        start: claim.start + at + len,
        ..claim
    };
    let mut pieces = vec![left];
    pieces.extend(people_apart(text, right));
    pieces
}

/// "von und zu" is one name.
fn follows_particle(all: &str, at: usize, len: usize) -> bool {
    let before = all.get(..at).is_some_and(|before| before.ends_with("von"));
    before
        && all
            .get(at + len..)
            .is_some_and(|after| after.starts_with("zu "))
}

/// Cuts what does not belong to a value off its ends; `None` if nothing is left.
fn trim(text: &str, claim: Claim) -> Option<Claim> {
    let mut claim = claim;
    let start_marks = |c: char| match claim.entity_type {
        EntityType::Secret | EntityType::ListEntry => c.is_whitespace(),
        EntityType::Phone => !c.is_alphanumeric() && !matches!(c, '+' | '('),
        EntityType::UserName | EntityType::Coordinates => {
            !c.is_alphanumeric() && !matches!(c, '@' | '-' | '+')
        }
        _ => !c.is_alphanumeric(),
    };
    let all = text.get(claim.start..claim.end)?;
    let front = all.len() - all.trim_start_matches(start_marks).len();
    claim.start += front;
    if claim.entity_type == EntityType::Person {
        let all = text.get(claim.start..claim.end)?;
        claim.start += name::title_len(all);
        let all = text.get(claim.start..claim.end)?;
        claim.start += all.len() - all.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    }
    let all = text.get(claim.start..claim.end)?;
    claim.end = claim.start + end_of_value(claim.entity_type, all);
    (claim.end > claim.start).then_some(claim)
}

fn end_of_value(entity_type: EntityType, all: &str) -> usize {
    let any = |c: char| !c.is_alphanumeric();
    let cut = match entity_type {
        EntityType::Secret | EntityType::ListEntry => all.trim_end(),
        EntityType::Url => all.trim_end_matches(|c: char| any(c) && c != '/'),
        EntityType::Coordinates => all.trim_end_matches(|c: char| any(c) && !"°'′\"″".contains(c)),
        _ => all.trim_end_matches(any),
    };
    let mut end = cut.len();
    if entity_type == EntityType::Person {
        for suffix in ["'s", "’s"] {
            if let Some(stem) = cut.strip_suffix(suffix) {
                return stem.len();
            }
        }
    }
    // The full stop of an initial or an abbreviation belongs to it: "Max M.", "Hauptstr.".
    let last_word = cut.rsplit(any).next().unwrap_or_default();
    let short = match entity_type {
        EntityType::Person => last_word.chars().count() == 1,
        EntityType::Organization | EntityType::Street => {
            cut.len() > last_word.len() && last_word.len() <= 3
        }
        _ => false,
    };
    let dotted = all.get(end..).is_some_and(|rest| rest.starts_with('.'));
    if short && dotted && last_word.chars().all(char::is_alphabetic) {
        end += 1;
    }
    end
}

/// Joins a name that was found in two pieces: "Max" "Müller", "Müller", "Max".
fn join_names(text: &str, claims: Vec<Claim>) -> Vec<Claim> {
    let mut joined: Vec<Claim> = Vec::with_capacity(claims.len());
    for (at, claim) in claims.iter().enumerate() {
        let claim = *claim;
        let listed = || is_listed(text, &claims, at);
        match joined.last_mut() {
            Some(last) if is_one_name(text, last, &claim) && !listed() => {
                last.end = claim.end;
                last.score = last.score.max(claim.score);
            }
            _ => joined.push(claim),
        }
    }
    joined
}

/// Whether a claim is the second or later of three that only commas separate.
fn is_listed(text: &str, claims: &[Claim], at: usize) -> bool {
    let comma = |left: Option<usize>| {
        let pair = left.and_then(|left| Some((claims.get(left)?, claims.get(left + 1)?)));
        pair.is_some_and(|(a, b)| {
            matches!(
                text.get(a.end..b.start),
                Some(", " | " und " | " oder " | " sowie ")
            )
        })
    };
    let before = at.checked_sub(1);
    let here = before.and_then(|left| Some((claims.get(left)?, claims.get(at)?)));
    let here = here.is_some_and(|(a, b)| text.get(a.end..b.start) == Some(", "));
    here && (comma(at.checked_sub(2)) || comma(Some(at)))
}

/// Whether a place starts a line, a field or an entry of a list, where a last
/// name and a comma stand for an order, not for an enumeration.
fn starts_entry(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let line = line.trim_end_matches(|c: char| c.is_whitespace() && c != '\t');
    let last = line.chars().next_back();
    last.is_none_or(|c| c.is_ascii_digit() || ":;|\t()[]\"„“»>•*–-.{}".contains(c))
}

fn is_one_name(text: &str, left: &Claim, right: &Claim) -> bool {
    let person = EntityType::Person;
    if left.entity_type != person || right.entity_type != person {
        return false;
    }
    let between = text.get(left.end..right.start).unwrap_or("?");
    let (Some(a), Some(b)) = (
        text.get(left.start..left.end),
        text.get(right.start..right.end),
    ) else {
        return false;
    };
    let single = |text: &str| !text.contains(char::is_whitespace) && !text.contains(',');
    match between {
        " " | "\u{a0}" | ". " => {
            let dotted = between != ". " || a.chars().count() == 1;
            let shape = (single(a) || name::all_given(a)) && !b.contains(',');
            // Two full names in a row, or "Müller Max Koch", stay apart.
            dotted && shape && (single(b) || name::all_given(a)) && !a.contains(',')
        }
        ", " => {
            single(a) && !name::all_given(a) && name::all_given(b) && starts_entry(text, left.start)
        }
        _ => false,
    }
}

/// A value that its own form proves, or nearly so.
pub(super) const fn is_structured(entity_type: EntityType) -> bool {
    matches!(
        entity_type,
        EntityType::Email
            | EntityType::Phone
            | EntityType::Url
            | EntityType::IpAddress
            | EntityType::MacAddress
            | EntityType::Iban
            | EntityType::Bic
            | EntityType::BankAccount
            | EntityType::CreditCard
            | EntityType::TaxId
            | EntityType::TaxNumber
            | EntityType::VatId
            | EntityType::SocialSecurityNumber
            | EntityType::HealthInsuranceNumber
            | EntityType::IdCard
            | EntityType::Passport
            | EntityType::DrivingLicence
            | EntityType::LicencePlate
            | EntityType::NationalId
            | EntityType::VehicleId
            | EntityType::Secret
    )
}

const fn is_place(entity_type: EntityType) -> bool {
    narrowness(entity_type) > 0
}

const fn narrowness(entity_type: EntityType) -> u8 {
    match entity_type {
        EntityType::Location => 1,
        EntityType::City => 2,
        EntityType::PlaceOfBirth => 3,
        EntityType::Street => 4,
        _ => 0,
    }
}
