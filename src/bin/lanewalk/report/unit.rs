//! One unit for all numbers of a column.

use super::significant;

/// A unit and its name.
pub(crate) struct Unit {
    value: f64,
    name: String,
    /// The decimals of a time: the longest one has four significant digits.
    decimals: usize,
}

impl Unit {
    /// The unit in which the longest of these times, in seconds, is from 1 to 999.
    pub(crate) fn of_times(seconds: impl IntoIterator<Item = f64>) -> Self {
        let longest = seconds.into_iter().filter(|time| time.is_finite()).fold(0.0, f64::max);
        let units = [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs")];
        let (value, name) = units.into_iter().find(|(value, _)| longest >= *value).unwrap_or((1e-9, "ns"));
        let magnitude = (longest / value).max(1.0).log10().floor();
        Self { value, name: name.to_owned(), decimals: (3.0 - magnitude).max(0.0) as usize }
    }

    /// The unit with an SI prefix in which the largest of these rates is from 1 to 999, such as "Gsteps/s".
    pub(crate) fn of_rates(unit: &str, rates: impl IntoIterator<Item = f64>) -> Self {
        let largest = rates.into_iter().filter(|rate| rate.is_finite()).fold(0.0, f64::max);
        let prefixes = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
        let (value, prefix) = prefixes.into_iter().find(|(value, _)| largest >= *value).unwrap_or((1.0, ""));
        Self { value, name: format!("{prefix}{unit}/s"), decimals: 0 }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The heading of a column of `quantity`: "time / ms".
    pub(crate) fn heading(&self, quantity: &str) -> String {
        format!("{quantity} / {}", self.name)
    }

    /// A time in this unit.
    pub(crate) fn time(&self, seconds: f64) -> String {
        format!("{:.*}", self.decimals, seconds / self.value)
    }

    pub(crate) fn times(&self, low: f64, high: f64) -> String {
        format!("{} to {}", self.time(low), self.time(high))
    }

    /// A rate in this unit, to three significant digits.
    pub(crate) fn rate(&self, rate: f64) -> String {
        significant(rate / self.value, 3)
    }

    pub(crate) fn rates(&self, low: f64, high: f64) -> String {
        format!("{} to {}", self.rate(low), self.rate(high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_number_chooses_the_unit() {
        let unit = Unit::of_times([0.0, 1.09e-5, 4.85e-3]);
        assert_eq!([unit.heading("end"), unit.time(1.09e-5), unit.time(4.85e-3)], ["end / ms", "0.011", "4.850"]);
        assert_eq!(Unit::of_times([0.1182, 0.0872]).times(0.0872, 0.1182), "87.2 to 118.2");
        assert_eq!(Unit::of_times([2500.0]).time(2500.0), "2500");
        assert_eq!(Unit::of_times([]).heading("time"), "time / ns");
        let unit = Unit::of_rates("steps", [1.1e7, 1.26e10]);
        assert_eq!(
            [unit.name(), &unit.rate(1.1e7), &unit.rates(1.2e10, 1.27e10)],
            ["Gsteps/s", "0.0110", "12.0 to 12.7"]
        );
    }
}
