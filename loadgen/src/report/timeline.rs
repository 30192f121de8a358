//! What happened when: clients, server and generator on one clock, by the second.

use super::Report;
use super::chart::{Axes, Line, lines};
use super::page::section;
use crate::metrics::{Metric, Second};
use crate::monitor::Beside;
use crate::server_view::Budget;

const ABOUT: &str = "Clients, server and generator on one clock, by the second; set off is the time in which the load was steady, of which all other figures are.";
/// Distances of marks, in seconds, and how many marks there may be.
const STEPS_S: [u32; 12] = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600];
const MARKS_MAX: f64 = 12.0;

/// The seconds that are drawn.
struct Timeline<'a> {
    report: &'a Report,
    first: u64,
    last: u64,
}

/// A drawing: its title, the unit of its figures, its lines.
type Chart = (&'static str, &'static str, Vec<Line>);

pub(super) fn show(report: &Report) -> String {
    let seconds = || report.tally.series.0.keys().chain(report.beside_series.keys()).copied();
    let (Some(first), Some(last)) = (seconds().min(), seconds().max()) else { return String::new() };
    let timeline = Timeline { report, first, last };
    let drawn: String = timeline.charts().iter().map(|chart| timeline.draw(chart)).collect();
    section("Over time", ABOUT, &format!("<div class=\"charts\">{drawn}</div>"), true)
}

impl Timeline<'_> {
    fn charts(&self) -> [Chart; 6] {
        let budget = |figure: fn(Budget) -> f64| {
            move |beside: &Beside| Some(figure(beside.server.as_ref()?.tick_budget?) * 100.0)
        };
        let server_cpu = |beside: &Beside| Some(beside.server.as_ref()?.cpu_cores? * 100.0);
        [
            ("Players", "", vec![self.clients(0, "connected", &|second| second.players as f64)]),
            ("Input to ack, ms", "ms", self.quantiles(Metric::InputAck, 0)),
            ("Snapshot age, ms", "ms", self.quantiles(Metric::SnapshotAge, 0)),
            (
                "Server: tick budget used, and CPU, %",
                "%",
                vec![
                    self.beside(2, "budget p50", false, &budget(|budget| budget.p50)),
                    self.beside(0, "budget p99", false, &budget(|budget| budget.p99)),
                    self.beside(3, "CPU, of one core", true, &server_cpu),
                ],
            ),
            (
                "Generator: CPU of one core, and its busiest thread, %",
                "%",
                vec![
                    self.beside(4, "CPU", false, &|beside| Some(beside.generator.cpu_cores * 100.0)),
                    self.beside(3, "busiest thread", true, &|beside| Some(beside.generator.busiest_part * 100.0)),
                ],
            ),
            ("Generator: lag behind its schedule, ms", "ms", self.quantiles(Metric::SendLag, 4)),
        ]
    }

    /// Median, 99th percentile and maximum of a time; the percentile has the colour that is given.
    fn quantiles(&self, metric: Metric, colour: usize) -> Vec<Line> {
        let line = |colour, name, part: f64| self.clients(colour, name, &move |second| second.at_ms(metric, part));
        vec![line(2, "p50", 0.5), line(colour, "p99", 0.99), line(1, "max", 1.0)]
    }

    fn clients(&self, colour: usize, name: &str, figure: &dyn Fn(&Second) -> f64) -> Line {
        self.line(colour, name, false, |unix_s| self.report.tally.series.0.get(&unix_s).map(figure))
    }

    fn beside(&self, colour: usize, name: &str, dashed: bool, figure: &dyn Fn(&Beside) -> Option<f64>) -> Line {
        self.line(colour, name, dashed, |unix_s| self.report.beside_series.get(&unix_s).and_then(figure))
    }

    fn line(&self, colour: usize, name: &str, dashed: bool, figure: impl Fn(u64) -> Option<f64>) -> Line {
        let place = |unix_s| ((unix_s - self.first) as f64, figure(unix_s).unwrap_or(f64::NAN));
        Line { colour, name: name.to_owned(), dashed, points: (self.first..=self.last).map(place).collect() }
    }

    fn draw(&self, (title, unit, all): &Chart) -> String {
        let end = (self.last - self.first).max(1) as f64;
        let step = STEPS_S.into_iter().find(|step| end / f64::from(*step) <= MARKS_MAX).unwrap_or(7200);
        let seconds = (0..=end as u32).step_by(step as usize);
        let marks: Vec<_> = seconds.map(|second| (f64::from(second), format!("{second} s"))).collect();
        let axes = Axes { height: 76.0, unit, x: (0.0, end), marks: &marks, shaded: self.steady() };
        format!("<div><h3>{title}</h3>{}</div>", lines(&axes, all))
    }

    /// From when to when the load was steady.
    fn steady(&self) -> Option<(f64, f64)> {
        let from = self.report.steady_from_unix_ms? as f64 / 1000.0 - self.first as f64;
        Some((from, from + self.report.steady_s))
    }
}
