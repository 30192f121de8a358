use skirmish_protocol::Replicate;

#[derive(Replicate)]
struct WithoutId {
    #[replicate(id = 0)]
    alive: bool,
}

#[derive(Replicate)]
#[replicate(id = 128)]
struct IdTooHigh;

#[derive(Replicate)]
#[replicate(id = 1, title = "Body")]
struct UnknownKey;

#[derive(Replicate)]
#[replicate(id = 1)]
struct Tuple(f32);

#[derive(Replicate)]
#[replicate(id = 1)]
enum Choice {
    One,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct Generic<T> {
    #[replicate(skip)]
    value: T,
}

fn main() {}
