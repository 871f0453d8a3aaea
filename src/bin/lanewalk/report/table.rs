//! Tables for a terminal and for Markdown, and numbers in readable form. Tables have no colours.

use comfy_table::presets::{ASCII_MARKDOWN, NOTHING as NO_LINES};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, TableStyle};

/// The text of an empty cell.
pub(super) const NOTHING: &str = "-";

/// A line below the headings, and nothing else.
const STYLE: TableStyle = NO_LINES.header_separator(LineStyle::none().fill('─').junction('─'));

/// A table whose columns are aligned to the right, except for the named ones.
pub(crate) struct Table {
    pub(crate) headings: Vec<String>,
    /// For each column, whether it is aligned to the left.
    pub(crate) left: Vec<bool>,
    pub(crate) rows: Vec<Vec<String>>,
    /// The columns that a narrow page leaves out, the least important one first.
    optional: Vec<usize>,
    /// The width at which the text of the last column is wrapped.
    wrapped: Option<usize>,
    /// Sentences below the table, each for a column.
    pub(crate) explanations: Vec<(usize, String)>,
}

impl Table {
    pub(crate) fn new<const N: usize>(headings: [&str; N], left: &[&str]) -> Self {
        Self {
            headings: headings.map(str::to_owned).into(),
            left: headings.map(|heading| left.contains(&heading)).into(),
            rows: Vec::new(),
            optional: Vec::new(),
            wrapped: None,
            explanations: Vec::new(),
        }
    }

    /// The same table, with a sentence that explains a column and stands below the table if the column does.
    pub(crate) fn explained(mut self, column: usize, text: impl Into<String>) -> Self {
        self.explanations.push((column, text.into()));
        self
    }

    /// The same table, with columns that a narrow page leaves out, the least important one first.
    pub(crate) fn optional(mut self, columns: &[usize]) -> Self {
        self.optional = columns.into();
        self
    }

    /// The table with the columns for which `width` has room, and the headings of the other ones.
    pub(super) fn fitted(&self, width: Option<usize>) -> (Self, Vec<&str>) {
        let mut left_out: Vec<usize> = Vec::new();
        let mut optional = self.optional.iter();
        let mut table = self.without(&left_out);
        while width.is_some_and(|width| table.width() > width)
            && let Some(column) = optional.next()
        {
            left_out.push(*column);
            table = self.without(&left_out);
        }
        // Text may be wrapped, and numbers may not.
        if table.left.last() == Some(&true) {
            table.wrapped = width.filter(|width| table.width() > *width);
        }
        left_out.sort_unstable();
        let headings = left_out.iter().map(|column| self.headings[*column].as_str()).collect();
        (table, headings)
    }

    fn without(&self, columns: &[usize]) -> Self {
        fn kept<T: Clone>(all: &[T], columns: &[usize]) -> Vec<T> {
            all.iter().enumerate().filter(|(column, _)| !columns.contains(column)).map(|(_, one)| one.clone()).collect()
        }
        Self {
            headings: kept(&self.headings, columns),
            left: kept(&self.left, columns),
            rows: self.rows.iter().map(|row| kept(row, columns)).collect(),
            optional: Vec::new(),
            wrapped: None,
            explanations: self.explanations.iter().filter(|(column, _)| !columns.contains(column)).cloned().collect(),
        }
    }

    /// The number of characters in the longest line.
    fn width(&self) -> usize {
        self.render().lines().map(|line| line.chars().count()).max().unwrap_or(0)
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }

    /// The text for a terminal.
    pub(crate) fn render(&self) -> String {
        self.laid_out(STYLE).trim_fmt() + "\n"
    }

    /// The text for a Markdown file.
    pub(crate) fn markdown(&self) -> String {
        self.laid_out(ASCII_MARKDOWN).to_string() + "\n"
    }

    fn laid_out(&self, style: TableStyle) -> comfy_table::Table {
        let mut table = comfy_table::Table::new();
        // As wide as its contents: a table cut to the width of a terminal would lose digits.
        table.load_style(style).set_content_arrangement(ContentArrangement::Disabled);
        if let Some(width) = self.wrapped {
            table
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(u16::try_from(width).unwrap_or(u16::MAX));
        }
        table.set_header(&self.headings);
        table.add_rows(&self.rows);
        let last = self.left.len().saturating_sub(1);
        for (index, (column, left)) in table.column_iter_mut().zip(&self.left).enumerate() {
            column.set_padding(if style == STYLE { (0, u16::from(index < last)) } else { (1, 1) });
            if self.wrapped.is_some() && index < last {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
            if !left {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table
    }
}
/// `value` to `digits` significant digits, without an exponent unless it is very large or small.
pub(crate) fn significant(value: f64, digits: usize) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !value.is_finite() {
        return value.to_string();
    }
    let magnitude = value.abs().log10().floor() as i32;
    if !(-4..15).contains(&magnitude) {
        return format!("{value:.*e}", digits - 1);
    }
    let decimals = (digits as i32 - 1 - magnitude).max(0) as usize;
    format!("{value:.decimals$}")
}

/// A probability to some decimals; to four significant digits if that is more. Zero has no sign.
pub(crate) fn probability(value: f64, decimals: usize) -> String {
    let is_small = value != 0.0 && value.abs() < 10_f64.powi(3 - decimals as i32);
    if is_small { significant(value, 4) } else { format!("{:.decimals$}", value + 0.0) }
}

/// A value as `words` prints it, or a dash.
pub(crate) fn dash<T>(value: Option<T>, words: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| "-".to_owned(), words)
}

/// A number of standard errors.
pub(crate) fn signed(z: f64) -> String {
    without_sign_of_zero(format!("{z:+.2}"))
}

/// The relative deviation of `value` from `reference`: "+1.2 %".
pub(crate) fn deviation(value: f64, reference: f64) -> String {
    without_sign_of_zero(format!("{:+.1}", 100.0 * (value / reference - 1.0))) + " %"
}

/// "0.00" for "-0.00" and "+0.00": a value that is rounded to zero has no sign.
fn without_sign_of_zero(text: String) -> String {
    let digits = text.trim_start_matches(['+', '-']);
    if digits.trim_matches(['0', '.']).is_empty() { digits.to_owned() } else { text }
}

/// `value` to the second digit of its standard error, or to six decimals without one.
pub(crate) fn as_sure(value: f64, std_error: Option<f64>) -> String {
    let decimals = match std_error {
        Some(error) if error > 0.0 => (1.0 - error.log10().floor()).clamp(0.0, 15.0) as usize,
        _ => 6,
    };
    format!("{value:.decimals$}")
}

/// An interval to enough digits to tell its ends apart: "0.7913 to 0.8069".
pub(crate) fn interval(low: f64, high: f64) -> String {
    let apart = (high.abs().max(low.abs()) / (high - low).abs()).log10().ceil();
    let digits = if apart.is_finite() { (2.0 + apart).clamp(3.0, 12.0) as usize } else { 6 };
    format!("{} to {}", significant(low, digits), significant(high, digits))
}

/// A large number with its SI prefix: "6.41 G".
pub(crate) fn scaled(value: f64) -> String {
    let prefixes = [(1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
    let (unit, prefix) = prefixes.into_iter().find(|(unit, _)| value >= *unit).unwrap_or((1.0, ""));
    format!("{} {prefix}", significant(value / unit, 3))
}

/// A number of bytes in the largest unit that leaves it whole: "32 KiB".
pub(crate) fn bytes(count: usize) -> String {
    match count {
        count if count > 0 && count.is_multiple_of(1 << 20) => format!("{} MiB", count >> 20),
        count if count > 0 && count.is_multiple_of(1 << 10) => format!("{} KiB", count >> 10),
        count => format!("{count} B"),
    }
}

/// An amount of memory: "24.0 MB".
pub(crate) fn amount(bytes: f64) -> String {
    format!("{}B", scaled(bytes))
}

/// A time in the unit that suits it.
pub(crate) fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 1e-6 => format!("{} ns", significant(s * 1e9, 3)),
        s if s < 1e-3 => format!("{} µs", significant(s * 1e6, 3)),
        s if s < 1.0 => format!("{} ms", significant(s * 1e3, 3)),
        s if s < 120.0 => format!("{} s", significant(s, 3)),
        s if s < 7200.0 => format!("{} min", significant(s / 60.0, 3)),
        s if s < 172_800.0 => format!("{} h", significant(s / 3600.0, 3)),
        s if s < 63_072_000.0 => format!("{} days", significant(s / 86_400.0, 3)),
        s => format!("{} years", significant(s / 31_557_600.0, 3)),
    }
}

/// "1 round", "6 rounds"
pub(crate) fn counted(count: impl TryInto<u128>, noun: &str) -> String {
    let count = count.try_into().unwrap_or(u128::MAX);
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_has_no_sign_and_one_no_plural() {
        assert_eq!([signed(-0.001), signed(0.0), signed(-0.006), signed(1.0)], ["0.00", "0.00", "-0.01", "+1.00"]);
        assert_eq!([deviation(0.9999, 1.0), deviation(1.1, 1.0)], ["0.0 %", "+10.0 %"]);
        assert_eq!([counted(1_u64, "walk"), counted(0_usize, "round")], ["1 walk", "0 rounds"]);
    }

    #[test]
    fn numbers_are_readable() {
        assert_eq!(significant(67768.573, 7), "67768.57");
        assert_eq!(significant(5.365_299_79, 7), "5.365300");
        assert_eq!(significant(-0.012_345, 3), "-0.0123");
        assert_eq!(significant(1e20, 3), "1.00e20");
        assert_eq!((significant(-0.0, 3), probability(-0.0, 6)), ("0".into(), "0.000000".into()));
        let rounded = [0.25, 0.000_123_46, 1.234_56e-18].map(|value| probability(value, 6));
        assert_eq!(rounded, ["0.250000", "0.0001235", "1.235e-18"]);
        assert_eq!(as_sure(std::f64::consts::PI, Some(5.2e-5)), "3.141593");
        assert_eq!((as_sure(3.25, Some(12.0)), as_sure(0.5, None)), ("3".into(), "0.500000".into()));
        assert_eq!(scaled(6.412e9), "6.41 G");
        assert_eq!(scaled(12.0), "12.0 ");
        assert_eq!(duration(0.0123), "12.3 ms");
        assert_eq!((duration(2.5e-7), duration(3e-6)), ("250 ns".into(), "3.00 µs".into()));
        assert_eq!([8, 512, 32 << 10, 1 << 20].map(bytes), ["8 B", "512 B", "32 KiB", "1 MiB"]);
        assert_eq!(duration(90.0), "90.0 s");
        assert_eq!(duration(600.0), "10.0 min");
    }
}
