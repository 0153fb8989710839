//! Which libtorch was loaded. The networks are bound to 2.4; another version may
//! load and then compute nonsense, or break off in the middle of a document.

use std::path::{Path, PathBuf};

use super::super::model::model_error;
use crate::error::Result;

/// The version that the networks are bound to.
const VERSION: (u32, u32) = (2, 4);

/// Refuses a libtorch of another version. One that says nowhere what it is
/// passes: the self-test of the model comes next.
pub(super) fn check() -> Result<()> {
    let version = loaded_from().and_then(|folder| version_of(&folder));
    match version {
        Some(version) if version != VERSION => Err(model_error(format!(
            "the libtorch that was loaded is {}.{}, but {}.{} is needed; scripts/get-libtorch.sh fetches it (see LIBTORCH and LD_LIBRARY_PATH)",
            version.0, version.1, VERSION.0, VERSION.1
        ))),
        Some(_) | None => Ok(()),
    }
}

/// The folder of the loaded library, where the system tells.
fn loaded_from() -> Option<PathBuf> {
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    let line = maps.lines().find(|line| line.contains("libtorch_cpu.so"))?;
    let path = line.find('/').and_then(|at| line.get(at..))?;
    Some(Path::new(path).parent()?.to_owned())
}

/// What lies beside a `lib` folder and tells the version: `build-version` of the
/// archives, `version.py` of the Python wheels.
fn version_of(folder: &Path) -> Option<(u32, u32)> {
    let base = folder.parent()?;
    let text = ["build-version", "version.py"]
        .iter()
        .find_map(|name| std::fs::read_to_string(base.join(name)).ok())?;
    // `2.4.1+cu121`, or `__version__ = '2.4.1+cu121'`.
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let mut parts = text.get(start..)?.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next()?.parse().ok()?;
    Some((major, minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_where_it_stands() {
        let rows = [
            ("build-version", "2.4.1+cpu\n", Some((2, 4))),
            (
                "version.py",
                "from typing import Optional\n__version__ = '2.5.0+cu121'\n",
                Some((2, 5)),
            ),
            ("version.py", "nothing", None),
            ("other", "2.4.1", None),
        ];
        for (name, text, expected) in rows {
            let base = tempfile::tempdir().unwrap();
            crate::fs::write_new(&base.path().join(name), text.as_bytes()).unwrap();
            assert_eq!(version_of(&base.path().join("lib")), expected, "{text}");
        }
    }

    #[test]
    fn this_program_runs_on_a_version_that_it_checked() {
        let folder = loaded_from().expect("libtorch is loaded");
        assert_eq!(version_of(&folder), Some(VERSION));
        check().unwrap();
    }
}
