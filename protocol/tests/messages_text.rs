//! Names and chat obey one rule each, wherever they come in.

use skirmish_protocol::{TextError, check_chat, check_match_name, check_name};

#[test]
fn a_name_has_1_to_24_characters_of_any_script() {
    for name in ["A", "Ada Lovelace", "語", &"🎯".repeat(24)] {
        assert_eq!(check_name(name), Ok(()), "{name:?}");
    }
    assert_eq!(check_name(""), Err(TextError::NameLength { given: 0 }));
    assert_eq!(check_name(&"🎯".repeat(25)), Err(TextError::NameLength { given: 25 }));
}

#[test]
fn a_chat_text_has_1_to_200_bytes() {
    for text in ["a", "gg 🎯", &"é".repeat(100)] {
        assert_eq!(check_chat(text), Ok(()), "{text:?}");
    }
    assert_eq!(check_chat(""), Err(TextError::ChatLength { given: 0 }));
    assert_eq!(check_chat(&format!("{}a", "é".repeat(100))), Err(TextError::ChatLength { given: 201 }));
}

#[test]
fn control_characters_are_refused_in_names_and_chat() {
    for given in ['\0', '\n', '\r', '\t', '\u{1b}', '\u{7f}', '\u{85}'] {
        let text = format!("a{given}b");
        assert_eq!(check_name(&text), Err(TextError::Control { given }), "{text:?}");
        assert_eq!(check_chat(&text), Err(TextError::Control { given }), "{text:?}");
    }
}

#[test]
fn a_match_name_has_1_to_32_small_letters_digits_and_hyphens() {
    for name in ["a", "duel-7", "-", &"9".repeat(32)] {
        assert_eq!(check_match_name(name), Ok(()), "{name:?}");
    }
    assert_eq!(check_match_name(""), Err(TextError::MatchNameLength { given: 0 }));
    assert_eq!(check_match_name(&"9".repeat(33)), Err(TextError::MatchNameLength { given: 33 }));
    for given in ['A', '_', ' ', '/', '.', 'é', '\n'] {
        let name = format!("a{given}");
        assert_eq!(check_match_name(&name), Err(TextError::MatchNameCharacter { given }), "{name:?}");
    }
}
