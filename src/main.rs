//! The command `deckname`: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    deckname::cli::main()
}
