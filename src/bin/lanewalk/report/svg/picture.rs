//! A picture as data: its titles, its panels and its legend.

use plotters::style::RGBColor;

use super::axis::Axis;
use super::palette::{FAINT, FILL, INK, SERIES};
use crate::ladder::host::Host;
use crate::report::counted;

/// The machine and the date of the run, which every picture states.
#[derive(Clone)]
pub(crate) struct Origin(String);

impl Origin {
    pub(crate) fn of(host: &Host) -> Self {
        let threads = counted(host.usable_threads, "usable thread");
        let day = host.date.as_deref().map_or("unknown date", |date| date.split('T').next().unwrap_or(date));
        Self(format!("{}, {threads} · {day} · lanewalk {}", host.cpu, env!("CARGO_PKG_VERSION")))
    }

    /// The origin of what this run has measured or computed.
    pub(crate) fn here() -> Self {
        Self::of(&Host::detect())
    }

    /// The origin of a result that does not depend on this machine.
    pub(crate) fn computed() -> Self {
        let date = humantime::format_rfc3339_seconds(std::time::SystemTime::now()).to_string();
        Self(format!("{} · lanewalk {}", date.split('T').next().unwrap_or_default(), env!("CARGO_PKG_VERSION")))
    }

    #[cfg(test)]
    pub(crate) fn fixed() -> Self {
        Self("Some CPU, 2 usable threads · 2026-01-31 · lanewalk 0.0.0".to_owned())
    }

    pub(super) fn line(&self) -> &str {
        &self.0
    }
}

/// A point on a panel, in the units of its axes.
pub(super) type Place = (f64, f64);

/// A mark of a panel. Lengths are in pixels.
pub(super) enum Shape {
    Line {
        points: Vec<Place>,
        ink: RGBColor,
        width: f64,
        dashed: bool,
    },
    Area {
        outline: Vec<Place>,
        ink: RGBColor,
        opacity: f64,
    },
    Marker {
        at: Place,
        marker: Marker,
    },
    /// A short horizontal line, which leaves a marker at the same place visible.
    Dash {
        at: Place,
    },
    Label {
        at: Place,
        text: String,
        shift: Place,
        ink: RGBColor,
        anchor: Anchor,
    },
    /// The value that a reader sees over this place.
    Hover {
        at: Place,
        text: String,
    },
}

#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A point of a series.
#[derive(Clone, Copy)]
pub(super) struct Marker {
    /// The index of its outline: series differ without colour, too.
    pub(super) outline: usize,
    pub(super) ink: RGBColor,
    pub(super) hollow: bool,
}

impl Marker {
    /// The marker of the series with this index.
    pub(super) fn of(series: usize) -> Self {
        Self { outline: series, ink: SERIES[series % SERIES.len()], hollow: false }
    }

    pub(super) fn hollow(self, hollow: bool) -> Self {
        Self { hollow, ..self }
    }

    pub(super) fn ink(self, ink: RGBColor) -> Self {
        Self { ink, ..self }
    }
}

/// One pair of axes, and what is drawn on them.
pub(super) struct Panel {
    pub(super) x: Axis,
    pub(super) y: Axis,
    /// The height without labels.
    pub(super) height: f64,
    pub(super) shapes: Vec<Shape>,
}

impl Panel {
    pub(super) fn new(height: f64, x: Axis, y: Axis) -> Self {
        Self { x, y, height, shapes: Vec::new() }
    }

    pub(super) fn line(&mut self, points: impl IntoIterator<Item = Place>, ink: RGBColor, width: f64) {
        self.shapes.push(Shape::Line { points: points.into_iter().collect(), ink, width, dashed: false });
    }

    pub(super) fn dashes(&mut self, points: impl IntoIterator<Item = Place>, ink: RGBColor, width: f64) {
        self.shapes.push(Shape::Line { points: points.into_iter().collect(), ink, width, dashed: true });
    }

    /// The area between two curves: each place with its lower and its upper end.
    pub(super) fn band(&mut self, ends: &[(f64, f64, f64)], ink: RGBColor, opacity: f64) {
        let upper = ends.iter().rev().map(|(x, _, high)| (*x, *high));
        let outline = ends.iter().map(|(x, low, _)| (*x, *low)).chain(upper).collect();
        self.shapes.push(Shape::Area { outline, ink, opacity });
    }

    pub(super) fn rectangle(&mut self, (left, bottom): Place, (right, top): Place, ink: RGBColor, opacity: f64) {
        let outline = vec![(left, bottom), (right, bottom), (right, top), (left, top)];
        self.shapes.push(Shape::Area { outline, ink, opacity });
    }

    pub(super) fn frame(&mut self, (left, bottom): Place, (right, top): Place) {
        self.line([(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)], INK, 1.0);
    }

    pub(super) fn marker(&mut self, marker: Marker, at: Place) {
        self.shapes.push(Shape::Marker { at, marker });
    }

    /// A marker with a vertical interval.
    pub(super) fn estimate(&mut self, marker: Marker, at: Place, low: f64, high: f64) {
        self.line([(at.0, low), (at.0, high)], marker.ink, 2.0);
        self.marker(marker, at);
    }

    pub(super) fn dash(&mut self, at: Place) {
        self.shapes.push(Shape::Dash { at });
    }

    pub(super) fn label(&mut self, at: Place, text: impl Into<String>, shift: Place, anchor: Anchor) {
        self.coloured_label(at, text, shift, anchor, INK);
    }

    pub(super) fn coloured_label(
        &mut self,
        at: Place,
        text: impl Into<String>,
        shift: Place,
        anchor: Anchor,
        ink: RGBColor,
    ) {
        self.shapes.push(Shape::Label { at, text: text.into(), shift, ink, anchor });
    }

    pub(super) fn hover(&mut self, at: Place, text: impl Into<String>) {
        self.shapes.push(Shape::Hover { at, text: text.into() });
    }
}

/// What stands before an entry of the legend.
#[derive(Clone, Copy)]
pub(super) enum Symbol {
    Line(RGBColor, f64),
    Dashes(RGBColor),
    Marker(Marker),
    /// A marker on the line of its series.
    Series(Marker),
    Dash,
    Area(RGBColor, f64),
    Frame,
}

pub(super) struct Entry {
    pub(super) symbol: Symbol,
    pub(super) text: String,
}

pub(super) struct Picture {
    pub(super) title: String,
    pub(super) notes: Vec<String>,
    pub(super) panels: Vec<Panel>,
    pub(super) legend: Vec<Entry>,
    pub(super) origin: Origin,
}

impl Picture {
    pub(super) fn new(title: impl Into<String>, origin: &Origin) -> Self {
        Self { title: title.into(), notes: Vec::new(), panels: Vec::new(), legend: Vec::new(), origin: origin.clone() }
    }

    /// A line below the title.
    pub(super) fn note(&mut self, line: impl Into<String>) {
        self.notes.push(line.into());
    }

    pub(super) fn panel(&mut self, panel: Panel) {
        self.panels.push(panel);
    }

    pub(super) fn entry(&mut self, symbol: Symbol, text: impl Into<String>) {
        self.legend.push(Entry { symbol, text: text.into() });
    }
}

/// The area of a histogram, and of the band around a curve.
pub(super) const BAR: Symbol = Symbol::Area(FILL, 0.7);
pub(super) const BAND: Symbol = Symbol::Area(FAINT, 0.25);

/// The smallest and the largest of the finite numbers above 0; 1 and 1 if there are none.
pub(super) fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let positive = values.filter(|value| value.is_finite() && *value > 0.0);
    let (low, high) = positive.fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    if low <= high { (low, high) } else { (1.0, 1.0) }
}
