//! Two hundred players over real sockets in one match, some of whom stop reading again and again.
//!
//! Who does, when, and for how long follows from a seed that is printed; `SKIRMISH_SEED=… cargo test --test crowd` runs it again.
//! Counts are compared, never times: on a slow machine match time falls behind and more is skipped, and all that is promised holds all the same.
//! What all players heard is what the server says it sent, and what they did not hear is what it says it skipped.

mod http;
mod player;

use std::net::SocketAddr;
use std::ops::{AddAssign, Range};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use http::{ask, config, metric, start, wait_until};
use player::Player;
use skirmish_protocol::Applied;
use skirmish_server::{Config, Running};

const PLAYERS: usize = 200;
/// Those who stall: one in twenty.
const STALLERS: usize = PLAYERS / 20;
const THREADS: usize = 4;
const PLAY: Duration = Duration::from_secs(30);
/// For how long a staller stops reading, in seconds.
const STALL_S: Range<f64> = 0.2..5.0;
/// For how long it reads in between, in seconds.
const ATTENTION_S: Range<f64> = 0.5..3.0;
/// Whoever waits longer waits in vain.
const PATIENCE: Duration = Duration::from_secs(20);

/// The widest that a flow window gets: 250 ms beyond the longest round trip that a server believes in, 2 s; and some, for ticks
/// that are caught up.
const WINDOW_MS_MAX: u64 = 2_500;

/// The newest tick that anybody holds.
type Present = AtomicU32;

/// How far a player is in its reading.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Reading {
    /// It does not read.
    Stalled,
    /// It reads again; what is older than this tick had waited for it.
    Behind { present: u32 },
    /// It has read all that had waited.
    UpToDate,
}

/// Who is to join: all that it does follows from the seed.
struct Part {
    seed: u64,
    stalls: bool,
}

/// When a staller stalls.
struct Moods {
    random: Rng,
    changes_at: Instant,
}

/// What was counted on one player, or on several.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    snapshots: u64,
    keyframes: u64,
    checksums: u64,
    /// Snapshots that it did not get though it read.
    missed: u64,
    stalls: u64,
    /// Snapshots that it did not get because it had stalled.
    skipped: u64,
    /// The most snapshots that had waited for it after one stall.
    stale_max: u64,
}

/// What the server says, from the first tick to the last.
#[derive(Debug)]
struct Told {
    /// Snapshots that it sent.
    sent: u64,
    /// Snapshots that a session could not take.
    skipped: u64,
    /// Ticks that began more than 10 ms late, after which others may follow at once.
    late_ticks: u64,
}

/// One of the crowd.
struct Member {
    player: Player,
    /// None: it always reads.
    moods: Option<Moods>,
    reading: Reading,
    /// How many snapshots had waited for it after the last stall.
    stale: u64,
    /// Snapshots that it heard since its welcome.
    heard: u64,
    /// Ticks since its welcome of which it heard none.
    unheard: u64,
    counts: Counts,
}

impl Moods {
    fn after(&mut self, now: Instant, span_s: Range<f64>) {
        let s = span_s.start + self.random.f64() * (span_s.end - span_s.start);
        self.changes_at = now + Duration::from_secs_f64(s);
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.snapshots += other.snapshots;
        self.keyframes += other.keyframes;
        self.checksums += other.checksums;
        self.missed += other.missed;
        self.stalls += other.stalls;
        self.skipped += other.skipped;
        self.stale_max = self.stale_max.max(other.stale_max);
    }
}

impl Member {
    /// Joins. Until all have, it reads nothing.
    fn join(addr: SocketAddr, part: &Part) -> Member {
        let mut random = Rng::with_seed(part.seed);
        let mut player = Player::join(addr, "Ada", random.u64(..));
        player.never_wait();
        let moods = part.stalls.then(|| {
            let mut moods = Moods { random, changes_at: Instant::now() };
            moods.after(Instant::now(), ATTENTION_S);
            moods
        });
        let counts = Counts::default();
        Member { player, moods, reading: Reading::Stalled, stale: 0, heard: 0, unheard: 0, counts }
    }

    /// Plays for one tick.
    fn play(&mut self, now: Instant, present: &Present) {
        self.follow_moods(now, present);
        if self.reading != Reading::Stalled {
            self.read(present);
        }
        self.player.play();
    }

    /// Stalls, or reads again, if it is time to.
    fn follow_moods(&mut self, now: Instant, present: &Present) {
        let Some(moods) = self.moods.as_mut().filter(|moods| moods.changes_at <= now) else { return };
        if self.reading == Reading::Stalled {
            moods.after(now, ATTENTION_S);
            self.wake(present);
        } else {
            moods.after(now, STALL_S);
            self.reading = Reading::Stalled;
            self.counts.stalls += 1;
        }
    }

    fn wake(&mut self, present: &Present) {
        self.reading = Reading::Behind { present: present.load(Ordering::Relaxed) };
        self.stale = 0;
    }

    /// Reads all that has come.
    fn read(&mut self, present: &Present) {
        loop {
            // Before its first snapshot it is owed those that follow the tick of its welcome.
            let held = self.player.mirror.tick().max(self.player.joined_tick);
            let Some(applied) = self.player.hear() else { break };
            present.fetch_max(applied.tick, Ordering::Relaxed);
            self.count(held, &applied);
        }
    }

    fn count(&mut self, held: u32, applied: &Applied) {
        let counts = &mut self.counts;
        counts.snapshots += 1;
        counts.keyframes += u64::from(applied.keyframe);
        // The player has compared it.
        counts.checksums += u64::from(applied.checksum.is_some());
        let left_out = u64::from(applied.tick - held - 1);
        self.heard += 1;
        self.unheard += left_out;
        match self.reading {
            Reading::Behind { present } => {
                counts.skipped += left_out;
                if applied.tick < present {
                    self.stale += 1;
                    counts.stale_max = counts.stale_max.max(self.stale);
                } else {
                    self.reading = Reading::UpToDate;
                }
            }
            _ => counts.missed += left_out,
        }
    }
}

/// One thread's share of the crowd: joins, plays, and waits until the last input of each has been applied.
fn take_part(addr: SocketAddr, parts: &[Part], present: &Present) -> Vec<Member> {
    let mut members: Vec<Member> = parts.iter().map(|part| Member::join(addr, part)).collect();
    present.fetch_max(members[members.len() - 1].player.joined_tick, Ordering::Relaxed);
    members.iter_mut().for_each(|member| member.wake(present));
    settle(&mut members, present, "all hold the present", |member| member.reading == Reading::UpToDate);
    members.iter_mut().for_each(|member| member.counts = Counts::default());

    let end = Instant::now() + PLAY;
    each_tick(&mut members, |members, now| {
        members.iter_mut().for_each(|member| member.play(now, present));
        now >= end
    });

    members.iter_mut().filter(|member| member.reading == Reading::Stalled).for_each(|member| member.wake(present));
    settle(&mut members, present, "all inputs are applied", |member| member.player.input_ack == member.player.seq);
    members
}

/// Reads and acknowledges until it is so for everybody.
fn settle(members: &mut [Member], present: &Present, what: &str, is_so: impl Fn(&Member) -> bool) {
    let deadline = Instant::now() + PATIENCE;
    each_tick(members, |members, now| {
        assert!(now < deadline, "waited in vain until {what}");
        for member in &mut *members {
            member.read(present);
            member.player.acknowledge();
        }
        members.iter().all(&is_so)
    });
}

/// Acts once a tick until that gives true.
fn each_tick(members: &mut [Member], mut act: impl FnMut(&mut [Member], Instant) -> bool) {
    let period = Duration::from_secs(1) / members[0].player.tick_hz;
    let mut due = Instant::now();
    while !act(members, Instant::now()) {
        due = (due + period).max(Instant::now());
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

#[test]
fn every_checksum_of_two_hundred_players_is_right_while_some_of_them_stall() {
    let seed = seed();
    println!("SKIRMISH_SEED={seed}");
    let rules = tempfile::NamedTempFile::with_suffix(".toml").expect("a temporary file");
    std::fs::write(rules.path(), format!("[match]\nseats = {PLAYERS}\n")).expect("it can be written");
    let server = start(Config { game_config: Some(rules.path().to_owned()), ..config() });

    let parts = parts(seed);
    let present = Present::default();
    let mut members: Vec<Member> = thread::scope(|scope| {
        let (addr, present) = (server.addr, &present);
        let shares = parts.chunks(PLAYERS / THREADS);
        let threads: Vec<_> = shares.map(|share| scope.spawn(move || take_part(addr, share, present))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("its part of the crowd is content")).collect()
    });
    let told = hear_all(&server, &mut members, &present);
    let (heard, unheard) = members.iter().fold((0, 0), |sum, member| (sum.0 + member.heard, sum.1 + member.unheard));
    println!("heard {heard}, unheard {unheard}: {told:?}");
    assert_eq!(told.sent, heard, "the server sent something else than the players heard");
    // Of the last tick, on which the match rests, everybody gets the snapshot in the end, though some may have skipped it first.
    let all = PLAYERS as u64;
    assert!(told.skipped <= unheard + all, "{} skips for {unheard} gaps", told.skipped);
    // Ticks that are caught up at once are too many for anybody, and nobody skips them.
    let explained = told.skipped + told.late_ticks * all;
    assert!(unheard <= explained, "{unheard} gaps, of which {explained} at most can be explained");

    let (stallers, readers): (Vec<_>, Vec<_>) = members.iter().partition(|member| member.moods.is_some());
    let missed_max = readers.iter().map(|reader| reader.counts.missed).max();
    println!("{} readers, the worst missed {missed_max:?}: {:?}", readers.len(), sum(&readers));
    println!("{} stallers: {:?}", stallers.len(), sum(&stallers));

    for reader in readers {
        let Counts { snapshots, checksums, .. } = reader.counts;
        assert!(checksums > 0, "seat {} compared no checksum in {snapshots} snapshots", reader.player.seat);
    }
    for staller in stallers {
        let Counts { stalls, skipped, stale_max, .. } = staller.counts;
        assert!(skipped > 0, "seat {} stalled {stalls} times and skipped nothing", staller.player.seat);
        let most = WINDOW_MS_MAX * u64::from(staller.player.tick_hz) / 1_000;
        assert!(stale_max <= most, "{stale_max} snapshots waited for seat {}", staller.player.seat);
    }
}

/// Stops the match's time and lets everybody hear the last tick.
fn hear_all(server: &Running, members: &mut [Member], present: &Present) -> Told {
    let bearer = format!("Authorization: Bearer {}", server.admin_token);
    let act = |method, body| ask(server.addr, method, "/api/admin/matches/arena-1", &[&bearer], body);
    assert_eq!(act("PATCH", r#"{"paused":true}"#).status, 200);
    let paused = act("GET", "").json();
    assert_eq!(paused["paused"], true);
    settle(members, present, "all hold the last tick", |member| paused["tick"] == member.player.mirror.tick());

    let figures = act("GET", "").json()["figures"].clone();
    let figure = |name: &str| figures[name].as_u64().expect("a count");
    assert_eq!(figure("closes"), 0);
    let of_ticks = |name: &str| metric(server.addr, &format!("skirmish_tick_late_us_{name}")) as u64;
    wait_until("all ticks are counted", || paused["tick"] == of_ticks("count"));
    Told {
        sent: figure("snapshots"),
        skipped: figure("skips_outbox") + figure("skips_window"),
        late_ticks: of_ticks("count") - of_ticks(r#"bucket{le="10000"}"#),
    }
}

fn seed() -> u64 {
    match std::env::var("SKIRMISH_SEED") {
        Ok(seed) => seed.parse().expect("SKIRMISH_SEED is a whole number"),
        Err(_) => getrandom::u64().expect("the system has randomness to give"),
    }
}

fn parts(seed: u64) -> Vec<Part> {
    let mut random = Rng::with_seed(seed);
    let mut parts: Vec<Part> =
        (0..PLAYERS).map(|number| Part { seed: random.u64(..), stalls: number < STALLERS }).collect();
    random.shuffle(&mut parts);
    parts
}

fn sum(members: &[&Member]) -> Counts {
    let mut sum = Counts::default();
    members.iter().for_each(|member| sum += member.counts);
    sum
}
