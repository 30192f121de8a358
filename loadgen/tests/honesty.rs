//! The generator tells the truth: about the server, about itself, and about what it could not do.

mod support;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use support::{Server, alone, load, run, start};

/// Inputs that a server has received.
const INPUTS: &str = "skirmish_messages_received_total{kind=\"input\"}";

#[test]
fn a_stalled_tick_shows_in_the_corrected_times_and_among_the_worst_ticks() {
    let _alone = alone();
    let server = Server::workload(&["--stall-tick-ms", "300"]);
    let run = load(&server, "4", "6s", &["--game", "workload"]);
    assert!(run.corrected_ms("input_ack", "p99") >= 250.0, "{}", run.text);
    assert!(run.corrected_ms("snapshot_age", "p99") >= 250.0, "{}", run.text);
    let worst = run.report["tally"]["worst"].as_array().expect("a list");
    assert!(worst[0]["age_us"].as_u64() >= Some(250_000), "{worst:?}");
    assert!(run.page.contains("Worst ticks"));
}

#[test]
fn a_starved_generator_declares_itself_void() {
    let _alone = alone();
    let server = Server::arena(&[]);
    let running = start(&[
        "--host",
        &server.url,
        "-u",
        "4",
        "-r",
        "100",
        "-t",
        "12s",
        "--no-progress",
        "--slo",
        "input_ack_p99<1s",
    ]);
    server.wait_for(INPUTS, 300.0);
    running.signal("STOP");
    // A second and a half of the match passes without it.
    server.wait_for("skirmish_ticks_total", 45.0);
    running.signal("CONT");
    let run = running.wait();
    assert_eq!(run.code, 4, "{}", run.text);
    assert_eq!(run.report["verdict"]["outcome"], "void");
    assert!(run.counts()["inputs_missed"].as_u64() > Some(0));
    assert!(run.page.contains("The generator was the bottleneck"));
}

#[test]
fn a_byte_that_is_wrong_on_the_way_fails_the_run() {
    let _alone = alone();
    let server = Server::arena(&[]);
    let through = tampering_proxy(&server.url);
    let run = run(&["--host", &through, "-u", "2", "-r", "100", "-t", "4s", "--no-progress"]);
    assert_eq!(run.code, 5, "{}", run.text);
    assert_eq!(run.report["verdict"]["outcome"], "mismatch");
}

#[test]
fn a_missed_objective_has_a_code_of_its_own() {
    let _alone = alone();
    let server = Server::arena(&[]);
    let missed = load(&server, "2", "3s", &["--slo", "input_ack_p50<1us", "--slo", "join_max<60s"]);
    assert!([3, 4].contains(&missed.code), "missed, or void on a busy machine: {}", missed.text);
    let met: Vec<_> =
        missed.report["judged"].as_array().expect("a list").iter().map(|judged| judged["met"].clone()).collect();
    assert_eq!(met, [false, true]);
}

#[test]
fn gooses_thresholds_decide_too() {
    let _alone = alone();
    let server = Server::arena(&[]);
    let run = load(&server, "2", "3s", &["--threshold", "max<1us", "--no-threshold-abort"]);
    assert!([3, 4].contains(&run.code), "missed, or void on a busy machine: {}", run.text);
    assert_ne!(run.report["goose_missed"], serde_json::json!([]));
}

#[test]
fn a_server_that_is_not_there_is_told_with_its_code() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let run = run(&["--host", &url, "-u", "1", "-t", "2s", "--no-progress"]);
    assert_eq!(run.code, 6, "{}", run.text);
    assert_eq!(run.report["verdict"]["outcome"], "unreachable");
}

#[test]
fn another_machine_needs_leave_and_wrong_arguments_end_at_once() {
    for (arguments, text) in [
        (&["--host", "http://192.0.2.1:8080", "-u", "1", "-t", "1s"][..], "--allow-remote"),
        (&["--slo", "joy<1ms"], "snapshot_age"),
        (&["--users", "many"], "many"),
        (&["capacity", "--matches", "2", "--seats", "2"], "one of the two"),
        (&["merge", "/no/such/report.json"], "/no/such/report.json"),
    ] {
        let run = run(arguments);
        assert!(run.code == 2 || run.code == 1 && arguments[0] == "merge", "{arguments:?} ended with {}", run.code);
        assert!(run.text.contains(text), "{arguments:?}: {}", run.text);
    }
}

#[test]
fn ctrl_c_still_writes_the_report() {
    let _alone = alone();
    let server = Server::arena(&[]);
    let running = start(&["--host", &server.url, "-u", "2", "-r", "100", "-t", "1h", "--no-progress"]);
    server.wait_for(INPUTS, 200.0);
    running.signal("INT");
    let run = running.wait();
    run.is_correct();
    assert_eq!(run.report["interrupted"], true);
    assert!(run.page.contains("Stopped by Ctrl-C"));
}

/// What the server says on each socket up to here is passed on as it is: the welcome, and what makes HTTP work.
const SOUND_BYTES: usize = 6000;
/// Of what follows, one byte in so many is changed.
const TAMPER_STEP: usize = 1009;

/// Passes everything on, but for some bytes deep in what the server says.
fn tampering_proxy(url: &str) -> String {
    let server = url.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let server = TcpStream::connect(&server).expect("the server listens");
            let (up, down) = (client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
            std::thread::spawn(move || pass_on(up, server, usize::MAX));
            std::thread::spawn(move || pass_on(down, client, SOUND_BYTES));
        }
    });
    format!("http://{address}")
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, mut tamper_at: usize) {
    let (mut buffer, mut passed) = ([0; 4096], 0);
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        while let Some(byte) = tamper_at.checked_sub(passed).and_then(|place| buffer[..count].get_mut(place)) {
            *byte ^= 0x10;
            tamper_at += TAMPER_STEP;
        }
        passed += count;
        if to.write_all(&buffer[..count]).is_err() {
            return;
        }
    }
    // The other side may have closed already.
    let _ = to.shutdown(std::net::Shutdown::Write);
}
