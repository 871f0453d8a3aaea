//! Gantt charts, and the makespans of several variants.

use anyhow::Result;
use plotters::coord::ranged1d::SegmentValue;
use plotters::element::DashedPathElement;
use plotters::prelude::*;

use super::{COLOURS, FAINT, FONT, failed};
use crate::ladder::schedule::{Compared, Schedule};
use crate::report::duration;

/// The maximum number of drawn workers.
const MAX_LANES: usize = 64;

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// The measured schedule above, and the prediction below it in outlines. For a comparison, also the makespan of each
/// variant.
pub(crate) fn schedule(schedule: &Schedule, compared: Option<&[Compared]>) -> Result<String> {
    let lanes = schedule.workers.min(MAX_LANES);
    let chart = 130 + if lanes > 8 { 28 } else { 56 } * lanes as u32;
    let bars = compared.map_or(0, |rows| 150 + 30 * rows.len() as u32);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (860, chart + bars)).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        let (above, below) = area.split_vertically(chart);
        gantt(&above, schedule, lanes)?;
        if let Some(rows) = compared {
            makespans(&below, rows, schedule.floor_s)?;
        }
        area.present().map_err(failed)?;
    }
    Ok(svg)
}

fn gantt(area: &Area, schedule: &Schedule, lanes: usize) -> Result<()> {
    let end = schedule.makespan_s.max(schedule.predicted_s) * 1.02;
    let title = format!(
        "{}, order {}, chunk {}: filled as measured, outlined as predicted",
        schedule.mode, schedule.order, schedule.chunk
    );
    let mut chart = ChartBuilder::on(area)
        .caption(title, (FONT, 18))
        .margin(12)
        // Room for half of the label at the end of its axis.
        .margin_right(36)
        .x_label_area_size(44)
        .y_label_area_size(84)
        // The first worker is at the top.
        .build_cartesian_2d(0.0..end, lanes as f64..0.0)
        .map_err(failed)?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .x_desc("time since the start (dashed: predicted floor of whole tasks)")
        .x_label_formatter(&|seconds| if *seconds == 0.0 { "0".to_owned() } else { duration(*seconds) })
        .label_style((FONT, 14))
        .light_line_style(TRANSPARENT)
        .bold_line_style(FAINT.mix(0.3))
        .draw()
        .map_err(failed)?;
    let (width, _) = chart.plotting_area().dim_in_pixel();
    let shape = (FONT, 13).into_font();
    let mut taken = vec![0; schedule.workers];
    for task in &schedule.tasks {
        // Neighbours differ, in grey too.
        let colour = COLOURS[if taken[task.worker] % 2 == 0 { 0 } else { 5 }];
        taken[task.worker] += 1;
        let name = task.y.to_string();
        let mut bar = |worker: usize, start: f64, stop: f64, band: (f64, f64), filled: bool| -> Result<()> {
            if worker >= lanes {
                return Ok(());
            }
            let corners = [(start, worker as f64 + band.0), (stop, worker as f64 + band.1)];
            let style = if filled { colour.mix(0.75).filled() } else { BLACK.stroke_width(1) };
            chart.draw_series([Rectangle::new(corners, style)]).map_err(failed)?;
            // Only if it fits.
            let pixels = (stop - start) / end * f64::from(width);
            if pixels > 8.0 * name.len() as f64 + 6.0 {
                let middle = (f64::midpoint(start, stop), worker as f64 + f64::midpoint(band.0, band.1));
                let label =
                    EmptyElement::at(middle) + Text::new(name.clone(), (-4 * name.len() as i32, -7), shape.clone());
                chart.draw_series([label]).map_err(failed)?;
            }
            Ok(())
        };
        bar(task.worker, task.start_s, task.end_s, (0.08, 0.5), true)?;
        bar(task.predicted_worker, task.predicted_start_s, task.predicted_end_s, (0.54, 0.9), false)?;
    }
    let floor = [(schedule.floor_s, 0.0), (schedule.floor_s, lanes as f64)];
    chart.draw_series([DashedPathElement::new(floor, 6, 4, COLOURS[1].stroke_width(2))]).map_err(failed)?;
    for worker in 0..lanes {
        let (x, y) = chart.backend_coord(&(0.0, worker as f64 + 0.5));
        area.draw(&Text::new(format!("worker {worker}"), (x - 78, y - 7), shape.clone())).map_err(failed)?;
    }
    Ok(())
}

/// Bars with intervals; a diamond is the prediction.
fn makespans(area: &Area, rows: &[Compared], floor: f64) -> Result<()> {
    let longest = rows.iter().map(|row| row.makespan_high_s.max(row.predicted_s)).fold(0.0, f64::max) * 1.12;
    let count = rows.len().max(1);
    let name = |value: &SegmentValue<usize>| match value {
        SegmentValue::CenterOf(place) => rows.get(count - 1 - place).map_or_else(String::new, |row| match &row.order {
            Some(order) => format!("{}, {order}", row.mode),
            None => row.mode.clone(),
        }),
        _ => String::new(),
    };
    let mut chart = ChartBuilder::on(area)
        .caption("makespan of each variant, interleaved (diamond: predicted; dashed: predicted floor)", (FONT, 18))
        .margin(12)
        // Room for half of the label at the end of its axis.
        .margin_right(36)
        .x_label_area_size(44)
        .y_label_area_size(170)
        .build_cartesian_2d(0.0..longest, (0..count - 1).into_segmented())
        .map_err(failed)?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .x_desc("makespan")
        .x_label_formatter(&|seconds| if *seconds == 0.0 { "0".to_owned() } else { duration(*seconds) })
        .y_labels(count)
        .y_label_formatter(&name)
        .label_style((FONT, 14))
        .light_line_style(TRANSPARENT)
        .bold_line_style(FAINT.mix(0.3))
        .draw()
        .map_err(failed)?;
    for (place, row) in rows.iter().enumerate() {
        let lane = count - 1 - place;
        let corners = [(0.0, SegmentValue::Exact(lane)), (row.makespan_s, SegmentValue::Exact(lane + 1))];
        let mut bar = Rectangle::new(corners, COLOURS[if row.order.is_some() { 5 } else { 2 }].mix(0.6).filled());
        bar.set_margin(6, 6, 0, 0);
        chart.draw_series([bar]).map_err(failed)?;
        let middle = SegmentValue::CenterOf(lane);
        let interval = [(row.makespan_low_s, middle.clone()), (row.makespan_high_s, middle.clone())];
        chart.draw_series([PathElement::new(interval, BLACK.stroke_width(1))]).map_err(failed)?;
        let diamond = vec![(0, -6), (6, 0), (0, 6), (-6, 0), (0, -6)];
        let diamond = EmptyElement::at((row.predicted_s, middle.clone()))
            + Polygon::new(diamond.clone(), WHITE.filled())
            + PathElement::new(diamond, BLACK.stroke_width(1));
        chart.draw_series([diamond]).map_err(failed)?;
    }
    let top = [(floor, SegmentValue::Exact(0)), (floor, SegmentValue::Exact(count))];
    chart.draw_series([DashedPathElement::new(top, 6, 4, COLOURS[1].stroke_width(2))]).map_err(failed)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn chart_and_variants_match_the_snapshots() {
        let section = fixture::section();
        insta::assert_snapshot!(schedule(&section.schedule, Some(&section.compared)).unwrap());
        let mut alone = section.schedule;
        alone.tasks.clear();
        assert!(schedule(&alone, None).is_ok() && schedule(&alone, Some(&[])).is_ok());
    }
}
