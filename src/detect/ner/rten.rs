//! The `rten` engine: ONNX models in pure Rust, on the processor.
//!
//! A call runs on one thread; the pipeline runs many calls at once, which uses
//! the processors better than splitting one call.

use std::sync::Arc;

use rten::{Model as Graph, NodeId, RunOptions, ThreadPool};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use super::model::{Manifest, Model, model_error};
use crate::error::{Error, ErrorKind, Result};

/// A loaded ONNX graph with the inputs `input_ids` and `attention_mask` (batch ×
/// tokens) and the output `logits` (batch × tokens × labels).
pub(super) struct Rten {
    graph: Graph,
    ids: NodeId,
    mask: NodeId,
    logits: NodeId,
    pad: i32,
    n_labels: usize,
    threads: Arc<ThreadPool>,
}

impl Rten {
    pub(super) fn new(bytes: Vec<u8>, manifest: &Manifest) -> Result<Self> {
        Self::build(Graph::load(bytes), manifest)
    }

    #[cfg(feature = "embedded-model")]
    pub(super) fn from_static(bytes: &'static [u8], manifest: &Manifest) -> Result<Self> {
        Self::build(Graph::load_static_slice(bytes), manifest)
    }

    fn build<E>(graph: std::result::Result<Graph, E>, manifest: &Manifest) -> Result<Self> {
        let graph = graph
            .map_err(|_| model_error("the model file is no ONNX graph that the engine can run"))?;
        let node = |name: &str| {
            graph
                .node_id(name)
                .map_err(|_| model_error(format!("the model has no input or output named {name}")))
        };
        Ok(Self {
            ids: node("input_ids")?,
            mask: node("attention_mask")?,
            logits: node("logits")?,
            pad: i32::try_from(manifest.pad_id)
                .map_err(|_| model_error("pad_id is out of range"))?,
            n_labels: manifest.labels.len(),
            threads: Arc::new(ThreadPool::with_num_threads(1)),
            graph,
        })
    }
}

impl Model for Rten {
    fn logits(&self, windows: &[&[u32]]) -> Result<Vec<Vec<f32>>> {
        let longest = windows.iter().map(|ids| ids.len()).max().unwrap_or(0);
        let mut ids = Vec::with_capacity(windows.len() * longest);
        let mut mask = Vec::with_capacity(windows.len() * longest);
        for window in windows {
            for id in *window {
                ids.push(i32::try_from(*id).map_err(|_| failed())?);
            }
            mask.resize(mask.len() + window.len(), 1);
            let padding = longest - window.len();
            ids.resize(ids.len() + padding, self.pad);
            mask.resize(mask.len() + padding, 0);
        }
        let shape = [windows.len(), longest];
        let (ids, mask) = (
            NdTensor::from_data(shape, ids),
            NdTensor::from_data(shape, mask),
        );
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.threads)));
        let inputs = vec![
            (self.ids, ids.view().into()),
            (self.mask, mask.view().into()),
        ];
        let [output] = self
            .graph
            .run_n(inputs, [self.logits], Some(options))
            .map_err(|_| failed())?;
        let output: Tensor<f32> = output.try_into().map_err(|_| failed())?;
        if output.shape() != [windows.len(), longest, self.n_labels] {
            return Err(model_error(
                "the model's output does not fit the manifest's labels",
            ));
        }
        let output = output.to_vec();
        let rows = output.chunks(longest * self.n_labels);
        let cut = |(row, window): (&[f32], &&[u32])| {
            row.get(..window.len() * self.n_labels).map(<[f32]>::to_vec)
        };
        rows.zip(windows)
            .map(|pair| cut(pair).ok_or_else(failed))
            .collect()
    }
}

fn failed() -> Error {
    Error::new(ErrorKind::Recognizer, "the NER model failed on this text")
}
