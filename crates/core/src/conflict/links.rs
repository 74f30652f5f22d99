//! Rules on what the system holds about groups: transfers, shared bodies and
//! work on inspections (C11 to C14).

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Because, Outcome, PastInspection, Rule, check::Check};
use crate::{Urn, body::MemberRole, team::Institution};

impl Check<'_> {
    /// C11: the person's own group wants to take over or merge.
    pub(super) fn transfers(&mut self) {
        let screen = self.target.screen;
        let months = screen.policy.transfer_months;
        let look_back = self.target.look_back(months);
        for body in self.own.clone() {
            for transfer in screen.transfers.get(&body).into_iter().flatten() {
                if !self.target.recent(transfer.to, months) {
                    continue;
                }
                if let Some(touch) = self.touch_until(&transfer.concerning, transfer.to) {
                    let because = Because::Transfer {
                        transfer: transfer.id,
                        by: body,
                        concerning: transfer.concerning.clone(),
                        touch,
                        to: transfer.to,
                    };
                    self.add(Rule::C11, Outcome::Bar, Some(look_back), because);
                }
            }
        }
    }

    /// C12: sponsors, dioceses, foundation and umbrella trusts, and other
    /// organisations that the person's own group shares with the group.
    pub(super) fn shared(&mut self) {
        let screen = self.target.screen;
        let today = self.target.occasion.today;
        let mut theirs = self.own_schools();
        theirs.retain(|urn| !self.target.members().contains(urn));
        let mut links = screen.overlays(theirs.iter(), today);
        links.extend(self.own.iter().copied());
        for body in links.intersection(&self.target.overlays) {
            self.add(
                Rule::C12,
                Outcome::Refer,
                None,
                Because::SharedBody { body: *body },
            );
        }
        for partnership in &screen.partnerships {
            let ours = partnership
                .members
                .iter()
                .any(|member| self.touch_on(member, today).is_some());
            let own = partnership.members.iter().any(|member| match member {
                Institution::Body(body) => self.own.contains(body),
                Institution::School(urn) => theirs.contains(urn),
                Institution::Inspectorate | Institution::Other(_) => false,
            });
            if ours && own {
                let because = Because::SharedPartnership {
                    partnership: partnership.id,
                    form: partnership.form,
                };
                self.add(Rule::C12, Outcome::Refer, None, because);
            }
        }
    }

    /// C13: someone who belongs to the group, then or now, inspected the
    /// person's own group.
    pub(super) fn reciprocity(&mut self) {
        let target = self.target;
        let screen = target.screen;
        let months = screen.policy.reciprocity_months;
        let look_back = target.look_back(months);
        let own: Vec<Institution> = self
            .own
            .iter()
            .copied()
            .map(Institution::Body)
            .chain(self.own_schools().into_iter().map(Institution::School))
            .collect();
        for past in own.iter().flat_map(|at| screen.done_at(at)) {
            let belongs = || {
                screen
                    .posts
                    .get(&past.person)
                    .into_iter()
                    .flatten()
                    .any(|post| {
                        let then = post.held_on(past.on);
                        (then || target.lasts(post.to))
                            && self.touch_on(&post.at, past.on).is_some()
                    })
            };
            if past.on >= look_back && past.person != self.subject.person && belongs() {
                let because = Because::InspectedBy {
                    inspection: past.inspection,
                    inspector: past.person,
                    on: past.on,
                };
                self.add(Rule::C13, Outcome::Refer, Some(look_back), because);
            }
        }
    }

    /// C14: the person inspected a member school within the look-back, or the
    /// group on one of its latest inspections or within the look-back. Work
    /// in the batch stage of this inspection is part of it.
    pub(super) fn earlier_inspections(&mut self) {
        let target = self.target;
        let look_back = target.look_back(target.screen.policy.look_back_months);
        let latest = self.latest_inspections();
        for past in target.screen.done_by(self.subject.person) {
            let this = target.occasion.inspection;
            if past.feeds == Some(this) || past.inspection == this {
                continue;
            }
            let Some(_) = self.touch_on(&past.of, past.on) else {
                continue;
            };
            let of_group = past.of == Institution::Body(target.occasion.body);
            let place = latest.iter().position(|one| *one == past.inspection);
            let counts = past.on >= look_back || (of_group && place.is_some());
            if counts {
                let outcome = if of_group && past.lead && place == Some(0) {
                    Outcome::Bar
                } else {
                    Outcome::Refer
                };
                let because = Because::Inspected {
                    inspection: past.inspection,
                    of: past.of.clone(),
                    lead: past.lead,
                    on: past.on,
                };
                self.add(Rule::C14, outcome, Some(look_back), because);
            }
        }
    }

    /// The latest earlier inspections of the group, newest first.
    fn latest_inspections(&self) -> Vec<Uuid> {
        let occasion = self.target.occasion;
        let mut earlier: Vec<&PastInspection> = self
            .target
            .screen
            .done_at(&Institution::Body(occasion.body))
            .iter()
            .filter(|past| past.inspection != occasion.inspection)
            .collect();
        earlier.sort_by_key(|past| (std::cmp::Reverse(past.on), past.inspection));
        let mut seen = BTreeSet::new();
        let cycles = self.target.screen.policy.earlier_inspections;
        earlier
            .into_iter()
            .map(|past| past.inspection)
            .filter(|inspection| seen.insert(*inspection))
            .take(usize::try_from(cycles).unwrap_or(usize::MAX))
            .collect()
    }

    /// Schools of the person's own groups, and of present posts in schools
    /// without a known responsible body.
    pub(super) fn own_schools(&self) -> BTreeSet<Urn> {
        let screen = self.target.screen;
        let today = self.target.occasion.today;
        let run = self
            .own
            .iter()
            .flat_map(|body| screen.members_of(*body))
            .filter(|one| one.role == MemberRole::Responsible && one.on(today))
            .map(|one| one.school);
        let alone = self
            .posts
            .iter()
            .filter(|post| self.target.lasts(post.to))
            .filter_map(|post| match &post.at {
                Institution::School(urn) => Some(*urn),
                Institution::Body(_) | Institution::Inspectorate | Institution::Other(_) => None,
            });
        run.chain(alone).collect()
    }
}
