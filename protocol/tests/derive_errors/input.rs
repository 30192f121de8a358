use skirmish_protocol::Input;

#[derive(Clone, Default, Input)]
struct NoAttribute {
    fire: bool,
}

#[derive(Clone, Default, Input)]
struct Private {
    #[input(id = 0, private)]
    fire: bool,
}

#[derive(Clone, Default, Input)]
struct SameId {
    #[input(id = 0)]
    fire: bool,
    #[input(id = 0)]
    jump: bool,
}

fn main() {}
