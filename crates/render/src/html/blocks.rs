//! Sections and blocks of a document as HTML.

use maud::{Markup, PreEscaped, html};

use crate::{
    content::{Block, Cell, Fact, Figure, Passage, Ref, Row, Section, Table},
    words,
};

pub(super) fn section(section: &Section) -> Markup {
    html! {
        section.annex[section.annex] aria-labelledby=(section.anchor) {
            h2 #(section.anchor) {
                span.number { (section.number) } " " (section.title)
            }
            @for block in &section.blocks { (self::block(block)) }
        }
    }
}

fn block(block: &Block) -> Markup {
    match block {
        Block::Heading {
            level,
            anchor,
            text,
        } => heading(*level, anchor.as_deref(), text),
        Block::Passage(passage) => html! {
            div.passage #(passage.anchor) { p { (passage.text) } (basis(passage)) }
        },
        Block::Points { items } => html! {
            ul.points {
                @for item in items {
                    li #(item.anchor) { p { (item.text) } (basis(item)) }
                }
            }
        },
        Block::Text { text } => html! { p { (text) } },
        Block::Quote { paragraphs } => html! {
            blockquote { @for text in paragraphs { p { (text) } } }
        },
        Block::Facts { facts } => self::facts(facts),
        Block::Table(table) => self::table(table),
        Block::Figure(figure) => self::figure(figure),
    }
}

fn heading(level: u8, anchor: Option<&str>, text: &str) -> Markup {
    html! {
        @if level == 3 {
            h3 id=[anchor] { (text) }
        } @else {
            h4 id=[anchor] { (text) }
        }
    }
}

/// The evidence of a passage, one click away.
fn basis(passage: &Passage) -> Markup {
    html! {
        @if !passage.refs.is_empty() {
            details.basis {
                summary {
                    "How we know this"
                    span.aside {
                        " (" (words::count(passage.entries(), "entry", "entries")) ")"
                    }
                }
                ul {
                    @for item in &passage.refs { li { (reference(item)) ": " (item.description) } }
                }
            }
        }
    }
}

fn reference(item: &Ref) -> Markup {
    html! {
        @if let Some(target) = &item.target {
            a href={ "#" (target) } { (item.id) }
        } @else {
            (item.id)
        }
    }
}

pub(super) fn facts(facts: &[Fact]) -> Markup {
    html! {
        dl.facts {
            @for fact in facts {
                div { dt { (fact.label) } dd { (cell(&fact.value)) } }
            }
        }
    }
}

pub(super) fn table(table: &Table) -> Markup {
    let markup = html! {
        table.wide[table.columns.len() > 3].pair[table.columns.len() == 2] {
            // The text stays in view while the table scrolls under it.
            caption { span { (table.caption) } }
            thead {
                tr {
                    @for column in &table.columns {
                        th.number[column.numeric] scope="col" { (column.title) }
                    }
                }
            }
            tbody { @for row in &table.rows { (self::row(row, table)) } }
        }
    };
    html! {
        @if table.columns.len() > 2 {
            // May be wider than a phone: it scrolls by itself, also by keyboard.
            div.scroll role="region" aria-label=(table.caption) tabindex="0" { (markup) }
        } @else {
            (markup)
        }
    }
}

fn row(row: &Row, table: &Table) -> Markup {
    html! {
        tr id=[row.anchor.as_deref()] {
            @for (index, (item, column)) in row.cells.iter().zip(&table.columns).enumerate() {
                @if index == 0 {
                    th scope="row" { (cell(item)) }
                } @else {
                    td.number[column.numeric] { (cell(item)) }
                }
            }
        }
    }
}

fn cell(cell: &Cell) -> Markup {
    html! {
        @match cell.lines.as_slice() {
            [] => {}
            [only] => { (line(only)) }
            lines => { ul.lines { @for item in lines { li { (line(item)) } } } }
        }
        @if !cell.refs.is_empty() {
            @if !cell.lines.is_empty() { " " }
            span.refs {
                @for (index, item) in cell.refs.iter().enumerate() {
                    @if index > 0 { ", " }
                    (reference(item))
                }
            }
        }
    }
}

fn line(line: &crate::content::Line) -> Markup {
    html! {
        @if let Some(target) = &line.target {
            a href={ "#" (target) } { (line.text) }
        } @else {
            (line.text)
        }
    }
}

fn figure(figure: &Figure) -> Markup {
    html! {
        figure #(figure.anchor) {
            // Our own SVG, escaped when it was made.
            (PreEscaped(&figure.svg))
            figcaption { strong { (figure.title) "." } " " (figure.note) }
        }
    }
}
