//! The plain command from its flags to its report.

use std::sync::Arc;

use crate::attack;
use crate::cli::Cli;
use crate::environment::Environment;
use crate::exit::Failure;
use crate::field::{Field, Run};
use crate::monitor::{Beside, Monitor};
use crate::report::{self, Asked, Report};
use crate::verdict::Outcome;

const HOST: &str = "http://127.0.0.1:8080";

pub(crate) async fn run(cli: Cli) -> Result<Outcome, Failure> {
    let Cli { goose, common, .. } = &cli;
    let scenarios = cli.scenarios();
    let baseline = common.baseline.as_deref().map(Report::read).transpose()?;
    let target = common.target(goose.host.as_deref().unwrap_or(HOST))?;
    let run = Run::new(target, common.options()?);
    let field = Arc::new(Field::start(Arc::clone(&run), &common.own_cores()?)?);
    let monitor = Monitor::start(Arc::clone(&run), !common.no_progress)?;

    let attacked = attack::run(cli.goose.clone(), &scenarios, Arc::clone(&field)).await;
    let interrupted = goose::is_killswitch_triggered();
    let (tally, _) = field.report().await;
    let beside_series = monitor.finish();
    let reserved = field.reserved.shown();
    Arc::into_inner(field).expect("goose and its users are gone").finish();
    let attacked = attacked?;

    let beside = attacked.ends.map_or_else(Beside::default, |(opened, closed)| closed.since(&opened, run.tick_hz()));
    let report = Report {
        goose_missed: attacked.missed,
        began_unix_ms: run.clock.unix_ms(run.clock.began()),
        steady_from_unix_ms: run.window.opened().map(|opened| run.clock.unix_ms(opened)),
        steady_s: run.window.length().as_secs_f64(),
        interrupted,
        processes: 1,
        asked: Asked {
            target: run.target.shown(),
            scenarios: cli.scenarios_played(),
            seed: common.seed,
            verified: !common.acks_only,
            reserved,
            slos: common.slo.clone(),
        },
        seen: run.seen.lock().expect("nobody panics with it").clone(),
        environment: Environment::here(),
        beside,
        tally,
        beside_series,
        ..Report::default()
    }
    .judged();
    print!("{}", report::print(&report));
    let [_, page] = report.write(&common.out, baseline.as_ref())?;
    println!("report: {}", page.display());
    Ok(report.verdict.outcome)
}
