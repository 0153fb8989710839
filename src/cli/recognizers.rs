//! Which recognizers a command works with.

use super::args::ModelChoice;
use super::{models, say};
use crate::detect::custom::{self, OwnRule, Without};
use crate::detect::ner::Ner;
use crate::detect::{self, Recognizer, catalog};
use crate::error::{Error, ErrorKind, Result};
use crate::fs;
use crate::mapping::seal::sha256;
use crate::policy::rules::Rules;

/// Recognizers of any kind.
type Recognizers = Vec<Box<dyn Recognizer>>;

/// The recognizers, and their names for reports.
///
/// # Errors
/// If the model does not load.
pub(super) fn all(choice: &ModelChoice) -> Result<(Recognizers, Vec<String>)> {
    // Side by side: each takes a quarter of a second.
    let (recognizers, ner) = rayon::join(detect::standard, || {
        (!choice.no_model).then(|| ner(choice)).transpose()
    });
    let (mut recognizers, ner) = (recognizers?, ner?);
    let mut names: Vec<String> = recognizers
        .iter()
        .map(|known| known.name().to_owned())
        .collect();
    if let Some(ner) = ner {
        names.push(format!("ner ({})", ner.model_name()));
        recognizers.push(Box::new(ner));
    } else {
        say("Without a model, names that no rule finds stay in the copies.");
    }
    Ok((recognizers, names))
}

/// The same with the rules of a policy: some off, some of the user's own.
///
/// # Errors
/// If a rule to be switched off does not exist, or one of the user's own does
/// not do what it says.
pub(super) fn with_rules(recognizers: Recognizers, rules: &Rules) -> Result<Recognizers> {
    let unknown = |name: &&String| !catalog::names().any(|known| known == name.as_str());
    if let Some(name) = rules.off.iter().find(unknown) {
        return Err(Error::new(
            ErrorKind::Settings,
            format!(
                "the policy file: [rules] off: there is no rule {name}; see `deckname rules list`"
            ),
        ));
    }
    let mut all = recognizers;
    if !rules.off.is_empty() {
        let without =
            |inner| -> Box<dyn Recognizer> { Box::new(Without::new(inner, rules.off.clone())) };
        all = all.into_iter().map(without).collect();
    }
    for rule in &rules.own {
        all.push(Box::new(custom::build(&OwnRule {
            name: &rule.name,
            entity_type: rule.entity_type,
            pattern: &rule.pattern,
            checksum: rule.checksum.as_deref(),
            context: &rule.context,
            against: &rule.against,
            needs_context: rule.needs_context,
            score: rule.score,
            with_context: rule.with_context,
            find: &rule.find,
            skip: &rule.skip,
        })?));
    }
    Ok(all)
}

/// What a report says of them.
pub(super) fn rule_names(rules: &Rules) -> Vec<String> {
    let own = rules.own.iter().map(|rule| format!("rule {}", rule.name));
    let off = rules.off.iter().map(|name| format!("rule {name} is off"));
    own.chain(off).collect()
}

/// The chosen model.
///
/// # Errors
/// If it does not load.
pub(super) fn ner(choice: &ModelChoice) -> Result<Ner> {
    match &choice.model {
        Some(model) => models::open(model),
        None => Ner::embedded(),
    }
}

/// SHA-256 of the chosen model's own description, which names the hashes of its
/// files; empty without a model.
///
/// # Errors
/// If the folder holds no such description.
pub(super) fn fingerprint(choice: &ModelChoice) -> Result<String> {
    /// A description is a page of text.
    const MAX_DESCRIPTION: u64 = 1 << 20;
    if choice.no_model {
        return Ok(String::new());
    }
    let folder = choice.model.as_deref().map(models::folder).transpose()?;
    let description = match folder.flatten() {
        Some(folder) => fs::read(&folder.join("models.toml"), MAX_DESCRIPTION)?,
        None => include_bytes!("../../ner-models/models.toml").to_vec(),
    };
    Ok(sha256(&description)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    fn policies(text: &str) -> Vec<String> {
        let blocks = text.split("```toml\n").skip(1);
        blocks
            .filter_map(|block| Some(block.split_once("```")?.0.to_owned()))
            .collect()
    }

    #[test]
    fn what_the_documentation_shows_works() {
        let pages = [
            include_str!("../../docs/reference/rules.md"),
            include_str!("../../docs/reference/lists.md"),
        ];
        let mut n_rules = 0;
        for text in pages.iter().flat_map(|page| policies(page)) {
            let policy = Policy::parse(&text).unwrap();
            n_rules += with_rules(Vec::new(), policy.rules()).unwrap().len();
        }
        assert!(n_rules > 0);
        let checks: Vec<&str> = custom::checks().collect();
        for name in ["luhn", "verhoeff", "ch_uid", "pl_pesel", "date"] {
            assert!(checks.contains(&name), "{name}");
        }
    }

    #[test]
    fn a_rule_that_does_not_exist_cannot_be_off() {
        let policy = Policy::parse("version = 1\n[rules]\noff = [\"ibann\"]").unwrap();
        assert!(with_rules(Vec::new(), policy.rules()).is_err());
    }
}
