//! `deckname audit`: whether the audit log is whole.

use clap::{Args as ClapArgs, Subcommand};

use super::args::Places as PlacesArgs;
use super::settings::Places;
use super::{print, unlock};
use crate::error::Result;
use crate::mapping::audit::AuditLog;
use crate::mapping::seal::BatchKey;

/// `deckname audit`
#[derive(Clone, Debug, ClapArgs)]
pub struct Audit {
    /// What to do with the audit log.
    #[command(subcommand)]
    pub verb: AuditVerb,
}

/// The verbs of `deckname audit`.
#[derive(Clone, Debug, Subcommand)]
pub enum AuditVerb {
    /// Check that no entry of the audit log was changed, removed or added.
    Verify(PlacesArgs),
    /// Print the entries: when, who, what, why, how many values.
    Show(PlacesArgs),
}

/// # Errors
/// If the log was changed or cannot be read.
pub(super) fn run(args: &Audit) -> anyhow::Result<bool> {
    let (AuditVerb::Verify(typed) | AuditVerb::Show(typed)) = &args.verb;
    let places = Places::new(typed)?;
    let log = AuditLog::new(&places.audit);
    let noted = head(&places)?;
    let against = if noted.is_some() {
        "and reaches to the end that the mapping store knows"
    } else {
        "(no mapping store to compare its end with)"
    };
    let noted = noted.flatten();
    let head = log.verify(noted)?;
    if let AuditVerb::Show(_) = &args.verb {
        let mut out = String::new();
        for entry in log.entries()? {
            out.push_str(&format!(
                "{}\t{}\t{}\t{}\t{}\t{}\n",
                entry.n, entry.at, entry.operator, entry.action, entry.n_values, entry.reason
            ));
        }
        print(out.as_bytes())?;
    } else {
        let line = format!(
            "the audit log is whole: {} entries {against}\n",
            head.n_entries
        );
        print(line.as_bytes())?;
    }
    Ok(true)
}

/// The end of the log that the store knows; `None` without a store.
fn head(places: &Places) -> Result<Option<Option<crate::mapping::audit::Head>>> {
    if places.store.file().is_some_and(|path| !path.exists()) {
        return Ok(None);
    }
    let Ok(key) = BatchKey::open(&places.keys) else {
        return Ok(None);
    };
    let mut store = places.store.open(key.fingerprint(), key.public_id())?;
    let head = store.audit_head(&unlock::log_name(&places.store))?;
    Ok(Some(head))
}
