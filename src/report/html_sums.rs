//! The chapters of the HTML report that show sums: what was found, what was not
//! examined, what risk remains, how things went over time.

use super::chart::{Bar, Row, bars, escape, lines};
use super::history::Night;
use super::html::Page;
use super::{Report, Summary, happened, reason, thousands};
use crate::document::NoticeKind;
use crate::entity::{EntityType, IdentifierClass};
use crate::token::Language;

/// Most bars of a chart of folders.
const MAX_BARS: usize = 15;

impl Page {
    pub(super) fn label(self, entity_type: EntityType) -> &'static str {
        match self.language {
            Language::De => entity_type.label_de(),
            Language::En => entity_type.label_en(),
        }
    }

    pub(super) fn findings(self, report: &Report) -> String {
        let summary = &report.summary;
        let types: Vec<Bar> = summary
            .mentions
            .iter()
            .map(|(entity_type, n)| Bar {
                label: self.label(*entity_type).to_owned(),
                n: *n,
                class: match entity_type.class() {
                    IdentifierClass::Direct => "a",
                    IdentifierClass::Quasi => "b",
                },
            })
            .collect();
        let folders: Vec<Bar> = summary
            .folders
            .iter()
            .filter(|(_, sums)| sums.mentions > 0)
            .map(|(name, sums)| Bar {
                label: if name.is_empty() {
                    self.say("(oberste Ebene)", "(top level)").to_owned()
                } else {
                    name.clone()
                },
                n: sums.mentions,
                class: "a",
            })
            .collect();
        format!(
            "<section id=\"findings\"><h2>{}</h2><h3>{}</h3><p>{}</p>{}<h3>{}</h3>{}</section>\n",
            self.say("Was gefunden wurde", "What was found"),
            self.say("Nach Art", "By type"),
            self.say(
                "Blau: für sich allein kennzeichnend. Braun: zusammen mit anderem kennzeichnend.",
                "Blue: identifies by itself. Brown: identifies together with others."
            ),
            self.chart(
                self.say("Nennungen nach Art", "Mentions by type"),
                types,
                usize::MAX
            ),
            self.say("Nach Ordner", "By folder"),
            self.chart(
                self.say("Nennungen nach Ordner", "Mentions by folder"),
                folders,
                MAX_BARS
            ),
        )
    }

    /// The longest bars, and one for the rest.
    pub(super) fn chart(self, title: &str, mut all: Vec<Bar>, most: usize) -> String {
        if all.is_empty() {
            return format!("<p>{}</p>", self.say("nichts", "nothing"));
        }
        all.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.label.cmp(&b.label)));
        if all.len() > most {
            let rest = all.split_off(most);
            all.push(Bar {
                label: format!("{} {}", rest.len(), self.say("weitere", "more")),
                n: rest.iter().map(|bar| bar.n).sum(),
                class: "b",
            });
        }
        bars(title, &all)
    }

    pub(super) fn not_examined(self, summary: &Summary) -> String {
        let mut all: Vec<Bar> = summary
            .failures
            .iter()
            .map(|(kind, n)| Bar {
                label: reason(*kind, self.language).to_owned(),
                n: *n,
                class: "bad",
            })
            .collect();
        let mut rows = String::new();
        for ((kind, de, en), n) in &summary.notices {
            let what = match self.language {
                Language::De => de,
                Language::En => en,
            };
            if *kind == NoticeKind::NotExamined {
                all.push(Bar {
                    label: what.to_string(),
                    n: *n,
                    class: "b",
                });
            }
            rows.push_str(&format!(
                "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td></tr>",
                escape(what),
                happened(*kind, self.language),
                thousands(*n)
            ));
        }
        let table = if rows.is_empty() {
            String::new()
        } else {
            format!(
                "<div class=\"wide\"><table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\" class=\"n\">{}</th></tr></thead><tbody>{rows}</tbody></table></div>",
                self.say("Bestandteil", "Part"),
                self.say("Behandlung", "Treatment"),
                self.say("Anzahl", "Count"),
            )
        };
        format!(
            "<section id=\"unread\"><h2>{}</h2><p>{}</p>{}{table}</section>\n",
            self.say("Was nicht untersucht wurde", "What was not examined"),
            self.say(
                "Rot: ganze Dateien, nach Grund. Braun: Bestandteile ausgelieferter Dateien.",
                "Red: whole files, by reason. Brown: parts of delivered files."
            ),
            self.chart(
                self.say(
                    "Nicht untersuchte Dateien und Bestandteile",
                    "Files and parts that were not examined"
                ),
                all,
                usize::MAX
            ),
        )
    }

    pub(super) fn risk(self, summary: &Summary) -> String {
        let class_of = |class: IdentifierClass| -> u64 {
            summary
                .mentions
                .iter()
                .filter(|(entity_type, _)| entity_type.class() == class)
                .map(|(_, n)| *n)
                .sum()
        };
        let unread: u64 = summary
            .notices
            .iter()
            .filter(|((kind, _, _), _)| *kind == NoticeKind::NotExamined)
            .map(|(_, n)| *n)
            .sum();
        let bar = |label: &str, n: u64, class: &'static str| Bar {
            label: label.to_owned(),
            n,
            class,
        };
        let chart = [
            bar(
                self.say("Stellen zur Durchsicht", "places to review"),
                summary.totals.review,
                "bad",
            ),
            bar(
                self.say("nicht untersuchte Teile", "parts not examined"),
                unread,
                "bad",
            ),
            bar(
                self.say("mittelbare Angaben gefunden", "quasi-identifiers found"),
                class_of(IdentifierClass::Quasi),
                "b",
            ),
            bar(
                self.say("unmittelbare Angaben gefunden", "direct identifiers found"),
                class_of(IdentifierClass::Direct),
                "a",
            ),
        ];
        format!(
            "<section id=\"risk\"><h2>{}</h2><p>{}</p>{}<p>{}</p></section>\n",
            self.say("Restrisiko", "Residual risk"),
            self.say(
                "Was ein Mensch noch ansehen sollte, und wie viele Angaben den Text kennzeichneten. Wo viele mittelbare Angaben standen, bleiben eher weitere, die kein Programm erkennt.",
                "What a person should still look at, and how many details marked the text. Where many quasi-identifiers stood, more are likely to remain that no program recognizes."
            ),
            bars(self.say("Anzeichen für Restrisiko", "Signs of residual risk"), &chart),
            self.say(
                "Nicht gemessen: nicht gefundene Nennungen, Stil und Umstände, aus denen jemand auf eine Person schließen kann. Verbleibende mittelbare Angaben (Amt, Beruf, seltene Krankheit, Ort und Zeit) sind vor einer Weitergabe zu bewerten.",
                "Not measured: mentions that were not found, style and circumstances from which a person may be inferred. Remaining quasi-identifiers (office, profession, rare disease, place and time) are to be weighed before passing the files on."
            ),
        )
    }

    pub(super) fn history(self, report: &Report) -> String {
        if report.history.len() < 2 {
            return format!(
                "<section id=\"time\"><h2>{}</h2><p>{}</p></section>\n",
                self.say("Im Lauf der Zeit", "Over time"),
                self.say(
                    "Dies ist der erste Lauf in diesem Ordner; ab dem zweiten steht hier ein Verlauf.",
                    "This is the first run in this folder; from the second on its course is shown here."
                )
            );
        }
        let dates: Vec<String> = report
            .history
            .iter()
            .map(|night| night.at.chars().take(10).collect())
            .collect();
        let row = |class, name: &str, get: fn(&Night) -> u64| Row {
            class,
            name: name.to_owned(),
            numbers: report.history.iter().map(get).collect(),
        };
        let mentions = row("a", self.say("Nennungen", "mentions"), |night| {
            night.mentions.values().sum()
        });
        let files = row("a", self.say("Dateien", "files"), |night| night.files);
        let failed = row(
            "bad",
            self.say("nicht ausgeliefert", "not delivered"),
            |night| night.failed,
        );
        format!(
            "<section id=\"time\"><h2>{}</h2>{}{}</section>\n",
            self.say("Im Lauf der Zeit", "Over time"),
            lines(
                self.say("Nennungen je Lauf", "Mentions per run"),
                &dates,
                &[mentions],
            ),
            lines(
                self.say("Dateien je Lauf", "Files per run"),
                &dates,
                &[files, failed],
            ),
        )
    }
}
