//! stub
use crate::error::{Error, ErrorKind, Result};
use crate::format::{Format, OpenFile, ReadOptions};
/// stub
#[derive(Debug)]
pub struct Docx;
impl Format for Docx {
    fn name(&self) -> &'static str {
        "docx"
    }
    fn accepts(&self, _head: &[u8], extension: &str) -> bool {
        extension == "docx"
    }
    fn open(&self, _input: Vec<u8>, _options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        Err(Error::new(ErrorKind::Unsupported, "not built yet"))
    }
}
