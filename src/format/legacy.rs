//! Word, Excel and `PowerPoint` files of before 2007: converted by LibreOffice,
//! an optional external program, and then read as the modern format; the copy
//! is a modern file. The program runs without a screen, in a profile of its
//! own, with limits on time and memory. Without it, or without a folder for its
//! scratch files, such a file is refused.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::package::CFB_MAGIC;
use super::{Format, OpenFile, ReadOptions};
use crate::document::{Bilingual, Document, Edit, NoticeKind};
use crate::error::{Error, ErrorKind, Result};

const CONVERTED: Bilingual = Bilingual {
    de: "Office-Dateien von vor 2007, durch LibreOffice umgewandelt",
    en: "Office files of before 2007, converted by LibreOffice",
};
/// A letter takes three seconds, most of it for starting.
const PATIENCE: Duration = Duration::from_secs(120);
/// Address space in KiB; LibreOffice reserves far more than it uses.
const MEMORY: &str = "8388608";
/// Ending of the scratch folder, as of everything half done; what a killed run
/// leaves is removed by the next.
const SCRATCH: &str = "deckname-part";

/// Office files of before 2007.
#[derive(Clone, Copy, Debug)]
pub struct Legacy;

impl Format for Legacy {
    fn name(&self) -> &'static str {
        "legacy"
    }

    fn accepts(&self, head: &[u8], extension: &str) -> bool {
        modern(extension).is_some() && head.starts_with(CFB_MAGIC)
    }

    fn open(&self, input: Vec<u8>, options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        let old = kind(&input).ok_or_else(|| {
            Error::new(
                ErrorKind::Encrypted,
                "an old Office file that is encrypted or damaged; open it and save it anew",
            )
        })?;
        let new = modern(old).unwrap_or("docx");
        let converted = convert(&input, old, new, options)?;
        let file = super::open(converted, new, options)?;
        let mut document = file.document().clone();
        document.notice(NoticeKind::Repaired, CONVERTED, 1);
        Ok(Box::new(Converted {
            file,
            document,
            new,
        }))
    }
}

/// The extension of the format that follows an old one.
fn modern(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "doc" | "dot" => "docx",
        "xls" | "xlt" => "xlsx",
        "ppt" | "pps" | "pot" => "pptx",
        _ => return None,
    })
}

/// What a compound file is, by its streams: the extension may be wrong.
fn kind(input: &[u8]) -> Option<&'static str> {
    let file = cfb::CompoundFile::open(std::io::Cursor::new(input)).ok()?;
    let has = |name: &str| file.is_stream(Path::new("/").join(name));
    if has("EncryptedPackage") {
        return None;
    }
    if has("WordDocument") {
        return Some("doc");
    }
    if has("Workbook") || has("Book") {
        return Some("xls");
    }
    has("PowerPoint Document").then_some("ppt")
}

struct Converted {
    file: Box<dyn OpenFile>,
    document: Document,
    new: &'static str,
}

impl OpenFile for Converted {
    fn document(&self) -> &Document {
        &self.document
    }

    fn extension(&self) -> Option<&'static str> {
        Some(self.new)
    }

    fn rewrite(&self, edits: &[Edit]) -> Result<Vec<u8>> {
        self.file.rewrite(edits)
    }
}

/// The program, looked for once.
fn program() -> Option<&'static str> {
    static FOUND: OnceLock<Option<&'static str>> = OnceLock::new();
    *FOUND.get_or_init(|| {
        ["soffice", "libreoffice"].into_iter().find(|name| {
            std::env::var_os("PATH").is_some_and(|path| {
                std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
            })
        })
    })
}

/// Whether old files can be converted here at all.
#[must_use]
pub fn has_converter() -> bool {
    cfg!(unix) && program().is_some()
}

fn convert(input: &[u8], old: &str, new: &'static str, options: &ReadOptions) -> Result<Vec<u8>> {
    let scratch = options.scratch.as_deref().ok_or_else(|| {
        Error::new(ErrorKind::Unsupported, "an Office file of before 2007 where nothing may be converted; save it as docx, xlsx or pptx")
    })?;
    let program = program().filter(|_| has_converter()).ok_or_else(|| {
        Error::new(
            ErrorKind::Unsupported,
            "an Office file of before 2007; install LibreOffice, or save it as docx, xlsx or pptx",
        )
    })?;
    // One at a time: each takes hundreds of megabytes.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = Scratch::make(scratch)?;
    let source = folder.0.join(format!("in.{old}"));
    write(&source, input)?;
    let mut command = command(program, &folder.0, &source, new);
    let mut child = command.spawn().map_err(|_| failed())?;
    wait(&mut child)?;
    let mut bytes = Vec::new();
    let most = options.max_unpacked;
    let file = std::fs::File::open(folder.0.join(format!("in.{new}"))).map_err(|_| failed())?;
    file.take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|_| failed())?;
    if u64::try_from(bytes.len()).is_ok_and(|n| n > most) {
        return Err(Error::new(
            ErrorKind::Limit,
            "the converted file is too large",
        ));
    }
    Ok(bytes)
}

/// The program with its limits, its own profile and no screen.
fn command(program: &str, folder: &Path, source: &Path, new: &str) -> Command {
    let mut command = Command::new("sh");
    // The limit holds for the program and all that it starts.
    command.args([
        "-c",
        &format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\""),
        program,
    ]);
    command.arg(format!(
        "-env:UserInstallation=file://{}",
        folder.join("profile").display()
    ));
    command.args([
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--convert-to",
        filter(new),
        "--outdir",
    ]);
    command.arg(folder).arg(source);
    command
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .current_dir(folder);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
    command
}

fn filter(new: &str) -> &'static str {
    match new {
        "docx" => "docx:MS Word 2007 XML",
        "xlsx" => "xlsx:Calc MS Excel 2007 XML",
        _ => "pptx:Impress MS PowerPoint 2007 XML",
    }
}

fn wait(child: &mut Child) -> Result<()> {
    let start = Instant::now();
    loop {
        match child.try_wait().map_err(|_| failed())? {
            Some(status) if status.success() => return Ok(()),
            Some(_) => return Err(failed()),
            None if start.elapsed() > PATIENCE => {
                // The program is a script that starts others: all of the group end.
                let group = format!("-{}", child.id());
                let killed = Command::new("kill").args(["-9", "--", &group]).status();
                drop(killed);
                child.wait().map_err(|_| failed())?;
                return Err(Error::new(
                    ErrorKind::Limit,
                    "converting an old Office file took too long",
                ));
            }
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// A folder that only its owner may enter and that is gone at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn make(parent: &Path) -> Result<Self> {
        static N: AtomicU32 = AtomicU32::new(0);
        let n = N.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("legacy-{}-{n}.{SCRATCH}", std::process::id()));
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            builder.mode(0o700);
        }
        builder
            .create(&path)
            .map_err(|error| Error::io("making a scratch folder", &error))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next run.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
        .open(path)
        .and_then(|mut file| file.write_all(bytes))
        .map_err(|error| Error::io("writing a scratch file", &error))
}

fn failed() -> Error {
    Error::new(
        ErrorKind::Broken,
        "LibreOffice could not convert the file; open it and save it as docx, xlsx or pptx",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_file_without_a_place_for_scratch_is_refused() {
        let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
        file.create_stream("/WordDocument")
            .unwrap()
            .write_all(&[0; 600])
            .unwrap();
        file.flush().unwrap();
        let input = file.into_inner().into_inner();
        assert!(Legacy.accepts(&input, "doc") && !Legacy.accepts(b"{\\rtf1}", "doc"));
        assert_eq!(kind(&input), Some("doc"));
        let error = Legacy.open(input, &ReadOptions::default()).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        let error = Legacy
            .open(CFB_MAGIC.to_vec(), &ReadOptions::default())
            .err()
            .unwrap();
        assert_eq!(error.kind(), ErrorKind::Encrypted);
    }

    #[test]
    fn an_old_file_becomes_a_modern_one() {
        let folder = tempfile::tempdir().unwrap();
        let options = ReadOptions {
            scratch: Some(folder.path().to_owned()),
            ..ReadOptions::default()
        };
        if !has_converter() {
            println!("SKIPPED: LibreOffice is not installed, conversion was not tested");
            return;
        }
        // LibreOffice itself makes the old file.
        let source = folder.path().join("brief.txt");
        write(&source, "Sehr geehrte Frau Erika Mustermann".as_bytes()).unwrap();
        let made = Command::new(program().unwrap())
            .arg(format!(
                "-env:UserInstallation=file://{}",
                folder.path().join("p").display()
            ))
            .args(["--headless", "--convert-to", "doc:MS Word 97", "--outdir"])
            .arg(folder.path())
            .arg(&source)
            .output()
            .unwrap();
        let Ok(input) = std::fs::read(folder.path().join("brief.doc")) else {
            println!("SKIPPED: LibreOffice made no old file ({})", made.status);
            return;
        };
        let file = Legacy.open(input, &options).unwrap();
        assert_eq!(file.extension(), Some("docx"));
        let texts: String = file
            .document()
            .segments()
            .iter()
            .map(|s| s.text())
            .collect();
        assert!(texts.contains("Erika Mustermann"), "{texts}");
        let left = std::fs::read_dir(folder.path()).unwrap().flatten();
        assert!(
            left.into_iter()
                .all(|entry| !entry.file_name().to_string_lossy().ends_with(SCRATCH))
        );
    }
}
