//! Media types of mail parts, as the extensions that the formats know.

/// The extension that stands for a media type.
pub(super) fn extension_of(media: &str) -> &'static str {
    const KNOWN: &[(&str, &str)] = &[
        ("application/pdf", "pdf"),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "docx",
        ),
        (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
        (
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "pptx",
        ),
        ("application/vnd.oasis.opendocument.text", "odt"),
        ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
        ("application/vnd.oasis.opendocument.presentation", "odp"),
        ("application/msword", "doc"),
        ("application/vnd.ms-excel", "xls"),
        ("application/vnd.ms-powerpoint", "ppt"),
        ("application/vnd.ms-outlook", "msg"),
        ("application/rtf", "rtf"),
        ("text/rtf", "rtf"),
        ("text/richtext", "rtf"),
        ("text/csv", "csv"),
        ("text/plain", "txt"),
        ("text/html", "html"),
        ("text/calendar", "ics"),
        ("application/ics", "ics"),
        ("text/vcard", "vcf"),
        ("text/x-vcard", "vcf"),
        ("application/json", "json"),
        ("application/xml", "xml"),
        ("text/xml", "xml"),
        ("image/svg+xml", "svg"),
        ("image/png", "png"),
        ("image/jpeg", "jpg"),
        ("image/jpg", "jpg"),
        ("image/gif", "gif"),
        ("image/bmp", "bmp"),
        ("image/webp", "webp"),
        ("image/tiff", "tif"),
        ("application/zip", "zip"),
        ("application/x-zip-compressed", "zip"),
        ("application/gzip", "gz"),
        ("application/x-gzip", "gz"),
        ("application/x-tar", "tar"),
    ];
    let known = KNOWN.iter().find(|(name, _)| *name == media);
    known.map_or("", |(_, extension)| extension)
}
