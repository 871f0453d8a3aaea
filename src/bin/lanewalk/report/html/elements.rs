//! The elements of the page.

use maud::{Markup, PreEscaped, html};

use crate::report::Table;

/// A plot. Its own colours follow the reader's colour scheme.
pub(super) fn picture(svg: &str) -> Markup {
    html! { figure { (PreEscaped(svg)) } }
}

/// Sentences that a reader may open.
pub(super) fn details(title: &str, lines: &[String]) -> Markup {
    html! {
        details {
            summary { (title) }
            ul { @for line in lines { li { (line) } } }
        }
    }
}

/// A table that a narrow window scrolls and a click on a heading sorts, with the explanations of its columns.
pub(super) fn table(caption: &str, table: &Table) -> Markup {
    let class = |left: &bool| left.then_some("left");
    html! {
        div class="scroll" tabindex="0" role="region" aria-label=(caption) {
            table class="sortable" {
                caption { (caption) }
                thead {
                    tr {
                        @for (heading, left) in table.headings.iter().zip(&table.left) {
                            th scope="col" class=[class(left)] { (heading) }
                        }
                    }
                }
                tbody {
                    @for row in &table.rows {
                        tr {
                            @for (cell, left) in row.iter().zip(&table.left) {
                                td class=[class(left)] data-sort=[number(cell)] { (cell) }
                            }
                        }
                    }
                }
            }
        }
        @if !table.explanations.is_empty() {
            ul class="small" { @for (_, line) in &table.explanations { li { (line) } } }
        }
    }
}

/// The number at the start of a cell, by which its column is sorted: of a time, in seconds.
fn number(cell: &str) -> Option<f64> {
    let mut words = cell.trim_start_matches("~ ").split_whitespace();
    let number: f64 = words.next()?.parse().ok()?;
    let unit = match words.next() {
        Some("ns") => 1e-9,
        Some("µs") => 1e-6,
        Some("ms") => 1e-3,
        Some("min") => 60.0,
        Some("h") => 3600.0,
        Some("days") => 86_400.0,
        Some("years") => 31_557_600.0,
        _ => 1.0,
    };
    Some(number * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_sorted_by_their_numbers() {
        let cells = ["12.6", "12.3 to 12.7", "~ 1.5 min", "500 µs", "97 %", "-", "not significant", "walk"];
        let numbers = cells.map(number);
        assert_eq!(numbers, [Some(12.6), Some(12.3), Some(90.0), Some(5e-4), Some(97.0), None, None, None]);
    }
}
