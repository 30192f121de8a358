//! A log file is as little to be trusted as a peer: what is not a log is refused with its place.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use skirmish_sim::{LogError, LogReader, replay};

use crate::common::{Dots, Push, join, open, push, run, take_log};

/// The log of a short match, and where its last record begins.
fn short_log() -> (Vec<u8>, usize) {
    let mut sim = open();
    join(&mut sim, 0);
    run(&mut sim, 40);
    push(&mut sim, 0, 1, &Push::default());
    sim.step();
    let log = take_log(&mut sim);
    let (_, mut reader) = LogReader::new(&log).unwrap();
    let mut last = 0;
    loop {
        let at = reader.position();
        match reader.next_record().unwrap() {
            Some(_) => last = at,
            None => return (log, last),
        }
    }
}

/// How many records can be read, and whether the log is truncated.
fn read_to_end(log: &[u8]) -> (usize, bool) {
    let (_, mut reader) = LogReader::new(log).unwrap();
    let count = std::iter::from_fn(|| reader.next_record().unwrap()).count();
    (count, reader.truncated())
}

/// A record of these bytes after the header of a match.
fn with_record(record: &[u8]) -> Vec<u8> {
    let mut log = take_log(&mut open());
    log.extend(u32::try_from(record.len()).unwrap().to_le_bytes());
    log.extend(record);
    log
}

#[test]
fn a_log_cut_off_anywhere_gives_what_was_whole_and_says_so() {
    let (log, last) = short_log();
    let whole = read_to_end(&log).0;
    for cut in last + 1..log.len() {
        assert_eq!(read_to_end(&log[..cut]), (whole - 1, true), "cut at {cut} of {}", log.len());
        assert!(replay(&Dots, &log[..cut]).unwrap().truncated);
    }
    let again = replay(&Dots, &log[..last]).unwrap();
    assert!(!again.truncated, "cut between records");
}

#[test]
fn a_log_without_a_whole_header_is_refused() {
    let log = take_log(&mut open());
    for cut in 0..log.len() {
        assert!(matches!(LogReader::new(&log[..cut]), Err(LogError::NoHeader)), "cut at {cut}");
    }
}

#[test]
fn what_is_not_a_record_is_refused_with_its_place() {
    let at = take_log(&mut open()).len();
    let cases: [(&[u8], &str); 10] = [
        (&[], "the message ends inside an array"),
        (&[0xc0], "expected an array, found nil"),
        (&[0x93, 99, 1, 1], "unknown kind 99"),
        (&[0x92, 2, 1], "expected an array of 3, found one of 2"),
        (&[0x93, 2, 1, 0, 0], "1 bytes after the message"),
        (&[0x93, 2, 1, 0xc0], "expected an integer"),
        (&[0x95, 1, 1, 0, 0x01, 0xc2], "expected a string"),
        (&[0x95, 5, 1, 0, 1, 0xdd, 0xff, 0xff, 0xff, 0xff], "the message ends inside an array"),
        (&[0x96, 6, 1, 0xc0, 0xc0, 0xc0, 0xca, 0x7f, 0x80, 0, 0], "inf is not a finite number"),
        (&[0x92, 35, 1], "the log is incomplete"),
    ];
    for (record, expected) in cases {
        let log = with_record(record);
        let error = replay(&Dots, &log).unwrap_err().to_string();
        assert!(error.contains(expected), "{record:x?} gave: {error}");
        assert!(error.contains(&format!("byte {at}")), "{record:x?} gave: {error}");
    }
}

#[test]
fn ticks_that_no_match_would_write_are_refused() {
    let cases: [&[&[u8]]; 4] = [
        // A leave in tick 0, before the first.
        &[&[0x93, 2, 0, 0]],
        // A leave in tick 1 after one in tick 2.
        &[&[0x93, 2, 2, 0], &[0x93, 2, 1, 0]],
        // A leave in tick 5 after the checksum of tick 5.
        &[&[0x93, 33, 5, 0], &[0x93, 2, 5, 0]],
        // 241 ticks without a checksum.
        &[&[0x93, 2, 0xcc, 241, 0]],
    ];
    for records in cases {
        let mut log = take_log(&mut open());
        for record in records {
            log.extend(u32::try_from(record.len()).unwrap().to_le_bytes());
            log.extend(*record);
        }
        let error = replay(&Dots, &log).unwrap_err();
        assert!(matches!(error, LogError::Tick { .. }), "{records:x?} gave: {error}");
    }
}

#[test]
fn a_declared_length_beyond_the_limit_is_refused_unread() {
    let mut log = take_log(&mut open());
    log.extend(u32::MAX.to_le_bytes());
    let (_, mut reader) = LogReader::new(&log).unwrap();
    assert!(matches!(reader.next_record(), Err(LogError::TooLong { given: 0xffff_ffff, max: 1024, .. })));
    assert!(matches!(LogReader::new(&[0xff; 8]), Err(LogError::TooLong { at: 0, .. })));
}

#[test]
fn a_header_that_is_not_one_is_refused() {
    let framed = |bytes: &[u8]| [&u32::try_from(bytes.len()).unwrap().to_le_bytes(), bytes].concat();
    let deep = [vec![0x96, 1, 0xa0, 0xa0, 0], vec![0x91; 20_000]].concat();
    let good = take_log(&mut open());
    let trailing = framed(&[&good[4..], &[0xc0]].concat());
    for log in [framed(&[]), framed(&[0xc0]), framed(b"{\"format\":1}"), framed(&deep), trailing] {
        let error = LogReader::new(&log).unwrap_err();
        assert!(matches!(error, LogError::Header(_)), "{error}");
    }
}
