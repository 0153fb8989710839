//! Only for the feature `rust-bert`: where the program finds libtorch when it
//! runs, and what is missing when something is. Without the feature it does nothing.
//!
//! This runs before the crates that link libtorch are built, so that whoever has
//! no libtorch reads this message and not theirs.

use std::env;
use std::path::Path;
use std::process::exit;

const ADVICE: &str = "Run scripts/get-libtorch.sh (it fetches libtorch 2.4 for the processor from PyPI, 800 MB, \
    and says what to set), or set LIBTORCH to a libtorch 2.4 of your own; see docs/guide/own-models.md.";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_RUST_BERT").is_none() {
        return;
    }
    for name in ["LIBTORCH", "LIBTORCH_LIB", "LIBTORCH_CXX11_ABI", "DOCS_RS"] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    let Some(base) = env::var_os("LIBTORCH") else {
        fail("the feature rust-bert needs libtorch 2.4, and LIBTORCH is not set.");
    };
    let base = Path::new(&base);
    let lib = env::var_os("LIBTORCH_LIB")
        .map_or_else(|| base.join("lib"), |lib| Path::new(&lib).join("lib"));
    let library = if cfg!(target_os = "macos") {
        "libtorch_cpu.dylib"
    } else {
        "libtorch_cpu.so"
    };
    if cfg!(unix) && !lib.join(library).is_file() {
        fail(&format!(
            "LIBTORCH is set, but {} holds no {library}.",
            lib.display()
        ));
    }
    check_version(base);
    check_abi(base);
    if cfg!(unix) {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{}", lib.display());
    }
}

/// The version is in a header; a libtorch without headers cannot be built against.
fn check_version(base: &Path) {
    let header = base.join("include/torch/csrc/api/include/torch/version.h");
    let Ok(text) = std::fs::read_to_string(&header) else {
        if env::var_os("LIBTORCH_INCLUDE").is_none() {
            fail(&format!(
                "LIBTORCH is set, but {} cannot be read.",
                header.display()
            ));
        }
        return;
    };
    let number = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_default().trim().to_owned()
    };
    let version = [
        number("#define TORCH_VERSION_MAJOR"),
        number("#define TORCH_VERSION_MINOR"),
    ]
    .join(".");
    if version != "2.4" {
        fail(&format!(
            "LIBTORCH names libtorch {version}, but 2.4 is needed."
        ));
    }
}

/// Libraries from `PyPI` are built with the old names of C++ strings; without the
/// variable, linking ends in pages of undefined symbols.
fn check_abi(base: &Path) {
    let cmake = base.join("share/cmake/Torch/TorchConfig.cmake");
    let old =
        std::fs::read_to_string(cmake).is_ok_and(|text| text.contains("_GLIBCXX_USE_CXX11_ABI=0"));
    if old && env::var("LIBTORCH_CXX11_ABI").as_deref() != Ok("0") {
        fail("this libtorch comes from PyPI: LIBTORCH_CXX11_ABI=0 must be set, too.");
    }
}

fn fail(what: &str) -> ! {
    println!("cargo::error={what} {ADVICE}");
    exit(1)
}
