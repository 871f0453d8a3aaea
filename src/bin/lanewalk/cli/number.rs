//! Parsers of numbers and lists such as `1e9`, `1_000_000`, `10,20,30` and `10..=150:10`.

use std::ops::Range;

/// The maximum number of entries of a list.
const MAX_LIST: usize = 10_000;

/// A whole number. `_` between digits, a decimal point and an exponent are allowed.
pub(super) fn count(text: &str) -> Result<u64, String> {
    whole(text)
        .ok_or_else(|| "expected a whole number from 0 to 18446744073709551615, such as 300, 1e9 or 1_000_000".into())
}

fn whole(text: &str) -> Option<u64> {
    let text = separated(text)?;
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text.as_str(), 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{}", fraction.trim_end_matches('0'));
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let shift = exponent.checked_sub(fraction.trim_end_matches('0').len() as i32)?;
    let value: u64 = if digits.bytes().all(|digit| digit == b'0') { 0 } else { digits.parse().ok()? };
    match u32::try_from(shift) {
        _ if value == 0 => Some(0),
        Ok(shift) => value.checked_mul(10_u64.checked_pow(shift)?),
        Err(_) => {
            let divisor = 10_u64.checked_pow(shift.unsigned_abs())?;
            value.is_multiple_of(divisor).then_some(value / divisor)
        }
    }
}

/// The text without `_`; `None` if a `_` is not between two digits.
fn separated(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_valid = |index: usize| {
        let digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
        bytes[index] != b'_' || (index > 0 && digit(index - 1) && digit(index + 1))
    };
    (0..bytes.len()).all(is_valid).then(|| text.replace('_', ""))
}

/// Seconds of a budget or timeout: at least one second, since a measurement needs that long, and at most one day.
pub(super) fn seconds(text: &str) -> Result<f64, String> {
    match separated(text).and_then(|text| text.parse::<f64>().ok()) {
        Some(seconds) if (1.0..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("expected a number of seconds from 1 to 86400".into()),
    }
}

/// Any number. The caller checks its range.
pub(super) fn real(text: &str) -> Result<f64, String> {
    separated(text).and_then(|text| text.parse().ok()).ok_or_else(|| "expected a number, such as 0.001 or 1e-3".into())
}

/// A whole number of at least 1.
pub(super) fn threads(text: &str) -> Result<usize, String> {
    match whole(text) {
        Some(threads) if threads > 0 => usize::try_from(threads).map_err(|error| error.to_string()),
        _ => Err("expected a whole number, at least 1".into()),
    }
}

/// A half-open range of whole numbers, `first..end`.
pub(super) fn range(text: &str) -> Result<Range<u64>, String> {
    let parse = || {
        let (first, end) = text.split_once("..")?;
        let range = whole(first)?..whole(end)?;
        (!range.is_empty()).then_some(range)
    };
    parse().ok_or_else(|| "expected FIRST..END with FIRST below END, such as 1000..2000".into())
}

/// A number above 0 and at most 1.
pub(super) fn efficiency(text: &str) -> Result<f64, String> {
    let value = real(text).ok().filter(|value| *value > 0.0 && *value <= 1.0);
    value.ok_or_else(|| "expected a number above 0 and at most 1".into())
}

/// Numbers of workers, ascending. A newtype, because clap would treat a `Vec` as several values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Workers(pub(super) Vec<u64>);

/// Numbers of workers, separated by commas. Progressions are written as in [`distances`].
pub(super) fn workers(text: &str) -> Result<Workers, String> {
    let whole = |value: f64| (value.fract() == 0.0).then_some(value as u64);
    let list = distances(text).ok().and_then(|list| list.0.into_iter().map(whole).collect::<Option<Vec<_>>>());
    list.filter(|list| list.windows(2).all(|pair| pair[0] < pair[1])).map(Workers).ok_or_else(|| {
        format!(
            "expected at most {MAX_LIST} whole numbers, at least 1 and each above the one before, such as 1,2,4,8 or 1..=200:10"
        )
    })
}

/// Numbers of dimensions. A newtype, like [`Workers`].
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dimensions(pub(super) Vec<usize>);

/// Numbers of dimensions, separated by commas. Progressions are written as in [`distances`]. The library checks the
/// upper bound.
pub(super) fn dimensions(text: &str) -> Result<Dimensions, String> {
    let whole = |value: f64| (value.fract() == 0.0).then_some(value as usize);
    let list = distances(text).ok().and_then(|list| list.0.into_iter().map(whole).collect::<Option<Vec<_>>>());
    list.map(Dimensions).ok_or_else(|| "expected numbers of dimensions, at least 1, such as 3 or 1..=8".into())
}

/// Levels of quantiles. A newtype, like [`Workers`].
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Quantiles(pub(super) Vec<f64>);

/// Numbers between 0 and 1, separated by commas.
pub(super) fn quantiles(text: &str) -> Result<Quantiles, String> {
    let quantile = |part: &str| real(part.trim()).ok().filter(|q| *q > 0.0 && *q < 1.0);
    let list: Option<Vec<f64>> = text.split(',').map(quantile).collect();
    list.filter(|list| list.len() <= MAX_LIST)
        .map(Quantiles)
        .ok_or_else(|| "expected numbers above 0 and below 1, such as 0.5,0.9,0.99".into())
}

/// The maximum number of bins of a histogram.
const MAX_BINS: u64 = 10_000;

/// A number of bins.
pub(super) fn bins(text: &str) -> Result<usize, String> {
    let bins = whole(text).filter(|bins| (1..=MAX_BINS).contains(bins));
    bins.map(|bins| bins as usize).ok_or_else(|| format!("expected a whole number from 1 to {MAX_BINS}"))
}

/// A list of distances. A newtype, like [`Workers`].
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Distances(pub(super) Vec<f64>);

/// Distances, separated by commas. `first..=last:step` is a progression.
pub(super) fn distances(text: &str) -> Result<Distances, String> {
    let mut list = Vec::new();
    for part in text.split(',') {
        match part.split_once("..=") {
            None => list.push(distance(part)?),
            Some((first, rest)) => {
                let (last, step) = rest.split_once(':').unwrap_or((rest, "1"));
                let (first, last, step) = (distance(first)?, distance(last)?, distance(step)?);
                // The last term counts, even if rounding makes it slightly larger than the end.
                let terms = ((last - first) / step + 1e-9).floor();
                if terms < 0.0 {
                    return Err(format!("expected an ascending progression, but {part} is empty"));
                }
                if terms >= (MAX_LIST - list.len().min(MAX_LIST)) as f64 {
                    return Err(format!("expected at most {MAX_LIST} distances"));
                }
                list.extend((0..=terms as u64).map(|term| (first + term as f64 * step).min(last)));
            }
        }
    }
    if list.len() > MAX_LIST {
        return Err(format!("expected at most {MAX_LIST} distances"));
    }
    Ok(Distances(list))
}

fn distance(text: &str) -> Result<f64, String> {
    let value = separated(text.trim()).and_then(|text| text.parse::<f64>().ok());
    value.filter(|value| *value > 0.0 && *value <= 2_147_483_648.0).ok_or_else(|| {
        format!("expected distances above 0 and at most 2^31, such as 10,20,30 or 10..=150:10, but '{text}' is not one")
    })
}

/// See [`crate::fuzzing`]. A number that is printed and parsed again has the same value.
#[cfg(any(test, fuzzing))]
pub(crate) fn fuzz_numbers(input: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(input) else { return false };
    if let Ok(value) = count(text) {
        assert_eq!(count(&value.to_string()), Ok(value));
        assert_eq!(threads(text).ok(), usize::try_from(value).ok().filter(|value| *value > 0));
    }
    for (parse, least, most) in [(seconds as fn(&str) -> _, 1.0, 86_400.0), (efficiency, 0.0, 1.0)] {
        if let Ok(value) = parse(text) {
            assert!((least..=most).contains(&value) && parse(&value.to_string()) == Ok(value));
        }
    }
    if let Ok(value) = real(text) {
        assert_eq!(real(&value.to_string()).map(f64::to_bits), Ok(value.to_bits()));
    }
    if let Ok(bins) = bins(text) {
        assert!((1..=MAX_BINS).contains(&(bins as u64)));
    }
    if let Ok(range) = range(text) {
        assert!(!range.is_empty());
        assert_eq!(super::number::range(&format!("{}..{}", range.start, range.end)), Ok(range));
    }
    count(text).is_ok() || real(text).is_ok() || range(text).is_ok()
}

/// See [`crate::fuzzing`]. A list is bounded, and its numbers are valid when they are printed one by one.
#[cfg(any(test, fuzzing))]
pub(crate) fn fuzz_lists(input: &[u8]) -> bool {
    use std::fmt::Debug;

    fn check<N: ToString, L: Debug + PartialEq>(
        text: &str,
        parse: fn(&str) -> Result<L, String>,
        numbers: fn(&L) -> &[N],
    ) -> bool {
        let Ok(list) = parse(text) else { return false };
        let printed: Vec<_> = numbers(&list).iter().map(N::to_string).collect();
        assert!((1..=MAX_LIST).contains(&printed.len()));
        assert_eq!(parse(&printed.join(",")), Ok(list));
        true
    }
    let Ok(text) = str::from_utf8(input) else { return false };
    let accepted = [
        check(text, distances, |list| &list.0),
        check(text, workers, |list| &list.0),
        check(text, dimensions, |list| &list.0),
        check(text, quantiles, |list| &list.0),
    ];
    accepted.contains(&true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parses_counts() {
        for (text, value) in [
            ("0", 0),
            ("300", 300),
            ("1e9", 1_000_000_000),
            ("1_000_000", 1_000_000),
            ("2.5e3", 2500),
            ("1200e-2", 12),
            ("1.0", 1),
            ("0e99", 0),
            ("18446744073709551615", u64::MAX),
            ("1e19", 10_000_000_000_000_000_000),
        ] {
            assert_eq!(count(text), Ok(value), "{text}");
        }
        for text in
            ["", "-1", "+1", "1.5", "1e", "e9", ".", "1__0", "_1", "1_", "1e20", "18446744073709551616", "1e-1", "ten"]
        {
            assert!(count(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parses_lists_of_distances() {
        let list = |text| distances(text).map(|list| list.0);
        assert_eq!(list("10,20,30"), Ok(vec![10.0, 20.0, 30.0]));
        assert_eq!(list("10..=150:10").unwrap().len(), 15);
        assert_eq!(list("0.1..=0.3:0.1").unwrap().len(), 3);
        assert_eq!(list("1..=2147483648:2147483647.5"), Ok(vec![1.0, 2_147_483_648.0]), "no term exceeds the end");
        assert_eq!(list("1..=3, 7.25"), Ok(vec![1.0, 2.0, 3.0, 7.25]));
        for text in [
            "",
            ",",
            "10,",
            "0",
            "-5",
            "nan",
            "inf",
            "1..3",
            "3..=1",
            "1..=2:0",
            "1..=2:-1",
            "1e-9..=2e9:1e-9",
            "1e10",
            "a..=b",
        ] {
            assert!(list(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parses_lists_of_workers() {
        let list = |text: &str| workers(text).map(|list| list.0);
        assert_eq!(list("1,2,4,8"), Ok(vec![1, 2, 4, 8]));
        assert_eq!(list("1..=200").unwrap().len(), 200);
        assert_eq!(list("1,2..=10:4,1e6"), Ok(vec![1, 2, 6, 10, 1_000_000]));
        for wrong in
            ["", "0", "0..=4", "4,2", "2,2", "1.5", "1..=2:0.5", "-1", "nan", "1,,2", "1..5", "1..=1e6", "many"]
        {
            assert!(list(wrong).unwrap_err().starts_with("expected at most 10000 whole numbers"), "{wrong}");
        }
        assert_eq!((efficiency("0.5"), efficiency("1")), (Ok(0.5), Ok(1.0)));
        assert!(["0", "1.1", "-1", "nan", "half"].iter().all(|wrong| efficiency(wrong).is_err()));
    }

    #[test]
    fn parses_dimensions_quantiles_and_bins() {
        assert_eq!(dimensions("1..=3,8"), Ok(Dimensions(vec![1, 2, 3, 8])));
        assert!(["0", "1.5", "", "-1", "1..8", "two"].iter().all(|wrong| dimensions(wrong).is_err()));
        assert_eq!(quantiles("0.5, 0.99"), Ok(Quantiles(vec![0.5, 0.99])));
        assert!(["0", "1", "", "0.5,", "nan", "-0.5", "1.5"].iter().all(|wrong| quantiles(wrong).is_err()));
        assert_eq!((bins("30"), bins("1e4")), (Ok(30), Ok(10_000)));
        assert!(["0", "1e5", "", "-1", "1.5"].iter().all(|wrong| bins(wrong).is_err()));
    }

    #[test]
    fn parses_ranges() {
        assert_eq!(range("1000..2e3"), Ok(1000..2000));
        for text in ["", "5", "5..5", "6..5", "..5", "1..=5"] {
            assert!(range(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn parses_every_count(value: u64) {
            prop_assert_eq!(count(&value.to_string()), Ok(value));
            prop_assert_eq!(count(&format!("{value}e0")), Ok(value));
        }

        #[test]
        fn no_text_panics(text in "[0-9eE+._:=,-]{0,12}") {
            _ = count(&text);
            _ = distances(&text);
            _ = workers(&text);
            _ = range(&text);
        }
    }
}
