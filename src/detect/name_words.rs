//! The words by which `names` knows that a name is near, or that none is: data only.

/// Words right before a name. They are not part of it.
#[rustfmt::skip]
pub(super) const SALUTATIONS: &[&str] = &[
    "herr", "herrn", "hr", "hrn", "frau", "fr", "frl", "fräulein", "familie", "fam", "eheleute",
    "ehepaar", "mr", "mrs", "ms", "miss", "mister", "madame", "monsieur", "mme", "mme.", "señor",
    "señora", "signor", "signora", "herren", "fraun", "geschwister", "hern",
];

/// Titles, degrees and offices before a name: skipped, and a sign of one.
#[rustfmt::skip]
pub(super) const TITLES: &[&str] = &[
    "dr", "prof", "professor", "professorin", "doktor", "dipl", "dipl-ing", "dipl.-ing", "mag",
    "ra", "rain", "rechtsanwalt", "rechtsanwältin", "notar", "notarin", "pfarrer", "pfarrerin",
    "pastor", "pastorin", "bürgermeister", "bürgermeisterin", "oberbürgermeister",
    "oberbürgermeisterin", "stadtrat", "stadträtin", "stadtverordnete", "stadtverordneter",
    "schwester", "pfleger", "amtsrat", "amtsrätin", "polizeihauptkommissar",
    "polizeioberkommissar", "polizeikommissar", "kommissarin", "kommissar", "phk", "pok", "pk",
    "pom", "phm", "khk", "kok", "zeugin", "zeuge", "zeugen", "steuerberater", "steuerberaterin",
    "landrat", "landrätin", "dezernent", "dezernentin", "hausarzt", "hausärztin", "vorsitzender",
    "vorsitzende", "staatsanwalt", "staatsanwältin", "oberstaatsanwalt", "oberarzt", "oberärztin",
    "chefarzt", "chefärztin", "kollege", "kollegin", "kollegen", "mandant", "mandantin", "patient",
    "patientin", "angeklagte", "angeklagter", "beschuldigte", "beschuldigter", "beigeladene",
    "kläger", "klägerin", "beklagte", "beklagter", "antragsteller", "antragstellerin",
    "antragsgegner", "antragsgegnerin", "schüler", "schülerin", "ehemann", "ehefrau", "ehegatte",
    "ehegattin", "sohn", "tochter", "bruder", "vater", "mutter", "nichte", "neffe", "onkel",
    "tante", "oma", "opa", "enkel", "enkelin", "schwager", "schwägerin", "nachbar", "nachbarin",
    "mieter", "mieterin", "vermieter", "vermieterin", "zeugen", "betreuer", "betreuerin",
    "sachbearbeiter", "sachbearbeiterin", "detective", "sergeant", "constable", "councillor",
    "reverend", "rev", "nurse", "patin", "pate", "erzieherin", "erzieher", "lehrer", "lehrerin",
    "azubi", "auszubildende", "auszubildender", "meister", "referentin", "referent", "dozent",
    "dozentin", "sachverständige", "sachverständiger", "gutachter", "gutachterin", "hausmeister",
    "trainer", "trainerin", "kapitän", "schiedsrichter",
];

/// Parts of titles that may follow a title.
#[rustfmt::skip]
pub(super) const TITLE_PARTS: &[&str] = &[
    "med", "jur", "phil", "rer", "nat", "pol", "oec", "ing", "vet", "dent", "theol", "h", "c",
    "habil", "dr", "prof", "mult", "hc", "paed", "päd", "phys", "math", "psych", "soz", "päd.",
    "univ", "em", "apl", "priv", "doz", "a", "d", "i", "r", "dipl", "agr", "fh", "kfm", "kffr",
    "volksw", "betriebsw", "psychologin", "psychologe", "mag", "lic", "ph", "rechtsanwalt",
    "rechtsanwältin", "dipl.-ing",
];

/// Small words inside names.
#[rustfmt::skip]
pub(super) const PARTICLES: &[&str] = &[
    "von", "van", "vom", "zu", "zur", "zum", "de", "der", "den", "del", "della", "di", "da", "dos",
    "das", "do", "du", "la", "le", "el", "al", "bin", "ben", "ibn", "abu", "ter", "ten", "te",
    "und", "af", "av", "y", "e", "'t", "'s", "op", "dem", "freiherr", "freifrau", "graf", "gräfin",
    "baron", "baronin", "st", "mc", "mac", "o",
];

/// Labels whose value is a name, without the colon. Compared as whole words,
/// lower case; `*` at the end stands for any ending.
#[rustfmt::skip]
pub(super) const LABELS: &[&str] = &[
    "name", "namen", "vorname", "vornamen", "vorname(n)", "nachname", "familienname", "zuname",
    "rufname", "geburtsname", "bearbeiter*", "sachbearbeiter*", "sachbearbeitung", "bearbeitung",
    "ansprechpartner*", "ansprechperson*", "kontoinhaber*", "antragsteller*", "inhaber*",
    "name, vorname", "vor- und nachname", "vor- und zuname", "vorname, name", "vorname, nachname",
    "nachname, vorname", "vorname nachname", "name des kindes", "kind", "mutter", "vater",
    "erziehungsberechtigte*", "sorgeberechtigte*", "patient*", "kunde", "kundin", "mieter*",
    "vermieter*", "eigentümer*", "halter*", "fahrer*", "zeuge", "zeugin", "zeugen", "geschädigte*",
    "beschuldigte*", "betroffene*", "betreuer*", "betreute*", "vorsitz", "vorsitzende*",
    "protokoll", "protokollführ*", "schriftführ*", "teilnehmer*", "teilnehmende", "anwesend",
    "anwesende", "entschuldigt", "gäste", "gast", "moderation", "leitung", "verfasser*", "autor*",
    "erstellt von", "erstellt durch", "geprüft von", "geändert von", "unterzeichner*",
    "unterschrift", "mitarbeiter*", "beschäftigte*", "bewerber*", "kandidat*", "schüler*",
    "lehrer*", "lehrkraft", "klassenleitung", "klassenlehrer*", "arzt", "ärztin", "hausarzt",
    "hausärztin", "behandler*", "behandelnder arzt", "versicherte*", "versicherungsnehmer*",
    "mitglied", "vertreter*", "vertretung", "verteidiger*", "kläger*", "beklagte*", "rechtsanwalt",
    "rechtsanwältin", "notar*", "empfänger*", "absender*", "von", "an", "cc", "bcc", "kopie",
    "from", "to", "sender", "organisator", "ersteller*", "meldende*", "melder*", "anrufer*",
    "hinweisgeber*", "kontaktperson", "kontakt", "notfallkontakt", "angehörige*",
    "bevollmächtigte*", "verstorbene*", "erblasser*", "erbe", "erben", "ehegatte", "ehefrau",
    "ehemann", "ehepartner*", "partner*", "lebenspartner*", "tochter", "sohn", "kinder",
    "geschwister", "z. hd.", "z.hd.", "zu händen", "c/o", "contact", "first name", "last name",
    "surname", "forename", "full name", "given name", "applicant", "tenant", "landlord",
    "employee", "manager", "customer", "attendees", "present", "apologies", "chair", "witness",
    "author", "prepared by", "signed", "student", "parent", "mother", "father", "child",
    "claimant", "defendant", "account holder", "cardholder", "driver", "owner", "gemeldet von",
    "zugewiesen an", "verantwortlich*", "zuständig", "beteiligte*", "vollmachtgeber*",
    "auftraggeber*", "besteller*", "trainer*", "übungsleiter*", "jugendliche*", "referent*",
    "dozent*", "prüfer*", "gutachter*", "sachverständige*", "familie", "erschienen*", "kreditor",
    "zahlungspflichtige*", "kontobevollmächtigte*", "kontoinh.", "sb", "bearb.", "hz.", "kdn.",
    "titel vorname name", "creator", "last modified by", "author name", "manager name",
    "erzieher*", "gruppenleitung", "einrichtungsleitung", "dienstführ*", "schicht",
    "vertreten durch", "frau", "herr", "herrn", "veranlasst durch", "aufgenommen von",
    "aufnahme durch", "gesprächspartner*", "im beisein von", "es erschien", "nutzer*",
];

/// Lines after which a name stands alone, and words before one on their line.
#[rustfmt::skip]
pub(super) const CLOSINGS: &[&str] = &[
    "mit freundlichen grüßen", "mit freundlichem gruß", "mit freundlichen kollegialen grüßen",
    "freundliche grüße", "mit besten grüßen", "beste grüße", "viele grüße", "herzliche grüße",
    "liebe grüße", "mit herzlichen grüßen", "im auftrag", "i. a.", "i.a.", "i. v.", "i.v.",
    "in vertretung", "gez.", "hochachtungsvoll", "mit vorzüglicher hochachtung",
    "mit freundlichen gruessen", "mfg", "vg", "lg", "gruß", "grüße", "kind regards",
    "best regards", "yours sincerely", "yours faithfully", "regards", "best wishes", "many thanks",
    "sincerely", "best", "mit kollegialen grüßen", "schöne grüße", "mit freundlichen grußen",
    "mit freundlichen grüssen", "freundliche grüsse", "thanks", "cheers", "danke und gruß",
    "für die richtigkeit", "der vorstand", "der gemeindevorstand", "der magistrat",
    "der vorsitzende", "die vorsitzende", "der bürgermeister", "die bürgermeisterin",
    "der oberbürgermeister", "der landrat", "die landrätin", "für die niederschrift",
    "für das protokoll", "f. d. r.", "die schulleitung", "warm regards", "yours truly", "ppa.",
    "p. o.", "auf anordnung", "love", "bis dann",
];

/// Greetings before a name.
#[rustfmt::skip]
pub(super) const GREETINGS: &[&str] = &[
    "liebe", "lieber", "hallo", "hi", "hey", "moin", "dear", "hello", "servus", "guten tag",
    "guten morgen", "werte", "werter", "geehrte", "geehrter", "cher", "chère", "ciao", "grüß gott",
];

/// Capitalized words that are no name although they stand where one could.
#[rustfmt::skip]
pub(super) const NO_NAMES: &[&str] = &[
    "personen", "kommode", "figurehead", "damen", "herren", "zeile", "ursprüngliche", "original", "status", "gdb", "flst", "firma",
    "vorsteherin", "vorsteher", "erbin", "erbe", "vormund", "klasse", "konf", "note", "tür",
    "test", "muster", "beschl", "ansch", "beleg", "it", "schalter", "drucker", "messbeamter",
    "dsgvo", "bis", "unter", "café", "friedhof", "rathaus", "besucher", "stadtverordneten",
    "burgermeister", "bereitschaft", "zi", "ihres", "ihrer", "seines", "seiner", "unserer",
    "unseres", "dieser", "dieses", "pok", "phk", "pom", "str", "stv", "din", "firma", "fa",
    "baron", "firmen", "eltern", "kollegen", "kolleginnen", "kollege", "kollegin", "freunde",
    "freundinnen", "mitglieder", "team", "alle", "leute", "bürger", "bürgerinnen", "kunde",
    "kundin", "kunden", "kundinnen", "nachbarn", "mieter", "mieterinnen", "mitarbeiter",
    "mitarbeiterinnen", "sir", "madam", "nachbarschaft", "schülerinnen", "schüler", "familien",
    "anwohner", "anwohnerinnen", "interessierte", "zusammen", "welt", "kinder", "gäste", "montag",
    "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "januar", "februar",
    "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
    "dezember", "telefon", "tel", "fax", "mobil", "e-mail", "email", "mail", "datum", "name",
    "vorname", "nachname", "anschrift", "adresse", "straße", "ort", "plz", "land", "stadt",
    "gemeinde", "kreis", "landkreis", "amt", "behörde", "gericht", "und", "der", "die", "das",
    "den", "dem", "ein", "eine", "einen", "einer", "ich", "sie", "er", "wir", "ihr", "es", "mein",
    "meine", "ihre", "ihren", "ihrem", "seine", "unser", "unsere", "bitte", "danke", "vielen",
    "mit", "von", "für", "auf", "aus", "bei", "nach", "zu", "zum", "zur", "im", "in", "an", "am",
    "als", "wenn", "dass", "weil", "ob", "wie", "was", "wer", "wo", "wann", "nicht", "kein",
    "keine", "auch", "noch", "nur", "schon", "sehr", "geehrte", "geehrter", "hiermit", "betreff",
    "anlage", "anlagen", "seite", "nummer", "nr", "az", "aktenzeichen", "zimmer", "raum", "haus",
    "hof", "gmbh", "ag", "kg", "ug", "ohg", "gbr", "ev", "e.v", "co", "kgaa", "se", "ltd", "inc",
    "llp", "plc", "verein", "schule", "kita", "klinik", "praxis", "kanzlei", "bank", "sparkasse",
    "volksbank", "versicherung", "polizei", "feuerwehr", "kirche", "universität", "institut",
    "abteilung", "referat", "dezernat", "fachbereich", "sachgebiet", "ref", "abt", "stelle",
    "team", "leiter", "leiterin", "leitung", "vorsitzende", "vorsitzender", "vorstand", "mutter",
    "vater", "tochter", "sohn", "kind", "bruder", "schwester", "ehefrau", "ehemann", "oma", "opa",
    "tante", "onkel", "frau", "herr", "herrn", "dr", "prof", "rechtsanwalt", "rechtsanwältin",
    "notar", "richter", "richterin", "staatsanwalt", "zeuge", "zeugin", "arzt", "ärztin",
    "patient", "patientin", "antrag", "bescheid", "rechnung", "vertrag", "kündigung",
    "widerspruch", "klage", "urteil", "beschluss", "protokoll", "bericht", "gutachten", "vermerk",
    "termin", "uhr", "euro", "eur", "gez", "siehe", "vgl", "sgb", "bgb", "stgb", "zpo", "gg",
    "vwgo", "iban", "bic", "konto", "kto", "blz", "ust", "steuer", "finanzamt", "amtsgericht",
    "landgericht", "oberlandesgericht", "verwaltungsgericht", "sozialgericht", "arbeitsgericht",
    "stadtverwaltung", "rathaus", "bürgermeister", "bürgermeisterin", "landrat", "landrätin",
    "magistrat", "straßenverkehrsamt", "sozialamt", "jugendamt", "jobcenter", "gesundheitsamt",
    "ordnungsamt", "bauamt", "standesamt", "ausländerbehörde", "deutschland", "österreich",
    "schweiz", "europa", "hessen", "bayern", "the", "of", "and", "this", "that", "please", "thank",
    "thanks", "we", "you", "your", "our", "my", "if", "it", "is", "to", "from", "for", "with",
    "council", "street", "road", "office", "school", "department", "service", "services", "street",
    "hospital", "court", "police", "university", "manager", "director", "officer", "monday",
    "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february",
    "march", "june", "july", "october", "december", "hat", "ist", "war", "wird", "kann", "soll",
    "muss", "habe", "haben", "sind", "wurde", "geboren", "geb", "wohnhaft", "unterschrift",
    "stempel", "ja", "nein", "auftrag", "vertretung", "sachbearbeitung", "bearbeiter",
    "bearbeiterin", "sachbearbeiter", "sachbearbeiterin", "ansprechpartner", "ansprechpartnerin",
    "unbekannt", "geschäftsführer", "geschäftsführerin", "schriftführer", "schriftführerin",
    "kassenwart", "kassenwartin", "schulleiter", "schulleiterin", "klassenlehrerin",
    "klassenlehrer", "meister", "hausmeister", "diplom", "magister", "bachelor", "master",
    "postfach", "zentrale", "sekretariat", "empfang", "pforte", "kasse", "buchhaltung",
    "verwaltung", "personalrat", "betriebsrat",
];

/// Endings of German and English nouns that are hardly ever names.
#[rustfmt::skip]
pub(super) const NOUN_ENDINGS: &[&str] = &[
    "ung", "ungen", "keit", "heit", "schaft", "tion", "tionen", "tät", "ismus", "nummer", "amt",
    "gericht", "behörde", "verein", "schule", "zeichen", "straße", "strasse", "platz", "weg",
    "haus", "heim", "stelle", "bereich", "antrag", "bescheid", "datum", "gesetz", "ordnung",
    "vertrag", "kosten", "zeit", "geld", "karte", "schein", "buch", "plan", "kasse", "recht",
    "dienst", "leiter", "leiterin", "führer", "führerin", "anwalt", "anwältin", "beauftragte",
    "beauftragter", "sachbearbeiter", "arbeiterin", "lehrer", "lehrerin", "meisterin", "verband",
    "bund", "klinik", "praxis", "zentrum", "center", "gmbh", "gebühr", "gebühren", "akte", "akten",
    "liste", "tag", "jahr", "woche", "stunde", "minuten", "verfahren", "beschluss", "sitzung",
    "ausschuss", "kommission", "ministerium", "minister", "präsidium", "fest", "kreis", "gruppe",
    "klasse", "kirche", "gemeinde", "stadt", "verwaltung", "hilfe", "pflege", "arzt", "ärztin",
    "therapie", "therapeut", "therapeutin", "berater", "beraterin", "ness", "ment", "ship", "ing",
    "service", "büro", "raum", "zimmer", "vorsitzender", "vorsitzende", "nachricht", "nummern",
    "ium", "beauftragte/r", "bank", "werk", "werke", "markt", "bau", "technik", "logistik",
    "anwälte", "versicherung", "rat", "rätin", "team", "abteilung", "sekretariat", "kammer",
    "träger", "trägers", "pass", "pässe", "teile", "teil", "stand", "fall", "sache", "sachen",
    "raten", "satz", "sätze", "punkt", "punkte", "form", "formular", "brief", "post", "adresse",
    "konto", "betrag", "rate", "preis", "preise", "summe", "wert", "werte", "kraft", "kräfte",
    "mittel", "bahn", "linie", "halle", "garten", "hof", "tor", "blatt", "bogen", "mappe",
    "ordner", "system", "programm", "nr", "personen", "person", "kind", "kinder", "frist",
    "termin", "mahnung", "bericht", "vermerk", "protokoll", "anlage", "anschrift", "kopie", "lage",
    "anfrage", "anzeige", "klage", "frage",
];

/// Endings of words for offices and trades that a name may follow.
#[rustfmt::skip]
pub(super) const OFFICE_ENDINGS: &[&str] = &[
    "mitarbeiter", "mitarbeiters", "mitarbeiterin", "vollzieher", "vollzieherin", "verwalter",
    "verwalterin", "kämmerer", "kämmerin", "verordnete", "verordneten", "verordneter",
    "bearbeiter", "bearbeiterin", "leiter", "leiterin", "leiters", "meister", "meisterin",
    "führer", "führerin", "anwalt", "anwältin", "anwalts", "berater", "beraterin", "pfleger",
    "pflegerin", "helfer", "helferin", "lehrer", "lehrerin", "inspektor", "inspektorin",
    "kommissar", "kommissarin", "amtmann", "amtfrau", "betreuer", "betreuerin", "schwester",
    "referent", "referentin", "ingenieur", "ingenieurin", "architekt", "architektin", "hebamme",
    "arzt", "ärztin", "therapeut", "therapeutin", "psychologe", "psychologin", "bestatter",
    "bestatters", "hausmeister", "richter", "richterin", "sekretär", "sekretärin", "beamter",
    "beamtin", "beamte", "assistent", "assistentin", "sprecher", "sprecherin", "vorsteher",
    "vorsteherin", "gutachter", "gutachterin", "dolmetscher", "dolmetscherin", "notar", "notarin",
    "vermieter", "vermieterin", "mieter", "mieterin", "nachbar", "nachbarin", "eigentümer",
    "eigentümerin", "fahrer", "fahrerin", "trainer", "trainerin", "geselle", "gesellin", "kollege",
    "kollegin", "mandant", "mandantin", "patient", "patientin", "zeuge", "zeugin", "arbeiter",
    "arbeiterin", "erzieher", "erzieherin", "kraft", "rat", "rätin", "bürgermeister",
    "bürgermeisterin", "dezernent", "dezernentin", "stadtrat", "stadträtin", "ortsvorsteher",
];

/// What stands right before a name on its line.
#[rustfmt::skip]
pub(super) const MARKS: &[&str] = &[
    "gez. ", "gez.: ", "i. A. ", "I. A. ", "i.A. ", "I.A. ", "i. V. ", "I. V. ", "i.V. ", "I.V. ",
    "c/o ", "z. Hd. ", "z.Hd. ", "zu Händen ", "z. H. ", "C/O ",
];

/// What usually stands in the header of a column.
#[rustfmt::skip]
pub(super) const HEADS: &[&str] = &[
        "name", "geb", "ort", "plz", "straße", "strasse", "str.", "anschrift", "adresse", "nr",
        "nummer", "datum", "tel", "fax", "mail", "iban", "konto", "bic", "id", "pass", "kennz",
        "zeichen", "az", "betrag", "bemerkung", "status", "datei", "user", "benutzer", "date",
        "phone", "address", "street", "city", "amount", "art", "person", "kind", "klasse",
        "funktion", "stelle", "beruf", "alter", "uhrzeit", "zeit", "teilnehmer", "patient",
        "kunde", "mitglied", "stufe", "herkunft", "staat", "land", "mobil", "empf", "absender",
        "sb", "bearbeiter", "lage", "eigentümer", "flur", "diagnose", "kasse", "notiz", "thema",
        "dob", "born", "postcode", "leser", "ausweis", "medium", "schuldner", "forderung", "posten", "pnr",
];
