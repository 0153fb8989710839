//! The `rten` engine: ONNX models in pure Rust, on the processor.
//!
//! It knows how to load a graph and how to run it over one window. Which thread
//! does that is the business of `worker`.

use std::sync::Arc;

use rten::{Model as Graph, ModelOptions, NodeId, RunOptions, ThreadPool};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use super::model::{Manifest, Model, model_error};
use super::onnx;
use super::worker::{Infer, Workers, failed};
use crate::error::Result;

/// A loaded ONNX graph and its threads.
pub(super) struct Rten(Workers<Loaded>);

/// An ONNX graph with the inputs `input_ids` and `attention_mask` (batch ×
/// tokens) and the output `logits` (batch × tokens × labels). Usual exports of
/// BERT also want `token_type_ids`, which are all 0 here.
struct Loaded {
    graph: Graph,
    ids: NodeId,
    mask: NodeId,
    types: Option<NodeId>,
    logits: NodeId,
    n_labels: usize,
}

impl Rten {
    pub(super) fn new(mut bytes: Vec<u8>, manifest: &Manifest) -> Result<Self> {
        let masks = onnx::masks(&bytes);
        onnx::remove(&mut bytes, &masks);
        Self::build(options().load(bytes), manifest)
    }

    #[cfg(feature = "embedded-model")]
    pub(super) fn from_static(bytes: &'static [u8], manifest: &Manifest) -> Result<Self> {
        if onnx::masks(bytes).is_empty() {
            Self::build(options().load_static_slice(bytes), manifest)
        } else {
            Self::new(bytes.to_vec(), manifest)
        }
    }

    fn build<E>(graph: std::result::Result<Graph, E>, manifest: &Manifest) -> Result<Self> {
        let graph = graph
            .map_err(|_| model_error("the model file is no ONNX graph that the engine can run"))?;
        let node = |name: &str| {
            graph
                .node_id(name)
                .map_err(|_| model_error(format!("the model has no input or output named {name}")))
        };
        Ok(Self(Workers::new(Loaded {
            ids: node("input_ids")?,
            mask: node("attention_mask")?,
            types: graph.node_id("token_type_ids").ok(),
            logits: node("logits")?,
            n_labels: manifest.labels.len(),
            graph,
        })))
    }
}

impl Model for Rten {
    /// Window by window: full windows fill a core, and what one window yields
    /// does not depend on which others happen to be in its batch (activations
    /// are quantized over the whole batch).
    fn logits(&self, windows: &[&[u32]]) -> Result<Vec<Vec<f32>>> {
        self.0.logits(windows)
    }
}

impl Infer for Loaded {
    fn infer(&self, ids: &[u32], threads: &Arc<ThreadPool>) -> Result<Vec<f32>> {
        let shape = [1, ids.len()];
        let ids: Vec<i32> = ids
            .iter()
            .map(|id| i32::try_from(*id))
            .collect::<std::result::Result<_, _>>()
            .map_err(|_| failed())?;
        let mask = NdTensor::from_data(shape, vec![1; ids.len()]);
        let types = NdTensor::from_data(shape, vec![0; ids.len()]);
        let ids = NdTensor::from_data(shape, ids);
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(threads)));
        let mut inputs = vec![
            (self.ids, ids.view().into()),
            (self.mask, mask.view().into()),
        ];
        if let Some(node) = self.types {
            inputs.push((node, types.view().into()));
        }
        let [output] = self
            .graph
            .run_n(inputs, [self.logits], Some(options))
            .map_err(|_| failed())?;
        let output: Tensor<f32> = output.try_into().map_err(|_| failed())?;
        if output.shape() != [1, shape[1], self.n_labels] {
            return Err(model_error(
                "the model's output does not fit the manifest's labels",
            ));
        }
        Ok(output.to_vec())
    }
}

/// Weights are laid out for the processor once, at load, and not at every call.
fn options() -> ModelOptions {
    let mut options = ModelOptions::with_all_ops();
    options.prepack_weights(true);
    options
}

#[cfg(all(test, feature = "embedded-model"))]
mod tests {
    use super::*;

    static MODEL: &[u8] = include_bytes!("../../../ner-models/model.onnx");

    #[test]
    fn the_model_says_the_same_without_its_mask() {
        let manifest = Manifest::parse(include_str!("../../../ner-models/models.toml")).unwrap();
        let changed = Rten::from_static(MODEL, &manifest).unwrap();
        let original = Rten::build(options().load_static_slice(MODEL), &manifest).unwrap();
        let short: Vec<u32> = (0..20).map(|n| n * 37 % 5000).collect();
        let long: Vec<u32> = (0..256).map(|n| n * 7919 % 50_000).collect();
        let windows: [&[u32]; 2] = [&short, &long];
        assert_eq!(
            changed.logits(&windows).unwrap(),
            original.logits(&windows).unwrap()
        );
    }
}
