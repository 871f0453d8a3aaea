//! The one rule for digits and units: rates, times and ratios have three significant digits, shares are whole percents.

/// `value` to this number of significant digits, without an exponent.
pub(super) fn significant(value: f64, digits: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    // The magnitude after rounding: 0.09996 is 0.100.
    let rounded = format!("{:.*e}", digits as usize - 1, value.abs());
    let magnitude: i32 = rounded.split_once('e').unwrap().1.parse().unwrap();
    let decimals = (digits - 1 - magnitude).max(0) as usize;
    format!("{value:.decimals$}")
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

/// A time in the unit in which it is from 1 to 999.
pub(super) fn time(seconds: f64) -> String {
    let units = [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs")];
    // A time that is rounded to 1000 has the next unit.
    let (value, name) = units.into_iter().find(|(value, _)| seconds >= 0.9995 * value).unwrap_or((1e-9, "ns"));
    format!("{} {name}", significant(seconds / value, 3))
}

/// The SI prefix of a table of rates: its largest rate is from 1 to 999.
pub(super) fn prefix(largest: f64) -> (f64, &'static str) {
    [(1e12, "T"), (1e9, "G"), (1e6, "M")].into_iter().find(|(value, _)| largest >= *value).unwrap_or((1e3, "k"))
}

/// A table in Markdown.
pub(super) struct Table(String);

impl Table {
    pub(super) fn new<S: AsRef<str>>(headings: &[S]) -> Self {
        let mut table = Self(String::new());
        table.row(headings);
        table.row(&vec!["---"; headings.len()]);
        table
    }

    pub(super) fn row<S: AsRef<str>>(&mut self, cells: &[S]) {
        for cell in cells {
            self.0.push('|');
            if !cell.as_ref().is_empty() {
                self.0.push(' ');
                self.0.push_str(cell.as_ref());
            }
            self.0.push(' ');
        }
        self.0.push_str("|\n");
    }

    /// The table, and a paragraph below it.
    pub(super) fn with_paragraph(self, text: &str) -> String {
        format!("{}\n{}", self.0, paragraph(text))
    }
}

/// A paragraph of lines of at most 120 columns. A code span stays on one line.
pub(super) fn paragraph(text: &str) -> String {
    let mut paragraph = String::new();
    let mut column = 0;
    let mut words = text.split(' ');
    while let Some(word) = words.next() {
        let mut word = word.to_owned();
        while word.matches('`').count() % 2 == 1 {
            word = format!("{word} {}", words.next().expect("a closed code span"));
        }
        let width = word.chars().count();
        if column > 0 && column + 1 + width > 120 {
            paragraph.push('\n');
            column = 0;
        } else if column > 0 {
            paragraph.push(' ');
            column += 1;
        }
        paragraph.push_str(&word);
        column += width;
    }
    paragraph.push('\n');
    paragraph
}

#[test]
fn digits_and_units_follow_one_rule() {
    assert_eq!([0.09996, 1.0, 12.345, 1234.5].map(|value| significant(value, 3)), ["0.100", "1.00", "12.3", "1234"]);
    assert_eq!([1.2, 0.9996, 0.0123, 4.38e-8].map(time), ["1.20 s", "1.00 s", "12.3 ms", "43.8 ns"]);
    let span = format!("{} `a b c`\n", "x".repeat(118));
    assert_eq!(paragraph(span.trim_end()), format!("{}\n`a b c`\n", "x".repeat(118)));
}
