//! Groups of schools (`allgroupsdata`).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    GroupStatus, Layout, Rejection, RejectionCode, Unrecognised,
    cells::Cells,
    codes,
    header::{Column, Header, Mapping},
};

/// One group. Source: GIAS `allgroupsdata`. The head of the group is not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Group UID: digits as text, stable over the years.
    pub uid: String,
    /// Group ID: TRnnnnn, SPnnnnn, free text for some, `None` for a third.
    pub group_id: Option<String>,
    /// Name. Not unique.
    pub name: String,
    /// Companies House number, eight characters.
    pub companies_house: Option<String>,
    /// Two-digit group type code.
    pub type_code: String,
    /// Group type, as published.
    pub type_name: Option<String>,
    /// Closing day.
    pub closed_date: Option<NaiveDate>,
    /// Opening day; trusts have an incorporation day instead. May lie in the
    /// future.
    pub open_date: Option<NaiveDate>,
    /// Incorporation day of trusts.
    pub incorporated_on: Option<NaiveDate>,
    /// Status.
    pub status: GroupStatus,
    /// UK provider reference number.
    pub ukprn: Option<String>,
    /// Town.
    pub town: Option<String>,
    /// County.
    pub county: Option<String>,
    /// Postcode, in capitals.
    pub postcode: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Columns {
    uid: Column,
    id: Column,
    name: Column,
    companies_house: Column,
    kind: (Column, Column),
    closed: Column,
    open: Column,
    incorporated: Column,
    status: (Column, Column),
    ukprn: Column,
    town: Column,
    county: Column,
    postcode: Column,
}

impl Columns {
    pub(crate) fn map(header: &Header, layout: Layout) -> Result<Self, Unrecognised> {
        let mut map = Mapping::new(header, layout);
        let columns = Self {
            uid: map.must("Group UID"),
            id: map.may("Group ID"),
            name: map.must("Group Name"),
            companies_house: map.must("Companies House Number"),
            kind: map.either("Group Type (code)", "Group Type"),
            closed: map.must("Closed Date"),
            open: map.must("Open date"),
            incorporated: map.must("Incorporated on (open date)"),
            status: map.either("Group Status (code)", "Group Status"),
            ukprn: map.may("UKPRN"),
            town: map.may("Group Town"),
            county: map.may("Group County"),
            postcode: map.may("Group Postcode"),
        };
        map.done(columns)
    }

    pub(crate) fn read(&self, cells: &mut Cells<'_>) -> Result<Group, Rejection> {
        let uid = cells.needed_uid(self.uid)?;
        let name = cells.needed_name(self.name)?;
        let type_code = type_code(cells, self.kind)?;
        let status = status(cells, self.status)?;
        Ok(Group {
            uid,
            group_id: cells.text(self.id),
            name,
            companies_house: cells.companies_house(self.companies_house)?,
            type_code: cells.needed(type_code, self.kind.0, "group type")?,
            type_name: cells.text(self.kind.1),
            closed_date: cells.date(self.closed)?,
            open_date: cells.date(self.open)?,
            incorporated_on: cells.date(self.incorporated)?,
            status: cells.needed(status, self.status.0, "group status")?,
            ukprn: cells.ukprn(self.ukprn)?,
            town: cells.text(self.town),
            county: cells.text(self.county),
            postcode: cells
                .text(self.postcode)
                .map(|text| text.to_ascii_uppercase()),
        })
    }
}

/// The group type code, padded, or that of the type's name.
pub(crate) fn type_code(
    cells: &mut Cells<'_>,
    (code, name): (Column, Column),
) -> Result<Option<String>, Rejection> {
    let known = |cells: &Cells<'_>, column, value: &str| {
        codes::group_type(value).map(str::to_owned).ok_or_else(|| {
            let reason = "not a known group type";
            cells.reject(column, value, RejectionCode::UnknownValue, reason)
        })
    };
    if let Some(padded) = cells.type_code(code)? {
        return known(cells, code, &padded).map(Some);
    }
    match cells.text(name) {
        Some(words) => known(cells, name, &words).map(Some),
        None => Ok(None),
    }
}

/// The group status, from either of its two columns of words.
pub(crate) fn status(
    cells: &mut Cells<'_>,
    columns: (Column, Column),
) -> Result<Option<GroupStatus>, Rejection> {
    let words = GroupStatus::from_words;
    cells.coded(columns, words, words, "group status")
}
