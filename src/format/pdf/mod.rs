//! stub
use crate::error::{Error, ErrorKind, Result};
use crate::format::{Format, OpenFile, ReadOptions};
/// stub
#[derive(Debug)]
pub struct Pdf;
impl Format for Pdf {
    fn name(&self) -> &'static str {
        "pdf"
    }
    fn accepts(&self, _head: &[u8], extension: &str) -> bool {
        extension == "pdf"
    }
    fn open(&self, _input: Vec<u8>, _options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        Err(Error::new(ErrorKind::Unsupported, "not built yet"))
    }
}
