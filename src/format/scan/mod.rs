//! Pictures: metadata goes, text is read by OCR, what is to be replaced is
//! covered in the pixels and the stand-in drawn on the cover, QR codes are
//! covered. Faces, signatures and handwriting are not looked for, and the
//! report says so. Without the OCR program a picture is refused as not
//! examined; pictures of several pages or frames are, too.

pub(super) mod paint;
pub(super) mod tesseract;

use std::io::Cursor;
use std::sync::OnceLock;

use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{
    AnimationDecoder, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage,
};

use super::image::{Cleaned, clean};
use super::{Format, OpenFile, ReadOptions};
use crate::document::Location;
use crate::document::{Bilingual, Document, Edit, NoticeKind, Role, Segment, SegmentKind};
use crate::error::{Error, ErrorKind, Result};
use tesseract::Word;

pub(super) const UNSEEN: Bilingual = Bilingual {
    de: "Gesichter, Unterschriften und Handschrift in Bildern",
    en: "faces, signatures and handwriting in pictures",
};
pub(super) const CODES: Bilingual = Bilingual {
    de: "QR-Codes in Bildern (abgedeckt)",
    en: "QR codes in pictures (covered)",
};
/// A0 at 300 dpi has 14,000.
const MAX_SIDE: u32 = 20_000;
/// Bytes that decoding a picture may take: A2 at 600 dpi in color.
const MAX_BYTES: u64 = 512 << 20;
/// Hardly visible loss, once.
const JPEG_QUALITY: u8 = 92;

/// PNG, JPEG, GIF, BMP, WebP and TIFF.
#[derive(Clone, Copy, Debug)]
pub struct Picture;

impl Format for Picture {
    fn name(&self) -> &'static str {
        "picture"
    }

    fn accepts(&self, head: &[u8], extension: &str) -> bool {
        matches!(
            extension,
            "png"
                | "jpg"
                | "jpeg"
                | "jpe"
                | "jfif"
                | "gif"
                | "bmp"
                | "dib"
                | "webp"
                | "tif"
                | "tiff"
        ) && kind(head).is_some()
    }

    fn open(&self, input: Vec<u8>, options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        let kind = kind(&input).ok_or_else(|| broken("no picture of a known kind"))?;
        let (pixels, is_turned) = decode(&input, kind, options)?;
        // Behind the limits of decoding: a frame is as large as the picture.
        refuse_several(kind, &input)?;
        let words = tesseract::read(&pixels.to_rgb8())?;
        let codes = paint::codes(&pixels.to_luma8());
        let (document, places) = document(&words, codes.len());
        // Pixels that need no change keep their compression.
        let kept = match clean(&input, extension(kind)) {
            Cleaned::Kept(bytes) if !is_turned && codes.is_empty() => Some(bytes),
            Cleaned::Kept(_) | Cleaned::Blank(_) | Cleaned::Unknown => None,
        };
        Ok(Box::new(OpenPicture {
            document,
            kind,
            pixels,
            words,
            places,
            codes,
            kept,
        }))
    }
}

/// The kinds whose pixels can be read and written.
fn kind(head: &[u8]) -> Option<ImageFormat> {
    let kind = image::guess_format(head).ok()?;
    matches!(
        kind,
        ImageFormat::Png
            | ImageFormat::Jpeg
            | ImageFormat::Gif
            | ImageFormat::Bmp
            | ImageFormat::WebP
            | ImageFormat::Tiff
    )
    .then_some(kind)
}

fn extension(kind: ImageFormat) -> &'static str {
    kind.extensions_str().first().copied().unwrap_or_default()
}

/// Only the first page or frame would be examined.
fn refuse_several(kind: ImageFormat, input: &[u8]) -> Result<()> {
    let several = if kind == ImageFormat::Png {
        memchr::memmem::find(input, b"acTL").is_some()
    } else if kind == ImageFormat::WebP {
        let flags = input
            .get(20)
            .filter(|_| input.get(12..16) == Some(&b"VP8X"[..]));
        flags.is_some_and(|flags| flags & 2 != 0)
    } else if kind == ImageFormat::Gif {
        let decoder = GifDecoder::new(Cursor::new(input)).map_err(|_| damaged())?;
        decoder.into_frames().take(2).count() > 1
    } else if kind == ImageFormat::Tiff {
        let decoder = tiff::decoder::Decoder::new(Cursor::new(input)).map_err(|_| damaged())?;
        decoder.more_images()
    } else {
        false
    };
    if several {
        let what =
            "a picture of several pages or frames; save each as a file of its own, or as PDF";
        return Err(Error::new(ErrorKind::NotExamined, what));
    }
    Ok(())
}

/// The pixels as a viewer shows them, and whether the file stores them otherwise.
fn decode(input: &[u8], kind: ImageFormat, options: &ReadOptions) -> Result<(DynamicImage, bool)> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_BYTES.min(options.max_unpacked));
    let mut reader = ImageReader::with_format(Cursor::new(input), kind);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| failed(&error))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut pixels = DynamicImage::from_decoder(decoder).map_err(|error| failed(&error))?;
    pixels.apply_orientation(orientation);
    let has_alpha = pixels.color().has_alpha();
    if has_alpha {
        pixels = DynamicImage::ImageRgb8(on_white(&pixels));
    }
    Ok((
        pixels,
        has_alpha || orientation != Orientation::NoTransforms,
    ))
}

/// The picture as it looks on paper: what a transparent pixel hides is gone.
fn on_white(pixels: &DynamicImage) -> RgbImage {
    let pixels = pixels.to_rgba8();
    let mut out = RgbImage::new(pixels.width(), pixels.height());
    for (from, to) in pixels.pixels().zip(out.pixels_mut()) {
        let [r, g, b, alpha] = from.0.map(u32::from);
        let mixed = [r, g, b].map(|channel| (channel * alpha + 255 * (255 - alpha)) / 255);
        to.0 = mixed.map(|channel| u8::try_from(channel).unwrap_or(255));
    }
    out
}

/// The text as paragraphs, and for each the words with their start in it.
fn document(words: &[Word], n_codes: usize) -> (Document, Vec<Vec<(usize, usize)>>) {
    let mut document = Document::new();
    let mut places = Vec::new();
    for (number, paragraph) in words
        .chunk_by(|a, b| a.paragraph == b.paragraph)
        .enumerate()
    {
        let mut text = String::new();
        let mut own = Vec::new();
        let mut line = None;
        for word in paragraph {
            if let Some(before) = line.replace(word.line) {
                text.push(if before == word.line { ' ' } else { '\n' });
            }
            own.push((word.index, text.len()));
            text.push_str(&word.text);
        }
        let n = u32::try_from(number + 1).unwrap_or(u32::MAX);
        document.push(Segment::new(
            SegmentKind::Paragraph,
            text,
            Location::new("picture").paragraph(n),
        ));
        document.set_role(Role::Body);
        places.push(own);
    }
    document.notice(NoticeKind::NotExamined, UNSEEN, 1);
    document.notice(
        NoticeKind::Dropped,
        CODES,
        u32::try_from(n_codes).unwrap_or(u32::MAX),
    );
    (document, places)
}

struct OpenPicture {
    document: Document,
    kind: ImageFormat,
    pixels: DynamicImage,
    words: Vec<Word>,
    /// For each segment: indices of its words, and where they start in its text.
    places: Vec<Vec<(usize, usize)>>,
    codes: Vec<paint::Box>,
    /// The cleaned file, if it may stay as it is.
    kept: Option<Vec<u8>>,
}

impl OpenFile for OpenPicture {
    fn document(&self) -> &Document {
        &self.document
    }

    fn rewrite(&self, edits: &[Edit]) -> Result<Vec<u8>> {
        if let Some(kept) = self.kept.as_ref().filter(|_| edits.is_empty()) {
            return Ok(kept.clone());
        }
        let mut pixels = self.pixels.to_rgb8();
        for code in &self.codes {
            paint::cover(&mut pixels, *code, "");
        }
        let mut sorted: Vec<&Edit> = edits.iter().collect();
        sorted.sort_by_key(|edit| edit.span);
        for group in sorted.chunk_by(|a, b| a.span.segment() == b.span.segment()) {
            self.paint(group, &mut pixels)?;
        }
        encode(&pixels, self.kind)
    }
}

impl OpenPicture {
    /// Covers the words that the edits of one paragraph touch.
    fn paint(&self, edits: &[&Edit], pixels: &mut RgbImage) -> Result<()> {
        let foreign = || Error::new(ErrorKind::Internal, "an edit for another document");
        let segment = edits.first().ok_or_else(foreign)?.span.segment();
        let text = self
            .document
            .segments()
            .get(segment)
            .ok_or_else(foreign)?
            .text();
        let places = self.places.get(segment).ok_or_else(foreign)?;
        let mut done = 0;
        let mut drawn: Vec<(paint::Box, String, u32)> = Vec::new();
        for (at, start) in places {
            let word = self.words.get(*at).ok_or_else(foreign)?;
            let end = start + word.text.len();
            let touching = |edit: &&&Edit| edit.span.start() < end && edit.span.end() > *start;
            if !edits.iter().any(|edit| touching(&edit)) {
                continue;
            }
            paint::cover(pixels, word.area, "");
            // What the word says now; a stand-in is drawn from its first word on.
            let (mut new, mut from, before) = (String::new(), *start, done);
            for (index, edit) in edits.iter().enumerate().filter(|(_, edit)| touching(edit)) {
                let kept = from..edit.span.start().max(from);
                new.push_str(text.get(kept).ok_or_else(foreign)?);
                if index >= done {
                    new.push_str(&edit.with);
                    done = index + 1;
                }
                from = edit.span.end().min(end);
            }
            new.push_str(text.get(from..end).ok_or_else(foreign)?);
            match drawn.last_mut() {
                // The rest of a name gives its room to the stand-in.
                Some((area, drawn, line)) if done == before && *line == word.line => {
                    *area = area.union(word.area);
                    drawn.push_str(&new);
                }
                _ => drawn.push((word.area, new, word.line)),
            }
        }
        if done < edits.len() {
            return Err(Error::new(
                ErrorKind::Internal,
                "an edit falls where no word is",
            ));
        }
        for (area, text, _) in &drawn {
            paint::cover(pixels, *area, text);
        }
        Ok(())
    }
}

fn encode(pixels: &RgbImage, kind: ImageFormat) -> Result<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    let written = if kind == ImageFormat::Jpeg {
        pixels.write_with_encoder(JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY))
    } else {
        pixels.write_to(&mut out, kind)
    };
    written.map_err(|_| Error::new(ErrorKind::Internal, "the picture could not be written"))?;
    Ok(out.into_inner())
}

fn failed(error: &image::ImageError) -> Error {
    if matches!(error, image::ImageError::Limits(_)) {
        Error::new(ErrorKind::Limit, "the picture has too many pixels")
    } else {
        damaged()
    }
}

fn damaged() -> Error {
    broken("the picture is damaged or of an unusual kind")
}

fn broken(what: &'static str) -> Error {
    Error::new(ErrorKind::Broken, what)
}

/// Whether the OCR program with German and English is there; asked once.
#[must_use]
pub fn has_ocr() -> bool {
    static FOUND: OnceLock<bool> = OnceLock::new();
    *FOUND.get_or_init(tesseract::is_there)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> RgbImage {
        let mut pixels = RgbImage::from_pixel(1200, 400, image::Rgb([255, 255, 255]));
        let line = |y: u32| paint::Box {
            x: 40,
            y,
            width: 1100,
            height: 60,
        };
        paint::cover(&mut pixels, line(40), "Sehr geehrte Frau Erika Mustermann,");
        paint::cover(
            &mut pixels,
            line(140),
            "wir bestätigen den Eingang Ihres Antrags.",
        );
        pixels
    }

    #[test]
    fn without_the_program_a_picture_is_not_examined() {
        let input = encode(&page(), ImageFormat::Png).unwrap();
        let opened = Picture.open(input, &ReadOptions::default());
        if has_ocr() {
            assert!(opened.is_ok());
        } else {
            println!("SKIPPED: tesseract with deu and eng is not installed, OCR was not tested");
            assert_eq!(opened.err().unwrap().kind(), ErrorKind::NotExamined);
        }
    }

    #[test]
    fn a_name_is_covered_in_the_pixels() {
        if !has_ocr() {
            println!("SKIPPED: tesseract with deu and eng is not installed, OCR was not tested");
            return;
        }
        for kind in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Tiff] {
            let input = encode(&page(), kind).unwrap();
            let file = Picture.open(input, &ReadOptions::default()).unwrap();
            let document = file.document();
            let (index, at) = document
                .segments()
                .iter()
                .enumerate()
                .find_map(|(index, segment)| {
                    Some((index, segment.text().find("Erika Mustermann")?))
                })
                .expect("OCR reads the name");
            let span = document
                .span(index, at, at + "Erika Mustermann".len())
                .unwrap();
            let edit = Edit {
                span,
                with: "[PERSON]".into(),
            };
            let output = file.rewrite(&[edit]).unwrap();
            let again = Picture.open(output, &ReadOptions::default()).unwrap();
            let texts: String = again
                .document()
                .segments()
                .iter()
                .map(|s| s.text())
                .collect();
            assert!(
                !texts.contains("Muster") && !texts.contains("Erika"),
                "{texts}"
            );
            assert!(
                texts.contains("Sehr geehrte") && texts.contains("Eingang"),
                "{texts}"
            );
            assert!(
                texts.contains("PERSON"),
                "the stand-in can be read: {texts}"
            );
        }
    }

    /// Lines of an invented decision, as on a page at 200 dpi.
    const LINES: [&str; 12] = [
        "Bescheid über die Gewährung von Wohngeld",
        "Sehr geehrte Frau Mustermann,",
        "auf Ihren Antrag vom 14. März 2024 bewilligen wir Ihnen für die Zeit",
        "vom 1. April 2024 bis zum 31. März 2025 Wohngeld in Höhe von 187 Euro",
        "im Monat. Der Betrag wird auf das Konto DE02 1203 0000 0000 2020 51",
        "bei der Beispielbank überwiesen. Das Aktenzeichen lautet 50-4711/24.",
        "Ändern sich Ihre Einkünfte um mehr als fünfzehn Prozent oder ziehen",
        "Sie um, so teilen Sie uns das bitte unverzüglich schriftlich mit.",
        "Gegen diesen Bescheid kann innerhalb eines Monats nach Bekanntgabe",
        "Widerspruch erhoben werden. Der Widerspruch ist bei der Stadt",
        "Musterhausen, Straße der Jugend 12, 01067 Musterhausen, einzulegen.",
        "Mit freundlichen Grüßen",
    ];

    fn distance(a: &str, b: &str) -> usize {
        let b: Vec<char> = b.chars().collect();
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.chars().enumerate() {
            let mut diagonal = row[0];
            row[0] = i + 1;
            for (j, y) in b.iter().enumerate() {
                let best = (diagonal + usize::from(x != *y))
                    .min(row[j] + 1)
                    .min(row[j + 1] + 1);
                diagonal = std::mem::replace(&mut row[j + 1], best);
            }
        }
        row[b.len()]
    }

    #[test]
    fn a_german_page_is_read_with_few_errors() {
        if !has_ocr() {
            println!("SKIPPED: tesseract with deu and eng is not installed, OCR was not tested");
            return;
        }
        let mut pixels = RgbImage::from_pixel(1654, 1000, image::Rgb([255, 255, 255]));
        for (line, y) in LINES.iter().zip((100..).step_by(60)) {
            // Letters of 11 points; the box is as wide as the page allows.
            let area = paint::Box {
                x: 160,
                y,
                width: 1400,
                height: 30,
            };
            paint::cover(&mut pixels, area, line);
        }
        let file = Picture
            .open(
                encode(&pixels, ImageFormat::Png).unwrap(),
                &ReadOptions::default(),
            )
            .unwrap();
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let read: Vec<_> = file
            .document()
            .segments()
            .iter()
            .map(|s| s.text())
            .collect();
        let (read, truth) = (words(&read.join(" ")), words(&LINES.join(" ")));
        let n = truth.chars().count();
        let n_wrong = distance(&read, &truth);
        println!("OCR: {n_wrong} of {n} characters wrong");
        assert!(
            n_wrong * 50 <= n,
            "{n_wrong} of {n} characters wrong: {read}"
        );
    }

    #[test]
    fn text_on_a_transparent_ground_is_seen() {
        let mut pixels = image::RgbaImage::from_pixel(4, 1, image::Rgba([0, 0, 0, 0]));
        pixels.put_pixel(1, 0, image::Rgba([0, 0, 0, 255]));
        let flat = on_white(&DynamicImage::ImageRgba8(pixels));
        let row: Vec<u8> = flat.pixels().map(|pixel| pixel.0[0]).collect();
        assert_eq!(row, [255, 0, 255, 255]);
    }

    #[test]
    fn damaged_and_huge_pictures_are_refused() {
        let whole = encode(&page(), ImageFormat::Png).unwrap();
        assert!(
            Picture
                .open(whole[..60].to_vec(), &ReadOptions::default())
                .is_err()
        );
        let mut huge = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
        huge.extend([0x00, 0x00, 0x01, 0x7F, 0x00, 0x00, 0x01, 0x7F, 1, 0, 24, 0]);
        huge.extend([0; 24]);
        assert!(Picture.open(huge, &ReadOptions::default()).is_err());
        assert!(!Picture.accepts(b"text", "png"));
    }
}
