"""The Word samples."""

import datetime
import io

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

from make import Gold, parts, repack, save
from make_texts import A, B, E

FIXED = datetime.datetime(2026, 3, 24, 9, 30, 0)


class Word:
    """A DOCX file and its label line, built together."""

    def __init__(self, path, genre, layout, author, title, lang="de", origin="mixed", font="Liberation Sans"):
        self.path = path
        self.gold = Gold(path, genre, layout, lang, origin)
        self.docx = Document()
        style = self.docx.styles["Normal"]
        style.font.name, style.font.size = font, Pt(10.5)
        style.paragraph_format.space_after = Pt(6)
        section = self.docx.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin, section.right_margin = Cm(2.5), Cm(2)
        properties = self.docx.core_properties
        properties.author = self.gold.aside(author)
        properties.last_modified_by = properties.author
        properties.title = self.gold.aside(title)
        properties.comments = ""
        properties.created = properties.modified = FIXED
        properties.revision = 3

    def p(self, marked="", style=None, bold=False, size=None, right=False, tight=False):
        """A paragraph in one run."""
        paragraph = self.docx.add_paragraph(style=style)
        self.fill(paragraph, [marked], bold, size)
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if tight:
            paragraph.paragraph_format.space_after = Pt(0)
        return paragraph

    def fill(self, paragraph, pieces, bold=False, size=None):
        """Runs, one per mention and one per text between."""
        self.gold.add("".join(pieces))
        for piece in pieces:
            for text, _ in parts(piece):
                run = paragraph.add_run(text)
                run.bold = bold or None
                run.font.size = Pt(size) if size else None
        return paragraph

    def split(self, marked, *cuts, italic=()):
        """A paragraph whose text is cut into runs before each of these substrings."""
        paragraph = self.docx.add_paragraph()
        plain = self.gold.add(marked)
        places = sorted({0, len(plain), *(plain.index(cut) for cut in cuts)})
        for number, (start, end) in enumerate(zip(places, places[1:])):
            run = paragraph.add_run(plain[start:end])
            run.italic = number in italic or None
            if number % 2:
                run._r.set(qn("w:rsidR"), "00A417B2")
        return paragraph

    def table(self, rows, widths, header=True):
        table = self.docx.add_table(rows=0, cols=len(widths))
        table.style = "Table Grid"
        for number, row in enumerate(rows):
            cells = table.add_row().cells
            for cell, width, marked in zip(cells, widths, row):
                cell.width = Cm(width)
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(2)
                if marked:
                    self.fill(paragraph, [marked], bold=header and number == 0, size=9.5)
        self.docx.add_paragraph()
        return table

    def header(self, marked):
        self.fill(self.docx.sections[0].header.paragraphs[0], [marked], size=9)

    def footer(self, marked):
        self.fill(self.docx.sections[0].footer.paragraphs[0], [marked], size=8)

    def link(self, paragraph, marked, target):
        """A hyperlink at the end of a paragraph whose text is in the gold already."""
        url = self.gold.aside(target)
        rid = self.docx.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = parse_xml(f'<w:hyperlink {nsdecls("w", "r")} r:id="{rid}" w:history="1"/>')
        run = paragraph.add_run("".join(text for text, _ in parts(marked)))
        run.font.underline = True
        link.append(run._r)
        paragraph._p.append(link)

    def footnote(self, paragraph, marked):
        """One footnote, in a part of its own."""
        text = self.gold.add(marked).rstrip("\n")
        xml = (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:footnotes {nsdecls("w")}>'
               '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
               '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
               '<w:footnote w:id="1"><w:p><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
               f'<w:r><w:t xml:space="preserve"> {text}</w:t></w:r></w:p></w:footnote></w:footnotes>')
        part = Part(PackURI("/word/footnotes.xml"),
                    "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
                    xml.encode(), self.docx.part.package)
        self.docx.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        paragraph._p.append(parse_xml(
            f'<w:r {nsdecls("w")}><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="1"/></w:r>'))

    def comment(self, paragraph, marked, author, initials):
        plain = self.gold.add(marked).rstrip("\n")
        comment = self.docx.add_comment(paragraph.runs, text=plain, author=self.gold.aside(author), initials=initials)
        comment._comment_elm.set(qn("w:date"), "2026-03-25T08:12:00Z")

    def tracked(self, paragraph, before, deleted, inserted, after, author):
        """before [deleted → inserted] after, as a tracked change."""
        self.gold.add(before + inserted + after)
        name = self.gold.aside(author)
        old = self.gold.aside(deleted)
        paragraph.add_run("".join(t for t, _ in parts(before)))
        who = f'w:id="7" w:author="{name}" w:date="2026-03-24T09:20:00Z"'
        paragraph._p.append(parse_xml(
            f'<w:del {nsdecls("w")} {who}><w:r><w:delText xml:space="preserve">{old}</w:delText></w:r></w:del>'))
        new = "".join(t for t, _ in parts(inserted))
        paragraph._p.append(parse_xml(
            f'<w:ins {nsdecls("w")} {who.replace("7", "8", 1)}><w:r><w:t xml:space="preserve">{new}</w:t></w:r></w:ins>'))
        paragraph.add_run("".join(t for t, _ in parts(after)))

    def done(self):
        # The template's preview picture and its relation go: samples are ours alone.
        package = self.docx.part.package
        for rid, rel in list(package.rels.items()):
            if rel.reltype.endswith("/thumbnail"):
                del package.rels[rid]
        out = io.BytesIO()
        self.docx.save(out)
        save(self.path, repack(out.getvalue()))


def objection():
    w = Word(f"{A}/Widerspruch_Kowalczyk.docx", "widerspruch", "letter",
             "‹PER y|Fatma Yıldız›", "Widerspruch ‹PER a|Kowalczyk› ./. Stadt ‹CITY t|Erlenstedt›", font="Liberation Serif")
    w.header("‹ORG z|Kanzlei Yıldız & Ferrante PartG mbB› · ‹STR z|Am Alten Speicher 9› · ‹ZIP z|36904› ‹CITY t|Erlenstedt›")
    w.p("Stadt ‹CITY t|Erlenstedt›", tight=True)
    w.p("– Wohngeldstelle –", tight=True)
    w.p("z. Hd. Frau ‹PER s|Sommer›", tight=True)
    w.p("‹STR t|Rathausplatz 1›", tight=True)
    w.p("‹ZIP t|36904› ‹CITY t|Erlenstedt›")
    w.p("Vorab per Telefax: ‹TEL t|(030) 23125-499›", bold=True)
    w.p("‹CITY t|Erlenstedt›, den 24. März 2026", right=True)
    w.p("Unser Zeichen: ‹CASE y|119/26-Yı/fe›      Ihr Zeichen: ‹CASE k|50.2-WG-2026/0417›", size=9.5)
    w.p("‹PER a|Kowalczyk› ./. Stadt ‹CITY t|Erlenstedt› – Widerspruch gegen den Bescheid vom 11.03.2026", bold=True)
    w.p("Sehr geehrte Frau ‹PER s|Sommer›,")
    first = w.split("in vorbezeichneter Angelegenheit zeigen wir an, dass wir Frau ‹PER a|Marta Kowalczyk›, geb. "
                    "‹PER a|Zając›, geboren am ‹DOB a|14.03.1986›, ‹STR a|Ahornweg 12›, ‹ZIP a|36904› ‹CITY t|Erlenstedt›, vertreten.",
                    "rta Kow", "alczyk,", "jąc", "03.1986", italic=(2,))
    w.footnote(first, "Vollmacht vom 20.03.2026, unterzeichnet von ‹PER a|M. Kowalczyk› und ‹PER b|Piotr Kowalczyk›.")
    w.p("Namens und in Vollmacht unserer Mandantin legen wir gegen den Bescheid Widerspruch ein und beantragen, "
        "den Bescheid aufzuheben und Wohngeld ab dem 01.02.2026 in gesetzlicher Höhe zu bewilligen.")
    w.p("Begründung", bold=True)
    changed = w.docx.add_paragraph()
    w.tracked(changed, "Frau ‹PER a|Kowalczyks› Ehemann ist am 1. Februar 2026 zu seinem ",
              "Vetter ‹PER e|Andrzej Lis›", "Bruder ‹PER w|Tomasz Kowalczyk›",
              " gezogen. Seine Einkünfte durften nach § 5 WoGG nicht mehr angerechnet werden.", "‹PER g|Giulia Ferrante›")
    second = w.p("Die Behörde hat ferner das Kindergeld für ‹PER c|Zofia› und ‹PER d|Jan Kowalczyk› doppelt berücksichtigt. "
                 "Der Koch des Kindergartens kann bestätigen, dass ‹PER d|Jan› dort seit Sommer 2025 isst.")
    w.comment(second, "Bitte ‹PER a|Marta› noch einmal anrufen: ‹TEL a|0152 28817386›", "‹PER g|Giulia Ferrante›", "GF")
    mail = w.docx.add_paragraph()
    w.gold.add("Rückfragen bitte an ‹PER y|Yıldız›, Durchwahl ‹TEL y|(030) 23125-620›, oder an ‹MAIL y|yildiz@yf-recht.example›.")
    mail.add_run("Rückfragen bitte an Yıldız, Durchwahl (030) 23125-620, oder an ")
    w.link(mail, "‹MAIL y|yildiz@yf-recht.example›",
           "mailto:‹MAIL y|yildiz@yf-recht.example›?subject=Widerspruch%20‹PER a|Kowalczyk›")
    mail.add_run(".")
    w.p("Mit freundlichen Grüßen")
    w.p("‹PER y|Yıldız›", tight=True)
    w.p("Rechtsanwältin")
    w.footer("Bankverbindung: ‹IBAN z|DE60 9987 6543 0012 3400 01› · ‹BIC z|XNDBDE99XXX› · USt-IdNr. ‹VAT z|DE998765437› · Seite 1")
    w.done()


def application():
    w = Word(f"{A}/Antrag_Wohngeld.docx", "antrag", "form", "Wohngeldstelle", "Antrag auf Wohngeld (Mietzuschuss)")
    w.p("Stadt ‹CITY t|Erlenstedt› – Antrag auf Wohngeld (Mietzuschuss)", bold=True, size=14)
    w.p("Bitte in Druckbuchstaben ausfüllen. Zutreffendes ankreuzen ☒. Eingang: 09.02.2026 – Nr. ‹CUST a|WG-0417-26›", size=9)
    w.p("1  Antragstellende Person", bold=True)
    w.table([
        ["Familienname", "‹PER a|KOWALCZYK›", "Vorname(n)", "‹PER a|MARTA›"],
        ["Geburtsname", "‹PER a|Zając›", "Geburtsdatum", "‹DOB a|14.03.1986›"],
        ["Geburtsort", "‹POB a|Zielonów›", "Staatsangehörigkeit", "polnisch"],
        ["Straße, Haus-Nr.", "‹STR a|Ahornweg 12›", "PLZ, Ort", "‹ZIP a|36904› ‹CITY t|Erlenstedt›"],
        ["Telefon", "‹TEL a|0152 28817386›", "E-Mail", "‹MAIL a|marta.k86@post.example›"],
        ["Steuer-ID", "‹TAXID a|36 574 261 809›", "Rentenvers.-Nr.", "‹SVNR a|26 140386 K 559›"],
        ["Ausweis/Pass-Nr.", "‹PASS a|C4VPM9K2R0›", "Krankenkasse, KV-Nr.", "‹KVNR a|K471108154›"],
    ], (3.2, 5, 3.6, 5), header=False)
    w.p("2  Weitere Haushaltsmitglieder", bold=True)
    w.table([
        ["Name, Vorname", "geb. am", "Verhältnis", "Einkommen (mtl.)"],
        ["‹PER b|Kowalczyk, Piotr›", "‹DOB b|2.6.1983›", "Ehemann", "1.912,00 €"],
        ["‹PER c|Kowalczyk, Zofia›", "‹DOB c|11.08.2016›", "Tochter", "–"],
        ["‹PER d|Kowalczyk, Jan›", "‹DOB d|29.01.2020›", "Sohn", "–"],
    ], (6, 3, 3.8, 4))
    w.p("3  Bankverbindung", bold=True)
    w.table([
        ["Kontoinhaber/in", "‹PER a|Marta Kowalczyk›"],
        ["IBAN", "‹IBAN a|DE29 9991 2345 0000 4711 01›"],
        ["Kreditinstitut / BIC", "Sparkasse / ‹BIC a|XSPADE99ABC›"],
    ], (5, 11.8), header=False)
    w.p("Vermieter/in: ‹ORG p|Hausverwaltung Pfeiffer & Söhne GmbH›, ‹STR p|Postfach 11 07›, ‹ZIP p|36899› ‹CITY t|Erlenstedt›")
    w.p("Ich versichere, dass die Angaben richtig und vollständig sind (§ 23 WoGG). Wer die Formulare im Winter abgibt, "
        "muss mit längerer Bearbeitung rechnen.")
    w.p("‹CITY t|Erlenstedt›, 08.02.2026        gez. ‹PER a|Marta Kowalczyk›")
    w.footer("Vordruck WG 1 – Stand 01/2026 – Seite 1 von 1")
    w.done()


def minutes():
    w = Word(f"{A}/Protokoll_Eigentuemerversammlung.docx", "protokoll", "minutes",
             "‹PER p|Anneliese Pfeiffer›", "Protokoll WEG ‹STR a|Ahornweg 12›")
    w.header("WEG ‹STR a|Ahornweg 12› · Verwaltung: ‹ORG p|Hausverwaltung Pfeiffer & Söhne GmbH›")
    w.p("Protokoll der ordentlichen Eigentümerversammlung", style="Heading 1")
    w.p("vom 26. Februar 2026, 18:30 bis 20:05 Uhr, Gaststätte „Zum Wolf“, ‹CITY t|Erlenstedt›")
    w.table([
        ["Eigentümer/in", "vertreten durch", "MEA", "Anwesend"],
        ["Dr. ‹PER j|Jürgen Groß-Müßiggang›", "–", "212/1000", "ja"],
        ["‹PER k|Dieter Koch›", "‹PER i|Irmgard Koch›", "188/1000", "ja"],
        ["Erbengemeinschaft ‹PER f|Lang›", "‹PER l|Cornelia Lang-Petrović›", "240/1000", "ja (bis TOP 4)"],
        ["‹ORG o|Nordlicht Immobilien UG (haftungsbeschränkt)›", "‹PER h|Hadi Al-Masri›", "360/1000", "nein"],
    ], (5.8, 4.6, 2.6, 3.4))
    w.p("TOP 1  Begrüßung", bold=True)
    w.p("Frau ‹PER p|Pfeiffer› begrüßt die Anwesenden und stellt die Beschlussfähigkeit fest. ‹PER k|Kochs› haben Vollmacht erteilt.")
    w.p("TOP 2  Dachsanierung", bold=True)
    w.p("‹PER j|Groß-Müßiggang› berichtet über das Angebot der ‹ORG d|Dachdeckerei Stein GmbH› über 48.300,00 € (brutto). "
        "‹PER l|Lang-Petrović› hält den Preis für zu hoch: so groß sei das Dach nicht. Ein Stein habe bereits ein Auto beschädigt.")
    w.p("Beschluss: Angebot angenommen. Ja 400, Nein 240, Enthaltung 0.")
    w.p("TOP 3  Verschiedenes", bold=True)
    w.p("‹PER i|Irmgard Koch› bittet, die Rauchmelder bei ‹PER a|Kowalczyk› und ‹PER u|Adeyemi› zu prüfen. "
        "Herr ‹PER k|Koch› fragt nach dem Grundbuch (‹PARCEL a|Gemarkung Erlenstedt, Flur 7, Flurstück 112/4›).")
    w.p("TOP 4  Nächster Termin: Donnerstag, 25.02.2027")
    w.p("Für das Protokoll: ‹PER p|A. Pfeiffer›            Beirat: ‹PER j|J. Groß-Müßiggang›")
    w.footer("‹ORG p|Hausverwaltung Pfeiffer & Söhne GmbH› · Registergericht ‹REG p|HRB 90417› · ‹URL p|www.pfeiffer-soehne.example›")
    w.done()


def order():
    w = Word(f"{B}/Beschluss_Betreuung.docx", "beschluss", "letter", "Amtsgericht", "Beschluss", font="Liberation Serif")
    w.p("‹CASE c|7 XVII 893/26›", right=True)
    w.p("Amtsgericht ‹CITY h|Neuwalde›", bold=True, size=14, tight=True)
    w.p("– Betreuungsgericht –")
    w.p("Beschluss", bold=True, size=13)
    w.p("In dem Betreuungsverfahren für")
    w.p("‹PER h|Heinrich Wilhelm Koch›, geboren am ‹DOB h|2. November 1941› in ‹POB h|Oberquell›, wohnhaft ‹STR h|Gartenweg 5›, ‹ZIP h|49917› ‹CITY h|Neuwalde›,")
    w.p("– Betroffener –")
    w.p("weitere Beteiligte:", tight=True)
    w.p("1. ‹PER s|Sabine KOCH-LINDNER›, ‹STR s|Lindenallee 48›, ‹ZIP s|49919› ‹CITY w|Birkenwerth› (Tochter)", tight=True)
    w.p("2. ‹PER m|Martin KOCH›, ‹STR m|Hafenstraße 101 a›, ‹ZIP m|49932› ‹CITY o|Ostersiel› (Sohn)", tight=True)
    w.p("3. Rechtsanwalt ‹PER r|Jonas Richter›, ‹STR r|Am Alten Zollhaus 2›, ‹ZIP r|49917› ‹CITY h|Neuwalde› (Betreuer)")
    w.p("hat das Amtsgericht ‹CITY h|Neuwalde› durch die Richterin am Amtsgericht ‹PER e|König› am 27. Mai 2026 beschlossen:")
    w.p("1. Die Betreuung wird um den Aufgabenbereich Vermögenssorge erweitert.")
    w.p("2. Zum Betreuer bleibt ‹PER r|Richter› bestellt. Ein Einwilligungsvorbehalt wird nicht angeordnet.")
    w.p("Gründe", bold=True)
    w.p("Nach dem Gutachten der Sachverständigen Dr. med. ‹PER o|Mehmet Öztürk› und Prof. Dr. ‹PER i|Ingeborg von der Heide› leidet der "
        "Betroffene an einer beginnenden Demenz (ICD-10 F00.1). Der Richter muss sich nach § 278 FamFG einen persönlichen Eindruck verschaffen; "
        "‹PER h|Koch› wurde am 12. Mai 2026 in Anwesenheit ‹PER s|Sabine Koch-Lindners› angehört. Er verwechselte den Sommer mit dem Winter, "
        "erkannte aber ‹PER m|Martins› Stimme am Telefon.")
    w.p("Das Sparbuch Nr. ‹ACC h|3004711893› wird beim Betreuer verwahrt.")
    w.p("‹PER e|König›", tight=True)
    w.p("Richterin am Amtsgericht")
    w.p("Ausgefertigt: ‹PER u|Schäfer›, Justizobersekretär, als Urkundsbeamter der Geschäftsstelle", size=9)
    w.done()


def reference():
    w = Word(f"{E}/Reference_O'Brien.docx", "reference", "letter", "‹PER h|Margaret Holloway›",
             "Reference for ‹PER o|Siobhan O'Brien›", lang="en")
    w.p("‹ORG c|Larkfield Community Nursery›", bold=True, size=14, tight=True)
    w.p("‹STR c|2 Old Mill Lane›, ‹CITY o|Westhaven› ‹ZIP c|WH7 1AB› · ‹URL c|https://nursery.example/staff/holloway› · ‹TEL c|01632 960417›", size=9)
    w.p("To whom it may concern", right=False)
    w.p("Reference: Ms ‹PER o|Siobhan O'Brien›, date of birth ‹DOB o|17 November 1988›", bold=True)
    w.split("‹PER o|Siobhan› worked with us from September 2019 to March 2026. Ms ‹PER o|O'Brien› led the kitchen team, "
            "and ‹PER o|Siobhan›'s brother ‹PER f|Fergus O'Brien› still helps at the summer fair. Whoever hires her will not regret it: "
            "she may well be the best cook we had.", "bhan work", "Brien led", "rgus")
    w.table([["Contact", "Role", "Email"],
             ["‹PER h|Margaret Holloway›", "Head", "‹MAIL h|m.holloway@nursery.example›"],
             ["‹PER k|Grace Kowalski-May›", "Deputy", "‹MAIL k|g.kowalski@nursery.example›"]], (5, 4, 7))
    w.p("Payroll no. ‹CUST o|LCN-00417›; bank ‹IBAN o|GB33BUKB20201555555555›.")
    w.p("‹PER h|M. Holloway›")
    w.done()


def make():
    for document in (objection, application, minutes, order, reference):
        document()
