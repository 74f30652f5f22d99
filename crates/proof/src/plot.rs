//! Plots of the results, as SVG.

use std::error::Error;
use std::path::Path;

use plotters::prelude::*;

use crate::{Method, Outcome, ProofError, Study};

const SIZE: (u32, u32) = (720, 420);
const SANS: (&str, u32) = ("sans-serif", 15);
const DARK: RGBColor = RGBColor(29, 53, 87);
const LIGHT: RGBColor = RGBColor(166, 177, 190);
const RED: RGBColor = RGBColor(190, 62, 45);

/// Why a plot could not be drawn.
type Drawn = Result<(), Box<dyn Error>>;

/// Draws all plots into `folder`.
pub(crate) fn all(studies: &[Study], folder: &Path) -> Result<(), ProofError> {
    std::fs::create_dir_all(folder)?;
    let find = |name: &str| studies.iter().find(|study| study.name == name);
    for (study, file) in [
        (find("mixed"), "power-today.svg"),
        (find("mixed, mature"), "power-mature.svg"),
    ] {
        if let Some(study) = study {
            drawn(file, power(study, &folder.join(file)))?;
        }
    }
    if let (Some(null), Some(mixed)) = (find("null"), find("mixed, mature")) {
        drawn(
            "methods.svg",
            methods(null, mixed, &folder.join("methods.svg")),
        )?;
        drawn("lines.svg", lines(mixed, &folder.join("lines.svg")))?;
    }
    Ok(())
}

fn drawn(file: &str, result: Drawn) -> Result<(), ProofError> {
    result.map_err(|error| ProofError::Plot(format!("{file}: {error}")))
}

/// Planted effects found, by schools inspected: the method and the oracle.
fn power(study: &Study, path: &Path) -> Drawn {
    let names = ["2 to 3", "4 to 6", "7 to 12", "from 13"];
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .margin(12)
        .caption("Planted effects found, by schools inspected", SANS)
        .x_label_area_size(36)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..4.0_f64, 0.0..0.7_f64)?;
    chart
        .configure_mesh()
        .max_light_lines(0)
        .disable_x_mesh()
        .x_labels(9)
        .x_label_formatter(&|x| label(&names, *x))
        .y_label_formatter(&|y| format!("{:.0}%", y * 100.0))
        .label_style(SANS)
        .draw()?;
    type Pick = fn(&crate::Power) -> crate::Share;
    let bars: [(&str, RGBColor, f64, Pick); 2] = [
        ("this method", DARK, 0.12, |power| power.found),
        ("an oracle as strict", LIGHT, 0.50, |power| {
            power.oracle_as_strict
        }),
    ];
    for (name, colour, offset, pick) in bars {
        let held: Vec<(f64, crate::Share)> = (0_u32..)
            .zip(names)
            .filter_map(|(at, key)| {
                let power = study.by_schools.get(key)?;
                Some((f64::from(at) + offset, pick(power)))
            })
            .collect();
        chart
            .draw_series(held.iter().map(|(at, share)| {
                Rectangle::new([(*at, 0.0), (*at + 0.36, share.mean())], colour.filled())
            }))?
            .label(name)
            .legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 12, y + 5)], colour.filled()));
        chart.draw_series(held.iter().map(|(at, share)| {
            let (low, high) = share.interval();
            PathElement::new(vec![(*at + 0.18, low), (*at + 0.18, high)], BLACK)
        }))?;
    }
    legend(&mut chart)?;
    root.present()?;
    Ok(())
}

fn label(names: &[&str], x: f64) -> String {
    let middle = (x - 0.5).round();
    let at = names
        .iter()
        .enumerate()
        .find(|(at, _)| (f64::from(u32::try_from(*at).unwrap_or(0)) - middle).abs() < 0.01);
    match at {
        Some((_, name)) if (x - middle - 0.5).abs() < 0.01 => (*name).to_owned(),
        _ => String::new(),
    }
}

/// Reports with a false finding where nothing is planted, and false findings
/// among all where effects are, for each method.
fn methods(null: &Study, mixed: &Study, path: &Path) -> Drawn {
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .margin(12)
        .caption("False findings, by method", SANS)
        .x_label_area_size(36)
        .y_label_area_size(230)
        .build_cartesian_2d(0.0..1.0_f64, 0.0..9.0_f64)?;
    chart
        .configure_mesh()
        .max_light_lines(0)
        .disable_y_mesh()
        .y_labels(19)
        .y_label_formatter(&|y| {
            let names: Vec<&str> = Method::ALL.iter().rev().map(|m| m.name()).collect();
            label(&names, *y)
        })
        .x_label_formatter(&|x| format!("{:.0}%", x * 100.0))
        .label_style(SANS)
        .draw()?;
    type Pick = fn(&Outcome) -> crate::Share;
    let bars: [(&str, &Study, RGBColor, f64, Pick); 2] = [
        (
            "reports with one, nothing planted",
            null,
            DARK,
            0.50,
            |outcome| outcome.false_discovery,
        ),
        (
            "share of all findings, effects planted",
            mixed,
            RED,
            0.14,
            |outcome| outcome.pooled,
        ),
    ];
    for (name, study, colour, offset, pick) in bars {
        chart
            .draw_series(
                (0_u32..)
                    .zip(Method::ALL.iter().rev())
                    .filter_map(|(at, method)| {
                        let share = pick(study.methods.get(method)?).mean();
                        let low = f64::from(at) + offset;
                        Some(Rectangle::new(
                            [(0.0, low), (share, low + 0.34)],
                            colour.filled(),
                        ))
                    }),
            )?
            .label(name)
            .legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 12, y + 5)], colour.filled()));
    }
    legend(&mut chart)?;
    root.present()?;
    Ok(())
}

/// What a stricter or wider line would find, and how much of it would be
/// false.
fn lines(study: &Study, path: &Path) -> Drawn {
    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .margin(12)
        .caption("What a stricter or wider line would change", SANS)
        .x_label_area_size(48)
        .y_label_area_size(56)
        .build_cartesian_2d((10.0..1_280.0_f64).log_scale().base(2.0), 0.0..0.5_f64)?;
    chart
        .configure_mesh()
        .max_light_lines(0)
        .x_desc("largest p-value of a finding, in 100,000")
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| format!("{:.0}%", y * 100.0))
        .label_style(SANS)
        .draw()?;
    type Pick = fn(&Outcome) -> f64;
    let series: [(&str, RGBColor, Pick); 2] = [
        ("planted effects found", DARK, |outcome| {
            outcome.power.mean()
        }),
        ("false among all findings", RED, |outcome| {
            outcome.pooled.mean()
        }),
    ];
    for (name, colour, pick) in series {
        let points: Vec<(f64, f64)> = study
            .lines
            .iter()
            .map(|(line, outcome)| (f64::from(*line), pick(outcome)))
            .collect();
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| Rectangle::new([(x, y - 2), (x + 12, y + 2)], colour.filled()));
    }
    legend(&mut chart)?;
    root.present()?;
    Ok(())
}

fn legend<'a, C: plotters::coord::CoordTranslate>(
    chart: &mut ChartContext<'a, SVGBackend<'a>, C>,
) -> Drawn {
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .border_style(LIGHT)
        .background_style(WHITE)
        .label_font(SANS)
        .draw()?;
    Ok(())
}
