"""Channels 1 to 50: what a PDF carries besides the words on its pages."""

import picture
from office import docx
from pdf import Pdf, encrypted, latin, lit, wide

RDF = ('<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>%s<?xpacket end="w"?>')


def xmp(pdf, word):
    return pdf.stream("/Type/Metadata/Subtype/XML", (RDF % picture.xmp(word)).encode("utf-8"), packed=False)


def image(pdf, word=None, entries="", tail=b"", data=None):
    """A grey image; with a word, its pixels show it."""
    if data:
        return pdf.stream(f"/Type/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceGray"
                          f"/BitsPerComponent 8/Filter/DCTDecode{entries}", data, packed=False)
    width, height, rows = picture.pixels(word) if word else (8, 8, [b"\x80" * 8] * 8)
    return pdf.stream(f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray"
                      f"/BitsPerComponent 8{entries}", b"".join(rows) + tail)


def draw(name, x=70, y=500, width=120, height=20):
    return f"q {width} 0 0 {height} {x} {y} cm /{name} Do Q\n"


def add(corpus):
    page_content(corpus)
    page_objects(corpus)
    pictures(corpus)
    history(corpus)
    document_level(corpus)
    annotations(corpus)
    attachments(corpus)
    rest(corpus)


def page_content(corpus):
    def text(line, name, where, change):
        @corpus.file(line, name + ".pdf", where, kind="text")
        def build(word):
            pdf = Pdf()
            change(pdf, word)
            return pdf.save()

    def said(pdf, word):
        return pdf.line(f"Frau {word}, Sachbearbeiterin")

    def under_box(pdf, word):
        pdf.after = said(pdf, word) + "0 g 60 590 300 24 re f\n"
    text(1, "under_box", "Tj under a filled black rectangle", under_box)

    def quote(pdf, word):
        pdf.after = f"BT /F1 11 Tf 14 TL 70 600 Td (Zeile) Tj 1 0 {lit('Frau ' + word)} \" ET 0 g 60 570 300 24 re f\n"
    text(1, "quote_operator", "the operator \" under a filled rectangle", quote)

    def under_image(pdf, word):
        number = image(pdf)
        pdf.xobject = f"/Im1 {number} 0 R"
        pdf.after = said(pdf, word) + draw("Im1", 60, 590, 300, 24)
    text(2, "under_image", "Tj under an image", under_image)

    def under_inline(pdf, word):
        pdf.after = said(pdf, word) + "q 300 0 0 24 60 590 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x00 EI Q\n"
    text(2, "under_inline_image", "Tj under an inline image", under_inline)

    def under_pattern(pdf, word):
        number = pdf.stream("/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 4 4]/XStep 4/YStep 4"
                            "/Resources<<>>", "0 g 0 0 4 2 re f")
        pdf.res = f"/Pattern<</P1 {number} 0 R>>"
        pdf.after = said(pdf, word) + "/Pattern cs /P1 scn 60 590 300 24 re f\n"
    text(2, "under_pattern", "Tj under a hatched rectangle", under_pattern)

    def mode(number):
        def change(pdf, word):
            pdf.after = f"BT {number} Tr /F1 11 Tf 70 600 Td {lit('Frau ' + word)} Tj ET\n"
        return change
    text(3, "invisible", "3 Tr, as a text layer of OCR", mode(3))
    text(3, "clip_mode", "7 Tr", mode(7))

    def white(pdf, word):
        pdf.after = "1 g " + said(pdf, word)
    text(4, "white", "white on white", white)

    def clear(pdf, word):
        pdf.state = "/G1<</ca 0/CA 0>>"
        pdf.after = "/G1 gs " + said(pdf, word)
    text(4, "transparent", "alpha 0", clear)

    def tiny(pdf, word):
        pdf.after = pdf.line(f"Frau {word}", size=0.5)
    text(4, "tiny", "half a point high", tiny)

    def outside(pdf, word):
        pdf.boxes = "/MediaBox[0 0 595 842]/CropBox[0 300 595 842]/TrimBox[0 300 595 842]"
        pdf.after = pdf.line(f"Frau {word}", y=100)
    text(5, "outside_crop", "outside of the CropBox", outside)

    def clipped(pdf, word):
        pdf.after = "q 0 0 10 10 re W n " + said(pdf, word) + "Q\n"
    text(5, "clipped", "clipped away by W n", clipped)

    def kerned(pdf, word):
        pieces = " -12 ".join(lit(letter) for letter in f"Frau {word}")
        pdf.after = f"BT /F1 11 Tf 70 600 Td [{pieces}] TJ ET\n"
    text(6, "kerned", "one letter after the other in TJ", kerned)

    def placed(pdf, word):
        pdf.after = "BT /F1 11 Tf 70 600 Td " + "".join(f"{lit(letter)} Tj 8 0 Td " for letter in word) + "ET\n"
    text(6, "placed", "each letter placed by itself", placed)


def page_objects(corpus):
    @corpus.file(9, "form_nested_shared.pdf", "a form in a form, on two pages", kind="text")
    def build(word):
        pdf = Pdf()
        inner = pdf.form(pdf.line(f"Frau {word}"))
        outer = pdf.stream(f"/Type/XObject/Subtype/Form/BBox[0 0 595 842]"
                           f"/Resources<</XObject<</In {inner} 0 R>>>>", "/In Do")
        pdf.xobject = f"/Out {outer} 0 R"
        pdf.after = "/Out Do\n"
        second = pdf.add(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
                         f"/Resources<</Font<</F1 5 0 R>>/XObject<</Out {outer} 0 R>>>>>>")
        pdf.kids = [3, second]
        return pdf.save()

    @corpus.file(10, "tiling_pattern.pdf", "text in a tiling pattern", kind="text")
    def build(word):
        pdf = Pdf()
        number = pdf.stream("/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 200 40]/XStep 200/YStep 40"
                            "/Resources<</Font<</F1 5 0 R>>>>", pdf.line(f"Frau {word}", y=5, x=2))
        pdf.res = f"/Pattern<</P1 {number} 0 R>>"
        pdf.after = "/Pattern cs /P1 scn 60 500 200 40 re f\n"
        return pdf.save()

    @corpus.file(10, "type3_procedure.pdf", "text in the drawing of a Type 3 glyph", kind="text")
    def build(word):
        pdf = Pdf()
        glyph = pdf.stream("", "500 0 d0 " + pdf.line(f"Frau {word}", y=0, x=0))
        font = pdf.add("<</Type/Font/Subtype/Type3/FontBBox[0 0 500 20]/FontMatrix[.001 0 0 .001 0 0]"
                       f"/CharProcs<</a {glyph} 0 R>>/Encoding<</Type/Encoding/Differences[97/a]>>"
                       "/FirstChar 97/LastChar 97/Widths[500]/Resources<</Font<</F1 5 0 R>>>>>>")
        pdf.res = f"/Font<</F1 5 0 R/F2 {font} 0 R>>"
        pdf.after = "BT /F2 1000 Tf 70 500 Td (a) Tj ET\n"
        pdf.build_font = True
        old = pdf.build

        def build(packed=True):
            old(packed)
            pdf.objects[3] = pdf.objects[3].replace(b"/Font<</F1 5 0 R>>", b"", 1)
        pdf.build = build
        return pdf.save()

    @corpus.file(11, "soft_mask.pdf", "text in the group of a soft mask", kind="text")
    def build(word):
        pdf = Pdf()
        group = pdf.form(pdf.line(f"Frau {word}"), "/Group<</S/Transparency/CS/DeviceGray>>")
        pdf.state = f"/G1<</SMask<</S/Luminosity/G {group} 0 R>>>>"
        pdf.after = "q /G1 gs 0.5 g 60 500 300 24 re f Q\n"
        return pdf.save()

    @corpus.file(12, "outlines.pdf", "letters drawn as curves, no text", kind="picture")
    def build(word):
        pdf = Pdf(body=[])
        curves = ""
        for n, letter in enumerate(word * 12):
            x, y = 60 + n % 30 * 16, 760 - n // 30 * 30
            for part in range(4):
                curves += f"{x} {y + part} m {x + 2} {y + 9} {x + 7} {y + ord(letter) % 13} {x + 9} {y + part} c f\n"
        pdf.after = curves
        return pdf.save()

    @corpus.file(13, "hidden_layer.pdf", "a layer that is off", kind="text")
    def build(word):
        pdf = Pdf()
        layer = pdf.add("<</Type/OCG/Name(Ebene)>>")
        pdf.cat = f"/OCProperties<</OCGs[{layer} 0 R]/D<</OFF[{layer} 0 R]>>>>"
        pdf.res = f"/Properties<</L1 {layer} 0 R>>"
        pdf.after = "/OC /L1 BDC " + pdf.line(f"Frau {word}") + "EMC\n"
        return pdf.save()

    @corpus.file(13, "layer_name.pdf", "the name of a layer")
    def build(word):
        pdf = Pdf()
        layer = pdf.add(f"<</Type/OCG/Name{lit('Ebene ' + word)}>>")
        pdf.cat = f"/OCProperties<</OCGs[{layer} 0 R]/D<</ON[{layer} 0 R]/Name{lit(word)}>>>>"
        pdf.res = f"/Properties<</L1 {layer} 0 R>>"
        pdf.after = "/OC /L1 BDC " + pdf.line("Auf einer Ebene.") + "EMC\n"
        return pdf.save()

    for key in ("ActualText", "Alt", "E"):
        @corpus.file(14, f"marked_{key.lower()}.pdf", f"/{key} of marked content")
        def build(word):
            pdf = Pdf()
            value = wide(word) if key == "ActualText" else lit(f"Frau {word}")
            pdf.after = f"/Span <</{key} {value}>> BDC " + pdf.line("Die Sachbearbeiterin") + "EMC\n"
            return pdf.save()

    @corpus.file(14, "marked_property_list.pdf", "/ActualText in a property list of the resources")
    def build(word):
        pdf = Pdf()
        number = pdf.add(f"<</ActualText{lit(word)}>>")
        pdf.res = f"/Properties<</M1 {number} 0 R>>"
        pdf.after = "/Span /M1 BDC " + pdf.line("Die Sachbearbeiterin") + "EMC\n"
        return pdf.save()


def pictures(corpus):
    @corpus.file(15, "box_over_image.pdf", "pixels of an image under a painted box", kind="picture")
    def build(word):
        pdf = Pdf()
        pdf.xobject = f"/Im1 {image(pdf, word)} 0 R"
        pdf.after = draw("Im1") + "0 g 60 495 140 30 re f\n"
        return pdf.save()

    @corpus.file(16, "image_used_twice.pdf", "the same image without box on another page", kind="picture")
    def build(word):
        pdf = Pdf()
        number = image(pdf, word)
        pdf.xobject = f"/Im1 {number} 0 R"
        pdf.after = draw("Im1") + "0 g 60 495 140 30 re f\n"
        content = pdf.stream("", draw("Im1"))
        pdf.kids.append(pdf.add(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {content} 0 R"
                                f"/Resources<</XObject<</Im1 {number} 0 R>>>>>>"))
        return pdf.save()

    @corpus.file(17, "alternate_image.pdf", "/Alternates and /OPI of an image")
    def build(word):
        pdf = Pdf()
        other = image(pdf, entries=f"/Name/{word}")
        number = image(pdf, entries=f"/Alternates[<</Image {other} 0 R/DefaultForPrinting true>>]"
                                    f"/OPI<</2.0<</Type/OPI/F{lit(word + '.tif')}>>>>")
        pdf.xobject = f"/Im1 {number} 0 R"
        pdf.after = draw("Im1")
        return pdf.save()

    @corpus.file(17, "image_metadata.pdf", "the metadata stream of an image")
    def build(word):
        pdf = Pdf()
        pdf.xobject = f"/Im1 {image(pdf, entries=f'/Metadata {xmp(pdf, word)} 0 R')} 0 R"
        pdf.after = draw("Im1")
        return pdf.save()

    for name, part in (("exif", lambda word: picture.jpeg(picture.exif(word))),
                       ("xmp", lambda word: picture.jpeg(picture.segment(
                           0xE1, b"http://ns.adobe.com/xap/1.0/\0" + picture.xmp(word).encode()))),
                       ("comment", lambda word: picture.jpeg(picture.segment(0xFE, word.encode()), tail=word.encode()))):
        @corpus.file(18, f"jpeg_{name}.pdf", f"a JPEG with its {name}")
        def build(word):
            pdf = Pdf()
            pdf.xobject = f"/Im1 {image(pdf, data=part(word))} 0 R"
            pdf.after = draw("Im1")
            return pdf.save()

    @corpus.file(18, "icc_description.pdf", "the description of a colour profile")
    def build(word):
        pdf = Pdf()
        text = latin(word)
        tag = b"desc\0\0\0\0" + len(text).to_bytes(4, "big") + text + b"\0" * 80
        profile = (b"\0" * 36 + b"acsp").ljust(128, b"\0") + b"\0\0\0\1desc" + (144).to_bytes(4, "big") \
            + len(tag).to_bytes(4, "big") + tag
        number = pdf.stream("/N 1/Alternate/DeviceGray", profile)
        pdf.res = f"/ColorSpace<</C1[/ICCBased {number} 0 R]>>"
        pdf.after = "/C1 cs 0.5 sc 60 500 50 20 re f\n"
        return pdf.save()

    @corpus.file(19, "cropped_image.pdf", "the part of an image that a clip hides", kind="picture")
    def build(word):
        pdf = Pdf()
        pdf.xobject = f"/Im1 {image(pdf, word)} 0 R"
        pdf.after = "q 70 500 5 5 re W n " + draw("Im1") + "Q\n"
        return pdf.save()

    @corpus.file(20, "thumbnail.pdf", "the thumbnail of a page")
    def build(word):
        pdf = Pdf()
        pdf.page = f"/Thumb {image(pdf, tail=latin(word))} 0 R"
        return pdf.save()


def history(corpus):
    @corpus.file(21, "incremental.pdf", "the page before an incremental update")
    def build(word):
        pdf = Pdf()
        pdf.after = pdf.line(f"Frau {word}")
        first = pdf.save()
        previous = int(first.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
        data = latin(Pdf().content())
        at = len(first)
        out = first + b"4 0 obj\n<</Length %d>>stream\n" % len(data) + data + b"\nendstream\nendobj\n"
        start = len(out)
        out += b"xref\n4 1\n%010d 00000 n \n" % at
        return out + b"trailer\n<</Size 6/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (previous, start)

    @corpus.file(22, "orphan.pdf", "an object that nothing refers to")
    def build(word):
        pdf = Pdf()
        pdf.add(f"<</Name{lit(word)}/Note{wide(word)}>>")
        return pdf.save()

    @corpus.file(22, "orphan_in_object_stream.pdf", "the same in an object stream")
    def build(word):
        pdf = Pdf()
        pdf.add(f"<</Name{lit(word)}>>")
        return pdf.save_packed()

    @corpus.file(22, "orphan_page.pdf", "a page that was taken out of the tree")
    def build(word):
        pdf = Pdf()
        content = pdf.stream("", pdf.line(f"Frau {word}"))
        pdf.add(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {content} 0 R>>")
        return pdf.save()


def document_level(corpus):
    @corpus.file(23, "info.pdf", "the information dictionary, own keys as well")
    def build(word):
        pdf = Pdf()
        number = pdf.add(f"<</Title{lit('Bescheid ' + word)}/Author{wide(word)}/Subject{lit(word)}/Keywords{lit(word)}"
                         f"/Creator{lit(word)}/Producer{lit(word)}/Sachbearbeiter{lit(word)}/CreationDate(D:20240102)>>")
        pdf.trailer = f"/Info {number} 0 R"
        return pdf.save()

    @corpus.file(24, "xmp.pdf", "the metadata stream of the catalog")
    def build(word):
        pdf = Pdf()
        pdf.cat = f"/Metadata {xmp(pdf, word)} 0 R"
        return pdf.save()

    @corpus.file(25, "xmp_elsewhere.pdf", "metadata streams of a page, a font and a form")
    def build(word):
        pdf = Pdf()
        number = xmp(pdf, word)
        pdf.page = f"/Metadata {number} 0 R"
        pdf.font = pdf.font[:-2] + f"/Metadata {number} 0 R>>"
        pdf.xobject = f"/Fm1 {pdf.form('', f'/Metadata {number} 0 R')} 0 R"
        pdf.after = "/Fm1 Do\n"
        return pdf.save()

    @corpus.file(26, "piece_info.pdf", "private data of a program")
    def build(word):
        pdf = Pdf()
        pdf.page = f"/LastModified(D:20240102)/PieceInfo<</Programm<</LastModified(D:20240102)/Private<</Von{lit(word)}>>>>>>"
        return pdf.save()

    @corpus.file(27, "bookmark.pdf", "the title of a bookmark")
    def build(word):
        pdf = Pdf()
        item = pdf.n + 2
        outlines = pdf.add(f"<</Type/Outlines/First {item} 0 R/Last {item} 0 R/Count 1>>")
        pdf.add(f"<</Title{wide('Anhörung ' + word)}/Parent {outlines} 0 R/Dest[3 0 R/Fit]>>")
        pdf.cat = f"/Outlines {outlines} 0 R"
        return pdf.save()

    @corpus.file(28, "named_destination.pdf", "the name of a destination, the prefix of a page label")
    def build(word):
        pdf = Pdf()
        pdf.cat = (f"/Names<</Dests<</Names[{lit('Akte ' + word)}[3 0 R/Fit]]>>>>/Dests<</{latin(word).hex()}[3 0 R/Fit]>>"
                   f"/PageLabels<</Nums[0<</P{lit(word + ' ')}/S/D>>]>>")
        return pdf.save()

    @corpus.file(29, "structure_tree.pdf", "titles, alternates and roles of the structure tree")
    def build(word):
        pdf = Pdf()
        root = pdf.n + 1
        pdf.add(f"<</Type/StructTreeRoot/K {root + 1} 0 R/RoleMap<</{word.replace('ü', 'u')}Absatz/P>>>>")
        pdf.add(f"<</Type/StructElem/S/Figure/P {root} 0 R/T{lit(word)}/Alt{wide('Foto ' + word)}/ActualText{lit(word)}"
                f"/E{lit(word)}/ID{lit(word)}/A<</O/Table/Summary{lit(word)}>>>>")
        pdf.cat = f"/StructTreeRoot {root} 0 R/MarkInfo<</Marked true>>"
        return pdf.save()

    @corpus.file(37, "portfolio.pdf", "the schema of a portfolio")
    def build(word):
        pdf = Pdf()
        pdf.cat = f"/Collection<</Schema<</Feld<</Subtype/S/N{lit('Akte ' + word)}>>>>/D{lit(word + '.pdf')}>>"
        return pdf.save()

    @corpus.file(38, "javascript.pdf", "scripts of the document, of its opening and of the page")
    def build(word):
        pdf = Pdf()
        script = pdf.stream("", f"var name = '{word}';")
        pdf.cat = (f"/Names<</JavaScript<</Names[(s)<</S/JavaScript/JS {script} 0 R>>]>>>>"
                   f"/OpenAction<</S/JavaScript/JS{lit('app.alert(' + word + ')')}>>")
        pdf.page = f"/AA<</O<</S/JavaScript/JS{lit('// ' + word)}>>>>"
        return pdf.save()

    @corpus.file(40, "thread.pdf", "the information of an article, of a web capture")
    def build(word):
        pdf = Pdf()
        thread, bead = pdf.n + 1, pdf.n + 2
        pdf.add(f"<</Type/Thread/F {bead} 0 R/I<</Title{lit(word)}/Author{lit(word)}>>>>")
        pdf.add(f"<</Type/Bead/T {thread} 0 R/N {bead} 0 R/V {bead} 0 R/P 3 0 R/R[0 0 9 9]>>")
        pdf.cat = f"/Threads[{thread} 0 R]/SpiderInfo<</V 1.0/C[<</S{lit('https://akte.example/' + word)}>>]>>"
        return pdf.save()

    @corpus.file(42, "file_id.pdf", "the identifier of the file")
    def build(word):
        pdf = Pdf()
        pdf.trailer = f"/ID[{lit(word)}{lit(word)}]"
        return pdf.save()

    @corpus.file(45, "legal_and_parts.pdf", "/Legal, /Perms, /Requirements, /DPartRoot, /Extensions")
    def build(word):
        pdf = Pdf()
        pdf.cat = (f"/Legal<</Attestation{lit(word)}>>/Perms<</UR3<</Name{lit(word)}>>>>"
                   f"/Requirements[<</S/EnableJavaScripts/RH<</S/JS/Script{lit(word)}>>>>]"
                   f"/DPartRoot<</Type/DPartRoot/DPartRootNode<</DPM<</Empfaenger{wide(word)}>>>>>>"
                   f"/Extensions<</ADBE<</BaseVersion/1.7/ExtensionLevel 3/URL{lit(word)}>>>>")
        return pdf.save()

    @corpus.file(46, "print_data.pdf", "the strings of an output intent, separations, halftone names")
    def build(word):
        pdf = Pdf()
        pdf.cat = f"/OutputIntents[<</S/GTS_PDFX/OutputConditionIdentifier{lit(word)}/Info{lit(word)}>>]"
        pdf.page = f"/SeparationInfo<</DeviceColorant{lit(word)}>>"
        pdf.state = f"/G1<</HT<</HalftoneType 1/HalftoneName{lit(word)}/Frequency 60/Angle 0/SpotFunction/Round>>>>"
        pdf.after = "/G1 gs 60 500 50 20 re f\n"
        return pdf.save()

    @corpus.file(48, "search_index.pdf", "the search index and the language of the catalog")
    def build(word):
        pdf = Pdf()
        index = pdf.stream(f"/Titel{lit(word)}", f"{word} 1")
        pdf.cat = (f"/PieceInfo<</SearchIndex<</Indexes[<</Name/PDX/Index<</F{lit(word + '.pdx')}>>>>]"
                   f"/Private {index} 0 R>>>>/Lang{lit('de-' + word)}/ViewerPreferences<</Direction/{word.replace('ü', 'u')}>>")
        return pdf.save()


def annotations(corpus):
    def note(line, name, where, body, kind="beside", catalog="", text=None):
        @corpus.file(line, name + ".pdf", where, kind=kind)
        def build(word):
            pdf = Pdf()
            if text:
                pdf.after = pdf.line(text.format(word))
            made = body(pdf, word)
            refs = " ".join(f"{n} 0 R" for n in ([made] if isinstance(made, int) else made))
            pdf.page += f"/Annots[{refs}]"
            pdf.cat += catalog.format(refs)
            return pdf.save()

    def comment(pdf, word):
        look = pdf.form(pdf.line(word))
        first = pdf.add(f"<</Type/Annot/Subtype/FreeText/Rect[60 500 300 530]/Contents{wide('Frau ' + word)}"
                        f"/RC{lit('<p>' + word + '</p>')}/Subj{lit(word)}/T{lit(word)}/NM{lit(word)}"
                        f"/DA(/Helv 9 Tf)/AP<</N {look} 0 R>>>>")
        pop = pdf.add(f"<</Type/Annot/Subtype/Popup/Rect[0 0 9 9]/Parent {first} 0 R/Contents{lit(word)}>>")
        return [first, pop]
    note(30, "comment", "a comment with author, rich text, appearance and popup", comment)

    def redact(pdf, word):
        over = pdf.form(pdf.line(word))
        return pdf.add(f"<</Type/Annot/Subtype/Redact/Rect[60 590 360 614]/QuadPoints[60 614 360 614 60 590 360 590]"
                       f"/OverlayText{lit(word)}/RO {over} 0 R/IC[0 0 0]>>")
    note(31, "unapplied_redaction", "a redaction that was marked and not applied", redact, kind="text", text="Frau {}")

    def marker(kind):
        def body(pdf, word):
            look = pdf.form("0 g 60 590 300 24 re f")
            return pdf.add(f"<</Type/Annot/Subtype/{kind}/Rect[60 590 360 614]/C[0 0 0]/IC[0 0 0]"
                           f"/QuadPoints[60 614 360 614 60 590 360 590]/AP<</N {look} 0 R>>>>")
        return body
    note(32, "dark_highlight", "a black highlight as marker", marker("Highlight"), kind="text", text="Frau {}")
    note(32, "dark_square", "a black square as marker", marker("Square"), kind="text", text="Frau {}")

    def link(action):
        def body(pdf, word):
            return pdf.add(f"<</Type/Annot/Subtype/Link/Rect[60 500 300 530]/A<<{action.format(word)}>>>>")
        return body
    note(33, "link_uri", "the address of a link", link("/S/URI/URI(mailto:{}@amt.example)"))
    note(33, "link_file", "the path of a link to a file", link("/S/GoToR/D[0/Fit]/F(C:\\\\Akten\\\\{}.pdf)"))
    note(33, "link_launch", "the file that a link launches", link("/S/Launch/F<</Type/Filespec/F({0}.exe)/UF({0}.exe)>>"))
    note(33, "submit_form", "the address a form is sent to", link("/S/SubmitForm/F<</FS/URL/F(https://{}.example/)>>"))

    def field(pdf, word):
        look = pdf.form("/Tx BMC " + pdf.line(word) + "EMC")
        return pdf.add(f"<</Type/Annot/Subtype/Widget/FT/Tx/Rect[60 500 300 530]/T(Name)/V{wide(word)}/DV{lit(word)}"
                       f"/RV{lit('<p>' + word + '</p>')}/DA(/Helv 9 Tf 0 g)/AP<</N {look} 0 R>>>>")
    note(34, "field_value", "value, default and appearance of a form field", field, kind="text",
         catalog="/AcroForm<</Fields[{}]/DA(/Helv 9 Tf)>>")

    def named(pdf, word):
        return pdf.add(f"<</Type/Annot/Subtype/Widget/FT/Ch/Ff 131072/Rect[60 500 300 530]/T{lit(word)}/TU{lit(word)}"
                       f"/TM{lit(word)}/Opt[[{lit(word)}{lit('Frau ' + word)}](B)]/MK<</CA{lit(word)}>>"
                       f"/AA<</C<</S/JavaScript/JS{lit('// ' + word)}>>>>>>")
    note(34, "field_name_choices", "name, hint, choices and script of a form field", named,
         catalog="/AcroForm<</Fields[{}]>>")

    @corpus.file(34, "xfa.pdf", "the data of an XFA form")
    def build(word):
        pdf = Pdf()
        data = pdf.stream("", f"<xfa:datasets xmlns:xfa='http://www.xfa.org/schema/xfa-data/1.0/'><xfa:data>"
                              f"<name>{word}</name></xfa:data></xfa:datasets>".encode())
        pdf.cat = f"/AcroForm<</Fields[]/XFA[(datasets){data} 0 R]>>"
        return pdf.save()

    def signature(pdf, word):
        certificate = b"\x30\x82\x01\x00\x06\x03\x55\x04\x03\x0c" + bytes([len(word)]) + latin(word) + b"\0" * 64
        value = pdf.add(f"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/Name{lit(word)}"
                        f"/Reason{lit(word)}/Location{lit(word)}/ContactInfo{lit(word)}/ByteRange[0 9 99 9]"
                        f"/Contents<{certificate.hex()}>>>")
        return pdf.add(f"<</Type/Annot/Subtype/Widget/FT/Sig/Rect[0 0 0 0]/T(Unterschrift)/V {value} 0 R>>")
    note(35, "signature", "name, reason and certificate of a signature", signature,
         catalog="/AcroForm<</Fields[{}]/SigFlags 3>>")

    def sound(pdf, word):
        data = pdf.stream("/Type/Sound/R 8000", word)
        return [pdf.add(f"<</Type/Annot/Subtype/Sound/Rect[0 0 9 9]/Sound {data} 0 R/Contents{lit(word)}>>"),
                pdf.add(f"<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]/NM{lit(word)}/RichMediaContent"
                        f"<</Assets<</Names[{lit(word + '.mp4')}<</F{lit(word)}/EF<</F {data} 0 R>>>>]>>>>>>")]
    note(39, "media", "sound and rich media", sound)

    def path(pdf, word):
        data = pdf.stream("/Type/EmbeddedFile", "leer")
        return pdf.add(f"<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS<</Type/Filespec/F{lit(word + '.txt')}"
                       f"/UF{wide(word + '.txt')}/Desc{lit(word)}/EF<</F {data} 0 R>>>>>>")
    note(49, "attachment_name", "the name of an attached file", path)


def attachments(corpus):
    def attached(line, name, where, data, file_name, subtype):
        @corpus.file(line, name + ".pdf", where)
        def build(word):
            pdf = Pdf()
            number = pdf.stream(f"/Type/EmbeddedFile/Subtype/{subtype}/Params<</ModDate(D:20240102)>>", data(word))
            spec = pdf.add(f"<</Type/Filespec/F{lit(file_name)}/UF{lit(file_name)}/Desc{lit('Anlage ' + word)}"
                           f"/AFRelationship/Data/EF<</F {number} 0 R/UF {number} 0 R>>>>")
            pdf.cat = f"/Names<</EmbeddedFiles<</Names[{lit(file_name)}{spec} 0 R]>>>>/AF[{spec} 0 R]"
            return pdf.save()

    def invoice(word):
        return (f"<?xml version='1.0'?><rsm:CrossIndustryInvoice xmlns:rsm='urn:un:unece:uncefact:data:standard:"
                f"CrossIndustryInvoice:100' xmlns:ram='urn:x'><ram:BuyerTradeParty><ram:Name>{word}</ram:Name>"
                f"</ram:BuyerTradeParty></rsm:CrossIndustryInvoice>").encode()
    attached(36, "invoice_xml", "the data of an electronic invoice", invoice, "factur-x.xml", "text#2Fxml")
    attached(47, "embedded_docx", "a Word file in the PDF", lambda word: docx(f"Frau {word}"), "anlage.docx", "application")

    @corpus.file(50, "figure_alternate.pdf", "the alternate text of a figure and its associated MathML")
    def build(word):
        pdf = Pdf()
        data = pdf.stream("/Type/EmbeddedFile/Subtype/application#2Fmathml+xml", f"<math><mtext>{word}</mtext></math>".encode())
        spec = pdf.add(f"<</Type/Filespec/F(a.xml)/AFRelationship/Alternative/EF<</F {data} 0 R>>>>")
        root = pdf.n + 1
        pdf.add(f"<</Type/StructTreeRoot/K {root + 1} 0 R>>")
        pdf.add(f"<</Type/StructElem/S/Formula/P {root} 0 R/Alt{lit(word)}/AF[{spec} 0 R]>>")
        pdf.cat = f"/StructTreeRoot {root} 0 R"
        return pdf.save()


def rest(corpus):
    @corpus.file(41, "to_unicode.pdf", "a map to characters with entries that nothing shows")
    def build(word):
        pdf = Pdf()
        pairs = f"<41> <0041>\n<7E> <{word.encode('utf-16-be').hex()}>"
        cmap = pdf.stream("", "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
                              "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
                              "1 begincodespacerange <00> <FF> endcodespacerange\n"
                              f"2 beginbfchar\n{pairs}\nendbfchar\nendcmap end end")
        pdf.font = pdf.font[:-2] + f"/ToUnicode {cmap} 0 R>>"
        return pdf.save()

    @corpus.file(41, "font_names.pdf", "the names of a font, of its glyphs and its character set")
    def build(word):
        pdf = Pdf()
        plain = word.replace("ü", "u")
        describe = pdf.add(f"<</Type/FontDescriptor/FontName/{plain}/FontFamily{lit(word)}/CharSet{lit('/' + word)}"
                           f"/Flags 32/FontBBox[0 0 1 1]/ItalicAngle 0/Ascent 700/Descent -200/CapHeight 700/StemV 80>>")
        widths = " ".join(["500"] * 224)
        pdf.font = (f"<</Type/Font/Subtype/Type1/BaseFont/ABCDEF+{plain}/Encoding<</Type/Encoding"
                    f"/BaseEncoding/WinAnsiEncoding/Differences[128/{plain}]>>/FirstChar 32/LastChar 255"
                    f"/Widths[{widths}]/FontDescriptor {describe} 0 R/Name/{plain}>>")
        return pdf.save()

    @corpus.file(41, "resource_names.pdf", "the names of resources")
    def build(word):
        pdf = Pdf()
        plain = word.replace("ü", "u")
        form = pdf.form("0 0 9 9 re f")
        pdf.xobject = f"/{plain} {form} 0 R"
        pdf.state = f"/{plain}<</LW 1>>"
        pdf.after = f"/{plain} gs /{plain} Do\n"
        return pdf.save()

    @corpus.file(43, "comments.pdf", "comments between objects and in the content, bytes before and behind the file")
    def build(word):
        pdf = Pdf()
        pdf.after = f"% {word}\n"
        text = latin(f"% {word}\n")
        return pdf.save(head=text, between=text, tail=text, packed=False)

    @corpus.file(44, "blank_password.pdf", "encrypted with an empty password", kind="text")
    def build(word):
        return encrypted(word)

    @corpus.file(44, "password.pdf", "encrypted with a password nobody knows", kind="whole")
    def build(word):
        return encrypted(word, b"geheim")

    @corpus.file(183, "watermark.pdf", "a slanted stamp and the letterhead of a page", kind="text")
    def build(word):
        pdf = Pdf()
        pdf.after = (f"BT /F1 30 Tf 0.7 0.7 -0.7 0.7 150 200 Tm {lit('Kopie für ' + word)} Tj ET\n"
                     + pdf.line(f"Sachbearbeiterin: {word}", y=820, size=7))
        return pdf.save()
