//! Packages with a password. The agile files were made by another program
//! (`msoffcrypto-tool`, see `tests/reference/office_encrypted.py`); the standard
//! one is encrypted here. Two of the ODF files come from LibreOffice, the third
//! from `tests/reference/odf_encrypted.py`.

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use deckname::error::ErrorKind;
use deckname::format::{self, ReadOptions};
use sha1::{Digest, Sha1};

use deckname::format::package;

use super::build::{Builder, paragraph, part, texts};
use super::job;

const AGILE: &[u8] = include_bytes!("encrypted.docx");
const WRITE_PROTECTED: &[u8] = include_bytes!("velvet.docx");

fn with(password: &str) -> ReadOptions {
    ReadOptions {
        password: Some(password.to_owned()),
        ..ReadOptions::default()
    }
}

fn kind(bytes: &[u8], options: &ReadOptions) -> ErrorKind {
    let opened = format::open(bytes.to_vec(), "docx", options);
    opened.err().expect("opened").kind()
}

#[test]
fn the_right_password_opens_an_agile_file() {
    let file = format::open(AGILE.to_vec(), "docx", &with("Sommer-ß")).unwrap();
    assert!(
        texts(file.document())
            .iter()
            .any(|t| t == "Erika Mustermann")
    );
    let notices = file.document().notices();
    assert!(notices.iter().any(|n| n.what.en.contains("password")));
    let copy = file.rewrite(&[]).unwrap();
    assert!(copy.starts_with(b"PK"));
    assert_eq!(kind(AGILE, &ReadOptions::default()), ErrorKind::Encrypted);
    assert_eq!(kind(AGILE, &with("falsch")), ErrorKind::Encrypted);
}

#[test]
fn the_password_of_write_protection_is_known() {
    let file = format::open(WRITE_PROTECTED.to_vec(), "docx", &ReadOptions::default()).unwrap();
    assert!(
        texts(file.document())
            .iter()
            .any(|t| t == "Erika Mustermann")
    );
}

#[test]
fn changed_content_is_refused() {
    let mut changed = AGILE.to_vec();
    // The content stands in the first sectors; the header and the key do not.
    let at = changed.len() / 2;
    changed[at] ^= 1;
    let kind = kind(&changed, &with("Sommer-ß"));
    assert!(
        matches!(kind, ErrorKind::Broken | ErrorKind::Encrypted),
        "{kind:?}"
    );
}

/// Encrypts as Office 2007 does, with 128 bits.
fn standard(package: &[u8], password: &str) -> Vec<u8> {
    let sha1 = |parts: &[&[u8]]| Sha1::digest(parts.concat()).to_vec();
    let salt = [7_u8; 16];
    let wide: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut spun = sha1(&[&salt, &wide]);
    for n in 0..50_000_u32 {
        spun = sha1(&[&n.to_le_bytes(), &spun]);
    }
    let last = sha1(&[&spun, &[0; 4]]);
    let block: Vec<u8> = (0..64)
        .map(|n| 0x36 ^ last.get(n).copied().unwrap_or(0))
        .collect();
    let key = sha1(&[&block])[..16].to_vec();
    let encrypt = |data: &[u8]| -> Vec<u8> {
        let cipher = aes::Aes128::new_from_slice(&key).unwrap();
        let mut out = Vec::new();
        for chunk in data.chunks(16) {
            let mut block = [0_u8; 16];
            block[..chunk.len()].copy_from_slice(chunk);
            let mut block = aes::Block::from(block);
            cipher.encrypt_block(&mut block);
            out.extend_from_slice(&block);
        }
        out
    };
    let mut info = Vec::new();
    for word in [
        0x0002_0003_u32,
        0x24,
        32,
        0x24,
        0,
        0x660E,
        0x8004,
        128,
        0x18,
        0,
        0,
        16,
    ] {
        info.extend_from_slice(&word.to_le_bytes());
    }
    // The header is 8 words long; the last word of the list is the salt's size.
    info.extend_from_slice(&salt);
    info.extend_from_slice(&encrypt(&[9; 16]));
    info.extend_from_slice(&20_u32.to_le_bytes());
    info.extend_from_slice(&encrypt(&sha1(&[&[9; 16]])));
    let mut content = u64::try_from(package.len()).unwrap().to_le_bytes().to_vec();
    content.extend_from_slice(&encrypt(package));
    let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    for (name, data) in [("EncryptionInfo", &info), ("EncryptedPackage", &content)] {
        std::io::Write::write_all(&mut file.create_stream(name).unwrap(), data).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

#[test]
fn the_right_password_opens_a_standard_file() {
    let package = Builder::docx(&paragraph(&["Erika"])).build();
    let bytes = standard(&package, "Winter");
    let file = format::open(bytes.clone(), "docx", &with("Winter")).unwrap();
    assert_eq!(texts(file.document()), ["Erika"]);
    assert_eq!(kind(&bytes, &with("falsch")), ErrorKind::Encrypted);
    // An encrypted file in an encrypted file ends somewhere.
    let twice = standard(&bytes, "VelvetSweatshop");
    assert_eq!(kind(&twice, &ReadOptions::default()), ErrorKind::Encrypted);
}

const ODF: [(&str, &[u8]); 3] = [
    (
        "AES in CBC mode, LibreOffice 7.4",
        include_bytes!("aes.odt"),
    ),
    ("Blowfish, ODF 1.1", include_bytes!("blowfish.odt")),
    ("AES in GCM mode, Argon2id", include_bytes!("gcm.odt")),
];

fn odf_kind(bytes: &[u8], password: &str) -> ErrorKind {
    let opened = format::open(bytes.to_vec(), "odt", &with(password));
    opened.err().expect("opened").kind()
}

/// The same package with another content of one entry.
fn with_entry(bytes: &[u8], name: &str, change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut entries = package::unpack_all(bytes, &ReadOptions::default()).unwrap();
    let entry = entries.iter_mut().find(|(n, _)| n == name);
    change(&mut entry.expect("the entry").1);
    package::write(entries.iter().map(|(n, d)| (n.as_str(), d.as_slice()))).unwrap()
}

#[test]
fn the_right_password_opens_every_kind_of_odf() {
    for (kind, bytes) in ODF {
        let file = format::open(bytes.to_vec(), "odt", &with("Sommer-ß")).expect(kind);
        let texts = texts(file.document());
        assert!(
            texts
                .iter()
                .any(|t| t == "Frau Erika Mustermann wohnt in Bonn."),
            "{kind}"
        );
        let notices = file.document().notices();
        assert!(
            notices.iter().any(|n| n.what.en.contains("password")),
            "{kind}"
        );
        // The copy is a plain package: it opens without a password, and again.
        let copy = file.rewrite(&[]).unwrap();
        let manifest = part(&copy, "META-INF/manifest.xml").unwrap();
        assert!(!manifest.contains("encryption-data"), "{kind}: {manifest}");
        assert!(!manifest.contains("manifest:size"), "{kind}: {manifest}");
        let again = format::open(copy.clone(), "odt", &ReadOptions::default()).expect(kind);
        assert_eq!(again.rewrite(&[]).unwrap(), copy, "{kind}");
        assert_eq!(odf_kind(bytes, "sommer-ß"), ErrorKind::Encrypted, "{kind}");
        let without = format::open(bytes.to_vec(), "odt", &ReadOptions::default());
        assert_eq!(
            without.err().unwrap().kind(),
            ErrorKind::Encrypted,
            "{kind}"
        );
    }
}

#[test]
fn an_encrypted_odf_goes_through_the_whole_program() {
    let (_, gcm) = ODF[2];
    let words = ["Mustermann".to_owned()];
    let copy = job::run(gcm, "odt", &words, with("Sommer-ß")).expect("delivered");
    let text = part(&copy, "content.xml").unwrap();
    assert!(text.contains("wohnt in Bonn") && !text.contains("Mustermann"));
}

#[test]
fn damage_to_encrypted_odf_is_named() {
    let replaced = |bytes: &[u8], old: &str, new: &str| {
        with_entry(bytes, "META-INF/manifest.xml", |data| {
            let text = String::from_utf8(std::mem::take(data)).unwrap();
            assert!(text.contains(old), "{old}");
            *data = text.replace(old, new).into_bytes();
        })
    };
    let [(_, aes), (_, blowfish), (_, gcm)] = ODF;
    for (bytes, old, new, expected) in [
        (
            aes,
            "manifest:salt=\"",
            "manifest:salz=\"",
            ErrorKind::Broken,
        ),
        (
            aes,
            "manifest:salt=\"",
            "manifest:salt=\"*",
            ErrorKind::Broken,
        ),
        (aes, "manifest:algorithm ", "manifest:x ", ErrorKind::Broken),
        (aes, "key-size=\"32\"", "key-size=\"31\"", ErrorKind::Broken),
        (aes, "\"100000\"", "\"4000000000\"", ErrorKind::Limit),
        (aes, "\"PBKDF2\"", "\"PGP\"", ErrorKind::Encrypted),
        (aes, "#aes256-cbc", "#des-cbc", ErrorKind::Encrypted),
        (
            blowfish,
            "\"Blowfish CFB\"",
            "\"Blowfish CFC\"",
            ErrorKind::Encrypted,
        ),
        (
            gcm,
            "memory=\"65536\"",
            "memory=\"4000000\"",
            ErrorKind::Limit,
        ),
        (gcm, "lanes=\"4\"", "lanes=\"0\"", ErrorKind::Broken),
        (
            gcm,
            "manifest:encryption-data",
            "manifest:x",
            ErrorKind::Broken,
        ),
    ] {
        let kind = odf_kind(&replaced(bytes, old, new), "Sommer-ß");
        assert_eq!(kind, expected, "{old} -> {new}");
    }
    // Changed content: found by the tag of the whole or the checksum of the
    // first bytes of a part. The old kinds have no checksum for the rest.
    for (bytes, name, places) in [
        (aes, "content.xml", &[100][..]),
        (blowfish, "content.xml", &[100]),
        (gcm, "encrypted-package", &[0, 100, usize::MAX]),
    ] {
        for at in places {
            let changed = with_entry(bytes, name, |data| {
                let at = (*at).min(data.len() - 1);
                data[at] ^= 0x40;
            });
            let kind = odf_kind(&changed, "Sommer-ß");
            assert_eq!(kind, ErrorKind::Encrypted, "{name} {at}");
        }
    }
    for (bytes, name) in [(aes, "content.xml"), (gcm, "encrypted-package")] {
        let cut = with_entry(bytes, name, |data| data.truncate(5));
        let kind = odf_kind(&cut, "Sommer-ß");
        assert!(matches!(kind, ErrorKind::Broken | ErrorKind::Encrypted));
    }
}
