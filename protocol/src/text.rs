//! The texts that people type: names, match names, chat. One rule for each, wherever it comes in.

use crate::limits::{CHAT_BYTES_MAX, MATCH_NAME_CHARS_MAX, NAME_CHARS_MAX};

/// Why a text is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// A player name that is empty or too long.
    #[error("a name has 1 to {NAME_CHARS_MAX} characters, this one has {given}")]
    NameLength {
        /// Its length in characters.
        given: usize,
    },
    /// A match name that is empty or too long.
    #[error("a match name has 1 to {MATCH_NAME_CHARS_MAX} characters, this one has {given}")]
    MatchNameLength {
        /// Its length in characters.
        given: usize,
    },
    /// A match name with another character.
    #[error("a match name has only a-z, 0-9 and -, this one has {given:?}")]
    MatchNameCharacter {
        /// The first such character.
        given: char,
    },
    /// A chat text that is empty or too long.
    #[error("a chat text has 1 to {CHAT_BYTES_MAX} bytes, this one has {given}")]
    ChatLength {
        /// Its length in bytes.
        given: usize,
    },
    /// A control character.
    #[error("control characters are not allowed, this text has {given:?}")]
    Control {
        /// The first such character.
        given: char,
    },
}

/// Checks a player's name: 1 to [`NAME_CHARS_MAX`] characters, no control characters.
pub fn check_name(name: &str) -> Result<(), TextError> {
    let given = name.chars().count();
    if given == 0 || given > NAME_CHARS_MAX {
        return Err(TextError::NameLength { given });
    }
    check_printable(name)
}

/// Checks the name of a match: 1 to [`MATCH_NAME_CHARS_MAX`] of `a-z 0-9 -`.
pub fn check_match_name(name: &str) -> Result<(), TextError> {
    let given = name.chars().count();
    if given == 0 || given > MATCH_NAME_CHARS_MAX {
        return Err(TextError::MatchNameLength { given });
    }
    let allowed = |c: &char| matches!(c, 'a'..='z' | '0'..='9' | '-');
    match name.chars().find(|c| !allowed(c)) {
        Some(given) => Err(TextError::MatchNameCharacter { given }),
        None => Ok(()),
    }
}

/// Checks a chat text: 1 to [`CHAT_BYTES_MAX`] bytes, no control characters.
pub fn check_chat(text: &str) -> Result<(), TextError> {
    let given = text.len();
    if given == 0 || given > CHAT_BYTES_MAX {
        return Err(TextError::ChatLength { given });
    }
    check_printable(text)
}

fn check_printable(text: &str) -> Result<(), TextError> {
    match text.chars().find(|c| c.is_control()) {
        Some(given) => Err(TextError::Control { given }),
        None => Ok(()),
    }
}
