//! Invented names. A place is a beginning and an ending from the lists below,
//! which together give no place in England that is known to the authors;
//! saints are invented too. People are never named.

use super::faiths::Faith;
use super::kinds::Kind;
use super::phases::Phase;

/// Beginnings of invented places.
pub const BEGINNINGS: [&str; 67] = [
    "Thrush",
    "Bramble",
    "Kingfisher",
    "Saffron",
    "Juniper",
    "Starling",
    "Lapwing",
    "Goldcrest",
    "Nuthatch",
    "Dragonfly",
    "Foxglove",
    "Snowberry",
    "Quartz",
    "Granite",
    "Basalt",
    "Cobalt",
    "Yewberry",
    "Fieldfare",
    "Whinchat",
    "Sandpiper",
    "Gorse",
    "Meadowsweet",
    "Cloudberry",
    "Dunlin",
    "Firecrest",
    "Redstart",
    "Bilberry",
    "Pebble",
    "Shingle",
    "Flint",
    "Tansy",
    "Teasel",
    "Sorrel",
    "Yarrow",
    "Bryony",
    "Campion",
    "Comfrey",
    "Harebell",
    "Larkspur",
    "Lavender",
    "Marigold",
    "Mistletoe",
    "Nettle",
    "Peppermint",
    "Primrose",
    "Quince",
    "Rosehip",
    "Samphire",
    "Speedwell",
    "Spindle",
    "Sundew",
    "Thistle",
    "Valerian",
    "Wagtail",
    "Warbler",
    "Waxwing",
    "Wheatear",
    "Woodlark",
    "Wren",
    "Amber",
    "Bullfinch",
    "Curlew",
    "Damson",
    "Lichen",
    "Magpie",
    "Osprey",
    "Plover",
];

/// Endings of invented places.
pub const ENDINGS: [&str; 29] = [
    "combe", "thorpe", "holme", "wick", "fold", "stead", "mere", "dale", "croft", "garth", "nook",
    "fell", "beck", "hurst", "ridge", "reach", "gate", "hythe", "moor", "hollow", "bourne",
    "cross", "mount", "row", "edge", "haven", "meadow", "spring", "quay",
];

/// Words before a place when all plain places have been used once.
pub const BEFORE: [&str; 12] = [
    "Great", "Little", "Upper", "Nether", "East", "West", "North", "South", "Old", "New", "High",
    "Long",
];

/// Invented saints of church schools.
pub const SAINTS: [&str; 16] = [
    "Bramblewyn",
    "Thistleric",
    "Wrenfrid",
    "Larkwen",
    "Rowanild",
    "Hazelbert",
    "Ottermund",
    "Ferngyth",
    "Mallowin",
    "Sorrelda",
    "Plovric",
    "Heronwald",
    "Lindewyn",
    "Quincefrith",
    "Tanselm",
    "Yarrowen",
];

/// Words of trusts with letters outside ASCII, which real registers hold.
const ACCENTED: [&str; 4] = ["Lumière", "Fiertéa", "Élanwy", "Arêtane"];

const fn len(n: usize) -> u64 {
    n as u64
}

fn pick(list: &[&'static str], number: u64) -> &'static str {
    usize::try_from(number % len(list.len().max(1)))
        .ok()
        .and_then(|at| list.get(at))
        .copied()
        .unwrap_or("Bramble")
}

/// Number of plain places.
const PLAIN: u64 = len(BEGINNINGS.len()) * len(ENDINGS.len());

/// The invented place with this number; the first 1,900 or so differ, then a
/// word comes before, and after some 25,000 places repeat, as names do.
pub(super) fn place(number: u64) -> String {
    // A step that shares no factor with the count visits every pair once and
    // keeps neighbours different.
    let pair = (number * 811 + 97) % PLAIN;
    let cycle = (number / PLAIN) % (len(BEFORE.len()) + 1);
    let beginning = pick(&BEGINNINGS, pair / len(ENDINGS.len()));
    let ending = pick(&ENDINGS, pair);
    match cycle.checked_sub(1) {
        None => format!("{beginning}{ending}"),
        Some(word) => format!("{} {beginning}{ending}", pick(&BEFORE, word)),
    }
}

/// Town of an authority's schools.
pub(super) fn town(authority: u16, part: u32) -> String {
    place(3 * u64::from(authority) + u64::from(part % 3) + 7)
}

/// Name of the school of kind `kind` at site `site`. A school that became an
/// academy keeps its place.
pub(super) fn school(
    site: u32,
    kind: Kind,
    phase: Phase,
    faith: Faith,
    ages: (u32, u32),
) -> String {
    let place = place(u64::from(site));
    // The last name of a kind follows the site, so that both names of a
    // converted school differ only where the kind does.
    let odd = site % 7;
    let last = last_word(kind, phase, ages, odd);
    match faith {
        Faith::RomanCatholic if site.is_multiple_of(2) => {
            format!(
                "St {}’s Catholic {last}, {place}",
                pick(&SAINTS, u64::from(site / 2))
            )
        }
        Faith::RomanCatholic => format!("{place} Catholic {last}"),
        Faith::ChurchOfEngland if site.is_multiple_of(5) => {
            format!(
                "St {}’s CofE {last}, {place}",
                pick(&SAINTS, u64::from(site / 5))
            )
        }
        Faith::ChurchOfEngland if kind == Kind::VoluntaryControlled => {
            format!("{place} Church of England (Controlled) {last}")
        }
        Faith::ChurchOfEngland => format!("{place} Church of England {last}"),
        _ => format!("{place} {last}"),
    }
}

fn last_word(kind: Kind, phase: Phase, ages: (u32, u32), odd: u32) -> &'static str {
    let academy = kind.is_academy();
    match phase {
        Phase::Nursery => "Nursery School",
        Phase::AllThrough => "All-Through School",
        Phase::MiddleDeemedPrimary | Phase::MiddleDeemedSecondary => "Middle School",
        Phase::SixteenPlus if kind.is_state_funded_sixth_form() => "Sixth Form Academy",
        Phase::SixteenPlus => "College",
        Phase::Secondary => match (academy, odd) {
            (true, 0..=3) => "Academy",
            (false, 0..=2) => "High School",
            (_, 4) => "Community School",
            _ => "School",
        },
        Phase::Primary if ages.1 <= 7 => "Infant School",
        Phase::Primary if ages.0 >= 7 => "Junior School",
        Phase::Primary if academy && odd < 3 => "Primary Academy",
        Phase::Primary if kind == Kind::Community && odd < 2 => "Community Primary School",
        Phase::Primary => "Primary School",
        Phase::NotApplicable => match kind.setting() {
            super::kinds::Setting::Special if academy && odd < 3 => "Special Academy",
            super::kinds::Setting::Special => "Special School",
            super::kinds::Setting::Alternative if kind == Kind::PupilReferralUnit => {
                "Pupil Referral Unit"
            }
            super::kinds::Setting::Alternative => "Alternative Provision Academy",
            super::kinds::Setting::HigherEducation => "University College",
            super::kinds::Setting::FurtherEducation => "College",
            _ => "School",
        },
    }
}

/// Name of a trust or sponsor.
pub(super) fn trust(number: u32, faith: Faith) -> String {
    let wide = u64::from(number);
    let place = place(wide * 3 + 11);
    let other = pick(&BEGINNINGS, wide * 17 + 5);
    match (faith, number % 11) {
        (Faith::RomanCatholic, _) => {
            format!("St {} Catholic Academy Trust, {place}", pick(&SAINTS, wide))
        }
        (Faith::ChurchOfEngland, n) if n % 2 == 0 => format!("{place} Diocesan Academies Trust"),
        (Faith::ChurchOfEngland, _) => format!("{place} Church Schools Partnership"),
        (_, 0) => format!("{place} & {other} Education Partnership"),
        (_, 1 | 2) => format!("{place} Multi Academy Trust"),
        (_, 3 | 4) => format!("The {place} Academies Trust"),
        (_, 5) => format!("{place} Schools Trust"),
        (_, 6) if number.is_multiple_of(2) => {
            format!("{} Education Trust, {place}", pick(&ACCENTED, wide / 2))
        }
        _ => format!("{place} Learning Trust"),
    }
}

/// Name of a federation of maintained schools.
pub(super) fn federation(number: u32) -> String {
    let wide = u64::from(number);
    let first = place(wide * 2 + 1_201);
    match number % 3 {
        0 => format!("The {first} Federation"),
        1 => format!(
            "The Federation of {first} and {} Schools",
            place(wide * 2 + 1_202)
        ),
        _ => format!("{first} Schools’ Federation"),
    }
}

/// Name of a foundation trust, umbrella trust or children's centres group.
pub(super) fn other_group(number: u32, what: &str) -> String {
    format!("{} {what}", place(u64::from(number) + 1_501))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn places_differ_until_the_list_is_used_up() {
        let all: BTreeSet<String> = (0..PLAIN).map(place).collect();
        assert_eq!(len(all.len()), PLAIN);
        assert!(place(PLAIN).contains(' '));
    }

    #[test]
    fn a_converted_school_keeps_its_place() {
        let before = school(12, Kind::Community, Phase::Primary, Faith::None, (4, 11));
        let after = school(12, Kind::Converter, Phase::Primary, Faith::None, (4, 11));
        assert_eq!(
            before.split(' ').next().unwrap(),
            after.split(' ').next().unwrap()
        );
    }
}
