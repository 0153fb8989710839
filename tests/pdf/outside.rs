//! Readers that share nothing with this program: poppler reads the text, qpdf
//! unpacks the file and checks its structure.

use std::io::Write;
use std::process::{Command, Stdio};

fn run(command: &mut Command, input: &[u8]) -> (bool, Vec<u8>) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("poppler-utils and qpdf are installed");
    let mut pipe = child.stdin.take().unwrap();
    let bytes = input.to_vec();
    let writer = std::thread::spawn(move || drop(pipe.write_all(&bytes)));
    let done = child.wait_with_output().unwrap();
    writer.join().unwrap();
    (done.status.success(), done.stdout)
}

/// The text of a file as poppler reads it.
pub(crate) fn poppler(bytes: &[u8]) -> String {
    let (_, text) = run(
        Command::new("pdftotext").args(["-enc", "UTF-8", "-", "-"]),
        bytes,
    );
    String::from_utf8_lossy(&text).into_owned()
}

/// Checks one written file: its structure is sound, and no needle is in what
/// the outside readers see.
pub(crate) fn check(name: &str, bytes: &[u8], needles: &[&str]) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.pdf");
    std::fs::File::create(&path)
        .unwrap()
        .write_all(bytes)
        .unwrap();
    let (sound, _) = run(Command::new("qpdf").arg("--check").arg(&path), b"");
    if !sound {
        return Err(format!("{name}: qpdf finds the file damaged"));
    }
    let options = ["--qdf", "--object-streams=disable"];
    let (_, plain) = run(Command::new("qpdf").args(options).arg(&path).arg("-"), b"");
    let text = poppler(bytes);
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    for needle in needles {
        if memchr::memmem::find(&plain, needle.as_bytes()).is_some() {
            return Err(format!("{name}: {needle} in the unpacked file"));
        }
        if bare.contains(needle) {
            return Err(format!("{name}: poppler reads {needle}"));
        }
    }
    Ok(())
}
