//! Pages beside the reports: search, groups, and what the service is.

use chrono::NaiveDate;
use group_inspection_core::{
    body::BodyKind,
    report::{AccountabilityRow, Identifier},
};
use maud::{Markup, html};
use uuid::Uuid;

use super::{PageHead, PublishedEntry, page_shell, pages::entry_list};
use crate::{SiteFacts, words};

/// A group in the results of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundGroup {
    /// Group.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: BodyKind,
    /// The school or place it was found by, if not by its name.
    pub by: Option<String>,
}

/// The form that searches groups; works without script.
#[must_use]
pub(super) fn search_form(site: &SiteFacts, text: &str) -> Markup {
    html! {
        form.search role="search" action=(site.search_path()) method="get" {
            label for="q" { "Search by group, school, place or number" }
            div {
                input #q type="search" name="q" value=(text) maxlength="100" autocomplete="off";
                button type="submit" { "Search" }
            }
        }
    }
}

/// The page of a search that finds `most` groups at the most.
#[must_use]
pub fn search(site: &SiteFacts, text: &str, found: &[FoundGroup], most: usize) -> String {
    let asked = !text.trim().is_empty();
    let body = html! {
        h1 { "Find a group" }
        (search_form(site, text))
        @if asked {
            p role="status" {
                @match found.len() {
                    0 => { "Nothing was found. Check the spelling, or try part of the name." }
                    n if n >= most => {
                        "The first " (n) " groups. There may be more: try a longer name."
                    }
                    n => { (words::sentence_case(&words::count(n, "group", "groups"))) " found." }
                }
            }
            @if !found.is_empty() {
                ul.entries {
                    @for group in found {
                        li {
                            h2 { a href=(site.group_path(group.id)) { (group.name) } }
                            p {
                                (group.kind.label())
                                @if let Some(by) = &group.by { ". Found by " (by) }
                                "."
                            }
                        }
                    }
                }
            }
        }
    };
    let head = PageHead {
        title: if asked {
            format!("Search for {text}")
        } else {
            "Search".to_owned()
        },
        unlisted: asked,
        canonical: (!asked).then(|| site.search_path()),
        ..PageHead::default()
    };
    page_shell(site, &head, &body)
}

/// A school on the page of its group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSchool {
    /// Name.
    pub name: String,
    /// Unique reference number.
    pub urn: u32,
    /// Phase as published.
    pub phase: Option<String>,
    /// Local authority.
    pub place: Option<String>,
    /// First day in the group.
    pub joined: NaiveDate,
    /// Whether that day is known only approximately.
    pub estimated: bool,
    /// How it relates to the group, where it is not responsible for it.
    pub associate: bool,
}

/// An inspection on the page of its group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectionFacts {
    /// Reference.
    pub reference: String,
    /// On what basis it took place, in words.
    pub basis: String,
    /// Day it was opened.
    pub opened_on: NaiveDate,
    /// Its report.
    pub report_id: Uuid,
}

/// What the page of a group shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupFacts {
    /// Group.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: BodyKind,
    /// Identifiers.
    pub identifiers: Vec<Identifier>,
    /// The day shown.
    pub on: NaiveDate,
    /// Whether that day is today.
    pub today: bool,
    /// Schools on that day, in the order of names.
    pub schools: Vec<GroupSchool>,
    /// What already holds bodies of this kind to account on that day.
    pub accountability: Vec<AccountabilityRow>,
    /// Inspections that have led to a published report, newest first.
    pub inspections: Vec<InspectionFacts>,
    /// Published versions of reports, newest first.
    pub reports: Vec<PublishedEntry>,
}

/// The page of a group.
#[must_use]
pub fn group(site: &SiteFacts, facts: &GroupFacts) -> String {
    let day = words::date(facts.on);
    let body = html! {
        p.kicker { (facts.kind.label()) }
        h1 { (facts.name) }
        p.statement { "No group is given a grade." }
        @if !facts.identifiers.is_empty() {
            dl.facts {
                @for one in &facts.identifiers {
                    div { dt { (words::scheme(one.scheme)) } dd { (one.value) } }
                }
            }
        }
        h2 { "Reports" }
        @if facts.reports.is_empty() {
            p { "No report on this group has been published." }
        } @else {
            (entry_list(site, &facts.reports))
        }
        h2 { "Inspections" }
        p { "An inspection is listed once its report has been published." }
        @if facts.inspections.is_empty() {
            p { "None is listed." }
        } @else {
            ul.points {
                @for inspection in &facts.inspections {
                    li {
                        p {
                            a href=(site.report_path(inspection.report_id)) {
                                (inspection.reference)
                            }
                            ", opened on " (words::date(inspection.opened_on)) ". "
                            (inspection.basis) "."
                        }
                    }
                }
            }
        }
        h2 { "Schools on " (day) }
        form.search action=(site.group_path(facts.id)) method="get" {
            label for="on" { "Show the schools as on another day" }
            div {
                input #on type="date" name="on" value=(facts.on);
                button type="submit" { "Show" }
            }
        }
        @if facts.schools.is_empty() {
            p { "The register lists no school of this group on this day." }
        } @else {
            p { (words::sentence_case(&words::schools(facts.schools.len()))) ", in the order of names." }
            div.scroll role="region" aria-label="Schools" tabindex="0" {
                table.wide {
                    caption { span { "Schools of the group on " (day) } }
                    thead {
                        tr {
                            th scope="col" { "School" }
                            th scope="col" { "URN" }
                            th scope="col" { "Phase" }
                            th scope="col" { "Local authority" }
                            th scope="col" { "In the group since" }
                        }
                    }
                    tbody {
                        @for school in &facts.schools {
                            tr {
                                th scope="row" {
                                    (school.name)
                                    @if school.associate { " (associated)" }
                                }
                                td { (school.urn) }
                                td { (school.phase.as_deref().unwrap_or("Not published")) }
                                td { (school.place.as_deref().unwrap_or("Not published")) }
                                td {
                                    @if school.estimated { "about " }
                                    (words::date(school.joined))
                                }
                            }
                        }
                    }
                }
            }
        }
        h2 { "What already holds the group to account" }
        @if facts.accountability.is_empty() {
            p { "None found in the register for this kind of body as at " (day) "." }
        } @else {
            div.scroll role="region" aria-label="Accountability" tabindex="0" {
                table.wide {
                    caption { span { "Arrangements for this kind of body on " (day) } }
                    thead {
                        tr {
                            th scope="col" { "Arrangement" }
                            th scope="col" { "How often" }
                            th scope="col" { "What is published" }
                        }
                    }
                    tbody {
                        @for row in &facts.accountability {
                            tr {
                                th scope="row" { (row.arrangement) }
                                td { (row.frequency) }
                                td { (row.output) }
                            }
                        }
                    }
                }
            }
        }
    };
    let head = PageHead {
        title: facts.name.clone(),
        description: Some(format!(
            "Schools of {} and reports of ungraded group inspections.",
            facts.name
        )),
        canonical: facts.today.then(|| site.group_path(facts.id)),
        unlisted: !facts.today,
        ..PageHead::default()
    };
    page_shell(site, &head, &body)
}

/// A page of plain text: heading, then sections of paragraphs.
fn prose(site: &SiteFacts, title: &str, path: String, sections: &[(&str, &[&str])]) -> String {
    let body = html! {
        h1 { (title) }
        @for (heading, paragraphs) in sections {
            @if !heading.is_empty() { h2 { (heading) } }
            @for text in *paragraphs { p { (text) } }
        }
    };
    let head = PageHead {
        title: title.to_owned(),
        canonical: Some(path),
        ..PageHead::default()
    };
    page_shell(site, &head, &body)
}

/// What group inspection is, and why there is no grade.
#[must_use]
pub fn about(site: &SiteFacts) -> String {
    prose(
        site,
        "About group inspection",
        site.about_path(),
        &[
            (
                "",
                &[
                    "A group inspection looks at a body that runs several schools: an academy \
                     trust, a local authority, a federation, a diocese or a group of independent \
                     schools. It asks two things. What patterns are there in the quality of the \
                     schools? And how effective is what the group does about weaknesses?",
                    "It does not inspect any school again. It reads what school inspections have \
                     published, what the group sends, and what inspectors see.",
                ],
            ),
            (
                "Why there is no grade",
                &[
                    "A group of schools is many things at once. One word for all of them would \
                     hide what matters: where pupils do well, where they do not, and what is \
                     being done about it.",
                    "So no report gives a grade, a score, a rank or a colour to a group, and no \
                     report compares one group with another. The service has no place to store \
                     one. What each school was given by its own inspection stands in an annex, as \
                     it was published.",
                ],
            ),
            (
                "How patterns are found",
                &[
                    "A key pattern needs at least two schools and two kinds of evidence. Where \
                     published outcomes alone would show it, the report also asks how often \
                     chance would give as many. Outcomes from before a school joined are shown, \
                     and never count for or against the group.",
                ],
            ),
            (
                "Who inspects",
                &[
                    "Teams are led by His Majesty's Inspectors and include leaders of other \
                     groups. Each of them declares interests, and somebody else decides whether \
                     they may take part. The group may object.",
                ],
            ),
            (
                "If a report is wrong",
                &[
                    "The group checks the facts before publication. A mistake found later is put \
                     right in a new version with a note that says what changed; the earlier \
                     version stays, marked. A report that cannot stand is withdrawn, with the \
                     reason.",
                ],
            ),
        ],
    )
}

/// How accessible the pages are, and what to do about what is not.
#[must_use]
pub fn accessibility(site: &SiteFacts) -> String {
    prose(
        site,
        "Accessibility",
        site.accessibility_path(),
        &[
            (
                "",
                &[
                    "We want as many people as possible to be able to use these pages. You should \
                     be able to zoom in to 400% without text spilling off the screen, reach \
                     everything with a keyboard alone, and listen to most of it with a screen \
                     reader. The pages need no script.",
                ],
            ),
            (
                "How accessible the pages are",
                &[
                    "The pages are built to meet the Web Content Accessibility Guidelines \
                     version 2.2, level AA. Every chart is followed by its numbers in a table. \
                     Reports are web pages first; the PDF is tagged for assistive technology \
                     (PDF/UA-1).",
                    "Wide tables scroll sideways within their own frame on small screens.",
                ],
            ),
            (
                "If you cannot read something",
                &[
                    "Each report is also there as plain text and as data. If you need it in \
                     another form, ask whoever runs this service; the address is at the foot of \
                     each page.",
                ],
            ),
        ],
    )
}
