//! The national facts, indexed so that checking everybody again takes less
//! than a second.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    ConflictPolicy, Membership, National, Occasion, Partnership, PastInspection, School, Transfer,
    target::Target,
};
use crate::{
    Urn,
    body::{BodyKind, MemberRole},
    school::Stage,
    team::{Home, HomeGroup, Institution, Post},
};

/// National facts, ready for checks under one policy.
#[derive(Debug, Clone)]
pub struct Screen {
    pub(super) policy: ConflictPolicy,
    pub(super) schools: HashMap<Urn, School>,
    bodies: BTreeMap<Uuid, BodyKind>,
    by_school: HashMap<Urn, Vec<Membership>>,
    by_body: HashMap<Uuid, Vec<Membership>>,
    ancestors: HashMap<Urn, BTreeSet<Urn>>,
    pub(super) partnerships: Vec<Partnership>,
    pub(super) transfers: HashMap<Uuid, Vec<Transfer>>,
    by_person: HashMap<Uuid, Vec<PastInspection>>,
    by_inspected: HashMap<Institution, Vec<PastInspection>>,
    pub(super) posts: BTreeMap<Uuid, Vec<Post>>,
    estates: HashMap<Uuid, Estate>,
}

/// The schools a body runs on the day of the screen, by what they compete in.
#[derive(Debug, Clone, Default)]
pub(super) struct Estate {
    pub(super) schools: Vec<Urn>,
    by_cell: HashMap<(i32, i32), Vec<Urn>>,
    by_la: HashMap<(String, Option<Stage>), Vec<Urn>>,
    digest: String,
}

impl Screen {
    /// Indexes the facts, as they are on `today`.
    #[must_use]
    pub fn new(facts: National, today: NaiveDate, policy: &ConflictPolicy) -> Self {
        let schools: HashMap<Urn, School> = facts
            .schools
            .into_iter()
            .map(|school| (school.urn, school))
            .collect();
        let mut by_school: HashMap<Urn, Vec<Membership>> = HashMap::new();
        let mut by_body: HashMap<Uuid, Vec<Membership>> = HashMap::new();
        for membership in facts.memberships {
            by_school
                .entry(membership.school)
                .or_default()
                .push(membership.clone());
            by_body.entry(membership.body).or_default().push(membership);
        }
        let mut transfers: HashMap<Uuid, Vec<Transfer>> = HashMap::new();
        for transfer in facts.transfers {
            transfers.entry(transfer.by).or_default().push(transfer);
        }
        let mut by_person: HashMap<Uuid, Vec<PastInspection>> = HashMap::new();
        let mut by_inspected: HashMap<Institution, Vec<PastInspection>> = HashMap::new();
        for past in facts.inspections {
            by_person.entry(past.person).or_default().push(past.clone());
            by_inspected.entry(past.of.clone()).or_default().push(past);
        }
        let mut screen = Self {
            policy: policy.clone(),
            schools,
            bodies: facts.bodies,
            by_school,
            by_body,
            ancestors: ancestors(&facts.predecessors),
            partnerships: facts.partnerships,
            transfers,
            by_person,
            by_inspected,
            posts: facts.posts,
            estates: HashMap::new(),
        };
        screen.estates = screen
            .by_body
            .iter()
            .map(|(body, memberships)| (*body, screen.estate_of(memberships, today)))
            .collect();
        screen
    }

    /// Prepares an inspection: whom its group consists of, and did.
    #[must_use]
    pub fn target<'a>(&'a self, occasion: &'a Occasion) -> Target<'a> {
        Target::new(self, occasion)
    }

    /// Where the holder of these posts comes from on a day: the bodies of
    /// the posts, and the bodies responsible for the schools of the posts.
    #[must_use]
    pub fn home(&self, posts: &[Post], on: NaiveDate) -> Home {
        let mut groups: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
        for post in posts.iter().filter(|post| post.held_on(on)) {
            for body in self.bodies_of(&post.at, on) {
                groups.entry(body).or_default().insert(post.id);
            }
        }
        let groups = groups
            .into_iter()
            .map(|(body, posts)| {
                let schools = self.estate(body).map_or(&[][..], |estate| &estate.schools);
                HomeGroup {
                    body,
                    kind: self.bodies.get(&body).copied(),
                    schools: u32::try_from(schools.len()).unwrap_or(u32::MAX),
                    regions: schools
                        .iter()
                        .filter_map(|urn| self.schools.get(urn)?.region.clone())
                        .collect(),
                    posts,
                }
            })
            .collect();
        Home { groups }
    }

    /// The body itself, or the bodies responsible for the school on a day.
    pub(super) fn bodies_of(&self, at: &Institution, on: NaiveDate) -> BTreeSet<Uuid> {
        match at {
            Institution::Body(body) => BTreeSet::from([*body]),
            Institution::School(urn) => self
                .memberships_of(*urn)
                .iter()
                .filter(|one| one.role == MemberRole::Responsible && one.on(on))
                .map(|one| one.body)
                .collect(),
            Institution::Inspectorate | Institution::Other(_) => BTreeSet::new(),
        }
    }

    pub(super) fn memberships_of(&self, school: Urn) -> &[Membership] {
        self.by_school.get(&school).map_or(&[], Vec::as_slice)
    }

    pub(super) fn members_of(&self, body: Uuid) -> &[Membership] {
        self.by_body.get(&body).map_or(&[], Vec::as_slice)
    }

    /// Bodies associated with schools on a day: sponsors, dioceses,
    /// foundation and umbrella trusts. A local authority is no such link:
    /// what it means for competition is the matter of C10.
    pub(super) fn overlays<'a>(
        &self,
        schools: impl Iterator<Item = &'a Urn>,
        on: NaiveDate,
    ) -> BTreeSet<Uuid> {
        schools
            .flat_map(|urn| self.memberships_of(*urn))
            .filter(|one| one.role == MemberRole::Associate && one.on(on))
            .map(|one| one.body)
            .filter(|body| self.bodies.get(body) != Some(&BodyKind::LocalAuthority))
            .collect()
    }

    pub(super) fn ancestors_of(&self, school: Urn) -> impl Iterator<Item = Urn> {
        self.ancestors.get(&school).into_iter().flatten().copied()
    }

    pub(super) fn done_by(&self, person: Uuid) -> &[PastInspection] {
        self.by_person.get(&person).map_or(&[], Vec::as_slice)
    }

    pub(super) fn done_at(&self, at: &Institution) -> &[PastInspection] {
        self.by_inspected.get(at).map_or(&[], Vec::as_slice)
    }

    pub(super) fn estate(&self, body: Uuid) -> Option<&Estate> {
        self.estates.get(&body)
    }

    fn estate_of(&self, memberships: &[Membership], today: NaiveDate) -> Estate {
        let schools: BTreeSet<Urn> = memberships
            .iter()
            .filter(|one| one.role == MemberRole::Responsible && one.on(today))
            .map(|one| one.school)
            .filter(|urn| self.schools.get(urn).is_some_and(|school| school.open))
            .collect();
        self.estate_from(schools)
    }

    /// Indexes schools by grid cell and by local authority and stage.
    pub(super) fn estate_from(&self, schools: BTreeSet<Urn>) -> Estate {
        let mut estate = Estate::default();
        let mut hash = Sha256::new();
        for urn in &schools {
            let Some(school) = self.schools.get(urn) else {
                continue;
            };
            hash.update(format!("{school:?}\n"));
            if let Some(at) = school.at {
                estate
                    .by_cell
                    .entry(self.cell(at.easting, at.northing))
                    .or_default()
                    .push(*urn);
            }
            if let Some(la) = &school.la {
                for stage in stages(school) {
                    estate
                        .by_la
                        .entry((la.clone(), stage))
                        .or_default()
                        .push(*urn);
                }
            }
        }
        estate.digest = hex::encode(hash.finalize());
        estate.schools = schools.into_iter().collect();
        estate
    }

    fn cell(&self, easting: i32, northing: i32) -> (i32, i32) {
        let size = self.policy.refer_metres.max(self.policy.bar_metres).max(1);
        let size = i32::try_from(size).unwrap_or(i32::MAX);
        (easting.div_euclid(size), northing.div_euclid(size))
    }

    /// Schools of an estate that might be near `school` or that share its
    /// local authority and a stage.
    pub(super) fn neighbours(&self, estate: &Estate, school: &School) -> HashSet<Urn> {
        let mut found = HashSet::new();
        if let Some(at) = school.at {
            let (east, north) = self.cell(at.easting, at.northing);
            for x in [east.saturating_sub(1), east, east.saturating_add(1)] {
                for y in [north.saturating_sub(1), north, north.saturating_add(1)] {
                    found.extend(estate.by_cell.get(&(x, y)).into_iter().flatten());
                }
            }
        }
        if let Some(la) = &school.la {
            // A school whose phase is not known may compete with any other.
            let mut wanted: Vec<Option<Stage>> = stages(school);
            if wanted == [None] {
                wanted.extend(
                    [
                        Stage::Nursery,
                        Stage::Primary,
                        Stage::Secondary,
                        Stage::SixteenPlus,
                        Stage::Other,
                    ]
                    .map(Some),
                );
            } else {
                wanted.push(None);
            }
            for stage in wanted {
                found.extend(estate.by_la.get(&(la.clone(), stage)).into_iter().flatten());
            }
        }
        found
    }
}

impl Estate {
    pub(super) fn digest(&self) -> &str {
        &self.digest
    }
}

fn stages(school: &School) -> Vec<Option<Stage>> {
    match school.phase {
        Some(phase) => phase.stages().iter().copied().map(Some).collect(),
        None => vec![None],
    }
}

/// All predecessors of each school, however far back.
fn ancestors(links: &[(Urn, Urn)]) -> HashMap<Urn, BTreeSet<Urn>> {
    let mut parents: HashMap<Urn, Vec<Urn>> = HashMap::new();
    for (school, predecessor) in links {
        parents.entry(*school).or_default().push(*predecessor);
    }
    parents
        .keys()
        .map(|school| {
            let mut found = BTreeSet::new();
            let mut open = vec![*school];
            while let Some(next) = open.pop() {
                for parent in parents.get(&next).into_iter().flatten() {
                    if parent != school && found.insert(*parent) {
                        open.push(*parent);
                    }
                }
            }
            (*school, found)
        })
        .collect()
}
