//! Plots. Each is its data in terms of a picture; a picture has one layout, one kind of axes and one kind of legend.

mod accuracy;
mod axis;
mod distribution;
mod draw;
mod field;
mod means;
mod model;
mod palette;
mod picture;
mod pipes;
mod returns;
mod scale;
mod schedule;
mod staircase;
mod text;

use axis::Axis;

pub(crate) use accuracy::accuracy;
pub(crate) use distribution::{Bars, Distribution, Survival, distribution};
pub(crate) use field::field;
pub(crate) use means::{Means, Point, means};
pub(crate) use model::{Fitted, curves, fits};
pub(crate) use picture::Origin;
pub(crate) use pipes::round_trips;
pub(crate) use returns::{FirstReturn, Returned, returns};
pub(crate) use scale::scaling;
pub(crate) use schedule::schedule;
pub(crate) use staircase::staircase;
pub(crate) use text::FONT;

/// Half the width of the 95 % interval of a normal estimate, in standard errors.
const NORMAL_95: f64 = 1.959_964;

/// An axis with a tick at each of these whole numbers.
fn whole(name: &str, numbers: impl Iterator<Item = usize>) -> Axis {
    let mut numbers: Vec<usize> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    let (first, last) = (numbers.first().map_or(0.0, |n| *n as f64), numbers.last().map_or(1.0, |n| *n as f64));
    let ticks = numbers.iter().map(|number| (*number as f64, number.to_string())).collect();
    Axis::linear(name, first - 0.5..last + 0.5).with_ticks(ticks).without_grid()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::report::fixture;

    /// Plots of every kind that has a fixture, of quiet and of busy machines, and of distributions with one value.
    fn plots() -> Vec<String> {
        let origin = Origin::fixed();
        let mut plots = Vec::new();
        for ladder in [fixture::ladder(), fixture::busy_ladder()] {
            plots.push(staircase(&ladder, &ladder.summaries[0], &origin).unwrap());
            plots.push(scaling(&ladder.scaling[0], &origin).unwrap());
        }
        let (quiet, section) = (fixture::ladder(), fixture::section());
        plots.push(accuracy(&quiet, &quiet.summaries[0], &origin).unwrap());
        plots.push(schedule(&section.schedule, Some(&section.compared), &origin).unwrap());
        for share in [1.0, 2e-4, 3e-9] {
            let found = Distribution {
                title: format!("share {share}"),
                bars: Some(Bars { logarithmic: false, boxes: vec![(0.5, 1.5, share)], exact: Vec::new() }),
                survival: Some(Survival {
                    logarithmic: false,
                    steps: vec![(0.0, 1.0), (1.0, share)],
                    band: 0.9,
                    exact: Vec::new(),
                    quantiles: Vec::new(),
                }),
            };
            plots.push(distribution(&found, &origin).unwrap());
        }
        plots
    }

    /// The place and the words of a text.
    type Text = (String, String, String);

    fn texts(svg: &str) -> Vec<Text> {
        let value = |tag: &str, name: &str| tag.split(name).nth(1).unwrap().split('"').next().unwrap().to_owned();
        let text = |part: &str| {
            let (tag, rest) = part.split_once('>').unwrap();
            (value(tag, "x=\""), value(tag, "y=\""), rest.split('<').next().unwrap().trim().to_owned())
        };
        svg.split("<text ").skip(1).map(text).collect()
    }

    #[test]
    fn no_axis_has_the_same_label_twice() {
        for svg in plots() {
            let texts = texts(&svg);
            // The labels of an axis follow each other, on one line.
            let same_line: [fn(&Text, &Text) -> bool; 2] = [|a, b| a.0 == b.0, |a, b| a.1 == b.1];
            for same_line in same_line {
                for axis in texts.chunk_by(same_line) {
                    let labels: Vec<_> = axis.iter().map(|text| &text.2).filter(|label| !label.is_empty()).collect();
                    let distinct: BTreeSet<_> = labels.iter().collect();
                    assert_eq!(distinct.len(), labels.len(), "{labels:?}");
                    assert!(labels.iter().all(|label| !label.contains("e-")), "{labels:?}");
                }
            }
        }
    }

    #[test]
    fn plots_of_one_page_have_different_names() {
        let plots = plots();
        let id = |svg: &String| svg.split(" id=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(plots.iter().map(id).collect::<BTreeSet<_>>().len(), plots.len());
    }

    #[test]
    fn bands_without_information_are_left_out() {
        let without = plots();
        assert!(without.last().unwrap().contains("contains almost every curve, so it is not drawn"));
        assert!(!without.last().unwrap().contains("95 % band of the whole curve"));
    }
}
