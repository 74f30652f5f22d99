//! How many schools each multi-academy trust has.

/// Sizes of `count` trusts that add up to `total`, shaped like England's
/// (median 6, one in ten alone, a long tail to 95).
pub(super) fn trust_sizes(count: u32, total: u32) -> Vec<u32> {
    let mut sizes: Vec<u32> = (0..count)
        .map(|at| size_at((f64::from(at) + 0.5) / f64::from(count)))
        .collect();
    // England's largest trust stands far above the next.
    let giants = (count / 500) as usize;
    for size in sizes.iter_mut().rev().take(giants.min(1 + giants / 3)) {
        *size = 95;
    }
    let mut sum: u32 = sizes.iter().sum();
    let mut smallest = 5;
    while sum != total {
        let before = sum;
        for size in sizes.iter_mut().rev() {
            if sum < total && *size >= smallest && *size < 60 {
                *size += 1;
                sum += 1;
            } else if sum > total && *size > smallest {
                *size -= 1;
                sum -= 1;
            }
        }
        if sum == before {
            if smallest == 1 && sum < total {
                // Too few trusts for any shape: the last takes the rest.
                if let Some(last) = sizes.last_mut() {
                    *last += total - sum;
                }
                return sizes;
            }
            smallest = 1;
        }
    }
    sizes
}

fn size_at(quantile: f64) -> u32 {
    // Whole steps of a piecewise line through the published counts of trusts
    // with 1, 2, 5, 10 and 20 schools.
    const KNOTS: [(f64, f64); 5] = [
        (0.0, 1.0),
        (0.098, 2.0),
        (0.409, 5.0),
        (0.717, 10.0),
        (0.910, 20.0),
    ];
    let mut low = KNOTS.first().copied().unwrap_or_default();
    for next in KNOTS.into_iter().skip(1) {
        if quantile < next.0 {
            let part = (quantile - low.0) / (next.0 - low.0);
            return floor(low.1 + part * (next.1 - low.1));
        }
        low = next;
    }
    let part = (quantile - low.0) / (1.0 - low.0);
    floor(20.0 + 44.0 * part * part * part)
}

fn floor(size: f64) -> u32 {
    // Sizes lie between 1 and 64.
    (1..=95).rev().find(|n| f64::from(*n) <= size).unwrap_or(1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_england() {
        let mut sizes = trust_sizes(1_250, 10_984);
        sizes.sort_unstable();
        assert_eq!(sizes.iter().sum::<u32>(), 10_984);
        assert_eq!(sizes.last(), Some(&95));
        assert!((5..=7).contains(&sizes[625]), "{}", sizes[625]);
        let at_least = |n| sizes.iter().filter(|s| **s >= n).count();
        assert!(at_least(2).abs_diff(1_128) < 10, "{}", at_least(2));
        assert!(at_least(5).abs_diff(739) < 20, "{}", at_least(5));
        assert!(at_least(10).abs_diff(354) < 40, "{}", at_least(10));
        assert!(at_least(20).abs_diff(112) < 30, "{}", at_least(20));
    }

    #[test]
    fn sizes_add_up_however_odd_the_numbers() {
        for (count, total) in [
            (1, 1),
            (1, 40),
            (3, 4),
            (5, 500),
            (7, 61),
            (57_000, 500_000),
        ] {
            let sizes = trust_sizes(count, total);
            assert_eq!(sizes.iter().sum::<u32>(), total, "{count} {total}");
            assert_eq!(sizes.len(), count as usize);
        }
    }
}
