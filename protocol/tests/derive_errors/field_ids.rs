use skirmish_protocol::Replicate;

#[derive(Replicate)]
#[replicate(id = 1)]
struct NoAttribute {
    alive: bool,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct NoId {
    #[replicate(range = 0..=100)]
    hp: u8,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct SameId {
    #[replicate(id = 3, range = 0..=100)]
    hp: u8,
    #[replicate(id = 3)]
    alive: bool,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct IdTooHigh {
    #[replicate(id = 32)]
    alive: bool,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct KeyTwice {
    #[replicate(id = 1, id = 2)]
    alive: bool,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct SkipAndMore {
    #[replicate(id = 1, skip)]
    alive: bool,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct UnknownKey {
    #[replicate(id = 1, quantm = 0.1)]
    x: f32,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct Reserved {
    #[replicate(id = 1, range = 0..=100)]
    id: u8,
}

fn main() {}
