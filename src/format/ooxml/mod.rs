//! Word, Excel, PowerPoint.

pub mod docx;
