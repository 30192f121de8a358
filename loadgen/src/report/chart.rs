//! Drawings for the page: lines over an axis, as SVG that needs no script.
//!
//! Colours are the page's, by class. Pointing at a column tells all its figures. Not here: what is drawn (`sections`).

use std::fmt::Write;

const WIDTH: f64 = 720.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 8.0;
const FOOT: f64 = 20.0;

/// One line.
pub(crate) struct Line {
    /// Its colour, from 0 to 4.
    pub(crate) colour: usize,
    pub(crate) name: String,
    pub(crate) dashed: bool,
    /// Ascending in x; a gap where y is not a number.
    pub(crate) points: Vec<(f64, f64)>,
}

/// Where lines are drawn.
pub(crate) struct Axes<'a> {
    pub(crate) height: f64,
    pub(crate) unit: &'a str,
    /// From and to.
    pub(crate) x: (f64, f64),
    /// Marks below the axis; without any the figures are off.
    pub(crate) marks: &'a [(f64, String)],
    /// A stretch to set off.
    pub(crate) shaded: Option<(f64, f64)>,
}

/// Lines with their legend.
pub(crate) fn lines(axes: &Axes<'_>, lines: &[Line]) -> String {
    let highest = lines.iter().flat_map(|line| &line.points).map(|(_, y)| *y).filter(|y| y.is_finite());
    let step = nice_step(highest.fold(f64::MIN_POSITIVE, f64::max) / 4.0);
    let steps =
        (lines.iter().flat_map(|line| &line.points).map(|(_, y)| *y).filter(|y| y.is_finite()).fold(0.0, f64::max)
            / step)
            .ceil()
            .max(1.0);
    let (from, to) = axes.x;
    let bottom = TOP + axes.height;
    let x = |value: f64| LEFT + (WIDTH - LEFT - RIGHT) * (value - from) / (to - from).max(f64::MIN_POSITIVE);
    let y = |value: f64| bottom - axes.height * value / (step * steps);
    let mut marks = String::new();
    if let Some((start, end)) = axes.shaded {
        let (start, end) = (x(start.max(from)), x(end.min(to)));
        put(
            &mut marks,
            format_args!(
                r#"<rect class="steady" x="{start:.1}" y="{TOP}" width="{:.1}" height="{:.1}"/>"#,
                (end - start).max(0.0),
                axes.height
            ),
        );
    }
    for number in 0..=steps as u32 {
        let value = f64::from(number) * step;
        let (y, class) = (y(value), if number == 0 { "axis" } else { "grid" });
        put(
            &mut marks,
            format_args!(r#"<line class="{class}" x1="{LEFT}" x2="{:.1}" y1="{y:.1}" y2="{y:.1}"/>"#, WIDTH - RIGHT),
        );
        put(
            &mut marks,
            format_args!(r#"<text class="end" x="{:.1}" y="{:.1}">{}</text>"#, LEFT - 6.0, y + 4.0, shown(value)),
        );
    }
    for (place, mark) in axes.marks {
        put(
            &mut marks,
            format_args!(
                r#"<text class="middle" x="{:.1}" y="{:.1}">{}</text>"#,
                x(*place),
                bottom + 14.0,
                escaped(mark)
            ),
        );
    }
    for line in lines {
        draw(&mut marks, line, x, y);
    }
    hover(&mut marks, axes, lines, x);
    let foot = if axes.marks.is_empty() { 4.0 } else { FOOT };
    format!(r#"{}<svg viewBox="0 0 {WIDTH} {:.0}" role="img">{marks}</svg>"#, legend(lines), bottom + foot)
}

/// Stretches between gaps; a point that stands alone is a dot.
fn draw(marks: &mut String, line: &Line, x: impl Fn(f64) -> f64, y: impl Fn(f64) -> f64) {
    let (colour, dashed) = (line.colour, if line.dashed { " dashed" } else { "" });
    for stretch in line.points.split(|(_, value)| !value.is_finite()) {
        if let [(place, value)] = stretch {
            put(
                marks,
                format_args!(
                    r#"<circle class="point f{colour}" cx="{:.1}" cy="{:.1}" r="2.5"/>"#,
                    x(*place),
                    y(*value)
                ),
            );
        } else if !stretch.is_empty() {
            let points: Vec<_> =
                stretch.iter().map(|(place, value)| format!("{:.1},{:.1}", x(*place), y(*value))).collect();
            put(marks, format_args!(r#"<polyline class="l{colour}{dashed}" points="{}"/>"#, points.join(" ")));
        }
    }
}

/// A column for each place of the longest line.
fn hover(marks: &mut String, axes: &Axes<'_>, lines: &[Line], x: impl Fn(f64) -> f64) {
    let Some(longest) = lines.iter().max_by_key(|line| line.points.len()) else { return };
    let places: Vec<f64> = longest.points.iter().map(|(place, _)| *place).collect();
    for (index, place) in places.iter().enumerate() {
        let middle = |other: Option<&f64>| other.map(|other| f64::midpoint(*place, *other));
        let start = middle(index.checked_sub(1).and_then(|index| places.get(index))).unwrap_or(axes.x.0);
        let end = middle(places.get(index + 1)).unwrap_or(axes.x.1);
        let at_place = |line: &Line| {
            let (_, value) = line.points.iter().find(|(other, _)| other == place)?;
            value.is_finite().then(|| format!("{}: {} {}", line.name, shown(*value), axes.unit))
        };
        let figures: Vec<_> = lines.iter().filter_map(at_place).collect();
        let (start, end) = (x(start), x(end));
        put(
            marks,
            format_args!(
                r#"<rect class="hover" x="{start:.1}" y="{TOP}" width="{:.1}" height="{:.1}"><title>{}</title></rect>"#,
                (end - start).max(0.5),
                axes.height,
                escaped(&figures.join("\n"))
            ),
        );
    }
}

fn legend(lines: &[Line]) -> String {
    let item = |line: &Line| {
        let (class, style) = if line.dashed {
            ("broken".to_owned(), format!(" style=\"color:var(--s{})\"", line.colour))
        } else {
            (format!("f{}", line.colour), String::new())
        };
        format!("<span><i class=\"{class}\"{style}></i>{}</span>", escaped(&line.name))
    };
    format!("<div class=\"legend\">{}</div>", lines.iter().map(item).collect::<String>())
}

/// The next of 1, 2 and 5 times a power of ten.
fn nice_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * power).find(|step| *step >= least).unwrap_or(10.0 * power)
}

/// A number with as many digits as it needs.
pub(crate) fn shown(value: f64) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    let digits = match value.abs() {
        0.0 => 0,
        big if big >= 100.0 => 0,
        middle if middle >= 10.0 => 1,
        small if small >= 0.1 => 2,
        _ => 3,
    };
    let text = format!("{value:.digits$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    grouped(text)
}

/// Thousands set apart.
fn grouped(text: &str) -> String {
    let (whole, rest) = text.split_once('.').map_or((text, ""), |(whole, _)| (whole, &text[whole.len()..]));
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) && !out.ends_with('-') {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

fn put(marks: &mut String, mark: std::fmt::Arguments<'_>) {
    marks.write_fmt(mark).expect("writing to a string never fails");
}

/// Text that HTML takes as it is.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_they_need() {
        for (value, text) in
            [(0.0, "0"), (0.0421, "0.042"), (3.456, "3.46"), (42.25, "42.2"), (1234.5, "1,234"), (1e6, "1,000,000")]
        {
            assert_eq!(shown(value), text);
        }
        assert_eq!(shown(f64::NAN), "-");
    }

    #[test]
    fn steps_are_ones_twos_and_fives() {
        for (least, step) in [(0.9, 1.0), (1.1, 2.0), (24.0, 50.0), (60.0, 100.0)] {
            assert!((nice_step(least) - step).abs() < 1e-9);
        }
    }

    #[test]
    fn a_gap_parts_a_line_and_text_is_escaped() {
        let points = vec![(0.0, 1.0), (1.0, 2.0), (2.0, f64::NAN), (3.0, 1.0)];
        let axes = Axes { height: 50.0, unit: "ms", x: (0.0, 3.0), marks: &[], shaded: None };
        let svg = lines(&axes, &[Line { colour: 0, name: "<a>".to_owned(), dashed: false, points }]);
        assert_eq!((svg.matches("<polyline").count(), svg.matches("<circle").count()), (1, 1));
        assert!(svg.contains("&lt;a&gt;") && !svg.contains("<a>"));
    }
}
