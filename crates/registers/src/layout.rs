//! The layouts of register files, told apart by their headings.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Unrecognised, header::Header};

/// How a report-card file words the date of each area's outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GradeDateWording {
    /// `... - date of judgement` (L3, seen February 2026).
    Judgement,
    /// `... - date of grade` (L4, mid 2026).
    Grade,
}

/// Layout of a register file. The number of columns says nothing about it:
/// files gain, lose and rename columns, so headings decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// GIAS `edubasealldata` (120 to 140 columns) and the extract of a search.
    EdubaseAll,
    /// GIAS `allgroupsdata`.
    AllGroups,
    /// GIAS `alllinksdata`: schools and their groups.
    AllLinks,
    /// GIAS `grouplinks_edubaseallacademiesandfree`.
    GroupLinksAcademies,
    /// GIAS `links_edubasealldata`: predecessors and successors.
    EstablishmentLinks,
    /// Ofsted, 2019 to August 2024: section 8 and full inspections (L1).
    OfstedSection8,
    /// Ofsted, September 2024 to October 2025: ungraded and graded
    /// inspections (L2).
    OfstedGraded,
    /// Ofsted, from November 2025: report cards beside the latest graded and
    /// ungraded inspections (L3, L4).
    OfstedReportCard(GradeDateWording),
    /// Ofsted, in-year sheet of 2026: one row for each inspection (D1).
    OfstedInYear,
    /// Bank holidays as gov.uk publishes them (JSON).
    BankHolidays,
}

impl Layout {
    /// All layouts.
    pub const ALL: [Self; 11] = [
        Self::EdubaseAll,
        Self::AllGroups,
        Self::AllLinks,
        Self::GroupLinksAcademies,
        Self::EstablishmentLinks,
        Self::OfstedSection8,
        Self::OfstedGraded,
        Self::OfstedReportCard(GradeDateWording::Judgement),
        Self::OfstedReportCard(GradeDateWording::Grade),
        Self::OfstedInYear,
        Self::BankHolidays,
    ];

    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EdubaseAll => "gias_establishments",
            Self::AllGroups => "gias_groups",
            Self::AllLinks => "gias_group_links",
            Self::GroupLinksAcademies => "gias_academy_group_links",
            Self::EstablishmentLinks => "gias_establishment_links",
            Self::OfstedSection8 => "ofsted_section_8",
            Self::OfstedGraded => "ofsted_graded",
            Self::OfstedReportCard(GradeDateWording::Judgement) => "ofsted_report_card_judgement",
            Self::OfstedReportCard(GradeDateWording::Grade) => "ofsted_report_card_grade",
            Self::OfstedInYear => "ofsted_in_year",
            Self::BankHolidays => "bank_holidays",
        }
    }

    /// The layout with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layout| layout.code() == code)
    }

    /// Name for readers.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::EdubaseAll => "GIAS establishments (edubasealldata)",
            Self::AllGroups => "GIAS groups (allgroupsdata)",
            Self::AllLinks => "GIAS schools of groups (alllinksdata)",
            Self::GroupLinksAcademies => {
                "GIAS academies of groups (grouplinks_edubaseallacademiesandfree)"
            }
            Self::EstablishmentLinks => "GIAS predecessors and successors (links_edubasealldata)",
            Self::OfstedSection8 => "Ofsted latest inspections, 2019 to August 2024",
            Self::OfstedGraded => "Ofsted latest inspections, September 2024 to October 2025",
            Self::OfstedReportCard(GradeDateWording::Judgement) => {
                "Ofsted latest inspections with report cards (headings of early 2026)"
            }
            Self::OfstedReportCard(GradeDateWording::Grade) => {
                "Ofsted latest inspections with report cards (headings from mid 2026)"
            }
            Self::OfstedInYear => "Ofsted in-year inspections",
            Self::BankHolidays => "Bank holidays of England and Wales (gov.uk JSON)",
        }
    }

    /// Whether the file is Ofsted's.
    #[must_use]
    pub const fn is_ofsted(self) -> bool {
        matches!(
            self,
            Self::OfstedSection8
                | Self::OfstedGraded
                | Self::OfstedReportCard(_)
                | Self::OfstedInYear
        )
    }

    /// The layout these headings belong to.
    pub(crate) fn recognise(header: &Header) -> Result<Self, Unrecognised> {
        let has = |heading: &str| header.has(heading);
        if !has("URN") && has("Group UID") {
            return Ok(Self::AllGroups);
        }
        if has("URN") {
            if has("Inspection number of latest graded inspection") {
                return Ok(Self::OfstedGraded);
            }
            if has("Inspection number of latest OEIF graded inspection") {
                return Ok(Self::OfstedReportCard(
                    if has("Inclusion - date of judgement") {
                        GradeDateWording::Judgement
                    } else {
                        GradeDateWording::Grade
                    },
                ));
            }
            if has("Inspection number of latest full inspection") {
                return Ok(Self::OfstedSection8);
            }
            if has("Inspection number") {
                return Ok(Self::OfstedInYear);
            }
            if has("LinkURN") {
                return Ok(Self::EstablishmentLinks);
            }
            if has("Linked UID") {
                return Ok(Self::GroupLinksAcademies);
            }
            if has("Group UID") {
                return Ok(Self::AllLinks);
            }
            if has("EstablishmentName") {
                return Ok(Self::EdubaseAll);
            }
        }
        Err(Unrecognised::UnknownLayout {
            found: header.first_names(),
        })
    }

    /// Every heading that some version of this layout is known to have.
    pub(crate) const fn known_headings(self) -> &'static str {
        match self {
            Self::EdubaseAll => include_str!("headings/establishments.txt"),
            Self::AllGroups => include_str!("headings/groups.txt"),
            Self::AllLinks | Self::GroupLinksAcademies => {
                include_str!("headings/group_links.txt")
            }
            Self::EstablishmentLinks => include_str!("headings/establishment_links.txt"),
            Self::OfstedSection8
            | Self::OfstedGraded
            | Self::OfstedReportCard(_)
            | Self::OfstedInYear => include_str!("headings/ofsted.txt"),
            Self::BankHolidays => "",
        }
    }

    /// Headings at the end that may have no cell at all.
    ///
    /// The grouplinks files of 2018-19 have 17 headings over 16 cells: the
    /// cells stand under their headings from the left, and the last heading,
    /// `HasSharedHT`, has none. Elsewhere a row with fewer cells has lost one
    /// somewhere and its values may stand under wrong headings.
    pub(crate) const fn trailing_cells_may_lack(self) -> usize {
        match self {
            Self::GroupLinksAcademies => 1,
            _ => 0,
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
