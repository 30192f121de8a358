//! Match logs on their way to disk: one file for each match, written by one thread for all.
//!
//! A sim thread only buffers: a log is handed over when 16 KiB or a second have come together, through a bounded channel, without waiting. A log ends,
//! with a warning, when it reaches its limit, when the match wrote more at once than it holds back, when the disk can't keep up, or when it can't be
//! written; what is in the file is whole records, so it replays up to the tick where it ends. The match plays on.
//!
//! Not here: what is in a log (`skirmish_sim`), when a match may be replayed.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::match_key::MatchKey;

/// Pieces of logs that may wait for the disk.
const PIECES_MAX: usize = 1_024;
/// A log is handed over when so much of it has come together...
const PIECE_BYTES: usize = 16 * 1024;
/// ...or when so much time has passed.
const PIECE_US: u64 = 1_000_000;

struct Piece {
    key: MatchKey,
    path: Arc<Path>,
    bytes: Vec<u8>,
    is_last: bool,
}

/// Where the logs of all matches go. Its thread ends when the last clone is dropped.
#[derive(Clone)]
pub(super) struct LogWriter {
    dir: Arc<Path>,
    bytes_max: u64,
    pieces: Sender<Piece>,
}

impl LogWriter {
    /// Creates the folder, makes sure that files can be made in it, and starts the thread.
    pub(super) fn start(dir: &Path, bytes_max: u64) -> io::Result<(LogWriter, JoinHandle<()>)> {
        probe(dir).map_err(|error| {
            let reason = format!("data_dir = {dir:?}: match logs can't be written there: {error}");
            io::Error::new(error.kind(), reason)
        })?;
        let (pieces, inbox) = bounded(PIECES_MAX);
        let thread = std::thread::Builder::new().name("match-logs".to_owned()).spawn(move || write(&inbox))?;
        Ok((LogWriter { dir: dir.into(), bytes_max, pieces }, thread))
    }

    /// A log for a new match. Its file appears with its first piece: `NAME-SECONDS-KEY.log`, the seconds being those since 1970.
    pub(super) fn open(&self, key: MatchKey, match_id: &str) -> MatchLog {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let name = format!("{match_id}-{}-{}.log", since_epoch.as_secs(), key.0);
        MatchLog {
            key,
            path: self.dir.join(name).into(),
            writer: Some(self.clone()),
            buffer: Vec::new(),
            handed_over: 0,
            handed_over_us: 0,
        }
    }
}

fn probe(dir: &Path) -> io::Result<()> {
    std::fs::create_dir_all(dir)?;
    let path = dir.join(format!(".probe-{}", std::process::id()));
    File::create(&path)?;
    std::fs::remove_file(&path)
}

/// The log of one match.
pub(super) struct MatchLog {
    key: MatchKey,
    path: Arc<Path>,
    /// None once the log has ended.
    writer: Option<LogWriter>,
    buffer: Vec<u8>,
    handed_over: u64,
    handed_over_us: u64,
}

impl MatchLog {
    /// Adds whole records.
    pub(super) fn append(&mut self, records: &[u8], now_us: u64) {
        let Some(writer) = &self.writer else { return };
        let bytes = self.handed_over + (self.buffer.len() + records.len()) as u64;
        if bytes > writer.bytes_max {
            tracing::warn!(path = %self.path.display(), bytes_max = writer.bytes_max, "a match log has reached its limit and ends here");
            return self.end();
        }
        self.buffer.extend_from_slice(records);
        let is_old = now_us.saturating_sub(self.handed_over_us) >= PIECE_US;
        if self.buffer.len() >= PIECE_BYTES || (is_old && !self.buffer.is_empty()) {
            self.handed_over_us = now_us;
            self.hand_over(false);
        }
    }

    /// Ends the log because the match dropped records after those that were appended.
    pub(super) fn end_incomplete(&mut self) {
        if self.writer.is_some() {
            tracing::warn!(path = %self.path.display(), "a match wrote more at once than it holds back: its log ends here");
            self.end();
        }
    }

    /// Ends the log with what it has.
    pub(super) fn end(&mut self) {
        self.hand_over(true);
        self.writer = None;
    }

    fn hand_over(&mut self, is_last: bool) {
        let Some(writer) = &self.writer else { return };
        let bytes = std::mem::take(&mut self.buffer);
        self.handed_over += bytes.len() as u64;
        let piece = Piece { key: self.key, path: Arc::clone(&self.path), bytes, is_last };
        if writer.pieces.try_send(piece).is_err() {
            tracing::warn!(path = %self.path.display(), "the disk can't keep up: a match log ends here");
            self.writer = None;
        }
    }
}

/// The writing thread.
fn write(pieces: &Receiver<Piece>) {
    // None: the file could not be written, and nothing must follow the gap.
    let mut files: BTreeMap<MatchKey, Option<File>> = BTreeMap::new();
    for Piece { key, path, bytes, is_last } in pieces {
        let file = files.entry(key).or_insert_with(|| report(&path, create(&path)));
        if let Some(open) = file
            && report(&path, open.write_all(&bytes)).is_none()
        {
            *file = None;
        }
        if is_last {
            files.remove(&key);
        }
    }
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

fn report<T>(path: &Path, result: io::Result<T>) -> Option<T> {
    result
        .inspect_err(
            |error| tracing::error!(path = %path.display(), %error, "a match log can't be written and ends here"),
        )
        .ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// What is on disk after these records were appended a second apart and the log was ended.
    fn written(bytes_max: u64, records: &[&[u8]]) -> Vec<u8> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (writer, thread) = LogWriter::start(dir.path(), bytes_max).expect("it can be written");
        let mut log = writer.open(MatchKey(3), "duel");
        for (second, record) in (1..).zip(records) {
            log.append(record, second * PIECE_US);
        }
        log.end();
        let path = Arc::clone(&log.path);
        drop((log, writer));
        thread.join().expect("the writing thread ends with its last writer");
        fs::read(&*path).expect("the log is there")
    }

    #[test]
    fn a_log_is_on_disk_once_it_has_ended() {
        assert_eq!(written(100, &[b"one", b"two", b"three"]), b"onetwothree");
    }

    #[test]
    fn a_log_ends_with_the_last_whole_record_below_its_limit() {
        assert_eq!(written(8, &[b"one", b"two", b"three", b"4"]), b"onetwo");
    }

    #[test]
    fn small_pieces_wait_for_each_other() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (pieces, inbox) = bounded(PIECES_MAX);
        let writer = LogWriter { dir: dir.path().into(), bytes_max: 1_000_000, pieces };
        let mut log = writer.open(MatchKey(0), "duel");
        log.append(b"first", PIECE_US);
        (0..100).for_each(|_| log.append(&[0; 100], PIECE_US + 1));
        assert_eq!(inbox.len(), 1);
        log.append(&[0; PIECE_BYTES], PIECE_US + 2);
        assert_eq!(inbox.len(), 2);
    }

    #[test]
    fn a_disk_that_does_not_keep_up_ends_the_log_without_a_wait() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (pieces, inbox) = bounded(1);
        let writer = LogWriter { dir: dir.path().into(), bytes_max: 1_000_000, pieces };
        let mut log = writer.open(MatchKey(0), "duel");
        (1..=3).for_each(|second| log.append(b"record", second * PIECE_US));
        assert!(log.writer.is_none());
        assert_eq!(inbox.len(), 1);
    }
}
