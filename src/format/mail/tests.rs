//! What a mail must and must not hold after cleaning.

use super::*;

const MAIL: &str = "Received: from pc-mueller by x\r\nFrom: =?UTF-8?Q?M=C3=BCller=2C_Max?= <max@example.org>\r\nTo: Erika <erika@example.org>\r\nSubject: Antrag von\r\n Max\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\nGeheime Vorrede von Max\r\n--b1\r\nContent-Type: multipart/alternative; boundary=b2\r\n\r\n--b2\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nHerr Max M=FCl=\r\nler kommt.\r\n--b2\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+SGVyciBNYXggTcO8bGxlcjwvcD4=\r\n--b2--\r\n--b1\r\nContent-Type: text/csv; name=\"Max.csv\"\r\nContent-Disposition: attachment; filename=\"Max.csv\"\r\n\r\nName;Ort\r\nMax;Bonn\r\n--b1\r\nContent-Type: application/x-unknown; name=x.bin\r\nContent-Transfer-Encoding: base64\r\n\r\nAAECAwQ=\r\n--b1\r\nContent-Type: message/rfc822\r\n\r\nX-Trace: Max\r\nSubject: Innen\r\nFrom: Max <m@example.org>\r\n\r\nText von Max\r\n--b1--\r\nNachwort\r\n";

fn open(input: &str) -> Result<Box<dyn OpenFile>> {
    Eml.open(input.as_bytes().to_vec(), &ReadOptions::default())
}

fn replace(file: &dyn OpenFile, pairs: &[(&str, &str)]) -> String {
    let document = file.document();
    let mut edits = Vec::new();
    for (index, segment) in document.segments().iter().enumerate() {
        for (old, new) in pairs {
            for (at, _) in segment.text().match_indices(old) {
                let span = document.span(index, at, at + old.len()).unwrap();
                edits.push(Edit {
                    span,
                    with: (*new).to_owned(),
                });
            }
        }
    }
    String::from_utf8_lossy(&file.rewrite(&edits).unwrap()).into_owned()
}

#[test]
fn every_part_is_read() {
    let file = open(MAIL).unwrap();
    let texts: Vec<_> = file
        .document()
        .segments()
        .iter()
        .map(|s| s.text().to_owned())
        .collect();
    assert_eq!(
        texts,
        [
            "Müller, Max <max@example.org>",
            "Erika <erika@example.org>",
            "Antrag von Max",
            "Herr Max Müller kommt.",
            "Herr Max Müller",
            "Max.csv",
            "Max.csv",
            "Name",
            "Ort",
            "Max",
            "Bonn",
            "Innen",
            "Max <m@example.org>",
            "Text von Max"
        ]
    );
}

#[test]
fn every_part_is_cleaned_and_stays_what_it_was() {
    let file = open(MAIL).unwrap();
    let output = replace(&*file, &[("Max", "[P]"), ("Müller", "[Q]")]);
    assert!(
        output.contains("From: =?UTF-8?B?") || output.contains("From: \"[Q], [P]\" <max@"),
        "{output}"
    );
    for expected in [
        "Subject: Antrag von\r\n [P]\r\n",
        "filename=\"[P].csv\"",
        "Herr [P] [Q] kommt.",
        "[P];Bonn",
        "Text von [P]",
        "PHA+SGVyciBbUF0gW1FdPC9wPg==",
    ] {
        assert!(output.contains(expected), "{expected} in {output}");
    }
    for gone in [
        "pc-mueller",
        "Vorrede",
        "Nachwort",
        "AAECAwQ",
        "X-Trace",
        "Max",
    ] {
        assert!(!output.contains(gone), "{gone} in {output}");
    }
    assert_eq!(file.document().notices().len(), 3);
    let again = open(&output).unwrap();
    assert_eq!(
        String::from_utf8(again.rewrite(&[]).unwrap()).unwrap(),
        output
    );
    assert!(again.document().notices().is_empty());
}

#[test]
fn without_edits_the_parts_stay_byte_for_byte() {
    let file = open(MAIL).unwrap();
    let output = String::from_utf8(file.rewrite(&[]).unwrap()).unwrap();
    for same in [
        "Herr Max M=FCl=\r\nler kommt.",
        "PHA+SGVyciBNYXggTcO8bGxlcjwvcD4=",
        "=?UTF-8?Q?M=C3=BCller=2C_Max?=",
    ] {
        assert!(output.contains(same), "{output}");
    }
}

#[test]
fn signatures_go_and_encrypted_mail_is_refused() {
    let signed = "From: a@b.de\nContent-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=x\n\n--x\n\nText\n--x\nContent-Type: application/pgp-signature\n\nabc\n--x--\n";
    let file = open(signed).unwrap();
    let output = String::from_utf8(file.rewrite(&[]).unwrap()).unwrap();
    assert!(
        output.contains("multipart/mixed;") && !output.contains("abc"),
        "{output}"
    );
    for encrypted in [
        "From: a@b.de\nContent-Type: multipart/encrypted; boundary=x\n\n--x\n\nText\n--x--\n",
        "From: a@b.de\nContent-Type: application/pkcs7-mime; name=smime.p7m\n\nabc\n",
    ] {
        assert_eq!(open(encrypted).err().unwrap().kind(), ErrorKind::Encrypted);
    }
}

#[test]
fn what_is_no_mail_is_refused() {
    for input in ["", "nur Text\n", "\n\nText", "a: b\nc: d\n\nx"] {
        assert_eq!(
            open(input).err().unwrap().kind(),
            ErrorKind::Broken,
            "{input}"
        );
    }
    let only = "From: a@b.de\nContent-Type: application/x-unknown\nContent-Transfer-Encoding: base64\n\nAAEC\n";
    assert_eq!(open(only).err().unwrap().kind(), ErrorKind::NotExamined);
}

#[test]
fn endless_nesting_is_stopped() {
    let deep = "Subject: a\nContent-Type: message/rfc822\n\n".repeat(200);
    assert!(open(&deep).is_err());
    let mut parts = String::new();
    for n in 0..200 {
        parts.push_str(&format!(
            "Subject: a\nContent-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"
        ));
    }
    assert_eq!(open(&parts).err().unwrap().kind(), ErrorKind::Limit);
}

#[test]
fn blank_lines_and_a_from_line_come_before_a_mail() {
    let output = replace(&*open("\r\n\r\nSubject: a\r\n\r\nText\r\n").unwrap(), &[]);
    assert_eq!(output, "Subject: a\r\n\r\nText\r\n");
    let file =
        open("From max@x.de Mon May  2 16:07:05 2005\nSubject: a\n\nFrom here on\n").unwrap();
    assert_eq!(
        replace(&*file, &[("max@x.de", "[E]")]),
        "From [E] Mon May  2 16:07:05 2005\nSubject: a\n\nFrom here on\n"
    );
}

#[test]
fn an_mbox_has_many_mails() {
    let input = "From a@x.de Mon\nSubject: eins\n\nMax\n\nFrom b@x.de Tue\nFrom: b@x.de\nContent-Type: multipart/encrypted; boundary=x\n\n--x\n\na\n--x--\n\nFrom c@x.de Wed\nSubject: drei\n\n>From Max\n";
    let file = Mbox.open(input.into(), &ReadOptions::default()).unwrap();
    let output = replace(&*file, &[("Max", "[P]")]);
    assert_eq!(
        output,
        "From a@x.de Mon\nSubject: eins\n\n[P]\n\nFrom c@x.de Wed\nSubject: drei\n\n>From [P]\n"
    );
    assert_eq!(file.document().notices().len(), 1);
    assert!(Mbox.open(b"x".to_vec(), &ReadOptions::default()).is_err());
}
