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
    Hit,
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
    Hit {
        #[event(id = 0)]
        by: u32,
    },
}

#[derive(Clone, GameEvent)]
enum FieldNoAttribute {
    #[event(id = 1)]
    Hit { fatal: bool },
}

#[derive(Clone, GameEvent)]
enum FieldNoId {
    #[event(id = 1)]
    Hit {
        #[event(range = 0..=199)]
        by: u32,
    },
}

#[derive(Clone, GameEvent)]
enum FieldSameId {
    #[event(id = 1)]
    Hit {
        #[event(id = 0, range = 0..=199)]
        by: u32,
        #[event(id = 0)]
        fatal: bool,
    },
}

#[derive(Clone, GameEvent)]
enum FieldReserved {
    #[event(id = 1)]
    Hit {
        #[event(id = 0)]
        own: bool,
    },
}

fn main() {}
