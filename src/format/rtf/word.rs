//! Control words of RTF, and text as RTF writes it.

/// A control word: name, number, length in the source.
pub(super) struct Word<'a> {
    pub(super) name: &'a str,
    pub(super) number: Option<i32>,
    pub(super) length: usize,
}

/// The control word at the start of a text, with the space that ends it.
pub(super) fn word(text: &str) -> Option<Word<'_>> {
    let body = text.strip_prefix('\\')?;
    let length = body
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(body.len());
    let name = body.get(..length).filter(|name| !name.is_empty())?;
    let rest = body.get(length..)?;
    let digits = rest.strip_prefix('-').unwrap_or(rest);
    let n_digits = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    let sign = if n_digits > 0 {
        rest.len() - digits.len()
    } else {
        0
    };
    let number = rest
        .get(..sign + n_digits)
        .and_then(|number| number.parse().ok());
    let n_number = if n_digits > 0 { sign + n_digits } else { 0 };
    let space = usize::from(
        rest.get(n_number..)
            .is_some_and(|rest| rest.starts_with(' ')),
    );
    Some(Word {
        name,
        number,
        length: 1 + length + n_number + space,
    })
}

/// Text in ASCII. What comes before may be a control word, which a letter would
/// lengthen and which a space would end: an empty group stands between.
pub(super) fn escape(text: &str) -> String {
    let is_apart = text.starts_with(['[', '(', '<', '"']);
    let mut out = String::from(if is_apart { "" } else { "{}" });
    for c in text.chars() {
        match c {
            '\\' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\line "),
            '\r' => {}
            '\t' => out.push_str("\\tab "),
            _ if c.is_ascii() => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("{{\\uc1\\u{unit}?}}"));
                }
            }
        }
    }
    out
}
