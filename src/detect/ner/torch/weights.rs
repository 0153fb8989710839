//! Weights from a file into a network, after a look at what the file holds.
//!
//! libtorch names one fault at a time, and a file that is cut off can make it
//! panic; a `safetensors` file says in its head what should follow, so it is
//! compared with the network first. Tensors that the network has no use for
//! (poolers, buffers) are left alone. `.ot` files have no such head.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use tch::Tensor;
use tch::nn::VarStore;

use super::super::model::model_error;
use crate::error::{Error, Result};

/// Longest head of a file, in bytes; those of large models have some 100 kB.
const MOST_HEAD: u64 = 64 << 20;

/// One tensor, as the head of a file describes it.
#[derive(Deserialize)]
struct Described {
    shape: Vec<i64>,
    data_offsets: (u64, u64),
}

/// Fills a network.
///
/// # Errors
/// If the file is cut off, or lacks a tensor, or has one of another shape.
pub(super) fn load(store: &mut VarStore, path: &Path) -> Result<()> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension {
        Some("safetensors") => compare(&described(path)?, &store.variables())?,
        Some("ot") => {}
        _ => {
            return Err(model_error(
                "the engine rust-bert reads weights from .safetensors and .ot files only",
            ));
        }
    }
    store.load(path).map_err(|_| {
        model_error("libtorch cannot read the weights, or they do not fit config.json")
    })
}

/// What a file says that it holds.
fn described(path: &Path) -> Result<HashMap<String, Described>> {
    let cut = || model_error("the weights are cut off, or are no safetensors file");
    let failed = |error: std::io::Error| Error::io("reading the weights", &error);
    let mut file = File::open(path).map_err(failed)?;
    let n_bytes = file.metadata().map_err(failed)?.len();
    let mut length = [0; 8];
    file.read_exact(&mut length).map_err(|_| cut())?;
    let length = u64::from_le_bytes(length);
    if length > MOST_HEAD || length.saturating_add(8) > n_bytes {
        return Err(cut());
    }
    let mut head = Vec::new();
    file.take(length).read_to_end(&mut head).map_err(failed)?;
    let mut head: HashMap<String, serde_json::Value> =
        serde_json::from_slice(&head).map_err(|_| cut())?;
    head.remove("__metadata__");
    let mut described = HashMap::new();
    for (name, value) in head {
        let one: Described = serde_json::from_value(value).map_err(|_| cut())?;
        if one.data_offsets.1.saturating_add(8 + length) > n_bytes {
            return Err(cut());
        }
        described.insert(name, one);
    }
    Ok(described)
}

/// Compares a file with a network.
fn compare(there: &HashMap<String, Described>, needed: &HashMap<String, Tensor>) -> Result<()> {
    let mut missing: Vec<&str> = Vec::new();
    for (name, tensor) in needed {
        let Some(described) = there.get(name) else {
            missing.push(name);
            continue;
        };
        if described.shape != tensor.size() {
            return Err(model_error(format!(
                "the tensor {name} has the shape {:?}, but config.json makes it {:?}: they belong to two models",
                described.shape,
                tensor.size()
            )));
        }
    }
    missing.sort_unstable();
    match missing.first() {
        None => Ok(()),
        Some(first) => Err(model_error(format!(
            "the weights lack {} of {} tensors that config.json asks for, the first is {first}: they belong to another architecture",
            missing.len(),
            needed.len()
        ))),
    }
}
