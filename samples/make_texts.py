"""The plain text, Markdown and CSV samples."""

from make import Gold, save

A = "Vorgang_Kowalczyk"
B = "2026-0893_Betreuung"
E = "english"


def text(path, genre, layout, marked, encoding="utf-8", bom=b"", newline="\n", lang="de", origin="mixed"):
    gold = Gold(path, genre, layout, lang, origin)
    plain = gold.add(marked.lstrip("\n"), end="")
    save(path, bom + plain.replace("\n", newline).encode(encoding))


def make():
    text(f"{A}/Vermerk_Telefonat.txt", "vermerk", "prose", """
Stadt ‹CITY t|Erlenstedt› · Wohngeldstelle
Az.: ‹CASE k|50.2-WG-2026/0417›

VERMERK

über ein Telefonat mit Frau ‹PER a|KOWALCZYK› am 19.03.2026, 10:40 bis 11:05 Uhr

Anruferin meldet sich unter ‹TEL a|0152 28817386› und fragt nach dem Stand. Zur Prüfung der
Identität nennt sie Geburtsdatum (‹DOB a|14.03.1986›) und die Anschrift
‹STR a|Ahornweg 12›, ‹ZIP a|36904› ‹CITY t|Erlenstedt›.

1. Frau ‹PER a|Kowalczyk› erklärt, dass ihr Mann ‹PER b|Piotr› seit dem 1. Februar nicht mehr
   im Haushalt lebt. ‹PER b|Piotr Kowalczyk› sei zu seinem Bruder ‹PER w|Tomasz› nach ‹CITY v|Wiesenbrück›
   gezogen (‹STR b|Am Mühlgraben 7›, ‹ZIP b|36918› ‹CITY v|Wiesenbrück›). Erreichbar ist er nur mobil,
   ‹TEL b|0171 3920041›.
2. Die Kinder ‹PER c|Zofia› (9) und ‹PER d|Jan› (6) bleiben bei ihr. ‹PER c|Zofias› Schulbescheinigung
   liegt bei, ‹PER d|Jans› Bescheinigung vom Kindergarten fehlt.
3. Sie will im Sommer eine Stelle als Koch oder Küchenhilfe antreten; Nachweis folgt.
4. Die Miete geht ab April auf das Konto ‹IBAN a|DE29 9991 2345 0000 4711 01›.

Herr ‹PER n|Nguyen› (Zi. 214) hat das Gespräch mitgehört. Nach Rücksprache mit ‹PER r|Brandt›
ist der Vorgang bis zum 15.04.2026 zurückzustellen. § 27 Abs. 2 WoGG beachten.

gez. ‹PER s|Sommer›

Verteiler: ‹PER n|D. Nguyen›, Dr. ‹PER r|Thilo Brandt›, z. d. A.
""")

    text(f"{A}/Aussage_Sommer_Ilse.txt", "anhörung", "prose", """
Niederschrift über die Anhörung der Zeugin
==========================================

Zur Sache erscheint ohne Ladung

    ‹PER s|Sommer, Ilse›, geb. ‹PER s|Weißgerber›, geboren am ‹DOB s|7. September 1971› in ‹POB s|Großmünster›,
    Verwaltungsfachangestellte, wohnhaft ‹STR s|Kirchstraße 3 b›, ‹ZIP s|36904› ‹CITY t|Erlenstedt›,
    ausgewiesen durch Personalausweis Nr. ‹IDC s|L7Z4XK0P2›,

und erklärt nach Belehrung:

„Im Sommer vergangenen Jahres habe ich den Antrag der Familie ‹PER a|Kowalczyk› bearbeitet.
Damals war mein Kollege ‹PER n|Duc Nguyen› im Urlaub. Herr ‹PER n|Nguyen› hat die Akte später
übernommen. Ich selbst habe mit ‹PER a|Marta Kowalczyk› nur zweimal gesprochen; ‹PER a|Martas›
Bruder ‹PER w|Tomasz Zając› war einmal dabei. Dass der Richter am Nebentisch saß, weiß ich nicht
mehr. Der Hausmeister, ein Herr ‹PER o|Wolf›, hat uns die Tür geöffnet. ‹PER o|Ewald Wolf› müsste
noch die Liste haben. Von einem Wolf im Stadtpark war nie die Rede.

Meine Durchwahl ist ‹TEL s|(030) 23125-417›. Die E-Mail
ging an ‹MAIL n|d.nguyen@stadt-erlenstedt.example› und in Kopie an ‹MAIL s|ilse.sommer@stadt-erlenstedt.example›.“

Selbst gelesen, genehmigt und unterschrieben

‹PER s|I. Sommer›                         ‹PER r|Brandt›, Leiter des Rechtsamts
""")

    text(f"{A}/Aktenuebersicht.md", "aktenübersicht", "list", """
# Aktenübersicht ‹CASE k|50.2-WG-2026/0417›

**Antragstellerin:** ‹PER a|Marta Kowalczyk›
**Sachbearbeitung:** ‹PER s|Ilse Sommer›, ab 01.04. ‹PER n|Duc Nguyen›

| Bl. | Datum | Schriftstück | Absender |
|----:|-------|--------------|----------|
| 1–4 | 09.02.2026 | Antrag auf Wohngeld (Mietzuschuss) | ‹PER a|M. Kowalczyk› |
| 5 | 16.02.2026 | Mietbescheinigung | ‹ORG p|Hausverwaltung Pfeiffer & Söhne GmbH› |
| 6–9 | 11.03.2026 | Bescheid | ‹PER s|Sommer› |
| 10 | 19.03.2026 | Vermerk über Telefonat | ‹PER s|Sommer› |
| 11–13 | 24.03.2026 | Widerspruch | RAin ‹PER y|Yıldız› |
| 14 | 02.04.2026 | E-Mail *Rückfrage* | ‹PER n|Nguyen› |

## Offene Punkte

- [ ] Nachweis über die Trennung von `‹PER b|Kowalczyk, P.›` anfordern
- [x] Vollmacht der Rechtsanwältin ‹PER y|Fatma Yıldız› (‹ORG z|Kanzlei Yıldız & Ferrante PartG mbB›) liegt vor
- [ ] Steuer-ID des Ehemanns prüfen: ‹TAXID b|65 929 970 489›
- [ ] Rückruf bei ‹ORG p|Pfeiffer & Söhne›, Tel. ‹TEL p|+49 30 23125-880›

> Hinweis: Die Kaiser-Friedrich-Halle ist am Wahltag geschlossen, Version 2.4.1 des
> Fachverfahrens läuft auf Windows 11. Kassenzeichen 0000 ist ein Platzhalter.

Ablage: <file:///W:/Wohngeld/2026/‹PER a|Kowalczyk›/0417>
""")

    rows = [
        "Lfd. Nr.;Mieter/in;Geburtsdatum;Wohnung;Telefon;IBAN;Kaltmiete;Bemerkung",
        "1;‹PER a|Kowalczyk, Marta›;‹DOB a|14.03.1986›;EG links;‹TEL a|0152 28817386›;‹IBAN a|DE29999123450000471101›;540,00;\"zahlt pünktlich; Ehemann ausgezogen\"",
        "2;‹PER k|Koch, Dieter›;‹DOB k|02.07.1949›;EG rechts;‹TEL k|030 23125118›;‹IBAN k|DE02999123450000471102›;498,50;war früher Koch im Ratskeller",
        "3;‹PER g|Ferrante, Giulia›;‹DOB g|30.11.1990›;1. OG links;‹TEL g|0176 04069017›;;612,00;",
        "4;‹PER m|Öztürk, Mehmet Ali›;‹DOB m|19.05.1979›;1. OG rechts;‹TEL m|0172 9925904›;‹IBAN m|DE60998765430012340001›;605,75;\"Kellerschlüssel an ‹PER x|Aische› übergeben\"",
        "5;‹PER j|Groß-Müßiggang, Jürgen›;‹DOB j|01.01.1961›;2. OG links;‹TEL j|(069) 90009-231›;‹IBAN j|DE59999123450815081508›;588,20;Groß ist auch der Wasserschaden",
        "6;‹PER u|Adeyemi, Oluwaseun›;‹DOB u|23.08.1994›;2. OG rechts;‹TEL u|0174 9464308›;;601,00;\"fragt nach \"\"Stellplatz 4\"\"; Kfz ‹PLATE u|KS-QQ 947›\"",
        "7;‹PER l|Sommer, Ilse›;‹DOB l|07.09.1971›;DG;‹TEL l|030 23125-417›;‹IBAN l|DE29998765430090807060›;455,00;",
        "8;leer;;Keller;;;0,00;Besichtigung im Sommer",
    ]
    text(f"{A}/Mieterliste_Haus_12.csv", "liste", "table",
         "\n".join(rows) + "\n", encoding="cp1252", newline="\r\n")

    text(f"{B}/Einladung_Hilfeplan.txt", "einladung", "letter", """
Landkreis ‹LOC l|Auenwerder›
Der Landrat – Betreuungsstelle

Kreishaus, ‹STR x|Marktplatz 1›, ‹ZIP x|49917› ‹CITY h|Neuwalde›

Frau
‹PER s|Sabine Koch-Lindner›
‹STR s|Lindenallee 48›
‹ZIP s|49919› ‹CITY w|Birkenwerth›

                                   Unser Zeichen:  ‹CASE k|51/2-BT 893/26›
                                   Bearbeiter:     Herr ‹PER j|Jovanović›
                                   Durchwahl:      ‹TEL j|0221 4710-512›
                                   Telefax:        ‹TEL f|0221 4710-599›
                                   ‹CITY h|Neuwalde›, 5. Mai 2026

Einladung zum Gesamtplangespräch für Ihren Vater, Herrn ‹PER h|Heinrich Koch›

Sehr geehrte Frau ‹PER s|Koch-Lindner›,

das Gespräch findet am Dienstag, den 19. Mai 2026, um 14:00 Uhr im Raum 3.07 statt.
Eingeladen sind außerdem Ihr Bruder ‹PER m|Martin›, der Betreuer Rechtsanwalt
‹PER r|Jonas Richter› sowie Frau ‹PER v|Öztürk› vom Pflegedienst ‹ORG p|Abendsonne›.

Bitte bringen Sie die Versichertenkarte Ihres Vaters mit (Versichertennummer
‹KVNR h|H591207342›) und den Rentenbescheid (Vers.-Nr. ‹SVNR h|13 021141 K 039›).

Der Speisesaal ist an diesem Tag geöffnet; der Koch bittet um Anmeldung bis Montag.

Mit freundlichen Grüßen
Im Auftrag

‹PER j|Nikola Jovanović›
""", bom=b"\xef\xbb\xbf", newline="\r\n")

    text(f"{B}/Gespraechsnotiz.md", "gesprächsnotiz", "prose", """
---
titel: Gesprächsnotiz
datum: 2026-05-07
autor: ‹USER j|n.jovanovic›
---

## Hausbesuch bei ‹PER h|Heinrich Koch›

Herr ‹PER h|Koch› öffnet selbst. Er wirkt wach, erzählt von ‹PER g|Gerda› (seiner † Frau, verstorben am
‹DOD g|12.12.2023›) und von der Schulzeit in ‹LOC q|Oberquell›. ‹PER h|Heinrichs› Tochter ‹PER s|Sabine› kommt
zweimal die Woche, ‹PER m|Martin Koch› nur an Feiertagen. Die Nachbarin ‹PER b|Berg› hat einen Schlüssel.
Von der Wohnung sieht man auf den Berg.

Medikamente laut Plan von Dr. ‹PER o|Öztürk›. Frau *‹PER v|Öztürk›* vom Pflegedienst ist nicht verwandt.

- Telefon Tochter: ‹TEL s|+49 (0)152 28895456›
- Telefon Sohn: ‹TEL m|0049 172 9968532›
- Mail Betreuer: ‹MAIL r|kanzlei@richter-recht.example›
- WLAN-Kennwort der Wohnung **nicht** notieren.

Das Amtsgericht fragt nach dem Az. ‹CASE c|7 XVII 893/26›. Richterin ‹PER e|König› ist bis 20.05. im Urlaub;
König Ludwig hat hier nie gewohnt. Nächster Termin: KW 22.
""")

    rows = [
        "name,role,email,phone,street,postcode,city,note",
        "‹PER h|Heinrich Koch›,Betroffener,,‹TEL h|040 66969113›,‹STR h|Gartenweg 5›,‹ZIP h|49917›,‹CITY h|Neuwalde›,",
        "‹PER s|Sabine Koch-Lindner›,Tochter,‹MAIL s|s.koch-lindner@post.example›,‹TEL s|0152 28895456›,‹STR s|Lindenallee 48›,‹ZIP s|49919›,‹CITY w|Birkenwerth›,\"erreichbar ab 17 Uhr, nicht im Juli\"",
        "‹PER m|Martin Koch›,Sohn,‹MAIL m|martin.koch1974@post.example›,‹TEL m|0172 9968532›,‹STR m|Hafenstr. 101a›,‹ZIP m|49932›,‹CITY o|Ostersiel›,",
        "‹PER r|Jonas Richter›,Betreuer,‹MAIL r|kanzlei@richter-recht.example›,‹TEL r|040 66969-200›,‹STR r|Am Alten Zollhaus 2›,‹ZIP r|49917›,‹CITY h|Neuwalde›,Richter ist hier ein Nachname",
        "‹PER v|Aleyna Öztürk›,Pflegedienst,‹MAIL v|oeztuerk@abendsonne.example›,‹TEL v|(0)221 4710 640›,,,,\"Vertretung: ‹PER z|Đorđe Stanković›, ‹PER n|Nguyễn Thị Lan›\"",
        "‹PER b|Waltraud Berg›,Nachbarin,,‹TEL b|040/66969-114›,‹STR b|Gartenweg 7›,‹ZIP b|49917›,‹CITY h|Neuwalde›,hat Schlüssel",
    ]
    text(f"{B}/Kontakte.csv", "kontaktliste", "table", "\n".join(rows) + "\n")

    text(f"{B}/Anhoerungsbogen.txt", "anhörung", "form", """
Landkreis ‹LOC l|Auenwerder› – Bußgeldstelle –            Kassenzeichen: ‹CUST m|5.0893.004417.2›

ANHÖRUNG IM BUSSGELDVERFAHREN
-----------------------------

Familienname, Vorname ....: ‹PER m|KOCH, MARTIN›
ggf. Geburtsname .........: –
Geburtsdatum .............: ‹DOB m|22.04.1974›
Geburtsort ...............: ‹POB m|Neuwalde›
Straße, Hausnummer .......: ‹STR m|Hafenstr. 101a›
PLZ, Ort .................: ‹ZIP m|49932› ‹CITY o|Ostersiel›
Telefon (freiwillig) .....: ‹TEL m|0172 9968532›
Führerschein-Nr. .........: ‹LIC m|B072RRE2I55›
Personalausweis-Nr. ......: ‹IDC m|T220001293›
Amtl. Kennzeichen ........: ‹PLATE m|HB-QX 4471›
Fahrgestellnummer ........: ‹VIN m|W0XZZZ9ZZ90000017›

Ihnen wird vorgeworfen, am 03.05.2026 um 08:17 Uhr in ‹CITY h|Neuwalde›, B 3 Höhe km 14,2, die zulässige
Höchstgeschwindigkeit von 70 km/h um 12 km/h überschritten zu haben (§ 3 Abs. 3 StVO,
§ 49 StVO; Nr. 11.3.2 BKat). Messgerät PoliScan, Foto Nr. 20260503-0817-4.

Fahrer war:   [ ] ich selbst   [x] andere Person, nämlich:
‹PER t|Tim Lindner›, geb. ‹DOB t|09.10.2004›, ‹STR t|Lindenallee 48›, ‹ZIP t|49919› ‹CITY w|Birkenwerth›

Verwarnungsgeld 40,00 EUR auf ‹IBAN x|DE89 9977 0011 0020 0300 40›, BIC ‹BIC x|XKRADE99XXX›

Rückfragen: Frau ‹PER y|Winter›, Zimmer 012, Mo.–Do. 8–12 Uhr, im Winter nur bis 11 Uhr.
""", encoding="cp1252")

    text(f"{E}/complaint_letter.txt", "complaint", "letter", """
‹PER o|Siobhan O'Brien›
‹STR o|14 Larkfield Mews›
‹CITY o|Westhaven›  ‹ZIP o|WH7 4QX›

Tel. ‹TEL o|020 7946 0417›
‹MAIL o|siobhan.obrien@example.com›

12 April 2026

‹ORG b|Brook & May Property Services Ltd›
‹STR b|3 Harbour Parade›
‹CITY o|Westhaven›

Dear Mr ‹PER m|May›,

Your reference: ‹CUST o|BM-2026-00417›

I am writing about the boiler at the above address. Your engineer, ‹PER p|Rajesh Patel›, called on
2 April; Mr ‹PER p|Patel› said that a part had to be ordered and that it may take until May. Since
then I have spoken to ‹PER l|Chloe Brook› twice. ‹PER l|Chloe›'s last message gave a mobile number,
‹TEL l|07700 900417›, which nobody answers.

My daughter ‹PER n|Niamh› (born ‹DOB n|3 July 2021›) has asthma. My husband, ‹PER d|Declan›, will be at
home on Friday. Please refund £ 86.40 to ‹IBAN o|GB33 BUKB 2020 1555 5555 55›.

Yours sincerely,

‹PER o|S. O'Brien›

cc Dr ‹PER g|A. Okonkwo›, Larkfield Surgery
""", lang="en")
