//! A ladder as one self-contained page, without network access and scripts.

use anyhow::Result;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::ladder::{
    ACCURACY_LEGEND, COUNTERS_LEGEND, FACTORS_LEGEND, accuracy, counters, factors, legend, origin, rungs, warning,
};
use super::{Table, duration, scale, schedule, svg};
use crate::ladder::result::Ladder;

const STYLE: &str = "
:root { --paper: #ffffff; --ink: #1b1b1b; --faint: #5f6368; --rule: #d5d8dc; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181c; --ink: #e6e6e6; --faint: #a0a6ad; --rule: #3a3f45; } }
body { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 76rem;
       padding: 1rem; }
h1, h2, h3 { line-height: 1.2; } h2 { margin-top: 2.5rem; }
p, li { max-width: 46rem; } .warning { border-left: 0.4rem solid #d55e00; padding-left: 0.8rem; font-weight: bold; } li, .small { color: var(--faint); font-size: 0.9rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.5rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--rule); }
th.left, td.left { text-align: left; }
svg { width: 44rem; max-width: 100%; height: auto; }
";

pub(crate) fn ladder(ladder: &Ladder) -> Result<String> {
    let of_run = svg::Origin::of(&ladder.host);
    let sections = ladder.summaries.iter().map(|summary| {
        let factors = ladder.factors_of(&summary.workload).map(factors);
        let accuracy = ladder.accuracy_of(&summary.workload).next().map(|_| accuracy(ladder, summary));
        let lines = if accuracy.is_some() { svg::accuracy(ladder, summary, &of_run)? } else { String::new() };
        let scaling = ladder.scaling_of(&summary.workload);
        Ok(html! {
            h2 { (summary.workload) ": " (summary.title) }
            (table(&rungs(ladder, summary)))
            ul { @for line in legend(summary) { li { (line) } } }
            (plot(&svg::staircase(ladder, summary, &of_run)?))
            @if let Some(counters) = counters(ladder, summary) {
                h3 { "Hardware counters" }
                (table(&counters))
                p class="small" { (COUNTERS_LEGEND) }
            }
            @if let Some(factors) = factors {
                h3 { "The gain of each kind of step" }
                (table(&factors))
                p class="small" { (FACTORS_LEGEND) }
            }
            @if let Some(accuracy) = accuracy {
                h3 { "Time to accuracy" }
                (table(&accuracy))
                p class="small" { (ACCURACY_LEGEND) "; hollow in the plot" }
                (plot(&lines))
            }
            @if let Some(scaling) = scaling {
                h3 { "Scaling" }
                (table(&scale::points(scaling)))
                ul { @for line in scale::legend(scaling) { li { (line) } } }
                (plot(&svg::scaling(scaling, &of_run)?))
            }
        })
    });
    let sections = sections.collect::<Result<Vec<Markup>>>()?;
    let schedule_plot = match &ladder.schedule {
        Some(section) => svg::schedule(&section.schedule, Some(&section.compared), &of_run)?,
        None => String::new(),
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                link rel="icon" href="data:,";
                title { "lanewalk: the ladder" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "The ladder" }
                @if let Some(line) = warning(ladder) { p class="warning" { (line) } }
                @for (place, line) in origin(ladder).iter().enumerate() { p class=[(place > 0).then_some("small")] { (line) } }
                @if !ladder.host.caches.is_empty() { p class="small" { "Caches: " (ladder.host.caches.join(", ")) } }
                p {
                    "From the scalar loop upwards every rung does the same work, to the last bit, and differs from the previous one "
                    "in one thing: a better loop, wider lanes, threads, pins. "
                    b { "step" } " is the gain of that one thing, and " b { "x scalar" } " is the gain of all so far over "
                    "the textbook loop. The rungs were interleaved, so a busy machine affects all of them, "
                    "and every ratio is computed within the rounds. Compare figures only within this page, or use "
                    code { "lanewalk compare" } " to compare the reports of two runs."
                }
                @for section in &sections { (section) }
                @if let Some(section) = &ladder.schedule {
                    h2 { (schedule::TITLE) }
                    (table(&schedule::compared(&section.compared, section.schedule.floor_s, section.rounds)))
                    ul { @for line in schedule::legend(section) { li { (line) } } }
                    (plot(&schedule_plot))
                }
                @if ladder.stopped { p { b { "Stopped early:" } " the results above are correct, but not complete." } }
                p class="small" {
                    "lanewalk " (ladder.version) ", seed " (ladder.seed) ", " (duration(ladder.elapsed_s))
                }
            }
        }
    };
    Ok(page.into_string())
}

/// A plot. Its own colours follow the reader's colour scheme.
fn plot(svg: &str) -> Markup {
    html! { div class="wide" { (PreEscaped(svg)) } }
}

fn table(table: &Table) -> Markup {
    let class = |left: &bool| left.then_some("left");
    html! {
        div class="wide" {
            table {
                thead { tr { @for (heading, left) in table.headings.iter().zip(&table.left) { th class=[class(left)] { (heading) } } } }
                tbody {
                    @for row in &table.rows {
                        tr { @for (cell, left) in row.iter().zip(&table.left) { td class=[class(left)] { (cell) } } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn the_page() {
        insta::assert_snapshot!(ladder(&fixture::ladder()).unwrap());
    }

    #[test]
    fn page_is_self_contained_and_text_is_escaped() {
        let mut found = fixture::ladder();
        found.host.cpu = "<script>alert(1)</script> & co".to_owned();
        let page = ladder(&found).unwrap();
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script"));
        let links = page.matches("http").count();
        assert_eq!(links, page.matches("http://www.w3.org/2000/svg").count(), "only the name of a format");
    }
}
