//! Axes: their ranges, their ticks and the labels of the ticks.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// About as many ticks as an axis has.
const TICKS: f64 = 6.0;

/// Axes of longer times have the ticks below.
const MAX_SECONDS: f64 = 1000.0;
const LONG_TIMES: [(f64, &str); 11] = [
    (1e-9, "1 ns"),
    (1e-6, "1 µs"),
    (1e-3, "1 ms"),
    (1.0, "1 s"),
    (60.0, "1 min"),
    (3600.0, "1 h"),
    (86_400.0, "1 day"),
    (31_557_600.0, "1 year"),
    (3_155_760_000.0, "100 years"),
    (315_576_000_000.0, "10⁴ years"),
    (31_557_600_000_000.0, "10⁶ years"),
];

/// A horizontal or vertical axis, linear or logarithmic.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub(super) name: String,
    start: f64,
    end: f64,
    logarithmic: bool,
    /// Whether lines across the panel continue the ticks.
    pub(super) grid: bool,
    ticks: Vec<(f64, String)>,
}

impl Axis {
    fn new(name: &str, range: Range<f64>, logarithmic: bool, ticks: Vec<(f64, String)>) -> Self {
        let name = if logarithmic { format!("{name} (log)") } else { name.to_owned() };
        Self { name, start: range.start, end: range.end, logarithmic, grid: true, ticks }.distinct()
    }

    pub(super) fn linear(name: &str, range: Range<f64>) -> Self {
        let ticks = linear_ticks(&range);
        Self::new(name, range, false, ticks)
    }

    /// Ends above 0.
    pub(super) fn log(name: &str, range: Range<f64>) -> Self {
        let ticks = log_ticks(&range);
        let label = if ticks.iter().all(|tick| tick.is_short()) { Tick::number } else { Tick::power };
        let ticks = ticks.into_iter().map(|tick| (tick.value(), label(tick))).collect();
        Self::new(name, range, true, ticks)
    }

    /// Shares, with ticks in percent.
    pub(super) fn percent(name: &str, range: Range<f64>) -> Self {
        let ticks = linear_ticks(&(100.0 * range.start..100.0 * range.end));
        let ticks = ticks.into_iter().map(|(value, label)| (value / 100.0, label + " %")).collect();
        Self::new(name, range, false, ticks)
    }

    /// Seconds from 0, in the unit that suits the end of the axis, which the name states.
    pub(super) fn time(name: &str, end: f64) -> Self {
        let units = [("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)];
        let (unit, size) = units.into_iter().find(|(_, size)| end >= *size).unwrap_or(("ns", 1e-9));
        let ticks = linear_ticks(&(0.0..end / size)).into_iter().map(|(value, label)| (value * size, label));
        Self::new(&format!("{name} in {unit}"), 0.0..end, false, ticks.collect())
    }

    /// Seconds, with a unit at each tick.
    pub(super) fn log_time(name: &str, range: Range<f64>) -> Self {
        let ticks = if range.end > MAX_SECONDS {
            LONG_TIMES.map(|(seconds, label)| (seconds, label.to_owned())).into()
        } else {
            log_ticks(&range).into_iter().map(|tick| (tick.value(), tick.seconds())).collect()
        };
        Self::new(name, range, true, ticks)
    }

    /// A row for each name, at 0, 1, ... The first row is at the top.
    pub(super) fn rows(name: &str, names: impl IntoIterator<Item = String>) -> Self {
        let ticks: Vec<_> = names.into_iter().enumerate().map(|(row, name)| (row as f64, name)).collect();
        let end = ticks.len().max(1) as f64 - 0.5;
        Self { grid: false, ..Self::new(name, end..-0.5, false, ticks) }
    }

    /// The same rows from the bottom to the top.
    pub(super) fn upwards(self) -> Self {
        Self { start: self.end, end: self.start, ..self }
    }

    /// Other ticks.
    pub(super) fn with_ticks(self, ticks: Vec<(f64, String)>) -> Self {
        Self { ticks, ..self }.distinct()
    }

    pub(super) fn with_labels(mut self, label: impl Fn(&str) -> String) -> Self {
        for (_, text) in &mut self.ticks {
            *text = label(text);
        }
        self
    }

    /// Without ticks beyond this value.
    pub(super) fn up_to(mut self, last: f64) -> Self {
        self.ticks.retain(|(value, _)| *value <= last);
        self
    }

    /// Without lines across the panel.
    pub(super) fn without_grid(self) -> Self {
        Self { grid: false, ..self }
    }

    /// Drops ticks beyond the ends, and a label that is already there.
    fn distinct(mut self) -> Self {
        let (least, most) = (self.start.min(self.end), self.start.max(self.end));
        self.ticks.retain(|(value, _)| (least..=most).contains(value));
        let mut seen = std::collections::HashSet::new();
        self.ticks.retain(|(_, label)| label.is_empty() || seen.insert(label.clone()));
        self
    }

    pub(super) fn ticks(&self) -> &[(f64, String)] {
        &self.ticks
    }

    pub(super) fn ends(&self) -> Range<f64> {
        self.start..self.end
    }

    /// Drops labels of a horizontal axis that would touch the previous one. `space` is the length of the axis.
    pub(super) fn thinned(mut self, space: f64, width: impl Fn(&str) -> f64) -> Self {
        const GAP: f64 = 10.0;
        let places: Vec<f64> = self.ticks.iter().map(|(value, _)| self.share(*value) * space).collect();
        let mut free = f64::NEG_INFINITY;
        for (place, (_, label)) in places.into_iter().zip(&mut self.ticks) {
            let half = width(label) / 2.0;
            if place - half < free {
                label.clear();
            } else {
                free = place + half + GAP;
            }
        }
        self
    }

    /// The place of a value between the start and the end of the axis, 0 to 1. Values beyond an end are at that end.
    fn share(&self, value: f64) -> f64 {
        let scaled = |value: f64| if self.logarithmic { value.max(f64::MIN_POSITIVE).ln() } else { value };
        let (start, end) = (scaled(self.start), scaled(self.end));
        let share = (scaled(value) - start) / (end - start);
        if share.is_nan() { 0.5 } else { share.clamp(0.0, 1.0) }
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let length = f64::from(limit.1 - limit.0);
        limit.0 + (self.share(*value) * length).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        // There are no ticks of a second kind.
        if hint.weight().allow_light_points() {
            return Vec::new();
        }
        self.ticks.iter().map(|(value, _)| *value).collect()
    }

    fn range(&self) -> Range<f64> {
        self.ends()
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let same = |tick: &&(f64, String)| tick.0.to_bits() == value.to_bits();
        self.ticks.iter().find(same).map_or_else(String::new, |tick| tick.1.clone())
    }
}

/// A multiple of a power of ten.
#[derive(Clone, Copy)]
struct Tick {
    multiple: i64,
    exponent: i32,
}

impl Tick {
    fn value(self) -> f64 {
        let power = 10_f64.powi(self.exponent.abs());
        if self.exponent < 0 { self.multiple as f64 / power } else { self.multiple as f64 * power }
    }

    fn is_short(self) -> bool {
        (1e-3..1e5).contains(&self.value().abs())
    }

    /// Without a power of ten.
    fn number(self) -> String {
        format!("{:.*}", (-self.exponent).max(0) as usize, self.value())
    }

    fn power(self) -> String {
        if (-1..2).contains(&self.exponent) {
            return self.number();
        }
        let power = format!("10{}", raised(self.exponent));
        if self.multiple == 1 { power } else { format!("{}×{power}", self.multiple) }
    }

    fn seconds(self) -> String {
        let (unit, shift) = match self.exponent {
            0.. => ("s", 0),
            -3..0 => ("ms", 3),
            -6..-3 => ("µs", 6),
            _ => ("ns", 9),
        };
        let shifted = Self { exponent: self.exponent + shift, ..self };
        format!("{} {unit}", if shifted.is_short() { shifted.number() } else { shifted.power() })
    }
}

/// An exponent in small raised digits.
fn raised(exponent: i32) -> String {
    let digits = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raise = |letter: char| letter.to_digit(10).map_or('⁻', |digit| digits[digit as usize]);
    exponent.to_string().chars().map(raise).collect()
}

/// Multiples of 1, 2 or 5 times a power of ten.
fn multiples(range: &Range<f64>, most: f64) -> Vec<Tick> {
    let wanted = (range.end - range.start).abs() / most;
    if !(wanted.is_finite() && wanted > 0.0) {
        return Vec::new();
    }
    let exponent = wanted.log10().floor() as i32;
    let part = wanted / 10_f64.powi(exponent);
    let (lead, exponent) = [(1, 0), (2, 0), (5, 0), (1, 1)]
        .into_iter()
        .find(|(lead, more)| part <= f64::from(*lead) * 10_f64.powi(*more) * (1.0 + 1e-9))
        .map_or((1, exponent + 1), |(lead, more)| (lead, exponent + more));
    let step = f64::from(lead) * 10_f64.powi(exponent);
    let (least, last) = (range.start.min(range.end) / step, range.start.max(range.end) / step);
    let all = (least - 1e-9).ceil() as i64..=(last + 1e-9).floor() as i64;
    all.take(100).map(|k| Tick { multiple: k * i64::from(lead), exponent }).collect()
}

fn linear_ticks(range: &Range<f64>) -> Vec<(f64, String)> {
    let ticks = multiples(range, TICKS);
    let largest = ticks.iter().map(|tick| tick.value().abs()).fold(0.0, f64::max);
    let power = if largest > 0.0 { largest.log10().floor() as i32 } else { 0 };
    let label = |tick: &Tick| {
        let decimals = |power: i32| (power - tick.exponent).max(0) as usize;
        match power {
            _ if tick.multiple == 0 => "0".to_owned(),
            -3..5 => format!("{:.*}", decimals(0), tick.value()),
            // All with the power of the largest one.
            _ => {
                let share = tick.multiple as f64 * 10_f64.powi(tick.exponent - power);
                format!("{share:.*}×10{}", decimals(power), raised(power))
            }
        }
    };
    ticks.iter().map(|tick| (tick.value(), label(tick))).collect()
}

/// Powers of ten, over a shorter range also twice and five times them, and over the shortest one equal steps.
fn log_ticks(range: &Range<f64>) -> Vec<Tick> {
    let decades = range.end.log10() - range.start.log10();
    if decades < 0.8 {
        return multiples(range, TICKS - 1.0);
    }
    let leads: &[i64] = if decades < 2.5 { &[1, 2, 5] } else { &[1] };
    let each = (decades / (TICKS + 2.0)).ceil().max(1.0) as i32;
    let exponents = range.start.log10().floor() as i32..=range.end.log10().ceil() as i32;
    let exponents = exponents.filter(|exponent| exponent.rem_euclid(each) == 0);
    let ticks = exponents.flat_map(|exponent| leads.iter().map(move |lead| Tick { multiple: *lead, exponent }));
    ticks.filter(|tick| (range.start..=range.end).contains(&tick.value())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks().iter().map(|tick| tick.1.as_str()).collect()
    }

    #[test]
    fn ticks_are_round_numbers_and_zero_is_zero() {
        assert_eq!(labels(&Axis::linear("x", 0.0..150.0)), ["0", "50", "100", "150"]);
        assert_eq!(labels(&Axis::linear("x", -1.0..1.1)), ["-1.0", "-0.5", "0", "0.5", "1.0"]);
        let small = Axis::linear("x", 0.0..4.3e-4);
        assert_eq!(labels(&small), ["0", "1×10⁻⁴", "2×10⁻⁴", "3×10⁻⁴", "4×10⁻⁴"]);
        let between = Axis::linear("x", 0.0..2.2e-4);
        assert_eq!(labels(&between), ["0", "0.5×10⁻⁴", "1.0×10⁻⁴", "1.5×10⁻⁴", "2.0×10⁻⁴"]);
        assert_eq!(labels(&Axis::linear("x", -2e-16..2e-16))[2], "0", "the rounding of a sum is no tick");
        assert_eq!(labels(&Axis::percent("x", 0.0..1.05)), ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]);
    }

    #[test]
    fn ticks_of_logarithmic_axes_are_decimal() {
        assert_eq!(labels(&Axis::log("x", 9.0..170.0)), ["10", "20", "50", "100"]);
        assert_eq!(labels(&Axis::log("x", 0.5..5e6)), ["1", "10", "10²", "10³", "10⁴", "10⁵", "10⁶"]);
        assert_eq!(labels(&Axis::log("x", 2.0..7.0)), ["2", "3", "4", "5", "6", "7"]);
        assert_eq!(labels(&Axis::log_time("x", 1e-7..3e-3)), ["100 ns", "1 µs", "10 µs", "100 µs", "1 ms"]);
        assert_eq!(labels(&Axis::log_time("x", 0.1..1e7)), ["1 s", "1 min", "1 h", "1 day"]);
        let time = Axis::time("time", 0.012);
        assert_eq!((time.name.as_str(), labels(&time)), ("time in ms", vec!["0", "2", "4", "6", "8", "10", "12"]));
    }

    #[test]
    fn every_range_has_distinct_labels() {
        let ends = [1e-300, 1e-16, 3e-5, 0.999, 1.0, 1.0001, 7.0, 12_345.0, 1e9, 1e300];
        for (place, start) in ends.into_iter().enumerate() {
            for end in ends.into_iter().skip(place + 1) {
                for axis in [Axis::linear("x", start..end), Axis::linear("x", -start..end), Axis::log("x", start..end)]
                {
                    let (found, count) = (labels(&axis), axis.ticks().len());
                    let distinct: std::collections::BTreeSet<_> = found.iter().collect();
                    assert!(distinct.len() == count && (2..=20).contains(&count), "{start} {end}: {found:?}");
                }
            }
        }
        for empty in [0.0..0.0, 0.0..f64::INFINITY, f64::NAN..1.0] {
            assert!(Axis::linear("x", empty).ticks().len() < 2);
        }
    }

    #[test]
    fn labels_that_would_touch_are_dropped() {
        let axis = Axis::log("x", 1.0..100.0).thinned(60.0, |label| 10.0 * label.len() as f64);
        assert_eq!(labels(&axis), ["1", "", "5", "", "", "50", ""]);
    }
}
