//! Tables, and lists of labels with values.

use std::rc::Rc;

use krilla::tagging::{TableHeaderScope, Tag, TagKind};

use super::{
    flow::{Mark, Repeated, Strip},
    paragraph::{Line, Paragraph},
    setter::{Setter, Setting, marks, rule},
    style::{FULL, INK, LEFT, MEASURE, MM, RULE, SOFT, Style},
    tags::TagId,
};
use crate::content::{Cell, Fact, Row, Table};

/// Lines and letters that a row on one page may have at the most.
const LINES: usize = 16;
const LETTERS: usize = 900;
/// Lines of a table that is kept on one page.
const SHORT: usize = 8;
/// Space above and below the lines of a cell.
const PAD: f32 = 2.6;
/// Space between columns.
const GUTTER: f32 = 6.0;
const HAIRLINE: f32 = 0.5;

/// A cell set in lines.
struct Set {
    x: f32,
    width: f32,
    numeric: bool,
    lines: Vec<Line>,
}

/// What is below a row.
struct Under {
    length: f32,
    stroke: f32,
    colour: super::style::Colour,
}

/// Where a column is.
#[derive(Clone, Copy)]
struct Track {
    x: f32,
    width: f32,
    numeric: bool,
}

impl Setter {
    /// Labels and values: a table whose first column names the row.
    pub(super) fn facts(&mut self, facts: &[Fact], parent: TagId) -> Vec<Strip> {
        const SIZE: f32 = 9.0;
        const LABEL: f32 = MEASURE * 0.3;
        let table = self.tags.within(parent, Tag::Table);
        let body = self.tags.within(table, Tag::TBody);
        let mut strips = Vec::new();
        for fact in facts {
            let row = self.tags.within(body, Tag::TR);
            let head = self.tags.within(row, Tag::TH(TableHeaderScope::Row));
            let data = self.tags.within(row, Tag::TD);
            let label = self.fitting.drawn(&fact.label);
            let label = Paragraph::of(&label, Style::bold(SIZE), head);
            let value = self.cell(&fact.value, Style::plain(SIZE), data);
            let cells = vec![
                Set {
                    x: LEFT,
                    width: LABEL,
                    numeric: false,
                    lines: label.set(&mut self.shaper, LABEL),
                },
                Set {
                    x: LEFT + LABEL + 8.0,
                    width: MEASURE - LABEL - 8.0,
                    numeric: false,
                    lines: value.set(&mut self.shaper, MEASURE - LABEL - 8.0),
                },
            ];
            let under = Under {
                length: MEASURE,
                stroke: HAIRLINE,
                colour: RULE,
            };
            let breakable = fact.value.lines.len() > LINES;
            strips.extend(row_of(cells, Style::plain(SIZE), &under, breakable));
        }
        space(&mut strips, 6.0, 14.0);
        strips
    }

    /// A table with a caption and a header row.
    pub(super) fn table(&mut self, table: &Table, size: f32, parent: TagId) -> Vec<Strip> {
        let tag = self.tags.within(parent, Tag::Table);
        let caption = self.tags.within(tag, Tag::Caption);
        let style = Style::bold(9.5);
        let setting = Setting::column(LEFT, FULL, style).spaced(0.0, 2.0);
        let mut strips = self.text(&table.caption, caption, setting);
        for strip in &mut strips {
            strip.keep = true;
        }

        let tracks = tracks(table);
        let (header, repeated) = self.header(table, &tracks, size, tag);
        strips.extend(header);

        let body = self.tags.within(tag, Tag::TBody);
        let lines: usize = table.rows.iter().map(lines_of).sum();
        let short = lines <= SHORT && table.rows.iter().all(keeps_together);
        let last = table.rows.len().saturating_sub(1);
        for (index, row) in table.rows.iter().enumerate() {
            let mut set = self.row(row, &tracks, size, body);
            for strip in &mut set {
                strip.heading = Some(Rc::clone(&repeated));
            }
            // A short table is kept whole; no other ends with a row alone.
            if let Some(end) = set.last_mut()
                && index < last
                && (short || (index + 1 == last && keeps_together(row)))
            {
                end.keep = true;
            }
            strips.extend(set);
        }
        space(&mut strips, 13.0, 16.0);
        strips
    }

    /// The header row, and how it looks on further pages.
    fn header(
        &mut self,
        table: &Table,
        tracks: &[Track],
        size: f32,
        parent: TagId,
    ) -> (Vec<Strip>, Rc<Repeated>) {
        let head = self.tags.within(parent, Tag::THead);
        let row = self.tags.within(head, Tag::TR);
        let style = Style::bold(size);
        let mut cells = Vec::new();
        for (column, track) in table.columns.iter().zip(tracks) {
            let cell = self.tags.within(row, Tag::TH(TableHeaderScope::Column));
            let title = self.fitting.drawn(column.title);
            let lines = Paragraph::of(&title, style, cell).set(&mut self.shaper, track.width);
            cells.push(track.with(lines));
        }
        // Titles stand at the bottom of the row.
        let most = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
        for cell in &mut cells {
            let missing = most - cell.lines.len();
            cell.lines
                .splice(0..0, std::iter::repeat_n(Line::default(), missing));
        }
        let under = Under {
            length: FULL,
            stroke: 1.0,
            colour: INK,
        };
        let mut strips = row_of(cells, style, &under, false);
        let mut repeated = Repeated {
            height: 0.0,
            marks: Vec::new(),
        };
        for strip in &mut strips {
            strip.keep = true;
            repeated.height += strip.height;
            repeated
                .marks
                .extend(strip.marks.iter().cloned().map(|mark| Mark {
                    owner: None,
                    ..mark
                }));
        }
        (strips, Rc::new(repeated))
    }

    fn row(&mut self, row: &Row, tracks: &[Track], size: f32, parent: TagId) -> Vec<Strip> {
        let style = Style::plain(size);
        let tag = self.tags.within(parent, Tag::TR);
        let mut cells = Vec::new();
        for (index, (cell, track)) in row.cells.iter().zip(tracks).enumerate() {
            let kind: TagKind = if index == 0 {
                Tag::TH(TableHeaderScope::Row).into()
            } else {
                Tag::TD.into()
            };
            let owner = self.tags.within(tag, kind);
            let paragraph = if index == 0 {
                self.name(cell, style, owner)
            } else {
                self.cell(cell, style, owner)
            };
            let lines = paragraph.set(&mut self.shaper, track.width);
            cells.push(track.with(lines));
        }
        let under = Under {
            length: FULL,
            stroke: HAIRLINE,
            colour: RULE,
        };
        let mut strips = row_of(cells, style, &under, !keeps_together(row));
        if let (Some(name), Some(strip)) = (&row.anchor, strips.first_mut()) {
            strip.places.push(self.place(Some(name)));
        }
        strips
    }

    /// The first line of a row's name stands out; what follows explains it.
    fn name(&mut self, cell: &Cell, style: Style, owner: TagId) -> Paragraph {
        let mut paragraph = Paragraph::default();
        for (index, line) in cell.lines.iter().enumerate() {
            let look = if index == 0 {
                Style::bold(style.size)
            } else {
                paragraph.end_line();
                style.in_colour(SOFT)
            };
            let text = self.fitting.drawn(&line.text);
            paragraph.push(&text, look, owner);
        }
        self.below(cell, style, owner, &mut paragraph);
        paragraph
    }

    fn cell(&mut self, cell: &Cell, style: Style, owner: TagId) -> Paragraph {
        let mut paragraph = Paragraph::default();
        for (index, line) in cell.lines.iter().enumerate() {
            if index > 0 {
                paragraph.end_line();
            }
            let text = self.fitting.drawn(&line.text);
            paragraph.push(&text, style, owner);
        }
        self.below(cell, style, owner, &mut paragraph);
        paragraph
    }

    /// The references of a cell, below its lines.
    fn below(&mut self, cell: &Cell, style: Style, owner: TagId, to: &mut Paragraph) {
        if !cell.refs.is_empty() {
            if !cell.lines.is_empty() {
                to.end_line();
            }
            self.references(&cell.refs, style, owner, to);
        }
    }
}

impl Track {
    const fn with(self, lines: Vec<Line>) -> Set {
        Set {
            x: self.x,
            width: self.width,
            numeric: self.numeric,
            lines,
        }
    }
}

/// Shares the width out. Two columns would be too far apart on a whole page.
fn tracks(table: &Table) -> Vec<Track> {
    let total: f32 = table.columns.iter().map(|it| f32::from(it.weight)).sum();
    let two = table.columns.len() == 2;
    let mut left = LEFT;
    table
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let share = match (two, index) {
                (true, 0) => 62.0 * MM,
                (true, _) => 22.0 * MM,
                (false, _) => FULL * f32::from(column.weight) / total,
            };
            let inset = if index == 0 { 0.0 } else { GUTTER };
            let track = Track {
                x: left + inset,
                width: share - inset,
                numeric: column.numeric,
            };
            left += share;
            track
        })
        .collect()
}

fn lines_of(row: &Row) -> usize {
    row.cells
        .iter()
        .map(|cell| cell.lines.len())
        .max()
        .unwrap_or(0)
}

/// Whether a row is short enough to be kept on one page.
fn keeps_together(row: &Row) -> bool {
    row.cells.iter().all(|cell| {
        let letters: usize = cell.lines.iter().map(|line| line.text.len()).sum();
        cell.lines.len() <= LINES && letters < LETTERS
    })
}

/// The strips of a row: one, or one for each line where it may be broken.
fn row_of(cells: Vec<Set>, style: Style, under: &Under, breakable: bool) -> Vec<Strip> {
    let pitch = style.close_pitch();
    let most = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
    let mut slices: Vec<Vec<Mark>> = std::iter::repeat_with(Vec::new)
        .take(if breakable { most.max(1) } else { 1 })
        .collect();
    for cell in cells {
        for (index, line) in cell.lines.into_iter().enumerate() {
            let x = if cell.numeric {
                cell.x + cell.width - line.width
            } else {
                cell.x
            };
            #[allow(clippy::cast_precision_loss)]
            let (slice, above) = if breakable {
                (index, if index == 0 { PAD } else { 0.0 })
            } else {
                (0, pitch.mul_add(index as f32, PAD))
            };
            if let Some(slice) = slices.get_mut(slice) {
                slice.extend(marks(line, x, above + style.base(pitch)));
            }
        }
    }
    #[allow(clippy::cast_precision_loss)]
    let inner = if breakable { 1.0 } else { most as f32 } * pitch;
    let last = slices.len().saturating_sub(1);
    slices
        .into_iter()
        .enumerate()
        .map(|(index, mut marks)| {
            let above = if index == 0 { PAD } else { 0.0 };
            let below = if index == last { PAD } else { 0.0 };
            let height = above + inner + below;
            if index == last {
                marks.push(rule(LEFT, height, under.length, under.stroke, under.colour));
            }
            Strip {
                height,
                // Neither the first nor the last line of a row is left alone.
                keep: index < last && (index == 0 || index + 1 == last),
                marks,
                ..Strip::default()
            }
        })
        .collect()
}

fn space(strips: &mut [Strip], before: f32, after: f32) {
    if let Some(first) = strips.first_mut() {
        first.before = before;
    }
    if let Some(last) = strips.last_mut() {
        last.after = after;
    }
}
