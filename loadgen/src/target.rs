//! The server under load: where it is, and whether it may be loaded.
//!
//! Invariant: without leave nothing is sent to an address that is not this machine's own.

use std::net::{IpAddr, ToSocketAddrs};

use reqwest::Url;

/// Where load goes.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    base: Url,
    /// The game that is joined.
    pub(crate) game: String,
    remote_allowed: bool,
}

/// Why an address is no target.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum TargetError {
    /// Not of the form http://host:port.
    #[error("{given:?} is no address of a server, as http://127.0.0.1:8080 is: {reason}")]
    Address {
        /// What was given.
        given: String,
        /// What is wrong.
        reason: String,
    },
    /// Somebody else's machine, perhaps.
    #[error("{host} is not this machine: load on it needs the flag --allow-remote")]
    Remote {
        /// The host.
        host: String,
    },
}

impl Target {
    /// The server at this address.
    ///
    /// # Errors
    /// It is none, or is another machine and that was not allowed.
    pub(crate) fn new(address: &str, game: &str, remote_allowed: bool) -> Result<Self, TargetError> {
        let wrong =
            |reason: &dyn ToString| TargetError::Address { given: address.to_owned(), reason: reason.to_string() };
        let base = Url::parse(address).map_err(|error| wrong(&error))?;
        if base.scheme() != "http" {
            return Err(wrong(&"only http is spoken here"));
        }
        let target = Self { base, game: game.to_owned(), remote_allowed };
        target.check(&target.base)?;
        Ok(target)
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> Url {
        self.base.join(path).expect("our own paths are sound")
    }

    /// The server's address, to show.
    pub(crate) fn shown(&self) -> String {
        self.base.as_str().trim_end_matches('/').to_owned()
    }

    /// Whether a socket may be opened where a join says so.
    pub(crate) fn check_socket(&self, ws_url: &str) -> Result<(), String> {
        let url = Url::parse(ws_url).map_err(|error| format!("{ws_url:?} is no address: {error}"))?;
        self.check(&url).map_err(|error| error.to_string())
    }

    fn check(&self, url: &Url) -> Result<(), TargetError> {
        let host = url.host_str().unwrap_or_default();
        if self.remote_allowed || is_own(host) {
            return Ok(());
        }
        Err(TargetError::Remote { host: host.to_owned() })
    }
}

/// Whether every address of a host is a loopback address.
fn is_own(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    if let Ok(address) = host.parse::<IpAddr>() {
        return address.is_loopback();
    }
    let Ok(found) = (host, 0).to_socket_addrs() else { return false };
    let found: Vec<_> = found.collect();
    !found.is_empty() && found.iter().all(|address| address.ip().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(address: &str, remote_allowed: bool) -> Result<Target, TargetError> {
        Target::new(address, "arena", remote_allowed)
    }

    #[test]
    fn loopback_needs_no_leave_and_everything_else_does() {
        for own in ["http://127.0.0.1:8080", "http://[::1]:80/", "http://localhost:9000"] {
            assert!(target(own, false).is_ok(), "{own}");
        }
        let other = target("http://192.0.2.7:8080", false).unwrap_err();
        assert_eq!(other, TargetError::Remote { host: "192.0.2.7".to_owned() });
        assert!(target("http://192.0.2.7:8080", true).is_ok());
    }

    #[test]
    fn a_join_can_not_send_us_elsewhere() {
        let target = target("http://127.0.0.1:8080", false).unwrap();
        assert!(target.check_socket("ws://127.0.0.1:8080/ws").is_ok());
        assert!(target.check_socket("ws://198.51.100.1:8080/ws").unwrap_err().contains("--allow-remote"));
    }

    #[test]
    fn what_is_no_address_is_told() {
        for wrong in ["127.0.0.1:8080", "ftp://127.0.0.1", "http://"] {
            assert!(matches!(target(wrong, true), Err(TargetError::Address { .. })), "{wrong}");
        }
    }
}
