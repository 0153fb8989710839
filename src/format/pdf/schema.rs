//! The allow-list: which keys of which kind of object a written file may have.
//! A key that does not stand here is left out of the copy, whatever it holds.

/// What an object is copied as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// Numbers, names and arrays of them.
    Leaf,
    /// Nested data without a schema of its own (color spaces, functions,
    /// shadings); strings only where a color table needs them.
    Data,
    /// A stream of bytes, such as a character map.
    Bytes,
    Font,
    CidFonts,
    FontName,
    Descriptor,
    Encoding,
    SystemInfo,
    XObject,
    Form,
    /// An image, or the array of numbers that may stand in its place.
    Mask,
    Pattern,
    GraphicsState,
    SoftMask,
    /// A font and its size, as a graphics state names them.
    FontPair,
    Group,
    Layer,
}

/// Keys of one kind of object, with what their values are copied as.
pub(super) type Keys = &'static [(&'static [u8], Kind)];

pub(super) const PAGE: Keys = &[
    (b"Group", Kind::Group),
    (b"BleedBox", Kind::Leaf),
    (b"TrimBox", Kind::Leaf),
    (b"ArtBox", Kind::Leaf),
    (b"UserUnit", Kind::Leaf),
];

pub(super) const GROUP: Keys = &[
    (b"Type", Kind::Leaf),
    (b"S", Kind::Leaf),
    (b"CS", Kind::Data),
    (b"I", Kind::Leaf),
    (b"K", Kind::Leaf),
];

pub(super) const FORM: Keys = &[
    (b"Type", Kind::Leaf),
    (b"Subtype", Kind::Leaf),
    (b"FormType", Kind::Leaf),
    (b"BBox", Kind::Leaf),
    (b"Matrix", Kind::Leaf),
    (b"Group", Kind::Group),
    (b"OC", Kind::Layer),
];

pub(super) const TILING: Keys = &[
    (b"Type", Kind::Leaf),
    (b"PatternType", Kind::Leaf),
    (b"PaintType", Kind::Leaf),
    (b"TilingType", Kind::Leaf),
    (b"BBox", Kind::Leaf),
    (b"XStep", Kind::Leaf),
    (b"YStep", Kind::Leaf),
    (b"Matrix", Kind::Leaf),
];

pub(super) const SHADING_PATTERN: Keys = &[
    (b"Type", Kind::Leaf),
    (b"PatternType", Kind::Leaf),
    (b"Shading", Kind::Data),
    (b"Matrix", Kind::Leaf),
    (b"ExtGState", Kind::GraphicsState),
];

pub(super) const IMAGE: Keys = &[
    (b"Type", Kind::Leaf),
    (b"Subtype", Kind::Leaf),
    (b"Width", Kind::Leaf),
    (b"Height", Kind::Leaf),
    (b"ColorSpace", Kind::Data),
    (b"BitsPerComponent", Kind::Leaf),
    (b"Intent", Kind::Leaf),
    (b"ImageMask", Kind::Leaf),
    (b"Mask", Kind::Mask),
    (b"Decode", Kind::Leaf),
    (b"Interpolate", Kind::Leaf),
    (b"SMask", Kind::Mask),
    (b"SMaskInData", Kind::Leaf),
    (b"Matte", Kind::Leaf),
    (b"OC", Kind::Layer),
    (b"Filter", Kind::Leaf),
    (b"DecodeParms", Kind::Data),
];

pub(super) const FONT: Keys = &[
    (b"Type", Kind::Leaf),
    (b"Subtype", Kind::Leaf),
    (b"BaseFont", Kind::FontName),
    (b"FirstChar", Kind::Leaf),
    (b"LastChar", Kind::Leaf),
    (b"Widths", Kind::Leaf),
    (b"FontDescriptor", Kind::Descriptor),
    (b"Encoding", Kind::Encoding),
    (b"ToUnicode", Kind::Bytes),
    (b"DescendantFonts", Kind::CidFonts),
    (b"FontBBox", Kind::Leaf),
    (b"FontMatrix", Kind::Leaf),
];

pub(super) const CID_FONT: Keys = &[
    (b"Type", Kind::Leaf),
    (b"Subtype", Kind::Leaf),
    (b"BaseFont", Kind::FontName),
    (b"CIDSystemInfo", Kind::SystemInfo),
    (b"FontDescriptor", Kind::Descriptor),
    (b"DW", Kind::Leaf),
    (b"W", Kind::Leaf),
    (b"DW2", Kind::Leaf),
    (b"W2", Kind::Leaf),
    (b"CIDToGIDMap", Kind::Bytes),
];

pub(super) const DESCRIPTOR: Keys = &[
    (b"Type", Kind::Leaf),
    (b"FontName", Kind::FontName),
    (b"FontStretch", Kind::Leaf),
    (b"FontWeight", Kind::Leaf),
    (b"Flags", Kind::Leaf),
    (b"FontBBox", Kind::Leaf),
    (b"ItalicAngle", Kind::Leaf),
    (b"Ascent", Kind::Leaf),
    (b"Descent", Kind::Leaf),
    (b"Leading", Kind::Leaf),
    (b"CapHeight", Kind::Leaf),
    (b"XHeight", Kind::Leaf),
    (b"StemV", Kind::Leaf),
    (b"StemH", Kind::Leaf),
    (b"AvgWidth", Kind::Leaf),
    (b"MaxWidth", Kind::Leaf),
    (b"MissingWidth", Kind::Leaf),
    (b"FontFile", Kind::Bytes),
    (b"FontFile2", Kind::Bytes),
    (b"FontFile3", Kind::Bytes),
];

/// What a plain stream of bytes may say about itself.
pub(super) const BYTES: Keys = &[
    (b"Subtype", Kind::Leaf),
    (b"Length1", Kind::Leaf),
    (b"Length2", Kind::Leaf),
    (b"Length3", Kind::Leaf),
    (b"Type", Kind::Leaf),
    (b"CMapName", Kind::Leaf),
    (b"CIDSystemInfo", Kind::SystemInfo),
    (b"WMode", Kind::Leaf),
    (b"UseCMap", Kind::Bytes),
];

pub(super) const ENCODING: Keys = &[
    (b"Type", Kind::Leaf),
    (b"BaseEncoding", Kind::Leaf),
    (b"Differences", Kind::Leaf),
];

pub(super) const GRAPHICS_STATE: Keys = &[
    (b"Type", Kind::Leaf),
    (b"LW", Kind::Leaf),
    (b"LC", Kind::Leaf),
    (b"LJ", Kind::Leaf),
    (b"ML", Kind::Leaf),
    (b"D", Kind::Leaf),
    (b"RI", Kind::Leaf),
    (b"OP", Kind::Leaf),
    (b"op", Kind::Leaf),
    (b"OPM", Kind::Leaf),
    (b"Font", Kind::FontPair),
    (b"BG", Kind::Data),
    (b"BG2", Kind::Data),
    (b"UCR", Kind::Data),
    (b"UCR2", Kind::Data),
    (b"TR", Kind::Data),
    (b"TR2", Kind::Data),
    (b"HT", Kind::Data),
    (b"FL", Kind::Leaf),
    (b"SM", Kind::Leaf),
    (b"SA", Kind::Leaf),
    (b"BM", Kind::Leaf),
    (b"SMask", Kind::SoftMask),
    (b"CA", Kind::Leaf),
    (b"ca", Kind::Leaf),
    (b"AIS", Kind::Leaf),
    (b"TK", Kind::Leaf),
];

pub(super) const SOFT_MASK: Keys = &[
    (b"Type", Kind::Leaf),
    (b"S", Kind::Leaf),
    (b"G", Kind::Form),
    (b"BC", Kind::Leaf),
    (b"TR", Kind::Data),
];

/// Keys that unstructured data never keeps.
pub(super) const NEVER: &[&[u8]] = &[
    b"Metadata",
    b"PieceInfo",
    b"LastModified",
    b"Filter",
    b"DecodeParms",
    b"F",
    b"FFilter",
    b"FDecodeParms",
    b"Length",
    b"DL",
    b"AF",
    b"Parent",
];
