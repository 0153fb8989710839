//! The chapters of the HTML report that list files, each to be opened down to
//! the places of its findings.

use super::chart::escape;
use super::csv::failure;
use super::html::Page;
use super::{FileReport, Outcome, happened, place, thousands};
use crate::token::Language;

/// Most files of one kind that are listed; tables for machines list all.
const MAX_FILES: usize = 1_000;
/// Most places that are listed for one file.
const MAX_LISTED: usize = 200;

/// Files by what a reader has to do about them.
#[derive(Default)]
pub(super) struct Files {
    pub(super) failed: List,
    pub(super) review: List,
    pub(super) gone: List,
    pub(super) rest: List,
}

/// Entries, and how many there would be.
#[derive(Default)]
pub(super) struct List {
    items: Vec<String>,
    n: usize,
}

impl List {
    fn push(&mut self, item: impl FnOnce() -> String) {
        self.n += 1;
        if self.items.len() < MAX_FILES {
            self.items.push(item());
        }
    }
}

impl Files {
    pub(super) fn take(&mut self, file: &FileReport, language: Language) {
        let page = Page { language };
        let list = match file.outcome {
            Outcome::Failed { .. } => &mut self.failed,
            Outcome::Gone { .. } => &mut self.gone,
            Outcome::Delivered | Outcome::Unchanged | Outcome::Scanned
                if !file.doubts.is_empty() || !file.ambiguous.is_empty() =>
            {
                &mut self.review
            }
            Outcome::Delivered | Outcome::Unchanged | Outcome::Scanned => &mut self.rest,
        };
        list.push(|| page.file(file));
    }
}

impl Page {
    pub(super) fn list(self, id: &str, list: &List) -> String {
        let (title, hint) = match id {
            "failed" => (
                self.say("Nicht ausgelieferte Dateien", "Files that were not delivered"),
                self.say(
                    "Ihre Namen stehen als Kennung; deckname restore zeigt sie dem Inhaber des Schlüssels.",
                    "They are named by a token; deckname restore shows the names to the holder of the key.",
                ),
            ),
            "review" => (
                self.say("Dateien mit Stellen zur Durchsicht", "Files with places to review"),
                self.say(
                    "Ein gewöhnliches Wort, das hier auch ein Name sein kann, etwas, das die Erkennung in der Kopie noch findet, oder eine Nennung, die mehrere Personen meinen kann.",
                    "An ordinary word that may be a name here, something the recognizers still find in the copy, or a mention that several people fit.",
                ),
            ),
            "gone" => (
                self.say("Kopien ohne Vorlage", "Copies without a source"),
                self.say(
                    "Die Vorlage gibt es nicht mehr.",
                    "The source is not there any more.",
                ),
            ),
            _ => (self.say("Dateien", "Files"), ""),
        };
        if list.n == 0 && id != "failed" && id != "files" {
            return String::new();
        }
        let mut out = format!("<section id=\"{id}\"><h2>{title} ({})</h2>", list.n);
        if list.n == 0 {
            out.push_str(&format!("<p>{}</p>", self.say("keine", "none")));
        } else if !hint.is_empty() {
            out.push_str(&format!("<p>{hint}</p>"));
        }
        for item in &list.items {
            out.push_str(item);
        }
        if list.n > list.items.len() {
            out.push_str(&format!(
                "<p>… {} {}</p>",
                list.n - list.items.len(),
                self.say(
                    "weitere; alle stehen in deckname-report.csv",
                    "more; all are in deckname-report.csv"
                )
            ));
        }
        out.push_str("</section>\n");
        out
    }

    /// One file, to be opened.
    pub(super) fn file(self, file: &FileReport) -> String {
        let n: u64 = file.mentions.values().sum();
        let (mark, inside) = match &file.outcome {
            Outcome::Failed { .. } => {
                let [why, what, at] = failure(file, self.language);
                let at = if at.is_empty() {
                    at
                } else {
                    format!(" ({at})")
                };
                let inside = format!(
                    "<p class=\"bad\">{}: {}{}</p>",
                    escape(&why),
                    escape(&what),
                    escape(&at)
                );
                (why, inside)
            }
            Outcome::Gone { removed: true } => (
                self.say("Kopie entfernt", "copy removed").to_owned(),
                String::new(),
            ),
            Outcome::Gone { removed: false } => (
                self.say("Kopie liegt noch da", "copy still there")
                    .to_owned(),
                String::new(),
            ),
            Outcome::Unchanged => (
                format!("{}, {}", thousands(n), self.say("unverändert", "unchanged")),
                self.inside(file),
            ),
            Outcome::Delivered | Outcome::Scanned => (thousands(n), self.inside(file)),
        };
        format!(
            "<details><summary>{} <span class=\"n\">{} · {}</span></summary><div>{inside}</div></details>\n",
            escape(&file.name),
            escape(file.format.as_deref().unwrap_or("?")),
            escape(&mark)
        )
    }

    /// Places that a person may want to look at.
    fn to_review(self, file: &FileReport) -> String {
        let mut out = String::new();
        for (places, title) in [
            (&file.doubts, self.say("Zur Durchsicht", "To review")),
            (
                &file.ambiguous,
                self.say(
                    "Kann mehrere Personen meinen",
                    "Could be several of the people",
                ),
            ),
        ] {
            if !places.is_empty() {
                let places: Vec<String> =
                    places.iter().map(|at| place(at, self.language)).collect();
                out.push_str(&format!(
                    "<p class=\"bad\">{title}: {}</p>",
                    escape(&places.join("; "))
                ));
            }
        }
        out
    }

    /// Findings by place, notices, doubts.
    pub(super) fn inside(self, file: &FileReport) -> String {
        let mut rows = String::new();
        for found in file.places.iter().take(MAX_LISTED) {
            rows.push_str(&format!(
                "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td></tr>",
                escape(&place(&found.place, self.language)),
                self.label(found.entity_type),
                thousands(found.n)
            ));
        }
        let unlisted: u64 = file.n_unlisted
            + file
                .places
                .iter()
                .skip(MAX_LISTED)
                .map(|found| found.n)
                .sum::<u64>();
        if unlisted > 0 {
            rows.push_str(&format!(
                "<tr><td>…</td><td>{}</td><td class=\"n\">{}</td></tr>",
                self.say("an weiteren Stellen", "at further places"),
                thousands(unlisted)
            ));
        }
        let mut out = String::new();
        if !rows.is_empty() {
            out.push_str(&format!(
                "<table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\" class=\"n\">{}</th></tr></thead><tbody>{rows}</tbody></table>",
                self.say("Stelle", "Place"),
                self.say("Art", "Type"),
                self.say("Anzahl", "Count"),
            ));
        }
        for notice in &file.notices {
            let what = match self.language {
                Language::De => &notice.de,
                Language::En => &notice.en,
            };
            out.push_str(&format!(
                "<p>{}: {} ({})</p>",
                escape(what),
                happened(notice.kind, self.language),
                thousands(notice.n)
            ));
        }
        out.push_str(&self.to_review(file));
        if out.is_empty() {
            out = format!("<p>{}</p>", self.say("keine Funde", "no findings"));
        }
        out
    }
}
