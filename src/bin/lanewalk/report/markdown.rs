//! A ladder as a page of Markdown.

use std::fmt::Write;

use super::ladder::{
    ACCURACY_LEGEND, COUNTERS_LEGEND, FACTORS_LEGEND, accuracy, counters, factors, legend, origin, rungs, warning,
};
use super::{Table, duration, scale, schedule};
use crate::ladder::result::Ladder;

pub(crate) fn ladder(ladder: &Ladder) -> String {
    let warning = warning(ladder).map(|line| format!("**{line}**\n\n")).unwrap_or_default();
    let mut page = format!("# The ladder\n\n{warning}{}\n", origin(ladder).join("  \n"));
    for summary in &ladder.summaries {
        let workload = &summary.workload;
        _ = write!(page, "\n## {workload}: {}\n\n", summary.title);
        add_table(&mut page, &rungs(ladder, summary), &legend(summary));
        if let Some(counters) = counters(ladder, summary) {
            _ = write!(page, "\n### Hardware counters\n\n{}\n{COUNTERS_LEGEND}\n", counters.markdown());
        }
        if let Some(found) = ladder.factors_of(workload) {
            page += "\n### The gain of each kind of step\n\n";
            add_table(&mut page, &factors(found), &[FACTORS_LEGEND]);
        }
        if ladder.accuracy_of(workload).next().is_some() {
            let table = accuracy(ladder, summary).markdown();
            _ = write!(page, "\n### Time to accuracy\n\n{table}\n{ACCURACY_LEGEND}\n");
        }
        if let Some(scaling) = ladder.scaling_of(workload) {
            page += "\n### Scaling\n\n";
            add_table(&mut page, &scale::points(scaling), &scale::legend(scaling));
        }
    }
    if let Some(section) = &ladder.schedule {
        let table = schedule::compared(&section.compared, section.schedule.floor_s, section.rounds);
        _ = write!(page, "\n## {}\n\n", schedule::TITLE);
        add_table(&mut page, &table, &schedule::legend(section));
    }
    if ladder.stopped {
        page += "\nStopped early: the results above are correct, but not complete.\n";
    }
    _ = write!(page, "\nlanewalk {}, seed {}, {}\n", ladder.version, ladder.seed, duration(ladder.elapsed_s));
    page
}

/// Adds a table with the explanations of its columns and more lines.
fn add_table(page: &mut String, table: &Table, legend: &[impl AsRef<str>]) {
    _ = writeln!(page, "{}", table.markdown());
    let explanations = table.explanations.iter().map(|(_, text)| text.as_str());
    for line in explanations.chain(legend.iter().map(AsRef::as_ref)) {
        _ = writeln!(page, "- {line}");
    }
}

#[cfg(test)]
mod tests {
    use crate::report::{Format, Layout, fixture, render};

    #[test]
    fn a_busy_machine_is_reported_first_and_without_factors() {
        let found = fixture::busy_ladder();
        for text in [
            render(&found, Format::Table, &Layout::WIDE).unwrap(),
            super::ladder(&found).replace("# The ladder\n\n**", ""),
        ] {
            let first = text.lines().next().unwrap();
            assert!(first.starts_with("TOO NOISY, no factors of walk, the scaling of walk: a noise floor above 25 %"));
            assert_eq!(text.matches("too noisy: the noise floor is 748 % on 2 threads").count(), 2, "{text}");
            for factor in ["116", "8.00", "1.85", "times as fast", "residual", "Amdahl"] {
                assert!(!text.contains(factor), "{factor} in\n{text}");
            }
            assert!(text.contains("0.720 to 0.880") && text.contains("320.0"), "rates and times stay\n{text}");
        }
        for text in
            [render(&fixture::ladder(), Format::Table, &Layout::WIDE).unwrap(), super::ladder(&fixture::ladder())]
        {
            assert!(!text.contains("TOO NOISY"), "{text}");
        }
    }

    #[test]
    fn few_rounds_have_a_range() {
        for (rounds, heading, sentence) in [
            (6, "95 % interval", "95 % intervals of order statistics"),
            (
                5,
                "range (94 %)",
                "fewer than 6 rounds, and the range contains the true median with a probability of 94 %",
            ),
            (3, "range (75 %)", "with a probability of 75 %"),
            (1, "one value", "there is no interval"),
        ] {
            let mut found = fixture::ladder();
            found.factors.clear();
            found.schedule = None;
            found.summaries[0].rounds = rounds;
            found.scaling[0].rounds = rounds;
            let text = render(&found, Format::Table, &Layout::WIDE).unwrap();
            assert!(text.contains(heading) && text.contains(sentence), "{rounds}\n{text}");
            assert_eq!(text.contains("95 % interval"), rounds >= 6, "{rounds}\n{text}");
        }
    }

    #[test]
    fn all_text_formats_match_the_snapshots() {
        let found = fixture::ladder();
        insta::assert_snapshot!("markdown", super::ladder(&found));
        insta::assert_snapshot!("table", render(&found, Format::Table, &Layout::WIDE).unwrap());
        insta::assert_snapshot!("csv", render(&found, Format::Csv, &Layout::WIDE).unwrap());
        insta::assert_snapshot!("json", render(&found, Format::Json, &Layout::WIDE).unwrap());
    }
}
