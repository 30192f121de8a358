//! Drawings for the page: bars, stacked bars and a line, as SVG.
//!
//! Colours are the page's, by class: `s0` is the first series, `s1` the second. Every mark tells its figure when pointed at, and bars show
//! it. Not here: what is drawn (`page`).

use std::fmt::Write;

const WIDTH: f64 = 760.0;
const LABELS: f64 = 230.0;
const FIGURES: f64 = 70.0;
const BAR: f64 = 14.0;
const GAP: f64 = 2.0;
const ROW_GAP: f64 = 14.0;

/// One bar.
pub(super) struct Bar {
    /// Which series it belongs to, from 0.
    pub(super) series: usize,
    /// What it stands for.
    pub(super) name: String,
    /// How long it is.
    pub(super) value: f64,
    /// The samples that `value` is the median of.
    pub(super) samples: Vec<f64>,
}

/// A labelled group of bars, or one bar of several parts.
pub(super) struct Row {
    /// What it is.
    pub(super) label: String,
    /// Its bars, or parts.
    pub(super) bars: Vec<Bar>,
}

/// Bars side by side.
pub(super) fn bars(rows: &[Row], unit: &str) -> String {
    let values = rows.iter().flat_map(|row| &row.bars);
    let longest = values.flat_map(|bar| bar.samples.iter().chain([&bar.value])).copied().fold(0.0, f64::max);
    let scale = (WIDTH - LABELS - FIGURES) / longest.max(f64::MIN_POSITIVE);
    let (mut marks, mut y) = (String::new(), 0.0);
    for row in rows {
        let height = row.bars.len() as f64 * (BAR + GAP);
        label(&mut marks, &row.label, y + height / 2.0);
        for bar in &row.bars {
            one_bar(&mut marks, bar, y, scale, unit);
            y += BAR + GAP;
        }
        y += ROW_GAP;
    }
    svg(y, &marks)
}

fn one_bar(marks: &mut String, Bar { series, name, value, samples }: &Bar, y: f64, scale: f64, unit: &str) {
    let (width, name) = (value * scale, escaped(name));
    rect(marks, *series, LABELS, y, width, &format!("{name}: {value:.3} {unit}"));
    let farthest = samples.iter().copied().fold(*value, f64::max);
    for sample in samples {
        let x = LABELS + sample * scale;
        put(
            marks,
            format_args!(
                r#"<circle class="sample" cx="{x:.1}" cy="{:.1}" r="2"><title>{name}: {sample:.3} {unit}</title></circle>"#,
                y + BAR / 2.0
            ),
        );
    }
    let x = LABELS + farthest * scale + 6.0;
    put(marks, format_args!(r#"<text class="figure" x="{x:.1}" y="{:.1}">{value:.2}</text>"#, y + BAR - 3.0));
}

/// One bar a row, made of its parts.
pub(super) fn stacked(rows: &[Row], unit: &str) -> String {
    let total = |row: &Row| row.bars.iter().map(|bar| bar.value).sum::<f64>();
    let longest = rows.iter().map(total).fold(f64::MIN_POSITIVE, f64::max);
    let scale = (WIDTH - LABELS - FIGURES) / longest;
    let (mut marks, mut y) = (String::new(), 0.0);
    for row in rows {
        label(&mut marks, &row.label, y + BAR / 2.0);
        let mut x = LABELS;
        for bar in &row.bars {
            let width = bar.value * scale;
            rect(
                &mut marks,
                bar.series,
                x,
                y,
                (width - 1.0).max(0.0),
                &format!("{}: {:.3} {unit}", escaped(&bar.name), bar.value),
            );
            x += width;
        }
        put(
            &mut marks,
            format_args!(
                r#"<text class="figure" x="{:.1}" y="{:.1}">{:.2}</text>"#,
                x + 6.0,
                y + BAR - 3.0,
                total(row)
            ),
        );
        y += BAR + ROW_GAP;
    }
    svg(y, &marks)
}

/// A line over places, from 0 up.
pub(super) fn line(places: &[String], values: &[f64], unit: &str) -> String {
    const HEIGHT: f64 = 140.0;
    const TOP: f64 = 24.0;
    let highest = values.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let (right, bottom) = (WIDTH - FIGURES, TOP + HEIGHT);
    let x = |place: usize| LABELS + (right - LABELS) * place as f64 / (places.len().max(2) - 1) as f64;
    let y = |value: f64| bottom - HEIGHT * value / highest;
    let mut marks = format!(r#"<line class="axis" x1="{LABELS}" x2="{right}" y1="{bottom}" y2="{bottom}"/>"#);
    label(&mut marks, unit, bottom);
    let points = values.iter().enumerate().map(|(place, &value)| format!("{:.1},{:.1}", x(place), y(value)));
    put(&mut marks, format_args!(r#"<polyline points="{}"/>"#, points.collect::<Vec<_>>().join(" ")));
    for ((place, name), &value) in places.iter().enumerate().zip(values) {
        let (x, y, name) = (x(place), y(value), escaped(name));
        put(&mut marks, format_args!(r#"<text class="place" x="{x:.1}" y="{:.1}">{name}</text>"#, bottom + 16.0));
        put(
            &mut marks,
            format_args!(
                r#"<circle class="s0" cx="{x:.1}" cy="{y:.1}" r="4"><title>{name}: {value:.3} {unit}</title></circle>"#
            ),
        );
        put(&mut marks, format_args!(r#"<text class="point" x="{x:.1}" y="{:.1}">{value:.2}</text>"#, y - 9.0));
    }
    svg(bottom + 24.0, &marks)
}

/// A small bar beside a mark that it should not pass.
pub(super) fn gauge(value: f64, at_most: f64) -> String {
    const MARK: f64 = 56.0;
    const END: f64 = 96.0;
    let share = if at_most > 0.0 {
        value / at_most
    } else if value > 0.0 {
        f64::INFINITY
    } else {
        0.0
    };
    let (width, class) = ((share * MARK).clamp(0.0, END), if value <= at_most { "met" } else { "missed" });
    format!(
        r#"<svg class="gauge" viewBox="0 0 {END} 14" role="img"><rect class="{class}" x="0" y="3" width="{width:.1}" height="8" rx="2"/><line x1="{MARK}" x2="{MARK}" y1="0" y2="14"/></svg>"#
    )
}

fn rect(marks: &mut String, series: usize, x: f64, y: f64, width: f64, tip: &str) {
    put(
        marks,
        format_args!(
            r#"<rect class="s{series}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{BAR}" rx="2"><title>{tip}</title></rect>"#
        ),
    );
}

fn label(marks: &mut String, text: &str, y: f64) {
    put(
        marks,
        format_args!(r#"<text class="label" x="{:.1}" y="{:.1}">{}</text>"#, LABELS - 10.0, y + 4.0, escaped(text)),
    );
}

fn svg(height: f64, marks: &str) -> String {
    format!(r#"<svg viewBox="0 0 {WIDTH} {height:.0}" role="img">{marks}</svg>"#)
}

fn put(marks: &mut String, mark: std::fmt::Arguments<'_>) {
    marks.write_fmt(mark).expect("writing to a string never fails");
}

/// Text that HTML takes as it is.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
