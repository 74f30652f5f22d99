//! Types of establishment, with how many of each England had in spring 2026.

use super::dice::Dice;
use super::faiths::Faith;
use super::phases::Phase;

/// Type of establishment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Kind {
    Community,
    VoluntaryAided,
    VoluntaryControlled,
    Foundation,
    CityTechnologyCollege,
    CommunitySpecial,
    NonMaintainedSpecial,
    IndependentSpecial,
    Independent,
    FoundationSpecial,
    PupilReferralUnit,
    Nursery,
    FurtherEducation,
    Offshore,
    Miscellaneous,
    SponsorLed,
    HigherEducation,
    Welsh,
    SpecialPost16,
    SpecialSponsorLed,
    Converter,
    Free,
    FreeSpecial,
    Overseas,
    FreeAlternative,
    Free16To19,
    TechnicalCollege,
    Studio,
    AlternativeConverter,
    AlternativeSponsorLed,
    SpecialConverter,
    Converter16To19,
    SponsorLed16To19,
    Online,
}

/// What kind of place it is, whoever runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    Mainstream,
    Nursery,
    Special,
    Alternative,
    SixthForm,
    FurtherEducation,
    HigherEducation,
    Other,
}

/// Facts of one type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    pub(super) kind: Kind,
    /// Two-character code.
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    /// Code and name of the group of types.
    pub(super) group: (&'static str, &'static str),
    /// Name in Ofsted's files of state-funded schools, where it is one.
    pub(super) ofsted: Option<&'static str>,
    /// Open in England, March 2026.
    pub(super) open: u32,
    /// Closed without having become an academy.
    pub(super) closed: u32,
}

const COLLEGES: (&str, &str) = ("1", "Colleges");
const UNIVERSITIES: (&str, &str) = ("2", "Universities");
const INDEPENDENT: (&str, &str) = ("3", "Independent schools");
const MAINTAINED: (&str, &str) = ("4", "Local authority maintained schools");
const SPECIAL: (&str, &str) = ("5", "Special schools");
const WELSH: (&str, &str) = ("6", "Welsh schools");
const OTHER: (&str, &str) = ("9", "Other types");
const ACADEMIES: (&str, &str) = ("10", "Academies");
const FREE: (&str, &str) = ("11", "Free Schools");
const ONLINE: (&str, &str) = ("13", "Online provider");

const fn facts(
    kind: Kind,
    code: &'static str,
    name: &'static str,
    group: (&'static str, &'static str),
    ofsted: &'static str,
    open: u32,
    closed: u32,
) -> Facts {
    Facts {
        kind,
        code,
        name,
        group,
        ofsted: if ofsted.is_empty() {
            None
        } else {
            Some(ofsted)
        },
        open,
        closed,
    }
}

/// All types, in the order of [`Kind`].
#[rustfmt::skip]
pub(super) const TYPES: [Facts; 34] = [
    facts(Kind::Community, "01", "Community school", MAINTAINED, "Community School", 5037, 5500),
    facts(Kind::VoluntaryAided, "02", "Voluntary aided school", MAINTAINED, "Voluntary Aided School", 2078, 1050),
    facts(Kind::VoluntaryControlled, "03", "Voluntary controlled school", MAINTAINED, "Voluntary Controlled School", 1374, 650),
    facts(Kind::Foundation, "05", "Foundation school", MAINTAINED, "Foundation School", 592, 520),
    facts(Kind::CityTechnologyCollege, "06", "City technology college", INDEPENDENT, "City Technology College", 3, 0),
    facts(Kind::CommunitySpecial, "07", "Community special school", SPECIAL, "Community Special School", 424, 900),
    facts(Kind::NonMaintainedSpecial, "08", "Non-maintained special school", SPECIAL, "Non-Maintained Special School", 52, 54),
    facts(Kind::IndependentSpecial, "10", "Other independent special school", INDEPENDENT, "", 905, 843),
    facts(Kind::Independent, "11", "Other independent school", INDEPENDENT, "", 1608, 1985),
    facts(Kind::FoundationSpecial, "12", "Foundation special school", SPECIAL, "Foundation Special School", 76, 12),
    facts(Kind::PupilReferralUnit, "14", "Pupil referral unit", MAINTAINED, "Pupil Referral Unit", 148, 224),
    facts(Kind::Nursery, "15", "Local authority nursery school", MAINTAINED, "LA Nursery School", 376, 239),
    facts(Kind::FurtherEducation, "18", "Further education", COLLEGES, "", 211, 272),
    facts(Kind::Offshore, "25", "Offshore schools", OTHER, "", 123, 30),
    facts(Kind::Miscellaneous, "27", "Miscellaneous", OTHER, "", 75, 421),
    facts(Kind::SponsorLed, "28", "Academy sponsor led", ACADEMIES, "Academy Sponsor Led", 2673, 140),
    facts(Kind::HigherEducation, "29", "Higher education institutions", UNIVERSITIES, "", 128, 10),
    facts(Kind::Welsh, "30", "Welsh establishment", WELSH, "", 1567, 886),
    facts(Kind::SpecialPost16, "32", "Special post 16 institution", COLLEGES, "", 151, 260),
    facts(Kind::SpecialSponsorLed, "33", "Academy special sponsor led", ACADEMIES, "Academy Special Sponsor Led", 98, 4),
    facts(Kind::Converter, "34", "Academy converter", ACADEMIES, "Academy Converter", 7769, 180),
    facts(Kind::Free, "35", "Free schools", FREE, "Free School", 545, 20),
    facts(Kind::FreeSpecial, "36", "Free schools special", FREE, "Free School Special", 134, 3),
    facts(Kind::Overseas, "37", "British schools overseas", OTHER, "", 323, 40),
    facts(Kind::FreeAlternative, "38", "Free schools alternative provision", FREE, "Free School - Alternative Provision", 54, 4),
    facts(Kind::Free16To19, "39", "Free schools 16 to 19", FREE, "", 36, 2),
    facts(Kind::TechnicalCollege, "40", "University technical college", FREE, "University Technical College", 44, 12),
    facts(Kind::Studio, "41", "Studio schools", FREE, "Studio School", 19, 30),
    facts(Kind::AlternativeConverter, "42", "Academy alternative provision converter", ACADEMIES, "Academy Alternative Provision Converter", 95, 5),
    facts(Kind::AlternativeSponsorLed, "43", "Academy alternative provision sponsor led", ACADEMIES, "Academy Alternative Provision Sponsor Led", 36, 2),
    facts(Kind::SpecialConverter, "44", "Academy special converter", ACADEMIES, "Academy Special Converter", 339, 6),
    facts(Kind::Converter16To19, "45", "Academy 16-19 converter", ACADEMIES, "", 42, 0),
    facts(Kind::SponsorLed16To19, "46", "Academy 16 to 19 sponsor led", ACADEMIES, "", 1, 0),
    facts(Kind::Online, "49", "Online provider", ONLINE, "", 12, 0),
];

impl Kind {
    pub(super) fn facts(self) -> &'static Facts {
        const FALLBACK: Facts = facts(
            Kind::Community,
            "01",
            "Community school",
            MAINTAINED,
            "",
            0,
            0,
        );
        TYPES.get(self as usize).unwrap_or(&FALLBACK)
    }

    /// Whether Ofsted's files of state-funded schools hold it.
    pub(super) fn is_state_funded(self) -> bool {
        self.facts().ofsted.is_some()
    }

    pub(super) fn is_academy(self) -> bool {
        matches!(self.facts().group.0, "10" | "11")
    }

    /// Academies that were another school before.
    pub(super) const fn was_converted(self) -> bool {
        matches!(
            self,
            Self::Converter
                | Self::SpecialConverter
                | Self::AlternativeConverter
                | Self::Converter16To19
        ) || self.is_sponsor_led()
    }

    pub(super) const fn is_sponsor_led(self) -> bool {
        matches!(
            self,
            Self::SponsorLed
                | Self::SpecialSponsorLed
                | Self::AlternativeSponsorLed
                | Self::SponsorLed16To19
        )
    }

    pub(super) const fn is_state_funded_sixth_form(self) -> bool {
        matches!(
            self,
            Self::Converter16To19 | Self::SponsorLed16To19 | Self::Free16To19
        )
    }

    /// Maintained by a local authority, so that it can be in a federation.
    pub(super) const fn is_maintained(self) -> bool {
        matches!(
            self,
            Self::Community
                | Self::VoluntaryAided
                | Self::VoluntaryControlled
                | Self::Foundation
                | Self::CommunitySpecial
                | Self::FoundationSpecial
                | Self::PupilReferralUnit
                | Self::Nursery
        )
    }

    pub(super) const fn setting(self) -> Setting {
        match self {
            Self::Nursery => Setting::Nursery,
            Self::CommunitySpecial
            | Self::NonMaintainedSpecial
            | Self::IndependentSpecial
            | Self::FoundationSpecial
            | Self::SpecialSponsorLed
            | Self::FreeSpecial
            | Self::SpecialConverter => Setting::Special,
            Self::PupilReferralUnit
            | Self::FreeAlternative
            | Self::AlternativeConverter
            | Self::AlternativeSponsorLed => Setting::Alternative,
            Self::Free16To19 | Self::Converter16To19 | Self::SponsorLed16To19 => Setting::SixthForm,
            Self::FurtherEducation | Self::SpecialPost16 => Setting::FurtherEducation,
            Self::HigherEducation => Setting::HigherEducation,
            Self::Community
            | Self::VoluntaryAided
            | Self::VoluntaryControlled
            | Self::Foundation
            | Self::CityTechnologyCollege
            | Self::SponsorLed
            | Self::Converter
            | Self::Free
            | Self::TechnicalCollege
            | Self::Studio => Setting::Mainstream,
            Self::Independent
            | Self::Offshore
            | Self::Miscellaneous
            | Self::Welsh
            | Self::Overseas
            | Self::Online => Setting::Other,
        }
    }

    /// Phase of a new establishment of this kind.
    pub(super) fn draw_phase(self, dice: &mut Dice) -> Phase {
        match self.setting() {
            Setting::Nursery => return Phase::Nursery,
            Setting::SixthForm => return Phase::SixteenPlus,
            Setting::FurtherEducation if self == Self::FurtherEducation => {
                return Phase::SixteenPlus;
            }
            Setting::Mainstream => {}
            _ => return Phase::NotApplicable,
        }
        let secondary = match self {
            Self::TechnicalCollege | Self::Studio | Self::CityTechnologyCollege => 1.0,
            Self::Free => 0.36,
            Self::SponsorLed => 0.285,
            Self::Foundation => 0.25,
            Self::Converter => 0.222,
            Self::VoluntaryAided => 0.10,
            Self::Community => 0.055,
            _ => 0.025,
        };
        if !dice.chance(secondary) {
            return dice.weighted(
                &[(Phase::Primary, 9_997), (Phase::MiddleDeemedPrimary, 3)],
                Phase::Primary,
            );
        }
        if self == Self::TechnicalCollege {
            return Phase::Secondary;
        }
        dice.weighted(
            &[
                (Phase::Secondary, 927),
                (Phase::AllThrough, 48),
                (Phase::MiddleDeemedSecondary, 25),
            ],
            Phase::Secondary,
        )
    }

    /// Kind of the school that an academy was before.
    pub(super) fn draw_predecessor(self, faith: Faith, dice: &mut Dice) -> Self {
        match self.setting() {
            Setting::Special => Self::CommunitySpecial,
            Setting::Alternative => Self::PupilReferralUnit,
            Setting::SixthForm => Self::FurtherEducation,
            _ => match faith {
                Faith::RomanCatholic | Faith::Jewish | Faith::Muslim => Self::VoluntaryAided,
                Faith::ChurchOfEngland | Faith::Methodist => dice.one(
                    &[Self::VoluntaryAided, Self::VoluntaryControlled],
                    Self::VoluntaryAided,
                ),
                _ => dice.weighted(
                    &[(Self::Community, 76), (Self::Foundation, 24)],
                    Self::Community,
                ),
            },
        }
    }

    /// Religious character of a maintained or independent school.
    pub(super) fn draw_faith(self, dice: &mut Dice) -> Faith {
        let weights: &[(Faith, u32)] = match self {
            Self::VoluntaryAided => &[
                (Faith::RomanCatholic, 560),
                (Faith::ChurchOfEngland, 400),
                (Faith::Jewish, 15),
                (Faith::Muslim, 10),
                (Faith::Methodist, 5),
                (Faith::DoesNotApply, 10),
            ],
            Self::VoluntaryControlled => &[
                (Faith::ChurchOfEngland, 965),
                (Faith::Methodist, 15),
                (Faith::DoesNotApply, 20),
            ],
            Self::Foundation => &[(Faith::DoesNotApply, 93), (Faith::ChurchOfEngland, 7)],
            Self::Independent => &[
                (Faith::None, 62),
                (Faith::ChurchOfEngland, 16),
                (Faith::Christian, 9),
                (Faith::Muslim, 7),
                (Faith::RomanCatholic, 4),
                (Faith::Jewish, 2),
            ],
            Self::IndependentSpecial => &[(Faith::None, 97), (Faith::Christian, 3)],
            _ => &[(Faith::DoesNotApply, 1)],
        };
        dice.weighted(weights, Faith::DoesNotApply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_follows_the_enum() {
        for (at, facts) in TYPES.iter().enumerate() {
            assert_eq!(facts.kind as usize, at, "{}", facts.name);
        }
    }

    #[test]
    fn state_funded_types_add_up_to_ofsteds_file() {
        let total: u32 = TYPES
            .iter()
            .filter(|t| t.ofsted.is_some())
            .map(|t| t.open)
            .sum();
        assert_eq!(total, 21_966);
    }
}
