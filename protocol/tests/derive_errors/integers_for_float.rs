use skirmish_protocol::Replicate;

#[derive(Replicate)]
#[replicate(id = 1)]
struct IntegersForFloat {
    #[replicate(id = 0, quantum = 1, range = 0..=1)]
    x: f32,
}

fn main() {}
