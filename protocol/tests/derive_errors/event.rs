use skirmish_protocol::GameEvent;

#[derive(Clone, GameEvent)]
struct NotAnEnum {
    fatal: bool,
}

#[derive(Clone, GameEvent)]
enum NoId {
    Hit { fatal: bool },
}

#[derive(Clone, GameEvent)]
enum SameId {
    #[event(id = 1)]
    Hit { fatal: bool },
    #[event(id = 1)]
    Kill,
}

#[derive(Clone, GameEvent)]
enum Tuple {
    #[event(id = 1)]
    Hit(bool),
}

#[derive(Clone, GameEvent)]
enum NoRange {
    #[event(id = 1)]
    Hit { by: u32 },
}

#[derive(Clone, GameEvent)]
enum WithId {
    #[event(id = 1)]
    Hit {
        #[event(id = 0)]
        fatal: bool,
    },
}

fn main() {}
