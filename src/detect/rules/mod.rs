//! stub
use crate::detect::Recognizer;
use crate::document::Document;
use crate::entity::{EntityType, Finding};
use crate::error::Result;
/// stub
#[derive(Debug)]
pub struct Rules;
/// stub
/// # Errors
/// never
pub fn standard() -> Result<Rules> {
    Ok(Rules)
}
impl Recognizer for Rules {
    fn name(&self) -> &'static str {
        "rules"
    }
    fn entity_types(&self) -> Vec<EntityType> {
        Vec::new()
    }
    fn detect(&self, _: &Document) -> Result<Vec<Finding>> {
        Ok(Vec::new())
    }
}
