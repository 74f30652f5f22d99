//! Schools of groups (`alllinksdata`, `grouplinks_...`).

use chrono::{Datelike, NaiveDate};
use group_inspection_core::Urn;
use serde::{Deserialize, Serialize};

use crate::{
    GroupStatus, Layout, NoteCode, Rejection, Unrecognised,
    cells::Cells,
    group,
    header::{Column, Header, Mapping},
};

/// One school's membership of one group, as the register has it today: the
/// file holds no members that left. Source: GIAS `alllinksdata` or
/// `grouplinks_edubaseallacademiesandfree`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupLink {
    /// School.
    pub urn: Urn,
    /// Group UID.
    pub group_uid: String,
    /// Group ID; not in every layout.
    pub group_id: Option<String>,
    /// Name of the group.
    pub group_name: String,
    /// Companies House number of the group, eight characters.
    pub companies_house: Option<String>,
    /// Two-digit group type code.
    pub type_code: String,
    /// Status of the group.
    pub group_status: Option<GroupStatus>,
    /// Day the school joined.
    pub joined: Option<NaiveDate>,
    /// Whether the register has 1 January 1900 for the joined date, which
    /// stands for "unknown"; `joined` is `None` then. A blank cell leaves
    /// this false.
    pub joined_unknown: bool,
    /// Opening day of the group.
    pub group_open: Option<NaiveDate>,
    /// Closing day of the group.
    pub group_closed: Option<NaiveDate>,
    /// Incorporation day of the group.
    pub group_incorporated: Option<NaiveDate>,
}

#[derive(Debug, Clone)]
pub(crate) struct Columns {
    urn: Column,
    uid: Column,
    id: Column,
    name: Column,
    companies_house: Column,
    kind: (Column, Column),
    status: (Column, Column),
    joined: Column,
    open: Column,
    closed: Column,
    incorporated: Column,
}

impl Columns {
    pub(crate) fn map(header: &Header, layout: Layout) -> Result<Self, Unrecognised> {
        let mut map = Mapping::new(header, layout);
        let columns = Self {
            urn: map.must("URN"),
            uid: map.must(match layout {
                Layout::GroupLinksAcademies => "Linked UID",
                _ => "Group UID",
            }),
            id: map.may("Group ID"),
            name: map.must("Group Name"),
            companies_house: map.must("Companies House Number"),
            kind: map.either("Group Type (code)", "Group Type"),
            status: (map.may("Group Status (code)"), map.may("Group Status")),
            joined: map.must("Joined date"),
            open: map.may("Open date"),
            closed: map.may("Closed Date"),
            incorporated: map.may("Incorporated on (open date)"),
        };
        map.done(columns)
    }

    pub(crate) fn read(&self, cells: &mut Cells<'_>) -> Result<GroupLink, Rejection> {
        let urn = cells.needed_urn(self.urn)?;
        let group_uid = cells.needed_uid(self.uid)?;
        let group_name = cells.needed_name(self.name)?;
        let type_code = group::type_code(cells, self.kind)?;
        let joined = cells.date(self.joined)?;
        let joined_unknown = joined.is_some_and(|day| day.year() == 1900 && day.ordinal() == 1);
        if joined_unknown {
            cells.note(NoteCode::JoinedDateUnknown, self.joined, "");
        }
        Ok(GroupLink {
            urn,
            group_uid,
            group_id: cells.text(self.id),
            group_name,
            companies_house: cells.companies_house(self.companies_house)?,
            type_code: cells.needed(type_code, self.kind.0, "group type")?,
            group_status: group::status(cells, self.status)?,
            joined: joined.filter(|_| !joined_unknown),
            joined_unknown,
            group_open: cells.date(self.open)?,
            group_closed: cells.date(self.closed)?,
            group_incorporated: cells.date(self.incorporated)?,
        })
    }
}
