"""The token classifier: a BERT encoder with fused query/key/value, small enough to read at a glance.

Stops at the network itself: no tokenizer, no training, no files.
"""
import torch
from torch import nn
from torch.nn import functional as F


# A few pieces (<s>, </s>) have activations ten times larger than all others, which ruins 8-bit activations per tensor.
# They are cut off here, and training adapts to it.
UP_LIMIT, DOWN_LIMIT = 16.0, 6.0


class Layer(nn.Module):
    def __init__(self, hidden, heads, inner, eps):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(hidden, 3 * hidden)
        self.out = nn.Linear(hidden, hidden)
        self.norm1 = nn.LayerNorm(hidden, eps=eps)
        self.up = nn.Linear(hidden, inner)
        self.down = nn.Linear(inner, hidden)
        self.norm2 = nn.LayerNorm(hidden, eps=eps)

    def forward(self, x, bias):
        b, n, h = x.shape
        q, k, v = self.qkv(x).view(b, n, 3, self.heads, h // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        att = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        x = self.norm1(x + self.out(att.transpose(1, 2).reshape(b, n, h)))
        inner = F.gelu(self.up(x.clamp(-UP_LIMIT, UP_LIMIT)))
        return self.norm2(x + self.down(inner.clamp(max=DOWN_LIMIT)))


class Tagger(nn.Module):
    """`hidden`, `heads`, `inner`, `positions` are those of multilingual-e5-small."""

    def __init__(self, pieces, labels, layers, hidden=384, heads=12, inner=1536, positions=512, eps=1e-12):
        super().__init__()
        self.word = nn.Embedding(pieces, hidden)
        self.pos = nn.Embedding(positions, hidden)
        self.norm = nn.LayerNorm(hidden, eps=eps)
        self.layers = nn.ModuleList(Layer(hidden, heads, inner, eps) for _ in range(layers))
        self.head = nn.Linear(hidden, labels)

    def encode(self, input_ids, attention_mask):
        x = self.word(input_ids) + self.pos.weight[: input_ids.shape[1]]
        x = self.norm(x)
        bias = (1.0 - attention_mask[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        return x

    def forward(self, input_ids, attention_mask):
        return self.head(self.encode(input_ids, attention_mask))


def load(path, device="cpu"):
    """A saved checkpoint -> (model, its dictionary)."""
    ck = torch.load(path, map_location=device, weights_only=True)
    model = Tagger(ck["model"]["word.weight"].shape[0], ck["model"]["head.weight"].shape[0], ck["layers"])
    model.load_state_dict(ck["model"])
    return model.to(device), ck
