//! Where a page of a list is, seen from an entry that the caller has.

/// A page of a list whose entries are told apart and ordered by `T`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Seek<T> {
    /// The first page.
    #[default]
    Start,
    /// What follows an entry.
    After(T),
    /// What goes before an entry, as near to it as can be.
    Before(T),
}

impl<T> Seek<T> {
    /// Whether entries are read from the back.
    #[must_use]
    pub const fn is_back(&self) -> bool {
        matches!(self, Self::Before(_))
    }

    /// The entry that the page lies next to.
    pub const fn beside(&self) -> Option<&T> {
        match self {
            Self::Start => None,
            Self::After(entry) | Self::Before(entry) => Some(entry),
        }
    }

    /// Puts entries into the order of the list.
    #[must_use]
    pub fn ordered<E>(&self, mut read: Vec<E>) -> Vec<E> {
        if self.is_back() {
            read.reverse();
        }
        read
    }
}

impl<T: Ord> Seek<T> {
    /// Leaves of a list, which is read whole and in order, `limit` entries of
    /// the page at the most.
    #[must_use]
    pub fn among<E>(&self, mut all: Vec<E>, limit: i64, key: impl Fn(&E) -> T) -> Vec<E> {
        let limit = usize::try_from(limit).unwrap_or_default();
        match self {
            Self::Start => {}
            Self::After(entry) => all.retain(|one| key(one) > *entry),
            Self::Before(entry) => {
                all.retain(|one| key(one) < *entry);
                all.drain(..all.len().saturating_sub(limit));
            }
        }
        all.truncate(limit);
        all
    }
}

/// A boxed query for the entries of a page, by the one column that tells them
/// apart and orders them. What it reads has to go through [`Seek::ordered`].
macro_rules! sought {
    ($query:expr, $seek:expr, ascending $column:expr) => {
        match $seek {
            $crate::Seek::Start => $query.order($column),
            $crate::Seek::After(at) => $query.filter($column.gt(at)).order($column),
            $crate::Seek::Before(at) => $query.filter($column.lt(at)).order($column.desc()),
        }
    };
    ($query:expr, $seek:expr, descending $column:expr) => {
        match $seek {
            $crate::Seek::Start => $query.order($column.desc()),
            $crate::Seek::After(at) => $query.filter($column.lt(at)).order($column.desc()),
            $crate::Seek::Before(at) => $query.filter($column.gt(at)).order($column),
        }
    };
}
pub(crate) use sought;

#[cfg(test)]
mod tests {
    use super::Seek;

    #[test]
    fn a_page_lies_beside_its_entry() {
        let page = |seek: Seek<u8>| seek.among((1..=9).collect(), 3, |one| *one);
        assert_eq!(page(Seek::Start), [1, 2, 3]);
        assert_eq!(page(Seek::After(3)), [4, 5, 6]);
        assert_eq!(page(Seek::After(8)), [9]);
        assert_eq!(page(Seek::Before(7)), [4, 5, 6]);
        assert_eq!(page(Seek::Before(2)), [1]);
        assert_eq!(Seek::Before(7).ordered(vec![6, 5, 4]), [4, 5, 6]);
    }
}
