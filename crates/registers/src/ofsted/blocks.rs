//! Headings of the blocks of columns that hold one inspection each.

use group_inspection_core::outcome::Area;

use super::values::Scale;
use crate::{GradeDateWording, Layout};

/// What kind of inspection a block holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// Always one with outcomes for areas.
    Full,
    /// Always one with a text outcome.
    Ungraded,
    /// With outcomes for areas a full one, otherwise monitoring: since
    /// November 2025 both kinds stand in the same columns, and an inspection
    /// begun without designation may end as a full one.
    ByAreas,
}

/// Headings of one block; an empty heading stands for none.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) event: Event,
    /// Whether a file may lack the whole block.
    pub(super) optional: bool,
    pub(super) number: &'static str,
    pub(super) inspection_type: &'static str,
    pub(super) started: &'static str,
    pub(super) ended: &'static str,
    pub(super) published: &'static str,
    pub(super) relates: &'static str,
    pub(super) urn_at_time: &'static str,
    pub(super) converted: &'static str,
    pub(super) concern: &'static str,
    pub(super) text: &'static str,
    pub(super) areas: &'static [AreaHeadings],
}

/// Headings of one area.
#[derive(Debug)]
pub(super) struct AreaHeadings {
    pub(super) area: Area,
    pub(super) scale: Scale,
    pub(super) outcome: &'static str,
    pub(super) dated: &'static str,
}

const fn area(
    area: Area,
    scale: Scale,
    outcome: &'static str,
    dated: &'static str,
) -> AreaHeadings {
    AreaHeadings {
        area,
        scale,
        outcome,
        dated,
    }
}

/// The blocks of a layout, in the order of the file.
pub(super) const fn of(layout: Layout) -> &'static [Block] {
    match layout {
        Layout::OfstedSection8 => &SECTION_8,
        Layout::OfstedGraded => &GRADED,
        Layout::OfstedReportCard(GradeDateWording::Judgement) => &REPORT_CARD_JUDGEMENT,
        Layout::OfstedReportCard(GradeDateWording::Grade) => &REPORT_CARD_GRADE,
        Layout::OfstedInYear => &IN_YEAR,
        _ => &[],
    }
}

static SECTION_8: [Block; 3] = [
    Block {
        event: Event::Full,
        optional: false,
        number: "Inspection number of latest full inspection",
        inspection_type: "Inspection type",
        started: "Inspection start date",
        ended: "Inspection end date",
        published: "Publication date",
        relates: "Does the latest full inspection relate to the URN of the current school?",
        urn_at_time: "URN at time of latest full inspection",
        converted: "",
        concern: "Category of concern",
        text: "",
        areas: &LATEST_LEGACY,
    },
    Block {
        event: Event::Full,
        optional: true,
        number: "Previous full inspection number",
        inspection_type: "",
        started: "Previous inspection start date",
        ended: "Previous inspection end date",
        published: "Previous publication date",
        relates: "Does the previous full inspection relate to the URN of the current school?",
        urn_at_time: "URN at time of previous full inspection",
        converted: "",
        concern: "Previous category of concern",
        text: "",
        areas: &PREVIOUS_FULL,
    },
    Block {
        event: Event::Ungraded,
        optional: false,
        number: "Latest section 8 inspection number since last full inspection",
        inspection_type: "",
        started: "Date of latest section 8 inspection",
        ended: "",
        published: "Section 8 inspection publication date",
        relates: "Does the section 8 inspection relate to the URN of the current school?",
        urn_at_time: "URN at time of the section 8 inspection",
        converted: "Did the latest section 8 inspection convert to a full inspection?",
        concern: "",
        text: "Section 8 inspection overall outcome",
        areas: &[],
    },
];

static GRADED: [Block; 3] = [
    Block {
        event: Event::Full,
        optional: false,
        number: "Inspection number of latest graded inspection",
        inspection_type: "Inspection type",
        started: "Inspection start date",
        ended: "Inspection end date",
        published: "Publication date",
        relates: "Does the latest graded inspection relate to the URN of the current school?",
        urn_at_time: "URN at time of latest graded inspection",
        converted: "",
        concern: "Category of concern",
        text: "",
        areas: &LATEST_LEGACY,
    },
    // Last seen on 31 August 2025; the files of September and October lack it.
    Block {
        event: Event::Full,
        optional: true,
        number: "Previous graded inspection number",
        inspection_type: "",
        started: "Previous inspection start date",
        ended: "Previous inspection end date",
        published: "Previous publication date",
        relates: "Does the previous graded inspection relate to the URN of the current school?",
        urn_at_time: "URN at time of previous graded inspection",
        converted: "",
        concern: "Previous category of concern",
        text: "",
        areas: &PREVIOUS_GRADED,
    },
    Block {
        event: Event::Ungraded,
        optional: false,
        number: "Latest ungraded inspection number since last graded inspection",
        inspection_type: "",
        started: "Date of latest ungraded inspection",
        ended: "",
        published: "Ungraded inspection publication date",
        relates: "Does the ungraded inspection relate to the URN of the current school?",
        urn_at_time: "URN at time of the ungraded inspection",
        converted: "Did the latest ungraded inspection convert to a graded inspection?",
        concern: "",
        text: "Ungraded inspection overall outcome",
        areas: &[],
    },
];

static REPORT_CARD_JUDGEMENT: [Block; 3] = report_card_file(&REPORT_CARD_AREAS_JUDGEMENT);
static REPORT_CARD_GRADE: [Block; 3] = report_card_file(&REPORT_CARD_AREAS_GRADE);

const fn report_card_file(areas: &'static [AreaHeadings]) -> [Block; 3] {
    [
        Block {
            event: Event::ByAreas,
            optional: false,
            number: "Inspection number of latest full inspection",
            inspection_type: "Inspection type",
            started: "Inspection start date",
            ended: "",
            published: "Publication date",
            relates: "Does the latest full inspection relate to the URN of the current school?",
            urn_at_time: "URN at time of latest full inspection",
            converted: "",
            concern: "Category of concern",
            text: "",
            areas,
        },
        Block {
            event: Event::Full,
            optional: false,
            number: "Inspection number of latest OEIF graded inspection",
            inspection_type: "Inspection type of latest OEIF graded inspection",
            started: "Inspection start date of latest OEIF graded inspection",
            ended: "",
            published: "Publication date of latest OEIF graded inspection",
            relates: "Does the latest OEIF graded inspection relate to the URN of the current school?",
            urn_at_time: "URN at time of latest OEIF graded inspection",
            converted: "",
            concern: "Latest OEIF category of concern",
            text: "",
            areas: &LATEST_OEIF,
        },
        Block {
            event: Event::Ungraded,
            optional: false,
            number: "Latest ungraded inspection number",
            inspection_type: "",
            started: "Date of latest ungraded inspection",
            ended: "",
            published: "Ungraded inspection publication date",
            relates: "Does the ungraded inspection relate to the URN of the current school?",
            urn_at_time: "URN at time of the ungraded inspection",
            converted: "",
            concern: "",
            text: "Ungraded inspection overall outcome",
            areas: &[],
        },
    ]
}

static IN_YEAR: [Block; 1] = [Block {
    event: Event::ByAreas,
    optional: false,
    number: "Inspection number",
    inspection_type: "Inspection type",
    started: "Inspection start date",
    ended: "",
    published: "Publication date",
    relates: "",
    urn_at_time: "",
    converted: "",
    concern: "Category of concern",
    text: "Outcomes for legacy monitoring inspections",
    areas: &REPORT_CARD_AREAS_UNDATED,
}];

/// Headings of the eight areas before November 2025.
macro_rules! legacy_areas {
    ($overall:literal, $education:literal, $behaviour:literal, $development:literal,
     $leadership:literal, $safeguarding:literal, $early:literal, $sixth:literal) => {
        [
            area(Area::OverallEffectiveness, Scale::Legacy, $overall, ""),
            area(Area::QualityOfEducation, Scale::Legacy, $education, ""),
            area(Area::BehaviourAndAttitudes, Scale::Legacy, $behaviour, ""),
            area(Area::PersonalDevelopment, Scale::Legacy, $development, ""),
            area(
                Area::LeadershipAndManagement,
                Scale::Legacy,
                $leadership,
                "",
            ),
            area(
                Area::SafeguardingEffective,
                Scale::LegacySafeguarding,
                $safeguarding,
                "",
            ),
            area(Area::EarlyYearsProvision, Scale::Legacy, $early, ""),
            area(Area::SixthFormProvision, Scale::Legacy, $sixth, ""),
        ]
    };
}

static LATEST_LEGACY: [AreaHeadings; 8] = legacy_areas!(
    "Overall effectiveness",
    "Quality of education",
    "Behaviour and attitudes",
    "Personal development",
    "Effectiveness of leadership and management",
    "Safeguarding is effective?",
    "Early years provision (where applicable)",
    "Sixth form provision (where applicable)"
);

static PREVIOUS_FULL: [AreaHeadings; 8] = legacy_areas!(
    "Previous full inspection overall effectiveness",
    "Previous quality of education",
    "Previous behaviour and attitudes",
    "Previous personal development",
    "Previous effectiveness of leadership and management",
    "Previous safeguarding is effective?",
    "Previous early years provision (where applicable)",
    "Previous sixth form provision (where applicable)"
);

static PREVIOUS_GRADED: [AreaHeadings; 8] = legacy_areas!(
    "Previous graded inspection overall effectiveness",
    "Previous quality of education",
    "Previous behaviour and attitudes",
    "Previous personal development",
    "Previous effectiveness of leadership and management",
    "Previous safeguarding is effective?",
    "Previous early years provision (where applicable)",
    "Previous sixth form provision (where applicable)"
);

static LATEST_OEIF: [AreaHeadings; 8] = legacy_areas!(
    "Latest OEIF overall effectiveness",
    "Latest OEIF quality of education",
    "Latest OEIF behaviour and attitudes",
    "Latest OEIF personal development",
    "Latest OEIF effectiveness of leadership and management",
    // Two spaces, as published.
    "Latest OEIF  safeguarding is effective?",
    "Latest OEIF early years provision (where applicable)",
    "Latest OEIF sixth form provision (where applicable)"
);

/// Headings of the nine report-card areas, with the words between an area and
/// the date of its outcome, or none.
macro_rules! report_card_areas {
    ($($dated:literal)?) => {
        [
            area(Area::SafeguardingStandards, Scale::ReportCardSafeguarding,
                "Safeguarding standards", concat!($("Safeguarding standards", $dated)?)),
            area(Area::Inclusion, Scale::ReportCard,
                "Inclusion", concat!($("Inclusion", $dated)?)),
            area(Area::CurriculumAndTeaching, Scale::ReportCard,
                "Curriculum and teaching", concat!($("Curriculum and teaching", $dated)?)),
            area(Area::Achievement, Scale::ReportCard,
                "Achievement", concat!($("Achievement", $dated)?)),
            area(Area::AttendanceAndBehaviour, Scale::ReportCard,
                "Attendance and behaviour", concat!($("Attendance and behaviour", $dated)?)),
            area(Area::PersonalDevelopmentAndWellbeing, Scale::ReportCard,
                "Personal development and wellbeing",
                concat!($("Personal development and wellbeing", $dated)?)),
            area(Area::EarlyYears, Scale::ReportCardOptional,
                "Early years (where applicable)", concat!($("Early years", $dated)?)),
            area(Area::Post16Provision, Scale::ReportCardOptional,
                "Post-16 provision (where applicable)",
                concat!($("Post-16 provision", $dated)?)),
            area(Area::LeadershipAndGovernance, Scale::ReportCard,
                "Leadership and governance", concat!($("Leadership and governance", $dated)?)),
        ]
    };
}

static REPORT_CARD_AREAS_JUDGEMENT: [AreaHeadings; 9] = report_card_areas!(" - date of judgement");
static REPORT_CARD_AREAS_GRADE: [AreaHeadings; 9] = report_card_areas!(" - date of grade");
static REPORT_CARD_AREAS_UNDATED: [AreaHeadings; 9] = report_card_areas!();
