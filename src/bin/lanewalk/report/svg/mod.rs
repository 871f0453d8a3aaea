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
