"""Channels of mail, Outlook messages, cards and events, RTF and web pages."""

import base64
import quopri
import struct

from compound import storages

FROM = "From: Amt <amt@amt.example>\r\n"
TO = "To: Buero <buero@amt.example>\r\n"
TEXT = "Der Antrag ist eingegangen.\r\n"


def word(n, how="Q"):
    data = n.encode()
    if how == "B":
        return "=?UTF-8?B?" + base64.b64encode(data).decode() + "?="
    return "=?UTF-8?Q?" + "".join(chr(b) if chr(b).isalnum() and b < 128 else f"={b:02X}" for b in data) + "?="


def mail(fields="", body=TEXT, kind="text/plain; charset=utf-8", more=""):
    return (FROM + TO + "Subject: Antrag\r\nMIME-Version: 1.0\r\n" + fields
            + f"Content-Type: {kind}\r\n{more}\r\n{body}").encode()


def multi(parts, kind="mixed", before="", after="", fields=""):
    body = before + "".join(f"--grenze\r\n{part}\r\n" for part in parts) + "--grenze--\r\n" + after
    return mail(fields, body, f'multipart/{kind}; boundary="grenze"')


def part(kind, body, more="", coding=""):
    if coding == "base64":
        body = base64.encodebytes(body if isinstance(body, bytes) else body.encode()).decode().replace("\n", "\r\n")
    elif coding == "quoted-printable":
        body = quopri.encodestring(body.encode()).decode()
    head = f"Content-Type: {kind}\r\n{more}"
    if coding:
        head += f"Content-Transfer-Encoding: {coding}\r\n"
    return head + "\r\n" + body


PLAIN = part("text/plain; charset=utf-8", TEXT)


def add(corpus):
    headers(corpus)
    bodies(corpus)
    attachments(corpus)
    outlook(corpus)
    rich_text(corpus)
    pages(corpus)


def headers(corpus):
    @corpus.file(142, "headers.eml", "all fields with addresses, names as encoded words", kind="text")
    def build(n):
        low = n.lower().replace("ü", "ue")
        return (f'From: "{n}, Ilse" <{low}@amt.example>\r\nTo: {word("Ilse " + n)} <b@amt.example>\r\n'
                f'Cc: {word(n, "B")} <c@amt.example>\r\nBcc: {low}@privat.example\r\nReply-To: {low}@amt.example\r\n'
                f"Sender: {low}@amt.example\r\nReturn-Path: <{low}@amt.example>\r\nSubject: {word('Akte ' + n)}\r\n"
                f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{TEXT}").encode()

    @corpus.file(143, "routes.eml", "the way the mail took, its identifiers and programs")
    def build(n):
        host = n.replace("ü", "ue")
        return mail(f"Received: from pc-{host}.intern (pc-{host} [10.1.2.3]) by mx.example\r\n\tfor <a@b.example>\r\n"
                    f"Message-ID: <1.{host}@pc.intern>\r\nX-Mailer: Post von {host}\r\nX-Originating-IP: [{host}]\r\n"
                    f"DKIM-Signature: v=1; d=x; i={host}@x; b=AAAA\r\nThread-Index: {host}\r\n")

    @corpus.file(143, "list.eml", "fields of lists, keys and exchange servers")
    def build(n):
        host = n.replace("ü", "ue")
        return mail(f"List-Unsubscribe: <https://x.example/?wer={host}>\r\nAutocrypt: addr={host}@x.example; keydata=AAAA\r\n"
                    f"X-MS-Exchange-Organization-AuthAs: {host}\r\nAuthentication-Results: mx; smtp.mailfrom={host}\r\n"
                    f"In-Reply-To: <2.{host}@x>\r\nReferences: <2.{host}@x>\r\n")


def bodies(corpus):
    @corpus.file(144, "alternatives.eml", "text, page and RTF of one mail, a soft line break in the name", kind="text")
    def build(n):
        cut = f"Frau {n[:4]}=\r\n{n[4:]} hat geschrieben.\r\n"
        cut = "".join(c if ord(c) < 128 else "".join(f"={b:02X}" for b in c.encode()) for c in cut)
        page = f"<html><body><p>Frau {n} hat geschrieben.</p></body></html>"
        rtf = "{\\rtf1\\ansi Frau " + "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in n) + " hat geschrieben.}"
        plain = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + cut
        return multi([plain, part("text/html; charset=utf-8", page, coding="base64"),
                      part("text/rtf", rtf, coding="base64")], "alternative")

    @corpus.file(145, "page.eml", "comment, title, alternate text, hidden text, addresses and a note for Outlook", kind="text")
    def build(n):
        page = (f"<html><head><title>Akte {n}</title><!-- fuer {n} --></head><body>"
                f'<div style="display:none">Vorschau {n}</div><img alt="Bild {n}" src="cid:{n}@x">'
                f'<a href="mailto:{n}@amt.example?subject={n}">Post</a><font color="white">{n}</font>'
                f"<!--[if mso]><p>Frau {n}</p><![endif]--></body></html>")
        return multi([part("text/html; charset=utf-8", page, coding="quoted-printable")])

    @corpus.file(145, "style.eml", "a comment in the style of a page, a script")
    def build(n):
        page = (f"<html><head><style>/* {n} */ p {{color:red}}</style><script>var wer = '{n}';</script></head>"
                "<body><p>Text</p></body></html>")
        return multi([part("text/html; charset=utf-8", page)])

    @corpus.file(146, "quoted.eml", "quoted lines that break the name, a signature", kind="text")
    def build(n):
        return mail(body=f"Danke.\r\n\r\n> Am Montag schrieb Ilse\r\n> {n}:\r\n>> Von: {n}\r\n\r\n-- \r\n{n}\r\nReferat 2\r\n")

    @corpus.file(149, "outside.eml", "text before the first and behind the last part")
    def build(n):
        return multi([PLAIN], before=f"Diese Post von {n} hat mehrere Teile.\r\n", after=f"Ende. {n}\r\n")

    @corpus.file(149, "folder.mbox", "the line before each mail of a folder", kind="text")
    def build(n):
        plain = n.replace("ü", "ue")
        return f"From {plain}@amt.example Mon Jan  1 10:00:00 2024\r\n".encode() + mail() + b"\r\n"


def attachments(corpus):
    @corpus.file(147, "names.eml", "the name of an attachment in four ways", kind="text")
    def build(n):
        code = "".join(f"%{b:02X}" for b in n.encode())
        return multi([PLAIN, part(f'text/plain; charset=utf-8; name="{word(n)}.txt"', TEXT,
                                  f"Content-Disposition: attachment;\r\n filename*0*=UTF-8''Akte%20;\r\n filename*1*={code}.txt\r\n"
                                  f"Content-Description: {word('Akte ' + n)}\r\nContent-ID: <{n.replace('ü', 'ue')}@x>\r\n")])

    @corpus.file(147, "forwarded.eml", "a mail in the mail", kind="text")
    def build(n):
        inner = f"From: Ilse {word(n)} <a@b.example>\r\nTo: c@d.example\r\nSubject: {word('Akte ' + n)}\r\n\r\nFrau {n}\r\n"
        return multi([PLAIN, "Content-Type: message/rfc822\r\n\r\n" + inner])

    @corpus.file(147, "winmail.eml", "a container of Outlook")
    def build(n):
        data = b"\x78\x9f\x3e\x22" + n.encode() + b"\0" * 16
        return multi([PLAIN, part('application/ms-tnef; name="winmail.dat"', data, coding="base64")])

    @corpus.file(147, "signature.eml", "an electronic signature with its certificate")
    def build(n):
        seal = part('application/pkcs7-signature; name="smime.p7s"', b"0\x82\x01" + n.encode(), coding="base64")
        return multi([PLAIN, seal], 'signed; protocol="application/pkcs7-signature"; micalg=sha-256')

    @corpus.file(147, "unknown.eml", "an attachment of a kind nobody knows")
    def build(n):
        return multi([PLAIN, part('application/octet-stream; name="a.xyz"', b"\x7fXYZ\0" + n.encode(),
                                  "Content-Disposition: attachment\r\n", "base64")])

    @corpus.file(147, "encrypted.eml", "an encrypted mail", kind="whole")
    def build(n):
        return mail(body=base64.encodebytes(b"0\x82\x01" + n.encode()).decode(),
                    kind='application/pkcs7-mime; smime-type=enveloped-data', more="Content-Transfer-Encoding: base64\r\n")

    @corpus.file(148, "invite.eml", "an invitation with its people", kind="text")
    def build(n):
        event = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20240101T100000Z\r\n"
                 f'ORGANIZER;CN="Ilse {n}":mailto:a@amt.example\r\nATTENDEE;CN={n};ROLE=REQ-PARTICIPANT:mailto:b@amt.example\r\n'
                 f"SUMMARY:Termin {n}\r\nX-ALT-DESC;FMTTYPE=text/html:<p>{n}</p>\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
        return multi([PLAIN, part("text/calendar; charset=utf-8; method=REQUEST", event)])

    @corpus.file(148, "card.vcf", "a card, its name folded over two lines", kind="text")
    def build(n):
        return (f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:{n};Ilse;;;\r\nFN:Ilse {n[:3]}\r\n {n[3:]}\r\nNOTE:Frau {n}\r\n"
                f"EMAIL:{n}@amt.example\r\nEND:VCARD\r\n").encode()

    @corpus.file(148, "photo.vcf", "the picture and the key of a card")
    def build(n):
        data = base64.b64encode(b"\x89PNG" + n.encode() * 2).decode()
        return ("BEGIN:VCARD\r\nVERSION:3.0\r\nN:Muster;;;;\r\nFN:Muster\r\n"
                f"PHOTO;ENCODING=b;TYPE=PNG:{data}\r\nKEY;ENCODING=b:{data}\r\nEND:VCARD\r\n").encode()

    @corpus.file(148, "event.ics", "a file in an event")
    def build(n):
        data = base64.b64encode(b"\x89PNG" + n.encode() * 2).decode()
        return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Termin\r\n"
                f"ATTACH;ENCODING=BASE64;VALUE=BINARY:{data}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n").encode()


def wide(text):
    return text.encode("utf-16-le")


def message(**streams):
    """An Outlook message with a sender, a subject and a body, and more."""
    own = {"__properties_version1.0": b"\0" * 32, "__substg1.0_001A001F": wide("IPM.Note"),
           "__substg1.0_0037001F": wide("Antrag"), "__substg1.0_0C1A001F": wide("Amt"),
           "__substg1.0_5D01001F": wide("amt@amt.example"), "__substg1.0_1000001F": wide(TEXT)}
    own.update({name: data for name, data in streams.pop("more", {}).items()})
    return storages(own)


def outlook(corpus):
    @corpus.file(150, "people.msg", "sender and recipients", kind="text")
    def build(n):
        who = "__recip_version1.0_#00000000/"
        return message(more={"__substg1.0_0C1A001F": wide("Ilse " + n), "__substg1.0_0042001F": wide(n),
                             who + "__properties_version1.0": b"\0" * 8, who + "__substg1.0_3001001F": wide(n),
                             who + "__substg1.0_3003001F": wide(n + "@amt.example"), "__substg1.0_0037001F": wide("Akte " + n),
                             "__substg1.0_0E04001F": wide(n), "__substg1.0_0070001F": wide("Akte " + n)})

    @corpus.file(150, "properties.msg", "properties that no program shows")
    def build(n):
        return message(more={"__substg1.0_007D001F": wide(f"Received: from {n}\r\n"), "__substg1.0_3FF8001F": wide(n),
                             "__substg1.0_1035001F": wide(f"<{n}@x>"), "__substg1.0_0071001F": wide(n),
                             "__substg1.0_0C1F001F": wide("/O=AMT/CN=" + n), "__substg1.0_8000001F": wide(n),
                             "__nameid_version1.0/__substg1.0_00040102": wide(n)})

    @corpus.file(151, "bodies.msg", "the same text as text, as page and as RTF", kind="text")
    def build(n):
        rtf = ("{\\rtf1\\ansi Frau " + "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in n) + "}").encode()
        packed = struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf
        return message(more={"__substg1.0_1000001F": wide(f"Frau {n}\r\n"), "__substg1.0_10130102": f"<p>Frau {n}</p>".encode(),
                             "__substg1.0_10090102": packed})

    @corpus.file(152, "attachment.msg", "an attachment with its names, a mail in the mail", kind="text")
    def build(n):
        a, b = "__attach_version1.0_#00000000/", "__attach_version1.0_#00000001/"
        inner = b + "__substg1.0_3701000D/"
        return message(more={a + "__properties_version1.0": b"\0" * 8, a + "__substg1.0_3707001F": wide(f"Akte {n}.txt"),
                             a + "__substg1.0_3704001F": wide(f"{n[:6]}.txt"), a + "__substg1.0_37010102": f"Frau {n}".encode(),
                             b + "__properties_version1.0": b"\0" * 8, b + "__substg1.0_3001001F": wide(n),
                             inner + "__properties_version1.0": b"\0" * 24, inner + "__substg1.0_0037001F": wide("Akte " + n),
                             inner + "__substg1.0_1000001F": wide("Frau " + n)})

    @corpus.file(152, "paths.msg", "the path and the preview of an attachment")
    def build(n):
        a = "__attach_version1.0_#00000000/"
        return message(more={a + "__properties_version1.0": b"\0" * 8, a + "__substg1.0_3707001F": wide("a.txt"),
                             a + "__substg1.0_37010102": TEXT.encode(), a + "__substg1.0_3708001F": wide(f"C:\\Users\\{n}\\a.txt"),
                             a + "__substg1.0_370D001F": wide(f"C:\\{n}\\a.txt"), a + "__substg1.0_37090102": b"\1\0\0\0" + wide(n)})


def rich_text(corpus):
    def rtf(line, name, where, body, kind="beside"):
        @corpus.file(line, name + ".rtf", where, kind=kind)
        def build(n):
            plain = n.replace("ü", "ue") if kind == "beside" else "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in n)
            return ("{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}" + body(plain) + "\\pard Der Antrag ist da.\\par}").encode()

    rtf(157, "info", "the properties of the file", lambda n: "{\\info{\\title Akte %s}{\\author %s}{\\operator %s}}" % (n, n, n))
    rtf(157, "lists", "people who changed the text, own properties, data", lambda n:
        "{\\*\\revtbl{Unknown;}{%s;}}{\\*\\userprops{\\propname Wer}\\proptype30{\\staticval %s}}{\\*\\datastore %s}" % (
            n, n, n.encode().hex()))
    rtf(157, "objects", "an object, the data of a picture, an unknown group", lambda n:
        "{\\object\\objemb{\\*\\objdata %s}}{\\pict\\pngblip %s}{\\*\\neuartig %s}" % (n.encode().hex(), n.encode().hex(), n))
    rtf(157, "hidden", "hidden text, a field, a header, a note", lambda n:
        "{\\header Frau %s}{\\v Frau %s}{\\field{\\*\\fldinst HYPERLINK \"mailto:%s@x.example\"}{\\fldrslt %s}}"
        "{\\footnote Frau %s}" % (n, n, n, n, n), "text")

    @corpus.file(157, "behind.rtf", "bytes behind the end")
    def build(n):
        return b"{\\rtf1\\ansi Der Antrag ist da.\\par}" + n.encode("latin-1")


def pages(corpus):
    @corpus.file(158, "page.html", "comments, meta, data, hidden text and state of a page", kind="text")
    def build(n):
        return (f'<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="author" content="{n}"><title>{n}</title></head>'
                f'<body data-wer="{n}"><!-- {n} --><p hidden>Frau {n}</p><input type="hidden" value="{n}">'
                f'<script type="application/json">{{"name": "{n}"}}</script><template>{n}</template></body></html>').encode()

    @corpus.file(158, "script.html", "a script, an event, a style, a picture in the page")
    def build(n):
        data = base64.b64encode(b"\x89PNG" + n.encode() * 2).decode()
        return (f'<!DOCTYPE html><html><head><meta charset="utf-8"><script>wer = "{n}"</script><style>/* {n} */</style></head>'
                f'<body onload="zeige(\'{n}\')"><img src="data:image/png;base64,{data}"><p>Text</p></body></html>').encode()

    @corpus.file(158, "page.mht", "a saved page with its parts", kind="text")
    def build(n):
        page = f"<html><head><title>Akte {n}</title></head><body>Frau {n}</body></html>"
        return multi([part("text/html; charset=utf-8", page, f"Content-Location: https://x.example/{n.replace('ü', 'ue')}\r\n",
                           "quoted-printable")], "related")
