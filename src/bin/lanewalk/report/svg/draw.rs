//! Draws a picture as SVG. One unit of the file is a tenth of a pixel, so that curves are smooth.

use std::fmt::{Display, Write};

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use xxhash_rust::xxh64::xxh64;

use super::axis::Axis;
use super::palette::{CLASS, FAINT, INK, PAPER, style};
use super::picture::{Anchor, Marker, Panel, Picture, Place, Shape, Symbol};
use super::text::{FAMILY, fitted, widest, width, wrapped};

/// The width of a picture in pixels, for which a phone's screen is wide enough: texts are readable there.
pub(super) const WIDTH: f64 = 560.0;
/// Units of the file in a pixel.
const SCALE: f64 = 10.0;
const MARGIN: f64 = 10.0;
const TITLE: f64 = 17.0;
const TEXT: f64 = 14.0;
const SMALL: f64 = 12.5;
/// The lines of a text are this much apart, relative to its size.
const LEADING: f64 = 1.3;
/// The length of a tick, and the space between it and its label.
const TICK: f64 = 4.0;
/// The space for the symbol of an entry of the legend.
const SYMBOL: f64 = 36.0;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Point = (i32, i32);

/// Outlines in pixels around a point, one for each series: distinguishable without colour.
const OUTLINES: [&[Place]; 10] = [
    &[(4.6, 1.9), (1.9, 4.6), (-1.9, 4.6), (-4.6, 1.9), (-4.6, -1.9), (-1.9, -4.6), (1.9, -4.6), (4.6, -1.9)],
    &[(0.0, -5.5), (5.5, 4.5), (-5.5, 4.5)],
    &[(-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)],
    &[(0.0, -6.0), (5.5, 0.0), (0.0, 6.0), (-5.5, 0.0)],
    &[(0.0, 5.5), (5.5, -4.5), (-5.5, -4.5)],
    &[
        (-1.8, -5.5),
        (1.8, -5.5),
        (1.8, -1.8),
        (5.5, -1.8),
        (5.5, 1.8),
        (1.8, 1.8),
        (1.8, 5.5),
        (-1.8, 5.5),
        (-1.8, 1.8),
        (-5.5, 1.8),
        (-5.5, -1.8),
        (-1.8, -1.8),
    ],
    &[(-4.5, -4.5), (4.5, -4.5), (-4.5, 4.5), (4.5, 4.5)],
    &[(-6.0, -2.7), (6.0, -2.7), (6.0, 2.7), (-6.0, 2.7)],
    &[(-2.7, -6.0), (2.7, -6.0), (2.7, 6.0), (-2.7, 6.0)],
    &[(5.5, 0.0), (-4.5, 5.5), (-4.5, -5.5)],
];

/// Pixels in units of the file.
fn units(pixels: f64) -> i32 {
    (pixels * SCALE).round() as i32
}

fn stroke(ink: RGBColor, width: f64) -> ShapeStyle {
    ink.stroke_width(units(width) as u32)
}

fn failed(error: impl Display) -> anyhow::Error {
    anyhow!("cannot draw the plot: {error}")
}

/// A place on the page in pixels, from the upper left corner.
struct Canvas<'c, 'a> {
    area: &'c Area<'a>,
    /// Places with a value that a reader sees over them.
    hovers: Vec<(Point, String)>,
}

impl Canvas<'_, '_> {
    fn text(&self, text: &str, size: f64, (x, y): Place, ink: RGBColor, (h, v): (HPos, VPos)) -> Result<()> {
        // The backend divides sizes by 1.24.
        let style = (FAMILY, size * SCALE * 1.24).into_font().color(&ink).pos(Pos::new(h, v));
        self.area.draw(&Text::new(text.to_owned(), (units(x), units(y)), style)).map_err(failed)
    }

    fn path(&self, points: Vec<Point>, ink: RGBColor, width: f64, dashed: bool) -> Result<()> {
        let style = stroke(ink, width);
        match points.len() {
            0 | 1 => Ok(()),
            _ if dashed => self.area.draw(&DashedPathElement::new(points, units(6.0), units(4.0), style)),
            _ => self.area.draw(&PathElement::new(points, style)),
        }
        .map_err(failed)
    }

    fn fill(&self, outline: Vec<Point>, ink: RGBColor, opacity: f64) -> Result<()> {
        if outline.len() < 3 {
            return Ok(());
        }
        self.area.draw(&Polygon::new(outline, ink.mix(opacity).filled())).map_err(failed)
    }

    fn marker(&self, marker: Marker, at: Point) -> Result<()> {
        let outline = OUTLINES[marker.outline % OUTLINES.len()].iter();
        let mut outline: Vec<Point> = outline.map(|(x, y)| (at.0 + units(*x), at.1 + units(*y))).collect();
        self.fill(outline.clone(), if marker.hollow { PAPER } else { marker.ink }, 1.0)?;
        outline.push(outline[0]);
        self.path(outline, marker.ink, 1.5, false)
    }

    fn dash(&self, at: Point) -> Result<()> {
        self.path(vec![(at.0 - units(11.0), at.1), (at.0 + units(11.0), at.1)], INK, 2.0, false)
    }

    fn shape(&mut self, shape: &Shape, at: &impl Fn(Place) -> Option<Point>) -> Result<()> {
        match shape {
            Shape::Line { points, ink, width, dashed } => {
                self.path(points.iter().filter_map(|point| at(*point)).collect(), *ink, *width, *dashed)
            }
            Shape::Area { outline, ink, opacity } => {
                self.fill(outline.iter().filter_map(|point| at(*point)).collect(), *ink, *opacity)
            }
            Shape::Marker { at: place, marker } => at(*place).map_or(Ok(()), |place| self.marker(*marker, place)),
            Shape::Dash { at: place } => at(*place).map_or(Ok(()), |place| self.dash(place)),
            Shape::Label { at: place, text, shift, ink, anchor } => {
                let Some((x, y)) = at(*place) else { return Ok(()) };
                let (x, y) = (f64::from(x) / SCALE + shift.0, f64::from(y) / SCALE + shift.1);
                let space = width(text, SMALL);
                let (before, h) = match anchor {
                    Anchor::Start => (0.0, HPos::Left),
                    Anchor::Middle => (space / 2.0, HPos::Center),
                    Anchor::End => (space, HPos::Right),
                };
                // Moved into the picture.
                let x = x.min(WIDTH - space + before).max(before);
                self.text(text, SMALL, (x, y), *ink, (h, VPos::Center))
            }
            Shape::Hover { at: place, text } => {
                self.hovers.extend(at(*place).map(|place| (place, text.clone())));
                Ok(())
            }
        }
    }

    fn panel(&mut self, panel: &Panel, layout: &Layout, top: f64) -> Result<()> {
        let top = if panel.y.name.is_empty() {
            top
        } else {
            self.text(&panel.y.name, SMALL, (MARGIN, top), INK, (HPos::Left, VPos::Top))?;
            top + SMALL * LEADING + 6.0
        };
        let below = TEXT * LEADING + TICK;
        let (across, height) = (WIDTH - layout.left - layout.right, panel.height);
        let x = panel.x.clone().thinned(across, |label| width(label, TEXT));
        let y = panel.y.clone().with_labels(|label| fitted(label, TEXT, layout.left - MARGIN - 2.0 * TICK + 0.1));
        let rectangle = ((0, units(top)), (units(layout.left + across) as u32, units(height + below) as u32));
        let part = self.area.clone().shrink(rectangle.0, rectangle.1);
        let mut chart = ChartBuilder::on(&part)
            .set_label_area_size(LabelAreaPosition::Left, units(layout.left))
            .set_label_area_size(LabelAreaPosition::Bottom, units(below))
            .build_cartesian_2d(x.clone(), y)
            .map_err(failed)?;
        let label = |size: f64| (FAMILY, size * SCALE * 1.24).into_font().color(&INK);
        let mut mesh = chart.configure_mesh();
        mesh.label_style(label(TEXT))
            .axis_style(stroke(FAINT, 1.0))
            .bold_line_style(stroke(FAINT, 1.0).color.mix(0.35).stroke_width(units(0.8) as u32))
            .set_all_tick_mark_size(units(TICK));
        if !x.grid {
            mesh.disable_x_mesh();
        }
        if !panel.y.grid {
            mesh.disable_y_mesh();
        }
        mesh.draw().map_err(failed)?;
        let area = chart.plotting_area().clone();
        let at = |(x, y): Place| (!x.is_nan() && !y.is_nan()).then(|| area.map_coordinate(&(x, y)));
        for shape in &panel.shapes {
            self.shape(shape, &at)?;
        }
        let place = (layout.left + across / 2.0, top + height + below + 4.0);
        self.text(&x.name, SMALL, place, INK, (HPos::Center, VPos::Top))
    }

    fn symbol(&self, symbol: Symbol, (left, y): Place) -> Result<()> {
        let (start, middle, end) = (units(left), units(left + 14.0), units(left + 28.0));
        let (y, half) = (units(y), units(5.0));
        let line = vec![(start, y), (end, y)];
        let square = vec![(start, y - half), (end, y - half), (end, y + half), (start, y + half)];
        match symbol {
            Symbol::Line(ink, width) => self.path(line, ink, width, false),
            Symbol::Dashes(ink) => self.path(line, ink, 2.0, true),
            Symbol::Marker(marker) => self.marker(marker, (middle, y)),
            Symbol::Series(marker) => {
                self.path(line, marker.ink, 2.0, false)?;
                self.marker(marker, (middle, y))
            }
            Symbol::Dash => self.dash((middle, y)),
            Symbol::Area(ink, opacity) => self.fill(square, ink, opacity),
            Symbol::Frame => self.path([square.clone(), vec![square[0]]].concat(), INK, 1.0, false),
        }
    }
}

/// The places of the parts of a picture, in pixels.
struct Layout {
    title: Vec<String>,
    notes: Vec<String>,
    /// The space to the left and to the right of the panels.
    left: f64,
    right: f64,
    /// The columns of the legend, and the lines of each entry.
    columns: usize,
    entries: Vec<Vec<String>>,
    origin: Vec<String>,
}

impl Layout {
    fn new(picture: &Picture) -> Self {
        let space = WIDTH - 2.0 * MARGIN;
        let labels = |axis: &Axis| widest(axis.ticks().iter().map(|tick| tick.1.as_str()), TEXT);
        let left = picture.panels.iter().map(|panel| labels(&panel.y)).fold(0.0, f64::max);
        // Half of the last label of a horizontal axis is beyond its end.
        let last = |axis: &Axis| axis.ticks().last().map_or(0.0, |tick| width(&tick.1, TEXT) / 2.0 + 4.0);
        let right = picture.panels.iter().map(|panel| last(&panel.x)).fold(MARGIN, f64::max);
        let widest = widest(picture.legend.iter().map(|entry| entry.text.as_str()), TEXT) + SYMBOL + 14.0;
        let columns = ((space / widest) as usize).clamp(1, picture.legend.len().clamp(1, 3));
        let of_entry = space / columns as f64 - SYMBOL;
        Self {
            title: wrapped(&picture.title, TITLE, space),
            notes: picture.notes.iter().flat_map(|note| wrapped(note, SMALL, space)).collect(),
            left: (left + MARGIN + 2.0 * TICK).min(0.4 * WIDTH),
            right: right.min(0.1 * WIDTH),
            columns,
            entries: picture.legend.iter().map(|entry| wrapped(&entry.text, TEXT, of_entry)).collect(),
            origin: wrapped(picture.origin.line(), SMALL, space),
        }
    }

    fn head(&self) -> f64 {
        MARGIN + self.title.len() as f64 * TITLE * LEADING + self.notes.len() as f64 * SMALL * LEADING + 8.0
    }

    fn of_panel(panel: &Panel) -> f64 {
        let name = if panel.y.name.is_empty() { 0.0 } else { SMALL * LEADING + 6.0 };
        name + panel.height + TEXT * LEADING + TICK + SMALL * LEADING + 16.0
    }

    /// The top of each row of the legend, and the end of the last row.
    fn rows(&self, top: f64) -> Vec<f64> {
        let mut ends = vec![top];
        for row in self.entries.chunks(self.columns) {
            let lines = row.iter().map(Vec::len).max().unwrap_or(1);
            ends.push(ends[ends.len() - 1] + lines as f64 * TEXT * LEADING + 3.0);
        }
        ends
    }
}

/// The picture as an SVG file, which also works inside of a page.
pub(super) fn draw(picture: &Picture) -> Result<String> {
    let layout = Layout::new(picture);
    let panels: f64 = picture.panels.iter().map(Layout::of_panel).sum();
    let rows = layout.rows(layout.head() + panels);
    let legend = rows[rows.len() - 1] + if picture.legend.is_empty() { 0.0 } else { 4.0 };
    let height = (legend + layout.origin.len() as f64 * SMALL * LEADING + MARGIN).ceil();
    let (mut body, mut hovers) = (String::new(), Vec::new());
    {
        let size = (units(WIDTH) as u32, units(height) as u32);
        let area = SVGBackend::with_string(&mut body, size).into_drawing_area();
        area.fill(&PAPER).map_err(failed)?;
        let mut canvas = Canvas { area: &area, hovers: Vec::new() };
        let mut y = MARGIN;
        for line in &layout.title {
            canvas.text(line, TITLE, (MARGIN, y), INK, (HPos::Left, VPos::Top))?;
            y += TITLE * LEADING;
        }
        for line in &layout.notes {
            canvas.text(line, SMALL, (MARGIN, y), FAINT, (HPos::Left, VPos::Top))?;
            y += SMALL * LEADING;
        }
        y = layout.head();
        for panel in &picture.panels {
            canvas.panel(panel, &layout, y)?;
            y += Layout::of_panel(panel);
        }
        let column = (WIDTH - 2.0 * MARGIN) / layout.columns as f64;
        for (place, (entry, lines)) in picture.legend.iter().zip(&layout.entries).enumerate() {
            let x = MARGIN + column * (place % layout.columns) as f64;
            let mut y = rows[place / layout.columns] + TEXT * LEADING / 2.0;
            canvas.symbol(entry.symbol, (x, y))?;
            for line in lines {
                canvas.text(line, TEXT, (x + SYMBOL, y), INK, (HPos::Left, VPos::Center))?;
                y += TEXT * LEADING;
            }
        }
        for (line, text) in layout.origin.iter().enumerate() {
            let y = legend + line as f64 * SMALL * LEADING;
            canvas.text(text, SMALL, (WIDTH - MARGIN, y), FAINT, (HPos::Right, VPos::Top))?;
        }
        hovers.append(&mut canvas.hovers);
        area.present().map_err(failed)?;
    }
    Ok(finished(picture, &body, height, &hovers))
}

/// Replaces the first and the last tag of the backend. The file then has a size in pixels, a title and a description
/// for readers who do not see it, and values over places.
fn finished(picture: &Picture, body: &str, height: f64, hovers: &[(Point, String)]) -> String {
    let inside = body.split_once('\n').map_or("", |(_, rest)| rest);
    let inside = inside.trim_end().strip_suffix("</svg>").unwrap_or(inside);
    // All texts inherit the family.
    let inside = inside.replace(&format!(" font-family=\"{FAMILY}\""), "");
    // Different pictures of one page have different names.
    let id = format!("plot-{:016x}", xxh64(body.as_bytes(), 0));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{CLASS}\" role=\"img\" aria-labelledby=\"{id}\" \
         font-family=\"{FAMILY}\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {} {}\">\n<title id=\"{id}\">{}</title>\n",
        units(WIDTH),
        units(height),
        escaped(&picture.title)
    );
    let axes = picture.panels.iter().map(|panel| match (panel.y.name.as_str(), panel.x.name.as_str()) {
        ("", across) => across.to_owned(),
        (upwards, across) => format!("{upwards}, against {across}"),
    });
    let description = axes.chain(picture.notes.iter().cloned()).chain([picture.origin.line().to_owned()]);
    _ = writeln!(svg, "<desc>{}</desc>", escaped(&description.collect::<Vec<_>>().join("; ")));
    _ = writeln!(svg, "<style>{}</style>", style());
    svg += &inside;
    for ((x, y), text) in hovers {
        _ = writeln!(
            svg,
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{}\" fill=\"none\" pointer-events=\"all\"><title>{}</title></circle>",
            units(9.0),
            escaped(text)
        );
    }
    svg + "</svg>\n"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::svg::picture::Origin;

    fn picture(count: usize, name: &str) -> Picture {
        let mut picture = Picture::new(format!("{name} <of> & 'all'"), &Origin::fixed());
        picture.note(name);
        let mut panel = Panel::new(200.0, Axis::linear("x", 0.0..10.0), Axis::log(name, 0.1..1000.0));
        for series in 0..count {
            let points: Vec<_> = (1..10).map(|x| (f64::from(x), f64::from(x) * (1.0 + series as f64))).collect();
            panel.line(points.clone(), INK, 2.0);
            panel.marker(Marker::of(series), points[3]);
            panel.hover(points[3], format!("{name}: <3>"));
            picture.entry(Symbol::Series(Marker::of(series)), format!("{name} {series}"));
        }
        picture.panel(panel);
        picture
    }

    #[test]
    fn curves_are_drawn_in_tenths_of_pixels() {
        let svg = draw(&picture(1, "name")).unwrap();
        assert!(svg.contains("width=\"560\"") && svg.contains("viewBox=\"0 0 5600 "), "{svg}");
        let mut paths = svg.split(" points=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        let points = paths.find(|points| points.matches(',').count() == 9).unwrap();
        let whole = |number: &&str| number.ends_with('0');
        let numbers: Vec<&str> = points.split([' ', ',']).filter(|number| !number.is_empty()).collect();
        assert!(numbers.iter().filter(|number| whole(number)).count() < numbers.len() / 2, "{points}");
    }

    #[test]
    fn pictures_have_a_title_a_role_and_their_own_name() {
        let (one, other) = (draw(&picture(1, "one")).unwrap(), draw(&picture(2, "other")).unwrap());
        for svg in [&one, &other] {
            assert!(svg.starts_with("<svg ") && svg.contains(" role=\"img\""), "{svg}");
            assert!(svg.contains("&lt;of&gt; &amp;") && svg.contains("<desc>") && svg.contains("2026-01-31"), "{svg}");
            assert!(svg.contains("prefers-color-scheme: dark") && svg.contains("<title>") && !svg.contains("<3>"));
            assert_eq!((svg.matches("<svg").count(), svg.matches("</svg>").count()), (1, 1));
        }
        let id = |svg: &str| svg.split("id=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_ne!(id(&one), id(&other));
        assert!(one.contains(&format!("aria-labelledby=\"{}\"", id(&one))));
    }

    #[test]
    fn everything_fits_between_the_edges() {
        for (count, name) in
            [(0, "x"), (1, "a name of some words"), (10, "ein sehr langer Name für π² und mehr als 60 Zeichen")]
        {
            let svg = draw(&picture(count, name)).unwrap();
            let height: f64 = svg.split("height=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
            let tops = svg.split("<text ").skip(1).map(|text| {
                let value =
                    |name: &str| text.split(name).nth(1).unwrap().split('"').next().unwrap().parse::<f64>().unwrap();
                (value("x=\"") / SCALE, value("y=\"") / SCALE)
            });
            for (x, y) in tops {
                assert!(
                    (0.0..=WIDTH).contains(&x) && (0.0..height - SMALL).contains(&y),
                    "{name}: {x} {y} of {height}"
                );
            }
        }
    }
}
