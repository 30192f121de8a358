//! A sim thread with more work than time, in virtual time: its matches' ticks cost what the test says.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use skirmish_protocol::{Input, Mirror, ServerMessage};
use skirmish_sim::{Departure, Game, GameError, Pace, Relief, Rules, SessionId, Tuning};

use super::*;
use crate::channels::{EdgeEnd, Fabric, Joining, Outbox, session_id};
use crate::clock::virtual_time;
use crate::directory::{Claim, DirectoryLimits, Hosted};
use crate::driver::overload::Steps;
use crate::ticket::TicketKey;

const TICK_HZ: u32 = 20;
const PERIOD_US: u64 = 1_000_000 / TICK_HZ as u64;

#[derive(Clone, Default, Input)]
struct Nothing {
    #[input(id = 0)]
    _pressed: bool,
}

/// A game whose ticks take so many microseconds.
struct Burning(&'static str, Arc<AtomicU64>);

impl Game for Burning {
    fn name(&self) -> &str {
        self.0
    }

    fn rules(&self, _: &Value) -> Result<Rules, GameError> {
        let cost_us = Arc::clone(&self.1);
        let burn = move || virtual_time::pass_us(cost_us.load(Ordering::Relaxed));
        Ok(Rules::new::<Nothing>().tick_hz(TICK_HZ).systems(burn))
    }
}

/// A player of one match: sends an input before each round, and takes and acknowledges what comes.
struct Player {
    claim: Claim,
    session: SessionId,
    outbox: Arc<Outbox>,
    mirror: Option<Mirror>,
    seq: u32,
    input_ack: u32,
    snapshot_interval: u32,
    dilation_permille: u32,
}

/// One sim thread, a player in each of its matches, and what a tick costs in the first one and in the others.
struct House {
    matches: Matches,
    edge: EdgeEnd,
    players: Vec<Player>,
    heavy_us: Arc<AtomicU64>,
    light_us: Arc<AtomicU64>,
}

impl House {
    fn new(matches: u32) -> House {
        virtual_time::set_us(1_000_000);
        let (heavy_us, light_us) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let games = [Burning("heavy", Arc::clone(&heavy_us)), Burning("light", Arc::clone(&light_us))];
        let hosted = games.map(|game| Hosted::new(Arc::new(game), json!({})).expect("it has no configuration"));
        let mut fabric = Fabric::new(1, 1);
        let limits = DirectoryLimits {
            matches_max: matches as usize,
            sessions_max: matches as usize,
            bots: 0,
            ticket_ttl: Duration::from_secs(60),
            tuning: Tuning::default(),
        };
        let key = TicketKey::new(b"a test's secret");
        let directory = Directory::new(hosted.into(), fabric.handles, limits, key, 1, Box::new(Instant::now));
        let directory = Arc::new(directory);
        let sim = fabric.sims.remove(0);
        let mut house = House {
            matches: Matches::new(DriverConfig::default(), sim, Arc::clone(&directory), None),
            edge: fabric.edges.remove(0),
            players: Vec::new(),
            heavy_us,
            light_us,
        };
        // What is counted stays to be looked at.
        house.matches.figures.published_us = u64::MAX;
        (0..matches).for_each(|number| house.join(&directory, number));
        house
    }

    fn join(&mut self, directory: &Arc<Directory>, number: u32) {
        let game = if number == 0 { "heavy" } else { "light" };
        let joined = directory.join(game, "Ada", Some(&format!("match-{number}")), || true).expect("there is room");
        let open = self.matches.commands.try_recv().expect("a match is to be opened");
        self.matches.obey(open);
        let claim = directory.claim(&joined.ticket).expect("the ticket is good");
        let (session, outbox) = (session_id(0, number as usize, 0), Arc::<Outbox>::default());
        let Claim { key, seat, name, token, generation, .. } = claim.clone();
        let arrival = Arrival::Join { session, seat, name, token, schema_hash: 0 };
        let joining = Some(Joining { generation, outbox: Arc::clone(&outbox), eyes: None });
        self.matches.receive(ToSim { to: key, arrival, joining }, now_us());
        let (seq, input_ack, snapshot_interval, dilation_permille) = (0, 0, 1, 1000);
        let mirror = None;
        self.players.push(Player {
            claim,
            session,
            outbox,
            mirror,
            seq,
            input_ack,
            snapshot_interval,
            dilation_permille,
        });
    }

    /// Each tick of the first match costs so many times its period, each of the others so many.
    fn burn(&self, heavy: f64, light: f64) {
        let us = |periods: f64| (periods * PERIOD_US as f64) as u64;
        self.heavy_us.store(us(heavy), Ordering::Relaxed);
        self.light_us.store(us(light), Ordering::Relaxed);
    }

    fn run_s(&mut self, seconds: f64) {
        let end_us = now_us() + (seconds * 1e6) as u64;
        while now_us() < end_us {
            let (rests_us, next_us) = (now_us(), self.matches.deadlines.next_us().expect("there are matches"));
            virtual_time::set_us(rests_us.max(next_us));
            self.matches.window.rested(rests_us, now_us(), next_us);
            self.players.iter_mut().for_each(|player| player.play(&self.edge));
            self.matches.round();
            self.deliver();
        }
    }

    /// Does what the reader thread and the clients do.
    fn deliver(&mut self) {
        for batch in self.edge.sims[0].departures.try_iter() {
            for departure in batch.iter() {
                let Departure::Frame { session, parts, .. } = departure else {
                    panic!("{departure:?}");
                };
                let player = self.players.iter_mut().find(|player| player.session == session).expect("one of ours");
                player.hear(&parts.concat(), &self.edge);
            }
        }
    }

    /// Ticks of each match in so many seconds.
    fn ticks_in_s(&mut self, seconds: f64) -> Vec<u32> {
        let ticks = |house: &House| house.players.iter().map(|player| player.claim.clock.read().0).collect::<Vec<_>>();
        let before = ticks(self);
        self.run_s(seconds);
        ticks(self).iter().zip(before).map(|(after, before)| after - before).collect()
    }

    fn reliefs(&self) -> Vec<Relief> {
        self.matches.running.values().map(|running| running.relief()).collect()
    }

    /// How late ticks began since last asked, at most; and how many deadlines were dropped.
    fn lateness(&mut self) -> (u64, u64) {
        let figures = &mut self.matches.figures;
        let late_us = figures.ticks.drain(..).map(|tick| tick.late_us).max().unwrap_or(0);
        (late_us, std::mem::take(&mut figures.deadlines_dropped))
    }

    fn assert_all_is_as_it_was(&mut self) {
        assert!(self.reliefs().iter().all(|relief| *relief == Relief::NONE), "{:?}", self.reliefs());
        assert!(self.ticks_in_s(10.0).iter().all(|ticks| (199..=201).contains(ticks)));
        let steps = self.matches.figures.steps;
        assert_eq!(steps.rate_lowered, steps.rate_raised);
        for player in &self.players {
            assert_eq!((player.snapshot_interval, player.dilation_permille), (1, 1000));
            // An input for each round, and a round for each match and tick.
            let unacked_max = 3 * self.players.len() as u32;
            assert!(player.seq - player.input_ack <= unacked_max, "{} of {}", player.input_ack, player.seq);
        }
    }
}

impl Player {
    fn play(&mut self, edge: &EdgeEnd) {
        let Some(mirror) = &self.mirror else {
            return;
        };
        self.seq += 1;
        let input = Arrival::Input {
            session: self.session,
            seq: self.seq,
            snapshot_ack: mirror.tick(),
            values: [0].into_iter().collect(),
            at_us: now_us(),
        };
        edge.sims[0].send(ToSim::new(self.claim.key, input)).expect("there is room");
    }

    fn hear(&mut self, frame: &[u8], edge: &EdgeEnd) {
        self.outbox.clear();
        match ServerMessage::decode(frame).expect("the server's messages are sound") {
            ServerMessage::Welcome(welcome) => {
                let schema = welcome.schema.expect("none is held yet");
                self.mirror = Some(Mirror::new(schema, &welcome.settings).expect("the schema is sound"));
            }
            ServerMessage::Settings(settings) => {
                self.mirror.as_mut().expect("it was welcomed").settings(&settings);
                (self.snapshot_interval, self.dilation_permille) =
                    (settings.snapshot_interval, settings.dilation_permille);
            }
            ServerMessage::Snapshot => {
                let mirror = self.mirror.as_mut().expect("it was welcomed");
                let applied = mirror.apply(frame).expect("every snapshot can be applied");
                self.input_ack = applied.input_ack;
                let ack = Arrival::Ack { session: self.session, snapshot_ack: applied.tick };
                edge.sims[0].send(ToSim::new(self.claim.key, ack)).expect("there is room");
            }
            _ => {}
        }
    }
}

#[test]
fn however_much_ticks_cost_a_match_goes_on_at_a_bounded_lateness_and_ends_at_full_rate() {
    for load in [0.5, 0.9, 1.0, 1.2, 2.0, 5.0, 10.0] {
        let mut house = House::new(1);
        house.run_s(5.0);
        house.lateness();
        house.burn(load, 0.0);
        house.run_s(10.0);
        let (relief, (late_us, _)) = (house.reliefs()[0], house.lateness());
        assert_eq!(relief == Relief::NONE, load < 0.95, "{load}: {relief:?}");
        let cost_us = (load * PERIOD_US as f64) as u64;
        assert!(late_us <= 6 * PERIOD_US + cost_us, "{load}: {late_us} us late");

        // Once relieved it keeps up with its slower time, and everybody is told of that.
        let acked = house.players[0].input_ack;
        let ticks = house.ticks_in_s(20.0)[0];
        let expected = f64::from(relief.dilation_permille) / 1000.0 * 20.0 * f64::from(TICK_HZ);
        assert!((f64::from(ticks) - expected).abs() <= 2.0, "{load}: {ticks} ticks instead of {expected}");
        let (late_us, dropped) = house.lateness();
        assert!(dropped == 0 && late_us <= PERIOD_US, "{load}: {late_us} us late, {dropped} dropped");
        assert_eq!(house.players[0].dilation_permille, relief.dilation_permille);
        assert_eq!(house.players[0].snapshot_interval, relief.snapshot_factor);
        assert!(house.players[0].input_ack > acked, "{load}: inputs go on being acknowledged");

        house.burn(0.0, 0.0);
        house.run_s(60.0);
        house.assert_all_is_as_it_was();
    }
}

#[test]
fn a_heavy_match_pays_for_itself_and_its_neighbours_run_on_as_they_were() {
    let mut house = House::new(20);
    house.burn(0.02, 0.02);
    house.run_s(5.0);
    assert!(house.reliefs().iter().all(|relief| *relief == Relief::NONE));
    house.burn(3.0, 0.02);
    house.run_s(10.0);
    let reliefs = house.reliefs();
    assert!(reliefs[0].dilation_permille < 170, "{:?}", reliefs[0]);
    assert!(reliefs[1..].iter().all(|relief| *relief == Relief::NONE), "{reliefs:?}");
    let ticks = house.ticks_in_s(20.0);
    assert!(ticks[1..].iter().all(|ticks| (395..=405).contains(ticks)), "{ticks:?}");
    house.burn(0.02, 0.02);
    house.run_s(60.0);
    house.assert_all_is_as_it_was();
}

#[test]
fn matches_of_equal_cost_are_relieved_equally() {
    let mut house = House::new(20);
    house.burn(0.1, 0.1);
    house.run_s(10.0);
    let reliefs = house.reliefs();
    let dilations = reliefs.iter().map(|relief| relief.dilation_permille);
    let (least, most) = (dilations.clone().min().expect("there are some"), dilations.max().expect("there are some"));
    assert!((350..500).contains(&least) && most - least <= 20, "{least} to {most}");
    house.lateness();
    house.run_s(20.0);
    assert_eq!(house.lateness().1, 0, "no deadline is dropped");
    house.burn(0.02, 0.02);
    house.run_s(60.0);
    house.assert_all_is_as_it_was();
}

#[test]
fn one_long_tick_in_a_while_brings_no_relief() {
    let mut house = House::new(2);
    for _ in 0..10 {
        house.burn(0.1, 0.1);
        house.run_s(2.0);
        house.burn(4.0, 0.1);
        house.run_s(0.05);
    }
    assert!(house.reliefs().iter().all(|relief| *relief == Relief::NONE));
}

#[test]
fn a_load_that_comes_and_goes_is_answered_with_fewer_steps_each_time() {
    let mut house = House::new(1);
    let mut taken = Vec::new();
    for _ in 0..2 {
        house.matches.figures.steps = Steps::default();
        for _ in 0..20 {
            house.burn(1.5, 0.0);
            house.run_s(1.0);
            house.burn(0.2, 0.0);
            house.run_s(2.5);
        }
        taken.push(house.matches.figures.steps.slowed);
    }
    assert!(taken[1] <= taken[0] && taken[1] <= 10, "{taken:?}");
}

#[test]
fn a_paused_match_asks_for_nothing_and_a_designers_slow_motion_for_less() {
    let mut house = House::new(1);
    let pace = |house: &mut House, paused, dilation_permille| {
        let to = house.players[0].claim.key;
        let arrival = Arrival::Pace(Pace { paused, dilation_permille });
        house.matches.receive(ToSim::new(to, arrival), now_us());
    };
    pace(&mut house, false, 250);
    house.burn(2.0, 0.0);
    house.run_s(20.0);
    assert_eq!(house.reliefs()[0], Relief::NONE, "a quarter of 2 fits");
    pace(&mut house, false, 1000);
    house.run_s(10.0);
    assert!(house.reliefs()[0].dilation_permille < 500);
    pace(&mut house, true, 1000);
    house.run_s(60.0);
    assert_eq!(house.reliefs()[0], Relief::NONE);
}
