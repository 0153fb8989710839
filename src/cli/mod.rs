//! The command line: the only place that knows the terminal.
//!
//! What was typed ([`args`]) and what it means (`settings`) are two types;
//! each verb has a file. Messages on the terminal name places and counts, never
//! text of a document.

pub mod args;
pub mod audit;
mod batch;
mod draw;
mod evaluate;
pub mod generate;
mod isolation;
pub mod keys;
mod lists;
pub mod models;
pub mod models_compare;
mod person;
pub mod policy;
mod reading;
mod recognizers;
mod reports;
mod restore;
pub mod rules;
pub mod scan;
mod settings;
mod stages;
pub mod store;
pub mod unlock;
mod verify;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::batch::Mode;
use crate::error::{Error, ErrorKind};
use args::{Args, Verb};

/// Everything was delivered and verified.
const ALL_DONE: u8 = 0;
/// Something was not delivered.
const SOME_FAILED: u8 = 1;
/// Nothing was done.
const NOTHING_DONE: u8 = 2;

/// Runs the program and tells its exit code.
#[must_use]
pub fn main() -> ExitCode {
    quiet_panics();
    let args = Args::parse();
    let done = match &args.verb {
        Verb::Run(run) => batch::run(run, Mode::Run),
        Verb::Retry(run) => batch::run(run, Mode::Retry),
        Verb::Generate(generate) => generate::run(generate),
        Verb::Scan(scan) => scan::run(scan),
        Verb::Policy(policy) => policy::run(policy),
        Verb::Audit(audit) => audit::run(audit),
        Verb::Restore(restore) => restore::run(restore),
        Verb::Keys(keys) => keys::run(keys),
        Verb::Store(store) => store::run(store),
        Verb::Evaluate(gold) => evaluate::run(gold),
        Verb::Verify(verify) => verify::run(verify),
        Verb::Rules(rules) => rules::run(rules),
        Verb::Models(models) => models::run(models),
    };
    match done {
        Ok(true) => ExitCode::from(ALL_DONE),
        Ok(false) => ExitCode::from(SOME_FAILED),
        Err(error) => {
            say(&format!("deckname: {error:#}"));
            ExitCode::from(NOTHING_DONE)
        }
    }
}

/// A panic message may quote what was being worked on; only its place is shown.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        if let Some(place) = info.location() {
            say(&format!(
                "deckname: internal error at {}:{}",
                place.file(),
                place.line()
            ));
        }
    }));
}

/// A line on standard error.
fn say(line: &str) {
    // Without a terminal to complain to there is nobody to tell.
    writeln!(std::io::stderr().lock(), "{line}").unwrap_or_default();
}

/// Bytes on standard output.
fn print(bytes: &[u8]) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|error| {
            Error::new(
                ErrorKind::Io,
                format!("writing to standard output: {}", error.kind()),
            )
        })
}
