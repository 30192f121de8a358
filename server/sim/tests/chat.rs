//! Chat comes to everybody, in order.

use skirmish_sim::{Annotation, Entry, LogReader};

use crate::playground::playground;

#[test]
fn everybody_hears_everything_in_the_same_order() {
    let mut harness = playground(1);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.run_ticks(1);
    harness.chat(ada, "Hello");
    harness.chat(bob, "Hi, Ada");
    harness.run_ticks(1);
    harness.chat(ada, "Shall we?");
    harness.run_ticks(1);
    let lines = [(0, "Hello"), (1, "Hi, Ada"), (0, "Shall we?")].map(|(seat, text)| (seat, text.to_owned()));
    assert_eq!(harness.client(ada).seen.chats, lines);
    assert_eq!(harness.client(bob).seen.chats, lines);
}

#[test]
fn a_stalled_client_hears_it_later() {
    let mut harness = playground(2);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.link(bob).buffer_bytes = 0;
    harness.run_ticks(1);
    harness.stall(bob, true);
    harness.run_ticks(1);
    for line in ["One", "Two", "Three"] {
        harness.chat(ada, line);
        harness.run_ticks(5);
    }
    assert!(harness.client(bob).seen.chats.is_empty());
    harness.stall(bob, false);
    harness.run_ticks(2);
    let texts: Vec<&str> = harness.client(bob).seen.chats.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["One", "Two", "Three"]);
}

#[test]
fn what_was_said_is_in_the_log() {
    let mut harness = playground(3);
    let ada = harness.join("Ada");
    harness.run_ticks(1);
    harness.chat(ada, "For the record");
    harness.run_ticks(1);
    let log = harness.take_log();
    let (_, mut records) = LogReader::new(&log).expect("a log begins with its header");
    let mut said = Vec::new();
    while let Some(record) = records.next_record().expect("a whole log") {
        if let Entry::Annotation(Annotation::Chat { seat, text }) = record.entry {
            said.push((seat, text));
        }
    }
    assert_eq!(said, [(0, "For the record".to_owned())]);
}
