//! A schema small enough to write its deltas by hand.

use skirmish_protocol::{Mirror, Plan, WireState};

use super::{all, component, cyclic, frame, mirror_of, motion, number, plan_of, truth};

const HZ: u32 = 30;

/// A moving, turning body, table 2, and a counter, table 4.
pub(crate) fn small_plan() -> Plan {
    let body = vec![motion(0, "x", 1.0, 100, 1), number(1, "v", 1.0, -100, 100), cyclic(2, "aim", 1.0, 120)];
    let counter = vec![number(0, "n", 1.0, 0, 50)];
    plan_of(vec![component(1, "Body", body), component(2, "Counter", counter)])
}

/// Tick 1 with the bodies 3, 5 and 9 and the counter 3.
pub(crate) fn small_state(plan: &Plan) -> WireState {
    let body: &[f64] = &[10.0, 0.0, 30.0];
    let truth = truth(&[&[(3, None, body), (5, None, body), (9, None, body)], &[(3, None, &[20.0])]]);
    WireState::empty(plan, 0).next(plan, &truth, 1, HZ)
}

pub(crate) fn mirror_holding(plan: &Plan, state: &WireState, tick_hz: u32) -> Mirror {
    let mut mirror = mirror_of(plan, tick_hz);
    mirror.apply(&frame(plan, None, &all(state), tick_hz)).expect("a sound keyframe");
    mirror
}

/// A mirror of [`small_state`].
pub(crate) fn small_mirror() -> Mirror {
    let plan = small_plan();
    mirror_holding(&plan, &small_state(&plan), HZ)
}

/// A snapshot of tick 2 from tick 1 with these bytes for its `tables`.
pub(crate) fn delta(tables: &[u8]) -> Vec<u8> {
    [&[0x99, 17, 2, 1, 0, 0xC0, 0x90, 0x90, 0x90], tables].concat()
}
