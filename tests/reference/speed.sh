#!/usr/bin/env bash
# What the recognizers without a model cost on a text, beside ripgrep counting one
# of the patterns (the shape of a German IBAN) on the same file in the same run.
#
# usage: tests/reference/speed.sh FILE...      (needs ripgrep)
set -euo pipefail
cd "$(dirname "$0")/../.."
export CARGO_PROFILE_DEV_OPT_LEVEL=3
cargo test --test detect --no-run
for file in "$@"; do
    bytes=$(stat -c %s "$file")
    echo "== $file"
    DECKNAME_SPEED="$file" cargo test -q --test detect speed -- --ignored --nocapture | grep MB/s
    # CPU time of one thread, the best of five, as the test above measures itself.
    best=$(for _ in 1 2 3 4 5; do
        TIMEFORMAT='%U %S'
        { time rg -j1 --no-mmap -c 'DE\d{2}(?: ?\d{4}){4} ?\d{2}' "$file" >/dev/null || true; } 2>&1 |
            awk '{ print $1 + $2 }'
    done | sort -n | sed -n 1p)
    awk -v b="$bytes" -v t="$best" 'BEGIN { printf "%10s: %6.1f MB/s\n", "ripgrep", b / 1e6 / (t > 0 ? t : 0.001) }'
done
