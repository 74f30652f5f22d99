//! Random numbers that depend only on what they are for.

/// What a number is drawn for.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
pub(crate) enum Purpose {
    Planting = 1,
    Theme = 2,
    Side = 3,
    PlaceIntake = 4,
    BodyIntake = 5,
    SchoolIntake = 6,
    Missing = 7,
    Size = 8,
}

/// A number in [0, 1) for one thing and one purpose (SplitMix64).
pub(crate) fn unit(seed: u64, purpose: Purpose, thing: u64) -> f64 {
    let mut x = seed
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add((purpose as u64) << 56)
        .wrapping_add(thing.wrapping_mul(0xd134_2543_de82_ef95));
    for _ in 0..2 {
        x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^= x >> 31;
    }
    f64::from(u32::try_from(x >> 32).unwrap_or(0)) / 4_294_967_296.0
}

/// One of the entries, all equally likely.
pub(crate) fn pick<T: Copy>(entries: &[T], unit: f64) -> Option<T> {
    let mut bound = 0.0;
    let step = 1.0 / entries.len().max(1) as f64;
    entries
        .iter()
        .find(|_| {
            bound += step;
            unit < bound
        })
        .or(entries.last())
        .copied()
}
