//! `deckname generate`: shell completions and the man page, from the definitions
//! that the program itself reads its arguments by.

use clap::{Args as ClapArgs, CommandFactory, Subcommand};
use clap_complete::Shell;

use super::args::Args;
use super::print;
use crate::error::Error;

/// `deckname generate`
#[derive(Clone, Debug, ClapArgs)]
pub struct Generate {
    /// What to write to standard output.
    #[command(subcommand)]
    pub verb: GenerateVerb,
}

/// The verbs of `deckname generate`.
#[derive(Clone, Debug, Subcommand)]
pub enum GenerateVerb {
    /// Completions for a shell.
    Completions {
        /// The shell.
        #[arg(value_enum)]
        shell: Shell,
    },
    /// The man page, in roff.
    Man,
}

/// # Errors
/// If standard output cannot be written.
pub(super) fn run(args: &Generate) -> anyhow::Result<bool> {
    let mut out = Vec::new();
    let mut command = Args::command();
    match args.verb {
        GenerateVerb::Completions { shell } => {
            clap_complete::generate(shell, &mut command, "deckname", &mut out);
        }
        GenerateVerb::Man => {
            command.build();
            man(&command, &mut out)?;
        }
    }
    print(&out)?;
    Ok(true)
}

/// A page for the program and a section for each verb.
fn man(command: &clap::Command, out: &mut Vec<u8>) -> Result<(), Error> {
    let failed = |error: std::io::Error| Error::io("writing the man page", &error);
    clap_mangen::Man::new(command.clone())
        .render(out)
        .map_err(failed)?;
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        let page = clap_mangen::Man::new(verb.clone());
        page.render_synopsis_section(out).map_err(failed)?;
        page.render_description_section(out).map_err(failed)?;
        page.render_options_section(out).map_err(failed)?;
    }
    Ok(())
}
