//! stub
use crate::error::{Error, ErrorKind, Result};
use crate::format::{Format, OpenFile, ReadOptions};
/// stub
#[derive(Debug)]
pub struct Text;
impl Format for Text {
    fn name(&self) -> &'static str {
        "txt"
    }
    fn accepts(&self, _head: &[u8], extension: &str) -> bool {
        extension == "txt"
    }
    fn open(&self, _input: Vec<u8>, _options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        Err(Error::new(ErrorKind::Unsupported, "not built yet"))
    }
}
