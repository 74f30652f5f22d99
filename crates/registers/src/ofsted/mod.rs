//! Published outcomes of school inspections, from Ofsted's management
//! information on state-funded schools.
//!
//! Each row has up to three inspections, each in its own block of columns. A
//! block becomes a [`PublishedOutcome`] in the areas of its own framework;
//! blocks are never merged (DR-04).

mod blocks;
mod values;

use group_inspection_core::{
    Urn,
    outcome::{Area, AreaResult, Concern, Framework, InspectionEvent, PublishedOutcome},
};
use serde::{Deserialize, Serialize};

use crate::{
    Layout, NoteCode, Rejection, RejectionCode, Unrecognised,
    cells::Cells,
    header::{Column, Header, Mapping},
};
use blocks::Block;
use values::Scale;

/// Beyond any school, to catch cells that slipped into another column.
const MAX_PUPILS: u32 = 200_000;

/// What the column "Most recent category of concern" says. Blank and `NULL`
/// are different answers there (DR-39).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecentConcern {
    /// `NULL`: no full or graded inspection has been published.
    NeverInspected,
    /// Blank: inspected, and in no category.
    NoConcern,
    /// In a category.
    Concern(Concern),
}

/// One school's published outcomes: one row of an Ofsted file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchoolOutcomes {
    /// School.
    pub urn: Urn,
    /// Name of the school.
    pub name: String,
    /// Ofsted phase, in words.
    pub phase: Option<String>,
    /// Type of education in Ofsted's words, which are not those of GIAS.
    pub type_name: Option<String>,
    /// Local authority.
    pub la_name: Option<String>,
    /// Region, in words.
    pub region: Option<String>,
    /// Group UID of its multi-academy trust (report-card and in-year files).
    pub trust_uid: Option<String>,
    /// Name of its multi-academy trust.
    pub trust_name: Option<String>,
    /// Group UID of its sponsor.
    pub sponsor_uid: Option<String>,
    /// Name of its sponsor.
    pub sponsor_name: Option<String>,
    /// Quintile of the income deprivation affecting children index, 1 to 5;
    /// 5 is the most deprived.
    pub idaci_quintile: Option<u8>,
    /// Pupils on the roll.
    pub pupils: Option<u32>,
    /// Most recent category of concern; `None` where the file has no such
    /// column.
    pub recent_concern: Option<RecentConcern>,
    /// Outcomes in the order of the file's blocks.
    pub outcomes: Vec<PublishedOutcome>,
}

#[derive(Debug, Clone)]
pub(crate) struct Columns {
    urn: Column,
    name: Column,
    phase: Column,
    kind: Column,
    la: Column,
    region: Column,
    trust: (Column, Column),
    sponsor: (Column, Column),
    quintile: Column,
    pupils: Column,
    recent_concern: Column,
    blocks: Vec<BlockColumns>,
}

/// Where the cells of one block are.
#[derive(Debug, Clone)]
struct BlockColumns {
    event: blocks::Event,
    number: Column,
    inspection_type: Column,
    started: Column,
    ended: Column,
    published: Column,
    relates: Column,
    urn_at_time: Column,
    converted: Column,
    concern: Column,
    text: Column,
    areas: Vec<AreaColumns>,
}

#[derive(Debug, Clone, Copy)]
struct AreaColumns {
    area: Area,
    scale: Scale,
    outcome: Column,
    dated: Column,
}

impl Columns {
    pub(crate) fn map(header: &Header, layout: Layout) -> Result<Self, Unrecognised> {
        let mut map = Mapping::new(header, layout);
        let columns = Self {
            urn: map.must("URN"),
            name: map.must("School name"),
            phase: map.may("Ofsted phase"),
            kind: map.may("Type of education"),
            la: map.may("Local authority"),
            region: map.may("Region"),
            trust: (
                map.may("Multi-academy trust UID"),
                map.may("Multi-academy trust name"),
            ),
            // D1 writes "Academy Sponsor Name"; case does not matter here.
            sponsor: (
                map.may("Academy sponsor UID"),
                map.may("Academy sponsor name"),
            ),
            quintile: map.may("The income deprivation affecting children index (IDACI) quintile"),
            pupils: map.may("Total number of pupils"),
            recent_concern: map.may("Most recent category of concern"),
            blocks: blocks::of(layout)
                .iter()
                .filter(|block| !block.optional || header.has(block.number))
                .map(|block| BlockColumns::map(block, &mut map))
                .collect(),
        };
        map.done(columns)
    }

    pub(crate) fn read(&self, cells: &mut Cells<'_>) -> Result<SchoolOutcomes, Rejection> {
        let urn = cells.needed_urn(self.urn)?;
        let name = cells.needed_name(self.name)?;
        let recent_concern = match self.recent_concern {
            Column(None) => None,
            column => Some(values::recent_concern(cells, column)?),
        };
        let mut outcomes = Vec::with_capacity(self.blocks.len());
        for block in &self.blocks {
            outcomes.extend(block.read(cells, urn)?);
        }
        Ok(SchoolOutcomes {
            urn,
            name,
            phase: cells.text(self.phase),
            type_name: cells.text(self.kind),
            la_name: cells.text(self.la),
            region: cells.text(self.region),
            trust_uid: cells.uid(self.trust.0)?,
            trust_name: cells.text(self.trust.1),
            sponsor_uid: cells.uid(self.sponsor.0)?,
            sponsor_name: cells.text(self.sponsor.1),
            idaci_quintile: cells.number(self.quintile, 1, 5)?,
            pupils: cells.number(self.pupils, 0, MAX_PUPILS)?,
            recent_concern,
            outcomes,
        })
    }
}

impl BlockColumns {
    fn map(block: &Block, map: &mut Mapping<'_>) -> Self {
        Self {
            event: block.event,
            number: map.must(block.number),
            inspection_type: map.may(block.inspection_type),
            started: map.must(block.started),
            ended: map.may(block.ended),
            published: map.may(block.published),
            relates: map.may(block.relates),
            // Attribution rests on this column (DR-09): only in-year rows,
            // which are published under the inspected school, have none.
            urn_at_time: match block.urn_at_time {
                "" => Column(None),
                heading => map.must(heading),
            },
            converted: map.may(block.converted),
            concern: match block.concern {
                "" => Column(None),
                heading => map.must(heading),
            },
            text: match block.text {
                "" => Column(None),
                heading => map.must(heading),
            },
            areas: block
                .areas
                .iter()
                .map(|area| AreaColumns {
                    area: area.area,
                    scale: area.scale,
                    outcome: map.must(area.outcome),
                    dated: map.may(area.dated),
                })
                .collect(),
        }
    }

    fn read(&self, cells: &mut Cells<'_>, urn: Urn) -> Result<Option<PublishedOutcome>, Rejection> {
        let number = values::inspection_number(cells, self.number)?;
        let started = cells.date(self.started)?;
        let (inspection_number, started) = match (number, started) {
            (None, None) => return Ok(None),
            (Some(number), Some(started)) => (number, started),
            (None, Some(_)) => {
                let reason = "the inspection number is missing";
                return Err(cells.reject(self.number, "", RejectionCode::Missing, reason));
            }
            (Some(_), None) => {
                let reason = "the start date is missing";
                return Err(cells.reject(self.started, "", RejectionCode::Missing, reason));
            }
        };
        let framework = Framework::in_force_on(started);
        let mut areas = Vec::with_capacity(self.areas.len());
        for columns in &self.areas {
            if let Some(outcome) = values::outcome(cells, columns.outcome, columns.scale)? {
                self.check_framework(cells, columns, framework)?;
                let dated = cells.date(columns.dated)?;
                areas.push(AreaResult {
                    area: columns.area,
                    outcome,
                    // The file repeats the first day of the inspection for
                    // every outcome that was not updated since.
                    dated: dated.filter(|day| *day != started),
                });
            }
        }
        let text_outcome = match self.event {
            blocks::Event::Ungraded => values::ungraded_outcome(cells, self.text)?,
            // Legacy monitoring outcomes have no published list of words.
            _ => cells.text(self.text),
        };
        if values::yes(cells, self.converted)? == Some(true) && text_outcome.is_none() {
            cells.note(NoteCode::ConvertedInspection, self.converted, "");
            return Ok(None);
        }
        let ended = cells.date(self.ended)?;
        if ended.is_some_and(|ended| ended < started) {
            let value = cells.get(self.ended);
            let reason = "the inspection ends before it starts";
            return Err(cells.reject(self.ended, &value, RejectionCode::Inconsistent, reason));
        }
        Ok(Some(PublishedOutcome {
            inspection_number,
            event: match self.event {
                blocks::Event::Full => InspectionEvent::Full,
                blocks::Event::Ungraded => InspectionEvent::Ungraded,
                blocks::Event::ByAreas if areas.is_empty() => InspectionEvent::Monitoring,
                blocks::Event::ByAreas => InspectionEvent::Full,
            },
            framework,
            urn,
            urn_at_time: self.urn_at_time(cells, urn)?,
            started,
            ended,
            published: cells.date(self.published)?,
            inspection_type: cells.text(self.inspection_type),
            concern: values::concern(cells, self.concern)?,
            text_outcome,
            areas,
        }))
    }

    /// Areas of one framework under the dates of another would mix them.
    fn check_framework(
        &self,
        cells: &mut Cells<'_>,
        columns: &AreaColumns,
        framework: Framework,
    ) -> Result<(), Rejection> {
        if columns.scale.is_report_card() == (framework == Framework::ReportCard) {
            return Ok(());
        }
        let value = cells.get(self.started);
        let reason = format!(
            "\"{}\" was no area of inspections that started on this day",
            columns.area.label()
        );
        Err(cells.reject(self.started, &value, RejectionCode::Inconsistent, reason))
    }

    fn urn_at_time(&self, cells: &mut Cells<'_>, urn: Urn) -> Result<Urn, Rejection> {
        let relates = values::yes(cells, self.relates)?;
        match (cells.urn(self.urn_at_time)?, relates) {
            (Some(at_time), Some(true)) if at_time != urn => {
                let example = at_time.to_string();
                cells.note(NoteCode::UrnAtTimeDisagrees, self.urn_at_time, &example);
                Ok(at_time)
            }
            (Some(at_time), _) => Ok(at_time),
            (None, Some(false)) => {
                let reason = "the inspected school's URN is missing";
                Err(cells.reject(self.urn_at_time, "", RejectionCode::Missing, reason))
            }
            (None, _) => Ok(urn),
        }
    }
}
