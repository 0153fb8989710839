//! Word, Excel and the rest of Office: one engine for packages of related XML parts.
//!
//! `opc` reads types and relations, `crate::format::markup::walk` turns a part into segments by
//! the tables of `drawing` and of each format; this file decides which parts
//! stay and writes the package. A part stays only if a table says so: text
//! parts are walked, pictures lose their metadata, all else is left out
//! together with the relations, declarations and elements that point to it.

pub mod docx;
pub mod pptx;
pub mod xlsx;

mod drawing;
mod embedded;
mod grid;
mod links;
mod names;
mod number;
mod opc;
mod parts;
mod policy;
mod rename;
mod sheet;
mod workbook;

use std::sync::Arc;

use crate::error::Result;
use crate::format::ReadOptions;
use crate::format::markup::rules::{Names, Rules};
use crate::format::package::Package;
use grid::Grid;
pub(crate) use policy::PASSWORD;
use workbook::Workbook;

/// What becomes of a part.
#[derive(Clone, Copy)]
pub(crate) enum Decision {
    /// It is searched; the name of the place and the meaning of its elements.
    Text(&'static str, &'static Rules),
    /// The same, with cells.
    Sheet(&'static str, &'static Rules),
    /// The strings that cells share.
    Strings,
    /// A picture.
    Picture,
    /// A document of its own.
    Child,
}

/// Reads names from a part of some type before any part is opened.
pub(crate) type Prepare = fn(&str, &Arc<[u8]>, &mut Names, &mut Grid) -> Result<()>;

/// What one of the three programs makes of a package.
pub(crate) struct Flavor {
    /// Types of the main part, lower case.
    pub(crate) main: &'static [&'static str],
    /// What becomes of a part of a type; `None` leaves it to the shared table.
    pub(crate) decide: fn(&str) -> Option<Decision>,
    /// Reads names that are changed in all parts, before any part is opened:
    /// the content type of a part, its text, the names so far.
    pub(crate) prepare: Prepare,
}

/// Opens a package of one of the three programs.
fn open(input: &[u8], flavor: &Flavor, options: &ReadOptions) -> Result<Workbook> {
    let package = Package::open(input, options)?;
    parts::Reading::new(&package, flavor, options)?.finish()
}
