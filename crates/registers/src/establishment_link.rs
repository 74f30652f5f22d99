//! Predecessors and successors of schools (`links_edubasealldata`).

use chrono::NaiveDate;
use group_inspection_core::Urn;
use serde::{Deserialize, Serialize};

use crate::{
    Layout, LinkType, NoteCode, Rejection, Unrecognised,
    cells::Cells,
    header::{Column, Header, Mapping},
};

/// How one school follows from another. The register usually has each link
/// twice, once from either side. Source: GIAS `links_edubasealldata`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EstablishmentLink {
    /// School.
    pub urn: Urn,
    /// School it is linked to.
    pub link_urn: Urn,
    /// Name of the linked school.
    pub link_name: Option<String>,
    /// What the linked school is to the school.
    pub link_type: LinkType,
    /// Day of the link; a quarter of the links have none.
    pub established: Option<NaiveDate>,
}

#[derive(Debug, Clone)]
pub(crate) struct Columns {
    urn: Column,
    link_urn: Column,
    name: Column,
    kind: Column,
    established: Column,
}

impl Columns {
    pub(crate) fn map(header: &Header, layout: Layout) -> Result<Self, Unrecognised> {
        let mut map = Mapping::new(header, layout);
        let columns = Self {
            urn: map.must("URN"),
            link_urn: map.must("LinkURN"),
            name: map.may("LinkName"),
            kind: map.must("LinkType"),
            established: map.must("LinkEstablishedDate"),
        };
        map.done(columns)
    }

    pub(crate) fn read(&self, cells: &mut Cells<'_>) -> Result<EstablishmentLink, Rejection> {
        let urn = cells.needed_urn(self.urn)?;
        let link_urn = cells.needed_urn(self.link_urn)?;
        let words = cells.name(self.kind);
        let words = cells.needed(words, self.kind, "link type")?;
        let (link_type, known) = LinkType::from_words(&words);
        if !known {
            cells.note(NoteCode::UnknownLinkType, self.kind, &words);
        }
        Ok(EstablishmentLink {
            urn,
            link_urn,
            link_name: cells.name(self.name),
            link_type,
            established: cells.date(self.established)?,
        })
    }
}
