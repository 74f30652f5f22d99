//! Strips of a page, one below the other, and where pages end.

use std::rc::Rc;

use super::{
    paragraph::Run,
    style::{BOTTOM, Colour, Style, TOP},
    tags::TagId,
};

/// Something drawn, and which element of the structure it is. Nothing owns what
/// only pleases the eye.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) owner: Option<TagId>,
    pub(super) x: f32,
    /// From the top of the strip, later of the page.
    pub(super) y: f32,
    pub(super) ink: Ink,
}

/// What is drawn.
#[derive(Debug, Clone)]
pub(super) enum Ink {
    /// Letters on a base line.
    Run(Run),
    /// The number of the page where a place is, ending at `x`.
    PageOf(PlaceId, Style),
    Fill {
        width: f32,
        height: f32,
        colour: Colour,
    },
    Frame {
        width: f32,
        height: f32,
        stroke: f32,
        colour: Colour,
    },
    Line {
        by: (f32, f32),
        stroke: f32,
        colour: Colour,
    },
    Ring {
        radius: f32,
        stroke: f32,
        colour: Colour,
    },
}

/// A part of the page from edge to edge that stays in one piece.
#[derive(Debug, Default)]
pub(super) struct Strip {
    /// Space above and below. Between two strips the larger one counts, at the
    /// edges of a page none.
    pub(super) before: f32,
    pub(super) after: f32,
    pub(super) height: f32,
    /// Whether it stays with the strip below it.
    pub(super) keep: bool,
    /// Whether a page begins with it.
    pub(super) new_page: bool,
    pub(super) marks: Vec<Mark>,
    /// What stands above it where it begins a page.
    pub(super) heading: Option<Rc<Repeated>>,
    /// Places that begin with it.
    pub(super) places: Vec<PlaceId>,
}

/// The header row of a table, for every page that the table goes on to.
#[derive(Debug)]
pub(super) struct Repeated {
    pub(super) height: f32,
    pub(super) marks: Vec<Mark>,
}

/// A place that can be led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlaceId(usize);

/// Page, counted from zero, and height of every place.
#[derive(Debug, Default)]
pub(super) struct Places(Vec<Option<(usize, f32)>>);

impl Places {
    pub(super) fn add(&mut self) -> PlaceId {
        self.0.push(None);
        PlaceId(self.0.len() - 1)
    }

    pub(super) fn get(&self, id: PlaceId) -> Option<(usize, f32)> {
        self.0.get(id.0).copied().flatten()
    }

    fn set(&mut self, id: PlaceId, page: usize, y: f32) {
        if let Some(place) = self.0.get_mut(id.0) {
            *place = Some((page, y));
        }
    }
}

/// What is drawn on one page.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) marks: Vec<Mark>,
}

/// Pages being filled.
#[derive(Debug, Default)]
pub(super) struct Pages {
    pub(super) pages: Vec<Page>,
    pub(super) places: Places,
    /// Where the next strip goes, and the space wanted above it.
    y: f32,
    space: f32,
}

impl Pages {
    /// No pages, for strips with these places.
    pub(super) fn with(places: Places) -> Self {
        Self {
            places,
            ..Self::default()
        }
    }

    /// Adds strips, beginning with a new page.
    pub(super) fn fill(&mut self, strips: Vec<Strip>) {
        self.turn();
        let mut strips = strips.into_iter().peekable();
        while strips.peek().is_some() {
            let mut group = Vec::new();
            for strip in strips.by_ref() {
                let keep = strip.keep;
                group.push(strip);
                if !keep {
                    break;
                }
            }
            self.place_group(group);
        }
    }

    /// Puts strips at the foot of the last page.
    pub(super) fn fill_foot(&mut self, strips: Vec<Strip>) {
        let height = height_of(&strips, 0.0);
        if self.y + self.space + height > BOTTOM {
            self.turn();
        }
        self.y = self.y.max(BOTTOM - height);
        self.space = 0.0;
        for strip in strips {
            self.place(strip);
        }
    }

    fn turn(&mut self) {
        self.pages.push(Page::default());
        self.y = TOP;
        self.space = 0.0;
    }

    fn at_top(&self) -> bool {
        self.y <= TOP
    }

    fn place_group(&mut self, group: Vec<Strip>) {
        let height = height_of(&group, self.space);
        let fits = self.y + height <= BOTTOM;
        let wanted = group.first().is_some_and(|strip| strip.new_page);
        // What is longer than a page is broken wherever one ends.
        let whole = height <= BOTTOM - TOP;
        if !self.at_top() && (wanted || (!fits && whole)) {
            self.turn();
        }
        for strip in group {
            let space = self.space.max(strip.before);
            if !self.at_top() && self.y + space + strip.height > BOTTOM {
                self.turn();
            }
            self.place(strip);
        }
    }

    fn place(&mut self, strip: Strip) {
        if self.at_top() {
            if let Some(heading) = &strip.heading {
                self.draw(heading.marks.iter().cloned());
                self.y += heading.height;
            }
        } else {
            self.y += self.space.max(strip.before);
        }
        let page = self.pages.len().saturating_sub(1);
        for place in &strip.places {
            self.places.set(*place, page, self.y);
        }
        self.draw(strip.marks);
        self.y += strip.height;
        self.space = strip.after;
    }

    fn draw(&mut self, marks: impl IntoIterator<Item = Mark>) {
        let y = self.y;
        if let Some(page) = self.pages.last_mut() {
            page.marks.extend(marks.into_iter().map(|mark| Mark {
                y: mark.y + y,
                ..mark
            }));
        }
    }
}

/// Height of strips that follow something with `space` below it.
fn height_of(strips: &[Strip], space: f32) -> f32 {
    let mut height = 0.0;
    let mut space = space;
    for strip in strips {
        height += space.max(strip.before) + strip.height;
        space = strip.after;
    }
    height
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn strip(height: f32) -> Strip {
        Strip {
            height,
            ..Strip::default()
        }
    }

    /// Strips of `height`, each with a place.
    fn placed(pages: &mut Pages, strips: &mut [Strip]) -> Vec<PlaceId> {
        strips
            .iter_mut()
            .map(|strip| {
                let place = pages.places.add();
                strip.places.push(place);
                place
            })
            .collect()
    }

    #[test]
    fn what_belongs_together_goes_to_the_next_page_together() {
        let mut pages = Pages::default();
        let room = BOTTOM - TOP;
        let mut strips = [strip(room - 30.0), strip(20.0), strip(20.0)];
        strips[1].keep = true;
        let places = placed(&mut pages, &mut strips);
        pages.fill(strips.into());
        let found: Vec<_> = places
            .iter()
            .map(|place| pages.places.get(*place).unwrap())
            .collect();
        assert_eq!(found, [(0, TOP), (1, TOP), (1, TOP + 20.0)]);
    }

    #[test]
    fn what_is_longer_than_a_page_fills_the_page_it_begins_on() {
        let mut pages = Pages::default();
        let room = BOTTOM - TOP;
        let mut strips: Vec<Strip> = (0..4).map(|_| strip(room / 2.5)).collect();
        for strip in &mut strips {
            strip.keep = true;
        }
        let places = placed(&mut pages, &mut strips);
        pages.fill(strips);
        let found: Vec<_> = places
            .iter()
            .map(|place| pages.places.get(*place).unwrap().0)
            .collect();
        assert_eq!(found, [0, 0, 1, 1]);
    }

    #[test]
    fn the_larger_of_two_spaces_counts_and_none_at_the_top() {
        let mut pages = Pages::default();
        let mut strips = [strip(10.0), strip(10.0)];
        strips[0].before = 50.0;
        strips[0].after = 5.0;
        strips[1].before = 7.0;
        let places = placed(&mut pages, &mut strips);
        pages.fill(strips.into());
        assert_eq!(pages.places.get(places[0]), Some((0, TOP)));
        assert_eq!(pages.places.get(places[1]), Some((0, TOP + 17.0)));
    }

    #[test]
    fn the_header_of_a_table_comes_back_on_every_page() {
        let mut pages = Pages::default();
        let heading = Rc::new(Repeated {
            height: 15.0,
            marks: Vec::new(),
        });
        let room = BOTTOM - TOP;
        let mut strips: Vec<Strip> = (0..3).map(|_| strip(room / 2.0)).collect();
        for strip in &mut strips {
            strip.heading = Some(Rc::clone(&heading));
        }
        let places = placed(&mut pages, &mut strips);
        pages.fill(strips);
        assert_eq!(pages.places.get(places[1]), Some((1, TOP + 15.0)));
        assert_eq!(pages.places.get(places[2]), Some((2, TOP + 15.0)));
    }
}
