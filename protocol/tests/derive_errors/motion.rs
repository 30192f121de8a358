use skirmish_protocol::Replicate;

#[derive(Replicate)]
#[replicate(id = 1)]
struct NoSuchVelocity {
    #[replicate(id = 0, quantum = 0.1, range = 0.0..=1.0, velocity = "vx")]
    x: f32,
    #[replicate(skip)]
    vx: f32,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct MovedVelocity {
    #[replicate(id = 0, quantum = 0.1, range = 0.0..=1.0, velocity = "vx")]
    x: f32,
    #[replicate(id = 1, quantum = 0.1, range = 0.0..=1.0, velocity = "ax")]
    vx: f32,
    #[replicate(id = 2, quantum = 0.1, range = 0.0..=1.0)]
    ax: f32,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct PrivateVelocity {
    #[replicate(id = 0, quantum = 0.1, range = 0.0..=1.0, velocity = "vx")]
    x: f32,
    #[replicate(id = 1, quantum = 0.1, range = 0.0..=1.0, private)]
    vx: f32,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct WrapAndVelocity {
    #[replicate(id = 0, quantum = 0.1, wrap = 1.0, velocity = "spin")]
    aim: f32,
    #[replicate(id = 1, quantum = 0.1, range = 0.0..=1.0)]
    spin: f32,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct ToleranceAlone {
    #[replicate(id = 0, quantum = 0.1, range = 0.0..=1.0, tolerance = 0.5)]
    x: f32,
}

fn main() {}
