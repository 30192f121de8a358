//! What an operator does to those who play: kick, tell, bots in and out.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use skirmish_protocol::check_chat;
use skirmish_protocol::limits::CLOSE_REASON_BYTES_MAX;
use skirmish_sim::{Arrival, Seat};

use super::App;
use super::admin::{AdminError, Asked, accepted, ask, read};
use super::audit::Entry;
use super::auth::Actor;

/// A player who loses the seat, and what the player is told.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Kick {
    seat: u32,
    #[serde(default = "no_reason")]
    reason: String,
}

fn no_reason() -> String {
    "the operator removed you".to_owned()
}

/// Something for one player or everybody to read.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Message {
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<u32>,
    text: String,
}

/// So many bots more, or fewer.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Bots {
    #[serde(skip_serializing_if = "Option::is_none")]
    add: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remove: Option<u32>,
}

/// `POST /api/admin/matches/{id}/kick`.
pub(super) async fn kick(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, AdminError> {
    let kick: Kick = read(&body)?;
    let given = kick.reason.len();
    if given > CLOSE_REASON_BYTES_MAX {
        let message = format!("reason has {given} bytes, at most {CLOSE_REASON_BYTES_MAX} are allowed");
        return Err(AdminError::BadRequest(message));
    }
    let asked = ask(&app, &id).await?;
    asked.seat(&kick.seat.to_string(), "player", |seat| !seat.bot)?;
    let arrivals = vec![Arrival::Kick { seat: kick.seat, reason: kick.reason.clone() }];
    done(&app, &actor, &asked, ("kick", json!(kick)), arrivals).await
}

/// `POST /api/admin/matches/{id}/message`.
pub(super) async fn message(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, AdminError> {
    let message: Message = read(&body)?;
    check_chat(&message.text).map_err(|error| AdminError::BadRequest(format!("text: {error}")))?;
    let asked = ask(&app, &id).await?;
    if let Some(seat) = message.seat {
        asked.seat(&seat.to_string(), "player", |seat| !seat.bot)?;
    }
    let arrivals = vec![Arrival::Notice { seat: message.seat, text: message.text.clone() }];
    done(&app, &actor, &asked, ("message", json!(message)), arrivals).await
}

/// `POST /api/admin/matches/{id}/bots`.
pub(super) async fn change_bots(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, AdminError> {
    let bots: Bots = read(&body)?;
    let asked = ask(&app, &id).await?;
    let arrivals = match (bots.add, bots.remove) {
        (Some(add), None) => more(&asked, add)?,
        (None, Some(remove)) => fewer(&asked, remove)?,
        _ => return Err(AdminError::BadRequest("give either add or remove, a number of bots".to_owned())),
    };
    done(&app, &actor, &asked, ("bots", json!(bots)), arrivals).await
}

/// `DELETE /api/admin/matches/{id}/bots/{seat}`.
pub(super) async fn remove_bot(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path((id, seat)): Path<(String, String)>,
) -> Result<Json<Value>, AdminError> {
    let asked = ask(&app, &id).await?;
    let seat = asked.seat(&seat, "bot", |seat| seat.bot)?;
    done(&app, &actor, &asked, ("bots", json!({ "seat": seat })), vec![Arrival::RemoveBot { seat }]).await
}

fn more(asked: &Asked, add: u32) -> Result<Vec<Arrival>, AdminError> {
    let seats = &asked.report.seats;
    let free = asked.report.seats_max - seats.len() as u32;
    if !(1..=free).contains(&add) {
        let message = format!("add = {add}: must be a whole number from 1 to {free}, the seats that are free");
        return Err(AdminError::BadRequest(message));
    }
    let names = (1..).map(|number: u32| format!("Bot {number}"));
    let names = names.filter(|name| !seats.iter().any(|seat| seat.name == *name));
    Ok(names.take(add as usize).map(|name| Arrival::AddBot { name }).collect())
}

/// Those in the lowest seats stay.
fn fewer(asked: &Asked, remove: u32) -> Result<Vec<Arrival>, AdminError> {
    let bots: Vec<&Seat> = asked.report.seats.iter().filter(|seat| seat.bot).collect();
    if remove < 1 || remove as usize > bots.len() {
        let message =
            format!("remove = {remove}: must be a whole number from 1 to {}, the bots that are there", bots.len());
        return Err(AdminError::BadRequest(message));
    }
    let last = bots.iter().rev().take(remove as usize);
    Ok(last.map(|seat| Arrival::RemoveBot { seat: seat.id.0 }).collect())
}

async fn done(
    app: &App,
    actor: &Actor,
    asked: &Asked,
    (act, what): (&'static str, Value),
    arrivals: Vec<Arrival>,
) -> Result<Json<Value>, AdminError> {
    let entry = Entry::of(actor, act, what.clone());
    let tick = asked.act(&entry, arrivals).await?;
    let match_id = &asked.report.match_id;
    app.audit.note(entry.on(match_id, tick));
    Ok(accepted(match_id, &what, tick))
}
