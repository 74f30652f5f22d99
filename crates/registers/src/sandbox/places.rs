//! Regions, local authorities, invented dioceses, postcodes and coordinates.

use std::fmt::Write as _;

use super::authorities::ENGLAND;
use super::dice::Dice;
use super::names;

/// Region of England, or the two that GIAS uses for what lies outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Region {
    NorthEast,
    NorthWest,
    YorkshireAndTheHumber,
    EastMidlands,
    WestMidlands,
    EastOfEngland,
    London,
    SouthEast,
    SouthWest,
    Wales,
    Overseas,
}

impl Region {
    const ENGLAND: [Self; 9] = [
        Self::NorthEast,
        Self::NorthWest,
        Self::YorkshireAndTheHumber,
        Self::EastMidlands,
        Self::WestMidlands,
        Self::EastOfEngland,
        Self::London,
        Self::SouthEast,
        Self::SouthWest,
    ];

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::NorthEast => "A",
            Self::NorthWest => "B",
            Self::YorkshireAndTheHumber => "D",
            Self::EastMidlands => "E",
            Self::WestMidlands => "F",
            Self::EastOfEngland => "G",
            Self::London => "H",
            Self::SouthEast => "J",
            Self::SouthWest => "K",
            Self::Wales => "W",
            Self::Overseas => "Z",
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::NorthEast => "North East",
            Self::NorthWest => "North West",
            Self::YorkshireAndTheHumber => "Yorkshire and the Humber",
            Self::EastMidlands => "East Midlands",
            Self::WestMidlands => "West Midlands",
            Self::EastOfEngland => "East of England",
            Self::London => "London",
            Self::SouthEast => "South East",
            Self::SouthWest => "South West",
            Self::Wales => "Wales (pseudo)",
            Self::Overseas => "Not Applicable",
        }
    }

    /// Ofsted joins two regions that GIAS keeps apart.
    pub(super) const fn ofsted_name(self) -> &'static str {
        match self {
            Self::NorthEast | Self::YorkshireAndTheHumber => "North East, Yorkshire and the Humber",
            _ => self.name(),
        }
    }
}

/// A local authority.
#[derive(Debug, Clone, Copy)]
pub(super) struct Authority {
    pub(super) code: u16,
    pub(super) name: &'static str,
    pub(super) region: Region,
    pub(super) east_km: u16,
    pub(super) north_km: u16,
    pub(super) spread_km: u16,
    pub(super) weight: u32,
}

/// Authorities outside England, which the register of establishments holds
/// too. They have no coordinates here.
const OUTSIDE: [Authority; 5] = [
    outside(661, "Gwynedd", Region::Wales),
    outside(666, "Powys", Region::Wales),
    outside(670, "Swansea", Region::Wales),
    outside(681, "Cardiff", Region::Wales),
    outside(0, "Does not apply", Region::Overseas),
];

const fn outside(code: u16, name: &'static str, region: Region) -> Authority {
    Authority {
        code,
        name,
        region,
        east_km: 0,
        north_km: 0,
        spread_km: 0,
        weight: 0,
    }
}

const NOWHERE: Authority = outside(0, "Does not apply", Region::Overseas);

/// Number of an authority: its place in the table, England first.
pub(super) type AuthorityId = u16;

/// First authority outside England.
pub(super) const FIRST_OUTSIDE: AuthorityId = ENGLAND.len() as AuthorityId;

/// The authority with this number.
pub(super) fn authority(id: AuthorityId) -> &'static Authority {
    let id = usize::from(id);
    ENGLAND
        .get(id)
        .or_else(|| OUTSIDE.get(id.saturating_sub(ENGLAND.len())))
        .unwrap_or(&NOWHERE)
}

/// Whether the authority lies in England.
pub(super) const fn in_england(id: AuthorityId) -> bool {
    id < FIRST_OUTSIDE
}

/// Authorities of England from nearest to farthest, seen from `from`.
pub(super) fn nearest(from: AuthorityId) -> Vec<AuthorityId> {
    let here = authority(from);
    let mut all: Vec<(u32, AuthorityId)> = (0..FIRST_OUTSIDE)
        .map(|id| {
            let there = authority(id);
            let east = u32::from(here.east_km.abs_diff(there.east_km));
            let north = u32::from(here.north_km.abs_diff(there.north_km));
            (east * east + north * north, id)
        })
        .collect();
    all.sort_unstable();
    all.into_iter().map(|(_, id)| id).collect()
}

/// An invented postcode: no postcode area is called ZX, ZY or ZZ.
pub(super) fn postcode(id: AuthorityId, dice: &mut Dice) -> String {
    const AREAS: [&str; 3] = ["ZX", "ZY", "ZZ"];
    const INWARD: &[u8] = b"ABDEFGHJLNPQRSTUWXYZ";
    let area = AREAS.get(usize::from(id) / 60).copied().unwrap_or("ZZ");
    let mut text = format!("{area}{} {}", 1 + id % 60, dice.below(10));
    for _ in 0..2 {
        text.push(char::from(dice.one(INWARD, b'Z')));
    }
    text
}

/// A point in the authority, denser towards its centre (national grid,
/// metres, kept inside England's bounding box).
pub(super) fn point(id: AuthorityId, dice: &mut Dice) -> (u32, u32) {
    let here = authority(id);
    let reach = u32::from(here.spread_km) * 1_000;
    let mut offset = |centre: u16| {
        // Mean of two uniform numbers: a triangle around the centre.
        let drawn = (dice.below(2 * reach + 1) + dice.below(2 * reach + 1)) / 2;
        (u32::from(centre) * 1_000 + drawn).saturating_sub(reach)
    };
    let east = offset(here.east_km);
    let north = offset(here.north_km);
    (east.clamp(82_000, 655_000), north.clamp(5_000, 657_000))
}

/// Diocese of a church school: code and invented name. Each region has three
/// dioceses of the Church of England and two of the Roman Catholic Church.
pub(super) fn diocese(id: AuthorityId, catholic: bool) -> (String, String) {
    let region = authority(id).region;
    let number = Region::ENGLAND
        .iter()
        .position(|r| *r == region)
        .unwrap_or(0);
    let per_region = if catholic { 2 } else { 3 };
    // A diocese is a connected area: authorities of a region from west to east.
    let mut west_to_east: Vec<(u16, AuthorityId)> = (0..FIRST_OUTSIDE)
        .filter(|other| authority(*other).region == region)
        .map(|other| (authority(other).east_km, other))
        .collect();
    west_to_east.sort_unstable();
    let rank = west_to_east
        .iter()
        .position(|(_, other)| *other == id)
        .unwrap_or(0);
    let part = rank * per_region / west_to_east.len().max(1);
    let index = number * per_region + part + 1;
    let mut code = String::from(if catholic { "RC" } else { "CE" });
    let _ = write!(code, "{index:02}");
    let seat = names::place(u64::try_from(index).unwrap_or(0) + if catholic { 500 } else { 900 });
    let title = if catholic && part == 0 && number % 3 == 0 {
        "Archdiocese"
    } else {
        "Diocese"
    };
    (code, format!("{title} of {seat}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::sandbox::dice::Purpose;

    #[test]
    fn points_lie_near_their_authority() {
        let mut dice = Dice::of(1, Purpose::Site, 0);
        for id in 0..FIRST_OUTSIDE {
            let here = authority(id);
            let (east, north) = point(id, &mut dice);
            assert!((82_000..=655_000).contains(&east));
            assert!((5_000..=657_000).contains(&north));
            assert!(east.abs_diff(u32::from(here.east_km) * 1000) <= 40_000);
        }
    }

    #[test]
    fn postcodes_have_the_shape_but_no_real_area() {
        let mut dice = Dice::of(1, Purpose::Site, 0);
        for id in 0..FIRST_OUTSIDE {
            let text = postcode(id, &mut dice);
            assert!(text.starts_with('Z'), "{text}");
            let (outward, inward) = text.split_once(' ').unwrap();
            assert!(
                (3..=4).contains(&outward.len()) && inward.len() == 3,
                "{text}"
            );
        }
    }

    #[test]
    fn nearest_starts_at_home() {
        assert_eq!(nearest(5)[0], 5);
        assert_eq!(nearest(5).len(), usize::from(FIRST_OUTSIDE));
    }

    #[test]
    fn codes_of_dioceses_have_four_characters() {
        for id in 0..FIRST_OUTSIDE {
            for catholic in [false, true] {
                assert_eq!(diocese(id, catholic).0.len(), 4);
            }
        }
    }
}
