//! `deckname policy`: reads a policy and says what it means, in words that can
//! be signed.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::args::Language;
use super::{print, stages};
use crate::entity::EntityType;
use crate::policy::{Action, Policy};

/// `deckname policy`
#[derive(Clone, Debug, ClapArgs)]
pub struct PolicyArgs {
    /// What to do with a policy.
    #[command(subcommand)]
    pub verb: PolicyVerb,
}

/// The verbs of `deckname policy`.
#[derive(Clone, Debug, Subcommand)]
pub enum PolicyVerb {
    /// Tell whether a policy file is right.
    Check {
        /// The policy file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Show what becomes of each kind of personal data.
    Show {
        /// The policy file. Default: the strict policy that is built in.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// Language of the table.
        #[arg(long, value_enum, default_value_t = Language::De)]
        lang: Language,
    },
}

/// # Errors
/// If the file cannot be read or says something wrong.
pub(super) fn run(args: &PolicyArgs) -> anyhow::Result<bool> {
    match &args.verb {
        PolicyVerb::Check { file } => {
            stages::policy(Some(file))?;
            print(b"ok\n")?;
        }
        PolicyVerb::Show { file, lang } => {
            let policy = stages::policy(file.as_deref())?;
            print(table(&policy, *lang).as_bytes())?;
        }
    }
    Ok(true)
}

fn table(policy: &Policy, language: Language) -> String {
    let mut out = String::new();
    for entity_type in EntityType::ALL {
        // Names of files are tokens of reports; no policy changes them.
        if *entity_type == EntityType::FileName {
            continue;
        }
        let label = match language {
            Language::De => entity_type.label_de(),
            Language::En => entity_type.label_en(),
        };
        out.push_str(&format!(
            "{:<24} {label:<18} {}\n",
            entity_type.name(),
            words(policy.action(*entity_type), language)
        ));
    }
    out
}

const fn words(action: Action, language: Language) -> &'static str {
    let (de, en) = match action {
        Action::Keep => ("bleibt stehen", "stays"),
        Action::Pseudonymize => (
            "wird durch eine Kennung ersetzt, rückführbar",
            "becomes a token, can be restored",
        ),
        Action::Surrogate => (
            "wird durch einen erfundenen Wert ersetzt, rückführbar",
            "becomes an invented value, can be restored",
        ),
        Action::Mask => ("wird unkenntlich gemacht, endgültig", "is masked, for good"),
        Action::Generalize => (
            "wird vergröbert (Jahr, zwei Stellen der PLZ), endgültig",
            "is made coarser (year, two digits of the ZIP), for good",
        ),
        Action::Redact => ("wird geschwärzt, endgültig", "is redacted, for good"),
        Action::Block => (
            "sperrt die Datei: sie wird nicht ausgeliefert",
            "blocks the file: it is not delivered",
        ),
    };
    match language {
        Language::De => de,
        Language::En => en,
    }
}
