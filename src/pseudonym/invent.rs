//! Invented names: people, streets, towns, firms, hosts.
//!
//! First names come from a short list of common ones, mixed roughly as they are
//! in Germany; last names, streets, towns and firms are put together from
//! syllables, so that they sound right and mostly belong to nobody. Later
//! attempts give double names: there are always more.

use std::sync::LazyLock;

/// Attempts with one word, before double names begin.
const SINGLE: u32 = 14;

/// A hash as a source of choices: the same seed, the same choices.
pub(super) struct Seed([u8; 32]);

impl Seed {
    pub(super) const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A number below `n`; different places of one seed are independent.
    pub(super) fn below(&self, place: usize, n: u32) -> u32 {
        let mut number: u64 = 0x9E37_79B9_7F4A_7C15;
        for (at, byte) in self.0.iter().enumerate() {
            let salt = u64::try_from(place * 31 + at).unwrap_or(0);
            number = (number ^ (u64::from(*byte) + salt)).wrapping_mul(0x0100_0000_01B3);
            number ^= number >> 29;
        }
        u32::try_from(number % u64::from(n.max(1))).unwrap_or(0)
    }

    /// Another seed that follows from this one.
    pub(super) fn next(&self) -> Self {
        let mut bytes = self.0;
        bytes.rotate_left(7);
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = byte
                .wrapping_mul(167)
                .wrapping_add(u8::try_from(at % 251).unwrap_or(0));
        }
        Self(bytes)
    }

    fn of<'a>(&self, place: usize, list: &[&'a str]) -> &'a str {
        let n = u32::try_from(list.len()).unwrap_or(1);
        let at = usize::try_from(self.below(place, n)).unwrap_or(0);
        list.get(at).copied().unwrap_or_default()
    }
}

struct Given {
    male: Vec<&'static str>,
    female: Vec<&'static str>,
    either: Vec<&'static str>,
}

static GIVEN: LazyLock<Given> = LazyLock::new(|| {
    let mut given = Given {
        male: Vec::new(),
        female: Vec::new(),
        either: Vec::new(),
    };
    let mut which = 0;
    for word in include_str!("given.txt").lines().flat_map(|line| {
        let line = if line.starts_with('#') { "" } else { line };
        line.split_whitespace()
    }) {
        match (word, which) {
            ("@male", _) => which = 0,
            ("@female", _) => which = 1,
            ("@either", _) => which = 2,
            (_, 0) => given.male.push(word),
            (_, 1) => given.female.push(word),
            _ => given.either.push(word),
        }
    }
    given
});

/// Beginnings of last names and places.
const STARTS: [&str; 72] = [
    "Al", "Am", "Arn", "As", "Bal", "Ber", "Bir", "Bor", "Bran", "Bren", "Brem", "Dal", "Dan",
    "Der", "Dorn", "Ed", "Eil", "El", "Er", "Fal", "Fen", "Fer", "Fol", "Gar", "Gel", "Ger", "Gol",
    "Gram", "Hal", "Har", "Hel", "Her", "Hol", "Ild", "Im", "Jan", "Jor", "Kal", "Kam", "Kel",
    "Kir", "Lam", "Lan", "Len", "Lin", "Lor", "Mal", "Mar", "Mel", "Mor", "Nar", "Nel", "Nor",
    "Ol", "Or", "Pal", "Pel", "Quel", "Ran", "Rel", "Ros", "Sal", "Sel", "Sil", "Tal", "Tel",
    "Tor", "Ul", "Var", "Vel", "Wes", "Zel",
];

/// Endings of German last names.
const LAST_ENDS: [&str; 40] = [
    "bers", "bert", "dekamp", "ding", "dinger", "dorn", "feld", "felder", "gart", "gerling",
    "genau", "hoff", "holt", "inger", "kamp", "kenrath", "lander", "leben", "lich", "linger",
    "mannsen", "mering", "mers", "nick", "nighoff", "odt", "pert", "ring", "rodt", "sching", "sen",
    "stett", "stner", "tenau", "terding", "tmar", "veld", "vogt", "wald", "zig",
];

/// Last names of other origin, in two halves.
const OTHER_STARTS: [&str; 24] = [
    "Kar", "Demi", "Yala", "Oza", "Novo", "Kowa", "Bala", "Risa", "Mara", "Fere", "Sano", "Hada",
    "Khali", "Rasu", "Petra", "Iva", "Stoja", "Popa", "Milo", "Tana", "Vasi", "Wojna", "Zara",
    "Naza",
];
const OTHER_ENDS: [&str; 16] = [
    "kan", "lar", "oglan", "vic", "nski", "retti", "zano", "rez", "dari", "rouni", "kova", "yev",
    "leanu", "poulos", "chenko", "bekir",
];

const TOWN_ENDS: [&str; 20] = [
    "bach", "berge", "bruch", "dorfen", "felde", "hagen", "hausen", "heim", "hofen", "horst",
    "ingen", "kirchen", "lingen", "moor", "rieden", "rode", "stedt", "tal", "wiek", "winkel",
];

const TRADES: [&str; 14] = [
    "Bau",
    "Handel",
    "Logistik",
    "Technik",
    "Beratung",
    "Systeme",
    "Verlag",
    "Werke",
    "Immobilien",
    "Service",
    "Medien",
    "Pflege",
    "Energie",
    "Software",
];

/// A stand-in for a part of this kind.
pub(super) fn part(kind: &str, seed: &Seed, attempt: u32, female: Option<bool>) -> String {
    match kind {
        "given" => given(seed, attempt, female),
        "street" => street(seed, attempt),
        "place" => town(seed, attempt),
        "company" => format!("{} {}", last(seed, attempt), seed.of(9, &TRADES)),
        "host" => format!(
            "{}{}",
            last(seed, attempt),
            seed.of(9, &["web", "net", "post", "haus"])
        ),
        _ => last(seed, attempt),
    }
}

fn given(seed: &Seed, attempt: u32, female: Option<bool>) -> String {
    let list = match female {
        Some(true) => &GIVEN.female,
        Some(false) => &GIVEN.male,
        None => &GIVEN.either,
    };
    let list = if list.is_empty() { &GIVEN.male } else { list };
    let mut name = seed.of(0, list).to_owned();
    // A name without a gender stays without one in a double name, too.
    for place in 1..=usize::try_from(attempt / SINGLE).unwrap_or(1).min(3) {
        name.push('-');
        name.push_str(seed.of(place, list));
    }
    name
}

/// A last name.
pub(super) fn last(seed: &Seed, attempt: u32) -> String {
    let one = |seed: &Seed| {
        if seed.below(3, 7) == 0 {
            format!("{}{}", seed.of(4, &OTHER_STARTS), seed.of(5, &OTHER_ENDS))
        } else {
            format!("{}{}", seed.of(4, &STARTS), seed.of(5, &LAST_ENDS))
        }
    };
    if attempt < SINGLE {
        one(seed)
    } else {
        format!("{}-{}", one(seed), one(&seed.next()))
    }
}

fn town(seed: &Seed, attempt: u32) -> String {
    let name = format!("{}{}", seed.of(4, &STARTS), seed.of(5, &TOWN_ENDS));
    if attempt < SINGLE {
        name
    } else {
        format!("{name}-{}{}", seed.of(6, &STARTS), seed.of(7, &TOWN_ENDS))
    }
}

fn street(seed: &Seed, attempt: u32) -> String {
    let name = format!("{}{}", seed.of(4, &STARTS), seed.of(5, &LAST_ENDS));
    if attempt < SINGLE {
        name
    } else {
        format!("{name}-{}{}", seed.of(6, &STARTS), seed.of(7, &LAST_ENDS))
    }
}

/// A street's name cut into what is replaced and how it ends: `Haupt` and
/// `straße`; what has no ending of the list is replaced by a `weg`.
pub(super) fn street_ending(name: &str) -> (&str, String) {
    const ENDS: [&str; 14] = [
        "straße", "strasse", "str.", "weg", "gasse", "platz", "allee", "ring", "damm", "ufer",
        "Straße", "Strasse", "Str.", "Street",
    ];
    let found = ENDS.iter().find(|end| name.ends_with(**end));
    let at = name.len() - found.map_or(0, |end| end.len());
    let (stem, end) = name.split_at_checked(at).unwrap_or((name, ""));
    let bare = stem.trim_end_matches([' ', '-']);
    if end.is_empty() || bare.is_empty() {
        return (name, "weg".to_owned());
    }
    let between = stem.get(bare.len()..).unwrap_or_default();
    (bare, format!("{between}{end}"))
}

/// A capital letter that begins many names.
pub(super) fn letter(seed: &Seed) -> char {
    const LETTERS: [char; 16] = [
        'A', 'B', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'R', 'S', 'T',
    ];
    let at = usize::try_from(seed.below(11, 16)).unwrap_or(0);
    LETTERS.get(at).copied().unwrap_or('A')
}
