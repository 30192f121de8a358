//! Events ride in snapshots, in order, and as the schema describes them.

use skirmish_protocol::{DecodeError, EventRecord, MirrorError, WireState};

use crate::snapshot_support::{SEAT, all, frame_with, mirror_of, plan};

const HZ: u32 = 30;

/// A mirror of the whole schema, given these events at tick 5, and then those at tick 9.
fn with_events(first: &[EventRecord], second: &[EventRecord]) -> Result<Vec<EventRecord>, MirrorError> {
    let plan = plan();
    let mut mirror = mirror_of(&plan, HZ);
    let [fifth, ninth] = [5, 9].map(|tick| WireState::empty(&plan, tick));
    let keyframe = frame_with(&plan, None, &all(&fifth), HZ, None, &[], first);
    let mut events = mirror.apply(&keyframe)?.events;
    let delta = frame_with(&plan, Some(&all(&fifth)), &all(&ninth), HZ, None, second, second);
    let applied = mirror.apply(&delta)?;
    assert_eq!(applied.own_events, applied.events);
    events.extend(applied.events);
    Ok(events)
}

fn hit(tick: u32, damage: i32) -> EventRecord {
    EventRecord { tick, event: 1, values: vec![SEAT as i32, damage].into() }
}

#[test]
fn events_come_in_order_and_never_later_than_their_snapshot() {
    assert_eq!(
        with_events(&[hit(3, 1)], &[hit(6, 2), hit(6, 3), hit(9, 4)]),
        Ok(vec![hit(3, 1), hit(6, 2), hit(6, 3), hit(9, 4)])
    );
    assert_eq!(with_events(&[], &[hit(10, 1)]), Err(MirrorError::EventTick { given: 10, min: 0, max: 9 }));
    assert_eq!(
        with_events(&[hit(3, 1)], &[hit(6, 2), hit(5, 2)]),
        Err(MirrorError::EventTick { given: 5, min: 6, max: 9 })
    );
}

#[test]
fn event_ticks_never_fall_from_one_snapshot_to_the_next() {
    let plan = plan();
    let mut mirror = mirror_of(&plan, HZ);
    let [fifth, ninth] = [5, 9].map(|tick| WireState::empty(&plan, tick));
    mirror.apply(&frame_with(&plan, None, &all(&fifth), HZ, None, &[], &[hit(4, 1)])).unwrap();
    let delta = frame_with(&plan, Some(&all(&fifth)), &all(&ninth), HZ, None, &[hit(3, 1)], &[hit(3, 1)]);
    assert_eq!(mirror.apply(&delta), Err(MirrorError::EventTick { given: 3, min: 4, max: 9 }));
}

#[test]
fn events_must_be_in_the_schema_and_their_values_in_range() {
    let found = EventRecord { tick: 4, event: 4, values: vec![].into() };
    assert_eq!(with_events(std::slice::from_ref(&found), &[]), Ok(vec![found.clone()]));
    assert_eq!(with_events(&[EventRecord { event: 2, ..found.clone() }], &[]), Err(MirrorError::Event { given: 2 }));
    let long = EventRecord { values: vec![1].into(), ..found };
    assert!(matches!(
        with_events(&[long], &[]),
        Err(MirrorError::Decode(DecodeError::Length { expected: 0, given: 1, .. }))
    ));
    assert!(matches!(
        with_events(&[hit(4, 1001)], &[]),
        Err(MirrorError::Decode(DecodeError::OutOfRange { given: 1001, .. }))
    ));
}
