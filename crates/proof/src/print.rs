//! Results as text.

use std::io::{self, Write};

use crate::{Method, Outcome, POWER_GOAL, Power, Speed, Study, tally::Share};

/// "4.1% (3.9% to 4.3%)".
fn share(share: Share) -> String {
    let (low, high) = share.interval();
    format!(
        "{} ({} to {})",
        per_cent(share.mean()),
        per_cent(low),
        per_cent(high)
    )
}

/// Per cent; small shares to two decimals.
fn per_cent(part: f64) -> String {
    if part < 0.01 {
        format!("{:.2}%", part * 100.0)
    } else {
        format!("{:.1}%", part * 100.0)
    }
}

pub(crate) fn study(study: &Study, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n## {}: {}\n", study.name, study.about)?;
    writeln!(
        out,
        "{} Englands, {} reports in which a finding was possible\n",
        study.englands,
        study.false_discovery().all
    )?;
    writeln!(
        out,
        "| method | false share in a report (95% interval) | false among all findings | planted effects found |"
    )?;
    writeln!(out, "|---|---|---|---|")?;
    for method in Method::ALL {
        let outcome = study.methods.get(&method).copied().unwrap_or_default();
        writeln!(out, "| {} |{} |", method.name(), cells(&outcome))?;
    }
    if study.power.found.all > 0 {
        powers(study, out)?;
    }
    writeln!(
        out,
        "\n| line (p-value in 100,000) | false share in a report | false among all findings | planted effects found |"
    )?;
    writeln!(out, "|---|---|---|---|")?;
    for (line, outcome) in &study.lines {
        writeln!(out, "| {line} |{} |", cells(outcome))?;
    }
    if !study.kinds.is_empty() {
        writeln!(out, "\nFindings by kind, true and false:")?;
        for (kind, (right, wrong)) in &study.kinds {
            writeln!(out, "- {kind:?}: {right} true, {wrong} false")?;
        }
        let [of_true, of_false] = study.fragile;
        writeln!(
            out,
            "\nMarked as fragile: {} of {} true and {} of {} false findings",
            of_true.hits, of_true.all, of_false.hits, of_false.all
        )?;
    }
    Ok(())
}

fn cells(outcome: &Outcome) -> String {
    let power = if outcome.power.all == 0 {
        "-".to_owned()
    } else {
        per_cent(outcome.power.mean())
    };
    let pooled = if outcome.pooled.all == 0 {
        "-".to_owned()
    } else {
        format!("{} of {}", share(outcome.pooled), outcome.pooled.all)
    };
    format!(" {} | {pooled} | {power}", share(outcome.false_discovery))
}

fn powers(study: &Study, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "\n| planted effects | how many | found | by the oracle | share of the oracle | by the oracle, as strict |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    power("all", &study.power, study.has_oracle, out)?;
    for name in ["2 to 3", "4 to 6", "7 to 12", "from 13"] {
        if let Some(held) = study.by_schools.get(name) {
            power(
                &format!("{name} schools inspected"),
                held,
                study.has_oracle,
                out,
            )?;
        }
    }
    for (effect, held) in &study.by_effect {
        let size = format!("size {}.{:02}", effect / 100, effect % 100);
        power(&size, held, study.has_oracle, out)?;
    }
    Ok(())
}

fn power(name: &str, power: &Power, has_oracle: bool, out: &mut dyn Write) -> io::Result<()> {
    let found = power.found.mean();
    if !has_oracle {
        return writeln!(
            out,
            "| {name} | {} | {} | - | - | - |",
            power.found.all,
            per_cent(found)
        );
    }
    let of = |oracle: Share| {
        if oracle.hits > 0.0 {
            per_cent(found / oracle.mean())
        } else {
            "-".to_owned()
        }
    };
    writeln!(
        out,
        "| {name} | {} | {} | {} | {} | {} ({}) |",
        power.found.all,
        per_cent(found),
        per_cent(power.oracle.mean()),
        of(power.oracle),
        per_cent(power.oracle_as_strict.mean()),
        of(power.oracle_as_strict),
    )
}

pub(crate) fn speed(speed: &Speed, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "\n{} schools, {} bodies: generated in {:.2} s, reference counted in {:.3} s, all bodies \
         analysed on two threads in {:.3} s, {} findings{}",
        speed.schools,
        speed.bodies,
        speed.generate.as_secs_f64(),
        speed.reference.as_secs_f64(),
        speed.analyse.as_secs_f64(),
        speed.findings,
        speed.memory.map_or_else(String::new, |bytes| format!(
            ", {} MB at the most",
            bytes / 1_000_000
        ))
    )
}

pub(crate) fn verdict(studies: &[Study], holds: bool, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n## Goals\n")?;
    for study in studies {
        let (_, high) = study.false_discovery().interval();
        let pooled = study.pooled().map_or_else(String::new, |share| {
            format!("; of all findings at most {}", per_cent(share.interval().1))
        });
        let power = study.of_oracle().map_or_else(String::new, |share| {
            format!(
                "; power {} of the oracle's (goal {})",
                per_cent(share),
                per_cent(POWER_GOAL)
            )
        });
        writeln!(
            out,
            "- {}: false discovery rate in a report at most {}{pooled} (goal {}){power}: {}",
            study.name,
            per_cent(high),
            per_cent(study.level),
            match (study.limit, study.holds()) {
                (true, _) => "a limit, no goal",
                (false, true) => "met",
                (false, false) => "NOT met",
            }
        )?;
    }
    writeln!(
        out,
        "\n{}",
        if holds {
            "All goals are met."
        } else {
            "Not all goals are met."
        }
    )
}
