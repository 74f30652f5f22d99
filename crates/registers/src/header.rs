//! Headings of a file and where their cells are.

use std::collections::{HashMap, HashSet};

use crate::{Layout, Unrecognised, rows::Row, text};

/// How many headings an error repeats, and how much of each.
const SHOWN_HEADINGS: usize = 6;
const SHOWN_CHARACTERS: usize = 60;

/// Where a column's cell is; `None` where the file does not have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Column(pub(crate) Option<usize>);

/// Headings as the file spells them, found by name whatever their case,
/// spacing or byte order mark.
#[derive(Debug)]
pub(crate) struct Header {
    names: Vec<String>,
    by_name: HashMap<String, usize>,
    repeated: HashSet<String>,
}

/// The form in which headings are compared. Ofsted's real heading
/// `Latest OEIF  safeguarding is effective?` has two spaces.
fn normal(heading: &str) -> String {
    let mut out = String::with_capacity(heading.len());
    for word in heading.replace('\u{feff}', " ").split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&word.to_lowercase());
    }
    out
}

impl Header {
    /// The header in this row, if one of its headings is `URN` or `Group UID`.
    pub(crate) fn find_in(row: &Row<'_>) -> Option<Self> {
        let header = Self::of(row);
        (header.has("URN") || header.has("Group UID")).then_some(header)
    }

    fn of(row: &Row<'_>) -> Self {
        let mut names: Vec<String> = row
            .cells()
            .map(|cell| {
                cell.trim_matches(|c: char| c == '\u{feff}' || c.is_whitespace())
                    .to_owned()
            })
            .collect();
        // Spreadsheets write empty headings over columns that were emptied.
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        let mut by_name = HashMap::with_capacity(names.len());
        let mut repeated = HashSet::new();
        for (at, name) in names.iter().enumerate() {
            let name = normal(name);
            if !name.is_empty() && by_name.contains_key(&name) {
                repeated.insert(name);
            } else {
                by_name.insert(name, at);
            }
        }
        Self {
            names,
            by_name,
            repeated,
        }
    }

    pub(crate) fn width(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn has(&self, heading: &str) -> bool {
        self.by_name.contains_key(&normal(heading))
    }

    pub(crate) fn name(&self, at: usize) -> Option<&str> {
        self.names.get(at).map(String::as_str)
    }

    pub(crate) fn first_names(&self) -> Vec<String> {
        shown(self.names.iter().map(String::as_str))
    }

    /// Headings that no known version of `layout` has.
    pub(crate) fn unknown(&self, layout: Layout) -> Vec<String> {
        let known: HashSet<String> = layout.known_headings().lines().map(normal).collect();
        self.names
            .iter()
            .filter(|name| !name.is_empty() && !known.contains(&normal(name)))
            .cloned()
            .collect()
    }
}

/// The first few headings of a line, shortened, for an error.
pub(crate) fn shown<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    names
        .take(SHOWN_HEADINGS)
        .map(|name| {
            text::clean(name.into())
                .0
                .chars()
                .take(SHOWN_CHARACTERS)
                .collect()
        })
        .collect()
}

/// Finds the columns of one layout and remembers which are missing.
pub(crate) struct Mapping<'a> {
    header: &'a Header,
    layout: Layout,
    missing: Vec<String>,
    repeated: Option<String>,
}

impl<'a> Mapping<'a> {
    pub(crate) fn new(header: &'a Header, layout: Layout) -> Self {
        Self {
            header,
            layout,
            missing: Vec::new(),
            repeated: None,
        }
    }

    /// A column that the file may lack.
    pub(crate) fn may(&mut self, heading: &str) -> Column {
        if heading.is_empty() {
            return Column(None);
        }
        let name = normal(heading);
        if self.header.repeated.contains(&name) && self.repeated.is_none() {
            self.repeated = Some(heading.to_owned());
        }
        Column(self.header.by_name.get(&name).copied())
    }

    /// A column that the file must have.
    pub(crate) fn must(&mut self, heading: &str) -> Column {
        let column = self.may(heading);
        if column.0.is_none() {
            self.missing.push(heading.to_owned());
        }
        column
    }

    /// Two columns of which the file must have one: code and name.
    pub(crate) fn either(&mut self, code: &str, name: &str) -> (Column, Column) {
        let columns = (self.may(code), self.may(name));
        if columns.0.0.is_none() && columns.1.0.is_none() {
            self.missing.push(format!("{code} or {name}"));
        }
        columns
    }

    pub(crate) fn done<T>(self, columns: T) -> Result<T, Unrecognised> {
        if let Some(heading) = self.repeated {
            return Err(Unrecognised::RepeatedColumn { heading });
        }
        if self.missing.is_empty() {
            Ok(columns)
        } else {
            Err(Unrecognised::MissingColumns {
                layout: self.layout,
                missing: self.missing,
            })
        }
    }
}
