//! The structure of the document, for those who have it read to them.

use krilla::tagging::{Identifier, Node, TagGroup, TagKind, TagTree};

/// An element of the structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TagId(usize);

/// The elements, in the order they are read. What is drawn joins its element
/// when the page is written, and so do elements within lines.
#[derive(Default)]
pub(super) struct Tags {
    elements: Vec<Element>,
    roots: Vec<Child>,
}

struct Element {
    kind: Option<TagKind>,
    children: Vec<Child>,
    /// Where it joins as soon as something of it is drawn.
    waiting: Option<TagId>,
}

enum Child {
    Element(TagId),
    Content(Identifier),
}

impl Tags {
    /// An element at the top.
    pub(super) fn root(&mut self, kind: impl Into<TagKind>) -> TagId {
        let id = self.element(kind.into(), None);
        self.roots.push(Child::Element(id));
        id
    }

    /// The next element within `parent`.
    pub(super) fn within(&mut self, parent: TagId, kind: impl Into<TagKind>) -> TagId {
        let id = self.element(kind.into(), None);
        self.join(parent, Child::Element(id));
        id
    }

    /// An element that stands among the words of `parent`.
    pub(super) fn among(&mut self, parent: TagId, kind: impl Into<TagKind>) -> TagId {
        self.element(kind.into(), Some(parent))
    }

    /// For letters at the edge of a page, which are part of no element.
    pub(super) const fn unowned(&self) -> TagId {
        TagId(usize::MAX)
    }

    /// Adds something drawn to an element.
    pub(super) fn drawn(&mut self, owner: TagId, content: Identifier) {
        let waiting = self
            .elements
            .get_mut(owner.0)
            .and_then(|element| element.waiting.take());
        if let Some(parent) = waiting {
            self.join(parent, Child::Element(owner));
        }
        self.join(owner, Child::Content(content));
    }

    /// The tree as the PDF has it.
    pub(super) fn tree(mut self, language: &str) -> TagTree {
        let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
        for child in std::mem::take(&mut self.roots) {
            if let Some(node) = self.node(child) {
                tree.push(node);
            }
        }
        tree
    }

    fn element(&mut self, kind: TagKind, waiting: Option<TagId>) -> TagId {
        self.elements.push(Element {
            kind: Some(kind),
            children: Vec::new(),
            waiting,
        });
        TagId(self.elements.len() - 1)
    }

    fn join(&mut self, parent: TagId, child: Child) {
        if let Some(element) = self.elements.get_mut(parent.0) {
            element.children.push(child);
        }
    }

    fn node(&mut self, child: Child) -> Option<Node> {
        let id = match child {
            Child::Content(content) => return Some(Node::Leaf(content)),
            Child::Element(id) => id,
        };
        let element = self.elements.get_mut(id.0)?;
        let kind = element.kind.take()?;
        let children = std::mem::take(&mut element.children);
        let children = children
            .into_iter()
            .filter_map(|child| self.node(child))
            .collect();
        Some(Node::Group(TagGroup::with_children(kind, children)))
    }
}
