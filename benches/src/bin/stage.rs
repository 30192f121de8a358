//! `skirmish-stage`: does one stage's work a few times, to have its instructions counted. `instructions` runs it under valgrind.

use std::hint::black_box;

use anyhow::Context;
use clap::Parser;
use skirmish_benches::stages::{Stage, Work};

/// Does one stage's work; what it does in the function `counted` is what counts.
#[derive(Debug, Parser)]
struct Flags {
    /// The stage.
    stage: String,
    /// How many entities.
    entities: u32,
    /// How often, after one time that does not count.
    #[arg(long, default_value_t = 1)]
    times: u32,
}

fn main() -> anyhow::Result<()> {
    let flags = Flags::parse();
    let stage = Stage::ALL.into_iter().find(|stage| stage.name() == flags.stage);
    let mut work = stage.with_context(|| format!("there is no stage {:?}", flags.stage))?.prepare(flags.entities);
    work();
    counted(&mut work, flags.times);
    Ok(())
}

#[inline(never)]
fn counted(work: &mut Work, times: u32) {
    for _ in 0..black_box(times) {
        work();
    }
}
