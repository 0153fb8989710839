//! The namespaces of ODF with the short names that the tables use.

use crate::format::markup::scan::NamespaceTable;

/// Namespace URIs and their short names.
pub(crate) const NAMESPACES: NamespaceTable = &[
    ("urn:oasis:names:tc:opendocument:xmlns:office:1.0", "office"),
    ("urn:oasis:names:tc:opendocument:xmlns:text:1.0", "text"),
    ("urn:oasis:names:tc:opendocument:xmlns:table:1.0", "table"),
    ("urn:oasis:names:tc:opendocument:xmlns:drawing:1.0", "draw"),
    (
        "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0",
        "presentation",
    ),
    ("urn:oasis:names:tc:opendocument:xmlns:style:1.0", "style"),
    (
        "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
        "fo",
    ),
    (
        "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
        "svg",
    ),
    (
        "urn:oasis:names:tc:opendocument:xmlns:smil-compatible:1.0",
        "smil",
    ),
    (
        "urn:oasis:names:tc:opendocument:xmlns:animation:1.0",
        "anim",
    ),
    ("urn:oasis:names:tc:opendocument:xmlns:meta:1.0", "meta"),
    (
        "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
        "number",
    ),
    ("urn:oasis:names:tc:opendocument:xmlns:chart:1.0", "chart"),
    ("urn:oasis:names:tc:opendocument:xmlns:form:1.0", "form"),
    ("urn:oasis:names:tc:opendocument:xmlns:script:1.0", "script"),
    ("urn:oasis:names:tc:opendocument:xmlns:config:1.0", "config"),
    ("urn:oasis:names:tc:opendocument:xmlns:dr3d:1.0", "dr3d"),
    ("urn:oasis:names:tc:opendocument:xmlns:database:1.0", "db"),
    (
        "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
        "manifest",
    ),
    ("http://www.w3.org/1999/xlink", "xlink"),
    ("http://purl.org/dc/elements/1.1/", "dc"),
    ("http://www.w3.org/1998/Math/MathML", "math"),
    ("http://www.w3.org/2002/xforms", "xforms"),
    ("http://www.w3.org/1999/xhtml", "xhtml"),
    ("http://openoffice.org/2004/office", "ooo"),
    ("http://openoffice.org/2004/writer", "ooow"),
    ("http://openoffice.org/2004/calc", "oooc"),
    ("http://openoffice.org/2009/office", "officeooo"),
    ("http://openoffice.org/2010/draw", "drawooo"),
    ("http://openoffice.org/2009/table", "tableooo"),
    (
        "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
        "calcext",
    ),
    (
        "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0",
        "loext",
    ),
    (
        "urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0",
        "field",
    ),
    (
        "urn:openoffice:names:experimental:ooxml-odf-interop:xmlns:form:1.0",
        "formx",
    ),
];
