//! `deckname store`: looking after a mapping store, and the requests of the
//! people who are in it.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::args::Places as PlaceArgs;
use super::person::Person;
use super::settings::{Places, absolute};
use super::unlock::{self, Unlock};
use super::{print, say};
use crate::error::{Error, ErrorKind, Result};
use crate::fs;
use crate::mapping::SubjectKey;
use crate::mapping::admin::{Found, Info};
use crate::mapping::place::Place;
use crate::mapping::seal::{self, BatchKey, RestoreKey};
use crate::mapping::store::Store;

/// `deckname store`
#[derive(Clone, Debug, ClapArgs)]
pub struct StoreArgs {
    /// What to do with the store.
    #[command(subcommand)]
    pub verb: StoreVerb,
}

/// The verbs of `deckname store`.
#[derive(Clone, Debug, Subcommand)]
pub enum StoreVerb {
    /// Make a store, or set how long one keeps what is not seen again.
    Init(Init),
    /// Count what is in a store; opens nothing.
    Info(Plain),
    /// Show what is kept about a person: pseudonyms, spellings, documents.
    Find(Request),
    /// Write what is kept about a person to a file, as JSON.
    Export(Export),
    /// Erase a person, or what is past its retention, from store and journal.
    Erase(Erase),
    /// Change the keys; what was restorable stays so.
    Rotate(Rotate),
    /// Take in the mappings of another store of the same keys.
    Merge(Merge),
    /// Check that a store is whole.
    Check(Check),
}

/// A verb that needs nothing but places.
#[derive(Clone, Debug, ClapArgs)]
pub struct Plain {
    /// Where store and keys are.
    #[command(flatten)]
    pub places: PlaceArgs,
}

/// `deckname store init`
#[derive(Clone, Debug, ClapArgs)]
pub struct Init {
    /// Days after which a value that is not seen again is erased by `erase --expired`;
    /// 0 for never.
    #[arg(long, value_name = "DAYS")]
    pub retention_days: Option<u64>,
    /// Where store and keys are.
    #[command(flatten)]
    pub places: PlaceArgs,
}

/// `deckname store find`
#[derive(Clone, Debug, ClapArgs)]
pub struct Request {
    /// A person's name, as she gives it.
    #[arg(long, value_name = "NAME", required_unless_present = "token")]
    pub person: Option<String>,
    /// A token or its code, such as `PERSON_K7RN3TX`; one subject and no other.
    #[arg(long, value_name = "TOKEN", conflicts_with = "person")]
    pub token: Vec<String>,
    /// Why; kept in the audit log.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// How to open the restore key.
    #[command(flatten)]
    pub unlock: Unlock,
    /// Where store and keys are.
    #[command(flatten)]
    pub places: PlaceArgs,
}

/// `deckname store export`
#[derive(Clone, Debug, ClapArgs)]
pub struct Export {
    /// Whom.
    #[command(flatten)]
    pub request: Request,
    /// The file to write. Default: standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `deckname store erase`
#[derive(Clone, Debug, ClapArgs)]
pub struct Erase {
    /// A person's name, as she gives it.
    #[arg(long, value_name = "NAME")]
    pub person: Option<String>,
    /// A token or its code; one subject and no other.
    #[arg(long, value_name = "TOKEN", conflicts_with = "person")]
    pub token: Vec<String>,
    /// What is past its retention.
    #[arg(long, conflicts_with_all = ["person", "token"])]
    pub expired: bool,
    /// Erase all that `find` shows for the name, not only if it is one subject.
    #[arg(long, requires = "person")]
    pub all: bool,
    /// Why; kept in the audit log.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// How to open the restore key.
    #[command(flatten)]
    pub unlock: Unlock,
    /// Where store and keys are.
    #[command(flatten)]
    pub places: PlaceArgs,
}

/// `deckname store rotate`
#[derive(Clone, Debug, ClapArgs)]
pub struct Rotate {
    /// A new folder for the new keys.
    #[arg(long, value_name = "FOLDER")]
    pub new_keys: PathBuf,
    /// Keep the index key: only the key pair changes, and values keep their pseudonyms.
    #[arg(long)]
    pub keep_pseudonyms: bool,
    /// Why; kept in the audit log.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// How to open the old restore key.
    #[command(flatten)]
    pub unlock: Unlock,
    /// Where store and old keys are.
    #[command(flatten)]
    pub places: PlaceArgs,
}

/// `deckname store merge`
#[derive(Clone, Debug, ClapArgs)]
pub struct Merge {
    /// The store to take in: a file. It is not changed.
    #[arg(value_name = "OTHER")]
    pub other: PathBuf,
    /// Where the store that grows and the keys are.
    #[command(flatten)]
    pub places: PlaceArgs,
}

/// `deckname store check`
#[derive(Clone, Debug, ClapArgs)]
pub struct Check {
    /// Also open every original with the restore key.
    #[arg(long)]
    pub open: bool,
    /// How to open the restore key.
    #[command(flatten)]
    pub unlock: Unlock,
    /// Where store and keys are.
    #[command(flatten)]
    pub places: PlaceArgs,
}

/// # Errors
/// If store or keys cannot be opened, or what was asked for cannot be done.
pub(super) fn run(args: &StoreArgs) -> anyhow::Result<bool> {
    Ok(match &args.verb {
        StoreVerb::Init(init) => make(init)?,
        StoreVerb::Info(info) => tell(&info.places)?,
        StoreVerb::Find(request) => find(request)?,
        StoreVerb::Export(export) => write_out(export)?,
        StoreVerb::Erase(erase) => take_away(erase)?,
        StoreVerb::Rotate(rotate) => change_keys(rotate)?,
        StoreVerb::Merge(merge) => take_in(merge)?,
        StoreVerb::Check(check) => look_over(check)?,
    })
}

/// Opens a store with whichever key is there.
fn open(places: &Places) -> Result<Store> {
    places.check_apart(&[])?;
    if places.store.file().is_some_and(|path| !path.is_file()) {
        return Err(Error::new(
            ErrorKind::Store,
            "there is no mapping store at this place; name it with --store, or make one with `deckname store init`",
        ));
    }
    match BatchKey::open(&places.keys) {
        Ok(key) => places.store.open_existing(key.public_id()),
        Err(error) => match RestoreKey::open(&places.keys) {
            Ok(key) => places.store.open_existing(key.public_id()),
            Err(_) => Err(error),
        },
    }
}

/// Opens a store and the key that reads it.
fn open_with_key(args: &PlaceArgs, unlock: &Unlock) -> Result<(Places, Store, RestoreKey)> {
    let places = Places::new(args)?;
    places.check_apart(&[])?;
    let key = unlock::restore_key(&places, unlock)?;
    let store = places.store.open_existing(key.public_id())?;
    Ok((places, store, key))
}

fn make(init: &Init) -> Result<bool> {
    let places = Places::new(&init.places)?;
    places.check_apart(&[])?;
    if !places.keys.join(seal::BATCH_KEY_FILE).exists() {
        seal::create(&places.keys)?;
        super::keys::tell(&places);
    }
    let key = BatchKey::open(&places.keys)?;
    if let Some(folder) = places.store.file().and_then(std::path::Path::parent) {
        fs::make_folder(folder)?;
    }
    let mut store = places.store.open(key.fingerprint(), key.public_id())?;
    if let Some(days) = init.retention_days {
        store.set_retention((days > 0).then_some(days))?;
    }
    say("The mapping store is ready.");
    Ok(true)
}

fn tell(args: &PlaceArgs) -> Result<bool> {
    let places = Places::new(args)?;
    let mut store = open(&places)?;
    print(shown(&store.info()?, &places).as_bytes())?;
    Ok(true)
}

fn shown(info: &Info, places: &Places) -> String {
    let place = match &places.store {
        Place::File(path) => path.display().to_string(),
        Place::Server { domain, .. } => format!("PostgreSQL, schema deckname_{domain}"),
    };
    let mut lines = format!(
        "store          {place}\nsize           {} bytes\n",
        info.n_bytes
    );
    for (what, n) in [
        ("spellings", info.n_surfaces),
        ("surrogates", info.n_surrogates),
        ("scopes", info.n_scopes),
        ("deliveries", info.n_deliveries),
        ("key changes", info.epoch),
    ] {
        lines.push_str(&format!("{what:<14} {n}\n"));
    }
    match info.retention_days {
        None => lines.push_str("retention      for ever\n"),
        Some(days) => lines.push_str(&format!(
            "retention      {days} days; {} subjects are past it\n",
            info.n_expired
        )),
    }
    for (name, n) in &info.n_subjects {
        lines.push_str(&format!("  {name:<24} {n}\n"));
    }
    lines
}

/// The subjects that a request names, those that only may belong to her last.
fn asked(
    store: &mut Store,
    key: &RestoreKey,
    person: Option<&str>,
    tokens: &[String],
) -> Result<(Vec<Found>, Vec<Found>)> {
    if let Some(name) = person {
        let person = Person::parse(name)?;
        let sure = store.search(key, &|of, text| person.is_named(of, text))?;
        let maybe = store.search(key, &|of, text| person.may_be(of, text))?;
        let maybe: Vec<SubjectKey> = maybe.into_iter().filter(|of| !sure.contains(of)).collect();
        return Ok((store.details(key, &sure)?, store.details(key, &maybe)?));
    }
    let mut keys = Vec::new();
    for token in tokens {
        let code = token.trim_matches(['[', ']']);
        let code = code.rsplit('_').next().unwrap_or_default();
        let code = code.split('-').next().unwrap_or_default().to_uppercase();
        let found = store
            .subject_of_code(&code)?
            .ok_or_else(|| Error::new(ErrorKind::Settings, "a --token is not in this store"))?;
        keys.push(found);
    }
    Ok((store.details(key, &keys)?, Vec::new()))
}

fn n_spellings(found: &[Found]) -> u64 {
    let n: usize = found.iter().map(|found| found.spellings.len()).sum();
    u64::try_from(n).unwrap_or(u64::MAX)
}

fn look(request: &Request, action: &str) -> Result<(Vec<Found>, Vec<Found>)> {
    unlock::check_reason(&request.reason)?;
    let (places, mut store, key) = open_with_key(&request.places, &request.unlock)?;
    let person = request.person.as_deref();
    let (sure, maybe) = asked(&mut store, &key, person, &request.token)?;
    let n = n_spellings(&sure) + n_spellings(&maybe);
    unlock::note(&places, &mut store, action, &request.reason, n)?;
    Ok((sure, maybe))
}

fn find(request: &Request) -> Result<bool> {
    let (sure, maybe) = look(request, "find")?;
    let mut lines = String::new();
    for (found, sure) in sure
        .iter()
        .map(|f| (f, true))
        .chain(maybe.iter().map(|f| (f, false)))
    {
        let maybe = if sure {
            ""
        } else {
            "  (may belong to somebody else)"
        };
        lines.push_str(&format!(
            "[{}_{}]{maybe}\n  bound {}, last seen {}\n",
            found.entity_type.label_de(),
            found.code,
            found.created,
            found.seen
        ));
        for spelling in &found.spellings {
            lines.push_str(&format!("  spelling  {}\n", spelling.as_str()));
        }
        for document in &found.documents {
            lines.push_str(&format!("  document  {document}\n"));
        }
    }
    print(lines.as_bytes())?;
    say(&format!(
        "{} subjects, and {} that may belong to somebody else",
        sure.len(),
        maybe.len()
    ));
    Ok(!sure.is_empty())
}

fn write_out(export: &Export) -> Result<bool> {
    if let Some(out) = &export.out {
        super::restore::refuse_delivered_folder(out)?;
    }
    let (sure, maybe) = look(&export.request, "export")?;
    let json = |found: &Found, sure: bool| {
        let spellings: Vec<&str> = found.spellings.iter().map(|text| text.as_str()).collect();
        serde_json::json!({
            "pseudonym": format!("{}_{}", found.entity_type.label_de(), found.code),
            "entity_type": found.entity_type.name(),
            "sure": sure,
            "bound": found.created,
            "last_seen": found.seen,
            "spellings": spellings,
            "documents": found.documents,
        })
    };
    let subjects: Vec<_> = sure
        .iter()
        .map(|found| json(found, true))
        .chain(maybe.iter().map(|found| json(found, false)))
        .collect();
    let all = serde_json::json!({ "version": 1, "subjects": subjects });
    let mut text = serde_json::to_string_pretty(&all)
        .map_err(|_| Error::new(ErrorKind::Internal, "the export cannot be written"))?;
    text.push('\n');
    match &export.out {
        Some(out) => fs::write_new(out, text.as_bytes())?,
        None => print(text.as_bytes())?,
    }
    Ok(!sure.is_empty())
}

fn take_away(erase: &Erase) -> Result<bool> {
    unlock::check_reason(&erase.reason)?;
    if !erase.expired && erase.person.is_none() && erase.token.is_empty() {
        return Err(Error::new(
            ErrorKind::Settings,
            "say whom to erase: --person, --token or --expired",
        ));
    }
    let (places, mut store, key) = open_with_key(&erase.places, &erase.unlock)?;
    let sure = if erase.expired {
        let expired = store.expired()?;
        store.details(&key, &expired)?
    } else {
        let (mut sure, maybe) = asked(&mut store, &key, erase.person.as_deref(), &erase.token)?;
        if erase.all {
            sure.extend(maybe);
        } else if sure.len() > 1 && erase.person.is_some() {
            return Err(Error::new(
                ErrorKind::Settings,
                format!(
                    "{} subjects have this name; look with `store find`, then name them with --token, or take --all",
                    sure.len()
                ),
            ));
        }
        sure
    };
    let keys: Vec<SubjectKey> = sure.iter().map(|found| found.key).collect();
    let parts = match BatchKey::open(&places.keys) {
        Ok(batch) => parts(&mut store, &batch, &erase.places.domain, &sure)?,
        Err(_) => Vec::new(),
    };
    // Noted first: an erasure that nobody can explain must not happen.
    unlock::note(
        &places,
        &mut store,
        "erase",
        &erase.reason,
        n_spellings(&sure),
    )?;
    let erased = store.erase(&keys, &parts)?;
    say(&format!(
        "Erased: {} subjects, {} spellings, {} surrogates, {} journal entries",
        erased.n_subjects, erased.n_surfaces, erased.n_surrogates, erased.n_deliveries
    ));
    Ok(erased.n_subjects > 0 || erase.expired)
}

/// The blinds of the name parts that surrogates were issued for.
fn parts(
    store: &mut Store,
    batch: &BatchKey,
    domain: &str,
    found: &[Found],
) -> Result<Vec<crate::mapping::Blind>> {
    let mut parts = Vec::new();
    for found in found {
        let scope = store.scope_of_subject(found.key)?;
        for spelling in &found.spellings {
            parts.extend(crate::pseudonym::part_blinds(
                batch, domain, &scope, spelling,
            ));
        }
    }
    Ok(parts)
}

fn change_keys(rotate: &Rotate) -> Result<bool> {
    unlock::check_reason(&rotate.reason)?;
    let (places, mut store, key) = open_with_key(&rotate.places, &rotate.unlock)?;
    let new_keys = absolute(&rotate.new_keys)?;
    let old = if rotate.keep_pseudonyms {
        Some(BatchKey::open(&places.keys)?)
    } else {
        None
    };
    seal::create_with(&new_keys, None, old.as_ref())?;
    let new = BatchKey::open(&new_keys)?;
    unlock::note(&places, &mut store, "rotate", &rotate.reason, 0)?;
    let n = store.rotate(&key, &new)?;
    say(&format!(
        "{n} originals are sealed to the keys in {}.",
        new_keys.display()
    ));
    say("Keep the old keys until every copy and backup of the old store is gone.");
    Ok(true)
}

fn take_in(merge: &Merge) -> Result<bool> {
    let places = Places::new(&merge.places)?;
    places.check_apart(&[])?;
    let key = BatchKey::open(&places.keys)?;
    let other = Place::server(&merge.other.to_string_lossy(), &merge.places.domain);
    let other = match other {
        Some(server) => server,
        None => Place::File(absolute(&merge.other)?),
    };
    let mut from = other.open_existing(key.public_id())?;
    let mut store = places.store.open(key.fingerprint(), key.public_id())?;
    let merged = store.merge(&mut from)?;
    say(&format!(
        "Taken in: {} subjects, {} spellings, {} surrogates",
        merged.n_subjects, merged.n_surfaces, merged.n_surrogates
    ));
    Ok(true)
}

fn look_over(check: &Check) -> Result<bool> {
    let places = Places::new(&check.places)?;
    let (mut store, key) = if check.open {
        let (_, store, key) = open_with_key(&check.places, &check.unlock)?;
        (store, Some(key))
    } else {
        (open(&places)?, None)
    };
    let checked = store.check(key.as_ref())?;
    let log = crate::mapping::audit::AuditLog::new(&places.audit);
    let head = log.verify(store.audit_head(&unlock::log_name(&places.store))?)?;
    say(&format!(
        "The store is whole: {} subjects, {} originals ({} opened); {} entries in the audit log",
        checked.n_subjects, checked.n_sealed, checked.n_opened, head.n_entries
    ));
    Ok(true)
}
