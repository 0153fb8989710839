//! The context words of all rules, by topic: data only.
//!
//! A word counts inside compounds and inflected forms; `^` ties it to the start
//! of a word, `$` to the end. Letters with umlauts also match their upper-case
//! and two-letter writings.

use crate::detect::context::Topic;

/// Every topic with its words.
#[rustfmt::skip]
pub const WORDS: &[(Topic, &[&str])] = &[
    (
        Topic::Phone,
        &[
            "telefon", "^tel$", "^tel.", "telnr", "fernruf", "^ruf$", "hausruf", "^fon$", "^fone$",
            "mobil", "handy", "telefax", "^fax", "durchwahl", "notfallnummer", "telefonnummer",
            "handynummer", "mobilnummer", "faxnummer", "phone number", "^dw$", "rufnummer",
            "rückruf", "anruf", "festnetz", "^phone", "telephone", "^mob.", "^cell", "whatsapp",
            "^sms$", "erreichbar", "erreichen sie", "notfallkontakt", "^funk$", "^t:", "^m:",
            "^f:", "☎", "✆", "📞", "📱", "^tél", "^call", "quer$", "nebenstelle", "kontakt",
            "^apparat", "^app.$", "anrufen", "angerufen", "signal$", "telegram",
        ],
    ),
    (
        Topic::Birth,
        &[
            "geburtsdatum", "geburtsdat", "geburtstag", "^geb$", "^geb.", "^gebor", "^geboren",
            "geb.-dat", "gebdat", "geb.datum", "^geburt$", "^geburten", "date of birth",
            "birthdate", "birthday", "^born", "^dob$", "d.o.b.", "^jahrgang", "^jg.", "^jg$", "* ",
            "*", "geburtsjahr", "geburtsdaten", "geburts- ", "^gebd", "geburtszeit", "naissance",
            "geburtsmonat", "gebo-\n", "gebo- ",
        ],
    ),
    (
        Topic::Death,
        &[
            "^gest.", "^gestorben", "verstarb", "^verst.", "verstorben", "sterbedatum", "todestag",
            "†", "sterbetag", "verschied", "date of death", "todesdatum", "^died", "deceased",
            "sterbefall", "todeszeit",
        ],
    ),
    (
        Topic::BirthPlace,
        &[
            "geburtsort", "geboren in", "geb. in", "place of birth", "born in", "geburtsstadt",
            "geb.-ort",
        ],
    ),
    (
        Topic::TaxId,
        &[
            "steuer-id", "steuerid", "steueridentifikation", "steuer-ident", "steuerliche ident",
            "identifikationsnummer", "identifikations-nr", "identifikationsnr", "^idnr", "^id-nr",
            "^ident-nr", "^tin$", "steuerl. id", "tax id", "taxid", "tax identification",
            "steuer id", "^identnr", "139b",
        ],
    ),
    (
        Topic::TaxNumber,
        &[
            "steuernummer", "steuer-nr", "steuernr", "^st.-nr", "^stnr", "^st-nr", "^st. nr",
            "^st.nr", "steuer-nummer", "steuer nr", "tax number", "finanzamt", "steuernummern",
        ],
    ),
    (
        Topic::VatId,
        &[
            "ust-id", "ustid", "umsatzsteuer-id", "umsatzsteuerid", "^ust.-id", "ust-ident",
            "vat id", "vat no", "^vat$", "vat reg", "^uid", "mwst-nr", "^mwst", "wirtschafts-id",
            "w-idnr", "wirtschaftsid", "umsatzsteuer-ident", "^ust. id", "ust.id", "^ust-nr",
            "tva", "btw", "^nif$", "p.iva", "partita iva",
        ],
    ),
    (
        Topic::Pension,
        &[
            "rentenversicherung", "sozialversicherungsnummer", "sozialversicherung", "^rvnr",
            "^rv-nr", "^sv-nr", "^svnr", "^sv-nummer", "versicherungsnummer", "vers.-nr",
            "versicherungs-nr", "rentenvers", "^rv-nummer", "^sv nr", "sozialvers", "rentennummer",
            "^drv", "versicherungsnr", "^vsnr", "social insurance", "social security",
            "sv-ausweis", "renten-nr", "^rv-vers", "versnr",
        ],
    ),
    (
        Topic::Health,
        &[
            "krankenversicher", "krankenkasse", "versichertennummer", "versicherten-nr",
            "versichertennr", "^kvnr", "^kv-nr", "gesundheitskarte", "^egk$", "krankenvers",
            "versicherten-id", "^kv-nummer", "^kk$", "^gkv", "vers.-nr", "versichertenn",
            "health insurance", "mitgliedsnummer", "^kvnr.", "^aok", "^barmer", "^tk$",
            "versicherungsnummer", "versicherungs-nr", "^kv:", "kartennummer", "versichert bei",
        ],
    ),
    (
        Topic::IdCard,
        &[
            "personalausweis", "ausweis", "^perso$", "^pa-nr", "^pa$", "^bpa$", "identity card",
            "id card", "^id-card", "aufenthaltstitel", "^eat$", "ausweisnummer", "ausweis-nr",
            "identitätsdokument", "identitaetsdokument", "legitimation", "legitimiert",
            "identität", "dokumentennummer", "dokumentnummer", "ident-dokument",
            "aufenthaltserlaubnis", "duldung", "aufenthaltsgestattung", "aufenthaltskarte",
            "seriennummer", "zuwanderer", "document number", "document no", "national id", "^ausw",
            "personaldokument", "nr vom perso", "^bpa-nr", "niederlassungserlaubnis",
            "blaue karte", "zusatzblatt",
        ],
    ),
    (
        Topic::Passport,
        &[
            "reisepass", "reisepaß", "^pass$", "^pass-nr", "^passnr", "^passnummer", "passport",
            "^pässe", "^pass ", "^rp-nr", "^reisep", "^paß", "^passes$", "nationalpass",
            "passdaten", "^pass:", "reiseausweis", "kinderpass", "passersatz", "passeport",
            "^pass nr", "dienstpass",
        ],
    ),
    (
        Topic::Licence,
        &[
            "führerschein", "fahrerlaubnis", "^fs-nr", "^fe-nr", "driving licence",
            "driver's licence", "drivers licence", "driving license", "driver's license",
            "führerscheinnummer", "fahrerkarte", "^fs$", "^füs", "licence no", "^fahrerl",
        ],
    ),
    (
        Topic::Plate,
        &[
            "kennzeichen", "^kfz", "^kz$", "^kz.", "^kz:", "fahrzeug", "^pkw", "^lkw", "kraftrad",
            "^auto$", "^wagen", "amtl. kennz", "kennz.", "halter", "registration", "number plate",
            "licence plate", "license plate", "^kennz", "^krad", "anhänger", "wohnmobil",
            "transporter", "nummernschild", "^polizeil", "motorrad", "geparkt",
        ],
    ),
    (
        Topic::Vehicle,
        &[
            "fahrgestell", "fahrzeug-ident", "fahrzeugident", "^fin$", "^fin:", "^vin$", "^vin:",
            "^fin-", "fahrz.-ident", "fzg-ident", "chassis", "vehicle identification", "^fin ",
            "fahrzeug-id", "fahrzeug",
        ],
    ),
    (
        Topic::Case,
        &[
            "aktenzeichen", "^az$", "^az.", "^az:", "geschäftszeichen", "^gz$", "^gz.", "^gz:",
            "gesch.-z", "geschz", "gesch.z", "^zeichen$", "^zeichen:", "vorgangsnummer", "vorgang",
            "^vorg", "unser zeichen", "ihr zeichen", "mein zeichen", "akten-z", "aktennr",
            "akten-nr", "aktennummer", "^akte", "geschäfts-nr", "geschäftsnummer", "gesch.-nr",
            "tagebuch", "tgb", "geschäftszahl", "vorgangsnr", "vorgangs-nr",
            "ermittlungsverfahren", "js-az", "case no", "case number", "case ref", "our ref",
            "your ref", "reference", "^ref.", "^ref:", "^ref$", "^uz$", "urkundenrolle", "^ur-nr",
            "^urnr", "^ur.nr", "^urk", "registernummer", "reg.nr", "reg.-nr", "bescheid-nr",
            "bescheidnr", "bescheidnummer", "antragsnummer", "antrags-nr", "antragsnr",
            "erlaubnis nr", "bauakte", "einsatznummer", "einsatz-nr", "ordnungswidrigkeitensache",
            "gesch.zeichen", "bußgeldbescheid", "strafsache", "genehmigung nr", "anzeige nr",
            "vorgangskennung", "standesamt", "geburtenregister", "eheregister", "grundbuch",
            "bauantrag", "mit beschluss vom", "urteil vom", "bescheid vom", "beschluss vom",
            "baugenehmigung", "bescheid nr", "fallakte", "kostenbescheid", "docket", "file no",
            "file number", "rollennummer", "register-nr", "claim no", "matter",
            "widerspruchsverfahren", "verwaltungsverfahren",
        ],
    ),
    (
        Topic::Customer,
        &[
            "kundennummer", "kunden-nr", "kundennr", "^kd.-nr", "^kd-nr", "^kdnr", "^kd.nr",
            "^kd. nr", "kassenzeichen", "kassen-z", "kassenz.", "^kassenz", "^kz.:", "mitgliedsnummer",
            "mitglieds-nr", "mitgliedsnr", "mitglied nr", "mitglied-nr", "personalnummer",
            "personal-nr", "personalnr", "^pers.-nr", "^persnr", "^pers.nr", "patientennummer",
            "patienten-nr", "patientennr", "^pat.-nr", "^patnr", "^pat-nr", "fallnummer",
            "fall-nr", "matrikel", "^matr", "vertragsnummer", "vertrags-nr", "vertragsnr",
            "vertragskonto", "versicherungsschein", "^vs-nr", "policennummer", "police",
            "vers.-nr", "versicherungsnummer", "versicherungs-nr", "bedarfsgemeinschaft", "^bg-nr",
            "^bg-nummer", "^bg nr", "buchungszeichen", "debitor", "kreditor", "kunden-id",
            "customer", "membership", "member no", "account no", "patient no", "patient id",
            "employee no", "employee id", "staff no", "student id", "student no", "schülernummer",
            "schüler-nr", "zählernummer", "zähler-nr", "zählernr", "abonummer", "abo-nr",
            "stammnummer", "stamm-nr", "betriebsnummer", "betriebs-nr", "lebensnummer",
            "wohngeldnummer", "kindergeldnummer", "kindergeldnr", "mandatsreferenz",
            "gläubiger-id", "mandats-id", "mandantennummer", "mandanten-nr", "mandant nr",
            "ausweis-nr", "benutzernummer", "lesernummer", "leser-nr", "leseausweis",
            "bibliotheksausweis", "jagdschein", "^nhs", "^mrn", "azr-nr", "azr-nummer", "^azr",
            "einw.nr", "verwendungszweck", "unter angabe der nummer", "bonuskarte",
            "teilnehmernummer", "teilnehmer-nr", "teilnehmernr", "anschlussnummer",
            "auftragsnummer", "auftrags-nr", "bestellnummer", "bestell-nr", "wahlschein",
            "wählerverzeichnis", "lfd. nr. wähler", "dienstnummer", "dienst-nr", "dienstausweis",
            "arztnummer", "^lanr", "^bsnr", "betriebsstätten", "steuermarke", "hundemarke",
            "aktennummer", "fahrgastnr", "fahrkarten", "bahncard", "kundenkarte", "sendungsnummer",
            "gebührenkonto", "objektnummer", "ordnungsmerkmal", "personenkonto", "^pk-nr", "^pknr",
            "bürger-id", "identnummer", "aufnahmenummer", "aufnahme-nr", "ehrenamtskarte",
            "^member", "policy no", "^fall$", "kundenakte", "^fallnr", "lesekarte", "saisonkarte",
            "dauerkarte", "jahreskarte", "wohngeldnr", "personen-id", "^pnr$", "postnummer",
            "wartenummer", "kunde=", "kunde_id", "kunden_id", "kundenid", "leserausweis", "^kdnr",
            "nutzer-nr", "nutzernummer", "policy number", "reference number", "^hrn",
            "hospital no", "hospital number", "payroll", "kundenkonto", "^ik$", "^p-nr", "^m-nr",
            "mitgl", "sparbuch", "abrechnungsnummer", "vorsorgenummer", "rentenzeichen", "^pid",
            "personenkennz", "versicherten-nr",
        ],
    ),
    (
        Topic::Parcel,
        &[
            "flurst", "^flst", "^parz", "^flur$", "^flur ", "gemarkung", "grundbuch", "parzelle",
            "^blatt$", "liegenschaft",
        ],
    ),
    (
        Topic::Account,
        &[
            "kontonummer", "^kto", "kto.-nr", "konto-nr", "kontonr", "^konto$", "^konto ",
            "sparbuch", "account number", "account no", "^a/c", "girokonto", "bankverbindung",
            "^konto-", "kontoverbindung", "acct", "^acc no", "depotnummer", "depot-nr", "^konto:",
            "sparkonto",
        ],
    ),
    (
        Topic::SortCode,
        &["bankleitzahl", "^blz", "sort code", "bank-lz"],
    ),
    (Topic::Bic, &["^bic", "swift", "bankverbindung", "^iban"]),
    (Topic::Iban, &["^iban", "bankverbindung", "konto"]),
    (
        Topic::Card,
        &[
            "kreditkart", "kartennummer", "karten-nr", "kartennr", "^visa", "mastercard", "^card",
            "credit card", "^amex", "girocard", "debit", "^ec-karte", "american express",
        ],
    ),
    (
        Topic::Register,
        &[
            "^hrb", "^hra$", "^hra ", "handelsregister", "vereinsregister", "^vr$", "^vr ",
            "genossenschaftsregister", "^gnr", "partnerschaftsregister", "^pr ", "register",
            "handelsreg", "firmenbuch", "^fn ", "^vr-nr", "handwerksrolle", "^hrb-nr",
            "company no", "company number", "registered in", "charity no",
        ],
    ),
    (
        Topic::User,
        &[
            "benutzername", "benutzerkennung", "nutzername", "nutzerkennung", "anmeldename",
            "loginname", "login", "^user$", "username", "user name", "user-id", "userid",
            "nutzer-id", "kennung", "benutzer-id", "benutzer:", "nutzer:", "^benutzer",
            "^account$", "windows-kennung", "account name", "domänenkonto", "ad-konto",
            "profilname", "screenname", "nickname", "spitzname im chat", "instagram", "twitter",
            "tiktok", "facebook", "mastodon", "skype", "telegram", "discord", "steam-name",
            "^handle", "snapchat", "linkedin", "xing", "ausgedruckt von", "letzte änderung",
            "geändert von", "angelegt von", "zugewiesen", "erfasst von", "owner", "anmeldung als",
            "bearbeitet von", "kommentar", "publickey for", "password for", "invalid user",
            "session opened for", "^agent", "^sudo:", "anzeigename", "^author:", "^committer",
            "^uid=", "bearbeiter =", "accepted for", "^logon", "target:", "subject:", "github",
        ],
    ),
    (
        Topic::Secret,
        &[
            "passwort", "kennwort", "password", "^pwd$", "^passwd", "zugangscode", "^pin$",
            "^puk$", "^tan$", "api-key", "api_key", "apikey", "^secret", "^token", "zugangsdaten",
            "passcode", "passphrase", "access key", "^psw$", "geheimzahl", "aktivierungscode",
            "einmalkennwort", "^otp$", "wlan-schlüssel", "initialkennwort", "sessionid", "session-id",
            "phpsessid", "set-cookie", "csrf-token", "client_secret", "private_key", "auth-token",
            "wpa-schlüssel", "netzwerkschlüssel", "entsperrcode",
        ],
    ),
    (
        Topic::Network,
        &[
            "^ip$", "^ip-", "ip-adress", "ipv4", "ipv6", "^mac$", "mac-adress", "^host", "^client",
            "gateway", "^ip:", "^ip=", "hardware-adr",
        ],
    ),
    (
        Topic::Coordinates,
        &[
            "koordinat", "^gps", "^geo", "^lat$", "^lat:", "latitude", "longitude", "breitengrad",
            "längengrad", "^wgs", "standort", "position", "^utm",
        ],
    ),
    (
        Topic::Street,
        &[
            "straße", "strasse", "^str.", "anschrift", "adresse", "wohnhaft", "^wohnt", "address",
            "hausnummer",
        ],
    ),
    (
        Topic::City,
        &[
            "^ort$", "wohnort", "^stadt$", "^city", "^town", "plz/ort", "plz, ort", "^wohnhaft in",
        ],
    ),
    (
        Topic::PostalCode,
        &[
            "^plz", "postleitzahl", "postcode", "^zip$", "zip code", "postal code", "^npa$",
        ],
    ),
    (
        Topic::Web,
        &[
            "homepage", "website", "webseite", "internet", "^url", "profil", "^web$", "^blog",
        ],
    ),
    (
        Topic::Device,
        &[
            "^imei", "seriennummer", "serien-nr", "serial", "^sn:", "gerätenummer", "geräte-nr",
            "asset", "inventar",
        ],
    ),
    (
        Topic::Thing,
        &[
            "rechnungsnummer", "fabrik-nr", "fabriknummer", "zul.-nr", "zulassungsnummer",
            "spiel nr", "plakette", "schiffsnummer", "behälternummer", "rahmennummer", "tbnr",
            "anlage nr", "kurs-nr", "kursnr", "spielnummer", "^inv.-nr", "inventarnummer",
            "kataster-nr", "pressemitteilung", "ersatzteil", "ticket", "zähler", "drucksache",
            "beschlussnummer", "^lfd", "standort-nr", "schlüssel", "haushalts", "ags:",
            "registriernummer", "kennziffer", "zeichen 1", "rechnungs-nr", "rechnungsnr",
            "rechnung nr", "rechnung vom", "artikel-nr", "artikelnummer", "art.-nr", "^artnr",
            "^din$", "^din ", "^en ", "^iso ", "^isbn", "^issn", "^ean$", "version", "^v.",
            "^zeichen 3", "produktnummer", "modell", "^typ ", "formular", "vordruck", "^seite",
            "^s. ", "drucksache", "^vde", "^pzn", "^icd", "^ops", "tatbestand", "^norm",
            "^kapitel", "^raum", "^zimmer", "haushaltsstelle", "produktkonto", "auflage",
            "losnummer", "charge", "chargen", "^lot$", "teilenummer", "finanzadresse", "^doi",
            "^bgbl", "^rn.", "^rdnr", "^gvbl", "konferenz-id", "besprechungs-id", "lieferschein",
            "invoice", "item no", "part no", "^sku", "serien-nr", "seriennr", "seriennummer", "^s/n",
            "serial no", "teile-nr", "teilenr", "angebot nr", "angebots-nr", "angebotsnr",
            "angebotsnummer", "beleg-nr", "belegnr", "belegnummer", "stellen-id", "stellen-nr",
            "stellennummer", "vergabe-nr", "vergabenummer", "ausschreibungs", "präqualifikation",
            "prüfnummer", "prüf-nr", "gerätenummer", "geräte-nr", "gerätenr", "modellnummer",
            "katalognummer", "katalog-nr", "^un-nr", "un-nummer", "^cas-nr", "cas-nummer", "^gtin",
            "^ean-", "^ean ", "^asin", "zolltarif", "warennummer", "werknummer", "zeichnungs-nr",
            "zeichnungsnummer", "^plan-nr", "bebauungsplan", "flugnummer", "flug-nr", "zug-nr",
            "gemeindeschlüssel", "warnmeldung", "firmware", "build ", "gebinde",
        ],
    ),
    (
        Topic::Hotline,
        &[
            "hotline", "servicenummer", "service-nr", "servicetelefon", "bürgertelefon",
            "zentrale", "notruf", "115", "telefonseelsorge", "infotelefon", "auskunft", "helpline",
            "switchboard", "abfalltelefon", "störung",
        ],
    ),
    (
        Topic::Login,
        &[
            "publickey for", "password for", "invalid user", "session opened for user",
            "accepted for", "^sudo:", "benutzerkennung", "benutzername", "^kennung", "username",
            "^user", "anmeldename", "loginname", "nutzerkennung", "windows-kennung",
            "benutzerkonto", "domänenkonto", "userid", "user id", "konto:",
        ],
    ),
    (Topic::Mrz, &["<<"]),
    (
        Topic::National,
        &[
            "pesel", "^dni$", "^dni/", "^nie$", "codice fiscale", "cod. fisc", "sécurité sociale", "securite sociale", "^nir$", "^bsn$", "burgerservice",
            "rijksregister", "rijksregisternummer", "registre national", "nationalnummer", "^insz", "^niss$", "personnummer", "^cpr", "henkilötunnus", "hetu", "fødselsnummer",
            "fodselsnummer", "rodné číslo", "rodne cislo", "rodné č", "^oib$", "^egn$", "егн", "^cnp$", "^nif$", "contribuinte", "isikukood", "asmens kodas",
            "personas kods", "emšo", "emso", "^jmbg", "kimlik", "^tckn", "^tc no", "nhs n", "^nhs$", "national insurance", "^nino$", "^ni no", "^ni number", "^ssn$",
            "social security", "^sin$", "social insurance number", "national id", "personal id", "identification number", "personenkennzahl", "^rnokpp", "рнокпп", "РНОКПП",
            "identifikationsnummer", "personennummer", "steueridentifikation", "^amka", "αμκα", "ΑΜΚΑ",
            "^afm$", "αφμ", "ΑΦΜ", "adóazonosító", "adoazonosito", "^taj$", "^ppsn", "^pps n", "matricule",
            "^tic$", "kennitala", "^itin$", "maltese id",
        ],
    ),
    (Topic::Doctor, &["^lanr", "arztnummer"]),
    (Topic::Practice, &["bsnr", "betriebsstättenn", "betriebsstätten-n"]),
    (
        Topic::Sign,
        &[
            "unser zeichen", "ihr zeichen", "mein zeichen", "diktatzeichen", "^zeichen:",
            "unsere zeichen", "ihre zeichen",
        ],
    ),
    (Topic::PrivateKey, &["private key-----"]),
    (Topic::Bearer, &["^bearer$"]),
    (
        Topic::Path,
        &[
            "\\users\\", "\\benutzer\\", "/home/", "/users/", "\\profile\\", "\\profiles\\",
            "\\homes\\", "\\home\\",
        ],
    ),
    (
        Topic::Number,
        &[
            "nummer", "nummern", "nr$", "nr.", "^no.", "-id$", "-id:", "^id$", "^id:", "ausweis",
            "karte nr", "personen-id",
        ],
    ),
    (
        Topic::Amount,
        &[
            "^eur$", "^euro", "€", "betrag", "summe", "^gesamt", "prozent", "^§", "^abs.", "^art.",
            "m²", "^qm", "kwh", "£",
        ],
    ),
    (
        Topic::SocialAbroad,
        &[
            "^ahv", "^avs$", "^svnr", "^sv-nr", "sozialversicherung", "versicherungsnummer",
            "^oasi", "e-card",
        ],
    ),
];
