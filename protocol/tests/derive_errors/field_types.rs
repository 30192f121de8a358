use skirmish_protocol::Replicate;

#[derive(Replicate)]
#[replicate(id = 1)]
struct TypeWithoutPlace {
    #[replicate(id = 0, range = 0..=100)]
    id: u64,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct FloatWithoutQuantum {
    #[replicate(id = 0, range = 0.0..=1.0)]
    x: f32,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct FloatWithoutRange {
    #[replicate(id = 0, quantum = 0.1)]
    x: f32,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct RangeAndWrap {
    #[replicate(id = 0, quantum = 0.1, range = 0.0..=1.0, wrap = 1.0)]
    aim: f32,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct IntegerWithoutRange {
    #[replicate(id = 0)]
    hp: u8,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct IntegerWithQuantum {
    #[replicate(id = 0, quantum = 2.0, range = 0..=100)]
    hp: u8,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct IntegerWithWrap {
    #[replicate(id = 0, wrap = 360)]
    degrees: u16,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct BooleanWithRange {
    #[replicate(id = 0, range = 0..=1)]
    alive: bool,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct HalfOpenRange {
    #[replicate(id = 0, range = 0..100)]
    hp: u8,
}

fn main() {}
