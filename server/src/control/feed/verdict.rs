//! What a player's trouble comes from, as far as the server can tell: itself, the network, or the player's own machine.
//!
//! Looked for in this order, since what comes first explains what comes later: a server that is late makes every player's snapshots late; a bad network
//! makes acknowledgements late. What is left of a late acknowledgement then is the client's. Not here: the measuring.

use std::ops::RangeInclusive;

use skirmish_protocol::CloseCode;
use skirmish_sim::{PlayerFigures, Relief};

/// A round trip beyond this is felt, in microseconds.
const RTT_US_MAX: u64 = 120_000;
/// A jitter beyond this is felt.
const JITTER_US_MAX: u64 = 20_000;
/// An acknowledgement that takes so much longer than the round trip and two snapshots: the client is busy, or its page hidden.
const CLIENT_US_MAX: u64 = 80_000;

/// How the match's ticks went in the last second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Server {
    pub(super) overruns_per_s: u64,
    pub(super) ticks_per_s: u64,
    pub(super) relief: Relief,
    pub(super) budget_us: u64,
    /// From snapshot to snapshot.
    pub(super) snapshot_us: u64,
    pub(super) is_paused: bool,
}

/// How a player's line went in the last second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// None: not measured yet.
    pub(super) rtt_us: Option<u64>,
    pub(super) jitter_us: u64,
    pub(super) ack_us: u64,
    pub(super) snapshots_per_s: u64,
    pub(super) skips_per_s: u64,
    /// Those of them for which too much was unacknowledged.
    pub(super) skips_window_per_s: u64,
    pub(super) inputs_per_s: u64,
    pub(super) inputs_late_per_s: u64,
}

/// Close codes by which a client learns that what it sent was wrong.
const CLIENT_FAULTS: RangeInclusive<u16> = CloseCode::BadMessage.code()..=CloseCode::TooFrequent.code();

impl Line {
    fn due_per_s(&self) -> u64 {
        self.snapshots_per_s + self.skips_per_s
    }

    /// Snapshots for which the socket had no room, or the reader thread no time.
    fn refused_per_s(&self) -> u64 {
        self.skips_per_s.saturating_sub(self.skips_window_per_s)
    }

    fn refuses_too_many(&self) -> bool {
        self.refused_per_s() * 10 > self.due_per_s()
    }
}

/// The cause, and a sentence about it.
///
/// `is_impaired`: a bad network was put on the line, so what looks like a slow page is that.
pub(super) fn verdict(
    player: &PlayerFigures,
    line: &Line,
    server: &Server,
    is_impaired: bool,
) -> (&'static str, String) {
    if player.bot {
        return ("fine", "a bot: played within the server".to_owned());
    }
    if player.session.is_none() {
        let last = player.closes.last();
        let how = last.map_or_else(String::new, |close| format!(": {} ({})", close.reason, close.code));
        let was_wrong = last.is_some_and(|close| CLIENT_FAULTS.contains(&close.code));
        return (if was_wrong { "client" } else { "network" }, format!("not connected{how}"));
    }
    let found = of_server(server).map(|why| ("server", why));
    let found = found.or_else(|| of_network(line, server).map(|why| ("network", why)));
    let found = found.or_else(|| {
        let on_a_quick_line = of_client(line, server).map(|why| ("client", why));
        let found = on_a_quick_line.or_else(|| of_machine(line).map(|why| ("server", why)))?;
        Some(if is_impaired { ("network", "a bad network is on".to_owned()) } else { found })
    });
    found.unwrap_or_else(|| ("fine", "nothing stands out".to_owned()))
}

fn of_server(server: &Server) -> Option<String> {
    let Server { overruns_per_s, ticks_per_s, relief, budget_us, .. } = server;
    if *relief != Relief::NONE {
        let Relief { snapshot_factor, dilation_permille } = relief;
        return Some(format!(
            "the server has more work than time: a snapshot for every {snapshot_factor} that are due, match time at {dilation_permille} thousandths"
        ));
    }
    // One in twenty is seen as a stutter.
    (overruns_per_s * 20 > *ticks_per_s && *overruns_per_s > 0).then(|| {
        format!("{overruns_per_s} of {ticks_per_s} ticks a second take longer than the {budget_us} us that they have")
    })
}

fn of_network(line: &Line, server: &Server) -> Option<String> {
    let ms = |us: u64| us / 1000;
    let rtt_us = line.rtt_us.unwrap_or_default();
    if rtt_us > RTT_US_MAX {
        return Some(format!("the round trip takes {} ms", ms(rtt_us)));
    }
    if line.jitter_us > JITTER_US_MAX {
        return Some(format!("the round trip of {} ms varies by {} ms", ms(rtt_us), ms(line.jitter_us)));
    }
    // A line on which snapshots wait for each other delays whatever else is on it.
    let is_full = line.refuses_too_many() && rtt_us + line.jitter_us > server.snapshot_us;
    let (refused, due) = (line.refused_per_s(), line.due_per_s());
    is_full.then(|| format!("the line is too slow for {refused} of {due} snapshots a second"))
}

/// What neither a slow line nor a slow client explains.
fn of_machine(line: &Line) -> Option<String> {
    let waits = line.rtt_us.is_some() && line.refuses_too_many();
    let (refused, due) = (line.refused_per_s(), line.due_per_s());
    waits.then(|| {
        format!("the line is quick, but {refused} of {due} snapshots a second wait: the server's machine is busy")
    })
}

fn of_client(line: &Line, server: &Server) -> Option<String> {
    let rtt_us = line.rtt_us?;
    let beyond_us = line.ack_us.saturating_sub(rtt_us + 2 * server.snapshot_us);
    if beyond_us > CLIENT_US_MAX && !server.is_paused {
        return Some(format!(
            "the page confirms a snapshot {} ms later than its round trip of {} ms explains: it is busy, or hidden",
            beyond_us / 1000,
            rtt_us / 1000
        ));
    }
    // The line took them all, and the round trip is short.
    let due_per_s = line.due_per_s();
    if line.skips_window_per_s * 10 > due_per_s && !server.is_paused {
        return Some(format!(
            "for {} of {due_per_s} snapshots a second the page had too much yet to confirm, though its round trip is {} ms: it is busy, or hidden",
            line.skips_window_per_s,
            rtt_us / 1000
        ));
    }
    (line.inputs_late_per_s * 4 > line.inputs_per_s && line.inputs_per_s >= server.ticks_per_s / 2)
        .then(|| format!("{} of {} inputs a second come in bunches", line.inputs_late_per_s, line.inputs_per_s))
}

#[cfg(test)]
mod tests {
    use skirmish_sim::{PlayerClose, SessionFigures, SessionId};

    use super::*;

    const SERVER: Server = Server {
        overruns_per_s: 0,
        ticks_per_s: 30,
        relief: Relief::NONE,
        budget_us: 33_333,
        snapshot_us: 33_333,
        is_paused: false,
    };
    const LINE: Line = Line {
        rtt_us: Some(20_000),
        jitter_us: 1_000,
        ack_us: 60_000,
        snapshots_per_s: 30,
        skips_per_s: 0,
        skips_window_per_s: 0,
        inputs_per_s: 30,
        inputs_late_per_s: 1,
    };

    fn player() -> PlayerFigures {
        PlayerFigures {
            seat: 0,
            name: "Ada".to_owned(),
            bot: false,
            session: Some(SessionId(1)),
            figures: SessionFigures::default(),
            ack_us: 0,
            snapshot_age_us: 0,
            reconnects: 0,
            closes: Vec::new(),
        }
    }

    #[test]
    fn what_stands_out_names_the_cause() {
        let slow = Server { relief: Relief { snapshot_factor: 2, dilation_permille: 1000 }, ..SERVER };
        let cases = [
            (LINE, SERVER, "fine"),
            (LINE, Server { overruns_per_s: 3, ..SERVER }, "server"),
            (LINE, Server { overruns_per_s: 1, ..SERVER }, "fine"),
            (LINE, slow, "server"),
            (Line { rtt_us: Some(250_000), ack_us: 300_000, ..LINE }, SERVER, "network"),
            (Line { jitter_us: 30_000, ..LINE }, SERVER, "network"),
            (Line { snapshots_per_s: 20, skips_per_s: 10, rtt_us: Some(40_000), ..LINE }, SERVER, "network"),
            (Line { snapshots_per_s: 20, skips_per_s: 10, rtt_us: Some(200), ..LINE }, SERVER, "server"),
            (Line { snapshots_per_s: 20, skips_per_s: 10, rtt_us: None, ..LINE }, SERVER, "fine"),
            (Line { ack_us: 400_000, ..LINE }, SERVER, "client"),
            (Line { snapshots_per_s: 10, skips_per_s: 20, skips_window_per_s: 20, ..LINE }, SERVER, "client"),
            (Line { rtt_us: Some(250_000), skips_per_s: 20, skips_window_per_s: 20, ..LINE }, SERVER, "network"),
            (Line { inputs_late_per_s: 12, ..LINE }, SERVER, "client"),
            (Line { rtt_us: None, ack_us: 400_000, ..LINE }, SERVER, "fine"),
        ];
        for (line, server, cause) in cases {
            let (given, why) = verdict(&player(), &line, &server, false);
            assert_eq!(given, cause, "{line:?} and {server:?}: {why}");
        }
    }

    #[test]
    fn a_bad_network_on_demand_explains_what_looks_like_a_slow_page() {
        let line = Line { ack_us: 400_000, ..LINE };
        assert_eq!(verdict(&player(), &line, &SERVER, true).0, "network");
        assert_eq!(verdict(&player(), &LINE, &SERVER, true).0, "fine");
    }

    #[test]
    fn a_server_that_is_late_explains_a_late_line() {
        let line = Line { rtt_us: Some(250_000), ..LINE };
        assert_eq!(verdict(&player(), &line, &Server { overruns_per_s: 20, ..SERVER }, false).0, "server");
    }

    #[test]
    fn who_was_closed_for_what_it_sent_has_a_client_to_mend() {
        for code in CloseCode::all().iter().map(|code| code.code()) {
            let close = PlayerClose { code, reason: String::new(), at_us: 0 };
            let away = PlayerFigures { session: None, closes: vec![close], ..player() };
            let cause = if (4000..4100).contains(&code) { "client" } else { "network" };
            assert_eq!(verdict(&away, &LINE, &SERVER, false).0, cause, "{code}");
        }
    }

    #[test]
    fn who_is_away_is_told_with_how_the_connection_ended() {
        let close = PlayerClose { code: 4408, reason: "nothing heard for 30 s".to_owned(), at_us: 0 };
        let away = PlayerFigures { session: None, closes: vec![close], ..player() };
        let (cause, why) = verdict(&away, &LINE, &SERVER, false);
        assert_eq!((cause, why.as_str()), ("network", "not connected: nothing heard for 30 s (4408)"));
    }
}
