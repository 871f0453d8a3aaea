//! A report for people: lines and tables, laid out for the width of a terminal.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use super::Table;

/// The width of a page whose reader is unknown, in characters.
pub(crate) const DEFAULT_WIDTH: usize = 80;

/// Lines are not wrapped to less than this: a word or a number would not fit.
const MIN_WIDTH: usize = 40;

const HEADING: Style = Style::new().bold();

/// Words that stand out on a terminal with colours.
const WORDS: [(&str, Style); 4] = [
    ("not significant", Style::new().dimmed()),
    ("DIFFERS", AnsiColor::Red.on_default().bold()),
    ("too noisy", AnsiColor::Yellow.on_default().bold()),
    ("stopped early", AnsiColor::Yellow.on_default().bold()),
];

/// How to lay out a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// The number of characters in a line; `None` for all columns of each table and lines that are not wrapped.
    pub(crate) width: Option<usize>,
    /// Whether the reader's terminal shows colours.
    pub(crate) colours: bool,
}

impl Layout {
    /// Every column of each table, lines of any length, and no colours.
    #[cfg(test)]
    pub(crate) const WIDE: Self = Self { width: None, colours: false };
}

impl Default for Layout {
    fn default() -> Self {
        Self { width: Some(DEFAULT_WIDTH), colours: false }
    }
}

impl Layout {
    fn styled(&self, text: &str, style: Style) -> String {
        if self.colours { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    fn emphasised(&self, mut text: String) -> String {
        if self.colours {
            for (word, style) in WORDS {
                text = text.replace(word, &self.styled(word, style));
            }
        }
        text
    }
}

enum Block {
    Table(Table),
    /// A line, which may be wrapped at its words.
    Line(String),
    /// A line of a drawing.
    Fixed(String),
}

/// Blocks, one below the other.
#[derive(Default)]
pub(crate) struct Page(Vec<Block>);

impl Page {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn table(mut self, table: Table) -> Self {
        self.0.push(Block::Table(table));
        self
    }

    /// Adds the lines of a text. An empty text has none.
    pub(crate) fn lines(mut self, text: impl AsRef<str>) -> Self {
        self.0.extend(text.as_ref().lines().map(|line| Block::Line(line.to_owned())));
        self
    }

    /// Adds lines that explain what stands above them.
    pub(crate) fn legend(mut self, lines: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.0.extend(lines.into_iter().map(|line| Block::Line(format!("  {}", line.as_ref()))));
        self
    }

    /// Adds the lines of a drawing, which are never wrapped.
    pub(crate) fn drawing(mut self, text: &str) -> Self {
        self.0.extend(text.lines().map(|line| Block::Fixed(line.to_owned())));
        self
    }

    /// Adds an empty line.
    pub(crate) fn blank(self) -> Self {
        self.lines("\n")
    }

    /// Adds another page.
    pub(crate) fn append(mut self, mut other: Self) -> Self {
        self.0.append(&mut other.0);
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text. It ends with a line break.
    pub(crate) fn render(&self, layout: &Layout) -> String {
        let mut text = String::new();
        for block in &self.0 {
            match block {
                Block::Table(table) => add_table(&mut text, table, layout),
                Block::Line(line) => add_line(&mut text, line, layout),
                Block::Fixed(line) => _ = writeln!(text, "{line}"),
            }
        }
        text
    }
}

fn add_table(text: &mut String, table: &Table, layout: &Layout) {
    let (shown, left_out) = table.fitted(layout.width);
    for (row, line) in shown.render().lines().enumerate() {
        let line = if row == 0 { layout.styled(line, HEADING) } else { layout.emphasised(line.to_owned()) };
        _ = writeln!(text, "{line}");
    }
    for (_, explanation) in &shown.explanations {
        add_line(text, &format!("  {explanation}"), layout);
    }
    if !left_out.is_empty() {
        add_line(text, &format!("  --wide adds columns: {}", left_out.join(", ")), layout);
    }
}

/// Adds a line, wrapped at its words. The rest of a wrapped line is indented.
fn add_line(text: &mut String, line: &str, layout: &Layout) {
    let Some(width) = layout.width.map(|width| width.max(MIN_WIDTH)) else {
        _ = writeln!(text, "{}", layout.emphasised(line.to_owned()));
        return;
    };
    let indent = line.len() - line.trim_start().len();
    let mut wrapped = " ".repeat(indent);
    let mut length = indent;
    for (number, word) in line.split_whitespace().enumerate() {
        let letters = word.chars().count();
        if number > 0 && length + 1 + letters > width {
            length = indent + 2;
            wrapped += "\n";
            wrapped += &" ".repeat(length);
        } else if number > 0 {
            length += 1;
            wrapped.push(' ');
        }
        wrapped += word;
        length += letters;
    }
    _ = writeln!(text, "{}", layout.emphasised(wrapped).trim_end());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        let mut table = Table::new(["name", "first", "second", "third"], &["name"]).optional(&[3, 2]);
        table.row(["a".into(), "1234567890".into(), "2234567890".into(), "3234567890".into()]);
        Page::new().table(table).lines("some words below the table, which are more than forty characters").blank()
    }

    #[test]
    fn a_page_fits_its_width() {
        let wide = page().render(&Layout { width: None, colours: false });
        assert_eq!(wide.lines().next().unwrap(), "name       first      second       third");
        assert_eq!(wide.lines().count(), 5, "{wide}");
        for width in [1, 20, 30, 40, 60, 80] {
            let layout = Layout { width: Some(width), colours: false };
            let text = page().render(&layout);
            assert!(text.lines().all(|line| line.chars().count() <= width.max(MIN_WIDTH)), "{text}");
            assert_eq!(text.contains("--wide adds columns: "), width < 40, "{text}");
            assert!(text.contains("1234567890"), "the important columns always stay: {text}");
        }
    }

    #[test]
    fn the_rest_of_a_line_is_indented() {
        let layout = Layout { width: Some(40), colours: false };
        let text = Page::new().legend(["a legend whose words do not fit on one line of this page"]).render(&layout);
        assert_eq!(text, "  a legend whose words do not fit on one\n    line of this page\n");
        let long = "x".repeat(100);
        assert_eq!(Page::new().lines(&long).render(&layout), format!("{long}\n"), "a long word stays whole");
    }

    #[test]
    fn colours_change_nothing_but_the_style() {
        let layout = Layout { width: Some(80), colours: true };
        let page = || page().lines("steps are not significant");
        let coloured = page().render(&layout);
        assert!(coloured.contains("\u{1b}[1mname") && coloured.contains("\u{1b}[2mnot significant\u{1b}[0m"));
        let mut plain = String::new();
        let mut letters = coloured.chars();
        while let Some(letter) = letters.next() {
            if letter == '\u{1b}' {
                _ = letters.find(|letter| *letter == 'm');
            } else {
                plain.push(letter);
            }
        }
        assert_eq!(plain, page().render(&Layout::default()));
    }
}
