//! Sets texts: what all parts of a document need.

use std::collections::HashMap;

use krilla::tagging::Tag;

use super::{
    PdfError,
    fit::Fitting,
    flow::{Ink, Mark, PlaceId, Places, Strip},
    fonts::Fonts,
    paragraph::{Line, LinkId, Look, Paragraph},
    shape::Shaper,
    style::{Colour, LINK, Style},
    tags::{TagId, Tags},
};
use crate::content::Ref;

/// A document being set.
pub(super) struct Setter {
    pub(super) fonts: &'static Fonts,
    pub(super) shaper: Shaper,
    pub(super) fitting: Fitting,
    pub(super) tags: Tags,
    pub(super) places: Places,
    /// Places by the name that links use.
    pub(super) names: HashMap<String, PlaceId>,
    pub(super) links: Vec<Link>,
    pub(super) bookmarks: Vec<Bookmark>,
}

/// Where a link leads and what it is about.
pub(super) struct Link {
    pub(super) to: Goal,
    pub(super) said: String,
}

pub(super) enum Goal {
    Name(String),
    Place(PlaceId),
    Address(String),
}

/// A heading as the outline has it.
pub(super) struct Bookmark {
    /// Zero for sections.
    pub(super) level: u8,
    pub(super) number: Option<&'static str>,
    pub(super) title: String,
    pub(super) place: PlaceId,
    /// Whether the contents name it.
    pub(super) listed: bool,
}

impl Bookmark {
    /// Number and title.
    pub(super) fn said(&self) -> String {
        match self.number {
            Some(number) => format!("{number} {}", self.title),
            None => self.title.clone(),
        }
    }
}

/// Where text goes and how it looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    pub(super) x: f32,
    pub(super) width: f32,
    pub(super) style: Style,
    pub(super) pitch: f32,
    pub(super) before: f32,
    pub(super) after: f32,
}

impl Setting {
    /// Running text in a column.
    pub(super) const fn column(x: f32, width: f32, style: Style) -> Self {
        Self {
            x,
            width,
            style,
            pitch: style.pitch(),
            before: 0.0,
            after: 0.0,
        }
    }

    pub(super) const fn spaced(self, before: f32, after: f32) -> Self {
        Self {
            before,
            after,
            ..self
        }
    }
}

impl Setter {
    pub(super) fn new() -> Result<Self, PdfError> {
        let fonts = Fonts::get()?;
        Ok(Self {
            fonts,
            shaper: Shaper::new(fonts),
            fitting: Fitting::new(fonts)?,
            tags: Tags::default(),
            places: Places::default(),
            names: HashMap::new(),
            links: Vec::new(),
            bookmarks: Vec::new(),
        })
    }

    /// A place that links call `name`. The first of a name counts.
    pub(super) fn place(&mut self, name: Option<&str>) -> PlaceId {
        let place = self.places.add();
        if let Some(name) = name {
            self.names.entry(name.to_owned()).or_insert(place);
        }
        place
    }

    pub(super) fn link(&mut self, to: Goal, said: &str) -> LinkId {
        let said = self.fitting.said(said);
        self.links.push(Link { to, said });
        LinkId(self.links.len() - 1)
    }

    /// Text of one look in lines.
    pub(super) fn text(&mut self, text: &str, owner: TagId, setting: Setting) -> Vec<Strip> {
        let text = self.fitting.drawn(text);
        self.paragraph(&Paragraph::of(&text, setting.style, owner), setting)
    }

    /// Lines of a paragraph. Neither its first nor its last line is left alone.
    pub(super) fn paragraph(&mut self, paragraph: &Paragraph, setting: Setting) -> Vec<Strip> {
        let lines = paragraph.set(&mut self.shaper, setting.width);
        let last = lines.len().saturating_sub(1);
        lines
            .into_iter()
            .enumerate()
            .map(|(index, line)| Strip {
                before: if index == 0 { setting.before } else { 0.0 },
                after: if index == last { setting.after } else { 0.0 },
                height: setting.pitch,
                keep: index < last && (index == 0 || index + 2 > last),
                marks: marks(line, setting.x, setting.style.base(setting.pitch)),
                ..Strip::default()
            })
            .collect()
    }

    /// References to the evidence, each a link.
    pub(super) fn references(
        &mut self,
        refs: &[Ref],
        style: Style,
        owner: TagId,
        to: &mut Paragraph,
    ) {
        for (index, item) in refs.iter().enumerate() {
            if index > 0 {
                to.push(", ", style, owner);
            }
            let text = self.fitting.drawn(&item.id);
            match &item.target {
                None => to.push(&text, style, owner),
                Some(name) => {
                    let said = format!("{}: {}", item.id, item.description);
                    let link = self.link(Goal::Name(name.clone()), &said);
                    let look = Look {
                        style: style.in_colour(LINK),
                        owner: self.tags.among(owner, Tag::Link),
                        link: Some(link),
                    };
                    to.part(&text, look);
                }
            }
        }
    }
}

/// A line on the page.
pub(super) fn marks(line: Line, x: f32, y: f32) -> Vec<Mark> {
    line.runs
        .into_iter()
        .map(|run| Mark {
            owner: Some(run.look.owner),
            x: x + run.x,
            y,
            ink: Ink::Run(run),
        })
        .collect()
}

/// A rule from one place to another on the same height.
pub(super) fn rule(x: f32, y: f32, length: f32, stroke: f32, colour: Colour) -> Mark {
    Mark {
        owner: None,
        x,
        y,
        ink: Ink::Line {
            by: (length, 0.0),
            stroke,
            colour,
        },
    }
}

/// A filled area.
pub(super) fn fill(x: f32, y: f32, (width, height): (f32, f32), colour: Colour) -> Mark {
    Mark {
        owner: None,
        x,
        y,
        ink: Ink::Fill {
            width,
            height,
            colour,
        },
    }
}
