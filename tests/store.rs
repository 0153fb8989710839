//! The mapping store, embedded and in PostgreSQL: what was acknowledged stays,
//! processes agree, nothing opens without the restore key, and what does not
//! fit is refused with advice.
//!
//! PostgreSQL is tested where `DECKNAME_TEST_POSTGRES` names a server
//! (`.ci/run` starts one); each test has a domain, and so a schema, of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test may fail loudly; a child process speaks on its standard output"
)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use deckname::entity::EntityType;
use deckname::error::ErrorKind;
use deckname::mapping::place::Place;
use deckname::mapping::seal::{self, BatchKey, RestoreKey};
use deckname::mapping::store::Store;
use deckname::mapping::{Blind, Bound, MappingStore, NewSurrogate};
use deckname::pseudonym::Pseudonyms;
use deckname::token::Language;

const KEY: Blind = Blind([7; 32]);
const PUBLIC: [u8; 32] = [8; 32];

fn blind(n: u8) -> Blind {
    Blind([n; 32])
}

/// The server to test with, if there is one.
fn server() -> Option<String> {
    let url = std::env::var("DECKNAME_TEST_POSTGRES").ok();
    if url.is_none() {
        println!("NOT TESTED WITH POSTGRESQL: DECKNAME_TEST_POSTGRES names no server");
    }
    url
}

/// A fresh place in each kind of database.
fn places(folder: &Path, test: &str) -> Vec<Place> {
    let mut places = vec![Place::File(folder.join("m.sqlite"))];
    if let Some(url) = server() {
        let domain = format!("{test}_{}", std::process::id());
        places.push(Place::server(&url, &domain).expect("a postgres:// address"));
    }
    places
}

fn new(bound: Bound) -> deckname::mapping::SubjectKey {
    match bound {
        Bound::New(subject) => subject,
        Bound::Taken => panic!("a new subject"),
    }
}

fn bind(store: &mut Store, n: u8, code: &str) -> Bound {
    store
        .bind_subject(blind(n), EntityType::Person, KEY, code)
        .unwrap()
}

#[test]
fn what_was_committed_is_there_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    for place in places(folder.path(), "committed") {
        let mut store = place.open(KEY, PUBLIC).unwrap();
        let subject = new(bind(&mut store, 1, "K7RN3X"));
        assert_eq!(bind(&mut store, 2, "K7RN3X"), Bound::Taken);
        assert_eq!(bind(&mut store, 1, "CCCCCC"), Bound::Taken);
        let surface = |store: &mut Store, n, variant: &str| {
            store
                .bind_surface(subject, blind(n), variant, b"sealed")
                .unwrap()
        };
        assert!(matches!(surface(&mut store, 3, ""), Bound::New(_)));
        assert_eq!(surface(&mut store, 4, ""), Bound::Taken, "the variant");
        assert_eq!(surface(&mut store, 3, "H"), Bound::Taken, "the spelling");
        store.commit().unwrap();
        bind(&mut store, 5, "FFFFFF");
        store.roll_back().unwrap();
        // A mark keeps what came before it.
        bind(&mut store, 6, "HHHHHH");
        store.mark().unwrap();
        bind(&mut store, 7, "JJJJJJ");
        store.roll_back().unwrap();
        store.mark().unwrap();
        bind(&mut store, 8, "KKKKKK");
        store.commit().unwrap();
        drop(store);

        let mut store = place.open(KEY, PUBLIC).unwrap();
        let there = |store: &mut Store, n| store.subject(blind(n)).unwrap().is_some();
        assert_eq!(
            store.subject(blind(1)).unwrap(),
            Some((subject, "K7RN3X".into()))
        );
        assert!(!there(&mut store, 5) && there(&mut store, 6));
        assert!(!there(&mut store, 7) && there(&mut store, 8));
        assert_eq!(
            store.surface(subject, blind(3)).unwrap().as_deref(),
            Some("")
        );
        assert_eq!(
            store.sealed("K7RN3X", "").unwrap(),
            Some((EntityType::Person, b"sealed".to_vec()))
        );
        assert_eq!(store.sealed("K7RN3X", "C").unwrap(), None);
        if let Some(path) = place.file() {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o077, 0);
        }
    }
}

#[test]
fn surrogates_and_journal_stand_and_fall_with_their_subject() {
    let folder = tempfile::tempdir().unwrap();
    for place in places(folder.path(), "surrogates") {
        let mut store = place.open(KEY, PUBLIC).unwrap();
        let subject = new(bind(&mut store, 1, "K7RN3X"));
        let other = new(bind(&mut store, 2, "CCCCCC"));
        let surrogate = |blind, shown: &'static str, subject| NewSurrogate {
            shown,
            blind,
            part: None,
            subject,
            entity_type: EntityType::Person,
            sealed: b"sealed",
        };
        assert!(
            store
                .bind_surrogate(&surrogate(blind(3), "a b", Some(subject)))
                .unwrap()
        );
        assert!(
            !store
                .bind_surrogate(&surrogate(blind(4), "a b", Some(other)))
                .unwrap()
        );
        assert!(
            store
                .bind_surrogate(&surrogate(blind(9), "b", None))
                .unwrap()
        );
        assert_eq!(store.surrogates(blind(3)).unwrap(), ["a b"]);
        store
            .record_delivery(blind(5), "x.txt", [1; 32], &[subject, other])
            .unwrap();
        store
            .record_delivery(blind(5), "y.txt", [2; 32], &[subject])
            .unwrap();
        store
            .record_delivery(blind(6), "z.txt", [3; 32], &[other])
            .unwrap();
        store.commit().unwrap();
        assert_eq!(
            store.delivery(blind(5)).unwrap(),
            Some(("y.txt".into(), [2; 32]))
        );

        let erased = store.erase(&[subject], &[blind(9)]).unwrap();
        assert_eq!(
            (erased.n_subjects, erased.n_surrogates, erased.n_deliveries),
            (1, 2, 1)
        );
        assert_eq!(store.delivery(blind(5)).unwrap(), None, "the journal");
        assert!(store.delivery(blind(6)).unwrap().is_some());
        assert_eq!(store.issued_surrogates().unwrap(), []);
        assert_eq!(store.subject(blind(1)).unwrap(), None);
        assert_eq!(store.check(None).unwrap().n_subjects, 1);
    }
}

#[test]
fn another_key_and_another_file_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for place in places(folder.path(), "refused") {
        let missing = place.open_existing(PUBLIC).unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::Store);
        assert!(missing.what().contains("--store"), "{}", missing.what());
        drop(place.open(KEY, PUBLIC).unwrap());
        for error in [
            place.open(blind(1), PUBLIC).unwrap_err(),
            place.open(KEY, [1; 32]).unwrap_err(),
            place.open_existing([1; 32]).unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Key);
            assert!(error.what().contains("--keys"), "{}", error.what());
        }
    }
    let other = folder.path().join("other");
    std::fs::write(&other, [b'x'; 4096]).unwrap();
    let error = Store::open(&other, KEY, PUBLIC).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(
        error.what().contains("no mapping store"),
        "{}",
        error.what()
    );
    assert_eq!(
        std::fs::read(&other).unwrap(),
        [b'x'; 4096],
        "it is left alone"
    );
}

#[test]
fn a_truncated_store_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.sqlite");
    let mut store = Store::open(&path, KEY, PUBLIC).unwrap();
    for n in 0..200_u8 {
        store
            .bind_subject(blind(n), EntityType::Person, KEY, &format!("C{n}"))
            .unwrap();
    }
    store.commit().unwrap();
    drop(store);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let found = Store::open(&path, KEY, PUBLIC).and_then(|mut store| store.check(None));
    assert_eq!(found.unwrap_err().kind(), ErrorKind::Store);
}

#[test]
fn a_newer_store_is_refused_and_a_foreign_database_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.sqlite");
    drop(Store::open(&path, KEY, PUBLIC).unwrap());
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute(
        "UPDATE meta SET value = ?1 WHERE name = 'schema'",
        [99_i64.to_le_bytes()],
    )
    .unwrap();
    for error in [
        Store::open(&path, KEY, PUBLIC).unwrap_err(),
        Store::open_existing(&path, PUBLIC).unwrap_err(),
    ] {
        assert!(error.what().contains("newer"), "{}", error.what());
    }
    let foreign = folder.path().join("f.sqlite");
    let raw = rusqlite::Connection::open(&foreign).unwrap();
    raw.execute_batch("CREATE TABLE meta (name TEXT, value BLOB)")
        .unwrap();
    let error = Store::open(&foreign, KEY, PUBLIC).unwrap_err();
    assert!(
        error.what().contains("no mapping store"),
        "{}",
        error.what()
    );
}

/// The tables of the first version, as it made them.
const FIRST_TABLES: &str = "
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE subject (
    id INTEGER PRIMARY KEY, blind BLOB NOT NULL UNIQUE, code TEXT NOT NULL UNIQUE,
    entity_type TEXT NOT NULL, scope BLOB NOT NULL, created TEXT NOT NULL);
CREATE TABLE surface (
    subject INTEGER NOT NULL REFERENCES subject(id) ON DELETE CASCADE,
    variant TEXT NOT NULL, blind BLOB NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (subject, variant), UNIQUE (subject, blind)) WITHOUT ROWID;
CREATE TABLE delivery (source BLOB PRIMARY KEY, output TEXT NOT NULL, hash BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE access (id INTEGER PRIMARY KEY, at TEXT NOT NULL, action TEXT NOT NULL,
    reason TEXT NOT NULL, n INTEGER NOT NULL, chain BLOB NOT NULL);
";

#[test]
fn a_store_of_the_first_version_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.sqlite");
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch(FIRST_TABLES).unwrap();
    let meta = |name: &str, value: &[u8]| {
        raw.execute(
            "INSERT INTO meta VALUES (?1, ?2)",
            rusqlite::params![name, value],
        )
        .unwrap();
    };
    meta("schema", &1_i64.to_le_bytes());
    meta("fingerprint", &KEY.0);
    meta("public_id", &PUBLIC);
    let row = "INSERT INTO subject VALUES (?1, ?2, ?3, 'PERSON', ?4, '2026-02-03')";
    for (id, code) in [(1_i64, "K7RN3X"), (2, "CCCCCC")] {
        let n = u8::try_from(id).unwrap();
        raw.execute(row, rusqlite::params![id, [n; 32], code, [9_u8; 32]])
            .unwrap();
        raw.execute(
            "INSERT INTO surface VALUES (?1, '', ?2, x'00')",
            rusqlite::params![id, [n + 10; 32]],
        )
        .unwrap();
    }
    raw.execute(
        "INSERT INTO delivery VALUES (?1, 'a.txt', ?2)",
        [[5_u8; 32], [6; 32]],
    )
    .unwrap();
    drop(raw);
    for _ in 0..2 {
        let mut store = Store::open_existing(&path, PUBLIC).unwrap();
        let (subject, code) = store.subject(blind(2)).unwrap().unwrap();
        assert_eq!(code, "CCCCCC");
        assert_eq!(
            store.surface(subject, blind(12)).unwrap().as_deref(),
            Some("")
        );
        assert_eq!(
            store.delivery(blind(5)).unwrap(),
            Some(("a.txt".into(), [6; 32]))
        );
        assert_eq!(store.info().unwrap().n_scopes, 1);
    }
    let mut store = Store::open(&path, KEY, PUBLIC).unwrap();
    new(bind(&mut store, 3, "FFFFFF"));
}

/// A desk with keys, for tests that seal for real.
struct Desk {
    folder: tempfile::TempDir,
    batch: BatchKey,
    restore: RestoreKey,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        seal::create(&keys).unwrap();
        Self {
            batch: BatchKey::open(&keys).unwrap(),
            restore: RestoreKey::open(&keys).unwrap(),
            folder,
        }
    }

    fn open(&self, place: &Place) -> Store {
        place
            .open(self.batch.fingerprint(), self.batch.public_id())
            .unwrap()
    }
}

fn token(key: &BatchKey, store: &mut Store, name: &str) -> String {
    let scope = key.blind("scope", &[]);
    let mut pseudonyms = Pseudonyms {
        key,
        store,
        domain: "d",
        language: Language::De,
    };
    let subject = pseudonyms
        .subject(EntityType::Person, &name.to_lowercase(), scope)
        .unwrap();
    pseudonyms.surface(&subject, name).unwrap().to_string()
}

#[test]
fn the_batch_s_keys_alone_read_no_original() {
    let desk = Desk::new();
    let path = desk.folder.path().join("m.sqlite");
    let mut store = desk.open(&Place::File(path.clone()));
    let names: Vec<String> = (0..50)
        .map(|n| format!("Quirin Zarathuschmied{n}"))
        .collect();
    for name in &names {
        token(&desk.batch, &mut store, name);
    }
    store.commit().unwrap();
    drop(store);
    // Everything the nightly job has: the store's files and the batch key.
    let mut seen = std::fs::read(&path).unwrap();
    seen.extend(std::fs::read(path.with_extension("sqlite-wal")).unwrap_or_default());
    let batch_key = std::fs::read(desk.folder.path().join("keys/batch.key")).unwrap();
    for text in ["Quirin", "quirin", "Zarathu", "zarathu"] {
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for needle in [text.as_bytes(), &wide] {
            assert!(!seen.windows(needle.len()).any(|window| window == needle));
        }
    }
    // The batch key's two halves used as a private key open nothing either.
    let text = String::from_utf8(batch_key).unwrap();
    let file: toml::Table = toml::from_str(&text).unwrap();
    let raw = rusqlite::Connection::open(&path).unwrap();
    let mut rows = raw.prepare("SELECT sealed FROM surface").unwrap();
    let sealed: Vec<Vec<u8>> = rows
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(sealed.len(), names.len());
    for half in ["index_key", "key"] {
        let folder = desk.folder.path().join(half);
        std::fs::create_dir(&folder).unwrap();
        let forged = format!(
            "version = 1\nkind = \"restore\"\nkey = \"{}\"\n",
            file[half].as_str().unwrap()
        );
        let path = folder.join("restore.key");
        std::fs::write(&path, forged).unwrap();
        std::os::unix::fs::PermissionsExt::set_mode(
            &mut path.metadata().unwrap().permissions(),
            0o600,
        );
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .unwrap();
        let forged = RestoreKey::open(&folder).unwrap();
        assert!(
            sealed
                .iter()
                .all(|sealed| forged.open_sealed(sealed).is_err())
        );
    }
    assert!(
        sealed
            .iter()
            .all(|sealed| desk.restore.open_sealed(sealed).is_ok())
    );
}

#[test]
fn no_key_shows_in_what_is_printed() {
    let desk = Desk::new();
    let secret = std::fs::read_to_string(desk.folder.path().join("keys/restore.key")).unwrap();
    let file: toml::Table = toml::from_str(&secret).unwrap();
    let key = file["key"].as_str().unwrap();
    let shares = desk.restore.split(2, 3).unwrap();
    let shown = format!("{:?} {:?} {:?}", desk.batch, desk.restore, shares);
    assert!(
        !shown.contains(&key[..8]) && shown.contains("RestoreKey(..)"),
        "{shown}"
    );
    let wrong = Desk::new();
    let sealed = desk.batch.seal("Erika Mustermann").unwrap();
    let error = format!("{:?}", wrong.restore.open_sealed(&sealed).unwrap_err());
    assert!(
        !error.contains("Erika") && !error.contains(&key[..8]),
        "{error}"
    );
}

#[test]
fn rotating_keeps_old_tokens_and_locks_the_old_key_out() {
    let desk = Desk::new();
    for (place, keep) in places(desk.folder.path(), "rotate")
        .into_iter()
        .zip([false, true])
    {
        let mut store = desk.open(&place);
        let before = token(&desk.batch, &mut store, "Erika Mustermann");
        store.commit().unwrap();
        let new_keys = desk.folder.path().join(format!("new-{keep}"));
        seal::create_with(&new_keys, None, keep.then_some(&desk.batch)).unwrap();
        let batch = BatchKey::open(&new_keys).unwrap();
        let restore = RestoreKey::open(&new_keys).unwrap();
        assert_eq!(store.rotate(&desk.restore, &batch).unwrap(), 1);
        drop(store);
        let refused = place.open(desk.batch.fingerprint(), desk.batch.public_id());
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Key);
        let mut store = place.open(batch.fingerprint(), batch.public_id()).unwrap();
        let tail = before.trim_matches(['[', ']']).rsplit('_').next().unwrap();
        let (_, sealed) = store.sealed(tail, "").unwrap().unwrap();
        assert_eq!(*restore.open_sealed(&sealed).unwrap(), "Erika Mustermann");
        assert!(desk.restore.open_sealed(&sealed).is_err());
        let after = token(&batch, &mut store, "Erika Mustermann");
        assert_eq!(before == after, keep);
        assert_eq!(store.info().unwrap().epoch, 1);
    }
}

#[test]
fn two_stores_of_one_key_become_one() {
    let desk = Desk::new();
    let at = |name: &str| Place::File(desk.folder.path().join(name));
    let (mut one, mut two) = (desk.open(&at("one")), desk.open(&at("two")));
    let shared = token(&desk.batch, &mut one, "Erika Mustermann");
    assert_eq!(token(&desk.batch, &mut two, "Erika Mustermann"), shared);
    token(&desk.batch, &mut two, "Max Muster");
    one.commit().unwrap();
    two.commit().unwrap();
    let merged = one.merge(&mut two).unwrap();
    assert_eq!((merged.n_subjects, merged.n_surfaces), (1, 1));
    assert_eq!(one.merge(&mut two).unwrap().n_subjects, 0, "twice is once");
    assert_eq!(one.check(Some(&desk.restore)).unwrap().n_opened, 2);
    let mut foreign = Desk::new().open(&at("foreign"));
    assert_eq!(one.merge(&mut foreign).unwrap_err().kind(), ErrorKind::Key);
}

/// What a child process of these tests does: binds names of its own and shared
/// ones, and says each token after it was committed.
#[test]
#[ignore = "runs in child processes of other tests"]
fn child_binds() {
    let Ok(keys) = std::env::var("DECKNAME_CHILD_KEYS") else {
        return;
    };
    let place = std::env::var("DECKNAME_CHILD_STORE").unwrap();
    let who: u32 = std::env::var("DECKNAME_CHILD").unwrap().parse().unwrap();
    let n: u32 = std::env::var("DECKNAME_CHILD_N").unwrap().parse().unwrap();
    let domain = std::env::var("DECKNAME_CHILD_DOMAIN").unwrap();
    let key = BatchKey::open(Path::new(&keys)).unwrap();
    let place = Place::server(&place, &domain).unwrap_or_else(|| Place::File(place.into()));
    let mut store = place.open(key.fingerprint(), key.public_id()).unwrap();
    for at in 0..n {
        let mut said = Vec::new();
        // Each process goes through the shared names in another order.
        let turned = (at * (2 * who + 1) + who * 17) % n;
        for name in [
            format!("Shared Person{turned}"),
            format!("Own Person{who}x{at}"),
        ] {
            let token = token(&key, &mut store, &name);
            said.push(format!("{name}\t{token}"));
        }
        if at % 3 == 0 {
            store.commit().unwrap();
            println!("SAID {}", said.join("\nSAID "));
        }
    }
    store.commit().unwrap();
}

fn child(desk: &Desk, place: &str, domain: &str, who: u32, n: u32) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "child_binds",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env("DECKNAME_CHILD_KEYS", desk.folder.path().join("keys"))
        .env("DECKNAME_CHILD_STORE", place)
        .env("DECKNAME_CHILD_DOMAIN", domain)
        .env("DECKNAME_CHILD", who.to_string())
        .env("DECKNAME_CHILD_N", n.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Everything a child said, by name.
fn said(child: &mut Child) -> Vec<(String, String)> {
    said_until(child, usize::MAX, Duration::ZERO)
}

/// Everything a child said, by name, until it was killed: a moment after so many
/// binds, so that a slow machine kills between binds too.
fn said_until(child: &mut Child, n_binds: usize, moment: Duration) -> Vec<(String, String)> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut n = 0;
    lines
        .map_while(Result::ok)
        .filter_map(|line| {
            n += usize::from(line.contains("SAID "));
            if n == n_binds {
                std::thread::sleep(moment);
                child.kill().unwrap(); // SIGKILL
            }
            let line = line.split_once("SAID ")?.1.to_owned();
            let (name, token) = line.split_once('\t')?;
            token
                .ends_with(']')
                .then(|| (name.to_owned(), token.to_owned()))
        })
        .collect()
}

fn agree(n_processes: u32, place: &str, domain: &str, desk: &Desk) {
    const N: u32 = 120;
    let mut children: Vec<Child> = (0..n_processes)
        .map(|who| child(desk, place, domain, who, N))
        .collect();
    let mut tokens = std::collections::BTreeMap::new();
    for child in &mut children {
        let said = said(child);
        assert!(child.wait().unwrap().success(), "a process failed");
        assert!(!said.is_empty());
        for (name, token) in said {
            let known = tokens.insert(name.clone(), token.clone());
            assert!(
                known.is_none_or(|known| known == token),
                "{name} has two pseudonyms"
            );
        }
    }
    let distinct: std::collections::BTreeSet<&String> = tokens.values().collect();
    assert_eq!(distinct.len(), tokens.len(), "two values share a pseudonym");
    let place = Place::server(place, domain).unwrap_or_else(|| Place::File(place.into()));
    let mut store = desk.open(&place);
    let n = u64::from(N * n_processes + N);
    assert_eq!(store.check(Some(&desk.restore)).unwrap().n_opened, n);
}

#[test]
fn two_processes_share_a_file_and_agree() {
    let desk = Desk::new();
    let path = desk.folder.path().join("m.sqlite");
    agree(2, path.to_str().unwrap(), "d", &desk);
}

#[test]
fn four_processes_share_a_server_and_agree() {
    let Some(url) = server() else { return };
    let desk = Desk::new();
    agree(4, &url, &format!("four_{}", std::process::id()), &desk);
}

/// Kills by `DECKNAME_KILLS` (default 12; 50 for the figure in the docs).
#[test]
fn killed_while_binding_nothing_acknowledged_is_lost() {
    let n_kills: u32 = std::env::var("DECKNAME_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(12);
    let desk = Desk::new();
    let places = places(desk.folder.path(), "killed");
    for place in places {
        let (address, domain) = match &place {
            Place::File(path) => (path.to_str().unwrap().to_owned(), String::from("d")),
            Place::Server { url, domain } => (url.clone(), domain.clone()),
        };
        let mut acknowledged = Vec::new();
        for n in 0..n_kills {
            let mut child = child(&desk, &address, &domain, 100 + n, 100_000);
            let n_binds = usize::try_from(2 + n * 37 % 60).unwrap();
            let moment = Duration::from_millis(u64::from(n * 7 % 30));
            acknowledged.extend(said_until(&mut child, n_binds, moment));
            child.wait().unwrap();
        }
        assert!(acknowledged.len() > 50, "only {} binds", acknowledged.len());
        let mut store = desk.open(&place);
        store.check(Some(&desk.restore)).unwrap();
        for (name, said) in &acknowledged {
            let tail = said.trim_matches(['[', ']']).rsplit('_').next().unwrap();
            let (code, variant) = deckname::token::parse(tail).unwrap();
            let (_, sealed) = store
                .sealed(code, variant)
                .unwrap()
                .expect("an acknowledged mapping is lost");
            assert_eq!(desk.restore.open_sealed(&sealed).unwrap().as_str(), name);
        }
        println!(
            "{n_kills} kills, {} acknowledged binds, none lost",
            acknowledged.len()
        );
    }
}

#[test]
fn a_server_far_away_or_unreachable_is_an_error_with_advice() {
    let open = |url: &str| {
        let place = Place::server(url, "d").unwrap();
        place.open(KEY, PUBLIC).unwrap_err()
    };
    let far = open("postgres://user:geheim@db.example/x");
    assert_eq!(far.kind(), ErrorKind::Settings);
    assert!(far.what().contains("tunnel") && !far.what().contains("geheim"));
    let gone = open("postgres://user:geheim@localhost:1/x?connect_timeout=2");
    assert_eq!(gone.kind(), ErrorKind::Store);
    assert!(!format!("{gone:?}").contains("geheim"));
    let none = open("postgres://[");
    assert_eq!(none.kind(), ErrorKind::Settings);
    let place = Place::server("postgres://user:geheim@localhost/x", "d").unwrap();
    assert!(!format!("{place:?}").contains("geheim"));
}

#[test]
fn a_lost_connection_loses_nothing_acknowledged() {
    let Some(url) = server() else { return };
    let desk = Desk::new();
    let place = Place::server(&url, &format!("lost_{}", std::process::id())).unwrap();
    let mut store = desk.open(&place);
    let kept = token(&desk.batch, &mut store, "Erika Mustermann");
    store.commit().unwrap();
    token(&desk.batch, &mut store, "Max Muster");
    let mut other = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    other
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE application_name = 'deckname' AND state LIKE 'idle in transaction%'",
            &[],
        )
        .unwrap();
    let error = store.commit().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    let mut store = desk.open(&place);
    assert_eq!(token(&desk.batch, &mut store, "Erika Mustermann"), kept);
    assert_eq!(
        store.info().unwrap().n_surfaces,
        1,
        "the rest was taken back"
    );
}

/// Figures for the docs: `DECKNAME_N` mappings (default 20,000), a commit per
/// thousand. Run with `--ignored --nocapture`, optimized.
#[test]
#[ignore = "a measurement"]
fn figures() {
    let n: u32 = std::env::var("DECKNAME_N")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(20_000);
    let desk = Desk::new();
    for place in places(desk.folder.path(), "figures") {
        let mut store = desk.open(&place);
        let per_second = |begun: std::time::Instant| f64::from(n) / begun.elapsed().as_secs_f64();
        let begun = std::time::Instant::now();
        for at in 0..n {
            token(&desk.batch, &mut store, &format!("Person Nummer{at}"));
            if at % 1000 == 999 {
                store.commit().unwrap();
            }
        }
        store.commit().unwrap();
        println!("{place:?}");
        println!("binds/s, sealed and durable: {:.0}", per_second(begun));
        let begun = std::time::Instant::now();
        let scope = desk.batch.blind("scope", &[]);
        for at in 0..n {
            let name = format!("person nummer{}", (at.wrapping_mul(7919)) % n);
            let mut pseudonyms = Pseudonyms {
                key: &desk.batch,
                store: &mut store,
                domain: "d",
                language: Language::De,
            };
            pseudonyms
                .subject(EntityType::Person, &name, scope)
                .unwrap();
        }
        println!("look-ups/s: {:.0}", per_second(begun));
        let sealed = desk.batch.seal("Person Nummer1234").unwrap().len();
        let bytes = store.info().unwrap().n_bytes;
        let each = bytes / u64::from(n);
        println!("bytes per mapping: {each}, {sealed} of them ciphertext");
    }
}
