//! Writes laid-out pages as PDF.

use krilla::{
    Data, Document, SerializeSettings,
    action::{Action, LinkAction},
    annotation::{Annotation, LinkAnnotation, Target},
    color::rgb,
    configure::{Accessibility, Archival, ConfigurationBuilder},
    destination::XyzDestination,
    embed::{AssociationKind, EmbeddedFile, MimeType},
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, Stroke},
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag},
};

use super::{
    PdfError,
    edges::{Edges, ending_at},
    flow::{Ink, Mark, Page, Pages, PlaceId, Places},
    paragraph::Run,
    setter::{Bookmark, Goal, Link, Setter},
    style::{Colour, LEFT, PAGE, PAPER},
    tags::TagId,
};

/// Language of everything.
const LANGUAGE: &str = "en-GB";

/// Facts about the document as a whole.
pub(super) struct About {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) author: String,
    pub(super) id: String,
    pub(super) published: DateTime,
}

/// Writes everything.
pub(super) fn write(
    mut setter: Setter,
    pages: Pages,
    edges: &Edges,
    about: About,
    json: &[u8],
) -> Result<Vec<u8>, PdfError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| PdfError::Setup("the standards contradict each other"))?;
    let mut document = Document::new_with(SerializeSettings {
        no_device_cs: true,
        configuration,
        ..SerializeSettings::default()
    });
    let total = pages.pages.len();
    let anchor = setter.tags.unowned();
    for (index, page) in pages.pages.into_iter().enumerate() {
        let edge = setter.edge(edges, index, total, anchor);
        let mut writer = Writer {
            setter: &mut setter,
            places: &pages.places,
        };
        writer.page(&mut document, page, edge)?;
    }
    document.set_outline(outline(&setter.bookmarks, &pages.places));
    let published = about.published;
    document.set_metadata(
        Metadata::new()
            .title(about.title)
            .description(about.description)
            .authors(vec![about.author.clone()])
            .creator(about.author)
            .language(LANGUAGE.to_owned())
            .document_id(about.id)
            .creation_date(published),
    );
    document.set_tag_tree(setter.tags.tree(LANGUAGE));
    document
        .embed_file(EmbeddedFile {
            path: "report.json".to_owned(),
            mime_type: MimeType::new("application/json"),
            description: Some(
                "The report as JSON, with the links from every passage to its evidence".to_owned(),
            ),
            association_kind: AssociationKind::Data,
            data: Data::from(json.to_vec()),
            modification_date: Some(published),
            compress: Some(true),
            location: None,
        })
        .ok_or(PdfError::Setup("the JSON cannot be attached"))?;
    document.finish().map_err(|error| PdfError::refused(&error))
}

/// Writes one page after the other.
struct Writer<'a> {
    setter: &'a mut Setter,
    places: &'a Places,
}

/// What belongs together to those who have the page read to them.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Element(TagId),
    Artifact(ArtifactType),
}

impl Writer<'_> {
    fn page(
        &mut self,
        document: &mut Document,
        page: Page,
        edge: Vec<(ArtifactType, Mark)>,
    ) -> Result<(), PdfError> {
        let settings =
            PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(PdfError::Setup("the page has no size"))?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        let mut open: Option<Part> = None;
        let mut notes = Vec::new();
        let inner = page
            .marks
            .into_iter()
            .map(|mark| (ArtifactType::Layout, mark));
        for (kind, mark) in inner.chain(edge) {
            let part = mark.owner.map_or(Part::Artifact(kind), Part::Element);
            if open != Some(part) {
                if open.is_some() {
                    surface.end_tagged();
                }
                self.begin(&mut surface, part);
                open = Some(part);
            }
            self.draw(&mut surface, &mark, &mut notes)?;
        }
        if open.is_some() {
            surface.end_tagged();
        }
        surface.finish();
        for (owner, note) in notes {
            let content = sheet.add_tagged_annotation(note);
            self.setter.tags.drawn(owner, content);
        }
        sheet.finish();
        Ok(())
    }

    fn begin(&mut self, surface: &mut Surface<'_>, part: Part) {
        match part {
            Part::Element(owner) => {
                let content = surface.start_tagged(ContentTag::Other);
                self.setter.tags.drawn(owner, content);
            }
            Part::Artifact(kind) => {
                surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
            }
        }
    }

    fn draw(
        &mut self,
        surface: &mut Surface<'_>,
        mark: &Mark,
        notes: &mut Vec<(TagId, Annotation)>,
    ) -> Result<(), PdfError> {
        let (x, y) = (mark.x, mark.y);
        match &mark.ink {
            Ink::Run(run) => {
                if let Some(note) = self.note(run, x, y)? {
                    notes.push((run.look.owner, note));
                }
                self.letters(surface, run, x, y);
            }
            Ink::PageOf(place, style) => {
                let number = self.places.get(*place).map_or(0, |(page, _)| page + 1);
                for mark in ending_at(self.setter, &number.to_string(), *style, x, y, mark.owner) {
                    if let Ink::Run(run) = &mark.ink {
                        self.letters(surface, run, mark.x, mark.y);
                    }
                }
            }
            Ink::Fill {
                width,
                height,
                colour,
            } => filled(surface, Rect::from_xywh(x, y, *width, *height), *colour),
            Ink::Frame {
                width,
                height,
                stroke,
                colour,
            } => {
                let mut path = PathBuilder::new();
                if let Some(area) = Rect::from_xywh(x, y, *width, *height) {
                    path.push_rect(area);
                }
                stroked(surface, path, *stroke, *colour);
            }
            Ink::Line { by, stroke, colour } => {
                let mut path = PathBuilder::new();
                path.move_to(x, y);
                path.line_to(x + by.0, y + by.1);
                stroked(surface, path, *stroke, *colour);
            }
            Ink::Ring {
                radius,
                stroke,
                colour,
            } => ring(surface, (x, y), *radius, *stroke, *colour),
        }
        Ok(())
    }

    fn letters(&self, surface: &mut Surface<'_>, run: &Run, x: f32, y: f32) {
        surface.set_fill(Some(paint(run.look.style.colour)));
        surface.set_stroke(None);
        let face = self.setter.fonts.face(run.look.style.bold);
        surface.draw_glyphs(
            Point::from_xy(x, y),
            &run.glyphs,
            face.embedded.clone(),
            &run.text,
            run.look.style.size,
            false,
        );
    }

    /// The link over a run.
    fn note(&self, run: &Run, x: f32, y: f32) -> Result<Option<Annotation>, PdfError> {
        let Some(link) = run.look.link.and_then(|id| self.setter.links.get(id.0)) else {
            return Ok(None);
        };
        let size = run.look.style.size;
        let area = Rect::from_xywh(x, y - size * 0.9, run.width, size * 1.15)
            .ok_or(PdfError::Setup("a link has no size"))?;
        let note = LinkAnnotation::new(area, self.target(link)?);
        Ok(Some(Annotation::new_link(note, Some(link.said.clone()))))
    }

    fn target(&self, link: &Link) -> Result<Target, PdfError> {
        let place = match &link.to {
            Goal::Address(address) => {
                return Ok(Target::Action(Action::Link(LinkAction::new(
                    address.clone(),
                ))));
            }
            Goal::Place(place) => Some(*place),
            Goal::Name(name) => self.setter.names.get(name).copied(),
        };
        place
            .and_then(|place| destination(self.places, place))
            .map(|to| Target::Destination(to.into()))
            .ok_or(PdfError::Setup("a link leads nowhere"))
    }
}

/// Every heading, each below the one it is part of.
fn outline(bookmarks: &[Bookmark], places: &Places) -> Outline {
    let mut outline = Outline::new();
    let mut rest = bookmarks;
    while let Some(node) = node(&mut rest, places) {
        outline.push_child(node);
    }
    outline
}

/// The next heading with all that are below it.
fn node(rest: &mut &[Bookmark], places: &Places) -> Option<OutlineNode> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    let to = destination(places, first.place)?;
    let mut made = OutlineNode::new(first.said(), to);
    while rest.first().is_some_and(|next| next.level > first.level) {
        if let Some(child) = node(rest, places) {
            made.push_child(child);
        }
    }
    Some(made)
}

fn destination(places: &Places, place: PlaceId) -> Option<XyzDestination> {
    let (page, y) = places.get(place)?;
    Some(XyzDestination::new(page, Point::from_xy(LEFT, y)))
}

fn paint(Colour(red, green, blue): Colour) -> Fill {
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        opacity: NormalizedF32::ONE,
        ..Fill::default()
    }
}

fn filled(surface: &mut Surface<'_>, area: Option<Rect>, colour: Colour) {
    let mut path = PathBuilder::new();
    if let Some(area) = area {
        path.push_rect(area);
    }
    if let Some(path) = path.finish() {
        surface.set_fill(Some(paint(colour)));
        surface.set_stroke(None);
        surface.draw_path(&path);
    }
}

fn stroked(surface: &mut Surface<'_>, path: PathBuilder, width: f32, colour: Colour) {
    if let Some(path) = path.finish() {
        surface.set_fill(None);
        surface.set_stroke(Some(Stroke {
            paint: paint(colour).paint,
            width,
            ..Stroke::default()
        }));
        surface.draw_path(&path);
    }
}

/// A circle of four curves, empty within.
fn ring(surface: &mut Surface<'_>, (x, y): (f32, f32), r: f32, width: f32, colour: Colour) {
    /// How far the handles of a quarter of a circle reach.
    const HANDLE: f32 = 0.552_284_8;
    let h = r * HANDLE;
    let circle = || {
        let mut path = PathBuilder::new();
        path.move_to(x + r, y);
        path.cubic_to(x + r, y + h, x + h, y + r, x, y + r);
        path.cubic_to(x - h, y + r, x - r, y + h, x - r, y);
        path.cubic_to(x - r, y - h, x - h, y - r, x, y - r);
        path.cubic_to(x + h, y - r, x + r, y - h, x + r, y);
        path.close();
        path
    };
    if let Some(path) = circle().finish() {
        surface.set_fill(Some(paint(PAPER)));
        surface.set_stroke(None);
        surface.draw_path(&path);
    }
    stroked(surface, circle(), width, colour);
}
