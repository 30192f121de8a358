//! The binary `skirmish`: `serve` runs a server, `replay` runs a match log again, `types` prints a game's types for TypeScript.

mod cli;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
