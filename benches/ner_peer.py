"""ONNX Runtime on the windows that benches/ner.rs wrote: one window a call, one thread a call, N callers.

usage: ner_peer.py MODEL.onnx WINDOWS.json [--threads 1 2] [--passes 3] [--batch 1]
`--batch 4` gives it four windows of like length a call, its own best way here, which the program cannot use (a window's
result would depend on its neighbors).
"""
import argparse, json, statistics, threading, time
import numpy as np, onnxruntime as ort

PAD = 1


def batches(windows, size):
    windows = sorted(windows, key=len) if size > 1 else windows
    for k in range(0, len(windows), size):
        part = windows[k:k + size]
        n = max(map(len, part))
        ids, mask = np.full((len(part), n), PAD, np.int64), np.zeros((len(part), n), np.int64)
        for row, window in enumerate(part):
            ids[row, :len(window)], mask[row, :len(window)] = window, 1
        yield ids, mask


def work(session, todo, lock, sums):
    total = 0.0
    while True:
        with lock:
            ids, mask = next(todo, (None, None))
        if ids is None:
            break
        logits = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        total += float(logits[mask == 1].sum())
    sums.append(total)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("model"); ap.add_argument("windows")
    ap.add_argument("--threads", type=int, nargs="+", default=[1, 2]); ap.add_argument("--passes", type=int, default=3); ap.add_argument("--batch", type=int, default=1)
    a = ap.parse_args()
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    started = time.time()
    session = ort.InferenceSession(a.model, options, providers=["CPUExecutionProvider"])
    print(f"load: {1000 * (time.time() - started):.0f} ms, onnxruntime {ort.__version__}")
    windows = json.load(open(a.windows, encoding="utf-8"))
    ready, n_tokens = list(batches(windows, a.batch)), sum(map(len, windows))
    for n_threads in a.threads:
        speeds, cpu_speeds = [], []
        for _ in range(a.passes):
            sums, lock, todo = [], threading.Lock(), iter(ready)
            callers = [threading.Thread(target=work, args=(session, todo, lock, sums)) for _ in range(n_threads)]
            started, cpu = time.time(), time.process_time()
            for caller in callers: caller.start()
            for caller in callers: caller.join()
            speeds.append(int(n_tokens / (time.time() - started)))
            cpu_speeds.append(int(n_tokens / (time.process_time() - cpu)))
        print(f"onnxruntime threads={n_threads} batch={a.batch} tokens/s={int(statistics.median(speeds))} tokens/cpu-s={int(statistics.median(cpu_speeds))} all={sorted(speeds)} sum={sum(sums):.1f}")


if __name__ == "__main__":
    main()
