//! The report for people as one HTML file: no script, no network, light and
//! dark, made to be printed and signed. Files can be opened one by one down to
//! the places of their findings, never to a value.

use std::io::Write;

use super::chart::escape;
use super::html_files::Files;
use super::json::put;
use super::{Kind, Report, cautions, measured, thousands};
use crate::error::Result;
use crate::token::Language;

const STYLE: &str = include_str!("style.css");

/// A word in the report's language.
const fn pick(language: Language, de: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::De => de,
        Language::En => en,
    }
}

/// Writes the report as HTML.
///
/// # Errors
/// If the disk refuses.
pub fn write(report: &mut Report, language: Language, out: &mut dyn Write) -> Result<()> {
    let mut files = Files::default();
    report.files.each(|file| {
        files.take(&file, language);
        Ok(())
    })?;
    let page = Page { language };
    put(out, &page.head(report))?;
    put(out, &page.summary(report))?;
    put(out, &page.findings(report))?;
    put(out, &page.not_examined(&report.summary))?;
    put(out, &page.risk(&report.summary))?;
    put(out, &page.history(report))?;
    for (id, list) in [
        ("failed", &files.failed),
        ("review", &files.review),
        ("gone", &files.gone),
        ("files", &files.rest),
    ] {
        put(out, &page.list(id, list))?;
    }
    put(out, &page.manifest(report))
}

/// What writes the page in a language.
#[derive(Clone, Copy)]
pub(super) struct Page {
    pub(super) language: Language,
}

impl Page {
    pub(super) const fn say(self, de: &'static str, en: &'static str) -> &'static str {
        pick(self.language, de, en)
    }

    fn head(self, report: &Report) -> String {
        let title = match report.manifest.kind {
            Kind::Run => self.say(
                "Bericht der Pseudonymisierung",
                "Report of the pseudonymization",
            ),
            Kind::Scan => self.say(
                "Bestandsaufnahme personenbezogener Daten",
                "Audit of personal data",
            ),
        };
        let mut sentences: Vec<String> = cautions(self.language)
            .iter()
            .map(|caution| (*caution).to_owned())
            .collect();
        if report.manifest.kind == Kind::Scan {
            sentences.insert(0, self.say(
                "Es wurden keine Kopien geschrieben. Sätze über Kopien gelten für einen Lauf, der sie schreibt.",
                "No copies were written. Sentences about copies apply to a run that writes them.",
            ).to_owned());
        }
        sentences.push(measured(self.language).to_owned());
        for (de, en) in &report.summary.remarks {
            sentences.push(match self.language {
                Language::De => de.clone(),
                Language::En => en.clone(),
            });
        }
        let sentences: String = sentences
            .iter()
            .map(|sentence| format!("<li>{}</li>", escape(sentence)))
            .collect();
        let nav: String = [
            ("summary", self.say("Überblick", "Summary")),
            ("findings", self.say("Funde", "Findings")),
            ("unread", self.say("Nicht untersucht", "Not examined")),
            ("risk", self.say("Restrisiko", "Residual risk")),
            ("failed", self.say("Nicht ausgeliefert", "Not delivered")),
            ("files", self.say("Dateien", "Files")),
            ("manifest", self.say("Wiederholbarkeit", "Reproducibility")),
        ]
        .iter()
        .map(|(id, name)| format!("<li><a href=\"#{id}\">{name}</a></li>"))
        .collect();
        format!(
            "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"><title>{title}</title><style>{STYLE}</style></head><body><a class=\"skip\" href=\"#summary\">{}</a><header><h1>{title}</h1><p>deckname {} · {} · {}</p><nav aria-label=\"{}\"><ul>{nav}</ul></nav></header><main><section class=\"note\" aria-label=\"{}\"><ul>{sentences}</ul></section>\n",
            pick(self.language, "de", "en"),
            self.say("Zum Überblick", "To the summary"),
            escape(&report.manifest.version),
            escape(&report.manifest.started),
            escape(&report.manifest.recognizers.join(", ")),
            self.say("Inhalt", "Contents"),
            self.say("Was zu beachten ist", "What to bear in mind"),
        )
    }

    fn summary(self, report: &Report) -> String {
        let totals = &report.summary.totals;
        let mut tiles = String::new();
        let mut tile = |n: u64, name: &str, warns: bool| {
            let class = if warns && n > 0 {
                " class=\"warn\""
            } else {
                ""
            };
            tiles.push_str(&format!(
                "<li{class}><strong>{}</strong><span>{name}</span></li>",
                thousands(n)
            ));
        };
        tile(totals.files, self.say("Dateien", "files"), false);
        if report.manifest.kind == Kind::Run {
            tile(
                totals.delivered,
                self.say("ausgeliefert", "delivered"),
                false,
            );
            tile(
                totals.unchanged,
                self.say("unverändert", "unchanged"),
                false,
            );
            tile(
                totals.failed,
                self.say("nicht ausgeliefert", "not delivered"),
                true,
            );
        } else {
            tile(totals.scanned, self.say("untersucht", "examined"), false);
            tile(
                totals.failed,
                self.say("nicht untersucht", "not examined"),
                true,
            );
        }
        if totals.gone > 0 {
            tile(
                totals.gone,
                self.say("Vorlage gelöscht", "source gone"),
                true,
            );
        }
        tile(totals.mentions, self.say("Nennungen", "mentions"), false);
        tile(
            totals.review,
            self.say("Stellen zur Durchsicht", "places to review"),
            false,
        );
        tile(
            totals.characters,
            self.say("Zeichen untersucht", "characters examined"),
            false,
        );
        format!(
            "<section id=\"summary\"><h2>{}</h2><ul class=\"tiles\">{tiles}</ul></section>\n",
            self.say("Überblick", "Summary")
        )
    }

    fn manifest(self, report: &Report) -> String {
        let manifest = &report.manifest;
        let rows: String = [
            (self.say("Programm", "program"), &manifest.version),
            (self.say("Beginn", "begun"), &manifest.started),
            (
                self.say("Zweck oder Empfänger", "purpose or recipient"),
                &manifest.domain,
            ),
            (
                self.say("Geltungsbereich eines Pseudonyms", "scope of a pseudonym"),
                &manifest.scope,
            ),
            (
                self.say("Modell (SHA-256)", "model (SHA-256)"),
                &manifest.model,
            ),
            (
                self.say("Richtlinie (SHA-256)", "policy (SHA-256)"),
                &manifest.policy,
            ),
            (
                self.say("Regeln (SHA-256)", "rules (SHA-256)"),
                &manifest.rules,
            ),
            (
                self.say("alle Einstellungen (SHA-256)", "all settings (SHA-256)"),
                &manifest.settings,
            ),
        ]
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            format!(
                "<tr><th scope=\"row\">{name}</th><td><code>{}</code></td></tr>",
                escape(value)
            )
        })
        .collect();
        format!(
            "<section id=\"manifest\"><h2>{}</h2><table><tbody>{rows}</tbody></table><div class=\"sign\"><span>{}</span><span>{}</span></div></section></main><footer>{}</footer></body></html>\n",
            self.say("Wiederholbarkeit", "Reproducibility"),
            self.say("Ort, Datum", "Place, date"),
            self.say("Geprüft (Datenschutz)", "Checked (data protection)"),
            self.say(
                "Dieser Bericht enthält Stellen und Zahlen, keine Werte aus den Dateien.",
                "This report holds places and numbers, no values of the files."
            ),
        )
    }
}
