//! Sponsors that are the same body as a trust.

use std::collections::BTreeMap;

use crate::body::BodyKind;

/// A group as far as telling twins needs it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrustName<'a> {
    /// GIAS unique identifier.
    pub uid: &'a str,
    /// Kind; only trusts and sponsors matter.
    pub kind: BodyKind,
    /// Name as published.
    pub name: &'a str,
    /// Companies House number.
    pub companies_house: Option<&'a str>,
    /// Whether the group is open.
    pub open: bool,
}

/// For each sponsor that is the same body as a trust, the trust's unique
/// identifier.
///
/// GIAS lists most sponsors a second time as the trust they are, under
/// another identifier and the same name but for case and punctuation. A
/// sponsor is taken for a trust's twin if they share a Companies House
/// number, or if exactly one trust (one open trust, if any is open) has its
/// name.
#[must_use]
pub fn sponsor_twins(groups: &[TrustName<'_>]) -> BTreeMap<String, String> {
    let is_trust = |group: &&TrustName<'_>| {
        matches!(
            group.kind,
            BodyKind::MultiAcademyTrust
                | BodyKind::SingleAcademyTrust
                | BodyKind::SecureSingleAcademyTrust
        )
    };
    let mut by_company: BTreeMap<&str, Vec<&TrustName<'_>>> = BTreeMap::new();
    let mut by_name: BTreeMap<String, Vec<&TrustName<'_>>> = BTreeMap::new();
    for trust in groups.iter().filter(is_trust) {
        if let Some(company) = trust.companies_house {
            by_company.entry(company).or_default().push(trust);
        }
        by_name.entry(plain(trust.name)).or_default().push(trust);
    }
    let only = |trusts: &[&TrustName<'_>]| -> Option<String> {
        let open: Vec<&&TrustName<'_>> = trusts.iter().filter(|trust| trust.open).collect();
        match (trusts, open.as_slice()) {
            (_, [one]) => Some(one.uid.to_owned()),
            ([one], []) => Some(one.uid.to_owned()),
            _ => None,
        }
    };
    groups
        .iter()
        .filter(|group| group.kind == BodyKind::SchoolSponsor)
        .filter_map(|sponsor| {
            let by_company = sponsor
                .companies_house
                .and_then(|company| by_company.get(company))
                .and_then(|trusts| only(trusts));
            let twin = by_company.or_else(|| {
                by_name
                    .get(&plain(sponsor.name))
                    .and_then(|trusts| only(trusts))
            })?;
            Some((sponsor.uid.to_owned(), twin))
        })
        .collect()
}

/// A name without case, punctuation and the forms a company's name may take.
fn plain(name: &str) -> String {
    let mut words: Vec<String> = name
        .to_lowercase()
        .replace('&', " and ")
        .replace(['\'', '\u{2019}', '.'], "")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(ToOwned::to_owned)
        .collect();
    if words.first().is_some_and(|word| word == "the") {
        words.remove(0);
    }
    if words
        .last()
        .is_some_and(|word| matches!(word.as_str(), "ltd" | "limited"))
    {
        words.pop();
    }
    words.join(" ")
}
