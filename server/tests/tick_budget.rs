//! What `/metrics` tells of tick budgets and threads.

mod http;
mod player;

use http::{config, get, start, wait_until};
use player::Player;
use skirmish_server::{Config, Running};

/// The value of a series.
fn metric(server: &Running, series: &str) -> f64 {
    let page = get(server.addr, "/metrics").body;
    let value = page.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok());
    value.unwrap_or_else(|| panic!("{series} is missing in:\n{page}"))
}

#[test]
fn only_matches_that_somebody_is_in_count_for_the_budget_and_every_thread_tells_its_time() {
    let server = start(Config { tick_hz: Some(60), sim_threads: 1, edge_threads: 1, ..config() });
    let token = format!("Authorization: Bearer {}", server.admin_token);
    let opened = http::ask(server.addr, "POST", "/api/admin/matches", &[&token], r#"{"game":"arena"}"#);
    assert!(opened.status < 300, "{opened:?}");
    wait_until("the empty match ticks", || metric(&server, "skirmish_ticks_total") >= 30.0);
    assert_eq!(metric(&server, "skirmish_tick_budget_permille_count"), 0.0);
    let _ada = Player::join(server.addr, "Ada", 1);
    wait_until("a match with a player ticks", || metric(&server, "skirmish_tick_budget_permille_count") >= 5.0);
    for thread in ["sim-0", "edge-0"] {
        let cpu_s = metric(&server, &format!("skirmish_thread_cpu_seconds_total{{thread=\"{thread}\"}}"));
        assert!(cpu_s > 0.0, "{thread}");
    }
}
