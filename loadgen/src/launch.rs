//! A server of our own: started on a free port, stopped when it is dropped.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// How long a server may take to say where it is.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// A server that runs.
pub(crate) struct Server {
    child: Child,
    /// Where it is.
    pub(crate) url: String,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LaunchError {
    /// The program can't be run.
    #[error("{program} can't be started: {reason}")]
    Program {
        /// The program.
        program: String,
        /// Why.
        reason: String,
    },
    /// It ran and did not say where it is.
    #[error("{program} ended, or said no address within {} s", START_TIMEOUT.as_secs())]
    Silent {
        /// The program.
        program: String,
    },
}

/// The server that lies beside this program.
pub(crate) fn beside() -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    own.parent().unwrap_or(Path::new(".")).join("skirmish")
}

impl Server {
    /// Starts a program that listens on a free port and says where on its first lines.
    ///
    /// # Errors
    /// It does not.
    pub(crate) fn start(program: &Path, arguments: &[String]) -> Result<Self, LaunchError> {
        let shown = program.display().to_string();
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command
            .spawn()
            .map_err(|error| LaunchError::Program { program: shown.clone(), reason: error.to_string() })?;
        let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let (found, address) = mpsc::channel();
        std::thread::spawn(move || {
            // Read to the end: a pipe that nobody reads would block the server.
            for line in stdout.lines().map_while(Result::ok) {
                if let Some(url) = url(&line) {
                    // The first address is the one; nobody waits for another.
                    let _ = found.send(url);
                }
            }
        });
        match address.recv_timeout(START_TIMEOUT) {
            Ok(url) => Ok(Self { child, url }),
            Err(_) => {
                end(&mut child);
                Err(LaunchError::Silent { program: shown })
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// It may have ended by itself.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// The address in a line: a URL, or nothing but an address and port.
fn url(line: &str) -> Option<String> {
    if let Some(at) = line.find("http://") {
        return Some(line[at..].trim().trim_end_matches('/').to_owned());
    }
    line.trim().parse::<std::net::SocketAddr>().ok().map(|address| format!("http://{address}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_server_say_where_they_are() {
        assert_eq!(url("game http://127.0.0.1:4000/").as_deref(), Some("http://127.0.0.1:4000"));
        assert_eq!(url("127.0.0.1:4001").as_deref(), Some("http://127.0.0.1:4001"));
        assert_eq!(url("ready"), None);
    }

    #[test]
    fn a_program_that_says_nothing_is_told_by_name() {
        let error = Server::start(Path::new("/bin/true"), &[]).err().unwrap();
        assert!(error.to_string().contains("/bin/true"), "{error}");
        assert!(matches!(Server::start(Path::new("/no/such"), &[]), Err(LaunchError::Program { .. })));
    }
}
