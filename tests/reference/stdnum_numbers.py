#!/usr/bin/env python3
"""Numbers that the reference library python-stdnum calls valid or not, for comparison with our own checks.

usage: stdnum_numbers.py [N] > numbers.tsv
       DECKNAME_REFERENCE=numbers.tsv cargo test --test detect reference -- --ignored --nocapture

Each line: check, number, 1 or 0. Per check N numbers that are valid and N of them with one sign changed.
Needs `pip install python-stdnum` (LGPL, used here only as a tool). All numbers are random.
"""
import importlib, random, sys

D, U = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# check, module of stdnum, pattern (9 digit, A letter, anything else itself; the signs in brackets are tried until one is valid)
CHECKS = [
    ("iban", "iban", "DE[99]999999999999999999"), ("steuer_id", "de.idnr", "9999999999[9]"), ("ust_id", "de.vat", "DE99999999[9]"),
    ("luhn", "luhn", "999999999999999[9]"), ("imei", "imei", "99999999999999[9]"), ("at_svnr", "at.vnr", "999[9]010180"), ("at_uid", "at.uid", "U9999999[9]"),
    ("ch_ahv", "ch.ssn", "756999999999[9]"), ("ch_uid", "ch.uid", "CHE99999999[9]"), ("pl_pesel", "pl.pesel", "9DDMMDD9999[9]"),
    ("es_dni", "es.dni", "99999999[A]"), ("nl_bsn", "nl.bsn", "99999999[9]"), ("be_nn", "be.nn", "YYMMDD999[99]"), ("se_personnummer", "se.personnummer", "YYMMDD-999[9]"),
    ("fi_hetu", "fi.hetu", "DDMMYY-999[X]"), ("no_fodselsnummer", "no.fodselsnummer", "DDMMYY999[99]"), ("cz_rodne_cislo", "cz.rc", "YYMMDD999[9]"),
    ("hr_oib", "hr.oib", "9999999999[9]"), ("bg_egn", "bg.egn", "YYMMDD999[9]"), ("ro_cnp", "ro.cnp", "1YYMMDD99999[9]"), ("pt_nif", "pt.nif", "99999999[9]"),
    ("ee_isikukood", "ee.ik", "3YYMMDD999[9]"), ("si_emso", "si.emso", "DDMM9995099999"[:4] + "985509" + "99[9]"), ("tr_tckn", "tr.tckimlik", "999999999[99]"),
    ("gb_nhs", "gb.nhs", "999999999[9]"), ("ca_sin", "ca.sin", "99999999[9]"), ("fr_nir", "fr.nir", "1YYMM99999999[99]"),
    ("it_codice_fiscale", "it.codicefiscale", "AAAAAA85T10A562[A]"), 
    ("gr_amka", "gr.amka", "DDMMYY9999[9]"), ("gr_afm", "gr.vat", "99999999[9]"), ("ie_ppsn", "ie.pps", "9999999[A]"), ("lv_personas_kods", "lv.pvn", "DDMMYY1999[9]"),
    ("cy_tic", "cy.vat", "09999999[A]"), ("is_kennitala", "is_.kennitala", "DDMMYY99[9]N"), ("ua_rnokpp", "ua.rntrc", "999999999[9]"), ("verhoeff", "verhoeff", "99999999999[9]"),
] + [("eu_vat", "eu.vat", pattern) for pattern in (
    "BE09999999[99]", "BG99999999[9]", "CY19999999[A]", "CZ9999999[9]", "DK9999999[9]", "EE99999999[9]", "EL99999999[9]", "ESA9999999[9]", "FI9999999[9]",
    "FR[99]999999999", "HR9999999999[9]", "HU9999999[9]", "IE9999999[A]", "IT9999999999[9]", "LT99999991[9]", "LU999999[99]", "MT999999[99]",
    "PL999999999[9]", "PT99999999[9]", "RO99999999[9]", "SE999999999[9]01", "SI9999999[9]", "SK992999999[9]")]



def fill(pattern, r):
    pattern = pattern.replace("9DDMMDD9999", "YYMMDD9999")
    pattern = pattern.replace("YY", f"{r.randrange(50, 99)}").replace("MM", f"{r.randrange(1, 13):02d}").replace("DD", f"{r.randrange(1, 29):02d}")
    head, _, tail = pattern.partition("[")
    # N is a nine that stays one.
    draw = lambda text: "".join(r.choice(D) if c == "9" else r.choice(U) if c == "A" else "9" if c == "N" else c for c in text)
    return draw(head), tail.partition("]")[0], draw(tail.partition("]")[2])


def candidates(mask):
    if mask == "99":
        return [f"{n:02d}" for n in range(100)]
    return {"9": list(D), "A": list(U), "X": list("0123456789ABCDEFHJKLMNPRSTUVWXY"), "": [""]}[mask]


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 10000
    for name, module, pattern in CHECKS:
        try:
            valid = importlib.import_module("stdnum." + module).is_valid
        except ImportError:
            print(f"{name}: stdnum.{module} is missing", file=sys.stderr)
            continue
        r, found, tries = random.Random(name), 0, 0
        while found < n and tries < 60 * n:
            tries += 1
            head, mask, tail = fill(pattern, r)
            number = next((head + c + tail for c in candidates(mask) if valid(head + c + tail)), None)
            if number is None:
                continue
            found += 1
            print(name, number, 1, sep="\t")
            at = r.choice([i for i, c in enumerate(number) if c.isdigit()] or [0])
            wrong = number[:at] + r.choice([d for d in D if d != number[at]]) + number[at + 1:]
            # The reference takes numbers of companies under the same name; they have no day of birth.
            if module == "lv.pvn" and wrong[0] > "3":
                continue
            print(name, wrong, int(valid(wrong)), sep="\t")
        if found < n:
            print(f"{name}: only {found} numbers", file=sys.stderr)


if __name__ == "__main__":
    main()
