//! Pages of reports that were read a moment ago.
//!
//! A page is trusted for a second at the most, and all are forgotten as soon as
//! this process hears of a publication or a withdrawal.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use uuid::Uuid;

use super::{BRIEFLY, send};

/// A page of a report: of one version, or of the version in force.
pub(crate) type Place = (Uuid, Option<u32>);

/// A page as sent.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(super) status: u16,
    pub(super) media_type: String,
    pub(super) sha256: String,
    pub(super) bytes: Bytes,
}

impl Held {
    pub(super) fn send(self, request: &HttpRequest) -> HttpResponse {
        send(
            request,
            self.status,
            &self.media_type,
            &self.sha256,
            BRIEFLY,
            self.bytes,
        )
    }
}

#[derive(Debug, Default)]
struct Pages {
    held: HashMap<Place, (Held, Instant)>,
    bytes: usize,
    /// How often everything was forgotten.
    forgotten: u64,
}

/// The pages held.
#[derive(Debug, Default)]
pub(crate) struct Shelf(Mutex<Pages>);

impl Shelf {
    /// The page at `place`, if it was read within `trust`; else what
    /// [`Shelf::keep`] needs to know of the moment before it is read.
    pub(super) fn find(&self, place: &Place, trust: Duration) -> Result<Held, u64> {
        let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match pages.held.get(place) {
            Some((held, since)) if since.elapsed() < trust => Ok(held.clone()),
            _ => Err(pages.forgotten),
        }
    }

    /// Keeps a page, unless everything was forgotten while it was read. All
    /// pages together take `most` bytes; beyond that the shelf starts afresh.
    pub(super) fn keep(&self, before: u64, place: Place, held: &Held, most: usize) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.forgotten != before {
            return;
        }
        let old = pages.held.remove(&place);
        pages.bytes -= old.map_or(0, |(old, _)| old.bytes.len());
        if pages.bytes + held.bytes.len() > most {
            pages.held.clear();
            pages.bytes = 0;
        }
        if held.bytes.len() <= most {
            pages.bytes += held.bytes.len();
            pages.held.insert(place, (held.clone(), Instant::now()));
        }
    }

    /// Forgets every page, because one of them may have changed.
    pub(crate) fn forget(&self) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.held.clear();
        pages.bytes = 0;
        pages.forgotten += 1;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const LONG: Duration = Duration::from_secs(3_600);

    fn page(bytes: usize) -> Held {
        Held {
            status: 200,
            media_type: "text/html".to_owned(),
            sha256: "0".repeat(64),
            bytes: Bytes::from(vec![0; bytes]),
        }
    }

    fn place(number: u128) -> Place {
        (Uuid::from_u128(number), None)
    }

    #[test]
    fn a_page_is_held_until_everything_is_forgotten() {
        let shelf = Shelf::default();
        let before = shelf.find(&place(1), LONG).unwrap_err();
        shelf.keep(before, place(1), &page(10), 100);
        assert!(shelf.find(&place(1), LONG).is_ok());
        assert!(shelf.find(&place(2), LONG).is_err());
        assert!(shelf.find(&place(1), Duration::ZERO).is_err());
        shelf.forget();
        assert!(shelf.find(&place(1), LONG).is_err());
    }

    #[test]
    fn a_page_read_before_a_publication_is_not_kept_after_it() {
        let shelf = Shelf::default();
        let before = shelf.find(&place(1), LONG).unwrap_err();
        shelf.forget();
        shelf.keep(before, place(1), &page(10), 100);
        assert!(shelf.find(&place(1), LONG).is_err());
    }

    #[test]
    fn the_shelf_takes_no_more_than_its_room() {
        let shelf = Shelf::default();
        for number in 1..=3 {
            shelf.keep(0, place(number), &page(40), 100);
        }
        assert!(shelf.find(&place(1), LONG).is_err());
        assert!(shelf.find(&place(3), LONG).is_ok());
        // The same page again takes no further room.
        for _ in 0..9 {
            shelf.keep(0, place(3), &page(40), 100);
        }
        shelf.keep(0, place(4), &page(101), 100);
        assert!(shelf.find(&place(4), LONG).is_err());
    }
}
