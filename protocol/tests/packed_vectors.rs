//! The golden lists in `protocol/vectors/packed.json`: every form of every list, put together by hand, and forms to refuse.
//! With `SKIRMISH_BLESS=1` the file is written anew.

use serde_json::{Value, json};
use skirmish_protocol::fixed::ONE;
use skirmish_protocol::{Column, Mirror, Plan, Table, WireState};

use crate::snapshot_support::{component, mirror_of, motion, number, plan_of};
use crate::vector_support::{after_json, check_file, file_text, hex};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/packed.json");
const HZ: u32 = 30;
const N: u8 = 0xC0;
const SAME: &[u8] = &[0xC3];
const ALL: &[u8] = &[N];

/// Table 2: two columns of any integers, and a motion column that stands still.
fn plan() -> Plan {
    let any = |id, name: &str| number(id, name, 1.0, i32::MIN, i32::MAX);
    let fields = vec![any(0, "a"), any(1, "b"), motion(2, "p", 1.0, 1 << 27, 3), number(3, "v", 1.0, 0, 0)];
    plan_of(vec![component(1, "Row", fields)])
}

/// A `bin` of at most 255 bytes.
fn bin(parts: &[&[u8]]) -> Vec<u8> {
    let bytes = parts.concat();
    [&[0xC4, bytes.len() as u8], &bytes[..]].concat()
}

fn varint(number: u32) -> Vec<u8> {
    if number < 128 { vec![number as u8] } else { [vec![number as u8 | 128], varint(number >> 7)].concat() }
}

fn signed(number: i32) -> Vec<u8> {
    let number = i64::from(number);
    varint(if number < 0 { -2 * number - 1 } else { 2 * number } as u32)
}

/// Codes of so many bits, one bit at a time.
fn codes(width: usize, codes: &[u32]) -> Vec<u8> {
    let mut bytes = vec![0; (codes.len() * width).div_ceil(8)];
    for (index, code) in codes.iter().enumerate() {
        for bit in (0..width).filter(|bit| code >> bit & 1 == 1) {
            let place = index * width + bit;
            bytes[place / 8] |= 1 << (place % 8);
        }
    }
    bytes
}

/// A packed list of no outliers and no stride.
fn packed(width: usize, base: i32, list: &[u32]) -> Vec<u8> {
    bin(&[&[width as u8], &signed(base), &codes(width, list)])
}

/// A change of column 0 alone.
fn change(presence: &[u8], ints: &[u8]) -> Vec<u8> {
    [&[N, N, 0x94, 0x92], presence, ints, &[N, N, N]].concat()
}

/// Frames, and what is held after each.
struct Recorder {
    plan: Plan,
    mirror: Mirror,
    held: Table,
    tick: u8,
    frames: Vec<Value>,
}

impl Recorder {
    fn new() -> Self {
        let plan = plan();
        let held = WireState::empty(&plan, 0).tables.remove(0);
        Self { mirror: mirror_of(&plan, HZ), plan, held, tick: 0, frames: Vec::new() }
    }

    /// A snapshot that changes table 2 so.
    fn frame(&self, change: &[u8]) -> Vec<u8> {
        let baseline = if self.tick == 0 { N } else { self.tick };
        [&[0x99, 17, self.tick + 1, baseline, 0, N, 0x90, 0x90, 0x90, 0x91, 0x94, 2], change].concat()
    }

    /// Sends a change, after which `held` must be held.
    fn send(&mut self, name: &str, change: &[u8]) {
        let frame = self.frame(change);
        self.mirror.apply(&frame).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(self.mirror.state().tables[0], self.held, "{name}");
        self.tick += 1;
        let after = after_json(&self.plan, self.mirror.state(), &[], &[]);
        self.frames.push(json!({"name": name, "hex": hex(&frame), "after": after}));
    }

    /// Sends a change of a plain column in these rows, with entries that must be these.
    fn add(&mut self, name: &str, rows: &[usize], entries: &[i32], change: &[u8]) {
        self.add_to(0, rows, entries);
        self.send(name, change);
    }

    fn add_to(&mut self, column: usize, rows: &[usize], entries: &[i32]) {
        assert_eq!(rows.len(), entries.len());
        for (&row, &entry) in rows.iter().zip(entries) {
            match &mut self.held.columns[column] {
                Column::Plain(values) => values[row] = values[row].wrapping_add(entry),
                Column::Motion(_) => panic!("column {column} is a motion field"),
            }
        }
    }

    fn add_motion(&mut self, entries: &[i64]) {
        let Column::Motion(positions) = &mut self.held.columns[2] else { panic!("p is a motion field") };
        positions.iter_mut().zip(entries).for_each(|(position, entry)| *position += entry);
    }

    /// Lets rows enter whose values are all 0, and which `held` does not have.
    fn enter(&mut self, name: &str, ids: &[u32], written: &[u8]) {
        self.held.ids.extend(ids);
        self.held.ids.sort_unstable();
        let rows = self.held.ids.len();
        for column in &mut self.held.columns {
            match column {
                Column::Plain(values) => values.resize(rows, 0),
                Column::Motion(positions) => positions.resize(rows, 0),
            }
        }
        let zeros = bin(&[&[0, 0]]);
        let columns = [&zeros[..], &zeros, &[0x92], &zeros, &[N], &zeros].concat();
        self.send(name, &[&[N, 0x95], written, &columns, &[N]].concat());
    }
}

const ROWS: [usize; 10] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

fn ids(recorder: &mut Recorder) {
    recorder.enter("ids in an array", &[3, 4], &[0x92, 3, 1]);
    recorder.enter("packed ids with equal differences", &[10, 12, 14, 16, 18], &bin(&[&[5, 10, 0], &signed(2)]));
    let differences =
        [&[0x41][..], &signed(1), &codes(1, &[0, 1, 0]), &signed(4_000_000_000_u32.wrapping_sub(1) as i32)];
    let written = bin(&[&[4, 20], &differences.concat()]);
    recorder.enter("packed ids with an outlier of 32 bits", &[20, 21, 4_000_000_021, 4_000_000_022], &written);
    let (leaving, first) = (recorder.held.ids.pop().expect("a row"), recorder.held.ids.remove(0));
    for column in &mut recorder.held.columns {
        match column {
            Column::Plain(values) => values.truncate(9),
            Column::Motion(positions) => positions.truncate(9),
        }
    }
    let difference = leaving - first;
    let written = bin(&[&[2, 3, 0], &signed(difference as i32)]);
    recorder.send("packed ids that leave", &[&written[..], &[N, N]].concat());
    recorder.enter("one id", &[4_000_000_023], &[0x91, 0xCE, 0xEE, 0x6B, 0x28, 0x17]);
}

fn widths(recorder: &mut Recorder) {
    let mut add = |name: &str, width: usize, base: i32, list: [u32; 10]| {
        let entries = list.map(|code| base.wrapping_add(code as i32));
        recorder.add(name, &ROWS, &entries, &change(ALL, &packed(width, base, &list)));
    };
    add("width 0", 0, -7, [0; 10]);
    add("width 1", 1, 63, [1, 0, 1, 1, 0, 1, 0, 0, 1, 1]);
    add("width 7", 7, -64, [0, 1, 127, 126, 64, 63, 2, 90, 91, 17]);
    add("width 8", 8, 64, [0, 255, 128, 127, 1, 254, 3, 4, 5, 6]);
    add("width 9", 9, -65, [511, 256, 255, 0, 1, 2, 3, 400, 401, 510]);
    add("width 17", 17, 1 << 20, [131_071, 0, 65_536, 65_535, 1, 2, 3, 4, 5, 100_000]);
    add("width 25", 25, -(1 << 24), [33_554_431, 0, 1, 16_777_216, 2, 3, 4, 5, 33_554_430, 7]);
    add("width 31", 31, i32::MIN, [0x7FFF_FFFF, 0, 0x4000_0000, 1, 2, 0x5555_5555, 4, 5, 6, 0x2AAA_AAAA]);
    add("width 32", 32, i32::MIN, [u32::MAX, 0, 0x8000_0000, 0x7FFF_FFFF, 1, 0xAAAA_AAAA, 2, 3, 4, 0x5555_5555]);
    add("numbers that wrap around", 32, i32::MAX, [u32::MAX, 0, 1, 2, 3, 4, 5, 6, 7, 0x8000_0000]);
}

fn strides_and_outliers(recorder: &mut Recorder) {
    let few = &ROWS[..6];
    let steps = bin(&[&[0x83], &signed(-300), &varint(200), &codes(3, &[0, 7, 3, 1, 2, 6])]);
    recorder.add("a stride", few, &[-300, 1100, 300, -100, 100, 900], &change(&row_list(few), &steps));
    let written = bin(&[&[0xC4], &signed(-400), &varint(200), &codes(4, &[0, 2, 3, 15, 1, 0]), &signed(452)]);
    let entries = [-400, 0, 200, 90_000, -200, -400];
    recorder.add("the example of the document", few, &entries, &change(&row_list(few), &written));
    let written =
        bin(&[&[0x42], &signed(5), &codes(2, &[3, 0, 1, 2, 3, 3]), &signed(-1), &signed(3), &signed(i32::MIN)]);
    let entries = [4, 5, 6, 7, 8, 5_i32.wrapping_add(i32::MIN)];
    recorder.add("outliers on both sides", few, &entries, &change(&row_list(few), &written));
    let outliers = [0, -1, 63, -64, 64, i32::MAX].map(signed).concat();
    let written = bin(&[&[0x40], &signed(100), &outliers]);
    let entries = [100, 99, 163, 36, 164, i32::MAX.wrapping_add(100)];
    recorder.add("width 0, all outliers", few, &entries, &change(&row_list(few), &written));
    let written = bin(&[&[0xA0], &signed(i32::MIN), &varint(2), &codes(32, &[0, 0x7FFF_FFFF, 0x8000_0000, 1, 2, 3])]);
    let entries = [i32::MIN, i32::MAX - 1, i32::MIN, i32::MIN + 2, i32::MIN + 4, i32::MIN + 6];
    recorder.add("a stride and codes of 32 bits", few, &entries, &change(&row_list(few), &written));
    let written = bin(&[&[0x60], &signed(-1), &codes(32, &[0, u32::MAX, 1, 2, 3, 4]), &signed(9)]);
    recorder.add("an outlier of codes of 32 bits", few, &[-1, 8, 0, 1, 2, 3], &change(&row_list(few), &written));
    let written = bin(&[&[0x81], &signed(0), &varint(u32::MAX), &codes(1, &[0, 1, 1, 0, 1, 0])]);
    recorder.add("the greatest stride", few, &[0, -1, -1, 0, -1, 0], &change(&row_list(few), &written));
}

/// These row numbers in an array.
fn row_list(rows: &[usize]) -> Vec<u8> {
    let differences = rows.iter().scan(0, |previous, &row| Some(row - std::mem::replace(previous, row)));
    [vec![0x90 | rows.len() as u8], differences.map(|it| it as u8).collect()].concat()
}

fn presence(recorder: &mut Recorder) {
    recorder.add(
        "every row",
        &ROWS,
        &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        &change(ALL, &[0x9A, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    );
    recorder.add("row numbers", &[0, 9], &[1, -1], &change(&row_list(&[0, 9]), &[0x92, 1, 0xFF]));
    let rows = bin(&[&[3, 1, 0], &signed(4)]);
    recorder.add("packed row numbers", &[1, 5, 9], &[1, 0, -1], &change(&rows, &[0x93, 1, 0, 0xFF]));
    let bitmap = bin(&[&[0, 0b1000_0101, 0b10]]);
    recorder.add("a bitmap", &[0, 2, 7, 9], &[1, 2, 3, 4], &change(&bitmap, &[0x94, 1, 2, 3, 4]));
    let three = &[0x93, 1, 2, 3][..];
    recorder.add_to(0, &[0, 1, 5], &[1, 2, 3]);
    recorder.add_to(1, &[0, 1, 5], &[1, 2, 3]);
    recorder.add_motion(&[ONE, 2 * ONE, 0, 0, 0, 3 * ONE]);
    let list = row_list(&[0, 1, 5]);
    let columns = [&[N, N, 0x94, 0x92][..], &list, three, &[0x92], SAME, three, &[0x93], SAME, three, &[N, N]];
    recorder.send("the rows of the column before, twice", &columns.concat());
    recorder.add_to(0, &[9], &[1]);
    recorder.add_motion(&[0, 0, 0, 0, 0, 0, 0, 0, 0, -ONE]);
    let columns = [&[N, N, 0x94, 0x92, 0x91, 9, 0x91, 1, N, 0x93][..], SAME, &[0x91, 0xFF, N, N]];
    recorder.send("the rows of the column before, beyond one that is nil", &columns.concat());
    recorder.add_to(0, &ROWS, &[5; 10]);
    recorder.add_to(1, &ROWS, &[6; 10]);
    let columns = [&[N, N, 0x94, 0x92, N][..], &packed(0, 5, &[]), &[0x92], SAME, &packed(0, 6, &[]), &[N, N]];
    recorder.send("the rows of the column before, which are all", &columns.concat());
}

fn fractions(recorder: &mut Recorder) {
    let motion = |presence: &[u8], ints: &[u8], fractions: &[u8]| {
        [&[N, N, 0x94, N, N, 0x93], presence, ints, fractions, &[N]].concat()
    };
    recorder.add_motion(&[ONE + 1, -1]);
    let written = motion(&row_list(&[0, 1]), &[0x92, 1, 0xFF], &[0x92, 1, 0xCE, 0, 0xFF, 0xFF, 0xFF]);
    recorder.send("fractions in an array", &written);
    let list: [u32; 10] = std::array::from_fn(|row| row as u32 * 1_864_135);
    recorder.add_motion(&list.map(|fraction| i64::from(fraction) - 3 * ONE));
    let written = motion(ALL, &packed(0, -3, &[]), &packed(24, 0, &list));
    recorder.send("packed fractions", &written);
    recorder.add_motion(&[i64::from(list[3]); 10]);
    let written = motion(ALL, &packed(0, 0, &[]), &packed(0, list[3] as i32, &[]));
    recorder.send("packed fractions that are all the same", &written);
}

/// What no server may send in the end, each with its name.
fn refused() -> Vec<(&'static str, Vec<u8>)> {
    let ints = |list: &[u8]| change(ALL, &bin(&[list]));
    let rows = |presence: &[u8]| change(presence, &[0x91, 1]);
    let leaves = |list: &[u8]| [&bin(&[list])[..], &[N, N]].concat();
    let fractions = |list: &[u8]| [&[N, N, 0x94, N, N, 0x93, N][..], &packed(0, 0, &[]), list, &[N]].concat();
    let width_1 = |codes: &[u8]| [&[1, 0], codes].concat();
    vec![
        ("an empty bin", ints(&[])),
        ("a width of 33", ints(&[33, 0])),
        ("a width of 63", ints(&[63, 0])),
        ("no base", ints(&[1])),
        ("codes that end early", ints(&width_1(&[0]))),
        ("codes that go on", ints(&width_1(&[0, 0, 0]))),
        ("an unused bit", ints(&width_1(&[0, 4]))),
        ("a base of more bytes than need be", ints(&[0, 0x80, 0])),
        ("a base beyond 32 bits", ints(&[0, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F])),
        ("a base of six bytes", ints(&[0, 0x80, 0x80, 0x80, 0x80, 0x80, 1])),
        ("a base without an end", ints(&[0, 0x80])),
        ("a stride of 0", ints(&[0x80, 0, 0])),
        ("a stride of 1", ints(&[0x80, 0, 1])),
        ("no stride, as announced", ints(&[0x80, 0])),
        ("no outlier, as announced", ints(&[0x41, 0, 1])),
        ("no code for the announced outlier", ints(&[0x41, 0, 0, 0])),
        ("an outlier of more bytes than need be", ints(&[0x41, 0, 1, 0, 0x80, 0])),
        ("bytes after the outliers", ints(&[0x41, 0, 1, 0, 0, 0])),
        ("an array too short", change(ALL, &[0x91, 1])),
        ("entries for more rows than are present", change(&row_list(&[1]), &[0x92, 1, 1])),
        ("a presence of no row", rows(&[0x90])),
        ("a bitmap of no row", change(&bin(&[&[0, 0, 0]]), &bin(&[&[0, 0]]))),
        ("a bitmap too short", rows(&bin(&[&[0, 1]]))),
        ("a bitmap too long", rows(&bin(&[&[0, 1, 0, 0]]))),
        ("a bitmap of a row that is not there", rows(&bin(&[&[0, 0, 4]]))),
        ("a row that is not there", rows(&[0x91, 10])),
        ("a packed row that is not there", change(&bin(&[&[2, 1, 0, 18]]), &[0x92, 1, 1])),
        ("a row twice", change(&[0x92, 1, 0], &[0x92, 1, 1])),
        ("a packed row twice", change(&bin(&[&[2, 1, 0, 0]]), &[0x92, 1, 1])),
        ("an empty bin for presence", rows(&bin(&[]))),
        ("the rows of no column before", rows(SAME)),
        ("false for presence", rows(&[0xC2])),
        ("an integer for presence", rows(&[1])),
        ("nil for integers", change(ALL, &[N])),
        ("no id", [&[0x90][..], &[N, N]].concat()),
        ("one packed id", leaves(&[1, 4, 0, 2])),
        ("more packed ids than are allowed", leaves(&[0x81, 0x80, 4, 4, 0, 2])),
        ("packed ids that do not ascend", leaves(&[2, 4, 0, 0])),
        ("packed ids beyond 32 bits", leaves(&[2, 4, 0, 1])),
        ("a packed id that is not there", leaves(&[2, 4, 0, 2])),
        ("a fraction of one quantum", fractions(&packed(0, ONE as i32, &[]))),
        ("a fraction below zero", fractions(&packed(0, -1, &[]))),
        ("a fraction below zero in an array", fractions(&[0x9A, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF])),
    ]
}

#[test]
fn the_golden_lists_are_what_we_read_and_refuse() {
    let mut recorder = Recorder::new();
    ids(&mut recorder);
    widths(&mut recorder);
    strides_and_outliers(&mut recorder);
    presence(&mut recorder);
    fractions(&mut recorder);
    let refuse = |(name, change): (&str, Vec<u8>)| {
        let frame = recorder.frame(&change);
        assert!(recorder.mirror.clone().apply(&frame).is_err(), "{name}");
        json!({"name": name, "hex": hex(&frame)})
    };
    let refused: Vec<Value> = refused().into_iter().map(refuse).collect();
    check_file(FILE, &file_text(&recorder.plan, HZ, &recorder.frames, &refused));
}
