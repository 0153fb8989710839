"""Makes the two encrypted test files with an encryption that is not ours.

pip install python-docx msoffcrypto-tool; python tests/reference/office_encrypted.py
"""

import io
import pathlib

import docx
from msoffcrypto.format.ooxml import OOXMLFile

FOLDER = pathlib.Path(__file__).parent.parent / "office"

plain = io.BytesIO()
document = docx.Document()
document.add_paragraph("Erika Mustermann")
document.save(plain)
for name, password in [("encrypted.docx", "Sommer-ß"), ("velvet.docx", "VelvetSweatshop")]:
    plain.seek(0)
    with open(FOLDER / name, "wb") as out:
        OOXMLFile(plain).encrypt(password, out)
