//! The report as plain text, for any device.

use std::fmt::Write;

use group_inspection_core::report::Report;

use crate::{
    PageFacts,
    content::{Block, Cell, Document, Fact, Passage, Section, Table},
    words,
};

/// The report as plain text: one paragraph a line, sections underlined,
/// tables as a block of `label: value` lines for each row.
#[must_use]
pub fn report_text(report: &Report, facts: &PageFacts) -> String {
    let document = Document::new(report, facts);
    let mut text = Text::default();
    text.line(document.kicker);
    text.underlined(&document.title, '=');
    text.paragraph(&document.statement);
    for notice in &document.notices {
        text.paragraph(notice);
    }
    text.facts(&document.facts);
    if let Some(team) = &document.team {
        text.table(team);
    }
    let page = facts.site.version_path(report.report_id, facts.version);
    text.paragraph(&format!("Page: {}", facts.site.absolute(&page)));
    for section in &document.sections {
        text.section(section);
    }
    words::printable(text.0.trim_end()) + "\n"
}

/// Text so far.
#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, line: &str) {
        // A line feed in a report's text must not look like a new heading.
        let words: Vec<&str> = line.split_whitespace().collect();
        self.0.push_str(&words.join(" "));
        self.0.push('\n');
    }

    fn paragraph(&mut self, text: &str) {
        self.line(text);
        self.0.push('\n');
    }

    fn underlined(&mut self, title: &str, mark: char) {
        self.line(title);
        self.0
            .extend(std::iter::repeat_n(mark, title.chars().count().min(72)));
        self.0.push_str("\n\n");
    }

    fn section(&mut self, section: &Section) {
        self.0.push('\n');
        self.underlined(&format!("{} {}", section.number, section.title), '=');
        for block in &section.blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level: 3, text, .. } => {
                self.0.push('\n');
                self.underlined(text, '-');
            }
            Block::Heading { text, .. } => self.paragraph(text),
            Block::Passage(passage) => self.paragraph(&with_refs(passage)),
            Block::Points { items } => {
                for item in items {
                    self.line(&format!("* {}", with_refs(item)));
                }
                self.0.push('\n');
            }
            Block::Text { text } => self.paragraph(text),
            Block::Quote { paragraphs } => {
                for text in paragraphs {
                    self.paragraph(&format!("> {text}"));
                }
            }
            Block::Facts { facts } => self.facts(facts),
            Block::Table(table) => self.table(table),
            // Its numbers stand in the table or the lines that follow.
            Block::Figure(_) => {}
        }
    }

    fn facts(&mut self, facts: &[Fact]) {
        for fact in facts {
            self.line(&format!("{}: {}", fact.label, cell(&fact.value)));
        }
        self.0.push('\n');
    }

    fn table(&mut self, table: &Table) {
        self.paragraph(&format!("[Table] {}", table.caption));
        for row in &table.rows {
            for (item, column) in row.cells.iter().zip(&table.columns) {
                self.line(&format!("{}: {}", column.title, cell(item)));
            }
            if table.columns.len() > 2 {
                self.0.push('\n');
            }
        }
        if table.columns.len() <= 2 {
            self.0.push('\n');
        }
    }
}

fn with_refs(passage: &Passage) -> String {
    let mut text = passage.text.clone();
    let ids: Vec<&str> = passage.refs.iter().map(|item| item.id.as_str()).collect();
    if !ids.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(text, " [Evidence: {}]", ids.join(", "));
    }
    text
}

fn cell(cell: &Cell) -> String {
    let lines: Vec<&str> = cell.lines.iter().map(|line| line.text.as_str()).collect();
    let ids: Vec<&str> = cell.refs.iter().map(|item| item.id.as_str()).collect();
    let mut text = lines.join("; ");
    if !ids.is_empty() {
        if !text.is_empty() {
            text.push(' ');
        }
        let _ = write!(text, "[{}]", ids.join(", "));
    }
    text
}
