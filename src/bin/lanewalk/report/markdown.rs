//! A ladder as a page of Markdown.

use std::fmt::Write;

use super::ladder::{ACCURACY_LEGEND, FACTORS_LEGEND, accuracy, factors, legend, rungs};
use super::{duration, scale, schedule};
use crate::ladder::result::Ladder;

pub(crate) fn ladder(ladder: &Ladder) -> String {
    let mut page = format!("# The ladder\n\n{}\n", ladder.host.line());
    for summary in &ladder.summaries {
        let workload = &summary.workload;
        _ = write!(page, "\n## {workload}: {}\n\n{}\n", summary.title, rungs(ladder, summary).markdown());
        for line in legend(summary) {
            _ = writeln!(page, "- {line}");
        }
        if let Some(found) = ladder.factors_of(workload) {
            let table = factors(found).markdown();
            _ = write!(page, "\n### The gain of each kind of step\n\n{table}\n{FACTORS_LEGEND}\n");
        }
        if ladder.accuracy_of(workload).next().is_some() {
            let table = accuracy(ladder, summary).markdown();
            _ = write!(page, "\n### Time to accuracy\n\n{table}\n{ACCURACY_LEGEND}\n");
        }
        if let Some(scaling) = ladder.scaling_of(workload) {
            _ = write!(page, "\n### Scaling\n\n{}\n", scale::points(scaling).markdown());
            for line in scale::legend(scaling) {
                _ = writeln!(page, "- {line}");
            }
        }
    }
    if let Some(section) = &ladder.schedule {
        let table = schedule::compared(&section.compared, section.schedule.floor_s).markdown();
        _ = write!(page, "\n## {}\n\n{table}\n", schedule::TITLE);
        for line in schedule::legend(section) {
            _ = writeln!(page, "- {line}");
        }
    }
    if ladder.stopped {
        page += "\nStopped early: the results above are correct, but not complete.\n";
    }
    _ = write!(page, "\nlanewalk {}, seed {}, {}\n", ladder.version, ladder.seed, duration(ladder.elapsed_s));
    page
}

#[cfg(test)]
mod tests {
    use crate::report::{Format, fixture, render};

    #[test]
    fn all_text_formats_match_the_snapshots() {
        let found = fixture::ladder();
        insta::assert_snapshot!("markdown", super::ladder(&found));
        insta::assert_snapshot!("table", render(&found, Format::Table).unwrap());
        insta::assert_snapshot!("csv", render(&found, Format::Csv).unwrap());
        insta::assert_snapshot!("json", render(&found, Format::Json).unwrap());
    }
}
