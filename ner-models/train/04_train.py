"""Fine-tune the encoder as a token classifier with partial labels.

usage: 04_train.py DATA.npz BACKBONE.pt OUT.pt [--layers 0-11] [--minutes 90 | --epochs 3] [--device cuda] [--resume OUT.pt]
Loss: minus the logarithm of the summed probability of the allowed labels, mean over the pieces that are not free.
The rate rises over the first 3 % and falls linearly to zero with the share of time or of epochs that is used up;
--resume with --done takes up an interrupted run at that point of the schedule, --resume alone starts a new schedule.
The word embeddings stay frozen unless --train-embeddings (worth it on a GPU). A checkpoint is written every 10 minutes.
"""
import argparse, time
import numpy as np, torch
from common import ANY, LABELS, PAD
from model import Tagger


def load_data(paths):
    """-> ids, label sets (concatenated), start of each window, length of each window"""
    parts = [np.load(p) for p in paths.split(",")]
    ids, masks, lengths = (np.concatenate([p[k] for p in parts]) for k in ("ids", "masks", "lengths"))
    return ids, masks, np.concatenate([[0], lengths.cumsum()[:-1]]), lengths


def batches(lengths, budget, rng):
    """One pass: windows of similar length together, batches in random order."""
    order = np.argsort(lengths + rng.random(len(lengths)) * 8)
    out, at = [], 0
    while at < len(order):
        n = max(1, budget // int(lengths[order[min(at + budget // max(1, int(lengths[order[at]])), len(order) - 1)]]))
        out.append(order[at:at + n]); at += n
    rng.shuffle(out)
    return out


def collate(data, index, device):
    ids, masks, starts, lengths = data
    n = -(-int(lengths[index].max()) // 16) * 16
    x, m, y = np.full((len(index), n), PAD), np.zeros((len(index), n)), np.full((len(index), n), ANY)
    for row, i in enumerate(index):
        s, l = starts[i], lengths[i]
        x[row, :l] = ids[s:s + l]; m[row, :l] = 1; y[row, :l] = masks[s:s + l]
    return torch.as_tensor(x).to(device), torch.as_tensor(m).to(device), torch.as_tensor(y).to(device)


def partial_loss(logits, y, powers):
    logits = logits.float()
    keep = y != ANY
    allowed = (y[keep][:, None] & powers) > 0
    z = logits[keep]
    return (z.logsumexp(-1) - z.masked_fill(~allowed, -1e9).logsumexp(-1)).mean()


def build(path, layers, device):
    s = torch.load(path, weights_only=True)["model"]
    model = Tagger(s["word.weight"].shape[0], len(LABELS), len(layers))
    for new, old in enumerate(layers):
        own = model.layers[new].state_dict()
        model.layers[new].load_state_dict({k: s[f"layers.{old}.{k}"] for k in own})
    for k in ("word", "pos", "norm"):
        getattr(model, k).load_state_dict({n.split(".", 1)[1]: v for n, v in s.items() if n.startswith(k + ".")})
    torch.nn.init.normal_(model.head.weight, std=.02)
    return model.to(device)


def numbers(text):
    return [i for part in text.split(",") for a, _, b in [part.partition("-")] for i in range(int(a), int(b or a) + 1)]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("data", help="one or more files of 03_data.py, separated by commas"); ap.add_argument("backbone"); ap.add_argument("out")
    ap.add_argument("--layers", default="0-11"); ap.add_argument("--lr", type=float, default=3e-4)
    ap.add_argument("--batch", type=int, default=3072, help="pieces per step")
    ap.add_argument("--minutes", type=float, default=1e9); ap.add_argument("--epochs", type=float, default=1e9)
    ap.add_argument("--device", default="cpu"); ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--resume"); ap.add_argument("--done", type=float, default=0., help="share of the schedule that the resumed run had used up"); ap.add_argument("--train-embeddings", action="store_true"); ap.add_argument("--compile", action="store_true")
    a = ap.parse_args()
    torch.manual_seed(a.seed)
    rng = np.random.default_rng(a.seed)
    data = load_data(a.data)
    layers = numbers(a.layers)
    master = build(a.backbone, layers, a.device)
    if a.resume:
        master.load_state_dict(torch.load(a.resume, map_location=a.device, weights_only=True)["model"])
    master.word.weight.requires_grad_(a.train_embeddings)
    # the network that computes is a bfloat16 copy; the float32 master takes the updates
    model = build(a.backbone, layers, a.device).bfloat16()
    model.word.weight.requires_grad_(a.train_embeddings)
    pairs = [(p, q) for p, q in zip(master.parameters(), model.parameters()) if p.requires_grad]
    decay = [p for p, _ in pairs if p.dim() > 1]
    opt = torch.optim.AdamW([{"params": decay, "weight_decay": .01}, {"params": [p for p, _ in pairs if p.dim() == 1], "weight_decay": 0.}], lr=a.lr, betas=(.9, .98), eps=1e-8, fused=True)
    with torch.no_grad():
        for p, q in zip(master.parameters(), model.parameters()):
            q.copy_(p)
    run = torch.compile(model, dynamic=False) if a.compile else model
    powers = torch.tensor([1 << i for i in range(len(LABELS))], device=a.device)
    start, seen, step, mean, saved = time.time(), 0, 0, None, time.time()
    total = data[3].sum() * min(a.epochs, 1e6)
    save = lambda: torch.save({"model": {k: v.cpu() for k, v in master.state_dict().items()}, "layers": len(layers), "labels": LABELS, "seen": int(seen)}, a.out)
    done, mark = a.done, (start, 0)
    while done < 1:
        for index in batches(data[3], a.batch, rng):
            now = max((time.time() - start) / 60 / a.minutes, seen / total)
            done = a.done + (1 - a.done) * now
            if done >= 1:
                break
            for g in opt.param_groups:
                g["lr"] = a.lr * min(now / .03 + .02, 1, (1 - done) / .97 + 1e-3)
            x, m, y = collate(data, index, a.device)
            loss = partial_loss(run(x, m), y, powers)
            loss.backward()
            for p, q in pairs:
                p.grad, q.grad = q.grad.float(), None
            torch.nn.utils.clip_grad_norm_([p for p, _ in pairs], 1.)
            opt.step()
            with torch.no_grad():
                for p, q in pairs:
                    q.copy_(p)
            seen += int(data[3][index].sum()); step += 1
            mean = loss.item() if mean is None else .97 * mean + .03 * loss.item()
            if step % 10 == 0:
                clock = time.time()
                print(f"step {step} pieces {seen} share {done:.3f} loss {mean:.4f} pieces/s {(seen - mark[1]) / (clock - mark[0]):.0f} minutes {(clock - start) / 60:.1f}", flush=True)
                mark = (clock, seen)
            if time.time() - saved > 600:
                save(); saved = time.time()
    save()


if __name__ == "__main__":
    main()
