//! The time of a round trip against the size of the message.

use anyhow::Result;
use plotters::prelude::*;

use super::{COLOURS, FAINT, FONT, failed, marker};
use crate::pipes::trips::RoundTrips;
use crate::report::{bytes, duration};

/// A thick line for the medians of each kind and a thin one for its 99 % quantiles, with logarithmic axes.
pub(crate) fn round_trips(rows: &[RoundTrips]) -> Result<String> {
    let mut kinds = Vec::new();
    for row in rows {
        if !kinds.contains(&row.kind) {
            kinds.push(row.kind);
        }
    }
    let sizes = || rows.iter().map(|row| row.bytes as f64);
    let (smallest, largest) = (sizes().fold(f64::MAX, f64::min) / 1.5, sizes().fold(0.0, f64::max) * 2.1);
    let fastest = rows.iter().map(|row| row.median_s).fold(f64::MAX, f64::min) / 2.0;
    let slowest = rows.iter().map(|row| row.p99_s).fold(0.0, f64::max) * 2.0;
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (760, 460 + 22 * kinds.len() as u32)).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        let (plot, key) = area.split_vertically(440);
        let mut chart = ChartBuilder::on(&plot)
            .caption("Time of a round trip", (FONT, 18))
            .margin(12)
            .x_label_area_size(44)
            .y_label_area_size(84)
            // Marks at the sizes, except for the largest.
            .build_cartesian_2d((smallest..largest).log_scale().base(8.0), (fastest..slowest).log_scale())
            .map_err(failed)?;
        chart
            .configure_mesh()
            .x_desc("message (thick: median, thin: 99 % quantile)")
            .y_desc("round trip")
            .x_label_formatter(&|size| bytes(size.round() as usize))
            .y_label_formatter(&|seconds| duration(*seconds).replace(".00 ", " ").replace(".0 ", " "))
            .label_style((FONT, 14))
            .light_line_style(TRANSPARENT)
            .bold_line_style(FAINT.mix(0.3))
            .draw()
            .map_err(failed)?;
        for (place, kind) in kinds.into_iter().enumerate() {
            let colour = COLOURS[place % COLOURS.len()];
            let of_kind = || rows.iter().filter(|row| row.kind == kind);
            let line = |value: fn(&RoundTrips) -> f64| of_kind().map(move |row| (row.bytes as f64, value(row)));
            chart.draw_series(LineSeries::new(line(|row| row.p99_s), colour.stroke_width(1))).map_err(failed)?;
            chart.draw_series(LineSeries::new(line(|row| row.median_s), colour.stroke_width(3))).map_err(failed)?;
            for point in line(|row| row.median_s) {
                chart.plotting_area().draw(&marker(place, point, false)).map_err(failed)?;
            }
            let y = 4 + 22 * place as i32;
            key.draw(&marker(place, (96, y + 8), false)).map_err(failed)?;
            key.draw(&Text::new(kind, (110, y), (FONT, 14).into_font())).map_err(failed)?;
        }
        area.present().map_err(failed)?;
    }
    Ok(svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(kind: &'static str, bytes: usize, median_s: f64) -> RoundTrips {
        let p99_s = 3.0 * median_s;
        RoundTrips { kind, bytes, count: 100, median_s, p99_s, bytes_per_second: 2.0 * bytes as f64 / median_s }
    }

    #[test]
    fn two_kinds_match_the_snapshot() {
        let rows = [
            row("process pipe", 8, 1e-5),
            row("shared memory", 8, 2e-7),
            row("process pipe", 1 << 20, 5e-4),
            row("shared memory", 1 << 20, 4e-4),
        ];
        insta::assert_snapshot!(round_trips(&rows).unwrap());
        assert!(round_trips(&rows[..1]).is_ok());
    }
}
