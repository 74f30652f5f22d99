//! Quantity words and the numbers they stand for (DR-08, domain.md 9.2).

/// Version of the table of bands.
pub const VERSION: &str = "quantity-2026-1";

/// A quantity word and the share of the whole it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// The word as it is found in a text.
    pub word: &'static str,
    /// The word as it is written before "the schools".
    pub phrase: &'static str,
    /// Smallest share, in per cent, inclusive.
    pub from: u32,
    /// Largest share, in per cent; exclusive unless it is 100.
    pub below: u32,
}

/// Bands of the kind Ofsted has used, largest first. Published bands leave
/// gaps between whole numbers (96 to 97, 50); here each band runs up to the
/// next, and exactly one half has its own word.
pub const BANDS: [Band; 8] = [
    band("vast majority", "the vast majority of", 97, 100),
    band("most", "most of", 80, 97),
    band("large majority", "a large majority of", 65, 80),
    band("majority", "a majority of", 50, 65),
    band("minority", "a minority of", 35, 50),
    band("small minority", "a small minority of", 20, 35),
    band("few", "few of", 4, 20),
    band("very few", "very few of", 0, 4),
];

const fn band(word: &'static str, phrase: &'static str, from: u32, below: u32) -> Band {
    Band {
        word,
        phrase,
        from,
        below,
    }
}

/// What `n` of `total` is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// None of them, or nothing to count.
    None,
    /// Exactly one half.
    Half,
    /// All of them.
    All,
    /// Another share.
    Share(Band),
}

/// The quantity that `n` of `total` is; more than all counts as all.
#[must_use]
pub fn of(n: u32, total: u32) -> Quantity {
    if n == 0 || total == 0 {
        return Quantity::None;
    }
    if n >= total {
        return Quantity::All;
    }
    if u64::from(n) * 2 == u64::from(total) {
        return Quantity::Half;
    }
    BANDS
        .into_iter()
        .find(|band| fits_band(*band, n, total))
        .map_or(Quantity::None, Quantity::Share)
}

/// Whether `word` may stand for `n` of `total`. `None` if it is no quantity
/// word of the table.
#[must_use]
pub fn fits(word: &str, n: u32, total: u32) -> Option<bool> {
    let band = BANDS.into_iter().find(|band| band.word == word)?;
    Some(total > 0 && fits_band(band, n, total))
}

fn fits_band(band: Band, n: u32, total: u32) -> bool {
    let (n, total) = (u64::from(n) * 100, u64::from(total));
    // Exactly one half is neither a majority nor a minority.
    let above = if band.from == 50 {
        n > total * 50
    } else {
        n >= total * u64::from(band.from)
    };
    let below = n < total * u64::from(band.below) || (band.below == 100 && n == total * 100);
    above && below
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn dr_08_bands_follow_the_table_at_every_edge() {
        let word = |n, total| match of(n, total) {
            Quantity::Share(band) => band.word,
            Quantity::Half => "half",
            Quantity::All => "all",
            Quantity::None => "none",
        };
        assert_eq!(word(100, 100), "all");
        assert_eq!(word(99, 100), "vast majority");
        assert_eq!(word(97, 100), "vast majority");
        assert_eq!(word(96, 100), "most");
        assert_eq!(word(80, 100), "most");
        assert_eq!(word(79, 100), "large majority");
        assert_eq!(word(65, 100), "large majority");
        assert_eq!(word(64, 100), "majority");
        assert_eq!(word(51, 100), "majority");
        assert_eq!(word(50, 100), "half");
        assert_eq!(word(49, 100), "minority");
        assert_eq!(word(35, 100), "minority");
        assert_eq!(word(34, 100), "small minority");
        assert_eq!(word(20, 100), "small minority");
        assert_eq!(word(19, 100), "few");
        assert_eq!(word(4, 100), "few");
        assert_eq!(word(3, 100), "very few");
        assert_eq!(word(0, 100), "none");
    }

    #[test]
    fn dr_08_every_share_has_exactly_one_word() {
        for total in 1..=200 {
            for n in 1..total {
                let words = BANDS
                    .into_iter()
                    .filter(|band| fits_band(*band, n, total))
                    .count();
                let expected = usize::from(n * 2 != total);
                assert_eq!(words, expected, "{n} of {total}");
            }
        }
    }
}
