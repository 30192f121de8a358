use skirmish_protocol::Replicate;

#[derive(Replicate)]
#[replicate(id = 1)]
struct QuantumOfZero {
    #[replicate(id = 0, quantum = 0.0, range = 0.0..=1.0)]
    x: f32,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct EmptyRange {
    #[replicate(id = 0, quantum = 0.1, range = 1.0..=0.0)]
    x: f32,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct TooFine {
    #[replicate(id = 0, quantum = 1e-9, range = 0.0..=1000.0)]
    x: f32,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct WrapOfOneQuantum {
    #[replicate(id = 0, quantum = 1.0, wrap = 1.0)]
    aim: f32,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct BeyondWire {
    #[replicate(id = 0, range = 0..=4_294_967_295)]
    tick: u32,
}

#[derive(Replicate)]
#[replicate(id = 1)]
struct NegativeTolerance {
    #[replicate(id = 0, quantum = 0.1, range = 0.0..=1.0, velocity = "vx", tolerance = -1.0)]
    x: f32,
    #[replicate(id = 1, quantum = 0.1, range = 0.0..=1.0)]
    vx: f32,
}

fn main() {}
