//! `/api/admin/matches/{id}/impairments`: bad networks on demand.
//!
//! Not here: what an impaired line does (`edge::bad_line`), who may (`auth`).

use std::ops::RangeInclusive;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::App;
use super::admin::{AdminError, accepted, ask, read};
use super::audit::Entry;
use super::auth::Actor;
use crate::clock::{now_us, wall_ms};
use crate::edge::{Conditions, Impairment, Whose};

const DELAY_MS_MAX: u32 = 2_000;
const JITTER_MS_MAX: u32 = 1_000;
const STALL_MS_MAX: u32 = 10_000;
const STALL_EVERY_MS_MAX: u32 = 60_000;
const BYTES_PER_S: RangeInclusive<u32> = 1_000..=10_000_000;
const DURATION_S: RangeInclusive<u32> = 1..=600;

/// What an operator asks for.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<u32>,
    #[serde(default)]
    delay_ms: u32,
    #[serde(default)]
    jitter_ms: u32,
    #[serde(default)]
    stall_ms: u32,
    #[serde(default)]
    stall_every_ms: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_per_s: Option<u32>,
    duration_s: u32,
}

/// `PUT /api/admin/matches/{id}/impairments`.
pub(super) async fn begin(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, AdminError> {
    let wish: Wish = read(&body)?;
    wish.check().map_err(AdminError::BadRequest)?;
    let asked = ask(&app, &id).await?;
    let key = asked.key;
    let whose = match wish.seat {
        None => Whose::All,
        Some(seat) => {
            let no_seat = || AdminError::NoSeat { given: seat.to_string(), holder: "connected player" };
            Whose::One { seat, generation: app.directory.seated(key, seat).ok_or_else(no_seat)? }
        }
    };
    let entry = Entry::of(&actor, "impair", json!(wish));
    let tick = asked.act(&entry, Vec::new()).await?;
    let now_us = now_us();
    let ends_us = now_us + u64::from(wish.duration_s) * 1_000_000;
    let begun = app.edge.impairments().begin(key, whose, wish.conditions(), (now_us, ends_us));
    app.audit.note(entry.on(&id, tick));
    let mut answer = accepted(&id, &json!(wish), tick);
    answer["impairment"] = begun.id.into();
    answer["ends_ms"] = shown(&begun)["ends_ms"].clone();
    Ok(answer)
}

/// `GET /api/admin/matches/{id}/impairments`.
pub(super) async fn list(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Json<Vec<Value>>, AdminError> {
    let (key, _) = app.directory.find(&id).ok_or(AdminError::NoMatch(id))?;
    Ok(Json(app.edge.impairments().of_match(key, now_us()).iter().map(shown).collect()))
}

/// `DELETE /api/admin/matches/{id}/impairments/{impairment}`.
pub(super) async fn end(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path((id, impairment)): Path<(String, String)>,
) -> Result<Json<Value>, AdminError> {
    let asked = ask(&app, &id).await?;
    let number = impairment.parse().ok();
    let ended = number.filter(|number| app.edge.impairments().end(asked.key, *number, now_us()));
    let what = json!({ "impairment": ended.ok_or(AdminError::NoImpairment(impairment))? });
    let entry = Entry::of(&actor, "end_impairment", what.clone());
    let tick = asked.act(&entry, Vec::new()).await?;
    app.audit.note(entry.on(&id, tick));
    Ok(accepted(&id, &what, tick))
}

/// An impairment as it is shown.
pub(super) fn shown(Impairment { id, whose, conditions, ends_us, .. }: &Impairment) -> Value {
    let seat = match whose {
        Whose::All => None,
        Whose::One { seat, .. } => Some(seat),
    };
    json!({
        "impairment": id,
        "seat": seat,
        "delay_ms": conditions.delay_us / 1000,
        "jitter_ms": conditions.jitter_us / 1000,
        "stall_ms": conditions.stall_us / 1000,
        "stall_every_ms": conditions.stall_every_us / 1000,
        "bytes_per_s": conditions.bytes_per_s,
        "ends_ms": wall_ms() + ends_us.saturating_sub(now_us()) / 1000,
    })
}

impl Wish {
    fn check(&self) -> Result<(), String> {
        within("delay_ms", self.delay_ms, 0..=DELAY_MS_MAX)?;
        within("jitter_ms", self.jitter_ms, 0..=JITTER_MS_MAX)?;
        within("stall_ms", self.stall_ms, 0..=STALL_MS_MAX)?;
        within("stall_every_ms", self.stall_every_ms, 0..=STALL_EVERY_MS_MAX)?;
        within("duration_s", self.duration_s, DURATION_S)?;
        self.bytes_per_s.map_or(Ok(()), |given| within("bytes_per_s", given, BYTES_PER_S))?;
        if (self.stall_ms > 0 || self.stall_every_ms > 0) && self.stall_ms >= self.stall_every_ms {
            let Wish { stall_ms, stall_every_ms, .. } = self;
            return Err(format!("stall_ms = {stall_ms}: must be below stall_every_ms, which is {stall_every_ms}"));
        }
        if self.conditions() == Conditions::default() {
            return Err(
                "nothing to impair: give delay_ms, jitter_ms, stall_ms with stall_every_ms, or bytes_per_s".to_owned()
            );
        }
        Ok(())
    }

    fn conditions(&self) -> Conditions {
        let us = |ms: u32| u64::from(ms) * 1000;
        Conditions {
            delay_us: us(self.delay_ms),
            jitter_us: us(self.jitter_ms),
            stall_us: us(self.stall_ms),
            stall_every_us: us(self.stall_every_ms),
            bytes_per_s: self.bytes_per_s.map(u64::from),
        }
    }
}

fn within(key: &str, given: u32, allowed: RangeInclusive<u32>) -> Result<(), String> {
    if allowed.contains(&given) {
        return Ok(());
    }
    Err(format!("{key} = {given}: must be a whole number from {} to {}", allowed.start(), allowed.end()))
}
