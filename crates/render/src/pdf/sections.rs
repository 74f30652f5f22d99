//! Sections, annexes and the blocks in them.

use std::num::NonZeroU16;

use krilla::tagging::{ListNumbering, Tag};

use super::{
    flow::{Ink, Mark, Strip},
    paragraph::Paragraph,
    setter::{Bookmark, Setter, Setting, fill, rule},
    style::{BODY, CAPITALS, FULL, INK, LEFT, MEASURE, RULE, SMALL, SOFT, Style},
    tags::TagId,
};
use crate::content::{Block, Passage, Section};

/// Sizes of letters in tables of sections and of annexes.
const IN_TABLE: f32 = 9.0;
const IN_ANNEX: f32 = 8.0;
/// Between two paragraphs.
const BETWEEN: f32 = 3.4;
/// How far points are set in.
const INDENT: f32 = 11.0;

/// The look of a heading.
struct Heading {
    style: Style,
    before: f32,
    after: f32,
}

/// A heading of level 3 or 4 in the content, 2 or 3 in the PDF.
const fn heading(level: u8) -> Heading {
    match level {
        0..=3 => Heading {
            style: Style::bold(12.5),
            before: 20.0,
            after: 7.0,
        },
        _ => Heading {
            style: Style::bold(10.5),
            before: 13.0,
            after: 4.0,
        },
    }
}

impl Block {
    /// Whether a sentence before it introduces it.
    const fn is_introduced(&self) -> bool {
        matches!(
            self,
            Self::Quote { .. } | Self::Facts { .. } | Self::Table(_) | Self::Figure(_)
        )
    }
}

impl Setter {
    /// A section with all that is in it.
    pub(super) fn section(
        &mut self,
        section: &Section,
        new_page: bool,
        parent: TagId,
    ) -> Vec<Strip> {
        let mut strips = self.section_heading(section, parent);
        if let Some(first) = strips.first_mut() {
            first.new_page = new_page;
        }
        let mut blocks = section.blocks.iter().peekable();
        while let Some(block) = blocks.next() {
            let mut set = self.block(block, section.annex, parent);
            // A sentence that introduces something stays with it.
            if let (Block::Text { .. }, Some(next), Some(last)) =
                (block, blocks.peek(), set.last_mut())
            {
                last.keep = next.is_introduced();
            }
            strips.extend(set);
        }
        strips
    }

    fn section_heading(&mut self, section: &Section, parent: TagId) -> Vec<Strip> {
        /// From the rule to the capitals below it.
        const INSET: f32 = 9.0;
        let style = Style::bold(17.0);
        let title = format!("{} {}", section.number, section.title);
        let tag = Tag::Hn(NonZeroU16::MIN, Some(title));
        let owner = self.tags.within(parent, tag);
        let number = Style {
            bold: false,
            ..style.in_colour(SOFT)
        };
        let mut paragraph = Paragraph::default();
        paragraph.push(&format!("{}\u{A0}\u{A0}", section.number), number, owner);
        let title = self.fitting.drawn(section.title);
        paragraph.push(&title, style, owner);
        let setting = Setting {
            pitch: style.size * 1.25,
            ..Setting::column(LEFT, FULL, style).spaced(34.0, 9.0)
        };
        let mut strips = self.paragraph(&paragraph, setting);
        let place = self.place(Some(section.anchor));
        self.bookmarks.push(Bookmark {
            level: 0,
            number: Some(section.number),
            title: section.title.to_owned(),
            place,
            listed: true,
        });
        for strip in &mut strips {
            strip.keep = true;
        }
        if let Some(first) = strips.first_mut() {
            let down = INSET - (setting.pitch - style.size * CAPITALS) / 2.0;
            for mark in &mut first.marks {
                mark.y += down;
            }
            first.height += down;
            first.marks.push(rule(LEFT, 0.0, FULL, 1.5, INK));
            first.places.push(place);
        }
        strips
    }

    fn block(&mut self, block: &Block, annex: bool, parent: TagId) -> Vec<Strip> {
        let column = Setting::column(LEFT, MEASURE, BODY).spaced(BETWEEN, BETWEEN);
        match block {
            Block::Heading {
                level,
                anchor,
                text,
            } => self.heading(*level, anchor.as_deref(), text, annex, parent),
            Block::Passage(passage) => self.passage(passage, column, parent),
            Block::Points { items } => self.points(items, parent),
            Block::Text { text } => {
                let owner = self.tags.within(parent, Tag::P);
                self.text(text, owner, column)
            }
            Block::Quote { paragraphs } => self.quote(paragraphs, parent),
            Block::Facts { facts } => self.facts(facts, parent),
            Block::Table(table) => {
                self.table(table, if annex { IN_ANNEX } else { IN_TABLE }, parent)
            }
            Block::Figure(figure) => self.figure(figure, parent),
        }
    }

    fn heading(
        &mut self,
        level: u8,
        anchor: Option<&str>,
        text: &str,
        annex: bool,
        parent: TagId,
    ) -> Vec<Strip> {
        let look = heading(level);
        let below = u16::from(level.saturating_sub(1));
        let said = self.fitting.said(text);
        let tag = Tag::Hn(
            NonZeroU16::new(below).unwrap_or(NonZeroU16::MIN),
            Some(said.clone()),
        );
        let owner = self.tags.within(parent, tag);
        let setting = Setting {
            pitch: look.style.size * 1.3,
            ..Setting::column(LEFT, MEASURE, look.style).spaced(look.before, look.after)
        };
        let mut strips = self.text(text, owner, setting);
        let place = self.place(anchor);
        self.bookmarks.push(Bookmark {
            level: level.saturating_sub(2),
            number: None,
            title: said,
            place,
            listed: level == 3 && !annex,
        });
        for strip in &mut strips {
            strip.keep = true;
        }
        if let Some(first) = strips.first_mut() {
            first.places.push(place);
        }
        strips
    }

    fn passage(&mut self, passage: &Passage, setting: Setting, parent: TagId) -> Vec<Strip> {
        let owner = self.tags.within(parent, Tag::P);
        let mut strips = self.text(&passage.text, owner, setting);
        if passage.refs.is_empty() {
            return strips;
        }
        let owner = self.tags.within(parent, Tag::P);
        let mut paragraph = Paragraph::default();
        paragraph.push("Evidence: ", SMALL, owner);
        self.references(&passage.refs, SMALL, owner, &mut paragraph);
        if let Some(last) = strips.last_mut() {
            last.keep = true;
            last.after = 0.0;
        }
        let below = Setting {
            style: SMALL,
            pitch: SMALL.pitch(),
            ..setting.spaced(0.0, setting.after)
        };
        strips.extend(self.paragraph(&paragraph, below));
        strips
    }

    fn points(&mut self, items: &[Passage], parent: TagId) -> Vec<Strip> {
        let list = self.tags.within(parent, Tag::L(ListNumbering::Disc));
        let mut strips = Vec::new();
        for item in items {
            let point = self.tags.within(list, Tag::LI);
            let label = self.tags.within(point, Tag::Lbl);
            let body = self.tags.within(point, Tag::LBody);
            let setting =
                Setting::column(LEFT + INDENT, MEASURE - INDENT, BODY).spaced(BETWEEN, BETWEEN);
            let mut set = self.passage(item, setting, body);
            let dot = Paragraph::of("•", BODY, label).set(&mut self.shaper, INDENT);
            if let Some(first) = set.first_mut() {
                let y = BODY.base(setting.pitch);
                let marks = dot
                    .into_iter()
                    .flat_map(|line| super::setter::marks(line, LEFT, y));
                first.marks.splice(0..0, marks);
            }
            strips.extend(set);
        }
        strips
    }

    fn quote(&mut self, paragraphs: &[String], parent: TagId) -> Vec<Strip> {
        const BAR: f32 = 2.5;
        const INSET: f32 = 11.0;
        let quote = self.tags.within(parent, Tag::BlockQuote);
        let mut strips: Vec<Strip> = Vec::new();
        for text in paragraphs {
            let owner = self.tags.within(quote, Tag::P);
            let setting = Setting::column(LEFT + INSET, MEASURE - INSET, BODY);
            let mut set = self.text(text, owner, setting);
            // The bar goes on between paragraphs.
            if let Some(first) = set.first_mut() {
                let above = if strips.is_empty() {
                    0.0
                } else {
                    2.0 * BETWEEN
                };
                first.height += above;
                for mark in &mut first.marks {
                    mark.y += above;
                }
            }
            strips.append(&mut set);
        }
        for strip in &mut strips {
            strip.marks.push(fill(LEFT, 0.0, (BAR, strip.height), RULE));
        }
        if let Some(first) = strips.first_mut() {
            first.before = 8.0;
        }
        if let Some(last) = strips.last_mut() {
            last.after = 8.0;
        }
        strips
    }

    /// A text in a box that stays in one piece; a text too long for that goes
    /// without.
    pub(super) fn boxed(
        &mut self,
        text: &str,
        style: Style,
        decoration: impl Fn(f32) -> Vec<Mark>,
        owner: TagId,
    ) -> Vec<Strip> {
        const MOST: usize = 24;
        const INSET: (f32, f32) = (13.0, 8.0);
        let inner = Setting::column(LEFT + INSET.0, FULL - 2.0 * INSET.0, style);
        let lines = self.text(text, owner, inner);
        if lines.len() > MOST {
            return lines;
        }
        let mut whole = Strip {
            height: INSET.1,
            ..Strip::default()
        };
        for line in lines {
            let top = whole.height;
            whole.marks.extend(line.marks.into_iter().map(|mark| Mark {
                y: mark.y + top,
                ..mark
            }));
            whole.height += line.height;
        }
        whole.height += INSET.1;
        // Beneath the text, so drawn before it.
        whole.marks.splice(0..0, decoration(whole.height));
        vec![whole]
    }
}

/// A frame around a box.
pub(super) fn frame(height: f32, stroke: f32) -> Mark {
    Mark {
        owner: None,
        x: LEFT,
        y: 0.0,
        ink: Ink::Frame {
            width: FULL,
            height,
            stroke,
            colour: INK,
        },
    }
}
