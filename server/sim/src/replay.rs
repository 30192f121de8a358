//! Running a log again.
//!
//! Invariant: a replay takes nothing but the log, so it may happen in another process, on another machine, years later with the
//! same build. What a mismatch means and who is told is not here.

use crate::log::{Annotation, Entry, LogError, LogReader};
use crate::{Game, Match};

/// What running a log again gave.
#[derive(Debug)]
pub struct Replay {
    /// The match at the log's last tick.
    pub sim: Match,
    /// How many ticks were run.
    pub ticks: u32,
    /// The match checksum at the last of them.
    pub checksum: u32,
    /// Tick and checksum, as computed now, wherever the log has one.
    pub checksums: Vec<(u32, u32)>,
    /// Where the log has another one. The first is where the runs parted.
    pub mismatches: Vec<Mismatch>,
    /// Whether the log ended within a record, as after a crash; what came before was run.
    pub truncated: bool,
}

/// A tick at which this run is not the one that was logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The tick.
    pub tick: u32,
    /// The checksum in the log.
    pub logged: u32,
    /// The checksum computed now.
    pub computed: u32,
}

/// Runs a log again, and compares each checksum in it.
///
/// # Errors
/// If the log can't be read to its end, or is of another game than this.
pub fn replay(game: &dyn Game, log: &[u8]) -> Result<Replay, LogError> {
    let (header, mut reader) = LogReader::new(log)?;
    let mut run = Run { sim: Match::new(game, header)?, checksums: Vec::new(), mismatches: Vec::new() };
    let mut last = 0;
    loop {
        let at = reader.position();
        let Some(record) = reader.next_record()? else {
            break;
        };
        last = record.tick;
        match record.entry {
            Entry::Event(event) => {
                let min = run.sim.tick() + 1;
                if record.tick < min {
                    return Err(LogError::Tick { at, given: record.tick, min, max: u32::MAX });
                }
                run.to(record.tick - 1);
                run.sim.push(event);
            }
            Entry::Annotation(Annotation::Checksum(logged)) => run.verify(record.tick, logged),
            Entry::Annotation(Annotation::Pace(_) | Annotation::Chat { .. } | Annotation::Act { .. }) => {}
        }
    }
    run.to(last);
    Ok(run.finish(reader.truncated()))
}

struct Run {
    sim: Match,
    checksums: Vec<(u32, u32)>,
    mismatches: Vec<Mismatch>,
}

impl Run {
    fn to(&mut self, tick: u32) {
        // Nobody wants this run's own log, and it would only grow.
        let mut log = Vec::new();
        while self.sim.tick() < tick {
            self.sim.step();
            log.clear();
            self.sim.take_log(&mut log);
        }
    }

    fn verify(&mut self, tick: u32, logged: u32) {
        self.to(tick);
        let computed = self.sim.checksum();
        self.checksums.push((tick, computed));
        if computed != logged {
            self.mismatches.push(Mismatch { tick, logged, computed });
        }
    }

    fn finish(self, truncated: bool) -> Replay {
        Replay {
            ticks: self.sim.tick(),
            checksum: self.sim.checksum(),
            checksums: self.checksums,
            mismatches: self.mismatches,
            truncated,
            sim: self.sim,
        }
    }
}
