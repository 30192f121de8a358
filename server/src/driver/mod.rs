//! The sim threads: they own the matches, and the only clock that decides when a match ticks.
//!
//! One file each: `thread` (the loop over all matches of one thread), `running` (one match: receive, step, flush, and what happens when it
//! panics), `deadlines` (when it is due), `load` (what matches cost), `overload` (what is done when that is too much), `outgoing` (batches to the reader threads), `log_sink` (match logs on their way to disk), `stretches` (what a match was like before and since a change), `reporter` (samples of a watched match), `figures` (what is counted).
//!
//! Invariants: a match belongs to one thread for life. Ticks are never skipped: a thread that can't keep up sends fewer snapshots, then dilates match time, and as the last resort
//! lets it fall behind real time; each of these is counted. A sim thread never waits for a reader thread, a peer or a disk. A panic in one match closes that match only.
//!
//! Not here: what a tick computes and who gets which snapshot (`skirmish_sim`), sockets (`edge`), who may join (`directory`).

mod deadlines;
mod figures;
mod growth;
mod load;
mod log_sink;
mod outgoing;
mod overload;
mod reporter;
mod running;
mod stretches;
mod thread;

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use skirmish_sim::RoomLimits;

use crate::channels::{SimEnd, SimHandle};
use crate::directory::Directory;
use log_sink::LogWriter;

/// How sim threads treat their matches.
#[derive(Clone, Debug)]
pub struct DriverConfig {
    /// Limits of each match.
    pub room: RoomLimits,
    /// Whether sim threads ask to run ahead of ordinary ones.
    pub realtime: bool,
    /// How many ticks a match may be late and still catch up; beyond that its missed deadlines are dropped.
    pub catch_up_ticks_max: u32,
    /// After how many seconds without a player a match is closed.
    pub reap_after_s: f32,
    /// Where match logs go; none: they are not kept.
    pub data_dir: Option<PathBuf>,
    /// At how many bytes the log of one match ends.
    pub log_bytes_max: u64,
}

impl Default for DriverConfig {
    fn default() -> DriverConfig {
        DriverConfig {
            room: RoomLimits::default(),
            realtime: false,
            catch_up_ticks_max: 5,
            reap_after_s: 60.0,
            data_dir: None,
            log_bytes_max: 256 * 1024 * 1024,
        }
    }
}

/// All sim threads.
pub struct Driver {
    handles: Vec<SimHandle>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Driver {
    /// Starts one sim thread for each of `ends`; these and `handles` come from one [`Fabric`](crate::channels::Fabric).
    ///
    /// # Errors
    /// The system gave no thread, or `data_dir` can't be written to.
    pub fn start(
        config: &DriverConfig,
        ends: Vec<SimEnd>,
        handles: Vec<SimHandle>,
        directory: &Arc<Directory>,
    ) -> io::Result<Driver> {
        let (logs, log_thread) = match &config.data_dir {
            Some(dir) => {
                LogWriter::start(dir, config.log_bytes_max).map(|(logs, thread)| (Some(logs), Some(thread)))?
            }
            None => (None, None),
        };
        let mut threads = ends
            .into_iter()
            .map(|end| thread::spawn(config.clone(), end, Arc::clone(directory), logs.clone()))
            .collect::<io::Result<Vec<_>>>()?;
        // Last: it ends when the sim threads have handed their logs over.
        threads.extend(log_thread);
        Ok(Driver { handles, threads: Mutex::new(threads) })
    }

    /// Closes every match with a goodbye that tells clients to return after `retry_after_ms`, and ends the threads. Returns when the last frames
    /// have been handed to the reader threads and the logs are written; a second call does nothing.
    pub fn stop(&self, retry_after_ms: u32) {
        for handle in &self.handles {
            handle.stop(retry_after_ms);
        }
        let mut threads = self.threads.lock().expect("nothing panics while it holds this lock");
        for thread in threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a sim or log thread had panicked");
            }
        }
    }
}
