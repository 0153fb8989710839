//! The numbered channels through which names survive a redaction, with their
//! titles in German and English. The number is the channel's name everywhere:
//! `L031` is a line of the reference, a check of the verifier, a test file.

use std::sync::LazyLock;

use crate::token::Language;

static TITLES: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    include_str!("channels.tsv")
        .lines()
        .filter_map(|line| line.split_once('\t')?.1.split_once('\t'))
        .collect()
});

/// How many channels there are; they are numbered from 1.
#[must_use]
pub fn n_channels() -> u16 {
    u16::try_from(TITLES.len()).unwrap_or(u16::MAX)
}

/// The name of a channel: `L031`.
#[must_use]
pub fn code(channel: u16) -> String {
    format!("L{channel:03}")
}

/// What the channel is, in a few words.
#[must_use]
pub fn title(channel: u16, language: Language) -> &'static str {
    let at = usize::from(channel).saturating_sub(1);
    TITLES.get(at).map_or("", |(de, en)| match language {
        Language::De => de,
        Language::En => en,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_has_its_number() {
        for (at, line) in include_str!("channels.tsv").lines().enumerate() {
            let number: usize = line.split('\t').next().unwrap().parse().unwrap();
            assert_eq!((number, line.split('\t').count()), (at + 1, 3), "{line}");
        }
        assert_eq!(n_channels(), 190);
        assert_eq!(
            (code(31), title(31, Language::En)),
            ("L031".to_owned(), "redaction marked and not applied")
        );
    }
}
