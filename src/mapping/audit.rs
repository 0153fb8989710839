//! The audit log: who looked at originals, when and why, in a file to which
//! lines are only ever added.
//!
//! One JSON object per line. Each holds the hash of the one before and a hash
//! over itself, so that an entry that was changed, removed, inserted or moved
//! is noticed. That the last entries were cut off shows only against a head
//! noted elsewhere: the mapping store keeps one ([`Head::to_bytes`]). The log
//! says how many values were shown, never which.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::seal::sha256;
use crate::error::{Error, ErrorKind, Result};

/// A reason is a sentence or two; a line of more is no entry of ours.
const MAX_LINE: u64 = 64 << 10;
/// What stands before the first entry.
const ORIGIN: [u8; 32] = [0; 32];

/// One access to originals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its number, from 1.
    pub n: u64,
    /// When, in UTC, RFC 3339.
    pub at: String,
    /// The name of the user's account, as the system tells it.
    pub operator: String,
    /// What was done: `restore`, `find`, `export`, `erase` …
    pub action: String,
    /// Why, in the operator's words.
    pub reason: String,
    /// How many values were shown or erased.
    pub n_values: u64,
    /// The hash of the entry before, 64 hexadecimal digits; zeros for the first.
    pub previous: String,
    /// SHA-256 over all of the above, 64 hexadecimal digits.
    pub hash: String,
}

/// Where a log ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many entries there are.
    pub n_entries: u64,
    /// The hash of the last one.
    pub hash: [u8; 32],
}

impl Head {
    const NONE: Self = Self {
        n_entries: 0,
        hash: ORIGIN,
    };

    /// The number and the hash, for keeping elsewhere.
    #[must_use]
    pub fn to_bytes(self) -> Vec<u8> {
        let mut bytes = self.n_entries.to_le_bytes().to_vec();
        bytes.extend_from_slice(&self.hash);
        bytes
    }

    /// What [`Head::to_bytes`] wrote; `None` for anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (number, hash) = bytes.split_first_chunk::<8>()?;
        Some(Self {
            n_entries: u64::from_le_bytes(*number),
            hash: hash.try_into().ok()?,
        })
    }
}

/// An audit log in a file.
#[derive(Clone, Debug)]
pub struct AuditLog {
    path: PathBuf,
}

impl AuditLog {
    /// The log in a file, which need not exist yet.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds an entry and makes it durable. Several processes may do so at once.
    ///
    /// # Errors
    /// If there is no reason, the last entry is damaged, or the file cannot be
    /// written. Nothing may be shown then.
    pub fn append(&self, action: &str, reason: &str, n_values: u64) -> Result<Head> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Error::new(
                ErrorKind::Settings,
                "--reason must say why the real values are needed",
            ));
        }
        let mut file = self.open_private()?;
        file.lock().map_err(|error| failed("locking", &error))?;
        let last = last_entry(&mut file)?;
        let mut entry = Entry {
            n: last.n_entries + 1,
            at: jiff::Timestamp::now().to_string(),
            operator: operator(),
            action: action.to_owned(),
            reason: reason.to_owned(),
            n_values,
            previous: hex(&last.hash),
            hash: String::new(),
        };
        let hash = entry.compute();
        entry.hash = hex(&hash);
        let mut line = serde_json::to_vec(&entry)
            .map_err(|_| Error::new(ErrorKind::Internal, "an audit entry cannot be written"))?;
        line.push(b'\n');
        if u64::try_from(line.len()).unwrap_or(u64::MAX) > MAX_LINE {
            return Err(Error::new(ErrorKind::Settings, "--reason is too long"));
        }
        file.write_all(&line)
            .and_then(|()| file.sync_all())
            .map_err(|error| failed("writing", &error))?;
        Ok(Head {
            n_entries: entry.n,
            hash,
        })
    }

    /// Reads all entries and checks the chain. A log that does not exist is empty.
    ///
    /// # Errors
    /// If an entry was changed, removed, inserted or moved (the message tells
    /// which line), or the file cannot be read.
    pub fn entries(&self) -> Result<Vec<Entry>> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed("opening", &error)),
        };
        let mut lines = BufReader::new(file);
        let mut entries = Vec::new();
        let mut head = Head::NONE;
        loop {
            let mut line = Vec::new();
            let n_read = (&mut lines)
                .take(MAX_LINE)
                .read_until(b'\n', &mut line)
                .map_err(|error| failed("reading", &error))?;
            if n_read == 0 {
                return Ok(entries);
            }
            let entry = check(&line, head)?;
            head = Head {
                n_entries: entry.n,
                hash: unhex(&entry.hash).ok_or_else(|| changed(entry.n))?,
            };
            entries.push(entry);
        }
    }

    /// Checks the chain, and that it reaches at least to a head noted elsewhere.
    ///
    /// # Errors
    /// As [`AuditLog::entries`], and if entries are missing at the end.
    pub fn verify(&self, noted: Option<Head>) -> Result<Head> {
        let entries = self.entries()?;
        let hash_of = |entry: &Entry| unhex(&entry.hash).unwrap_or(ORIGIN);
        if let Some(noted) = noted.filter(|noted| noted.n_entries > 0) {
            let there = entries.iter().find(|entry| entry.n == noted.n_entries);
            match there {
                None => {
                    return Err(Error::new(
                        ErrorKind::Store,
                        format!(
                            "the audit log has {} entries, but the mapping store knows of {}: the end was cut off",
                            entries.len(),
                            noted.n_entries
                        ),
                    ));
                }
                Some(entry) if hash_of(entry) != noted.hash => {
                    return Err(Error::new(
                        ErrorKind::Store,
                        "the audit log is not the one that the mapping store knows",
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(entries.last().map_or(Head::NONE, |entry| Head {
            n_entries: entry.n,
            hash: hash_of(entry),
        }))
    }

    fn open_private(&self) -> Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&self.path)
            .map_err(|error| failed("opening", &error))
    }
}

impl Entry {
    /// The hash over all fields but itself; lengths go in, so that fields
    /// cannot run into each other.
    fn compute(&self) -> [u8; 32] {
        let mut bytes = Vec::new();
        for part in [
            self.previous.as_str(),
            &self.n.to_string(),
            &self.at,
            &self.operator,
            &self.action,
            &self.reason,
            &self.n_values.to_string(),
        ] {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        sha256(&bytes)
    }
}

/// One line, if it follows the head.
fn check(line: &[u8], head: Head) -> Result<Entry> {
    let n = head.n_entries + 1;
    let entry: Entry = line
        .strip_suffix(b"\n")
        .and_then(|line| serde_json::from_slice(line).ok())
        .ok_or_else(|| changed(n))?;
    let fits = entry.n == n
        && entry.previous == hex(&head.hash)
        && unhex(&entry.hash) == Some(entry.compute());
    if fits { Ok(entry) } else { Err(changed(n)) }
}

/// Where a file of entries ends. A last line without an end was never
/// acknowledged (the machine stopped while writing it) and is taken away.
fn last_entry(file: &mut File) -> Result<Head> {
    let length = file
        .seek(SeekFrom::End(0))
        .map_err(|error| failed("reading", &error))?;
    let from = length.saturating_sub(MAX_LINE * 2);
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(from))
        .and_then(|_| file.read_to_end(&mut tail))
        .map_err(|error| failed("reading", &error))?;
    let whole = memchr::memrchr(b'\n', &tail).map_or(0, |at| at + 1);
    let cut = tail.len().saturating_sub(whole);
    if cut > 0 {
        let kept = length.saturating_sub(u64::try_from(cut).unwrap_or(0));
        file.set_len(kept)
            .map_err(|error| failed("writing", &error))?;
    }
    let body = tail.get(..whole.saturating_sub(1)).unwrap_or_default();
    if body.is_empty() {
        return Ok(Head::NONE);
    }
    let start = memchr::memrchr(b'\n', body).map_or(0, |at| at + 1);
    let line = body.get(start..).unwrap_or_default();
    let entry: Entry = serde_json::from_slice(line).map_err(|_| damaged())?;
    let hash = unhex(&entry.hash).filter(|hash| *hash == entry.compute());
    Ok(Head {
        n_entries: entry.n,
        hash: hash.ok_or_else(damaged)?,
    })
}

/// The account's name; not proof, but what the system says.
fn operator() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_else(|| "unknown".to_owned())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let bytes = text.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    let bytes: Option<Vec<u8>> = bytes.collect();
    bytes?.try_into().ok()
}

fn changed(n: u64) -> Error {
    Error::new(
        ErrorKind::Store,
        format!("the audit log was changed at entry {n}"),
    )
}

fn damaged() -> Error {
    Error::new(
        ErrorKind::Store,
        "the audit log's last entry is damaged; keep the file as evidence and name a new one",
    )
}

fn failed(doing: &str, error: &std::io::Error) -> Error {
    Error::new(
        ErrorKind::Store,
        format!("{doing} the audit log: {}", error.kind()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> (tempfile::TempDir, AuditLog) {
        let folder = tempfile::tempdir().unwrap();
        let log = AuditLog::new(folder.path().join("audit.jsonl"));
        for (n, reason) in ["Antwort", "Auskunft", "Prüfung \"eins\"\n zwei"]
            .iter()
            .enumerate()
        {
            let head = log.append("restore", reason, 3).unwrap();
            assert_eq!(head.n_entries, u64::try_from(n).unwrap() + 1);
        }
        (folder, log)
    }

    fn rewrite(log: &AuditLog, change: impl Fn(Vec<String>) -> Vec<String>) {
        let text = std::fs::read_to_string(log.path()).unwrap();
        let lines = change(text.lines().map(str::to_owned).collect());
        let mut file = File::create(log.path()).unwrap();
        for line in lines {
            writeln!(file, "{line}").unwrap();
        }
    }

    #[test]
    fn every_change_is_noticed() {
        let changes: [fn(Vec<String>) -> Vec<String>; 5] = [
            |mut lines| {
                lines[1] = lines[1].replace("Auskunft", "Anfrage!");
                lines
            },
            |mut lines| {
                lines.remove(1);
                lines
            },
            |mut lines| {
                lines.swap(0, 1);
                lines
            },
            |mut lines| {
                lines.insert(1, lines[0].clone());
                lines
            },
            |mut lines| {
                lines.remove(0);
                lines
            },
        ];
        for (n, change) in changes.iter().enumerate() {
            let (_folder, log) = log();
            assert_eq!(log.verify(None).unwrap().n_entries, 3);
            rewrite(&log, change);
            assert!(log.verify(None).is_err(), "change {n}");
        }
    }

    #[test]
    fn a_cut_end_shows_against_the_noted_head() {
        let (_folder, log) = log();
        let noted = log.verify(None).unwrap();
        assert_eq!(Head::from_bytes(&noted.to_bytes()), Some(noted));
        rewrite(&log, |mut lines| {
            lines.pop();
            lines
        });
        assert!(log.verify(None).is_ok());
        let error = log.verify(Some(noted)).unwrap_err();
        assert!(error.what().contains("cut off"), "{}", error.what());
        // Somebody who writes a new third entry is noticed as well.
        log.append("restore", "anders", 3).unwrap();
        assert!(log.verify(Some(noted)).is_err());
    }

    #[test]
    fn a_half_line_of_a_crash_is_taken_away() {
        let (_folder, log) = log();
        let mut file = OpenOptions::new().append(true).open(log.path()).unwrap();
        file.write_all(b"{\"n\":4,\"at\":\"20").unwrap();
        drop(file);
        assert!(log.verify(None).is_err());
        log.append("find", "Auskunft", 1).unwrap();
        assert_eq!(log.verify(None).unwrap().n_entries, 4);
    }

    #[test]
    fn no_reason_no_entry() {
        let (_folder, log) = log();
        assert_eq!(
            log.append("find", "  ", 1).unwrap_err().kind(),
            ErrorKind::Settings
        );
        assert_eq!(log.entries().unwrap().len(), 3);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = log.path().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
    }
}
