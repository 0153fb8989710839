//! One child process as the run sees it: started, spoken to, and buried with
//! the reason why it died.
//!
//! Windows can end a child that runs over its time and survives one that
//! crashes; it gives a child no limit of memory.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, BufWriter, Read};
use std::path::PathBuf;
use std::process::{Child as Process, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use crossbeam::channel::{Receiver, RecvTimeoutError, unbounded};

use super::wire::{self, Answer, Ask, Call, Told};
use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};
use crate::fs;
use crate::mapping::{Blind, Bound, MappingStore, NewSurrogate, SubjectKey};

/// Loading a large model on a busy machine takes this long at the very most.
const PATIENCE: Duration = Duration::from_secs(600);
/// Longest line of a dying child that is looked at.
const MAX_LINE: u64 = 4_096;

/// How child processes are started, and what each may take.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The program, and what it is told.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// How long a child may work on one file.
    pub timeout: Duration,
    /// How much memory, in bytes, it may take for its work, besides what it has
    /// when it is ready.
    pub memory: u64,
    /// Where a child's half-done files lie.
    pub scratch: PathBuf,
}

/// A process that works on one file at a time.
#[derive(Debug)]
pub(super) struct Child {
    process: Process,
    input: Option<BufWriter<ChildStdin>>,
    heard: Receiver<std::io::Result<(Told, Vec<u8>)>>,
    last_words: Arc<AtomicU8>,
}

/// Why a child did not do its work.
#[derive(Debug)]
pub(super) enum Gone {
    /// It took too long.
    Late,
    /// It is dead, or talks nonsense.
    Died,
    /// The store failed, which is not the child's fault.
    Store(Error),
}

/// What a dying child's standard error told.
const OUT_OF_MEMORY: u8 = 1;
const STACK_OVERFLOW: u8 = 2;

impl Child {
    /// Starts a process and waits until it is ready.
    ///
    /// # Errors
    /// If it does not start: then no file can be worked on.
    pub(super) fn start(launch: &Launch) -> Result<Self> {
        let failed = |why: String| Error::new(ErrorKind::Settings, why);
        let mut command = Command::new(&launch.program);
        command
            .args(&launch.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            // A group of its own: what it started dies with it.
            command.process_group(0);
        }
        let mut process = command.spawn().map_err(|error| {
            failed(format!(
                "--isolate: a child process does not start: {}",
                error.kind()
            ))
        })?;
        let input = process.stdin.take().map(BufWriter::new);
        let (send, heard) = unbounded();
        if let Some(mut output) = process.stdout.take() {
            let most = launch.memory;
            std::thread::spawn(move || {
                let mut goes_on = true;
                while goes_on {
                    let message = wire::receive(&mut output, most);
                    goes_on = message.is_ok();
                    goes_on &= send.send(message).is_ok();
                }
            });
        }
        let last_words = Arc::new(AtomicU8::new(0));
        if let Some(errors) = process.stderr.take() {
            let last_words = Arc::clone(&last_words);
            std::thread::spawn(move || listen(errors, &last_words));
        }
        let child = Self {
            process,
            input,
            heard,
            last_words,
        };
        match child.hear(Instant::now() + PATIENCE) {
            Ok((Told::Ready, _)) => Ok(child),
            _ => Err(failed(
                "--isolate: a child process started and did not become ready; the same command without --isolate says why".to_owned(),
            )),
        }
    }

    /// Asks for something and waits for what comes of it, answering the child's
    /// questions to the store.
    pub(super) fn exchange(
        &mut self,
        ask: &Ask,
        bytes: &[u8],
        until: Instant,
        mut store: Option<&mut dyn MappingStore>,
    ) -> std::result::Result<(Told, Vec<u8>), Gone> {
        self.say(ask, bytes)?;
        loop {
            match (self.hear(until)?, &mut store) {
                ((Told::Call(call), _), Some(store)) => {
                    let answer = answer(call, &mut **store)?;
                    self.say(&Ask::Answer(answer), &[])?;
                }
                ((Told::Call(_) | Told::Ready, _), _) => return Err(Gone::Died),
                (told, _) => return Ok(told),
            }
        }
    }

    fn say(&mut self, ask: &Ask, bytes: &[u8]) -> std::result::Result<(), Gone> {
        let input = self.input.as_mut().ok_or(Gone::Died)?;
        wire::send(input, ask, bytes).map_err(|_| Gone::Died)
    }

    fn hear(&self, until: Instant) -> std::result::Result<(Told, Vec<u8>), Gone> {
        match self.heard.recv_deadline(until) {
            Ok(Ok(told)) => Ok(told),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Err(Gone::Died),
            Err(RecvTimeoutError::Timeout) => Err(Gone::Late),
        }
    }

    /// Ends the process and tells what to say of the file it worked on.
    pub(super) fn bury(mut self, why: Gone, launch: &Launch) -> Error {
        let seconds = launch.timeout.as_secs();
        let memory = launch.memory >> 20;
        if matches!(why, Gone::Died) {
            // Its last words and its status come a moment after its pipe closes.
            let until = Instant::now() + Duration::from_secs(2);
            while matches!(self.process.try_wait(), Ok(None)) && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(5));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let status = self.end(launch);
        match (why, self.last_words.load(Ordering::Relaxed)) {
            (Gone::Store(error), _) => error,
            (Gone::Late, _) => Error::new(
                ErrorKind::Limit,
                format!("took longer than {seconds} seconds; raise --timeout to examine it"),
            ),
            (Gone::Died, OUT_OF_MEMORY) => Error::new(
                ErrorKind::Limit,
                format!(
                    "its child process needed more memory than {memory} MiB; raise --memory to examine it"
                ),
            ),
            (Gone::Died, STACK_OVERFLOW) => Error::new(
                ErrorKind::Limit,
                "its child process ran out of stack: the file is nested too deeply",
            ),
            (Gone::Died, _) => Error::new(
                ErrorKind::Internal,
                format!(
                    "the child process that worked on this file ended ({status}); others went on"
                ),
            ),
        }
    }

    /// Kills the process with everything it started, and removes what it had half done.
    fn end(&mut self, launch: &Launch) -> String {
        self.input = None;
        let id = self.process.id();
        #[cfg(unix)]
        if let Some(group) = i32::try_from(id)
            .ok()
            .and_then(rustix::process::Pid::from_raw)
        {
            // A group that is gone is what was wanted.
            rustix::process::kill_process_group(group, rustix::process::Signal::KILL)
                .unwrap_or_default();
        }
        drop(self.process.kill());
        let status = self.process.wait();
        let mine = format!("-{id}-");
        for entry in launch.scratch.read_dir().into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.contains(&mine) && name.ends_with(fs::PART_SUFFIX) {
                drop(std::fs::remove_dir_all(entry.path()));
            }
        }
        status.map_or_else(|_| "unknown".to_owned(), |status| told(&status))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Without its input it ends by itself, but it may be hanging.
        self.input = None;
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// `signal 9` or `code 101`.
fn told(status: &std::process::ExitStatus) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = status.signal() {
            return format!("signal {signal}");
        }
    }
    status
        .code()
        .map_or_else(|| "unknown".to_owned(), |code| format!("code {code}"))
}

/// Reads what a child writes to standard error. It may quote a document, so only
/// two known sentences of the language's runtime are understood.
fn listen(errors: impl Read, last_words: &AtomicU8) {
    let mut errors = BufReader::new(errors);
    let mut line = Vec::new();
    while let Ok(1..) = errors.by_ref().take(MAX_LINE).read_until(b'\n', &mut line) {
        let text = String::from_utf8_lossy(&line);
        if text.starts_with("memory allocation of ") {
            last_words.store(OUT_OF_MEMORY, Ordering::Relaxed);
        } else if text.contains("has overflowed its stack") {
            last_words.store(STACK_OVERFLOW, Ordering::Relaxed);
        }
        line.clear();
    }
}

/// Asks the store what a child wants to know.
fn answer(call: Call, store: &mut dyn MappingStore) -> std::result::Result<Answer, Gone> {
    let bound = |bound: Bound| match bound {
        Bound::New(key) => Answer::Bound(Some(key.0)),
        Bound::Taken => Answer::Bound(None),
    };
    let entity = |name: &str| EntityType::parse(name).ok_or(Gone::Died);
    let answer = match call {
        Call::Subject(blind) => store
            .subject(Blind(blind))
            .map(|known| Answer::Subject(known.map(|(key, code)| (key.0, code)))),
        Call::BindSubject {
            blind,
            entity_type,
            scope,
            code,
        } => store
            .bind_subject(Blind(blind), entity(&entity_type)?, Blind(scope), &code)
            .map(bound),
        Call::Surface(subject, blind) => store
            .surface(SubjectKey(subject), Blind(blind))
            .map(Answer::Variant),
        Call::BindSurface {
            subject,
            blind,
            variant,
            sealed,
        } => store
            .bind_surface(SubjectKey(subject), Blind(blind), &variant, &sealed)
            .map(bound),
        Call::Surrogates(blind) => store.surrogates(Blind(blind)).map(Answer::Surrogates),
        Call::BindSurrogate {
            shown,
            blind,
            part,
            subject,
            entity_type,
            sealed,
        } => store
            .bind_surrogate(&NewSurrogate {
                shown: &shown,
                blind: Blind(blind),
                part: part.map(Blind),
                subject: subject.map(SubjectKey),
                entity_type: entity(&entity_type)?,
                sealed: &sealed,
            })
            .map(Answer::Issued),
    };
    answer.map_err(Gone::Store)
}
