#!/usr/bin/env python3
"""Models for the tests of the engine `rust-bert`, each as safetensors and as ONNX of the same weights.

    test-models.py OUT                          tiny BERT and XLM-R with random weights
    test-models.py OUT --default NER_MODELS     also the default model in 32 bits, from its 8-bit file

Needs numpy 1.26 and onnx 1.17, nothing is downloaded, and the same call gives the same bytes. OUT gets a folder
for each model in Hugging Face layout: config.json, tokenizer.json, model.safetensors, model.onnx. It stops at
networks: what the program makes of them is for its tests. The ONNX side is written here node by node, from the
papers' equations and with usual operators, so that two independent readings of the same weights meet.
"""
import argparse, json, pathlib, shutil, struct

import numpy as np, onnx
from onnx import TensorProto, helper, numpy_helper

LABELS = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-STREET", "I-STREET"]
HIDDEN, HEADS, INNER, LAYERS = 64, 4, 128, 3


def write_safetensors(path, tensors):
    """The format is a length, a JSON head with shapes and places, and the numbers."""
    head, at = {}, 0
    for name, value in tensors.items():
        kind = {"float32": "F32", "float16": "F16"}[str(value.dtype)]
        head[name] = {"dtype": kind, "shape": list(value.shape), "data_offsets": [at, at + value.nbytes]}
        at += value.nbytes
    head = json.dumps(head).encode()
    head += b" " * (-len(head) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(head)) + head)
        for value in tensors.values():
            file.write(np.ascontiguousarray(value).tobytes())


class Graph:
    def __init__(self, weights):
        self.weights, self.nodes, self.stored = weights, [], {}

    def constant(self, name, value):
        self.stored[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def weight(self, name, transpose=False):
        value = self.weights[name]
        return self.constant(name, value.T if transpose else value)

    def numbers(self, *values):
        return self.constant("ints_" + "_".join(map(str, values)), np.array(values, np.int64))

    def scalar(self, value):
        return self.constant(f"float_{value}", np.array(value, np.float32))

    def add(self, kind, *inputs, **attributes):
        out = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], name=out, **attributes))
        return out

    def linear(self, x, name):
        return self.add("Add", self.add("MatMul", x, self.weight(name + ".weight", True)), self.weight(name + ".bias"))

    def norm(self, x, name, eps):
        return self.add("LayerNormalization", x, self.weight(name + ".weight"), self.weight(name + ".bias"), axis=-1, epsilon=eps)


def export(weights, config, path, clip=False):
    """`clip` adds the limits that the default model was trained with and that BERT does not know."""
    g, prefix = Graph(weights), "bert" if config["model_type"] == "bert" else "roberta"
    hidden, heads, eps = config["hidden_size"], config["num_attention_heads"], config["layer_norm_eps"]
    name = lambda rest: f"{prefix}.{rest}"
    words = g.add("Gather", g.weight(name("embeddings.word_embeddings.weight")), "input_ids")
    table = g.weight(name("embeddings.position_embeddings.weight"))
    if prefix == "bert":
        length = g.add("Shape", "input_ids", start=1, end=2)
        places = g.add("Slice", table, g.numbers(0), length, g.numbers(0))
    else:
        text = g.add("Cast", g.add("Not", g.add("Equal", "input_ids", g.numbers(1))), to=TensorProto.INT64)
        counted = g.add("Mul", g.add("CumSum", text, g.constant("one_axis", np.array(1, np.int64))), text)
        places = g.add("Gather", table, g.add("Add", counted, g.numbers(1)))
    types = g.weight(name("embeddings.token_type_embeddings.weight"))
    types = g.add("Gather", types, "token_type_ids" if prefix == "bert" else g.numbers(0))
    x = g.norm(g.add("Add", g.add("Add", words, places), types), name("embeddings.LayerNorm"), eps)
    mask = g.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    mask = g.add("Mul", g.add("Sub", g.scalar(1.0), mask), g.scalar(-10000.0))
    mask = g.add("Unsqueeze", mask, g.numbers(1, 2))
    for i in range(config["num_hidden_layers"]):
        layer = lambda rest: name(f"encoder.layer.{i}.{rest}")
        shape = g.numbers(0, 0, heads, hidden // heads)
        split = lambda part: g.add("Transpose", g.add("Reshape", g.linear(x, layer(f"attention.self.{part}")), shape), perm=[0, 2, 1, 3])
        q, k, v = split("query"), split("key"), split("value")
        scores = g.add("MatMul", q, g.add("Transpose", k, perm=[0, 1, 3, 2]))
        scores = g.add("Div", scores, g.scalar(float(np.sqrt(np.float32(hidden // heads)))))
        looked = g.add("MatMul", g.add("Softmax", g.add("Add", scores, mask), axis=-1), v)
        looked = g.add("Reshape", g.add("Transpose", looked, perm=[0, 2, 1, 3]), g.numbers(0, 0, hidden))
        x = g.norm(g.add("Add", g.linear(looked, layer("attention.output.dense")), x), layer("attention.output.LayerNorm"), eps)
        up = g.linear(g.add("Clip", x, g.scalar(-16.0), g.scalar(16.0)) if clip else x, layer("intermediate.dense"))
        half = g.add("Add", g.add("Erf", g.add("Div", up, g.scalar(float(np.sqrt(np.float32(2)))))), g.scalar(1.0))
        up = g.add("Mul", g.add("Mul", up, half), g.scalar(0.5))
        if clip:
            up = g.add("Clip", up, "", g.scalar(6.0))
        x = g.norm(g.add("Add", g.linear(up, layer("output.dense")), x), layer("output.LayerNorm"), eps)
    product = g.add("MatMul", x, g.weight("classifier.weight", True))
    g.nodes.append(helper.make_node("Add", [product, g.weight("classifier.bias")], ["logits"], name="logits"))
    inputs = ["input_ids", "attention_mask"] + ["token_type_ids"] * (prefix == "bert")
    info = lambda name, kind, *more: helper.make_tensor_value_info(name, kind, ["batch", "seq", *more])
    graph = helper.make_graph(g.nodes, "ner", [info(name, TensorProto.INT64) for name in inputs],
                              [info("logits", TensorProto.FLOAT, len(config["id2label"]))], list(g.stored.values()))
    onnx.save(helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)]), str(path))


def layout(kind, vocabulary, labels, hidden, heads, inner, layers, positions, eps):
    classifier = {"bert": "BertForTokenClassification", "xlm-roberta": "XLMRobertaForTokenClassification"}[kind]
    return {
        "architectures": [classifier], "model_type": kind, "attention_probs_dropout_prob": 0.1, "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1, "hidden_size": hidden, "initializer_range": 0.02, "intermediate_size": inner,
        "layer_norm_eps": eps, "max_position_embeddings": positions, "num_attention_heads": heads,
        "num_hidden_layers": layers, "pad_token_id": 0 if kind == "bert" else 1, "position_embedding_type": "absolute",
        "type_vocab_size": 2 if kind == "bert" else 1, "vocab_size": vocabulary,
        "id2label": {str(i): label for i, label in enumerate(labels)}, "label2id": {label: i for i, label in enumerate(labels)},
    }


def random_weights(config, seed):
    """Larger than a fresh network's, so that labels differ from word to word and depend on the neighbors."""
    rng, w = np.random.default_rng(seed), {}
    prefix = "bert" if config["model_type"] == "bert" else "roberta"
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    some = lambda *shape, scale=0.15: (rng.standard_normal(shape) * scale).astype(np.float32)

    def norm(name):
        w[name + ".weight"], w[name + ".bias"] = 1 + some(hidden, scale=0.05), some(hidden, scale=0.05)

    def linear(name, out, into, scale=0.15):
        w[name + ".weight"], w[name + ".bias"] = some(out, into, scale=scale), some(out, scale=0.05)

    e = f"{prefix}.embeddings."
    w[e + "word_embeddings.weight"] = some(config["vocab_size"], hidden, scale=0.5)
    w[e + "position_embeddings.weight"] = some(config["max_position_embeddings"], hidden, scale=0.2)
    w[e + "token_type_embeddings.weight"] = some(config["type_vocab_size"], hidden, scale=0.2)
    norm(e + "LayerNorm")
    for i in range(config["num_hidden_layers"]):
        layer = f"{prefix}.encoder.layer.{i}."
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            linear(layer + "attention." + part, hidden, hidden)
        norm(layer + "attention.output.LayerNorm")
        linear(layer + "intermediate.dense", inner, hidden)
        linear(layer + "output.dense", hidden, inner)
        norm(layer + "output.LayerNorm")
    linear("classifier", len(config["id2label"]), hidden, scale=0.6)
    # What checkpoints hold and no token classifier needs.
    linear(f"{prefix}.pooler.dense", hidden, hidden)
    return w


LETTERS = "abcdefghijklmnopqrstuvwxyzäöüßABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜ0123456789"
WORDS = ["Frau", "Herr", "der", "die", "in", "und", "wohnt", "arbeitet", "bei", "Anna", "Köln", "AG", "Straße", "Max", "sehr", "geehrte"]
SIGNS = list(".,;:!?()-/'\"&@§%€")


def special(number, text):
    return {"id": number, "content": text, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}


def bert_tokenizer():
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = names + WORDS + SIGNS + list(LETTERS) + ["##" + letter for letter in LETTERS] + ["##en", "##er", "##ung"]
    return len(vocabulary), {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [special(i, name) for i, name in enumerate(names)],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": False},
        "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": None, "decoder": None,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
                  "vocab": {piece: i for i, piece in enumerate(vocabulary)}},
    }


def xlmr_tokenizer():
    names = ["<s>", "<pad>", "</s>", "<unk>"]
    pieces = [(name, 0.0) for name in names] + [("▁", -3.0)] + [("▁" + word, -5.0) for word in WORDS]
    pieces += [(one, -8.0) for one in list(LETTERS) + SIGNS] + [("▁" + one, -9.0) for one in LETTERS] + [("en", -6.0), ("er", -6.0)]
    return len(pieces), {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [special(i, name) for i, name in enumerate(names)],
        "normalizer": {"type": "NFKC"},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}]},
        "post_processor": None, "decoder": None, "model": {"type": "Unigram", "unk_id": 3, "vocab": pieces, "byte_fallback": False},
    }


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def tiny(out, kind, seed):
    out.mkdir(parents=True, exist_ok=True)
    n, tokenizer = bert_tokenizer() if kind == "bert" else xlmr_tokenizer()
    config = layout(kind, n, LABELS, HIDDEN, HEADS, INNER, LAYERS, 512 if kind == "bert" else 514, 1e-12 if kind == "bert" else 1e-5)
    weights = random_weights(config, seed)
    write_json(out / "config.json", config)
    write_json(out / "tokenizer.json", tokenizer)
    write_safetensors(out / "model.safetensors", weights)
    write_safetensors(out / "half.safetensors", {name: value.astype(np.float16) for name, value in weights.items()})
    export(weights, config, out / "model.onnx")


def default(source, out):
    """The embedded model's 8-bit weights as 32-bit numbers, with the names that BERT has for them."""
    graph = onnx.load(str(source / "model.onnx")).graph
    stored = {one.name: numpy_helper.to_array(one) for one in graph.initializer}

    def number(name):
        if name in stored:
            return stored[name].astype(np.float32)
        quantized = stored[name + "_quantized"].astype(np.float32) - stored[name + "_zero_point"].astype(np.float32)
        return quantized * stored[name + "_scale"]

    pieces, hidden = number("word.weight").shape
    n_layers = sum(name.endswith(".norm2.weight") for name in stored)
    manifest = (source / "models.toml").read_text(encoding="utf-8")
    labels = json.loads(next(line for line in manifest.splitlines() if line.startswith("labels"))[len("labels = "):])
    config = layout("bert", pieces, labels, hidden, 12, number("layers.0.up.bias").shape[0], n_layers, number("pos.weight").shape[0], 1e-12)
    w = {"bert.embeddings.word_embeddings.weight": number("word.weight"), "bert.embeddings.position_embeddings.weight": number("pos.weight"),
         "bert.embeddings.token_type_embeddings.weight": np.zeros((2, hidden), np.float32),
         "bert.embeddings.LayerNorm.weight": number("norm.weight"), "bert.embeddings.LayerNorm.bias": number("norm.bias")}
    for i in range(n_layers):
        here, there = f"layers.{i}.", f"bert.encoder.layer.{i}."
        matrix, bias = np.split(number(here + "qkv.weight"), 3, axis=1), np.split(number(here + "qkv.bias"), 3)
        for part, m, b in zip(("query", "key", "value"), matrix, bias):
            w[there + f"attention.self.{part}.weight"], w[there + f"attention.self.{part}.bias"] = m.T, b
        for ours, theirs in (("out", "attention.output.dense"), ("up", "intermediate.dense"), ("down", "output.dense")):
            w[there + theirs + ".weight"], w[there + theirs + ".bias"] = number(here + ours + ".weight").T, number(here + ours + ".bias")
        for ours, theirs in (("norm1", "attention.output.LayerNorm"), ("norm2", "output.LayerNorm")):
            w[there + theirs + ".weight"], w[there + theirs + ".bias"] = number(here + ours + ".weight"), number(here + ours + ".bias")
    w["classifier.weight"], w["classifier.bias"] = number("head.weight").T, number("head.bias")
    w = {name: np.ascontiguousarray(value) for name, value in w.items()}
    for name, clip in (("default", False), ("default-clipped", True)):
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "config.json", config)
        shutil.copy(source / "tokenizer.json", folder / "tokenizer.json")
        export(w, config, folder / "model.onnx", clip)
    write_safetensors(out / "default" / "model.safetensors", w)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("out", type=pathlib.Path); ap.add_argument("--default", type=pathlib.Path, metavar="NER_MODELS")
    a = ap.parse_args()
    tiny(a.out / "bert", "bert", 1)
    tiny(a.out / "xlmr", "xlm-roberta", 2)
    if a.default:
        default(a.default, a.out)


if __name__ == "__main__":
    main()
