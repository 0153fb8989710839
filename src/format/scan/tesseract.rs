//! Text of a picture by the OCR program `tesseract`, one process per picture,
//! as many at a time as there are processors. The picture goes through a pipe:
//! nothing is written to disk.

use std::io::{Cursor, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use image::imageops::{self, FilterType};
use image::{ImageFormat, RgbImage};

use super::paint::Box;
use crate::error::{Error, ErrorKind, Result};

/// A crowded A4 page takes two seconds, a newspaper page twenty.
const PATIENCE: Duration = Duration::from_secs(180);
/// Below this width letters are too small for the program.
const SMALL: u32 = 1_000;
/// A page of the smallest print has 200 KB of words.
const MAX_OUTPUT: u64 = 64 << 20;

/// A word with its place.
#[derive(Clone)]
pub(in crate::format) struct Word {
    /// Its index among all words.
    pub(in crate::format) index: usize,
    pub(in crate::format) text: String,
    pub(in crate::format) area: Box,
    /// Block and paragraph.
    pub(in crate::format) paragraph: (u32, u32),
    pub(in crate::format) line: u32,
    /// How sure the program is, 0 to 100.
    pub(in crate::format) confidence: f32,
}

/// Whether the program with both languages is there.
pub(in crate::format) fn is_there() -> bool {
    let listed = Command::new("tesseract")
        .arg("--list-langs")
        .stdin(Stdio::null())
        .output();
    listed.is_ok_and(|listed| {
        let text = String::from_utf8_lossy(&listed.stdout).into_owned()
            + &String::from_utf8_lossy(&listed.stderr);
        let has = |language: &str| text.lines().any(|line| line.trim() == language);
        listed.status.success() && has("deu") && has("eng")
    })
}

/// Reads the words of a picture.
///
/// # Errors
/// If the program is missing, fails, or takes too long: then nobody has read
/// the picture.
pub(in crate::format) fn read(pixels: &RgbImage) -> Result<Vec<Word>> {
    if !super::has_ocr() {
        let what =
            "text in pictures needs the program tesseract 5 with German and English; install it";
        return Err(Error::new(ErrorKind::NotExamined, what));
    }
    let factor = if pixels.width() < SMALL { 2 } else { 1 };
    let mut page = Cursor::new(Vec::new());
    let written = if factor > 1 {
        let (width, height) = pixels.dimensions();
        imageops::resize(
            pixels,
            width * factor,
            height * factor,
            FilterType::CatmullRom,
        )
        .write_to(&mut page, ImageFormat::Bmp)
    } else {
        pixels.write_to(&mut page, ImageFormat::Bmp)
    };
    written.map_err(|_| failed())?;
    let _seat = Seat::take();
    let table = run(page.into_inner())?;
    Ok(words(&table, factor))
}

fn run(page: Vec<u8>) -> Result<String> {
    let mut child = Command::new("tesseract")
        .args(["stdin", "stdout", "-l", "deu+eng", "--psm", "3", "tsv"])
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|_| failed())?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let (Some(mut input), Some(output)) = (input, output) else {
        return Err(failed());
    };
    // Both pipes are served at once, or a full one would stop the other.
    let writer = std::thread::spawn(move || input.write_all(&page).is_ok());
    let reader = std::thread::spawn(move || {
        let mut table = Vec::new();
        output
            .take(MAX_OUTPUT)
            .read_to_end(&mut table)
            .map(|_| table)
    });
    let success = wait(&mut child);
    let written = writer.join().unwrap_or(false);
    let table = reader.join().map_err(|_| failed())?.map_err(|_| failed())?;
    if !success? || !written {
        return Err(failed());
    }
    String::from_utf8(table).map_err(|_| failed())
}

/// Waits for the end of the program, but not for ever.
fn wait(child: &mut Child) -> Result<bool> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(|_| failed())? {
            return Ok(status.success());
        }
        if start.elapsed() > PATIENCE {
            child
                .kill()
                .and_then(|()| child.wait())
                .map_err(|_| failed())?;
            return Err(Error::new(
                ErrorKind::Limit,
                "reading the text of a picture took too long",
            ));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The words of the program's table.
fn words(table: &str, factor: u32) -> Vec<Word> {
    let mut words = Vec::new();
    for line in table.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [
            level,
            _,
            block,
            paragraph,
            line,
            _,
            x,
            y,
            width,
            height,
            confidence,
            text,
        ] = columns.as_slice()
        else {
            continue;
        };
        let number = |text: &str| text.parse::<u32>().unwrap_or(0);
        let text = text.trim();
        if *level != "5" || text.is_empty() {
            continue;
        }
        words.push(Word {
            index: words.len(),
            text: text.to_owned(),
            area: Box {
                x: number(x) / factor,
                y: number(y) / factor,
                width: number(width) / factor + 1,
                height: number(height) / factor + 1,
            },
            paragraph: (number(block), number(paragraph)),
            line: number(line),
            confidence: confidence.parse().unwrap_or(0.0),
        });
    }
    words
}

fn failed() -> Error {
    Error::new(
        ErrorKind::NotExamined,
        "the program tesseract could not read a picture",
    )
}

static FREE: Mutex<Option<usize>> = Mutex::new(None);
static FREED: Condvar = Condvar::new();

/// A seat for one process.
struct Seat;

impl Seat {
    fn take() -> Self {
        let all = || std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        let mut free = lock();
        loop {
            let n = free.get_or_insert_with(all);
            if *n > 0 {
                *n -= 1;
                return Self;
            }
            free = FREED.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(n) = lock().as_mut() {
            *n += 1;
        }
        FREED.notify_one();
    }
}

fn lock() -> MutexGuard<'static, Option<usize>> {
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        let table = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n4\t1\t1\t1\t1\t0\t10\t10\t90\t20\t-1\t\n5\t1\t1\t1\t1\t1\t10\t20\t40\t20\t96.1\tMax\n5\t1\t1\t1\t1\t2\t60\t20\t40\t20\t90\t \n";
        let words = words(table, 2);
        assert_eq!(words.len(), 1);
        assert_eq!(words[0].text, "Max");
        assert_eq!(
            words[0].area,
            Box {
                x: 5,
                y: 10,
                width: 21,
                height: 11
            }
        );
    }
}
