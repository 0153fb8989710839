//! The `rust-bert` engine: BERT and XLM-R token classifiers on libtorch.
//!
//! Of the crate it uses the networks and nothing else. Its pipeline mixes up
//! inputs when there are more of them than its batch size, counts offsets in
//! characters, and gives scores that mean nothing; text is therefore cut,
//! tokenized and decoded by this program, like for every other engine. What the
//! networks do not check (ids, lengths, files) is checked before they are asked,
//! because they panic. See `docs/guide/own-models.md` for the list.

mod library;
mod weights;

use std::path::{Path, PathBuf};

use rust_bert::bert::{BertConfig, BertForTokenClassification};
use rust_bert::roberta::RobertaForTokenClassification;
use tch::nn::VarStore;
use tch::{Device as Place, Kind, Tensor};

use super::adopt::{Description, Family};
use super::model::{Device, Manifest, Model, agree, hex, hex_of_file, model_error, read_text};
use super::owner::{Forward, Owner};
use super::worker::failed;
use crate::error::{Error, ErrorKind, Result};

/// Tokens of a batch with its padding, on the processor: bounds the memory, and
/// more at once is not faster.
const TOGETHER_CPU: usize = 4096;
/// The same on a CUDA device.
const TOGETHER_CUDA: usize = 32_768;

/// A loaded model: the way to the thread that owns it, and what it can take.
pub(super) struct Torch {
    owner: Owner,
    positions: usize,
    vocabulary: usize,
}

/// What the thread needs to load a model.
struct Files {
    config: BertConfig,
    family: Family,
    weights: PathBuf,
    place: Place,
    pad_id: i64,
    n_labels: usize,
}

/// The networks.
enum Network {
    Bert(BertForTokenClassification),
    Roberta(RobertaForTokenClassification),
}

/// A network with its weights, on its thread.
struct Loaded {
    network: Network,
    place: Place,
    pad_id: i64,
    n_labels: usize,
    /// Keeps the weights alive.
    _store: VarStore,
}

impl Torch {
    /// Loads the model of a folder.
    ///
    /// # Errors
    /// If a file is missing, is another one, or does not fit the others; if
    /// libtorch is of another version; if there is no such device.
    pub(super) fn open(folder: &Path, manifest: &Manifest) -> Result<Self> {
        library::check()?;
        let (Some(name), Some(hash)) = (&manifest.config, &manifest.config_sha256) else {
            return Err(model_error("the manifest names no config"));
        };
        let json = read_text(&folder.join(name))?;
        agree(&hex(&json), hash, name)?;
        let description = Description::parse(&json)?;
        if description.labels != manifest.labels {
            return Err(model_error(
                "the labels of config.json are not those of the manifest; add the model again",
            ));
        }
        if manifest.max_pieces > description.positions {
            return Err(model_error(format!(
                "the manifest's max_pieces is {}, but the model takes {} tokens at most",
                manifest.max_pieces, description.positions
            )));
        }
        // The network takes this id for padding, whatever a tokenizer says.
        if description.family == Family::Roberta && manifest.pad_id != 1 {
            return Err(model_error(
                "the tokenizer's <pad> must be token 1 for a model of this kind",
            ));
        }
        let weights = folder.join(&manifest.file);
        agree(&hex_of_file(&weights)?, &manifest.sha256, &manifest.file)?;
        let place = place(manifest.device)?;
        let files = Files {
            config: config(&json)?,
            family: description.family,
            weights,
            place,
            pad_id: i64::from(manifest.pad_id),
            n_labels: manifest.labels.len(),
        };
        let most = if place == Place::Cpu {
            TOGETHER_CPU
        } else {
            TOGETHER_CUDA
        };
        Ok(Self {
            owner: Owner::hire(most, move || Loaded::new(&files))?,
            positions: description.positions,
            vocabulary: description.vocabulary,
        })
    }
}

impl Model for Torch {
    /// Ids and lengths are checked here: what is beyond them makes the network
    /// panic, or poisons a CUDA device for the rest of the run.
    fn logits(&self, windows: &[&[u32]]) -> Result<Vec<Vec<f32>>> {
        let known = |id: &u32| usize::try_from(*id).is_ok_and(|id| id < self.vocabulary);
        let fits = |ids: &&[u32]| ids.len() <= self.positions && ids.iter().all(known);
        if !windows.iter().all(fits) {
            return Err(Error::new(
                ErrorKind::Recognizer,
                "a window is longer than the model can take, or holds a token that it does not know",
            ));
        }
        self.owner.logits(windows)
    }
}

/// The network's own reading of `config.json`, which may panic on a file by
/// itself, but not on bytes.
fn config(json: &[u8]) -> Result<BertConfig> {
    let config: BertConfig = serde_json::from_slice(json).map_err(|_| {
        model_error("config.json lacks something that the network needs, or has an activation that is not known")
    })?;
    let sizes = [
        config.hidden_size,
        config.intermediate_size,
        config.num_attention_heads,
        config.num_hidden_layers,
        config.type_vocab_size,
    ];
    let sensible = sizes.iter().all(|size| (1..=1 << 20).contains(size));
    if !sensible || config.hidden_size % config.num_attention_heads != 0 {
        return Err(model_error("config.json: the sizes make no sense"));
    }
    Ok(config)
}

/// Where a model runs; never somewhere else than was asked for.
fn place(device: Device) -> Result<Place> {
    let Device::Cuda(number) = device else {
        return Ok(Place::Cpu);
    };
    if !tch::Cuda::is_available() {
        return Err(model_error(
            "the model is to run on a CUDA device, but this libtorch sees none: install a libtorch with CUDA and a driver, or add the model again with --device cpu",
        ));
    }
    let n_devices = tch::Cuda::device_count();
    if !i64::try_from(number).is_ok_and(|number| number < n_devices) {
        return Err(model_error(format!(
            "there is no CUDA device {number}; they are counted from 0, and there are {n_devices}"
        )));
    }
    Ok(Place::Cuda(number))
}

impl Loaded {
    fn new(files: &Files) -> Result<Self> {
        let _no_gradients = tch::no_grad_guard();
        let mut store = VarStore::new(files.place);
        let root = store.root();
        let network = match files.family {
            Family::Bert => {
                BertForTokenClassification::new(&root, &files.config).map(Network::Bert)
            }
            Family::Roberta => {
                RobertaForTokenClassification::new(&root, &files.config).map(Network::Roberta)
            }
        };
        let network =
            network.map_err(|_| model_error("config.json does not describe a network"))?;
        weights::load(&mut store, &files.weights)?;
        // Weights in half precision stay so otherwise, which processors are slow at.
        store.float();
        store.freeze();
        Ok(Self {
            network,
            place: files.place,
            pad_id: files.pad_id,
            n_labels: files.n_labels,
            _store: store,
        })
    }

    /// Windows side by side, as long as the longest, and a mask of what is text.
    fn padded(&self, batch: &[&[u32]], longest: usize) -> (Vec<i64>, Vec<i64>) {
        let mut ids = Vec::with_capacity(batch.len() * longest);
        let mut mask = Vec::with_capacity(batch.len() * longest);
        for (window, n) in batch.iter().zip(1..) {
            ids.extend(window.iter().map(|id| i64::from(*id)));
            mask.resize(ids.len(), 1);
            ids.resize(n * longest, self.pad_id);
            mask.resize(n * longest, 0);
        }
        (ids, mask)
    }
}

impl Forward for Loaded {
    fn forward(&mut self, batch: &[&[u32]]) -> Result<Vec<Vec<f32>>> {
        let longest = batch.iter().map(|ids| ids.len()).max().unwrap_or(0);
        if longest == 0 {
            return Ok(vec![Vec::new(); batch.len()]);
        }
        let _no_gradients = tch::no_grad_guard();
        let (ids, mask) = self.padded(batch, longest);
        let whole = |_| failed();
        let shape = [
            i64::try_from(batch.len()).map_err(whole)?,
            i64::try_from(longest).map_err(whole)?,
        ];
        let tensor = |values: &[i64]| Tensor::from_slice(values).view(shape).to(self.place);
        let (ids, mask) = (tensor(&ids), tensor(&mask));
        let logits = match &self.network {
            Network::Bert(network) => {
                let output = network.forward_t(Some(&ids), Some(&mask), None, None, None, false);
                output.logits
            }
            Network::Roberta(network) => {
                let output = network.forward_t(Some(&ids), Some(&mask), None, None, None, false);
                output.logits
            }
        };
        let logits = logits.to_kind(Kind::Float).to(Place::Cpu).flatten(0, -1);
        let logits = Vec::<f32>::try_from(&logits).map_err(|_| failed())?;
        if logits.len() != batch.len() * longest * self.n_labels {
            return Err(failed());
        }
        let rows = logits.chunks(longest * self.n_labels);
        let own = |(ids, rows): (&&[u32], &[f32])| {
            let own = rows.get(..ids.len() * self.n_labels);
            own.map(<[f32]>::to_vec).ok_or_else(failed)
        };
        batch.iter().zip(rows).map(own).collect()
    }
}
