//! Policy, lists, recognizers and reading options, put together to a pipeline.

use std::path::Path;

use super::args::{ListChoice, ModelChoice};
use super::reading::Reading;
use super::{lists, recognizers};
use crate::error::{Error, ErrorKind, Result};
use crate::fs;
use crate::pipeline::Pipeline;
use crate::policy::Policy;

/// A policy is a page of text.
const MAX_POLICY: u64 = 1 << 20;

/// A pipeline, and what a manifest says of it.
pub(super) struct Stages {
    pub(super) pipeline: Pipeline,
    /// Recognizers and lists, as reports name them.
    pub(super) names: Vec<String>,
    /// The policy in a form that is equal exactly when the rules are.
    pub(super) policy: String,
    /// All entries of the lists: to be hashed with a key only.
    pub(super) lists: Vec<u8>,
    /// Options of reading that decide how a copy looks.
    pub(super) reading: String,
}

impl Stages {
    /// The same, with a folder in which outside programs may convert files.
    pub(super) fn converting_in(self, folder: &Path) -> Self {
        Self {
            pipeline: self.pipeline.converting_in(folder.to_owned()),
            ..self
        }
    }
}

/// # Errors
/// If policy, lists, model or options are wrong.
pub(super) fn open(
    policy_file: Option<&Path>,
    list_choice: &ListChoice,
    model: &ModelChoice,
    reading: &Reading,
) -> Result<Stages> {
    let policy = policy(policy_file)?;
    let (recognizers, mut names) = recognizers::all(model)?;
    let mut recognizers = recognizers::with_rules(recognizers, policy.rules())?;
    names.extend(recognizers::rule_names(policy.rules()));
    let lists = lists::open(policy.lists(), policy_file, list_choice)?;
    names.extend(lists.names());
    recognizers.extend(lists.deny);
    let canonical = policy.canonical();
    let pipeline = Pipeline::new(recognizers, policy, reading.options()?)
        .emitting(reading.emit.map(Into::into));
    Ok(Stages {
        pipeline: pipeline.with_allowed(lists.allowed),
        names,
        policy: canonical,
        lists: lists.content,
        reading: reading.name(),
    })
}

/// The policy in a file, or the strict one.
///
/// # Errors
/// If the file cannot be read or says something wrong.
pub(super) fn policy(path: Option<&Path>) -> Result<Policy> {
    let Some(path) = path else {
        return Ok(Policy::default());
    };
    let bytes = fs::read(path, MAX_POLICY).map_err(|error| {
        Error::new(
            ErrorKind::Settings,
            format!("the policy file: {}", error.what()),
        )
    })?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Error::new(ErrorKind::Settings, "the policy file is not UTF-8"))?;
    Policy::parse(text)
}
