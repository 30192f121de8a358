//! All clients on one thread and one clock.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::io;
use std::ops::Sub;
use std::os::fd::OwnedFd;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};

use super::age::Firsts;
use super::client::{Client, Reading};
use super::guests::Guests;
use super::socket::Socket;
use super::tally::{Tally, Window};
use super::{Odd, Orders, Target, entry};
use crate::{allocations, process};

/// Spreads the clients' phases evenly, however many there are.
const GOLDEN_RATIO: f64 = 0.618_033_988_7;
/// While clients are joining, the joiner is looked at this often.
const JOINING_NS: u64 = 1_000_000;
/// Sockets that wait to be taken over from the joiner.
const JOINED_MAX: usize = 16;
/// Readable sockets that one wait tells of.
const EVENTS_MAX: usize = 1024;
/// How often a second a slow client reads.
const SLOW_READS_HZ: u64 = 50;

/// Does what is ordered; one result for each window.
///
/// # Errors
/// Clients that can't join, or a server whose process can't be watched. A client that is lost later is counted.
pub fn run(orders: &Orders) -> anyhow::Result<Vec<Window>> {
    process::raise_file_limit()?;
    let (sender, joined) = sync_channel(JOINED_MAX);
    let joiner = std::thread::spawn({
        let orders = orders.clone();
        move || entry::let_in(&orders, &sender)
    });
    let mut field = Field::new(orders, joined)?;
    field.play_until_joined()?;
    let windows = match field.clients.len() < orders.clients() as usize {
        true => Ok(Vec::new()),
        false => field.play(),
    };
    field.leave();
    drop(field);
    joiner.join().expect("the joiner does not panic")?;
    windows
}

struct Field<'a> {
    orders: &'a Orders,
    /// Those who have joined and are not among the clients yet.
    joined: Receiver<Socket>,
    began: Instant,
    epoll: OwnedFd,
    clients: Vec<Option<Client>>,
    tallies: Vec<Tally>,
    /// When which client's next input is due.
    due: BinaryHeap<Reverse<(u64, usize)>>,
    period_ns: u64,
    buffer: Vec<u8>,
    events: Vec<epoll::Event>,
    firsts: Firsts,
    guests: Guests,
    /// When a slow client reads next.
    slow_due_ns: Option<u64>,
    lost: u32,
}

impl<'a> Field<'a> {
    fn new(orders: &'a Orders, joined: Receiver<Socket>) -> io::Result<Self> {
        Ok(Self {
            orders,
            joined,
            began: Instant::now(),
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            clients: Vec::new(),
            tallies: Vec::new(),
            due: BinaryHeap::new(),
            period_ns: (1e9 / orders.hz) as u64,
            buffer: Vec::new(),
            events: Vec::with_capacity(EVENTS_MAX),
            firsts: Firsts::default(),
            guests: Guests::default(),
            slow_due_ns: None,
            lost: 0,
        })
    }

    fn now_ns(&self) -> u64 {
        self.began.elapsed().as_nanos() as u64
    }

    fn play_until_joined(&mut self) -> io::Result<()> {
        while self.clients.len() < self.orders.clients() as usize {
            match self.joined.try_recv() {
                Ok(socket) => self.add(socket)?,
                Err(TryRecvError::Empty) => self.turn(self.now_ns() + JOINING_NS)?,
                Err(TryRecvError::Disconnected) => break,
            }
        }
        Ok(())
    }

    /// Warms up, and plays the windows.
    fn play(&mut self) -> anyhow::Result<Vec<Window>> {
        self.play_for(self.orders.warmup)?;
        let pauses = |number: u32| number == 1 && self.orders.odd == Some(Odd::Paused);
        (1..=self.orders.windows)
            .map(|number| if pauses(number) { self.window_without_the_odd_one() } else { self.window() })
            .collect()
    }

    fn add(&mut self, socket: Socket) -> io::Result<()> {
        let index = self.clients.len();
        if let Some(Odd::Slow { .. }) = self.orders.odd(index) {
            self.slow_due_ns = Some(self.now_ns());
        } else {
            self.listen_to(index, &socket)?;
        }
        let reading = match self.orders.target {
            Target::Floor(_) => Reading::Frames,
            Target::Skirmish { verify: false, .. } => Reading::Heads,
            Target::Skirmish { verify: true, .. } => Reading::Whole(None),
        };
        self.clients.push(Some(Client::new(index as u32, socket, reading)));
        self.tallies.push(Tally::default());
        let phase_ns = ((index as f64 * GOLDEN_RATIO).fract() * self.period_ns as f64) as u64;
        let periods = (self.now_ns() + self.period_ns - phase_ns) / self.period_ns;
        self.due.push(Reverse((periods * self.period_ns + phase_ns, index)));
        Ok(())
    }

    fn listen_to(&self, index: usize, socket: &Socket) -> io::Result<()> {
        let data = epoll::EventData::new_u64(index as u64);
        Ok(epoll::add(&self.epoll, socket.fd(), data, epoll::EventFlags::IN)?)
    }

    fn play_for(&mut self, time: Duration) -> io::Result<()> {
        let end_ns = self.now_ns() + time.as_nanos() as u64;
        while self.now_ns() < end_ns {
            self.take_guests()?;
            self.turn(end_ns)?;
        }
        Ok(())
    }

    /// Lets guests in who have come, and those out whose time is over.
    fn take_guests(&mut self) -> io::Result<()> {
        while let Ok(socket) = self.joined.try_recv() {
            self.guests.came(self.clients.len(), self.now_ns());
            self.add(socket)?;
        }
        while let Some(index) = self.guests.next_to_leave(self.now_ns()) {
            if let Some(mut guest) = self.clients[index].take() {
                guest.leave();
            }
        }
        Ok(())
    }

    /// Sends what is due, waits for the next thing to do, but not beyond `until_ns`, and reads.
    fn turn(&mut self, until_ns: u64) -> io::Result<()> {
        self.send_due();
        let next_ns = self.due.peek().map_or(until_ns, |Reverse((due_ns, _))| until_ns.min(*due_ns));
        let wait = Timespec::try_from(Duration::from_nanos(next_ns.saturating_sub(self.now_ns())));
        let wait = wait.expect("a wait is short");
        self.events.clear();
        let mut events = std::mem::take(&mut self.events);
        epoll::wait(&self.epoll, spare_capacity(&mut events), Some(&wait))?;
        for event in &events {
            self.read(event.data.u64() as usize, usize::MAX);
        }
        self.events = events;
        self.read_slowly();
        Ok(())
    }

    /// Lets the slow client read what it may by now: what it did not use is lost to it, as on a thin line.
    fn read_slowly(&mut self) {
        if let (Some(Odd::Slow { bytes_per_s }), Some(due_ns)) = (self.orders.odd, self.slow_due_ns)
            && due_ns <= self.now_ns()
        {
            let (odd, period_ns) = (self.orders.clients() as usize - 1, 1_000_000_000 / SLOW_READS_HZ);
            self.read(odd, (u64::from(bytes_per_s) / SLOW_READS_HZ).max(1) as usize);
            self.slow_due_ns = Some((due_ns + period_ns).max(self.now_ns()));
        }
    }

    fn take_due(&mut self, until_ns: u64) -> Option<(u64, usize)> {
        let next = self.due.peek_mut().filter(|next| next.0.0 <= until_ns)?;
        Some(PeekMut::pop(next).0)
    }

    /// Sends the inputs that are due by now, at most one of each client: what it could not send in time is missed, and counted.
    fn send_due(&mut self) {
        let until_ns = self.now_ns();
        while let Some((due_ns, index)) = self.take_due(until_ns) {
            let now_ns = self.now_ns();
            let Some(client) = &mut self.clients[index] else {
                continue;
            };
            let missed = (until_ns - due_ns) / self.period_ns;
            self.tallies[index].missed += missed;
            match client.send_input(now_ns) {
                Ok(()) => self.due.push(Reverse((due_ns + (missed + 1) * self.period_ns, index))),
                Err(error) => self.lose(index, &error.into()),
            }
        }
    }

    fn read(&mut self, index: usize, bytes_max: usize) {
        let began = self.began;
        let now_ns = || began.elapsed().as_nanos() as u64;
        if let Some(client) = &mut self.clients[index]
            && let Err(error) = client.read(&mut self.buffer, bytes_max, now_ns, &mut self.tallies[index])
        {
            self.lose(index, &error);
        }
    }

    fn lose(&mut self, index: usize, error: &anyhow::Error) {
        eprintln!("client {index} is lost: {error:#}");
        self.clients[index] = None;
        self.lost += 1;
    }

    /// A window in which the last client does not read.
    fn window_without_the_odd_one(&mut self) -> anyhow::Result<Window> {
        let odd = self.orders.clients() as usize - 1;
        if let Some(client) = &self.clients[odd] {
            epoll::delete(&self.epoll, client.socket.fd())?;
        }
        let window = self.window();
        if let Some(client) = &self.clients[odd] {
            self.listen_to(odd, &client.socket)?;
        }
        window
    }

    fn window(&mut self) -> anyhow::Result<Window> {
        let orders = self.orders;
        self.note_firsts();
        self.tallies.fill(Tally::default());
        let look = || -> io::Result<_> {
            let server = orders.pid.map_or(Ok(Vec::new()), process::thread_cpu_s)?;
            Ok((server, process::cpu_s(std::process::id())?, process::machine_cpu_s()?))
        };
        let (guests, allocations, before) = (self.clients.len(), allocations::by_thread(), look()?);
        let began = Instant::now();
        self.play_for(orders.window)?;
        let seconds = began.elapsed().as_secs_f64();
        let (after, allocations_after) = (look()?, allocations::by_thread());

        let mut window = self.add_up(seconds);
        window.server_threads_cpu_s = grown(&before.0, after.0);
        window.server_threads_allocations = grown(&allocations, allocations_after);
        window.server_cpu_s = window.server_threads_cpu_s.iter().map(|(_, cpu_s)| cpu_s).sum();
        window.us_per_snap = window.server_cpu_s * 1e6 / window.snapshots.max(1) as f64;
        window.server_rss_kib = orders.pid.map_or(Ok(0), process::rss_kib)?;
        window.swarm_cpu_s = after.1 - before.1;
        window.others_cpu_s = (after.2 - before.2 - window.server_cpu_s - window.swarm_cpu_s).max(0.0);
        window.guests = (self.clients.len() - guests) as u32;
        Ok(window)
    }

    /// Remembers who heard what first: what is old in this window may have been new before it.
    fn note_firsts(&mut self) {
        for (index, tally) in self.tallies.iter().take(self.orders.clients() as usize).enumerate() {
            self.firsts.note(self.orders.room(index), &tally.heard);
        }
    }

    /// What the clients have counted; guests only tell what was wrong.
    fn add_up(&mut self, seconds: f64) -> Window {
        self.note_firsts();
        let (tallies, guests) = self.tallies.split_at(self.orders.clients() as usize);
        let mut window = Window::new(tallies, &self.firsts, seconds, self.orders);
        window.clients = self.clients[..tallies.len()].iter().flatten().count() as u32;
        window.checksums_wrong += guests.iter().map(|tally| tally.checksums_wrong).sum::<u64>();
        window.lost = self.lost;
        window
    }

    fn leave(&mut self) {
        if let Target::Skirmish { .. } = self.orders.target {
            self.clients.iter_mut().flatten().for_each(Client::leave);
        }
    }
}

/// What each thread has used meanwhile. Threads are known by their names.
fn grown<T: Copy + Default + Sub<Output = T>>(before: &[(String, T)], after: Vec<(String, T)>) -> Vec<(String, T)> {
    let earlier = |name: &str| before.iter().find(|(known, _)| known == name).map_or(T::default(), |(_, used)| *used);
    let grown = |(name, used): (String, T)| {
        let used = used - earlier(&name);
        (name, used)
    };
    after.into_iter().map(grown).collect()
}
