//! What the protocol allows a session to say next, and what it means for the match.
//!
//! Takes decoded messages and the time, answers with what to do: no socket, no channel, no clock.
//!
//! Invariant: what it forwards is in order (a join first, nothing after a leave), within its rate, and valid under the match's schema.
//!
//! Not here: decoding (`skirmish_protocol`), seqs that do not grow and acknowledgements of ticks that were never sent (`skirmish_sim`, which knows
//! what a seat sent before and what it was sent).

use std::sync::Arc;

use skirmish_protocol::{ClientMessage, PROTOCOL_VERSION, Schema};
use skirmish_sim::ahead::fetch;
use skirmish_sim::{Arrival, SessionId};

use super::fault::Fault;
use super::rate::{Kind, Rates};

/// What a message asks for.
#[derive(Debug, PartialEq)]
pub(super) enum Reaction {
    /// The match must hear of it.
    Forward(Arrival),
    /// A pong with this token.
    Pong(u32),
    /// Nothing: the session has left already.
    Nothing,
}

/// How far a session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The hello has yet to come.
    Greeting,
    /// It came, and nothing since.
    Welcomed,
    Playing,
    Left,
}

/// One session's place in the protocol.
#[derive(Debug)]
pub(super) struct Session {
    id: SessionId,
    seat: u32,
    name: String,
    token: String,
    schema: Arc<Schema>,
    stage: Stage,
    confirms: bool,
    rates: Rates,
}

impl Session {
    /// A session that has yet to say hello.
    pub(super) fn new(
        id: SessionId,
        (seat, name, token): (u32, String, String),
        schema: Arc<Schema>,
        now_us: u64,
    ) -> Session {
        Session { id, seat, name, token, schema, stage: Stage::Greeting, confirms: false, rates: Rates::new(now_us) }
    }

    /// Its id.
    pub(super) fn id(&self) -> SessionId {
        self.id
    }

    /// Whether the hello has yet to come.
    pub(super) fn is_greeting(&self) -> bool {
        self.stage == Stage::Greeting
    }

    /// Whether the first message after the hello has come since last asked: it makes the claim final.
    pub(super) fn take_confirmation(&mut self) -> bool {
        std::mem::take(&mut self.confirms)
    }

    /// Takes the next message.
    pub(super) fn accept(&mut self, message: ClientMessage, now_us: u64) -> Result<Reaction, Fault> {
        let kind = Kind::of(&message);
        match (self.stage, kind) {
            (Stage::Left, _) => return self.count(kind, now_us).map(|()| Reaction::Nothing),
            (Stage::Greeting, Kind::Hello) => {}
            (Stage::Greeting, _) => return Err(Fault::BeforeHello { given: kind.name() }),
            (Stage::Welcomed | Stage::Playing, Kind::Hello) => return Err(Fault::SecondHello),
            (Stage::Welcomed | Stage::Playing, _) => self.count(kind, now_us)?,
        }
        if self.stage == Stage::Welcomed {
            self.stage = Stage::Playing;
            self.confirms = true;
        }
        let session = self.id;
        Ok(Reaction::Forward(match message {
            ClientMessage::Hello { version, schema_hash, .. } => self.join(version, schema_hash)?,
            ClientMessage::Input { seq, snapshot_ack, values } => {
                self.schema.input_values_valid(&values)?;
                Arrival::Input { session, seq, snapshot_ack, values, at_us: now_us }
            }
            ClientMessage::Ack { snapshot_ack } => Arrival::Ack { session, snapshot_ack },
            ClientMessage::Ping { token } => return Ok(Reaction::Pong(token)),
            ClientMessage::Chat { text } => Arrival::Chat { session, text },
            ClientMessage::Leave => {
                self.stage = Stage::Left;
                Arrival::Leave { session }
            }
        }))
    }

    /// Has the memory on its way that each message needs.
    pub(super) fn fetch(&self) {
        fetch(&self.id);
        fetch(&self.stage);
        self.rates.fetch();
    }

    /// Counts one message against the limit of its kind.
    pub(super) fn count(&mut self, kind: Kind, now_us: u64) -> Result<(), Fault> {
        if self.rates.take(kind, now_us) {
            return Ok(());
        }
        Err(Fault::TooFrequent { kind: kind.name(), per_s_max: kind.per_s_max() })
    }

    fn join(&mut self, version: u32, schema_hash: u32) -> Result<Arrival, Fault> {
        if version != PROTOCOL_VERSION {
            return Err(Fault::Version { given: version });
        }
        self.stage = Stage::Welcomed;
        Ok(Arrival::Join {
            session: self.id,
            seat: self.seat,
            name: std::mem::take(&mut self.name),
            token: std::mem::take(&mut self.token),
            schema_hash,
        })
    }
}

#[cfg(test)]
mod tests {
    use skirmish_protocol::{CloseCode, FieldSchema};

    use super::*;

    const ID: SessionId = SessionId(7);

    fn session() -> Session {
        let input = vec![FieldSchema::whole(0, "move", -1, 1)];
        let schema = Schema { components: Vec::new(), input, events: Vec::new() };
        let claimed = (3, "Ada".to_owned(), "token".to_owned());
        Session::new(ID, claimed, Arc::new(schema), 0)
    }

    fn hello() -> ClientMessage {
        ClientMessage::Hello { version: PROTOCOL_VERSION, agent: String::new(), schema_hash: 9 }
    }

    fn input(seq: u32, value: i32) -> ClientMessage {
        ClientMessage::Input { seq, snapshot_ack: 0, values: vec![value].into() }
    }

    fn greeted() -> Session {
        let mut session = session();
        session.accept(hello(), 0).expect("a hello comes first");
        session
    }

    fn refusal(session: &mut Session, message: ClientMessage) -> Option<CloseCode> {
        session.accept(message, 0).err().and_then(|fault| fault.close_code())
    }

    #[test]
    fn a_hello_becomes_a_join_with_what_was_claimed() {
        let join =
            Arrival::Join { session: ID, seat: 3, name: "Ada".to_owned(), token: "token".to_owned(), schema_hash: 9 };
        assert_eq!(session().accept(hello(), 0).ok(), Some(Reaction::Forward(join)));
    }

    #[test]
    fn nothing_comes_before_hello_and_no_second_one() {
        let leave = ClientMessage::Leave;
        assert_eq!(refusal(&mut session(), leave), Some(CloseCode::OutOfOrder));
        assert_eq!(refusal(&mut greeted(), hello()), Some(CloseCode::OutOfOrder));
    }

    #[test]
    fn another_version_is_refused() {
        let hello = ClientMessage::Hello { version: 2, agent: String::new(), schema_hash: 0 };
        assert_eq!(refusal(&mut session(), hello), Some(CloseCode::Version));
    }

    #[test]
    fn the_first_message_after_hello_confirms_the_claim_once() {
        let mut session = greeted();
        assert!(!session.take_confirmation());
        session.accept(ClientMessage::Ping { token: 1 }, 0).expect("a ping may come");
        assert!(session.take_confirmation());
        session.accept(ClientMessage::Ping { token: 2 }, 0).expect("a ping may come");
        assert!(!session.take_confirmation());
    }

    #[test]
    fn values_outside_the_schema_are_refused() {
        assert_eq!(refusal(&mut greeted(), input(1, 2)), Some(CloseCode::BadValue));
        let none = ClientMessage::Input { seq: 1, snapshot_ack: 0, values: vec![].into() };
        assert_eq!(refusal(&mut greeted(), none), Some(CloseCode::BadMessage));
    }

    #[test]
    fn after_leave_nothing_counts_any_more() {
        let mut session = greeted();
        let left = session.accept(ClientMessage::Leave, 0).ok();
        assert_eq!(left, Some(Reaction::Forward(Arrival::Leave { session: ID })));
        assert_eq!(session.accept(input(1, 0), 0).ok(), Some(Reaction::Nothing));
    }

    #[test]
    fn each_kind_has_a_limit_of_its_own() {
        let mut session = greeted();
        let chat = || ClientMessage::Chat { text: "hi".to_owned() };
        let chats = (0..10).take_while(|_| session.accept(chat(), 0).is_ok()).count();
        assert_eq!(chats, 4);
        assert_eq!(refusal(&mut session, chat()), Some(CloseCode::TooFrequent));
        assert!(session.accept(input(1, 0), 0).is_ok());
    }
}
