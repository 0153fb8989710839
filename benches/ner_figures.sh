#!/usr/bin/env bash
# The name model in this program and in ONNX Runtime: same file, same windows,
# same number of threads, taking turns, so that whatever else the machine does
# falls on both. Prints the tokens a second of every round and the ratio of the
# medians.
#
#   pip install onnxruntime numpy     # into a venv
#   PYTHON=venv/bin/python benches/ner_figures.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-7}
python=${PYTHON:-python3}
profile=${PROFILE:-bench}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

bench=$(cargo bench --profile "$profile" --bench ner --no-run --message-format=json 2>/dev/null |
    "$python" -c 'import json,sys
for line in sys.stdin:
    d = json.loads(line)
    if d.get("executable") and d["target"]["name"] == "ner": print(d["executable"])')
DECKNAME_WINDOWS=$scratch/windows.json DECKNAME_PASSES=1 "$bench" >/dev/null

for round in $(seq "$rounds"); do
    for threads in 1 2; do
        DECKNAME_PASSES=1 DECKNAME_THREADS=$threads "$bench" | grep '^rten'
        "$python" benches/ner_peer.py ner-models/model.onnx "$scratch/windows.json" --passes 1 --threads $threads | grep '^onnxruntime'
        "$python" benches/ner_peer.py ner-models/model.onnx "$scratch/windows.json" --passes 1 --threads $threads --batch 4 | grep '^onnxruntime'
    done
done | tee "$scratch/all.txt"

"$python" - "$scratch/all.txt" <<'PY'
import collections, re, statistics, sys
clock, cpu = collections.defaultdict(list), collections.defaultdict(list)
for line in open(sys.argv[1]):
    name, threads = re.match(r"(\w+) threads=(\d+)", line).groups()
    name += " batch 4" if "batch=4" in line else ""
    clock[name, threads].append(int(re.search(r"tokens/s=(\d+)", line)[1]))
    cpu[name, threads].append(int(re.search(r"tokens/cpu-s=(\d+)", line)[1]))
median = statistics.median
print("medians; the ratio is rten by the other")
for (name, threads), values in sorted(clock.items()):
    ours, ours_cpu, theirs_cpu = clock["rten", threads], cpu["rten", threads], cpu[name, threads]
    print(f"{name:20} threads {threads}: {median(values):6.0f} tokens/s, ratio {median(ours) / median(values):.2f} (best by best {max(ours) / max(values):.2f});"
          f" {median(theirs_cpu):6.0f} tokens a second of processor time, ratio {median(ours_cpu) / median(theirs_cpu):.2f} (best by best {max(ours_cpu) / max(theirs_cpu):.2f})")
PY
