//! The front page and the contents.

use krilla::tagging::Tag;

use super::{
    flow::{Ink, Mark, Strip},
    paragraph::{Look, Paragraph},
    sections::frame,
    setter::{Goal, Setter, Setting, fill, marks, rule},
    style::{FULL, HUE, INK, LEFT, LINK, MEASURE, PANEL, RIGHT, SOFT, Style},
    tags::TagId,
};
use crate::{SiteFacts, content::Document};

/// Room for the number of a page.
const NUMBER: f32 = 40.0;

impl Setter {
    /// What comes before the contents.
    pub(super) fn front(
        &mut self,
        document: &Document,
        site: &SiteFacts,
        parent: TagId,
    ) -> Vec<Strip> {
        let owner = self.tags.within(parent, Tag::P);
        let setting = Setting::column(LEFT, FULL, Style::bold(13.0)).spaced(0.0, 40.0);
        let mut strips = self.text(&site.service_name, owner, setting);
        if let Some(last) = strips.last_mut() {
            last.height += 6.0;
            last.marks.push(rule(LEFT, last.height, FULL, 3.0, INK));
        }
        if let Some(notice) = &site.notice {
            let owner = self.tags.within(parent, Tag::P);
            let setting = Setting::column(LEFT, FULL, Style::bold(10.5)).spaced(0.0, 14.0);
            strips.extend(self.text(notice, owner, setting));
        }
        let owner = self.tags.within(parent, Tag::P);
        let setting = Setting::column(LEFT, FULL, Style::soft(14.0)).spaced(0.0, 4.0);
        strips.extend(self.text(document.kicker, owner, setting));
        let owner = self.tags.within(parent, Tag::Title);
        let style = Style::bold(27.0);
        let setting = Setting {
            pitch: style.size * 1.15,
            ..Setting::column(LEFT, FULL, style).spaced(0.0, 18.0)
        };
        strips.extend(self.text(&document.title, owner, setting));

        let owner = self.tags.within(parent, Tag::P);
        let statement = |height| vec![fill(LEFT, 0.0, (6.0, height), INK), frame(height, 1.2)];
        let mut set = self.boxed(&document.statement, Style::bold(12.5), statement, owner);
        below(&mut set, 22.0);
        strips.extend(set);
        for notice in &document.notices {
            let owner = self.tags.within(parent, Tag::P);
            let panel = |height| {
                vec![
                    fill(LEFT, 0.0, (FULL, height), PANEL),
                    fill(LEFT, 0.0, (3.0, height), HUE),
                ]
            };
            let mut set = self.boxed(notice, Style::plain(10.5), panel, owner);
            below(&mut set, 14.0);
            strips.extend(set);
        }
        strips.extend(self.facts(&document.facts, parent));
        if let Some(team) = &document.team {
            strips.extend(self.table(team, 9.0, parent));
        }
        strips
    }

    /// Where to look whether the report is still in force. Says what stands for
    /// letters that the fonts lack, so it has to be set after everything else.
    pub(super) fn foot(&mut self, address: &str, parent: TagId) -> Vec<Strip> {
        let style = Style::soft(9.0);
        let owner = self.tags.within(parent, Tag::P);
        let mut paragraph = Paragraph::default();
        paragraph.push("The page at ", style, owner);
        let link = self.link(Goal::Address(address.to_owned()), address);
        let shown = self.fitting.drawn(address);
        let look = Look {
            style: style.in_colour(LINK),
            owner: self.tags.among(owner, Tag::Link),
            link: Some(link),
        };
        paragraph.part(&shown, look);
        paragraph.push(
            " tells whether this version is still in force.",
            style,
            owner,
        );
        if let Some(stand_in) = self.fitting.stand_in() {
            let text = format!(
                " A {stand_in} stands for a character that the typeface of this copy does not \
                 have. The page and the attached JSON have every character."
            );
            paragraph.push(&text, style, owner);
        }
        self.paragraph(&paragraph, Setting::column(LEFT, FULL, style))
    }

    /// The contents, with numbers that are filled in when all pages are known.
    pub(super) fn contents(&mut self, parent: TagId) -> Vec<Strip> {
        let title = "Contents";
        let tag = Tag::Hn(std::num::NonZeroU16::MIN, Some(title.to_owned()));
        let owner = self.tags.within(parent, tag);
        let setting = Setting::column(LEFT, FULL, Style::bold(17.0)).spaced(0.0, 8.0);
        let mut strips = self.text(title, owner, setting);
        below(&mut strips, 8.0);
        let toc = self.tags.within(parent, Tag::TOC);
        let bookmarks = std::mem::take(&mut self.bookmarks);
        for bookmark in bookmarks.iter().filter(|bookmark| bookmark.listed) {
            let section = bookmark.level == 0;
            let style = if section {
                Style::bold(10.5)
            } else {
                Style::plain(10.5)
            };
            let item = self.tags.within(toc, Tag::TOCI);
            let said = bookmark.said();
            let link = self.link(Goal::Place(bookmark.place), &said);
            let reference = self.tags.within(item, Tag::Reference);
            let look = Look {
                style,
                owner: self.tags.within(reference, Tag::Link),
                link: Some(link),
            };
            let indent = if section { 0.0 } else { 13.0 };
            let text = self.fitting.drawn(&said);
            let mut paragraph = Paragraph::default();
            paragraph.part(&text, look);
            let lines = paragraph.set(&mut self.shaper, MEASURE - indent);
            let pitch = style.pitch();
            let last = lines.len().saturating_sub(1);
            for (index, line) in lines.into_iter().enumerate() {
                let end = LEFT + indent + line.width;
                let y = style.base(pitch);
                let mut strip = Strip {
                    before: if section && index == 0 { 5.0 } else { 0.0 },
                    height: pitch,
                    keep: index < last,
                    marks: marks(line, LEFT + indent, y),
                    ..Strip::default()
                };
                if index == last {
                    strip.marks.push(Mark {
                        owner: Some(look.owner),
                        x: RIGHT,
                        y,
                        ink: Ink::PageOf(bookmark.place, style),
                    });
                    strip.marks.extend(self.leader(end, y, owner));
                }
                strips.push(strip);
            }
        }
        self.bookmarks = bookmarks;
        strips
    }

    /// Dots that lead the eye to the number of the page.
    fn leader(&mut self, from: f32, y: f32, owner: TagId) -> Vec<Mark> {
        let style = Style::plain(10.5).in_colour(SOFT);
        let step = self.shaper.word(". ", false).width * style.size;
        let end = RIGHT - NUMBER / 2.0;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let count = ((end - from - 6.0) / step).max(0.0) as usize;
        let dots = Paragraph::of(&". ".repeat(count), style, owner);
        let mut drawn = Vec::new();
        for line in dots.set(&mut self.shaper, f32::MAX) {
            drawn.extend(marks(line.clone(), end - line.width, y));
        }
        for mark in &mut drawn {
            mark.owner = None;
        }
        drawn
    }
}

fn below(strips: &mut [Strip], after: f32) {
    if let Some(last) = strips.last_mut() {
        last.after = after;
    }
}
