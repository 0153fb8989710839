//! The sections `[rules]` and `[[rule]]` of a policy: built-in rules switched off,
//! and rules of the user's own.
//!
//! Plain data. Whether a built-in rule exists, a pattern compiles and the examples
//! hold is found out where recognizers are built of it.

use serde::Deserialize;

use super::wrong;
use crate::entity::EntityType;
use crate::error::Result;

/// What the policy says of rules.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// Built-in rules that do not count, by name.
    pub off: Vec<String>,
    /// The user's own rules.
    pub own: Vec<Rule>,
}

/// A rule of the user's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its name, in reports and explanations.
    pub name: String,
    /// What it finds.
    pub entity_type: EntityType,
    /// A regular expression of the whole value; a group named `v` narrows it.
    pub pattern: String,
    /// The name of a check that the value must pass.
    pub checksum: Option<String>,
    /// Words nearby that confirm a value.
    pub context: Vec<String>,
    /// Words nearby that speak against it.
    pub against: Vec<String>,
    /// Whether it counts only with a context word.
    pub needs_context: bool,
    /// How sure it is by itself, 0 to 1.
    pub score: f32,
    /// How sure it is with a context word, 0 to 1.
    pub with_context: f32,
    /// Texts in which it must find what stands in `[…]`, and nothing else.
    pub find: Vec<String>,
    /// Texts in which it must find nothing.
    pub skip: Vec<String>,
}

/// `[rules]` as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    #[serde(default)]
    off: Vec<String>,
}

/// `[[rule]]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    name: String,
    #[serde(rename = "type")]
    entity_type: String,
    pattern: String,
    checksum: Option<String>,
    #[serde(default)]
    context: Vec<String>,
    #[serde(default)]
    against: Vec<String>,
    #[serde(default)]
    needs_context: bool,
    score: Option<f32>,
    with_context: Option<f32>,
    find: Vec<String>,
    skip: Vec<String>,
}

impl Section {
    /// What both sections mean together.
    ///
    /// # Errors
    /// If a rule contradicts itself, has no examples, or shares its name.
    pub(super) fn rules(self, own: Vec<Written>) -> Result<Rules> {
        let own = own.into_iter().map(Written::rule);
        let own = own.collect::<Result<Vec<_>>>()?;
        for (at, rule) in own.iter().enumerate() {
            if own.iter().skip(at + 1).any(|other| other.name == rule.name) {
                return Err(of_rule(&rule.name, "two rules have this name"));
            }
        }
        Ok(Rules { off: self.off, own })
    }
}

fn of_rule(name: &str, what: &str) -> crate::error::Error {
    wrong(&format!("[[rule]] {name}: {what}"))
}

impl Written {
    fn rule(self) -> Result<Rule> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.name.is_empty() || self.name.len() > 40 || !self.name.chars().all(plain) {
            return Err(wrong(
                "a [[rule]] needs a name of up to 40 small letters, digits and _",
            ));
        }
        let of_rule = |what: &str| Err(of_rule(&self.name, what));
        let Some(entity_type) = EntityType::parse(&self.entity_type) else {
            return of_rule("the type is not known");
        };
        let (score, with_context) = (self.score.unwrap_or(0.6), self.with_context.unwrap_or(0.9));
        if [score, with_context]
            .iter()
            .any(|score| !(0.0..=1.0).contains(score))
        {
            return of_rule("a score lies between 0 and 1");
        }
        if self.needs_context && self.context.is_empty() {
            return of_rule("`needs_context` without context words finds nothing");
        }
        if self.find.is_empty() || self.skip.is_empty() {
            return of_rule("it needs an example to find and one to skip");
        }
        if self
            .context
            .iter()
            .chain(&self.against)
            .any(|word| word.trim().len() < 2)
        {
            return of_rule("a context word has at least two letters");
        }
        Ok(Rule {
            name: self.name,
            entity_type,
            pattern: self.pattern,
            checksum: self.checksum,
            context: self.context,
            against: self.against,
            needs_context: self.needs_context,
            score,
            with_context,
            find: self.find,
            skip: self.skip,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::Policy;

    #[test]
    fn rules_are_read() {
        let policy = Policy::parse(
            "version = 1\n[rules]\noff = [\"nummer\"]\n[[rule]]\nname = \"hall_number\"\n\
             type = \"CUSTOMER_NUMBER\"\npattern = 'HN-\\d{5}'\ncontext = [\"hallen\"]\n\
             find = [\"Halle [HN-12345]\"]\nskip = [\"HN-1\"]\n",
        )
        .unwrap();
        assert_eq!(policy.rules().off, ["nummer"]);
        let rule = policy.rules().own.first().unwrap();
        assert_eq!((rule.name.as_str(), rule.score), ("hall_number", 0.6));
        assert_ne!(policy.canonical(), Policy::default().canonical());
    }

    #[test]
    fn wrong_rules_are_errors() {
        let whole =
            "name = \"a\"\ntype = \"IBAN\"\npattern = \"x\"\nfind = [\"[x]\"]\nskip = [\"y\"]";
        let rule = |text: &str| Policy::parse(&format!("version = 1\n[[rule]]\n{text}"));
        assert!(rule(whole).is_ok());
        for (from, to) in [
            ("\"a\"", "\"A b\""),
            ("IBAN", "NUMBER"),
            ("find = [\"[x]\"]\n", ""),
            ("[\"y\"]", "[]"),
            ("skip", "score = 1.5\nskip"),
            ("skip", "needs_context = true\nskip"),
            ("skip", "context = [\"a\"]\nskip"),
            ("skip", "unknown = 1\nskip"),
            (
                "skip = [\"y\"]",
                "skip = [\"y\"]\n[[rule]]\nname = \"a\"\ntype = \"IBAN\"\npattern = \"x\"\nfind = [\"[x]\"]\nskip = [\"y\"]",
            ),
        ] {
            assert!(rule(&whole.replace(from, to)).is_err(), "{to}");
        }
    }
}
