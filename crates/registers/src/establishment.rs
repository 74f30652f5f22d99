//! Schools and other establishments (`edubasealldata`).

use chrono::NaiveDate;
use group_inspection_core::Urn;
use serde::{Deserialize, Serialize};

use crate::{
    EstablishmentStatus, Layout, Phase, Rejection, RejectionCode, Unrecognised,
    cells::Cells,
    header::{Column, Header, Mapping},
};

/// Oldest age in the register is 99, which colleges use for "no limit".
const MAX_AGE: u8 = 120;
/// Beyond any school, to catch cells that slipped into another column.
const MAX_PUPILS: u32 = 200_000;
/// Metres of the British National Grid; the Channel Islands and parts of
/// Scilly lie south of its origin.
const MIN_GRID: i32 = -300_000;
const MAX_GRID: i32 = 1_300_000;

/// One establishment. Fields are `None` where the register says in any of its
/// words that it has no value. Source: GIAS `edubasealldata`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Establishment {
    /// Unique reference number.
    pub urn: Urn,
    /// Three-digit local authority code; blank for schools of abolished
    /// authorities ("Pre-LGR ...").
    pub la_code: Option<String>,
    /// Local authority.
    pub la_name: Option<String>,
    /// Number within the local authority, as published.
    pub establishment_number: Option<String>,
    /// Name. Not unique.
    pub name: String,
    /// Two-character type code; search extracts have names only.
    pub type_code: Option<String>,
    /// Type of establishment.
    pub type_name: Option<String>,
    /// Type group code.
    pub type_group_code: Option<String>,
    /// Type group; reworded over the years.
    pub type_group_name: Option<String>,
    /// Status.
    pub status: EstablishmentStatus,
    /// Opening day as published. GIAS has 1 January 1900 for many old schools.
    pub open_date: Option<NaiveDate>,
    /// Closing day.
    pub close_date: Option<NaiveDate>,
    /// Phase of education.
    pub phase: Option<Phase>,
    /// Statutory lowest age, years.
    pub lowest_age: Option<u8>,
    /// Statutory highest age, years.
    pub highest_age: Option<u8>,
    /// Nursery provision, in words.
    pub nursery_provision: Option<String>,
    /// Whether it has an official sixth form; `None` where that does not apply.
    pub sixth_form: Option<bool>,
    /// Gender of entry, in words.
    pub gender: Option<String>,
    /// Religious character; `None` where it has none.
    pub religious_character: Option<String>,
    /// Diocese code (CEnn, RCnn).
    pub diocese_code: Option<String>,
    /// Diocese.
    pub diocese_name: Option<String>,
    /// Places.
    pub school_capacity: Option<u32>,
    /// Pupils on the roll at the last census.
    pub number_of_pupils: Option<u32>,
    /// Pupils eligible for free school meals, per cent (0 to 100).
    pub percentage_fsm: Option<f64>,
    /// Group UID of its trust (multi-academy, single-academy or foundation).
    pub trust_uid: Option<String>,
    /// Name of its trust.
    pub trust_name: Option<String>,
    /// Group UID of its federation.
    pub federation_uid: Option<String>,
    /// Name of its federation.
    pub federation_name: Option<String>,
    /// Name of its sponsor.
    pub sponsor_name: Option<String>,
    /// UK provider reference number.
    pub ukprn: Option<String>,
    /// Street.
    pub street: Option<String>,
    /// Locality.
    pub locality: Option<String>,
    /// Town.
    pub town: Option<String>,
    /// County.
    pub county: Option<String>,
    /// Postcode, in capitals.
    pub postcode: Option<String>,
    /// Region of England, in words.
    pub region: Option<String>,
    /// Urban or rural classification, in words.
    pub urban_rural: Option<String>,
    /// British National Grid easting, metres.
    pub easting: Option<i32>,
    /// British National Grid northing, metres; may be negative.
    pub northing: Option<i32>,
    /// Day the register last changed the record.
    pub last_changed: Option<NaiveDate>,
}

#[derive(Debug, Clone)]
pub(crate) struct Columns {
    urn: Column,
    la: (Column, Column),
    number: Column,
    name: Column,
    kind: (Column, Column),
    type_group: (Column, Column),
    status: (Column, Column),
    open: Column,
    close: Column,
    phase: (Column, Column),
    ages: (Column, Column),
    nursery: Column,
    sixth_form: (Column, Column),
    gender: Column,
    religion: Column,
    diocese: (Column, Column),
    capacity: Column,
    pupils: Column,
    fsm: Column,
    trust: (Column, Column),
    federation: (Column, Column),
    sponsor: Column,
    ukprn: Column,
    street: Column,
    locality: Column,
    town: Column,
    county: Column,
    postcode: Column,
    region: Column,
    urban_rural: Column,
    grid: (Column, Column),
    changed: Column,
}

impl Columns {
    pub(crate) fn map(header: &Header, layout: Layout) -> Result<Self, Unrecognised> {
        let mut map = Mapping::new(header, layout);
        let columns = Self {
            urn: map.must("URN"),
            la: (map.may("LA (code)"), map.must("LA (name)")),
            number: map.may("EstablishmentNumber"),
            name: map.must("EstablishmentName"),
            kind: map.either("TypeOfEstablishment (code)", "TypeOfEstablishment (name)"),
            type_group: (
                map.may("EstablishmentTypeGroup (code)"),
                map.may("EstablishmentTypeGroup (name)"),
            ),
            status: map.either("EstablishmentStatus (code)", "EstablishmentStatus (name)"),
            open: map.must("OpenDate"),
            close: map.must("CloseDate"),
            phase: map.either("PhaseOfEducation (code)", "PhaseOfEducation (name)"),
            ages: (map.may("StatutoryLowAge"), map.may("StatutoryHighAge")),
            nursery: map.may("NurseryProvision (name)"),
            sixth_form: (
                map.may("OfficialSixthForm (code)"),
                map.may("OfficialSixthForm (name)"),
            ),
            gender: map.may("Gender (name)"),
            religion: map.may("ReligiousCharacter (name)"),
            diocese: (map.may("Diocese (code)"), map.may("Diocese (name)")),
            capacity: map.may("SchoolCapacity"),
            pupils: map.may("NumberOfPupils"),
            fsm: map.may("PercentageFSM"),
            trust: (map.may("Trusts (code)"), map.may("Trusts (name)")),
            federation: (map.may("Federations (code)"), map.may("Federations (name)")),
            sponsor: map.may("SchoolSponsors (name)"),
            ukprn: map.may("UKPRN"),
            street: map.may("Street"),
            locality: map.may("Locality"),
            town: map.may("Town"),
            county: map.may("County (name)"),
            postcode: map.may("Postcode"),
            region: map.may("GOR (name)"),
            urban_rural: map.may("UrbanRural (name)"),
            grid: (map.may("Easting"), map.may("Northing")),
            changed: map.may("LastChangedDate"),
        };
        map.done(columns)
    }

    pub(crate) fn read(&self, cells: &mut Cells<'_>) -> Result<Establishment, Rejection> {
        let urn = cells.needed_urn(self.urn)?;
        let name = cells.needed_name(self.name)?;
        let status = cells.coded(
            self.status,
            EstablishmentStatus::from_gias_code,
            EstablishmentStatus::from_gias_name,
            "establishment status",
        )?;
        let status = cells.needed(status, self.status.0, "establishment status")?;
        let phase = cells.coded(
            self.phase,
            Phase::from_gias_code,
            Phase::from_gias_name,
            "phase of education",
        )?;
        let sixth_form = cells.coded(self.sixth_form, sixth_form, sixth_form, "sixth form code")?;
        let (diocese_code, diocese_name) = self.diocese(cells)?;
        Ok(Establishment {
            urn,
            la_code: cells.la_code(self.la.0)?,
            la_name: cells.text(self.la.1),
            establishment_number: cells.text(self.number),
            name,
            type_code: cells.type_code(self.kind.0)?,
            type_name: cells.text(self.kind.1),
            type_group_code: cells.text(self.type_group.0),
            type_group_name: cells.text(self.type_group.1),
            status,
            open_date: cells.date(self.open)?,
            close_date: cells.date(self.close)?,
            phase,
            lowest_age: cells.number(self.ages.0, 0, MAX_AGE)?,
            highest_age: cells.number(self.ages.1, 0, MAX_AGE)?,
            nursery_provision: cells.text(self.nursery),
            sixth_form: sixth_form.flatten(),
            gender: cells.text(self.gender),
            religious_character: cells.text(self.religion).filter(|text| text != "None"),
            diocese_code,
            diocese_name,
            school_capacity: cells.number(self.capacity, 0, MAX_PUPILS)?,
            number_of_pupils: cells.number(self.pupils, 0, MAX_PUPILS)?,
            percentage_fsm: cells.percentage(self.fsm)?,
            trust_uid: cells.uid(self.trust.0)?,
            trust_name: cells.text(self.trust.1),
            federation_uid: cells.uid(self.federation.0)?,
            federation_name: cells.text(self.federation.1),
            sponsor_name: cells.text(self.sponsor),
            ukprn: cells.ukprn(self.ukprn)?,
            street: cells.text(self.street),
            locality: cells.text(self.locality),
            town: cells.text(self.town),
            county: cells.text(self.county),
            postcode: cells
                .text(self.postcode)
                .map(|text| text.to_ascii_uppercase()),
            region: cells.text(self.region),
            urban_rural: cells.text(self.urban_rural),
            easting: cells.number(self.grid.0, MIN_GRID, MAX_GRID)?,
            northing: cells.number(self.grid.1, MIN_GRID, MAX_GRID)?,
            last_changed: cells.date(self.changed)?,
        })
    }

    /// Code 0000 stands for no diocese; a spreadsheet leaves `0` of it.
    fn diocese(
        &self,
        cells: &mut Cells<'_>,
    ) -> Result<(Option<String>, Option<String>), Rejection> {
        let name = cells.text(self.diocese.1);
        let Some(code) = cells.text(self.diocese.0) else {
            return Ok((None, name));
        };
        if code.bytes().all(|byte| byte == b'0') {
            return Ok((None, None));
        }
        if code.len() <= 8 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok((Some(code), name));
        }
        let reason = "not a diocese code";
        Err(cells.reject(self.diocese.0, &code, RejectionCode::BadIdentifier, reason))
    }
}

/// `0` or "Not applicable", `1` or "Has a sixth form", `2` or "Does not have
/// a sixth form".
fn sixth_form(code_or_name: &str) -> Option<Option<bool>> {
    match code_or_name {
        "0" | "9" | "Not applicable" | "Not recorded" => Some(None),
        "1" | "Has a sixth form" => Some(Some(true)),
        "2" | "Does not have a sixth form" => Some(Some(false)),
        _ => None,
    }
}
