//! Head and foot of pages.

use krilla::tagging::ArtifactType;

use super::{
    flow::Mark,
    paragraph::Paragraph,
    setter::{Setter, marks, rule},
    style::{BOTTOM, FULL, LEFT, RIGHT, RULE, SMALL, Style},
    tags::TagId,
};

/// What is the same on every page.
pub(super) struct Edges {
    /// At the head from the second page on: the title, and which report it is.
    pub(super) title: String,
    pub(super) running: String,
    /// At the foot.
    pub(super) statement: String,
}

impl Setter {
    /// Head and foot of a page.
    pub(super) fn edge(
        &mut self,
        edges: &Edges,
        index: usize,
        total: usize,
        owner: TagId,
    ) -> Vec<(ArtifactType, Mark)> {
        const HEAD: f32 = 52.0;
        const FOOT: f32 = BOTTOM + 26.0;
        let mut drawn = Vec::new();
        if index > 0 {
            let running = ending_at(self, &edges.running, SMALL, RIGHT, HEAD, None);
            let room = running.first().map_or(RIGHT, |mark| mark.x) - LEFT - 24.0;
            let title = self.first_line(&edges.title, room, owner, HEAD);
            let line = rule(LEFT, HEAD + 6.0, FULL, 0.5, RULE);
            let head = title.into_iter().chain(running).chain([line]);
            drawn.extend(head.map(|mark| (ArtifactType::Header, mark)));
        }
        let number = format!("Page {} of {total}", index + 1);
        let number = ending_at(self, &number, SMALL, RIGHT, FOOT, None);
        let room = number.first().map_or(RIGHT, |mark| mark.x) - LEFT - 24.0;
        let statement = self.first_line(&edges.statement, room, owner, FOOT);
        let line = rule(LEFT, FOOT - 14.0, FULL, 0.5, RULE);
        let foot = [line].into_iter().chain(statement).chain(number);
        drawn.extend(foot.map(|mark| (ArtifactType::Footer, mark)));
        drawn
    }

    /// As much of a text as one line has room for.
    fn first_line(&mut self, text: &str, room: f32, owner: TagId, y: f32) -> Vec<Mark> {
        let text = self.fitting.drawn(text);
        let lines = Paragraph::of(&text, SMALL, owner).set(&mut self.shaper, room);
        let mut drawn: Vec<Mark> = lines
            .into_iter()
            .take(1)
            .flat_map(|line| marks(line, LEFT, y))
            .collect();
        for mark in &mut drawn {
            mark.owner = None;
        }
        drawn
    }
}

/// Letters that end at `x`.
pub(super) fn ending_at(
    setter: &mut Setter,
    text: &str,
    style: Style,
    x: f32,
    y: f32,
    owner: Option<TagId>,
) -> Vec<Mark> {
    let text = setter.fitting.drawn(text);
    let anyone = owner.unwrap_or_else(|| setter.tags.unowned());
    let lines = Paragraph::of(&text, style, anyone).set(&mut setter.shaper, f32::MAX);
    let mut drawn: Vec<Mark> = lines
        .into_iter()
        .flat_map(|line| {
            let start = x - line.width;
            marks(line, start, y)
        })
        .collect();
    for mark in &mut drawn {
        mark.owner = owner;
    }
    drawn
}
