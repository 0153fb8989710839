//! The words by which `address` and `street` know streets and towns: data only.

/// Endings of street names that are written together with the name.
#[rustfmt::skip]
pub(super) const ENDINGS: &[&str] = &[
    "straße", "strasse", "str.", "str", "weg", "platz", "allee", "gasse", "ring", "ufer", "damm",
    "chaussee", "hof", "steig", "stieg", "pfad", "graben", "berg", "markt", "park", "wall",
    "zeile", "reihe", "winkel", "garten", "gärten", "gässchen", "gäßchen", "feld", "wiese",
    "wiesen", "kamp", "twiete", "brücke", "tor", "höhe", "halde", "grund", "tal", "rain", "anger",
    "promenade", "kai", "deich", "siedlung", "gässchen", "gässle", "wegle", "stiege", "zeil",
    "acker", "äcker", "busch", "horst", "heide", "bogen", "eck", "ecke", "hang", "hain", "koppel",
    "leite", "plan", "redder", "schneise", "bach", "bruch", "born", "brunnen", "mühle", "kirche",
    "ort", "dorf", "insel", "staße", "stras", "straß", "wald", "treppe", "passage", "terrasse",
    "terrassen", "lohe", "loh", "stein", "au", "aue", "moor", "weiher", "see", "hofstatt", "steg",
    "blick", "burg", "holz", "hecke", "kuhle", "diek", "wisch", "brink", "esch", "ried", "warft",
    "trift", "rand",
];

/// Endings that say "street" even without a house number.
#[rustfmt::skip]
pub(super) const SURE_ENDINGS: &[&str] = &[
    "straße", "strasse", "str.", "gasse", "allee", "chaussee", "gässchen", "twiete",
];

/// Endings that stand as a word of their own: "Berliner Straße", "Alter Markt".
#[rustfmt::skip]
pub(super) const WORDS: &[&str] = &[
    "straße", "strasse", "str.", "str", "weg", "platz", "allee", "gasse", "ring", "ufer", "damm",
    "chaussee", "hof", "steig", "pfad", "graben", "berg", "markt", "park", "wall", "zeile",
    "reihe", "winkel", "garten", "feld", "kamp", "brücke", "tor", "höhe", "promenade", "kai",
    "deich", "landstraße", "hauptstraße", "marktplatz", "kirchplatz", "kirchweg", "stieg",
    "heerstraße", "gärten", "wiesen", "anger", "twiete",
];

/// First words of streets named after a place near them.
#[rustfmt::skip]
pub(super) const OPENERS: &[&str] = &[
    "am", "an", "auf", "im", "in", "zum", "zur", "unter", "hinter", "vor", "beim", "bei", "unterm",
    "überm", "hinterm", "ob", "achter",
];

/// Small words inside such names.
#[rustfmt::skip]
pub(super) const SMALL: &[&str] = &[
    "der", "dem", "den", "des", "die", "das", "von", "vom", "zum", "zur", "am", "im", "in", "und",
    "unter", "alten", "neuen", "de", "la", "du", "op", "den", "upn", "dat",
];

/// Nouns after "am", "im", "zum" with a number that are no street.
#[rustfmt::skip]
pub(super) const NO_STREETS: &[&str] = &[
    "jahr", "jahre", "jahren", "absatz", "abs", "artikel", "kapitel", "raum", "zimmer", "fall",
    "alter", "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september",
    "oktober", "november", "dezember", "montag", "dienstag", "mittwoch", "donnerstag", "freitag",
    "samstag", "sonntag", "sonnabend", "abschnitt", "anlage", "blatt", "seite", "nummer", "nr",
    "punkt", "ziffer", "satz", "teil", "monat", "kalenderjahr", "schuljahr", "haushaltsjahr",
    "stock", "og", "eg", "obergeschoss", "termin", "zeitraum", "umfang", "quartal", "semester",
    "vorjahr", "sommer", "winter", "herbst", "frühjahr", "frühling", "kw", "woche", "tag",
    "abteilung", "gruppe", "stufe", "klasse", "haus", "gebäude", "tor", "gleis", "spieltag",
    "platz", "rang", "paragraf", "paragraph", "gesetz", "höhe", "wert", "preis", "rund", "ab",
    "bis", "minute", "rahmen", "mittel", "schnitt", "durchschnitt", "top", "tagesordnungspunkt",
    "buch", "band", "heft", "zeichen", "az", "übrigen", "aktenzeichen", "jahrgang",
    "wintersemester", "sommersemester", "geschäftsjahr", "wirtschaftsjahr", "tarif",
    "entgeltgruppe", "besoldungsgruppe", "pflegegrad", "verhältnis", "vergleich", "anhang",
    "tabelle", "feld", "zeile", "spalte", "stand", "mindestens", "höchstens", "etwa", "circa",
    "ca", "heute", "uhr", "eur", "euro", "betrag", "vorgang", "fach", "produktbereich", "bereich", "stellplatz", "parkplatz", "sitzplatz", "flur", "block", "kita",
    "saal", "halle", "version", "modul", "schritt", "ende", "anfang", "monate", "wochen", "tagen",
    "stunden",
];

/// Kinds of streets, which are no names of streets.
#[rustfmt::skip]
pub(super) const KINDS: &[&str] = &[
            "hauptstraße", "bundesstraße", "landstraße", "landesstraße", "kreisstraße",
            "nebenstraße", "seitenstraße", "anliegerstraße", "spielstraße", "fahrradstraße",
            "wohnstraße", "einbahnstraße", "durchgangsstraße", "gemeindestraße", "autostraße",
            "schnellstraße", "datenstraße", "einkaufsstraße", "sackgasse", "erschließungsstraße",
            "zufahrtsstraße", "ortsstraße", "prachtstraße", "waschstraße", "fertigungsstraße",
            "milchstraße", "gasse", "rettungsgasse", "privatstraße", "baustraße", "querstraße",
            "umgehungsstraße", "parallelstraße", "stichstraße",
        ];

/// Words after five digits that are no town.
#[rustfmt::skip]
pub(super) const NO_TOWNS: &[&str] = &["eur",
        "euro",
        "uhr",
        "einwohner",
        "stück",
        "kilometer",
        "km",
        "mitglieder",
        "menschen",
        "personen",
        "euros",
        "besucher",
        "exemplare",
        "fälle",
        "tonnen",
        "arbeitsplätze",
        "kwh",
        "seiten",
        "zuschauer",
        "beschäftigte",
        "stimmen",
        "haushalte",
        "dollar",
        "meter",
        "quadratmeter",
        "hektar",
        "schüler",
        "studierende",
        "kunden",
        "bitte",
        "der",
        "die",
        "das",
        "und",
        "datum",
        "tel",
        "telefon",
        "fax",
        "nr",
        "az",
        "iban",
        "bic",
        "usd",
        "chf",
        "abs",
        "punkte",
        "bürger",
        "personalnr",
    ];

/// Endings of words that are no town.
#[rustfmt::skip]
pub(super) const NO_TOWN_ENDINGS: &[&str] = &["amt",
            "raum",
            "saal",
            "zentrum",
            "halle",
            "bauhof",
            "parkplatz",
            "fenster",
            "nummer",
            "schule",
            "straße",
            "tion",
            "keit",
            "heit",
            "büro",
            "mieterin",
            "mieter",
            "aufruf",
        ];
