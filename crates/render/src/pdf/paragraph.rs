//! Breaks text into lines.

use std::ops::Range;

use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed, options::LineBreakOptions};
use krilla::text::KrillaGlyph;
use rustybuzz::Direction;
use unicode_bidi::{BidiInfo, Level};

use super::{
    shape::{Shaper, Word},
    style::Style,
    tags::TagId,
};

/// A place in the document or beyond it that text leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LinkId(pub(super) usize);

/// Text of one paragraph or one cell, and how its parts look.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    text: String,
    parts: Vec<Part>,
    /// Where lines have to end.
    ends: Vec<usize>,
}

#[derive(Debug)]
struct Part {
    end: usize,
    look: Look,
}

/// What the letters of a run share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    pub(super) style: Style,
    pub(super) owner: TagId,
    pub(super) link: Option<LinkId>,
}

/// Letters of one look that stand side by side.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// From the start of the line.
    pub(super) x: f32,
    pub(super) width: f32,
    pub(super) look: Look,
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
}

/// One line.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) runs: Vec<Run>,
    /// Without spaces at the end.
    pub(super) width: f32,
}

/// A hair's breadth, for sums of lengths that ought to be equal.
const HAIR: f32 = 0.01;

impl Paragraph {
    /// One text of one look.
    pub(super) fn of(text: &str, style: Style, owner: TagId) -> Self {
        let mut paragraph = Self::default();
        paragraph.push(text, style, owner);
        paragraph
    }

    pub(super) fn push(&mut self, text: &str, style: Style, owner: TagId) {
        self.part(
            text,
            Look {
                style,
                owner,
                link: None,
            },
        );
    }

    pub(super) fn part(&mut self, text: &str, look: Look) {
        self.text.push_str(text);
        self.parts.push(Part {
            end: self.text.len(),
            look,
        });
    }

    /// What follows begins a new line.
    pub(super) fn end_line(&mut self) {
        self.ends.push(self.text.len());
    }

    /// Sets the text in lines of `width` at the most.
    pub(super) fn set(&self, shaper: &mut Shaper, width: f32) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut start = 0;
        for end in self.ends.iter().copied().chain([self.text.len()]) {
            self.set_piece(start..end, shaper, width, &mut lines);
            start = end;
        }
        lines
    }

    fn set_piece(
        &self,
        piece: Range<usize>,
        shaper: &mut Shaper,
        width: f32,
        lines: &mut Vec<Line>,
    ) {
        let Some(text) = self.text.get(piece.clone()) else {
            return;
        };
        let mut line = Vec::new();
        let mut used = 0.0;
        let mut before = piece.start;
        for end in segmenter().segment_str(text).skip(1) {
            let segment = before..piece.start + end;
            before = segment.end;
            let (mut full, trimmed) = self.measure(segment.clone(), shaper);
            if used + trimmed > width + HAIR && !line.is_empty() {
                lines.push(self.line(&line, shaper));
                line.clear();
                used = 0.0;
            }
            if trimmed > width + HAIR {
                let rest = self.squeeze(segment, shaper, width, lines);
                full = self.measure(rest.clone(), shaper).0;
                line.push(rest);
            } else {
                line.push(segment);
            }
            used += full;
        }
        if !line.is_empty() {
            lines.push(self.line(&line, shaper));
        }
    }

    /// Breaks what has no place to break and is longer than a line. Gives what is
    /// left for the next line.
    fn squeeze(
        &self,
        segment: Range<usize>,
        shaper: &mut Shaper,
        width: f32,
        lines: &mut Vec<Line>,
    ) -> Range<usize> {
        let text = self.text.get(segment.clone()).unwrap_or_default();
        let mut start = segment.start;
        let mut end = segment.start;
        for (index, letter) in text.char_indices() {
            let next = segment.start + index + letter.len_utf8();
            if end > start && self.measure(start..next, shaper).1 > width + HAIR {
                lines.push(self.line(std::slice::from_ref(&(start..end)), shaper));
                start = end;
            }
            end = next;
        }
        start..segment.end
    }

    /// Parts of the text within `range`, each with what it looks like.
    fn parts(&self, range: Range<usize>) -> impl Iterator<Item = (Range<usize>, Look)> {
        let first = self.parts.partition_point(|part| part.end <= range.start);
        let mut start = range.start;
        self.parts
            .iter()
            .skip(first)
            .map_while(move |part| {
                let end = part.end.min(range.end);
                let inside = start..end;
                start = end;
                (!inside.is_empty() || part.end < range.end).then_some((inside, part.look))
            })
            .filter(|(inside, _)| !inside.is_empty())
    }

    /// Width of a piece, with and without the space at its end.
    fn measure(&self, range: Range<usize>, shaper: &mut Shaper) -> (f32, f32) {
        let mut width = 0.0;
        let mut trimmed = 0.0;
        for (inside, look) in self.parts(range) {
            let text = self.text.get(inside).unwrap_or_default();
            let word = shaper.word(text, look.style.bold);
            trimmed = word.trimmed.mul_add(look.style.size, width);
            width += word.width * look.style.size;
        }
        (width, trimmed)
    }

    fn line(&self, segments: &[Range<usize>], shaper: &mut Shaper) -> Line {
        let mut line = Line::default();
        let whole = segments.first().map_or(0, |first| first.start)
            ..segments.last().map_or(0, |last| last.end);
        let text = self.text.get(whole.clone()).unwrap_or_default();
        if text.chars().any(right_to_left) {
            self.both_ways(whole, shaper, &mut line);
            return line;
        }
        for segment in segments {
            for (inside, look) in self.parts(segment.clone()) {
                let text = self.text.get(inside).unwrap_or_default();
                let word = shaper.word(text, look.style.bold);
                line.append(&word, look);
            }
        }
        line
    }

    /// A line with letters that are read from right to left.
    fn both_ways(&self, range: Range<usize>, shaper: &mut Shaper, line: &mut Line) {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let order = BidiInfo::new(text, Some(Level::ltr()));
        for paragraph in &order.paragraphs {
            let (levels, runs) = order.visual_runs(paragraph, paragraph.range.clone());
            for run in runs {
                let backwards = levels.get(run.start).is_some_and(Level::is_rtl);
                let mut parts: Vec<_> = self
                    .parts(range.start + run.start..range.start + run.end)
                    .collect();
                let direction = if backwards {
                    parts.reverse();
                    Direction::RightToLeft
                } else {
                    Direction::LeftToRight
                };
                for (inside, look) in parts {
                    let text = self.text.get(inside).unwrap_or_default();
                    let word = shaper.shape(text, look.style.bold, direction);
                    line.append(&word, look);
                }
            }
        }
    }
}

impl Line {
    fn append(&mut self, word: &Word, look: Look) {
        let x = self
            .runs
            .last()
            .map_or(0.0, |before| before.x + before.width);
        let width = word.width * look.style.size;
        self.width = word.trimmed.mul_add(look.style.size, x);
        match self.runs.last_mut() {
            Some(run) if run.look == look => run.append(word),
            _ => self.runs.push(Run {
                x,
                width,
                look,
                text: word.text.to_string(),
                glyphs: word.glyphs.clone(),
            }),
        }
    }
}

impl Run {
    fn append(&mut self, word: &Word) {
        let offset = self.text.len();
        self.text.push_str(&word.text);
        self.glyphs.extend(word.glyphs.iter().cloned().map(|glyph| {
            let range = glyph.text_range;
            KrillaGlyph {
                text_range: range.start + offset..range.end + offset,
                ..glyph
            }
        }));
        self.width += word.width * self.look.style.size;
    }
}

fn segmenter() -> LineSegmenterBorrowed<'static> {
    LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default())
}

/// Letters of Hebrew, Arabic and their neighbours.
fn right_to_left(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::pdf::{fonts::Fonts, style::BODY, tags::Tags};
    use krilla::tagging::Tag;

    fn owner() -> TagId {
        Tags::default().root(Tag::P)
    }

    fn set(text: &str, width: f32) -> Vec<Line> {
        let mut shaper = Shaper::new(Fonts::get().unwrap());
        Paragraph::of(text, BODY, owner()).set(&mut shaper, width)
    }

    fn texts(lines: &[Line]) -> Vec<String> {
        lines
            .iter()
            .map(|line| line.runs.iter().map(|run| run.text.as_str()).collect())
            .collect()
    }

    #[test]
    fn lines_are_full_and_none_is_too_long() {
        let text = "A school that several bodies run has several reports, and every one of them \
                    counts (see annex A) – nothing is left out.";
        for width in [60.0, 111.0, 200.0] {
            let lines = set(text, width);
            assert!(lines.iter().all(|line| line.width <= width + HAIR));
            let texts = texts(&lines);
            assert_eq!(texts.concat(), text);
            // The first word of a line would not have fitted on the line before.
            for pair in lines.windows(2).zip(texts.windows(2)) {
                let ([before, _], [_, after]) = pair else {
                    unreachable!()
                };
                let word = after.split_inclusive(' ').next().unwrap();
                let word = set(word, f32::MAX)[0].width;
                let space = set("a b", f32::MAX)[0].width - set("ab", f32::MAX)[0].width;
                assert!(before.width + space + word > width, "{after}");
            }
        }
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken_and_loses_no_letter() {
        let lines = set("so Wwwwwwwwwwwwwwwwwwwwwwwwwwwwww it is", 50.0);
        assert!(lines.len() > 5 && lines.iter().all(|line| line.width <= 50.0 + HAIR));
        assert_eq!(
            texts(&lines).concat(),
            "so Wwwwwwwwwwwwwwwwwwwwwwwwwwwwww it is"
        );
    }

    #[test]
    fn no_line_ends_at_a_space_that_forbids_it() {
        let lines = set("aaaa 2\u{A0}September bbbb", 62.0);
        assert!(
            texts(&lines)
                .iter()
                .any(|line| line.contains("2 September"))
        );
    }

    #[test]
    fn lines_end_where_they_have_to() {
        let mut shaper = Shaper::new(Fonts::get().unwrap());
        let owner = owner();
        let mut paragraph = Paragraph::of("first", BODY, owner);
        paragraph.end_line();
        paragraph.push("second, ", BODY, owner);
        paragraph.push("in two looks", Style::bold(10.5), owner);
        let lines = paragraph.set(&mut shaper, 500.0);
        assert_eq!(texts(&lines), ["first", "second, in two looks"]);
        assert_eq!(lines[1].runs.len(), 2);
        let first = &lines[1].runs[0];
        assert!((first.x + first.width - lines[1].runs[1].x).abs() < HAIR);
    }

    #[test]
    fn letters_read_from_right_to_left_stand_in_the_order_they_are_seen() {
        let lines = set("School שלום 12", 500.0);
        let line = lines.first().unwrap();
        let seen: Vec<&str> = line
            .runs
            .iter()
            .flat_map(|run| {
                run.glyphs
                    .iter()
                    .map(|glyph| run.text.get(glyph.text_range.clone()).unwrap())
            })
            .collect();
        assert_eq!(seen.concat(), "School 12 םולש");
        assert!(line.width > 0.0);
    }

    #[test]
    fn every_glyph_has_the_letters_it_stands_for() {
        let lines = set("office Zoë e\u{301}", 500.0);
        for run in lines.iter().flat_map(|line| &line.runs) {
            let mut end = 0;
            for glyph in &run.glyphs {
                assert!(!run.text.get(glyph.text_range.clone()).unwrap().is_empty());
                assert!(glyph.text_range.start <= end);
                end = end.max(glyph.text_range.end);
            }
            assert_eq!(end, run.text.len());
        }
    }
}
