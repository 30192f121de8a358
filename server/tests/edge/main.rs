//! The reader and sim threads behind real sockets on 127.0.0.1: a file of tests for each behaviour, and what they share.
//!
//! A [`client::Client`] speaks the protocol; before it stands an edge with a sim thread that the test plays itself
//! ([`fake_sim::FakeSim`]), or with a real one ([`real_sim::RealSim`]).
//!
//! Not here: HTTP. Sockets are handed over as if the upgrade had just been answered.

mod backpressure;
mod client;
mod close;
mod fake_sim;
mod game;
mod malformed;
mod matches;
mod real_sim;

use std::net::{TcpListener, TcpStream};

/// Two ends of one connection: the client's and the server's.
fn socket_pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback can be listened on");
    let addr = listener.local_addr().expect("it is bound");
    let client = TcpStream::connect(addr).expect("it listens");
    let (server, _) = listener.accept().expect("a client has connected");
    (client, server)
}
