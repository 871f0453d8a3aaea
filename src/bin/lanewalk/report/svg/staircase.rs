//! The cumulative speedup of a ladder as a staircase.

use anyhow::Result;
use plotters::style::RGBColor;

use super::axis::Axis;
use super::draw::draw;
use super::palette::{FAINT, INK, SERIES};
use super::picture::{Anchor, Origin, Panel, Picture, Symbol, extent};
use crate::ladder::result::{Ladder, Rung, Summary};
use crate::report::{scaled, significant};

/// The height of a step, the width of a column of numbers, and about that of the staircase.
const ROW: f64 = 28.0;
const COLUMN: f64 = 58.0;
const LADDER: f64 = 300.0;

const FASTER: RGBColor = SERIES[0];
const SLOWER: RGBColor = SERIES[1];

/// One rung: its level and the interval of the level.
struct Step {
    name: String,
    level: f64,
    low: f64,
    high: f64,
    ink: RGBColor,
    /// The level in words, and the gain over the previous rung.
    label: String,
    gain: String,
    ceiling: Option<f64>,
    hover: String,
}

/// The steps from the first rung upwards. Without ratios, the levels are rates, in grey and without gains.
fn steps(ladder: &Ladder, summary: &Summary) -> Vec<Step> {
    let refused = summary.refusal.is_some();
    let step = |rung: &Rung| {
        let rate = format!("{}{}/s", scaled(rung.rate), summary.unit);
        let base = Step {
            name: rung.name.clone(),
            level: rung.rate,
            low: rung.rate_low,
            high: rung.rate_high,
            ink: FAINT,
            label: format!("{}/s", scaled(rung.rate)),
            gain: String::new(),
            ceiling: None,
            hover: format!("{}: {rate}", rung.name),
        };
        if refused {
            return Some(base);
        }
        let (level, low, high) = (rung.speedup?, rung.speedup_low?, rung.speedup_high?);
        let gain = match rung.step_speedup {
            Some(_) if rung.not_significant => "–".to_owned(),
            Some(gain) => format!("×{}", significant(gain, 3)),
            None => String::new(),
        };
        let (name, of_step) = (&rung.name, rung.step_low.zip(rung.step_high));
        let of_step = of_step.filter(|_| !rung.not_significant).map_or_else(String::new, |(low, high)| {
            format!("; step {gain} ({} to {})", significant(low, 3), significant(high, 3))
        });
        let interval = format!("{} to {}", significant(low, 3), significant(high, 3));
        Some(Step {
            level,
            low,
            high,
            ink: match rung.step_speedup {
                Some(_) if rung.not_significant => FAINT,
                Some(gain) if gain < 1.0 => SLOWER,
                _ => FASTER,
            },
            label: significant(level, if level < 100.0 { 2 } else { 3 }),
            gain,
            ceiling: rung.ceiling_share.filter(|share| *share > 0.0).map(|share| level / share),
            hover: format!("{name}: {rate}, {} x scalar ({interval}){of_step}", significant(level, 3)),
            ..base
        })
    };
    ladder.rungs_of(&summary.workload).filter_map(step).collect()
}

/// Climbs from the first rung at the bottom to the last one at the top. A tread is as long as the gain of its rung.
pub(crate) fn staircase(ladder: &Ladder, summary: &Summary, origin: &Origin) -> Result<String> {
    let steps = steps(ladder, summary);
    let refused = summary.refusal.is_some();
    let ceilings = steps.iter().filter_map(|step| step.ceiling);
    let (low, high) = extent(steps.iter().flat_map(|step| [step.low, step.high]).chain(ceilings));
    let name = if refused { format!("{}/s", summary.unit) } else { "speedup over the scalar loop".to_owned() };
    // Room for the columns at the right.
    let columns = if refused { COLUMN } else { 2.0 * COLUMN };
    let end = high * (high / low).max(2.0).powf(columns / LADDER);
    let rows = Axis::rows("rung", steps.iter().map(|step| step.name.clone())).upwards();
    let mut picture = Picture::new(format!("{}: {}", summary.workload, summary.title), origin);
    if refused {
        picture.note("Too noisy for factors: medians of the rates, in grey.");
    }
    let top = steps.len().max(1) as f64 - 0.5;
    let mut panel = Panel::new(ROW * (top + 0.5), Axis::log(&name, low / 1.2..end).up_to(high), rows);
    let heading = if refused { "median" } else { "x scalar" };
    panel.label((end, top), heading, (0.0, -14.0), Anchor::End);
    if !refused {
        panel.label((end, top), "step", (-COLUMN, -14.0), Anchor::End);
    }
    let mut before: Option<f64> = None;
    for (row, step) in steps.iter().enumerate() {
        let row = row as f64;
        // From the level of the previous rung up, and on to the own level.
        if let Some(before) = before {
            panel.line([(before, row - 1.0), (before, row)], FAINT, 2.0);
            panel.line([(before, row), (step.level, row)], step.ink, 5.0);
        }
        panel.line([(step.low, row), (step.high, row)], INK, 1.5);
        panel.line([(step.level, row - 0.16), (step.level, row + 0.16)], INK, 2.0);
        panel.coloured_label((end, row), &*step.gain, (-COLUMN, 0.0), Anchor::End, step.ink);
        panel.label((end, row), &*step.label, (0.0, 0.0), Anchor::End);
        panel.hover((step.level, row), &*step.hover);
        before = Some(step.level);
    }
    let places = steps.iter().enumerate().filter_map(|(row, step)| Some((step.ceiling?, row as f64)));
    let ceiling: Vec<_> = places.flat_map(|(level, row)| [(level, row - 0.5), (level, row + 0.5)]).collect();
    let has_ceiling = !ceiling.is_empty();
    panel.dashes(ceiling, SERIES[2], 1.5);
    picture.panel(panel);
    if !refused {
        picture.entry(Symbol::Line(FASTER, 5.0), "gain over the previous rung");
        for (ink, text) in [(SLOWER, "slower than the previous rung"), (FAINT, "not significant")] {
            if steps.iter().any(|step| step.ink == ink) {
                picture.entry(Symbol::Line(ink, 5.0), text);
            }
        }
    }
    picture.entry(Symbol::Line(INK, 1.5), "interval of the level");
    if has_ceiling {
        picture.entry(Symbol::Dashes(SERIES[2]), "ceiling: the bare kernel");
    }
    draw(&picture)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use crate::report::svg::scaling;

    #[test]
    fn staircase_matches_the_snapshot() {
        let mut found = fixture::ladder();
        insta::assert_snapshot!("staircase", staircase(&found, &found.summaries[0], &Origin::fixed()).unwrap());
        found.rungs.truncate(1);
        assert!(staircase(&found, &found.summaries[0], &Origin::fixed()).is_ok());
        found.rungs.clear();
        assert!(staircase(&found, &found.summaries[0], &Origin::fixed()).is_ok());
    }

    #[test]
    fn levels_are_those_of_the_table() {
        let mut found = fixture::ladder();
        found.rungs[2].step_speedup = Some(0.5);
        let steps = steps(&found, &found.summaries[0]);
        assert_eq!(steps.iter().map(|step| step.label.as_str()).collect::<Vec<_>>(), ["0.0086", "1.0", "8.0", "8.1"]);
        assert!([FASTER, FASTER, SLOWER, FAINT].iter().eq(steps.iter().map(|step| &step.ink)));
        assert_eq!([&*steps[1].gain, &*steps[3].gain], ["×116", "–"]);
        assert_eq!(steps[0].ceiling, None);
    }

    #[test]
    fn noise_turns_the_staircase_grey_and_removes_its_factors() {
        let busy = fixture::busy_ladder();
        let steps = steps(&busy, &busy.summaries[0]);
        assert!(steps.len() == 4 && steps.iter().all(|step| step.ink == FAINT && step.gain.is_empty()));
        let svg = staircase(&busy, &busy.summaries[0], &Origin::fixed()).unwrap();
        let drawn = svg.split("</style>").nth(1).unwrap();
        assert!(drawn.contains("Too noisy for factors") && drawn.contains("steps/s"), "{drawn}");
        for factor in ["×", "scalar loop", "#0072B2"] {
            assert!(!drawn.contains(factor), "{factor}: {drawn}");
        }
        assert!(scaling(&busy.scaling[0], &Origin::fixed()).unwrap().contains("Too noisy for speedups"));
    }
}
