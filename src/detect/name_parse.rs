//! Where a name begins and ends among the words of a line: first names, initials,
//! particles, titles, "Last, First". What announces a name is `names`' part.

use crate::detect::name_line::{Line, Word, noun, shouted, title_case};
use crate::detect::names::Names;

impl Names {
    /// Where a name that starts at a word ends; `None` if none starts there.
    /// With `sure`, a first unknown capitalized word is taken for a name.
    pub(super) fn name(&self, line: &Line<'_>, at: usize, sure: bool) -> Option<usize> {
        let mut end = at;
        let mut trusted = sure;
        let mut last_is_name = false;
        while end < at + 6 {
            let Some(word) = line.words.get(end) else {
                break;
            };
            if end > at && !line.words.get(end - 1)?.joined() {
                break;
            }
            if self.opens_particles(word, sure || end > at) {
                let Some(next) = self.last_name_after(line, end, last_is_name, sure || end > at)
                else {
                    break;
                };
                end = next;
                trusted = true;
                continue;
            }
            // "Frau Eva Lording": after a salutation, behind a first name, an
            // ending makes no noun.
            let expected = sure && (end == at || end == at + 1 && self.follows_first(line, end));
            if !word.capital()
                || (!word.initial() && (self.no_name(word) || (noun(word.text) && !expected)))
            {
                break;
            }
            let known = self.is_first(word.text) || word.initial();
            if !known && !trusted && last_is_name && end > at + 1 && !self.follows_first(line, end)
            {
                break;
            }
            if !known && !trusted && end == at {
                return None;
            }
            last_is_name = true;
            trusted = known
                || (sure
                    && end == at
                    && line.words.get(end + 1).is_some_and(|w| {
                        !self.no_name(w)
                            && !noun(w.text)
                            && w.text.chars().count() > 2
                            && (shouted(word.text) || !shouted(w.text))
                    }));
            end += 1;
            if !trusted && !known {
                break;
            }
        }
        (end > at && last_is_name).then_some(end)
    }

    /// Whether a known first name or an initial stands before a word.
    fn follows_first(&self, line: &Line<'_>, at: usize) -> bool {
        at > 0
            && line
                .words
                .get(at - 1)
                .is_some_and(|word| self.is_first(word.text) || word.initial())
    }

    /// Whether a word is a particle where one may stand.
    fn opens_particles(&self, word: &Word<'_>, inside: bool) -> bool {
        self.particles.contains(word.text)
            || inside && !word.capital() && self.particles.contains(word.lower().as_str())
    }

    /// The last name behind particles, if they belong to a name.
    fn last_name_after(
        &self,
        line: &Line<'_>,
        at: usize,
        named: bool,
        inside: bool,
    ) -> Option<usize> {
        let word = line.words.get(at)?;
        let next = self.after_particles(line, at)?;
        let last = line.words.get(next)?;
        let linking = matches!(word.text, "und" | "e" | "y" | "das" | "zum" | "zur");
        let natural = !linking || named && word.text != "und";
        (inside && natural && last.capital() && !self.no_name(last)).then_some(next)
    }

    pub(super) fn after_particles(&self, line: &Line<'_>, mut at: usize) -> Option<usize> {
        for _ in 0..3 {
            let word = line.words.get(at)?;
            if !word.joined() && word.gap != "-" {
                return None;
            }
            at += 1;
            if !self
                .particles
                .contains(line.words.get(at)?.lower().as_str())
            {
                return Some(at);
            }
        }
        None
    }

    /// Particles before a last name: "von der Heide, Anna".
    pub(super) fn back_particles(&self, line: &Line<'_>, mut at: usize) -> usize {
        while at > 0
            && line.words.get(at - 1).is_some_and(|w| {
                w.joined() && w.text != "und" && !w.capital() && self.particles.contains(w.text)
            })
        {
            at -= 1;
        }
        let bare = line.words.get(at).is_some_and(|w| {
            matches!(
                w.text,
                "der" | "den" | "dem" | "das" | "zu" | "zum" | "zur" | "e" | "o"
            )
        });
        if bare { at + 1 } else { at }
    }

    /// The index after salutations and titles that start at a word.
    pub(super) fn skip_titles(&self, line: &Line<'_>, mut at: usize) -> usize {
        at += 1;
        // No person has more titles; a row of them must not cost more than linear time.
        for _ in 0..9 {
            let Some(word) = line.words.get(at) else {
                break;
            };
            let lower = word.lower();
            let title =
                self.titles.contains(lower.as_str()) || self.salutations.contains(lower.as_str());
            let part = self.title_parts.contains(lower.as_str())
                && (word.gap.starts_with('.') && !word.capital()
                    || word.text.chars().count() > 1 && word.gap.starts_with('.'));
            if !(title || part) {
                break;
            }
            at += 1;
        }
        at
    }

    pub(super) fn is_label(&self, label: &str) -> bool {
        let lower = label
            .trim()
            .trim_end_matches([':', '*', ' '])
            .to_lowercase();
        if self.labels.contains(lower.as_str()) {
            return true;
        }
        let plain = if lower.contains(['/', '(', ')', ':', '*', '_']) {
            lower
                .replace(['/', '(', ')'], "")
                .replace(":in", "in")
                .replace("*in", "in")
                .replace("_in", "in")
        } else {
            lower
        };
        self.labels.contains(plain.as_str())
            || self.label_stems.iter().any(|stem| {
                plain.strip_prefix(stem).is_some_and(|end| {
                    matches!(
                        end,
                        "" | "in"
                            | "innen"
                            | "r"
                            | "n"
                            | "s"
                            | "rin"
                            | "in:"
                            | "ende"
                            | "ung"
                            | "er"
                            | "erin"
                            | "nin"
                            | "ner"
                    )
                })
            })
            || ["name", "vorname"].iter().any(|word| {
                plain.ends_with(word)
                    && plain.len() < 40
                    && !plain.contains("straße")
                    && !plain.contains("firm")
                    && !plain.contains("datei")
                    && !plain.contains("benutzer")
                    && !plain.contains("orts")
            })
    }

    pub(super) fn is_first(&self, word: &str) -> bool {
        let known = |word: &str| self.first.contains(word);
        if known(word) && !(shouted(word) && word.len() < 4) {
            return true;
        }
        if word.chars().count() > 3 && shouted(word) && word != "ISIN" {
            let titled = title_case(word);
            return known(&titled) || titled.split('-').all(known) && titled.contains('-');
        }
        let stem = word.strip_suffix('s').unwrap_or_default();
        stem.chars().count() > 3 && known(stem) || word.contains('-') && word.split('-').all(known)
    }

    pub(super) fn no_name(&self, word: &Word<'_>) -> bool {
        self.no_names.contains(word.lower().as_str())
    }

    /// Whether a word may be part of a name that fills a line.
    pub(super) fn may_name(&self, word: &Word<'_>) -> bool {
        word.capital() && !self.no_name(word) && (!noun(word.text) || word.text.contains('-'))
    }
}
