//! How many files the process may have open: every socket is one.
//!
//! Invariant: the limit is raised as far as the system allows without asking, never lowered.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use skirmish_server::Config;

/// Files beside those of players: logs, queues, and connections that ask, are refused, or wait for their handshake.
const OTHERS: u64 = 512;

/// Raises the limit to the most that is allowed, and warns if the players that the configuration allows do not fit.
pub(super) fn raise_limit(config: &Config) {
    let before = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: before.maximum, ..before };
    if raised != before {
        match setrlimit(Resource::Nofile, raised) {
            Ok(()) => tracing::info!(from = shown(before), to = shown(raised), "raised the limit of open files"),
            Err(error) => tracing::warn!(%error, "cannot raise the limit of open files"),
        }
    }
    let limit = getrlimit(Resource::Nofile);
    let sessions_max = u64::from(config.sessions_max);
    if limit.current.is_some_and(|files| files < sessions_max + OTHERS) {
        tracing::warn!(
            files = shown(limit),
            sessions_max,
            "fewer files may be open than sessions_max and {OTHERS} others need: raise the hard limit, or lower sessions_max"
        );
    }
}

fn shown(limit: Rlimit) -> String {
    limit.current.map_or_else(|| "unlimited".to_owned(), |files| files.to_string())
}
