#!/usr/bin/env bash
# Runs fuzz targets one after the other with any toolchain, without cargo-fuzz:
#
#     fuzz/run.sh SECONDS TARGET...        (no target: all)
#
# Seeds are taken from ../samples/hostile and from the folder DECKNAME_SEEDS, if
# set: SEEDS/<extension>/…; the corpus stays in fuzz/corpus, finds in
# fuzz/artifacts. The last line of each run tells executions and coverage.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:?seconds for each target}
shift
[ $# -gt 0 ] || set -- $(sed -n 's/^name = "\(.*\)"$/\1/p' Cargo.toml | grep -v '^deckname-fuzz$')

# The coverage that libFuzzer reads, and no sanitizer: the code has no unsafe.
export RUSTFLAGS="--cfg fuzzing -Ccodegen-units=4 -Cpasses=sancov-module \
-Cllvm-args=-sanitizer-coverage-level=3 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
# Named, so that build scripts and macros stay without counters.
host=$(rustc -vV | sed -n 's/^host: //p')
cargo build --release --target "$host" $(printf -- '--bin %s ' "$@")

# The extensions whose files are seeds of a target.
seeds() {
    case $1 in
    pdf | pdf_content) echo pdf ;;
    mail) echo eml mbox ;;
    office_container) echo docx xlsx pptx odt ods odp ;;
    card) echo vcf ics ;;
    archive) echo zip tar gz ;;
    json) echo json jsonl ;;
    picture) echo png jpg gif bmp webp tif svg emf wmf ;;
    text) echo txt log ;;
    *) echo "$1" ;;
    esac
}

failed=0
for target in "$@"; do
    mkdir -p "corpus/$target" "artifacts/$target"
    folders=("corpus/$target")
    for extension in $(seeds "$target"); do
        for folder in ../samples/hostile "${DECKNAME_SEEDS:-/nonexistent}/$extension"; do
            if compgen -G "$folder/*.$extension" >/dev/null; then
                find "$folder" -maxdepth 1 -name "*.$extension" -size -64k -print0 |
                    xargs -0 -I{} cp -n {} "corpus/$target/"
            fi
        done
    done
    echo "== $target"
    "${CARGO_TARGET_DIR:-target}/$host/release/$target" "${folders[@]}" \
        -max_total_time="$seconds" -max_len=65536 -rss_limit_mb=2048 -timeout=25 \
        -artifact_prefix="artifacts/$target/" -print_final_stats=1 -verbosity=0 2>&1 | tail -40 || failed=1
done
exit $failed
