//! Why the process can't do what it was asked to, with an exit code for it. What a run comes to is in `verdict`.

use crate::launch::LaunchError;
use crate::target::TargetError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The arguments make no sense together.
    #[error("{0}")]
    Arguments(String),
    /// The target is none.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// Goose refuses its flags, or fails.
    #[error("goose: {0}")]
    Goose(String),
    /// A server of our own does not start.
    #[error(transparent)]
    Launch(#[from] LaunchError),
    /// A file can't be read or written.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The system refuses something.
    #[error(transparent)]
    System(#[from] std::io::Error),
}

impl Failure {
    /// A file that can't be used.
    pub(crate) fn file(path: &std::path::Path, reason: impl ToString) -> Self {
        Failure::File { path: path.display().to_string(), reason: reason.to_string() }
    }

    /// The process's exit code.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Failure::Arguments(_) | Failure::Target(_) => 2,
            Failure::Goose(_) | Failure::Launch(_) | Failure::File { .. } | Failure::System(_) => 1,
        }
    }
}

impl From<goose::GooseError> for Failure {
    fn from(error: goose::GooseError) -> Self {
        match error {
            goose::GooseError::InvalidOption { option, value, detail } => {
                Failure::Arguments(format!("{option} {value}: {detail}"))
            }
            other => Failure::Goose(other.to_string()),
        }
    }
}
