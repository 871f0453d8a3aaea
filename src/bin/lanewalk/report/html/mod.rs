//! A ladder as one self-contained page, without network access.

mod elements;

use anyhow::Result;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use self::elements::{details, picture, table};
use super::headline::headline;
use super::ladder::{
    ACCURACY_LEGEND, COUNTERS_LEGEND, FACTORS_LEGEND, accuracy, counters, factors, legend, origin, rungs, warning,
};
use super::{duration, scale, schedule, svg};
use crate::ladder::result::{Ladder, Summary};

const STYLE: &str = include_str!("page.css");
/// Sorts a table by the column whose heading is clicked, or chosen with the keyboard.
const SORTABLE: [&str; 2] = [include_str!("sortable.min.js"), include_str!("sortable.a11y.min.js")];

pub(crate) fn ladder(ladder: &Ladder) -> Result<String> {
    let workloads = ladder.summaries.iter().map(|summary| workload(ladder, summary));
    let workloads = workloads.collect::<Result<Vec<Markup>>>()?;
    let (scaling, schedule) = (scaling(ladder)?, schedule_section(ladder)?);
    let known = |text: &Option<String>| text.clone().unwrap_or_default();
    let date = known(&ladder.host.date);
    let line = |summary: &Summary| Some((summary.workload.clone(), headline(ladder, summary)?));
    let mut lines = ladder.summaries.iter().map(line);
    // The first workload leads, and the list has the other ones.
    let first = lines.next().flatten().map(|(name, line)| format!("{name}: {line}"));
    let lines: Vec<_> = lines.flatten().collect();
    let heading = first.unwrap_or_else(|| "The ladder".to_owned());
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                link rel="icon" href="data:,";
                title { "lanewalk ladder: " (heading) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (heading) }
                    @if let Some(line) = warning(ladder) { p class="warning" { (line) } }
                    p class="small" {
                        "lanewalk " (ladder.version) " on " (ladder.host.cpu) ", "
                        (super::counted(ladder.host.usable_threads, "usable core")) ", " time datetime=(date) { (date) }
                    }
                    @if ladder.stopped {
                        p { b { "Stopped early:" } " the results are correct, but not complete." }
                    }
                    @if !lines.is_empty() {
                        ul { @for (name, line) in &lines { li { a href={ "#" (name) } { (name) } ": " (line) } } }
                    }
                    nav aria-label="Contents" {
                        ul {
                            @for summary in &ladder.summaries {
                                li { a href={ "#" (summary.workload) } { (summary.workload) } }
                            }
                            @if scaling.is_some() { li { a href="#scaling" { "scaling" } } }
                            @if schedule.is_some() { li { a href="#schedule" { "schedule" } } }
                            li { a href="#machine" { "machine and build" } }
                        }
                    }
                    p {
                        "Every rung does the same work, from the scalar loop upwards with the same bits, and differs "
                        "from the previous rung in one thing: a better loop, wider lanes, threads, pins. " b { "step" }
                        " is the gain of that one thing; " b { "x scalar" } " is the gain of all so far over the "
                        "textbook loop. The rungs run interleaved, so a busy machine affects all of them. Compare "
                        "figures within this page only, or use " code { "lanewalk compare" } " for two reports."
                    }
                }
                main {
                    @for section in &workloads { (section) }
                    @if let Some(section) = &scaling { (section) }
                    @if let Some(section) = &schedule { (section) }
                    section id="machine" {
                        h2 { "Machine and build" }
                        ul {
                            @for line in origin(ladder) { li { (line) } }
                            @if !ladder.host.caches.is_empty() { li { "caches: " (ladder.host.caches.join(", ")) } }
                            li { "seed " (ladder.seed) ", measured in " (duration(ladder.elapsed_s)) }
                        }
                    }
                }
                @for script in SORTABLE { script { (PreEscaped(script)) } }
            }
        }
    };
    Ok(page.into_string())
}

fn workload(ladder: &Ladder, summary: &Summary) -> Result<Markup> {
    let of_run = svg::Origin::of(&ladder.host);
    let (name, title) = (&summary.workload, &summary.title);
    let accuracy = ladder.accuracy_of(name).next().map(|_| accuracy(ladder, summary));
    let lines = if accuracy.is_some() { svg::accuracy(ladder, summary, &of_run)? } else { String::new() };
    Ok(html! {
        section id=(name) {
            h2 { (name) ": " (title) }
            (picture(&svg::staircase(ladder, summary, &of_run)?))
            (table(&format!("Rungs of {name}"), &rungs(ladder, summary)))
            (details("How to read this table", &legend(summary)))
            @if let Some(found) = ladder.factors_of(name).map(factors) {
                h3 { "The gain of each kind of step" }
                (table(&format!("Factors of {name}"), &found))
                p class="small" { (FACTORS_LEGEND) }
            }
            @if let Some(accuracy) = accuracy {
                h3 { "Time to accuracy" }
                (picture(&lines))
                (table(&format!("Time to a relative error of {}", summary.target), &accuracy))
                p class="small" { (ACCURACY_LEGEND) "; hollow in the plot" }
            }
            @if let Some(counters) = counters(ladder, summary) {
                h3 { "Hardware counters" }
                (table(&format!("Hardware counters of {name}"), &counters))
                p class="small" { (COUNTERS_LEGEND) }
            }
        }
    })
}

/// The scaling of all workloads in one table, and a plot of each.
fn scaling(ladder: &Ladder) -> Result<Option<Markup>> {
    let of_run = svg::Origin::of(&ladder.host);
    let Some(first) = ladder.scaling.first() else { return Ok(None) };
    let plots = ladder.scaling.iter().map(|scaling| svg::scaling(scaling, &of_run)).collect::<Result<Vec<_>>>()?;
    Ok(Some(html! {
        section id="scaling" {
            h2 { "Scaling: time against threads" }
            (table("Scaling of all workloads", &scale::all(&ladder.scaling)))
            (details("How to read this table", &scale::common_legend(first)))
            @for (scaling, plot) in ladder.scaling.iter().zip(&plots) {
                h3 { (scale::title(scaling)) }
                (picture(plot))
                (details(&format!("Rounds, noise and laws of {}", scaling.workload), &scale::own_legend(scaling)))
            }
        }
    }))
}

fn schedule_section(ladder: &Ladder) -> Result<Option<Markup>> {
    let Some(section) = &ladder.schedule else { return Ok(None) };
    let of_run = svg::Origin::of(&ladder.host);
    let plot = svg::schedule(&section.schedule, Some(&section.compared), &of_run)?;
    let compared = schedule::compared(&section.compared, section.schedule.floor_s, section.rounds);
    Ok(Some(html! {
        section id="schedule" {
            h2 { (schedule::TITLE) }
            (picture(&plot))
            (table("Variants of the schedule", &compared))
            (details("How to read this table", &schedule::legend(section)))
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn the_page() {
        let page = ladder(&fixture::ladder()).unwrap();
        let body = page.split("</style>").nth(1).unwrap().split("<script>").next().unwrap();
        insta::assert_snapshot!(body);
    }

    #[test]
    fn page_is_self_contained_and_text_is_escaped() {
        let mut found = fixture::ladder();
        found.host.cpu = "<script>alert(1)</script> & co".to_owned();
        let page = ladder(&found).unwrap();
        assert!(page.contains("&lt;script&gt;") && page.matches("<script").count() == SORTABLE.len());
        let links = page.matches("http").count();
        assert_eq!(links, page.matches("http://www.w3.org/2000/svg").count(), "only the name of a format");
        assert!(!page.contains("src=") && !page.contains("@import") && !page.contains("url("));
    }

    /// Every link of the contents leads to a section, and every section has its own name.
    #[test]
    fn contents_and_sections_agree() {
        let page = ladder(&fixture::ladder()).unwrap();
        let after = |pattern: &str| {
            page.split(pattern).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let sections = after("<section id=\"");
        assert_eq!(after("href=\"#"), sections);
        assert!(["walk", "scaling", "schedule", "machine"].iter().all(|name| sections.iter().any(|id| id == name)));
    }

    #[test]
    fn a_busy_machine_has_no_headline() {
        let page = ladder(&fixture::busy_ladder()).unwrap();
        assert!(page.contains("<h1>The ladder</h1>") && page.contains("class=\"warning\""), "{page}");
    }
}
