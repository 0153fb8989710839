"""Run an exported model over texts the way the product does: windows of lines, batches by length, words, spans."""
import numpy as np, onnxruntime as ort
from tokenizers import Tokenizer
from common import PAD, decode, pack, word_probabilities


class Ner:
    def __init__(self, model, tokenizer, temperature=1.0, thresholds=None, threads=1, batch=16):
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.tok, self.temperature, self.thresholds, self.batch = Tokenizer.from_file(tokenizer), temperature, thresholds, batch

    def logits(self, texts):
        """For every text: [(offsets, logits [pieces, labels])], one entry per window."""
        wins = [(t, ids, offs) for t, text in enumerate(texts) for ids, offs in pack(self.tok, text)]
        out = [[] for _ in texts]
        order = sorted(range(len(wins)), key=lambda i: len(wins[i][1]))
        for k in range(0, len(order), self.batch):
            part = [wins[i] for i in order[k:k + self.batch]]
            n = max(len(ids) for _, ids, _ in part)
            x, m = np.full((len(part), n), PAD, np.int64), np.zeros((len(part), n), np.int64)
            for row, (_, ids, _) in enumerate(part):
                x[row, :len(ids)] = ids; m[row, :len(ids)] = 1
            y = self.session.run(None, {"input_ids": x, "attention_mask": m})[0]
            for row, (t, ids, offs) in enumerate(part):
                out[t].append((offs, y[row, :len(ids)]))
        return out

    def words(self, texts, logits=None, temperature=None):
        t = temperature or self.temperature
        for text, wins in zip(texts, logits or self.logits(texts)):
            yield word_probabilities(text, [(o, softmax(y / t)) for o, y in wins])

    def spans(self, texts, logits=None):
        for text, (words, probs) in zip(texts, self.words(texts, logits)):
            yield decode(text, words, probs, self.thresholds)


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)
