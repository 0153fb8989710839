"""The PDF samples: text layer, embedded subset fonts, fixed dates."""

import io
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_JUSTIFY, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Frame, FrameBreak, PageBreak, PageTemplate, Paragraph, Spacer, Table, TableStyle

from make import Gold, save
from make_texts import A, B

FONTS = Path("/usr/share/fonts/truetype/liberation")
for family in ("Sans", "Serif", "Mono"):
    faces = {"": "Regular", "-B": "Bold", "-I": "Italic", "-BI": "BoldItalic"}
    for short, face in faces.items():
        pdfmetrics.registerFont(TTFont(family + short, str(FONTS / f"Liberation{family}-{face}.ttf")))
    pdfmetrics.registerFontFamily(family, normal=family, bold=family + "-B", italic=family + "-I", boldItalic=family + "-BI")


class Pages:
    """A PDF file and its label line, built together."""

    def __init__(self, path, genre, layout, author, title, family="Sans", size=10, lead=13.5,
                 page=A4, columns=1, top=2.2, bottom=2.4, origin="mixed"):
        self.path, self.page, self.family = path, page, family
        self.gold = Gold(path, genre, layout, "de", origin)
        self.author, self.title = self.gold.aside(author), self.gold.aside(title)
        self.flow, self.fixed = [], []
        self.style = ParagraphStyle("body", fontName=family, fontSize=size, leading=lead, spaceAfter=5)
        self.columns, self.top, self.bottom = columns, top * cm, bottom * cm

    def like(self, bold=False, italic=False, size=None, right=False, justify=False, after=None, mono=False, indent=0, color=None):
        style = self.style.clone("like")
        family = "Mono" if mono else self.family
        style.fontName = family + ("-B" if bold else "-I" if italic else "")
        if size:
            style.fontSize, style.leading = size, size * 1.3
        if right:
            style.alignment = TA_RIGHT
        if justify:
            style.alignment = TA_JUSTIFY
        if after is not None:
            style.spaceAfter = after
        style.leftIndent = indent
        if color:
            style.textColor = color
        return style

    def p(self, marked, **look):
        plain = self.gold.add(marked)
        lines = escape(plain.rstrip("\n")).replace("\n", "<br/>")
        self.flow.append(Paragraph(lines, self.like(**look)))

    def gap(self, height):
        self.flow.append(Spacer(1, height * cm))

    def table(self, rows, widths, grid=True, size=9, head=True, right=()):
        cells = []
        for number, row in enumerate(rows):
            line = []
            for column, marked in enumerate(row):
                plain = self.gold.add(marked, end="\t" if column + 1 < len(row) else "\n")
                plain = escape(plain.strip("\t\n")).replace("\n", "<br/>")
                look = self.like(size=size, after=0, bold=head and number == 0, right=column in right)
                line.append(Paragraph(plain, look))
            cells.append(line)
        table = Table(cells, [w * cm for w in widths], repeatRows=1 if head else 0, hAlign="LEFT")
        look = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 3)]
        if grid:
            look.append(("GRID", (0, 0), (-1, -1), 0.4, colors.HexColor("#555555")))
            if head:
                look.append(("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#e6e9ee")))
        else:
            look += [("LEFTPADDING", (0, 0), (-1, -1), 0)]
        table.setStyle(TableStyle(look))
        self.flow += [table, Spacer(1, 0.3 * cm)]

    def line_at(self, x, y, marked, size=8, bold=False, right=False, first_only=False, color="#333333"):
        """A line at a fixed place (letterhead, footer)."""
        self.fixed.append((x, y, self.gold.add(marked), size, bold, right, first_only, color))

    def paint(self, canvas, number):
        canvas.saveState()
        for x, y, text, size, bold, right, first_only, color in self.fixed:
            if first_only and number > 1:
                continue
            canvas.setFont(self.family + ("-B" if bold else ""), size)
            canvas.setFillColor(colors.HexColor(color))
            (canvas.drawRightString if right else canvas.drawString)(x * cm, y * cm, text)
        canvas.restoreState()

    def done(self, decorate=None):
        out = io.BytesIO()
        document = BaseDocTemplate(out, pagesize=self.page, author=self.author, title=self.title,
                                   creator="Fachverfahren 7.3", invariant=1)
        width, height = self.page
        left, right, gutter = 2.5 * cm, 2 * cm, 0.7 * cm
        wide = (width - left - right - gutter * (self.columns - 1)) / self.columns
        frames = [Frame(left + i * (wide + gutter), self.bottom, wide, height - self.top - self.bottom,
                        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0) for i in range(self.columns)]

        def on_page(canvas, doc):
            self.paint(canvas, doc.page)
            if decorate:
                decorate(canvas, doc.page)

        document.addPageTemplates(PageTemplate(frames=frames, onPage=on_page))
        document.build(self.flow)
        save(self.path, out.getvalue())


def decision():
    d = Pages(f"{A}/Bescheid_2026-03-11.pdf", "bescheid", "letter", "‹PER s|Ilse Sommer›",
              "Wohngeldbescheid ‹PER a|Kowalczyk, Marta›", top=3.4, bottom=3.0)
    d.line_at(2.5, 28.1, "STADT ‹CITY t|ERLENSTEDT›", 15, bold=True, color="#123a6b")
    d.line_at(2.5, 27.6, "Der Bürgermeister · Fachdienst Soziales · Wohngeldstelle", 9)
    d.line_at(2.5, 26.6, "Stadt ‹CITY t|Erlenstedt› · ‹STR t|Rathausplatz 1› · ‹ZIP t|36904› ‹CITY t|Erlenstedt›", 7, first_only=True)

    def ornament(canvas, number):
        canvas.setStrokeColor(colors.HexColor("#123a6b"))
        canvas.line(2.5 * cm, 27.4 * cm, 19 * cm, 27.4 * cm)
        canvas.line(2.5 * cm, 2.55 * cm, 19 * cm, 2.55 * cm)
        canvas.setFont("Sans", 7.5)
        canvas.drawRightString(19 * cm, 1.2 * cm, f"Seite {number} von 2")
        if number == 1:  # the stamp of the post room
            canvas.setStrokeColor(colors.HexColor("#a03030"))
            canvas.roundRect(14.4 * cm, 27.55 * cm, 4.5 * cm, 1.2 * cm, 4)
            canvas.setFillColor(colors.HexColor("#a03030"))
            canvas.setFont("Sans-B", 8)
            canvas.drawString(14.7 * cm, 28.25 * cm, "ABGESANDT")
            canvas.drawString(14.7 * cm, 27.8 * cm, "12. März 2026")

    d.gap(0.6)
    d.table([
        ["Frau\n‹PER a|Marta Kowalczyk›\n‹STR a|Ahornweg 12›\n‹ZIP a|36904› ‹CITY t|Erlenstedt›",
         "Auskunft erteilt: Frau ‹PER s|Sommer›\nZimmer: 208\nTelefon: ‹TEL s|(030) 23125-417›\nTelefax: ‹TEL t|(030) 23125-499›\n"
         "E-Mail: ‹MAIL s|ilse.sommer@stadt-erlenstedt.example›\nAktenzeichen: ‹CASE k|50.2-WG-2026/0417›\nDatum: 11.03.2026"],
    ], (8.7, 7.8), grid=False, head=False, size=9.5)
    d.gap(0.5)
    d.p("Bescheid über die Ablehnung von Wohngeld (Mietzuschuss)", bold=True, size=12)
    d.p("Ihr Antrag vom 08.02.2026, eingegangen am 09.02.2026 – Kassenzeichen ‹CUST a|5.0417.000862.9›")
    d.p("Sehr geehrte Frau ‹PER a|Kowalczyk›,")
    d.p("Ihr Antrag auf Wohngeld für die Wohnung ‹STR a|Ahornweg 12› wird abgelehnt. Das anrechenbare Gesamteinkommen "
        "Ihres Haushalts übersteigt die Grenze nach Anlage 1 zu § 19 WoGG. Zum Haushalt rechnen wir Sie selbst, Ihren Ehemann "
        "‹PER b|Piotr Kowalczyk› (geb. ‹DOB b|02.06.1983›) sowie Ihre Kinder ‹PER c|Zofia› und ‹PER d|Jan›.")
    d.p("Berechnung", bold=True)
    d.table([
        ["Person", "Einkommensart", "jährlich", "Abzug", "anrechenbar"],
        ["‹PER a|Kowalczyk, Marta›", "Minijob", "6.240,00 €", "0 %", "6.240,00 €"],
        ["‹PER b|Kowalczyk, Piotr›", "Lohn (brutto)", "22.944,00 €", "30 %", "16.060,80 €"],
        ["‹PER c|Kowalczyk, Zofia›", "–", "0,00 €", "–", "0,00 €"],
        ["‹PER d|Kowalczyk, Jan›", "–", "0,00 €", "–", "0,00 €"],
        ["Summe", "", "29.184,00 €", "", "22.300,80 €"],
    ], (4.6, 3.4, 2.9, 2, 3.2), right=(2, 3, 4))
    d.p("Gründe", bold=True)
    d.p("Nach § 5 Abs. 1 WoGG ist Haushaltsmitglied, wer mit der wohngeldberechtigten Person den Wohnraum gemeinsam bewohnt. "
        "Herr ‹PER b|Kowalczyk› ist seit dem 1. Februar 2020 unter Ihrer Anschrift gemeldet; eine Abmeldung liegt nicht vor. "
        "Die mit Schreiben vom 16.02.2026 vorgelegte Mietbescheinigung der ‹ORG p|Hausverwaltung Pfeiffer & Söhne GmbH› nennt "
        "beide Eheleute als Mieter. ‹PER b|Piotr Kowalczyks› Arbeitgeber, die ‹ORG q|Dachdeckerei Stein GmbH›, hat den Lohn "
        "bestätigt. Auch der zweite Stein des Anstoßes, die Höhe der Nebenkosten, ändert daran nichts.", justify=True)
    d.flow.append(PageBreak())
    d.p("Rechtsbehelfsbelehrung", bold=True)
    d.p("Gegen diesen Bescheid kann innerhalb eines Monats nach Bekanntgabe Widerspruch erhoben werden. Der Widerspruch ist "
        "schriftlich oder zur Niederschrift bei der Stadt ‹CITY t|Erlenstedt›, ‹STR t|Rathausplatz 1›, ‹ZIP t|36904› ‹CITY t|Erlenstedt›, einzulegen.", justify=True)
    d.p("Mit freundlichen Grüßen\nIm Auftrag")
    d.gap(0.6)
    d.p("‹PER s|Sommer›")
    d.p("Durchschrift an: Dr. ‹PER r|Thilo Brandt› (Rechtsamt), z. d. A.", size=8.5)
    d.line_at(2.5, 2.1, "Bankverbindung: Stadtkasse · IBAN ‹IBAN t|DE73 9966 5544 0001 1122 23› · BIC ‹BIC t|XSPADE99ABC› · USt-IdNr. ‹VAT t|DE999123455›", 7.5)
    d.line_at(2.5, 1.7, "Sprechzeiten: Mo., Di., Do. 8.30–12 Uhr, Do. 14–18 Uhr · www.stadt.example", 7.5)
    d.done(ornament)


def mail():
    m = Pages(f"{A}/Mail_Rueckfrage.pdf", "email", "email", "‹USER n|d.nguyen›", "AW: Rückfrage Mietbescheinigung", size=9.5, lead=12.5)
    m.line_at(2.5, 28.4, "‹PER n|Nguyen, Duc› (Stadt ‹CITY t|Erlenstedt›)", 11, bold=True)
    m.table([
        ["Von:", "‹PER p|Anneliese Pfeiffer› <‹MAIL p|a.pfeiffer@pfeiffer-soehne.example›>"],
        ["Gesendet:", "Donnerstag, 2. April 2026 16:48"],
        ["An:", "‹PER n|Nguyen, Duc› <‹MAIL n|d.nguyen@stadt-erlenstedt.example›>"],
        ["Cc:", "‹PER s|Sommer, Ilse›; ‹MAIL h|hadi.al-masri@nordlicht.example›"],
        ["Betreff:", "AW: Rückfrage Mietbescheinigung ‹PER a|Kowalczyk›, ‹STR a|Ahornweg 12›"],
        ["Anlagen:", "Mietbescheinigung_‹PER a|Kowalczyk›_2026.pdf (84 KB)"],
    ], (2.2, 14), grid=False, head=False, size=9)
    m.p("Hallo Herr ‹PER n|Nguyen›,")
    m.p("anbei die korrigierte Bescheinigung. Herr ‹PER b|P. Kowalczyk› steht zwar noch im Vertrag, die Schlüssel hat er aber am "
        "31.01. bei unserem Hausmeister ‹PER o|Ewald Wolf› abgegeben. ‹PER o|Wolf› erreichen Sie unter ‹TEL o|0176 04069033›.")
    m.p("Die Miete kommt seitdem allein von ‹PER a|Marta Kowalczyks› Konto (‹IBAN a|DE29999123450000471101›).")
    m.p("Viele Grüße\n‹PER p|Anneliese Pfeiffer›")
    m.p("‹ORG p|Hausverwaltung Pfeiffer & Söhne GmbH›\n‹STR p|Postfach 11 07›, ‹ZIP p|36899› ‹CITY t|Erlenstedt›\nTel. ‹TEL p|+49 30 23125-880› | Mobil ‹TEL p|+49 171 3920055›\n"
        "‹URL p|www.pfeiffer-soehne.example› | Geschäftsführer: ‹PER e|Ernst-August Pfeiffer› | ‹REG p|HRB 90417›", size=8.5, color=colors.HexColor("#444444"))
    m.p("-----Ursprüngliche Nachricht-----", size=8.5)
    m.p("Von: ‹PER n|Nguyen, Duc›\nGesendet: Donnerstag, 2. April 2026 09:12\nAn: ‹PER p|Pfeiffer, Anneliese›\n"
        "Betreff: Rückfrage Mietbescheinigung", size=8.5)
    m.p("> Sehr geehrte Frau ‹PER p|Pfeiffer›,\n>\n> in der Sache ‹PER a|kowalczyk› (‹CASE k|50.2-WG-2026/0417›) bitte ich um Mitteilung, seit wann\n"
        "> Herr ‹PER b|Kowalczyk› nicht mehr in der Wohnung lebt. ‹PER a|Martas› Anwältin, Frau\n> ‹PER y|Fatma Yıldız›, beruft sich auf den 1. Februar.\n>\n"
        "> Mit freundlichen Grüßen\n> i. A. ‹PER n|D. Nguyen›", mono=True, size=8.2)
    m.line_at(2.5, 1.5, "Gedruckt von ‹USER n|d.nguyen› auf Arbeitsplatz ‹IP n|10.20.30.41› · Seite 1 von 1", 7)
    m.done()


def invoice():
    i = Pages(f"{A}/Rechnung_2026-118.pdf", "rechnung", "letter", "‹ORG q|Dachdeckerei Stein GmbH›", "Rechnung 2026-118", top=3.0, bottom=3.2)
    i.line_at(19, 28.2, "‹ORG q|Dachdeckerei Stein GmbH›", 14, bold=True, right=True, color="#5a2a10")
    i.line_at(19, 27.7, "Meisterbetrieb seit 1958 · Dächer aus Schiefer und Stein", 8.5, right=True)
    i.p("‹ORG q|Dachdeckerei Stein GmbH› · ‹STR q|Industriering 21› · ‹ZIP q|36918› ‹CITY v|Wiesenbrück›", size=7)
    i.p("Wohnungseigentümergemeinschaft ‹STR a|Ahornweg 12›\nc/o ‹ORG p|Hausverwaltung Pfeiffer & Söhne GmbH›\nz. Hd. Herrn ‹PER e|Ernst-August Pfeiffer›\n"
        "‹STR p|Postfach 11 07›\n‹ZIP p|36899› ‹CITY t|Erlenstedt›")
    i.gap(0.6)
    i.table([["Rechnungs-Nr.", "Kunden-Nr.", "Leistungszeitraum", "Bearbeiter", "Datum"],
             ["2026-118", "‹CUST p|K-20417›", "13.–24.04.2026", "‹PER t|L. Stein›", "30.04.2026"]], (3.2, 3, 4, 3.2, 3))
    i.p("Rechnung – Abschlag 1, Dachsanierung", bold=True, size=12)
    i.table([
        ["Pos.", "Bezeichnung", "Menge", "Einzelpreis", "Betrag"],
        ["1", "Gerüst stellen, inkl. Abbau (DIN EN 12811)", "1 psch.", "4.850,00 €", "4.850,00 €"],
        ["2", "Eindeckung aufnehmen; Ansprechpartner vor Ort ‹PER b|Piotr Kowalczyk›, Mobil ‹TEL b|0171 3920041›", "212 m²", "38,50 €", "8.162,00 €"],
        ["3", "Traufstein ersetzen, Art.-Nr. 4006381333931", "14 Stk.", "27,90 €", "390,60 €"],
        ["", "Netto", "", "", "13.402,60 €"],
        ["", "USt. 19 %", "", "", "2.546,49 €"],
        ["", "Gesamt", "", "", "15.949,09 €"],
    ], (1.2, 7.6, 2, 2.8, 2.8), right=(2, 3, 4))
    i.p("Zahlbar ohne Abzug bis 14.05.2026. Rückfragen: ‹PER t|Leonie Stein›, ‹TEL t|089 99998-118›, ‹MAIL t|l.stein@dach-stein.example›. "
        "Herr ‹PER x|Groß-Müßiggang› hat die Abnahme am 24.04.2026 unterschrieben; ein Stein war lose und wurde ersetzt.")
    i.line_at(2.5, 2.3, "Geschäftsführerin: ‹PER t|Leonie Stein› · Amtsgericht Registerblatt ‹REG q|HRB 11871› · Steuernummer ‹TAXNR q|099/123/45678› · USt-IdNr. ‹VAT q|DE136695976›", 7)
    i.line_at(2.5, 1.9, "IBAN ‹IBAN q|DE59 9991 2345 0815 0815 08› · BIC ‹BIC q|XNDBDE99XXX› · Gerichtsstand ‹CITY v|Wiesenbrück›", 7)
    i.done()


def doctor():
    d = Pages(f"{B}/Arztbrief_Heinrich_Koch.pdf", "arztbrief", "letter", "‹PER o|Mehmet Öztürk›", "Arztbrief ‹PER h|Koch, Heinrich›",
              family="Serif", size=10.5, lead=14, top=3.2)
    d.line_at(2.5, 28.2, "‹ORG k|Geriatrische Praxis Öztürk & Vogelsang›", 14, bold=True, color="#0a4f3c")
    d.line_at(2.5, 27.7, "Dr. med. ‹PER o|Mehmet Öztürk› · Dr. med. ‹PER v|Clara Vogelsang› · ‹STR k|Am Kurpark 4› · ‹ZIP k|49917› ‹CITY h|Neuwalde›", 8.5)
    d.line_at(2.5, 27.3, "Telefon ‹TEL k|0221 4710 300› · Telefax ‹TEL k|0221 4710 309› · ‹MAIL k|praxis@geriatrie-neuwalde.example›", 8.5)
    d.p("An das\nAmtsgericht ‹CITY h|Neuwalde› – Betreuungsgericht –\nz. Hd. Frau Richterin ‹PER e|König›")
    d.p("‹CITY h|Neuwalde›, 30. April 2026", right=True)
    d.p("Patient: ‹PER h|KOCH, Heinrich Wilhelm›, geb. ‹DOB h|02.11.1941›, ‹STR h|Gartenweg 5›, ‹ZIP h|49917› ‹CITY h|Neuwalde›\n"
        "Versichertennummer: ‹KVNR h|H591207342› · Patienten-Nr. ‹CUST h|104417› · Ihr Az.: ‹CASE c|7 XVII 893/26›", bold=True)
    d.p("Sehr geehrte Frau ‹PER e|König›,")
    d.p("ich berichte über Herrn ‹PER h|Koch›, der sich seit 2019 in meiner Behandlung befindet und zuletzt am 28. April 2026 in "
        "Begleitung seiner Tochter, Frau ‹PER s|Koch-Lindner›, vorstellig wurde.", justify=True)
    d.p("Diagnosen: Demenz bei Alzheimer-Krankheit mit spätem Beginn (F00.1), Parkinson-Syndrom (G20), arterielle Hypertonie (I10), "
        "Zustand nach Babinski-positivem Befund 2023.", justify=True)
    d.p("Anamnese", bold=True)
    d.p("Der Patient war bis 2004 als Koch und später als Kantinenleiter tätig. Seine Ehefrau ‹PER g|Gerda› verstarb am ‹DOD g|12.12.2023›. "
        "Die Tochter ‹PER s|Sabine› beschreibt zunehmende Vergesslichkeit; der Sohn ‹PER m|Martin Koch› hält dies für übertrieben. "
        "‹PER h|Heinrich Kochs› Angaben zur Person waren richtig, das Datum konnte er nicht nennen (Mini-Mental-Test 19/30). Im Sommer "
        "ging er einmal verloren; die Nachbarin ‹PER b|Waltraud Berg› brachte ihn zurück.", justify=True)
    d.table([
        ["Medikament", "Dosis", "morgens", "mittags", "abends"],
        ["Donepezil 10 mg", "1 Tbl.", "0", "0", "1"],
        ["Ramipril 5 mg", "1 Tbl.", "1", "0", "0"],
        ["Levodopa/Benserazid 100/25", "1 Kps.", "1", "1", "1"],
    ], (5.5, 2.5, 2.2, 2.2, 2.2))
    d.p("Beurteilung: Aus ärztlicher Sicht ist die Erweiterung der Betreuung zu befürworten. Eine Anhörung in der Wohnung ist zumutbar. "
        "Für Rückfragen steht Frau Kollegin ‹PER v|Vogelsang› zur Verfügung.", justify=True)
    d.p("Mit freundlichen kollegialen Grüßen")
    d.gap(0.5)
    d.p("Dr. med. ‹PER o|M. Öztürk›\nFacharzt für Innere Medizin und Geriatrie")
    d.p("nachrichtlich: RA ‹PER r|Jonas Richter› · Diktatzeichen: Öz/‹PER z|Stanković›", size=8.5)
    d.done()


def rota():
    r = Pages(f"{B}/Dienstplan_KW_20.pdf", "dienstplan", "table", "Pflegedienst", "Dienstplan KW 20", page=landscape(A4), size=9, top=2, bottom=1.6)
    r.p("Pflegedienst ‹ORG p|Abendsonne› – Tourenplan KW 20 (11.–17. Mai 2026)", bold=True, size=13)
    r.table([
        ["Tour", "Pflegekraft", "Diensttelefon", "Mo 11.05.", "Di 12.05.", "Mi 13.05.", "Vermerk"],
        ["1", "‹PER v|Aleyna Öztürk›", "‹TEL v|0221 4710 640›", "‹PER h|Koch, H.› 7:30", "‹PER h|Koch, H.› 7:30", "‹PER i|Lang, Irene› 9:15", "Dienstag Anhörung bei ‹PER h|Koch›"],
        ["2", "‹PER z|Đorđe Stanković›", "‹TEL z|0221 4710 641›", "‹PER a|Kaiser, Alma› 8:00", "‹PER a|Kaiser, Alma› 8:00", "frei", "Schlüssel ‹PER a|Kaiser›: Kasten 14"],
        ["3", "‹PER n|Nguyen Thi Lan›", "‹TEL n|0221 4710 642›", "‹PER w|Weiß, Oskar› 6:45", "‹PER w|Weiß, Oskar› 6:45", "‹PER w|Weiß, Oskar› 6:45", "nur weiß gekleidete Kräfte erwünscht"],
        ["4", "‹PER k|Kwame Mensah-Bauer›", "‹TEL k|0221 4710 643›", "Büro", "‹PER d|D'Angelo, Rosa› 10:00", "‹PER h|Koch, H.› 7:30", "Fortbildung „Der lange Winter“"],
        ["Ruf", "‹PER y|Yusuf Ibn Al-Hakim›", "‹TEL y|0152 54599371›", "ab 20:00", "ab 20:00", "ab 20:00", "Vertretung: ‹PER o|Zoë›"],
    ], (1.2, 4.1, 3.6, 4, 4, 4, 4.2), size=8.5)
    r.p("Urlaub: ‹PER o|Zoë van den Berg› (bis 15.05.), ‹PER q|Jürgen Weiß-Ibrahimović› (bis 31.05.). Krank: ‹PER f|Çağla›.")
    r.p("Freigegeben: ‹PER x|Annegret May›, Pflegedienstleitung, 07.05.2026. Im May-Modul der Software (Version 5.20) sind Feiertage gesperrt.", size=8)
    r.done()


def leaflet():
    h = Pages(f"{B}/Hausblatt_Mai_2026.pdf", "rundschreiben", "prose", "Redaktion", "Hausblatt Mai 2026", family="Serif", size=10, lead=12.6,
              columns=2, top=3.6, bottom=2.2)
    h.line_at(2.5, 27.6, "HAUSBLATT der Seniorenwohnanlage ‹ORG p|Abendsonne›", 18, bold=True, color="#7a1f3d")
    h.line_at(2.5, 27.0, "Mai 2026 · Nr. 5 · Aushang und Auslage · ‹STR p|Parkstraße 30›, ‹ZIP p|49917› ‹CITY h|Neuwalde›", 9)
    h.p("Der Mai ist gekommen", bold=True, size=13)
    h.p("Nach einem langen Winter sitzen wir wieder im Garten. Der Koch hat den Grill geputzt, und wer mag, hilft am Samstag beim "
        "Pflanzen. Frau ‹PER x|May› von der Pflegedienstleitung bringt Tomaten mit. ‹PER b|Waltraud Berg› hat versprochen, die Beete "
        "am Berg zu übernehmen.", justify=True)
    h.p("Geburtstage", bold=True, size=13)
    h.p("Wir gratulieren ‹PER a|Alma Kaiser› (92, am ‹DOB a|4. Mai 1934›), ‹PER w|Oskar Weiß› (88) und ‹PER i|Irene Lang›, die im Haus 2 "
        "wohnt. Auch ‹PER d|Rosa D'Angelo› feiert: Sie ist vor 50 Jahren aus ‹LOC q|Castelverde› zu uns gekommen.", justify=True)
    h.p("Rückblick: Chorabend", bold=True, size=13)
    h.p("Unter der Leitung von ‹PER c|Wilhelmine› Freifrau ‹PER c|von Stetten-Ruhland› "
        "sang der Chor Lieder von Johannes Brahms und Fanny Hensel. Am Klavier saß ‹PER j|Nikola Jovanović›, dessen Sohn ‹PER l|Luka› die "
        "Noten umblätterte. ‹PER o|Mehmet Öztürks› Rede war kurz; danach wurde gegessen, bis der König der Kuchen – "
        "der Frankfurter Kranz – verschwunden war.", justify=True)
    h.flow.append(FrameBreak())
    h.p("Aus dem Beirat", bold=True, size=13)
    h.p("Der Beirat hat sich am 22. April mit der Hausordnung befasst. ‹PER h|Heinrich Koch› fragte nach den Ruhezeiten, Herr ‹PER w|Weiß› nach "
        "dem Fahrstuhl. Wer weiß, wo der Schlüssel zum Gerätehaus ist, melde sich bei ‹PER z|Stanković› (‹TEL z|0221 4710 641›) oder schreibe an "
        "‹MAIL p|beirat@abendsonne.example›. Über die Kosten entscheidet der Träger; die Stein-Mauer am Eingang bleibt.", justify=True)
    h.p("Termine", bold=True, size=13)
    h.p("Do., 7. Mai: Sprechstunde Hausarzt, 10–12 Uhr\nDi., 12. Mai: Vorlesen mit ‹PER l|Luka J.›\nMi., 20. Mai: Fußpflege, Anmeldung bei ‹PER f|Çağla Demir›\n"
        "Fr., 29. Mai: Sommerfest-Vorbereitung (im Sommer folgt die Tombola)")
    h.p("Hinweis in eigener Sache", bold=True, size=13)
    h.p("Wer nicht genannt werden möchte, wende sich bis zum 20. eines Monats an die Redaktion. Fotos vom Chorabend hängen im Flur; "
        "Abzüge gibt es für 0,50 € bei ‹PER x|Annegret May›. Verantwortlich im Sinne des Presserechts: Dr. ‹PER t|Korbinian Winter›.", justify=True)
    h.done()


def make():
    for document in (decision, mail, invoice, doctor, rota, leaflet):
        document()
