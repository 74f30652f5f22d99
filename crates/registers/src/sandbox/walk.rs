//! The same England without files: school by school, in memory.
//!
//! Studies of a method need hundreds of Englands and no CSV. What [`walk`]
//! tells is what the files of [`super::generate`] say of open state-funded
//! schools and their full inspections.

use chrono::NaiveDate;
use group_inspection_core::{
    Urn,
    outcome::{Area, AreaOutcome, Framework},
    pattern::Point,
    theme,
};

use super::groups::{self, GroupKind, NONE, Truth};
use super::historian::Historian;
use super::history::{Card, Graded, History};
use super::outcomes::Theme;
use super::schools::{self, School, Site};
use super::{Plan, SandboxError, layout};

/// A group that is responsible for schools.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ToldGroup {
    /// Its number.
    pub body: u32,
    /// Schools that are members today.
    pub members: u32,
    /// Its effect on every area after a school has joined, on the latent
    /// scale.
    pub effect: f64,
    /// Theme that is weak across the group.
    pub weakness: Option<theme::Theme>,
}

/// An open state-funded school.
#[derive(Debug, Clone, Copy)]
pub struct ToldSchool<'a> {
    /// School.
    pub urn: Urn,
    /// Phase in the words of GIAS.
    pub phase: &'static str,
    /// Type of establishment in the words of GIAS.
    pub establishment_type: &'static str,
    /// Number of its local authority in this generator.
    pub place: u32,
    /// Pupils on roll.
    pub pupils: u32,
    /// Quintile of deprivation, 5 the most deprived.
    pub deprivation: u8,
    /// Number of the group that is responsible for it; none where the local
    /// authority is.
    pub body: Option<u32>,
    /// The day it joined, where that is known.
    pub joined: Option<NaiveDate>,
    /// Outcomes of its full inspections, oldest first.
    pub points: &'a [Point],
}

/// An area of a school on the day of an inspection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scene {
    /// School.
    pub urn: Urn,
    /// Number of its local authority in this generator.
    pub place: u32,
    /// Group that is responsible for it today.
    pub body: Option<u32>,
    /// Whether it had joined that group by then.
    pub joined: bool,
    /// Quintile of deprivation.
    pub deprivation: u8,
    /// Phase in the words of GIAS.
    pub phase: &'static str,
    /// First day of the inspection.
    pub started: NaiveDate,
    /// What the area is about.
    pub theme: theme::Theme,
}

/// What a study adds to the latent value of a scene, beyond the plan.
pub type Twist<'a> = &'a dyn Fn(&Scene) -> f64;

/// Tells every group that is responsible for a school.
///
/// # Errors
///
/// [`SandboxError::Plan`] for a plan out of range.
pub fn walk_groups(plan: &Plan, tell: &mut dyn FnMut(ToldGroup)) -> Result<(), SandboxError> {
    plan.check()?;
    let layout = layout::build(plan);
    for (body, group) in (0_u32..).zip(&layout.groups) {
        if group.members > 0 && is_responsible(group.kind) {
            let truth = groups::truth(plan, body, group);
            tell(ToldGroup {
                body,
                members: group.members,
                effect: truth.effect,
                weakness: truth.weakness.map(Theme::told),
            });
        }
    }
    Ok(())
}

/// Tells every open state-funded school, in the order of their numbers.
///
/// # Errors
///
/// [`SandboxError::Plan`] for a plan out of range.
pub fn walk(
    plan: &Plan,
    twist: Option<Twist<'_>>,
    tell: &mut dyn FnMut(ToldSchool<'_>),
) -> Result<(), SandboxError> {
    plan.check()?;
    let layout = layout::build(plan);
    let truths: Vec<Truth> = (0_u32..)
        .zip(&layout.groups)
        .map(|(index, group)| groups::truth(plan, index, group))
        .collect();
    let historian = Historian::new(plan, &layout);
    let mut points = Vec::new();
    for (position, held) in (0_u32..).zip(&layout.schools) {
        if !held.kind.is_state_funded() || !held.is_open_on(plan.as_at) {
            continue;
        }
        let Ok(urn) = Urn::try_from(schools::urn(position)) else {
            continue;
        };
        let site = Site::of(plan.seed, held);
        let truth = truths
            .get(held.body as usize)
            .copied()
            .unwrap_or(Truth::NONE);
        let history = historian.twisted(position, held, &site, truth, twist);
        points.clear();
        points_of(&history, &mut points);
        tell(ToldSchool {
            urn,
            phase: held.phase.coded().1,
            establishment_type: held.kind.facts().name,
            place: u32::from(held.authority),
            pupils: site.pupils,
            deprivation: u8::try_from(site.deprivation_quintile).unwrap_or(3),
            body: body_of(held),
            joined: held.joined,
            points: &points,
        });
    }
    Ok(())
}

const fn is_responsible(kind: GroupKind) -> bool {
    match kind {
        GroupKind::Federation
        | GroupKind::FoundationTrust
        | GroupKind::MultiAcademy
        | GroupKind::SingleAcademy
        | GroupKind::SecureSingleAcademy => true,
        GroupKind::Sponsor
        | GroupKind::Umbrella
        | GroupKind::CentresGroup
        | GroupKind::CentresCollaboration => false,
    }
}

/// The group a school's row in the register of members names first.
pub(super) const fn body_of(school: &School) -> Option<u32> {
    if school.body == NONE {
        None
    } else {
        Some(school.body)
    }
}

impl Theme {
    /// The theme as reports name it.
    pub(super) const fn told(self) -> theme::Theme {
        match self {
            Self::Safeguarding => theme::Theme::Safeguarding,
            Self::Inclusion => theme::Theme::Inclusion,
            Self::Teaching => theme::Theme::CurriculumAndTeaching,
            Self::Achievement => theme::Theme::Achievement,
            Self::Behaviour => theme::Theme::AttendanceAndBehaviour,
            Self::PersonalDevelopment => theme::Theme::PersonalDevelopment,
            Self::EarlyYears => theme::Theme::EarlyYears,
            Self::Post16 => theme::Theme::Post16,
            Self::Leadership => theme::Theme::LeadershipAndGovernance,
        }
    }

    const fn card_area(self) -> Area {
        match self {
            Self::Safeguarding => Area::SafeguardingStandards,
            Self::Inclusion => Area::Inclusion,
            Self::Teaching => Area::CurriculumAndTeaching,
            Self::Achievement => Area::Achievement,
            Self::Behaviour => Area::AttendanceAndBehaviour,
            Self::PersonalDevelopment => Area::PersonalDevelopmentAndWellbeing,
            Self::EarlyYears => Area::EarlyYears,
            Self::Post16 => Area::Post16Provision,
            Self::Leadership => Area::LeadershipAndGovernance,
        }
    }
}

fn points_of(history: &History, points: &mut Vec<Point>) {
    for graded in [&history.earlier, &history.graded].into_iter().flatten() {
        graded_points(graded, points);
    }
    if let Some(card) = &history.card {
        card_points(card, points);
    }
}

fn graded_points(graded: &Graded, points: &mut Vec<Point>) {
    let started = graded.visit.start;
    let mut add = |area, outcome| {
        points.push(Point {
            started,
            dated: started,
            framework: Framework::in_force_on(started),
            area,
            outcome,
        });
    };
    for (area, number) in [
        (Area::QualityOfEducation, graded.teaching),
        (Area::BehaviourAndAttitudes, graded.behaviour),
        (Area::PersonalDevelopment, graded.personal),
        (Area::LeadershipAndManagement, graded.leadership),
        (Area::EarlyYearsProvision, Some(graded.early_years)),
        (Area::SixthFormProvision, Some(graded.sixth_form)),
    ] {
        let outcome = match number {
            Some(1) => AreaOutcome::Outstanding,
            Some(2) => AreaOutcome::Good,
            Some(3) => AreaOutcome::RequiresImprovement,
            Some(4) => AreaOutcome::Inadequate,
            // 0, 9 and blank say that there is no outcome.
            _ => continue,
        };
        add(area, outcome);
    }
    let safeguarding = if graded.safeguarding {
        AreaOutcome::Yes
    } else {
        AreaOutcome::No
    };
    add(Area::SafeguardingEffective, safeguarding);
}

fn card_points(card: &Card, points: &mut Vec<Point>) {
    let started = card.visit.start;
    let mut add = |area, outcome, dated| {
        points.push(Point {
            started,
            dated,
            framework: Framework::ReportCard,
            area,
            outcome,
        });
    };
    let met = if card.safeguarding_met {
        AreaOutcome::Met
    } else {
        AreaOutcome::NotMet
    };
    add(Area::SafeguardingStandards, met, started);
    for (theme, grade) in Theme::ALL.into_iter().zip(card.grades) {
        let outcome = match grade {
            Some(0) => AreaOutcome::Exceptional,
            Some(1) => AreaOutcome::StrongStandard,
            Some(2) => AreaOutcome::ExpectedStandard,
            Some(3) => AreaOutcome::NeedsAttention,
            Some(_) => AreaOutcome::UrgentImprovement,
            None => continue,
        };
        match card.raised {
            Some((raised, date)) if raised == theme => {
                add(theme.card_area(), AreaOutcome::ExpectedStandard, date);
            }
            _ => add(theme.card_area(), outcome, started),
        }
    }
}
