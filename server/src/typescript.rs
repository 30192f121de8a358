//! A game's components, input and events as TypeScript, for pages that use the package `skirmish-client`.
//!
//! Invariant: a function of the schema alone, so that a committed file can be compared with what is written now. What the types mean is in the
//! package's own `types.ts`.

use std::fmt::{self, Display, Formatter, Write};
use std::sync::Arc;

use serde_json::{Value, json};
use skirmish_protocol::{FieldKind, FieldSchema, Schema};
use skirmish_sim::Game;

use crate::directory::{HostError, Hosted};

/// The types of a game that is opened with this configuration, as the text of a file.
///
/// # Errors
/// What the game has against the configuration.
pub fn typescript(game: Arc<dyn Game>, config: Value) -> Result<String, HostError> {
    let hosted = Hosted::new(game, config)?;
    Ok(file(hosted.name(), hosted.schema()))
}

fn file(game: &str, schema: &Schema) -> String {
    let name = type_name(game);
    let components = schema.components.iter().map(|component| (&*component.name, &*component.fields));
    let events = schema.events.iter().map(|event| (&*event.name, &*event.fields));
    let mut out = String::new();
    put(
        &mut out,
        format_args!("// Made from the schema of the game {} by `skirmish types`. Not to be edited.\n\n", json!(game)),
    );
    put(&mut out, format_args!("/** The game's components, input and events: `join<{name}>(…)` checks them. */\n"));
    put(&mut out, format_args!("export interface {name} {{\n  components: {{\n"));
    records(&mut out, components);
    out.push_str("  };\n  input: {\n");
    fields(&mut out, "    ", &schema.input);
    out.push_str("  };\n  events: {\n");
    records(&mut out, events);
    out.push_str("  };\n}\n");
    out
}

fn records<'a>(out: &mut String, records: impl Iterator<Item = (&'a str, &'a [FieldSchema])>) {
    for (name, of) in records {
        if of.is_empty() {
            put(out, format_args!("    {}: {{}};\n", Property(name)));
            continue;
        }
        put(out, format_args!("    {}: {{\n", Property(name)));
        fields(out, "      ", of);
        out.push_str("    };\n");
    }
}

fn fields(out: &mut String, indent: &str, fields: &[FieldSchema]) {
    for field in fields {
        if let Some(meaning) = meaning(field) {
            put(out, format_args!("{indent}/** {meaning} */\n"));
        }
        let optional = if field.private { "?" } else { "" };
        let kind = match field.kind {
            FieldKind::Number => "number",
            FieldKind::Boolean => "boolean",
        };
        put(out, format_args!("{indent}{}{optional}: {kind};\n", Property(&field.name)));
    }
}

/// What the type does not say of a field.
fn meaning(field: &FieldSchema) -> Option<String> {
    let step = Shown(field.quantum);
    let range = match (field.kind, field.wrap) {
        (FieldKind::Boolean, _) => None,
        (FieldKind::Number, Some(wrap)) => {
            Some(format!("From 0 around to {}, in steps of {step}.", Shown(f64::from(wrap) * field.quantum)))
        }
        (FieldKind::Number, None) => {
            let [min, max] = [field.min, field.max].map(|integer| Shown(f64::from(integer) * field.quantum));
            let steps = if field.quantum == 1.0 { String::new() } else { format!(", in steps of {step}") };
            Some(format!("{min} to {max}{steps}."))
        }
    };
    let private = field.private.then(|| "Only in views of the player's own entities.".to_owned());
    let sentences: Vec<String> = range.into_iter().chain(private).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// The name of a game as that of a type: `capture-the-flag` is `CaptureTheFlag`.
fn type_name(game: &str) -> String {
    let mut name = String::new();
    for word in game.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let (first, rest) = word.split_at(1);
        name += &first.to_ascii_uppercase();
        name += rest;
    }
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("Game{name}") }
}

/// A property's name, in quotes if it needs them.
struct Property<'a>(&'a str);

impl Display for Property<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if self.0.starts_with(|c: char| plain(c) && !c.is_ascii_digit()) && self.0.chars().all(plain) {
            f.write_str(self.0)
        } else {
            write!(f, "{}", json!(self.0))
        }
    }
}

/// A number for people: whole, or with six digits.
struct Shown(f64);

impl Display for Shown {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.fract() == 0.0 {
            return write!(f, "{}", self.0);
        }
        let rounded: f64 = format!("{:.5e}", self.0).parse().expect("a number just written");
        write!(f, "{rounded}")
    }
}

fn put(out: &mut String, text: impl Display) {
    write!(out, "{text}").expect("a String takes everything");
}

#[cfg(test)]
mod tests {
    use skirmish_protocol::{ComponentSchema, EventSchema};

    use super::*;

    fn field(name: &str) -> FieldSchema {
        FieldSchema::whole(0, name, 0, 100)
    }

    #[test]
    fn every_kind_of_field_is_told_with_its_range_and_step() {
        let tau = std::f64::consts::TAU;
        let fields = vec![
            FieldSchema { quantum: 0.0625, min: -32, max: 33, ..field("x") },
            FieldSchema { quantum: tau / 1047.0, max: 1046, wrap: Some(1047), ..field("aim") },
            FieldSchema { private: true, ..field("ammo") },
            FieldSchema { kind: FieldKind::Boolean, max: 1, ..field("alive") },
            FieldSchema { kind: FieldKind::Boolean, max: 1, private: true, ..field("odd name") },
        ];
        let component = |name: &str, fields| ComponentSchema { id: 1, name: name.to_owned(), fields };
        let schema = Schema {
            components: vec![component("Body", fields), component("Flag", Vec::new())],
            input: vec![FieldSchema { quantum: 0.01, min: -100, ..field("move_x") }],
            events: vec![EventSchema { id: 1, name: "Hit".to_owned(), fields: vec![field("by")] }],
        };
        let expected = "\
// Made from the schema of the game \"capture-the-flag\" by `skirmish types`. Not to be edited.

/** The game's components, input and events: `join<CaptureTheFlag>(…)` checks them. */
export interface CaptureTheFlag {
  components: {
    Body: {
      /** -2 to 2.0625, in steps of 0.0625. */
      x: number;
      /** From 0 around to 6.28319, in steps of 0.00600113. */
      aim: number;
      /** 0 to 100. Only in views of the player's own entities. */
      ammo?: number;
      alive: boolean;
      /** Only in views of the player's own entities. */
      \"odd name\"?: boolean;
    };
    Flag: {};
  };
  input: {
    /** -1 to 1, in steps of 0.01. */
    move_x: number;
  };
  events: {
    Hit: {
      /** 0 to 100. */
      by: number;
    };
  };
}
";
        assert_eq!(file("capture-the-flag", &schema), expected);
    }

    #[test]
    fn any_game_has_a_type_name() {
        assert_eq!(["arena", "2d_tag", "語"].map(type_name), ["Arena", "Game2dTag", "Game"]);
    }
}
