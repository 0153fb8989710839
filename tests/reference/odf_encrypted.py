"""Makes tests/office/gcm.odt: an ODF package encrypted as a whole, as LibreOffice
has written it since 24.2 and as the draft of OpenDocument 1.5 says (OFFICE-4153 at
OASIS), with none of our code.

    python tests/reference/odf_encrypted.py tests/office/gcm.odt

Needs the package cryptography (44 or later). tests/office/aes.odt and blowfish.odt
were saved by LibreOffice 7.4 over UNO: storeToURL with the property Password; for
blowfish.odt the format was set to ODF 1.1. Of their parts only the content was kept.
The password of all three is "Sommer-ß".
"""

import base64
import hashlib
import io
import sys
import zipfile
import zlib

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

KIND = "application/vnd.oasis.opendocument.text"
PASSWORD = "Sommer-ß"
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
LOEXT = "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"


def package(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts:
            entry = zipfile.ZipInfo(name)
            archive.writestr(entry, data, zipfile.ZIP_STORED)
    return out.getvalue()


def inner():
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    content = (
        f'<office:document-content xmlns:office="{office}" xmlns:text="{text}">'
        "<office:body><office:text><text:p>Frau Erika Mustermann wohnt in Bonn."
        "</text:p></office:text></office:body></office:document-content>"
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{MANIFEST}" manifest:version="1.4">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{KIND}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    return package(
        [("mimetype", KIND), ("content.xml", content), ("META-INF/manifest.xml", manifest)]
    )


def main():
    plain = inner()
    deflate = zlib.compressobj(wbits=-15)
    packed = deflate.compress(plain) + deflate.flush()
    salt, nonce = bytes(range(16)), bytes(range(100, 112))
    start = hashlib.sha256(PASSWORD.encode()).digest()
    key = Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=65536).derive(start)
    locked = nonce + AESGCM(key).encrypt(nonce, packed, None)
    coded = lambda data: base64.b64encode(data).decode()
    manifest = (
        f'<manifest:manifest xmlns:manifest="{MANIFEST}" xmlns:loext="{LOEXT}" manifest:version="1.4">'
        f'<manifest:file-entry manifest:full-path="encrypted-package" manifest:media-type="{KIND}"'
        f' manifest:size="{len(plain)}"><manifest:encryption-data>'
        '<manifest:algorithm manifest:algorithm-name="http://www.w3.org/2009/xmlenc11#aes256-gcm"'
        f' manifest:initialisation-vector="{coded(nonce)}"/>'
        "<manifest:start-key-generation"
        ' manifest:start-key-generation-name="http://www.w3.org/2001/04/xmlenc#sha256"'
        ' manifest:key-size="32"/>'
        "<manifest:key-derivation"
        ' manifest:key-derivation-name="urn:org:documentfoundation:names:experimental:office:manifest:argon2id"'
        ' manifest:key-size="32" loext:argon2-iterations="3" loext:argon2-memory="65536"'
        f' loext:argon2-lanes="4" manifest:salt="{coded(salt)}"/>'
        "</manifest:encryption-data></manifest:file-entry></manifest:manifest>"
    )
    parts = [("mimetype", KIND), ("encrypted-package", locked), ("META-INF/manifest.xml", manifest)]
    with open(sys.argv[1], "wb") as out:
        out.write(package(parts))


main()
