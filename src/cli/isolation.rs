//! `--isolate` and `--timeout`: files in child processes, which are this same
//! program with the same options and one more.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::args::Limits;
use super::batch::limits;
use super::say;
use super::stages::Stages;
use crate::batch::{Children, LIMITS_MEMORY, Launch, Work, serve};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::seal::BatchKey;
use crate::token::Language;

/// Seconds that a file may take if nobody says so: a scanned book of a thousand
/// pages with OCR on one core.
const TIMEOUT: u64 = 3_600;

/// The option that makes this program a child.
const WORKER: &str = "--worker";

/// The child processes that were asked for.
///
/// # Errors
/// If the system does not say where this program is.
pub(super) fn children(typed: &Limits, scratch: &Path) -> Result<Option<Arc<Children>>> {
    if !typed.isolate && typed.timeout.is_none() {
        return Ok(None);
    }
    if !LIMITS_MEMORY {
        say(
            "--isolate: this system limits no child's memory; crashes and --timeout are contained, --memory is an estimate only.",
        );
    }
    let program = std::env::current_exe().map_err(|_| {
        Error::new(
            ErrorKind::Settings,
            "--isolate: the system does not say where this program is",
        )
    })?;
    // Right behind the verb: a `--` further on may end the options.
    let mut arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let at = arguments.len().min(1);
    arguments.insert(at, WORKER.into());
    Ok(Some(Children::new(Launch {
        program,
        arguments,
        timeout: Duration::from_secs(typed.timeout.unwrap_or(TIMEOUT)),
        memory: limits(typed).memory,
        scratch: scratch.to_owned(),
    })))
}

/// Works for the run that started this process.
///
/// # Errors
/// If the pipe to it breaks.
pub(super) fn work(
    stages: &Stages,
    key: Option<&BatchKey>,
    domain: &str,
    language: Language,
    typed: &Limits,
) -> Result<bool> {
    let limits = limits(typed);
    let work = Work {
        pipeline: &stages.pipeline,
        key,
        domain,
        language,
        memory: limits.memory,
        n_jobs: limits.n_jobs,
    };
    serve(&work, std::io::stdin(), std::io::stdout())?;
    Ok(true)
}
