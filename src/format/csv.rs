//! stub
use crate::error::{Error, ErrorKind, Result};
use crate::format::{Format, OpenFile, ReadOptions};
/// stub
#[derive(Debug)]
pub struct Csv;
impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }
    fn accepts(&self, _head: &[u8], extension: &str) -> bool {
        extension == "csv"
    }
    fn open(&self, _input: Vec<u8>, _options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        Err(Error::new(ErrorKind::Unsupported, "not built yet"))
    }
}
