//! The parts a document is made of.

use crate::chart::Shape;

/// A numbered section or a lettered annex.
#[derive(Debug)]
pub(crate) struct Section {
    /// Anchor, unique in the document.
    pub(crate) anchor: &'static str,
    /// `1`, `Annex A`.
    pub(crate) number: &'static str,
    /// Title.
    pub(crate) title: &'static str,
    /// Whether the section is an annex.
    pub(crate) annex: bool,
    /// What is in it.
    pub(crate) blocks: Vec<Block>,
}

/// One part of a section.
#[derive(Debug)]
pub(crate) enum Block {
    /// A heading of level 3 or 4, under the section's level 2.
    Heading {
        level: u8,
        anchor: Option<String>,
        text: String,
    },
    /// A paragraph of the report.
    Passage(Passage),
    /// Paragraphs of the report as points.
    Points { items: Vec<Passage> },
    /// A paragraph that is not evidence-bearing.
    Text { text: String },
    /// Someone else's words.
    Quote { paragraphs: Vec<String> },
    /// Labels and values.
    Facts { facts: Vec<Fact> },
    /// A table.
    Table(Table),
    /// A chart.
    Figure(Figure),
}

/// A paragraph and what it rests on.
#[derive(Debug)]
pub(crate) struct Passage {
    pub(crate) anchor: String,
    pub(crate) text: String,
    pub(crate) refs: Vec<Ref>,
}

/// A reference to an entry of the evidence annex.
#[derive(Clone, Debug)]
pub(crate) struct Ref {
    /// Identifier as printed.
    pub(crate) id: String,
    /// Anchor in the annex; `None` if the annex has no such entry.
    pub(crate) target: Option<String>,
    /// The entry in a phrase.
    pub(crate) description: String,
    /// How many entries it stands for: one, or all that are not shown.
    pub(crate) entries: usize,
}

/// A label and its value.
#[derive(Debug)]
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) value: Cell,
}

/// A table whose first cell of each row names the row.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) caption: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    /// Share of the width where widths are shared out.
    pub(crate) weight: u8,
    /// Whether the values are numbers, to be aligned at the end.
    pub(crate) numeric: bool,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) anchor: Option<String>,
    pub(crate) cells: Vec<Cell>,
}

/// Content of a cell: lines, then references to evidence.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) lines: Vec<Line>,
    pub(crate) refs: Vec<Ref>,
}

/// One line of a cell.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) text: String,
    /// Anchor the line links to.
    pub(crate) target: Option<String>,
}

/// A chart. Its numbers always stand in a table beside it.
#[derive(Debug)]
pub(crate) struct Figure {
    pub(crate) anchor: String,
    pub(crate) title: String,
    /// What the chart shows, for those who do not see it.
    pub(crate) description: String,
    /// How to read it.
    pub(crate) note: String,
    pub(crate) svg: String,
    /// Width and height in the chart's own units.
    pub(crate) size: (u32, u32),
    /// What it is drawn with.
    pub(crate) shapes: Vec<Shape>,
    /// Heights at which it can be cut in two where it does not fit on a page.
    pub(crate) cuts: Vec<u32>,
}

impl Passage {
    /// How many entries it rests on.
    pub(crate) fn entries(&self) -> usize {
        self.refs.iter().map(|item| item.entries).sum()
    }
}

impl Block {
    /// Every reference to the evidence annex.
    pub(crate) fn refs(&self) -> Vec<&Ref> {
        match self {
            Self::Passage(passage) => passage.refs.iter().collect(),
            Self::Points { items } => items.iter().flat_map(|item| &item.refs).collect(),
            Self::Facts { facts } => facts.iter().flat_map(|fact| &fact.value.refs).collect(),
            Self::Table(table) => table
                .rows
                .iter()
                .flat_map(|row| &row.cells)
                .flat_map(|cell| &cell.refs)
                .collect(),
            Self::Heading { .. } | Self::Text { .. } | Self::Quote { .. } | Self::Figure(_) => {
                Vec::new()
            }
        }
    }

    pub(crate) fn heading(level: u8, text: impl Into<String>) -> Self {
        Self::Heading {
            level,
            anchor: None,
            text: text.into(),
        }
    }

    pub(crate) fn anchored(level: u8, anchor: String, text: impl Into<String>) -> Self {
        Self::Heading {
            level,
            anchor: Some(anchor),
            text: text.into(),
        }
    }

    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }
}

impl Fact {
    pub(crate) fn new(label: impl Into<String>, value: impl Into<Cell>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
        }
    }
}

impl Column {
    pub(crate) const fn words(title: &'static str, weight: u8) -> Self {
        Self {
            title,
            weight,
            numeric: false,
        }
    }

    pub(crate) const fn number(title: &'static str, weight: u8) -> Self {
        Self {
            title,
            weight,
            numeric: true,
        }
    }
}

impl Row {
    pub(crate) fn new(cells: Vec<Cell>) -> Self {
        Self {
            anchor: None,
            cells,
        }
    }
}

impl Cell {
    pub(crate) fn lines(lines: Vec<Line>) -> Self {
        Self {
            lines,
            refs: Vec::new(),
        }
    }

    pub(crate) fn with_refs(mut self, refs: Vec<Ref>) -> Self {
        self.refs = refs;
        self
    }
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self { text, target: None }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::lines(vec![text.into()])
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        number.to_string().into()
    }
}
