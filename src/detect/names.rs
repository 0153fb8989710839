//! stub
use crate::detect::Recognizer;
use crate::document::Document;
use crate::entity::{EntityType, Finding};
use crate::error::Result;
/// stub
#[derive(Debug)]
pub struct Names;

impl Recognizer for Names {
    fn name(&self) -> &'static str {
        "names"
    }
    fn entity_types(&self) -> Vec<EntityType> {
        Vec::new()
    }
    fn detect(&self, _: &Document) -> Result<Vec<Finding>> {
        Ok(Vec::new())
    }
}
impl Names {
    /// stub
    /// # Errors
    /// never
    pub fn new() -> Result<Self> {
        Ok(Self)
    }
}
