//! Whatever happens and whatever is skipped, a client that applies the delta holds what its seat sees, to the bit.

use proptest::prelude::*;
use skirmish_protocol::{Side, Visible, WireState, view_checksum};

use crate::snapshot_support::history::{Tick, World, histories};
use crate::snapshot_support::{SEAT, frame_with, mirror_of, plan, restricted, settings};

/// A state with what the seat may know of it.
struct View {
    state: WireState,
    visible: Option<Vec<u32>>,
}

impl View {
    fn side(&self) -> Side<'_> {
        let visible = self.visible.as_deref().map_or(Visible::All, Visible::Only);
        Side { state: &self.state, visible }
    }
}

/// Runs a history and gives the frames that were sent, having checked the mirror after each.
fn run(history: &[Tick]) -> Result<Vec<Vec<u8>>, TestCaseError> {
    let mut world = World::new();
    let plan = plan();
    let mut state = WireState::empty(&plan, 0);
    let mut mirror = mirror_of(&plan, world.tick_hz);
    let mut baseline: Option<View> = None;
    let mut frames = Vec::new();
    for (tick, Tick { acts, sent, forgotten }) in (1..).zip(history) {
        if world.act(acts) {
            mirror.settings(&settings(tick, world.tick_hz));
            baseline = None;
        }
        world.fly();
        state = state.next(&plan, &world.truth(), tick, world.tick_hz);
        if !sent {
            continue;
        }
        let now = View { state: state.clone(), visible: world.visible() };
        let checksum = view_checksum(&plan, SEAT, &now.side());
        let known = baseline.as_ref().filter(|_| !forgotten).map(View::side);
        let frame = frame_with(&plan, known.as_ref(), &now.side(), world.tick_hz, Some(checksum), &[], &[]);
        let applied = mirror.apply(&frame).map_err(|error| TestCaseError::fail(format!("tick {tick}: {error}")))?;
        prop_assert_eq!(applied.keyframe, known.is_none());
        prop_assert_eq!(mirror.state(), &restricted(&plan, &now.side()));
        prop_assert_eq!(applied.checksum.map(|checksum| checksum.computed), Some(checksum));
        frames.push(frame);
        baseline = Some(now);
    }
    Ok(frames)
}

proptest! {
    #[test]
    fn applying_the_delta_to_the_baseline_gives_the_state_that_the_seat_sees(history in histories(1..60)) {
        run(&history)?;
    }

    #[test]
    fn mutated_frames_never_panic_a_mirror(
        history in histories(2..20), which in any::<prop::sample::Index>(), flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut frames = run(&history)?;
        prop_assume!(!frames.is_empty());
        let victim = which.index(frames.len());
        for (at, byte) in flips {
            let at = at.index(frames[victim].len());
            frames[victim][at] = byte;
        }
        if let Some(cut) = cut {
            let len = cut.index(frames[victim].len());
            frames[victim].truncate(len);
        }
        let mut mirror = mirror_of(&plan(), 30);
        for frame in &frames {
            if mirror.apply(frame).is_err() {
                prop_assert_eq!(mirror.state(), &WireState::empty(&plan(), 0));
            }
        }
    }

    #[test]
    fn random_bytes_never_panic_a_mirror(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut mirror = mirror_of(&plan(), 30);
        let head = [0x99, 17, 5, 0xC0, 0, 0xC0];
        prop_assert!(mirror.apply(&bytes).is_err());
        let framed = [&head[..], &bytes].concat();
        prop_assert_eq!(mirror.apply(&framed).is_ok(), mirror.tick() == 5);
    }
}
