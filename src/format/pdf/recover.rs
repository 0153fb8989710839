//! The second way into a damaged file: the other parser repairs other damage
//! (streams whose length is wrong, tables that point astray), so its objects
//! are taken over where those of the first do not lead to an examined file.

use std::collections::HashSet;

use hayro_syntax::Pdf;
use hayro_syntax::object::dict::Dict as SourceDict;
use hayro_syntax::object::{MaybeRef, ObjRef, Object as Source};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat};

/// Objects one file may have.
const MAX_OBJECTS: usize = 1_000_000;
const MAX_DEPTH: u32 = 60;

struct Taker {
    out: Document,
    open: Vec<ObjRef>,
    seen: HashSet<ObjectId>,
}

/// All objects that the second parser reaches from the catalog; `None` if it
/// cannot open the file either.
pub(super) fn load(input: &[u8], password: Option<&str>) -> Option<Document> {
    let pdf = Pdf::new_with_password(input.to_vec(), password.unwrap_or_default()).ok()?;
    let root: ObjRef = pdf.xref().root_id().into();
    let mut taker = Taker {
        out: Document::new(),
        open: Vec::new(),
        seen: HashSet::new(),
    };
    taker.out.version = "1.7".into();
    let id = taker.reference(root)?;
    taker.out.trailer.set("Root", id);
    while let Some(next) = taker.open.pop() {
        if taker.out.objects.len() > MAX_OBJECTS {
            return None;
        }
        let Some(object) = pdf.xref().get::<Source<'_>>(next.into()) else {
            continue;
        };
        let object = taker.object(&object, 0);
        let id = number(next)?;
        taker.out.max_id = taker.out.max_id.max(id.0);
        taker.out.objects.insert(id, object);
    }
    Some(taker.out)
}

fn number(reference: ObjRef) -> Option<ObjectId> {
    Some((
        reference.obj_number,
        u16::try_from(reference.gen_number).ok()?,
    ))
}

impl Taker {
    fn reference(&mut self, reference: ObjRef) -> Option<Object> {
        let id = number(reference)?;
        if self.seen.insert(id) {
            self.open.push(reference);
        }
        Some(Object::Reference(id))
    }

    fn value(&mut self, value: &MaybeRef<Source<'_>>, depth: u32) -> Object {
        match value {
            MaybeRef::Ref(reference) => self.reference(*reference).unwrap_or(Object::Null),
            MaybeRef::NotRef(object) => self.object(object, depth),
        }
    }

    fn object(&mut self, object: &Source<'_>, depth: u32) -> Object {
        if depth > MAX_DEPTH {
            return Object::Null;
        }
        match object {
            Source::Null(_) => Object::Null,
            Source::Boolean(value) => Object::Boolean(*value),
            Source::Number(value) if value.as_f64().fract() == 0.0 => {
                Object::Integer(value.as_i64())
            }
            Source::Number(value) => Object::Real(value.as_f32()),
            Source::String(text) => {
                Object::String(text.as_bytes().to_vec(), StringFormat::Hexadecimal)
            }
            Source::Name(name) => Object::Name(name.to_vec()),
            Source::Dict(dict) => Object::Dictionary(self.dict(dict, depth)),
            Source::Array(items) => {
                let items = items.raw_iter();
                Object::Array(items.map(|item| self.value(&item, depth + 1)).collect())
            }
            Source::Stream(stream) => {
                let mut dict = self.dict(stream.dict(), depth);
                dict.remove(b"Length");
                Object::Stream(Stream::new(dict, stream.raw_data().into_owned()))
            }
        }
    }

    fn dict(&mut self, dict: &SourceDict<'_>, depth: u32) -> Dictionary {
        let mut out = Dictionary::new();
        for (key, value) in dict.entries() {
            let value = self.value(&value, depth + 1);
            out.set(key.to_vec(), value);
        }
        out
    }
}
