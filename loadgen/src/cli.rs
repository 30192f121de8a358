//! The command line: goose's own flags with ours beside them, and our subcommands.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use goose::config::GooseConfiguration;

use crate::exit::Failure;
use crate::field::Options;
use crate::reserve;
use crate::scenarios::Scenario;
use crate::slo::Slo;
use crate::target::Target;

const EXAMPLES: &str = "Examples:
  skirmish-loadgen --host http://127.0.0.1:8080 --users 200 --increase-rate 50 --run-time 1m
      200 players for a minute; goose's flags mean what they mean in goose
  skirmish-loadgen -u 100 -r 50 -t 30s --slo 'input_ack_p99<60ms' --slo 'tick_budget_p99<80%'
      ends with code 3 if an objective is missed
  skirmish-loadgen -u 100 -r 50 -t 1m --weights player=8,churn=1,reconnect=1
      eight players in ten stay, one comes and goes, one loses its connection
  skirmish-loadgen -u 100 -r 50 -t 30s --baseline reports/before.json --out reports/after
      the report shows what changed
  skirmish-loadgen capacity --slo 'input_ack_p99<60ms' --slo 'tick_budget_p99<80%' --seats 8
      how many players the server holds, and what gives out first
  skirmish-loadgen sweep --tick-hz 10,20,30,60,128 --players 64
      what each tick rate costs and gives, on a server of its own each
  skirmish-loadgen merge reports/one.json reports/two.json --out reports/both
      the report that one process would have given

Exit codes: 0 passed, 1 failed, 2 wrong arguments, 3 objective or threshold missed, 4 void (the generator was the bottleneck),
5 mismatch (the server did what no correct one does), 6 nobody got in, 7 capacity: generator-bound.";

/// Load for Skirmish servers, and honest figures of it.
#[derive(Parser)]
#[command(
    name = "skirmish-loadgen",
    about = "Load for Skirmish servers, and honest figures of it",
    long_about = "Load for Skirmish servers, and honest figures of it.\n\nWithout a subcommand, goose starts and stops the players, and its own flags, which are \
                  listed below with ours, keep their meaning. Writes OUT.html to read and OUT.json for scripts.",
    args_conflicts_with_subcommands = true,
    args_override_self = true,
    after_help = EXAMPLES,
    disable_version_flag = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) goose: GooseConfiguration,
    #[command(flatten)]
    pub(crate) plain: Plain,
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What else than a plain run there is.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Finds how many players a server holds: ramps up, bisects, and holds what it found
    Capacity(Capacity),
    /// Plays the same seeded match at several tick rates, each on a server of its own
    Sweep(Sweep),
    /// Makes one report of those that several processes wrote of one run
    Merge(Merge),
}

/// Flags of the plain run alone.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Players")]
pub(crate) struct Plain {
    /// Scenarios and how many of all players play each, as player=8,churn=1 [default: player]
    ///
    /// There are player, crowd, churn, reconnect, slow-reader, background-tab and herd. Goose's --scenarios selects
    /// among them too; without either only `player` is played.
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = weight)]
    pub(crate) weights: Vec<(Scenario, usize)>,
}

/// Flags of everything that plays.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Players")]
pub(crate) struct Common {
    /// The game to join
    #[arg(long, default_value = "arena")]
    pub(crate) game: String,
    /// What every player's every decision follows from
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Only read acks: snapshots are neither applied nor verified, which costs less
    #[arg(long)]
    pub(crate) acks_only: bool,
    /// Inputs a second of each player, at most the tick rate [default: the tick rate]
    #[arg(long, value_name = "HZ")]
    pub(crate) input_hz: Option<f64>,
    /// Cores of the generator's own, one thread of players on each [default: the last quarter of all]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) cores: Vec<usize>,
    /// Load a server on another machine, too
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// An objective, as input_ack_p99<60ms or tick_budget_p99<80%; repeatable
    #[arg(long, value_name = "OBJECTIVE")]
    pub(crate) slo: Vec<Slo>,
    /// Where the report goes: OUT.html and OUT.json
    #[arg(long, value_name = "OUT", default_value = "reports/loadtest")]
    pub(crate) out: PathBuf,
    /// A saved report (its JSON) to compare with
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Don't tell each second how it goes
    #[arg(long)]
    pub(crate) no_progress: bool,
}

/// Flags of the search.
#[derive(Args, Clone, Debug)]
pub(crate) struct Capacity {
    /// The server
    #[arg(short = 'H', long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub(crate) host: String,
    /// Players are spread over this many matches
    #[arg(long, value_name = "N")]
    pub(crate) matches: Option<u32>,
    /// Each match has this many players, and there are as many matches as that takes
    #[arg(long, value_name = "N")]
    pub(crate) seats: Option<u32>,
    /// Players to begin with
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(crate) start: u32,
    /// Players never to go beyond
    #[arg(long, value_name = "N", default_value_t = 4000)]
    pub(crate) players_max: u32,
    /// Players let in each second
    #[arg(long, value_name = "N", default_value_t = 200.0)]
    pub(crate) join_rate: f64,
    /// Seconds between a change of load and its measurement
    #[arg(long, value_name = "S", default_value_t = 2.0)]
    pub(crate) settle_s: f64,
    /// Seconds that each measurement takes
    #[arg(long, value_name = "S", default_value_t = 5.0)]
    pub(crate) window_s: f64,
    /// How often the limit is looked for
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) rounds: u32,
    /// Windows through which what was found must hold
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) hold_windows: u32,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Flags of the sweep.
#[derive(Args, Clone, Debug)]
pub(crate) struct Sweep {
    /// The tick rates, in Hz
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "10,20,30,60,128", value_parser = clap::value_parser!(u32).range(1..=240))]
    pub(crate) tick_hz: Vec<u32>,
    /// Players in the one match
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(2..=200))]
    pub(crate) players: u32,
    /// Seconds that each rate is measured
    #[arg(long, value_name = "S", default_value_t = 15.0)]
    pub(crate) window_s: f64,
    /// Seconds between the last join and the measurement
    #[arg(long, value_name = "S", default_value_t = 3.0)]
    pub(crate) settle_s: f64,
    /// The server's program [default: skirmish, beside this program]
    #[arg(long, value_name = "FILE")]
    pub(crate) server: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Flags of the merge.
#[derive(Args, Clone, Debug)]
pub(crate) struct Merge {
    /// The reports' JSON files
    #[arg(required = true, num_args = 1.., value_name = "FILE")]
    pub(crate) reports: Vec<PathBuf>,
    /// Where the report goes: OUT.html and OUT.json
    #[arg(long, value_name = "OUT", default_value = "reports/merged")]
    pub(crate) out: PathBuf,
    /// A saved report (its JSON) to compare with
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
}

fn weight(text: &str) -> Result<(Scenario, usize), String> {
    let (name, weight) = text.split_once('=').unwrap_or((text, "1"));
    let known = Scenario::ALL.map(Scenario::name).join(", ");
    let scenario = Scenario::of_name(name).ok_or_else(|| format!("no scenario {name:?}; there are {known}"))?;
    let weight = weight.parse().ok().filter(|weight| (1..=1000).contains(weight));
    Ok((scenario, weight.ok_or_else(|| format!("the weight of {name} must be a whole number from 1 to 1000"))?))
}

impl Cli {
    /// The scenarios that goose is to play, with their weights.
    pub(crate) fn scenarios(&self) -> Vec<(Scenario, usize)> {
        match (self.plain.weights.is_empty(), self.goose.scenarios.is_some()) {
            (false, _) => self.plain.weights.clone(),
            (true, true) => Scenario::ALL.map(|scenario| (scenario, 1)).to_vec(),
            (true, false) => vec![(Scenario::Player, 1)],
        }
    }

    /// Those that a report names: of all that goose is given, the ones that its `--scenarios` selects, as it was told them.
    pub(crate) fn scenarios_played(&self) -> Vec<(String, usize)> {
        match &self.goose.scenarios {
            Some(selected) if self.plain.weights.is_empty() => {
                selected.active.iter().map(|name| (name.clone(), 1)).collect()
            }
            _ => self.scenarios().iter().map(|(scenario, weight)| (scenario.name().to_owned(), *weight)).collect(),
        }
    }
}

impl Common {
    pub(crate) fn target(&self, address: &str) -> Result<Target, Failure> {
        Ok(Target::new(address, &self.game, self.allow_remote)?)
    }

    pub(crate) fn options(&self) -> Result<Options, Failure> {
        if let Some(given) = self.input_hz.filter(|hz| !(0.1..=240.0).contains(hz)) {
            return Err(Failure::Arguments(format!("--input-hz {given}: from 0.1 to 240 is possible")));
        }
        Ok(Options { seed: self.seed, verify: !self.acks_only, input_hz: self.input_hz, stage: false })
    }

    /// The generator's cores.
    pub(crate) fn own_cores(&self) -> Result<Vec<usize>, Failure> {
        let allowed = reserve::allowed_cores();
        match self.cores.iter().find(|core| !allowed.contains(core)) {
            Some(core) => Err(Failure::Arguments(format!("--cores {core}: this process may use {allowed:?}"))),
            None if self.cores.is_empty() => Ok(reserve::usual_cores()),
            None => Ok(self.cores.clone()),
        }
    }
}

/// A time of at least 0.1 s.
pub(crate) fn seconds(flag: &str, given: f64) -> Result<std::time::Duration, Failure> {
    if !(0.1..=86_400.0).contains(&given) {
        return Err(Failure::Arguments(format!("{flag} {given}: from 0.1 to 86400 seconds are possible")));
    }
    Ok(std::time::Duration::from_secs_f64(given))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(["skirmish-loadgen"].iter().chain(arguments))
    }

    #[test]
    fn gooses_flags_and_ours_stand_side_by_side() {
        let cli =
            parsed(&["-u", "20", "-r", "5", "-t", "10s", "--weights", "player=3,churn", "--slo", "input_ack_p99<60ms"])
                .unwrap();
        assert_eq!(cli.goose.users, Some(20));
        assert_eq!(cli.scenarios(), [(Scenario::Player, 3), (Scenario::Churn, 1)]);
        assert_eq!(cli.common.slo.len(), 1);
    }

    #[test]
    fn only_the_player_plays_unless_others_are_asked_for() {
        assert_eq!(parsed(&[]).unwrap().scenarios(), [(Scenario::Player, 1)]);
        assert_eq!(parsed(&["--scenarios", "herd"]).unwrap().scenarios().len(), Scenario::ALL.len());
    }

    #[test]
    fn a_report_names_the_scenarios_that_were_selected_and_no_others() {
        let played = |flags: &[&str]| parsed(flags).unwrap().scenarios_played();
        assert_eq!(played(&["--scenarios", "herd,churn"]), [("herd".to_owned(), 1), ("churn".to_owned(), 1)]);
        assert_eq!(played(&["--weights", "player=3"]), [("player".to_owned(), 3)]);
    }

    #[test]
    fn wrong_arguments_are_told() {
        for wrong in [
            &["--weights", "juggler=1"][..],
            &["--weights", "player=0"],
            &["--slo", "fun>1"],
            &["sweep", "--tick-hz", "500"],
            &["merge"],
        ] {
            assert!(parsed(wrong).is_err(), "{wrong:?}");
        }
    }
}
