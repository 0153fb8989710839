"""Write models.toml beside model.onnx and tokenizer.json: hashes, labels, calibration, self-test.

usage: 07_manifest.py FOLDER CALIBRATION.json NAME      (the JSON file that 06_evaluate.py --calibrate --json wrote)
"""
import hashlib, json, sys
from pathlib import Path
from common import LABELS, MAX_PIECES
from infer import Ner

TYPES = {"PER": "PERSON", "ORG": "ORGANIZATION", "LOC": "LOCATION", "STREET": "STREET"}
SELF_TEST = "Frau Anna Kowalski wohnt in der Lindenstraße 12 in Köln und arbeitet bei der Siemens AG."
EXPECTED = [("Anna Kowalski", "PER"), ("Lindenstraße 12", "STREET"), ("Köln", "LOC"), ("Siemens AG", "ORG")]


def main():
    folder, calibration, name = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")), sys.argv[3]
    sha = {f: hashlib.sha256((folder / f).read_bytes()).hexdigest() for f in ("model.onnx", "tokenizer.json")}
    ner = Ner(str(folder / "model.onnx"), str(folder / "tokenizer.json"), calibration["temperature"], calibration["thresholds"])
    found = {(SELF_TEST[a:b], t) for a, b, t, _ in next(ner.spans([SELF_TEST]))}
    expected = [e for e in EXPECTED if e in found]
    assert expected[:1] == EXPECTED[:1], f"the model fails its self-test: {found}"
    q = lambda x: json.dumps(x, ensure_ascii=False)
    out = ["# The models this program knows; README.md says what each key means and how to add one.", "", "[[model]]",
           f"name = {q(name)}", 'file = "model.onnx"', f'sha256 = "{sha["model.onnx"]}"', 'tokenizer = "tokenizer.json"',
           f'tokenizer_sha256 = "{sha["tokenizer.json"]}"', f"labels = {q(LABELS)}", f"max_pieces = {MAX_PIECES}",
           "bos_id = 0", "pad_id = 1", "eos_id = 2", f"temperature = {calibration['temperature']}", "",
           "[model.types]", *(f"{k} = {q(v)}" for k, v in TYPES.items()), "",
           "[model.thresholds]", *(f"{k} = {v:.2f}" for k, v in calibration["thresholds"].items()), "",
           "[model.self_test]", f"text = {q(SELF_TEST)}", f"expect = {q([[s, TYPES[t]] for s, t in expected])}", ""]
    (folder / "models.toml").write_text("\n".join(out), encoding="utf-8")


if __name__ == "__main__":
    main()
