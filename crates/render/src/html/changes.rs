//! What differs between two versions of a report, as readers would see it.

use group_inspection_core::report::Report;
use maud::{Markup, html};
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices};
use uuid::Uuid;

use super::{PageHead, page_shell};
use crate::{
    Copies, PageFacts, PublicationStatus, SiteFacts, VersionFacts,
    content::{Block, Cell, Document, Fact, Section},
    words,
};

/// Two versions of one report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangesFacts {
    /// Report.
    pub report_id: Uuid,
    /// The version compared with.
    pub older: VersionFacts,
    /// The version looked at.
    pub newer: VersionFacts,
}

/// The page of the differences. Numbers of evidence entries are left out of
/// the comparison: one more entry moves all that follow.
#[must_use]
pub fn changes(site: &SiteFacts, facts: &ChangesFacts, older: &Report, newer: &Report) -> String {
    let (before, after) = (parts(older, site), parts(newer, site));
    let sections: Vec<(&str, Vec<Change>)> = after
        .iter()
        .map(|part| {
            let old = before.iter().find(|old| old.title == part.title);
            let old = old.map_or(&[][..], |old| &old.lines);
            (part.title.as_str(), compared(old, &part.lines))
        })
        .filter(|(_, changes)| !changes.is_empty())
        .collect();
    let group = &newer.front.group_name;
    let title = format!(
        "What changed from version {} to version {}",
        facts.older.version, facts.newer.version
    );
    let body = html! {
        p.kicker { (group) }
        h1 { (title) }
        p {
            "Reference " (newer.front.reference) ". "
            a href=(site.version_path(facts.report_id, facts.older.version)) {
                "Version " (facts.older.version)
            }
            " was published on " (words::day_of(facts.older.published_at)) ", "
            a href=(site.version_path(facts.report_id, facts.newer.version)) {
                "version " (facts.newer.version)
            }
            " on " (words::day_of(facts.newer.published_at)) "."
        }
        @if let Some(note) = &facts.newer.note {
            div.banner role="region" aria-label="Note on this version" { p { (note) } }
        }
        @if sections.is_empty() {
            p { "The text of the report is the same in both versions." }
        }
        @for (title, changes) in &sections {
            section {
                h2 { (title) }
                @for change in changes { (self::change(change)) }
            }
        }
    };
    let head = PageHead {
        title: format!("{group}: {}", title.to_lowercase()),
        unlisted: true,
        ..PageHead::default()
    };
    page_shell(site, &head, &body)
}

/// One difference, in reading order.
enum Change {
    Removed(String),
    Added(String),
    Reworded { was: String, is: String },
}

fn change(change: &Change) -> Markup {
    match change {
        Change::Removed(text) => html! {
            dl.change { div { dt { "Removed" } dd { del { (text) } } } }
        },
        Change::Added(text) => html! {
            dl.change { div { dt { "Added" } dd { ins { (text) } } } }
        },
        Change::Reworded { was, is } => {
            let diff = TextDiff::configure()
                .algorithm(Algorithm::Patience)
                .diff_words(was.as_str(), is.as_str());
            let side = |left_out: ChangeTag| {
                diff.iter_all_changes()
                    .filter(move |part| part.tag() != left_out)
            };
            html! {
                dl.change {
                    div {
                        dt { "Was" }
                        dd {
                            @for part in side(ChangeTag::Insert) {
                                @if part.tag() == ChangeTag::Delete { del { (part.value()) } }
                                @else { (part.value()) }
                            }
                        }
                    }
                    div {
                        dt { "Is" }
                        dd {
                            @for part in side(ChangeTag::Delete) {
                                @if part.tag() == ChangeTag::Insert { ins { (part.value()) } }
                                @else { (part.value()) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn compared(old: &[String], new: &[String]) -> Vec<Change> {
    let mut changes = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, old, new) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let mut was = old.get(op.old_range()).unwrap_or_default().iter();
        let mut is = new.get(op.new_range()).unwrap_or_default().iter();
        loop {
            changes.push(match (was.next(), is.next()) {
                (Some(was), Some(is)) => Change::Reworded {
                    was: was.clone(),
                    is: is.clone(),
                },
                (Some(was), None) => Change::Removed(was.clone()),
                (None, Some(is)) => Change::Added(is.clone()),
                (None, None) => break,
            });
        }
    }
    changes
}

/// A section as lines to compare.
struct Part {
    title: String,
    lines: Vec<String>,
}

fn parts(report: &Report, site: &SiteFacts) -> Vec<Part> {
    // Both versions are set out with the same facts of publication, so that
    // only the report itself can differ.
    let facts = PageFacts {
        site: site.clone(),
        published_at: chrono::DateTime::UNIX_EPOCH,
        version: 1,
        latest_version: 1,
        status: PublicationStatus::Current,
        public_note: None,
        history: Vec::new(),
        copies: Copies::default(),
    };
    let document = Document::new(report, &facts);
    let mut front: Vec<String> = document.facts.iter().map(fact).collect();
    if let Some(team) = &document.team {
        push(&mut front, &Block::Table(team.clone()), 0);
    }
    let front = Part {
        title: "Front panel".to_owned(),
        lines: front,
    };
    std::iter::once(front)
        .chain(document.sections.iter().map(section))
        .collect()
}

fn section(section: &Section) -> Part {
    // The first column of the evidence annex is the number of the entry.
    let skipped = usize::from(section.anchor == crate::content::EVIDENCE);
    let mut lines = Vec::new();
    for block in &section.blocks {
        push(&mut lines, block, skipped);
    }
    Part {
        title: format!("{} {}", section.number, section.title),
        lines,
    }
}

fn push(lines: &mut Vec<String>, block: &Block, skipped: usize) {
    match block {
        Block::Heading { text, .. } | Block::Text { text } => lines.push(text.clone()),
        Block::Passage(passage) => lines.push(passage.text.clone()),
        Block::Points { items } => lines.extend(items.iter().map(|item| item.text.clone())),
        Block::Quote { paragraphs } => lines.extend(paragraphs.iter().cloned()),
        Block::Facts { facts } => lines.extend(facts.iter().map(fact)),
        Block::Table(table) => {
            for row in &table.rows {
                let cells: Vec<String> = row
                    .cells
                    .iter()
                    .zip(&table.columns)
                    .skip(skipped)
                    .map(|(item, column)| (column.title, cell(item)))
                    .filter(|(_, text)| !text.is_empty())
                    .map(|(title, text)| format!("{title}: {text}"))
                    .collect();
                lines.push(cells.join(". "));
            }
        }
        // Its numbers stand in a table or in lines beside it.
        Block::Figure(_) => {}
    }
}

fn fact(fact: &Fact) -> String {
    format!("{}: {}", fact.label, cell(&fact.value))
}

fn cell(cell: &Cell) -> String {
    let lines: Vec<&str> = cell.lines.iter().map(|line| line.text.as_str()).collect();
    lines.join("; ")
}
