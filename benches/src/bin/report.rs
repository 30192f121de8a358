//! `skirmish-report`: runs the measurements, holds them against the targets, and writes the report. `./scripts/bench` calls it.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use skirmish_benches::allocations::Counting;
use skirmish_benches::instructions::{Compared, Instructions};
use skirmish_benches::report::measure::measure;
use skirmish_benches::report::rig::Rig;
use skirmish_benches::report::{Found, Heap, Report, cases};
use skirmish_benches::stages::ENTITIES;

#[global_allocator]
static ALLOCATOR: Counting<std::alloc::System> = Counting(std::alloc::System);

/// Measures everything, prints it, and writes bench.json and bench.html. Fails if a stage takes more instructions than accepted.
#[derive(Debug, Parser)]
struct Flags {
    /// A first answer: five windows of a second each in one run of every program, instead of a run for each longer window.
    #[arg(long)]
    quick: bool,
    /// Only count the stages' instructions, and accept the counts as they are now.
    #[arg(long)]
    accept: bool,
    /// Only these cases, by their letters, and no instruction counts.
    #[arg(long, value_delimiter = ',', conflicts_with = "accept")]
    cases: Vec<String>,
    /// How often everything is measured.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Seconds that a window lasts.
    #[arg(long, default_value_t = 10.0)]
    window_s: f64,
    /// Where the report is written.
    #[arg(long, default_value = "reports")]
    reports: PathBuf,
    /// The accepted instruction counts.
    #[arg(long, default_value = "benches/instructions.json")]
    accepted: PathBuf,
    /// Where criterion has left its figures.
    #[arg(long, default_value = "target/criterion")]
    criterion: PathBuf,
    /// Where the TypeScript client's bench has left its figures.
    #[arg(long, default_value = "target/decoding.json")]
    decoding: PathBuf,
}

fn main() -> anyhow::Result<ExitCode> {
    let flags = Flags::parse();
    let programs = std::env::current_exe()?.parent().context("a program lies in a directory")?.to_owned();
    let instructions = match flags.cases.is_empty() {
        true => {
            eprintln!("counting instructions");
            Instructions::count(&programs.join("skirmish-stage"), &ENTITIES)?
        }
        false => Instructions::default(),
    };
    if flags.accept {
        instructions.save(&flags.accepted)?;
        println!("accepted: {}", flags.accepted.display());
        return Ok(ExitCode::SUCCESS);
    }
    let compared = instructions.compare(&Instructions::load(&flags.accepted)?);

    let (rounds, rig) = match flags.quick {
        true => (1, Rig { programs, warmup_s: 1.0, window_s: 1.0, windows: 5 }),
        false => (flags.rounds, Rig { programs, warmup_s: 3.0, window_s: flags.window_s, windows: 1 }),
    };
    let mut cases = cases::all(flags.quick);
    cases.retain(|case| flags.cases.is_empty() || flags.cases.contains(&case.id));
    let empty_rss_kib = rig.empty_rss_kib(cases.first().context("there is no such case")?)?;
    let measured = measure(&rig, cases, rounds)?;
    eprintln!("counting allocations");
    let heap = Heap::measure()?;
    let found = Found { criterion: &flags.criterion, decoding: &flags.decoding };
    let report = Report::new(measured, rig.window_s, empty_rss_kib, heap, compared, found);
    println!("{}", report.text());
    report.write(&flags.reports)?;
    println!("report: {}", flags.reports.join("bench.html").display());
    let is_worse = report.instructions.iter().any(Compared::is_regression);
    Ok(if is_worse { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
