//! What was planted, so that an analysis can be checked against it.

use std::io::{self, Write};

use super::groups::{self, Group, Truth};
use super::outcomes::{AREA_SD, OCCASION_SD, SCALE, SCHOOL_SD, Theme};
use super::rows::WrittenFile;
use super::{GENERATOR, Plan};

/// Name of the file.
pub(super) const NAME: &str = "truth.json";

/// `truth.json` while it is written: one line for each group and school.
pub(super) struct TruthFile {
    out: Box<dyn Write>,
    bytes: u64,
    entries: u64,
    first: bool,
}

impl TruthFile {
    /// Begins with the plan and the model.
    pub(super) fn begin(out: Box<dyn Write>, plan: &Plan) -> io::Result<Self> {
        let mut file = Self {
            out,
            bytes: 0,
            entries: 0,
            first: true,
        };
        file.put(&format!(
            "{{\n\"fictional\": true,\n\"generator\": \"{GENERATOR}\",\n\"plan\": {{\"schools\": {}, \"seed\": {}, \
             \"as_at\": \"{}\", \"group_effect\": {}, \"planted_share\": {}, \"planted_size\": {}, \"report_cards\": {}}},\n\
             \"model\": {{\"school_sd\": {}, \"area_sd\": {}, \"inspection_sd\": {}, \"logit_scale\": {}}},\n\"groups\": [",
            plan.schools,
            plan.seed,
            plan.as_at,
            decimal(plan.group_effect),
            decimal(plan.planted_share),
            decimal(plan.planted_size),
            decimal(plan.report_cards),
            decimal(SCHOOL_SD),
            decimal(AREA_SD),
            decimal(OCCASION_SD),
            decimal(SCALE),
        ))?;
        Ok(file)
    }

    fn put(&mut self, text: &str) -> io::Result<()> {
        self.bytes += text.len() as u64;
        self.out.write_all(text.as_bytes())
    }

    fn next(&mut self) -> io::Result<()> {
        let separator = if self.first { "\n" } else { ",\n" };
        self.first = false;
        self.entries += 1;
        self.put(separator)
    }

    /// A group.
    pub(super) fn group(&mut self, index: u32, group: &Group, truth: Truth) -> io::Result<()> {
        self.next()?;
        let weakness = truth.weakness.map_or_else(
            || "null".to_owned(),
            |theme: Theme| format!("\"{}\"", theme.name()),
        );
        self.put(&format!(
            "{{\"uid\": \"{}\", \"type\": \"{}\", \"members\": {}, \"effect\": {}, \"weakness\": {weakness}}}",
            groups::uid(index),
            group.kind.coded().0,
            group.members,
            decimal(truth.effect),
        ))
    }

    /// Ends the groups and begins the schools.
    pub(super) fn schools(&mut self) -> io::Result<()> {
        self.first = true;
        self.put("\n],\n\"schools\": [")
    }

    /// A school.
    pub(super) fn school(&mut self, urn: u32, quality: f64) -> io::Result<()> {
        self.next()?;
        self.put(&format!(
            "{{\"urn\": {urn}, \"quality\": {}}}",
            decimal(quality)
        ))
    }

    /// Ends the file.
    pub(super) fn finish(mut self) -> io::Result<WrittenFile> {
        self.put("\n]\n}\n")?;
        self.out.flush()?;
        Ok(WrittenFile {
            name: NAME.to_owned(),
            rows: self.entries,
            bytes: self.bytes,
        })
    }
}

/// Four decimals. Values that round to nothing carry no sign.
fn decimal(x: f64) -> String {
    let text = format!("{x:.4}");
    if text == "-0.0000" {
        "0.0000".to_owned()
    } else {
        text
    }
}
