use skirmish_protocol::Replicate;

#[derive(Replicate)]
#[replicate(id = 1)]
struct BeyondItsType {
    #[replicate(id = 0, range = 0..=300)]
    hp: u8,
}

fn main() {}
