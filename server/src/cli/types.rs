//! `skirmish types`: a game's types for TypeScript.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command};
use serde_json::json;
use skirmish_server::directory::HostError;
use skirmish_server::{games, typescript};

const ABOUT: &str = "Print a game's components, input and events as TypeScript";
const LONG_ABOUT: &str =
    "Print a game's components, input and events as TypeScript, for pages that use the package skirmish-client:
`join<Arena>(…)` then checks every name and value.";
const EXAMPLES: &str = "Example:
  skirmish types --game arena > arena.ts";

pub(super) fn command() -> Command {
    let games: Vec<String> = games::games().iter().map(|game| game.name().to_owned()).collect();
    let game = Arg::new("game")
        .long("game")
        .value_name("GAME")
        .required(true)
        .value_parser(PossibleValuesParser::new(games))
        .help("The game's name");
    Command::new("types").about(ABOUT).long_about(LONG_ABOUT).after_help(EXAMPLES).arg(game)
}

pub(super) fn run(given: &ArgMatches) -> Result<(), HostError> {
    let name = given.get_one::<String>("game").expect("clap requires it");
    let game = games::games().into_iter().find(|game| game.name() == name).expect("clap allows only games there are");
    print!("{}", typescript(game, json!({}))?);
    Ok(())
}
