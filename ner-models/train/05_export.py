"""Export a checkpoint to ONNX, quantize it to int8, compare the two.

usage: 05_export.py CHECKPOINT.pt OUT_F32.onnx OUT_INT8.onnx [--full-range]
Graph: input_ids int64 [batch, seq], attention_mask int64 [batch, seq] -> logits float [batch, seq, labels].
Weights: symmetric signed 8 bits per output channel, embeddings per tensor; activations: dynamic, per tensor. Unless --full-range is given, weights
use 7 bits only, since x86 processors without VNNI add pairs of products in 16 bits, which overflow otherwise.
"""
import argparse, os
import numpy as np, onnx, onnxruntime as ort, torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnx import TensorProto, helper, numpy_helper
from model import DOWN_LIMIT, UP_LIMIT, load


class Graph:
    """Builds the network node by node, with the fused operators that both rten and ONNX Runtime know."""

    def __init__(self):
        self.nodes, self.weights = [], []

    def weight(self, name, value):
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind, *inputs, name, outputs=1, domain="", **attributes):
        out = [name if outputs == 1 else f"{name}.{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), out, name=name, domain=domain, **attributes))
        return out[0] if outputs == 1 else out


def export(model, path):
    s = {k: v.detach().float().numpy() for k, v in model.state_dict().items()}
    g, fused = Graph(), {"domain": "com.microsoft"}
    number = lambda name, *v: g.weight(name, np.array(v, np.int64))
    linear = lambda x, name: g.add("MatMul", x, g.weight(name + ".weight", s[name + ".weight"].T), name=name)
    norm = lambda name: (g.weight(name + ".weight", s[name + ".weight"]), g.weight(name + ".bias", s[name + ".bias"]))
    bias = lambda name: g.weight(name + ".bias", s[name + ".bias"])
    length = g.add("Shape", "input_ids", name="length", start=1, end=2)
    pos = g.add("Slice", g.weight("pos.weight", s["pos.weight"]), number("zero", 0), length, number("axis", 0), name="pos")
    word = g.add("Gather", g.weight("word.weight", s["word.weight"]), "input_ids", name="word")
    x = g.add("LayerNormalization", g.add("Add", word, pos, name="embedding"), *norm("norm"), name="norm", axis=-1, epsilon=1e-12)
    mask = g.add("Cast", "attention_mask", name="mask", to=TensorProto.INT32)
    low, high, inner_high = (g.weight(n, np.array(v, np.float32)) for n, v in (("low", -UP_LIMIT), ("high", UP_LIMIT), ("inner_high", DOWN_LIMIT)))
    for i, layer in enumerate(model.layers):
        n = f"layers.{i}."
        qkv = g.add("Add", linear(x, n + "qkv"), bias(n + "qkv"), name=n + "qkv.sum")
        q, k, v = g.add("Split", qkv, number(n + "parts", *[x_ // 3 for x_ in [layer.qkv.out_features] * 3]), name=n + "split", outputs=3, axis=-1)
        att = g.add("MultiHeadAttention", q, k, v, "", mask, name=n + "attention", num_heads=layer.heads, **fused)
        x = g.add("SkipLayerNormalization", linear(att, n + "out"), x, *norm(n + "norm1"), bias(n + "out"), name=n + "norm1", epsilon=1e-12, **fused)
        up = g.add("Gelu", g.add("Add", linear(g.add("Clip", x, low, high, name=n + "clip"), n + "up"), bias(n + "up"), name=n + "up.sum"), name=n + "gelu", **fused)
        down = linear(g.add("Clip", up, "", inner_high, name=n + "inner_clip"), n + "down")
        x = g.add("SkipLayerNormalization", down, x, *norm(n + "norm2"), bias(n + "down"), name=n + "norm2", epsilon=1e-12, **fused)
    g.add("Add", linear(x, "head"), bias("head"), name="logits")
    info = lambda name, kind, *shape: helper.make_tensor_value_info(name, kind, ["batch", "seq", *shape])
    graph = helper.make_graph(g.nodes, "ner", [info("input_ids", TensorProto.INT64), info("attention_mask", TensorProto.INT64)],
                              [info("logits", TensorProto.FLOAT, model.head.out_features)], g.weights)
    onnx.save(helper.make_model(graph, ir_version=8, producer_name="deckname", opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]), path)


def quantize(source, out, reduce_range):
    quantize_dynamic(source, out, weight_type=QuantType.QInt8, per_channel=True, reduce_range=reduce_range,
                     op_types_to_quantize=["MatMul", "Gather"], nodes_to_exclude=["head"],
                     extra_options={"DefaultTensorType": TensorProto.FLOAT})


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("checkpoint"); ap.add_argument("f32"); ap.add_argument("int8"); ap.add_argument("--full-range", action="store_true")
    a = ap.parse_args()
    model, _ = load(a.checkpoint)
    model.eval()
    export(model, a.f32)
    quantize(a.f32, a.int8, not a.full_range)
    rng = np.random.default_rng(1)
    ids = rng.integers(4, 20000, (3, 77)); mask = np.ones_like(ids); mask[1, 50:] = 0
    feed = {"input_ids": ids, "attention_mask": mask}
    with torch.no_grad():
        want = model(torch.tensor(ids), torch.tensor(mask)).numpy()
    for path in (a.f32, a.int8):
        got = ort.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, feed)[0]
        same = (got.argmax(-1) == want.argmax(-1))[mask == 1].mean()
        print(f"{path}: {os.path.getsize(path) / 1e6:.1f} MB, largest difference {np.abs(got - want)[mask == 1].max():.4f}, same label {same:.4f}")


if __name__ == "__main__":
    main()
