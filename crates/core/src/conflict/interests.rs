//! Rules on what a person declares (C04 to C09, C11 to C20, C22).

use chrono::{Months, NaiveDate};

use super::{
    Because, FamilyTie, Interest, InterestKind, Outcome, Rule, check::Check, target::Span,
};
use crate::team::Institution;

/// What a declared interest comes to.
struct Found<'a> {
    rule: Rule,
    outcome: Outcome,
    about: &'a Institution,
    to: Option<NaiveDate>,
    pence: Option<u64>,
    months: Option<u32>,
}

impl<'a> Found<'a> {
    const fn now(rule: Rule, outcome: Outcome, about: &'a Institution) -> Self {
        Self {
            rule,
            outcome,
            about,
            to: None,
            pence: None,
            months: None,
        }
    }

    const fn until(
        rule: Rule,
        outcome: Outcome,
        about: &'a Institution,
        to: Option<NaiveDate>,
        months: u32,
    ) -> Self {
        Self {
            rule,
            outcome,
            about,
            to,
            pence: None,
            months: Some(months),
        }
    }
}

impl Check<'_> {
    pub(super) fn interest(&mut self, interest: &Interest) {
        if let InterestKind::Residence { schools } = &interest.kind {
            for urn in schools {
                let about = Institution::School(*urn);
                let found = Found::now(Rule::C16, Outcome::Disclose, &about);
                self.declared(interest, &found);
            }
        } else if let InterestKind::Faith { with } = &interest.kind {
            self.faith(interest, with);
        } else if let Some(found) = self.found(&interest.kind) {
            self.declared(interest, &found);
        }
    }

    fn found<'a>(&self, kind: &'a InterestKind) -> Option<Found<'a>> {
        use InterestKind as Kind;
        let target = self.target;
        let policy = &target.screen.policy;
        let years = policy.look_back_months;
        let within = |to: Option<NaiveDate>, months: u32| target.recent(to, months).then_some(());
        Some(match kind {
            // C01 to C03 read posts, C16 and C20 have rules of their own.
            Kind::Post { .. } | Kind::Residence { .. } | Kind::Faith { .. } => return None,
            Kind::Advice { with, to } => {
                within(*to, years)?;
                Found::until(Rule::C04, Outcome::Bar, with, *to, years)
            }
            Kind::Application { with, to } => {
                within(*to, years)?;
                Found::until(Rule::C05, Outcome::Bar, with, *to, years)
            }
            Kind::Offer { by, on } => {
                if self.during_inspection(*on) {
                    Found {
                        to: Some(*on),
                        ..Found::now(Rule::C06, Outcome::Bar, by)
                    }
                } else {
                    within(Some(*on), years)?;
                    Found::until(Rule::C05, Outcome::Bar, by, Some(*on), years)
                }
            }
            Kind::Family {
                relation: _,
                at,
                tie,
                to,
            } => match tie {
                FamilyTie::Employed => {
                    within(*to, years)?;
                    Found::until(Rule::C07, Outcome::Bar, at, *to, years)
                }
                FamilyTie::Governs | FamilyTie::Pupil => {
                    target.lasts(*to).then_some(())?;
                    Found::now(Rule::C07, Outcome::Bar, at)
                }
            },
            Kind::Relationship { nature: _, at } => Found::now(Rule::C08, Outcome::Refer, at),
            Kind::Financial { with, pence, to } => {
                target.lasts(*to).then_some(())?;
                let outcome = if *pence > policy.material_pence {
                    Outcome::Bar
                } else {
                    Outcome::Refer
                };
                Found {
                    pence: Some(*pence),
                    ..Found::now(Rule::C09, outcome, with)
                }
            }
            Kind::Transfer { concerning, to } => {
                within(*to, policy.transfer_months)?;
                let months = policy.transfer_months;
                Found::until(Rule::C11, Outcome::Bar, concerning, *to, months)
            }
            Kind::Partnership { form: _, with, to } => {
                target.lasts(*to).then_some(())?;
                Found::now(Rule::C12, Outcome::Refer, with)
            }
            Kind::InspectedBy { by, on } => {
                within(Some(*on), policy.reciprocity_months)?;
                let months = policy.reciprocity_months;
                Found::until(Rule::C13, Outcome::Refer, by, Some(*on), months)
            }
            Kind::Inspected { of, lead: _, on } => {
                within(Some(*on), years)?;
                Found::until(Rule::C14, Outcome::Refer, of, Some(*on), years)
            }
            Kind::Review {
                of,
                capacity: _,
                to,
            } => {
                within(*to, policy.review_months)?;
                Found::until(Rule::C15, Outcome::Bar, of, *to, policy.review_months)
            }
            Kind::PublicPosition { about, to } => {
                within(*to, years)?;
                Found::until(Rule::C17, Outcome::Refer, about, *to, years)
            }
            Kind::Gift { from, on, pence } => {
                within(Some(*on), policy.gift_months)?;
                (*pence > policy.gift_pence).then_some(())?;
                let months = policy.gift_months;
                Found {
                    pence: Some(*pence),
                    ..Found::until(Rule::C18, Outcome::Refer, from, Some(*on), months)
                }
            }
            Kind::Casework { about, to } => {
                within(*to, years)?;
                Found::until(Rule::C19, Outcome::Refer, about, *to, years)
            }
            Kind::NamedInConcern { touching, to } => {
                let today = target.occasion.today;
                to.is_none_or(|to| to >= today).then_some(())?;
                Found::now(Rule::C22, Outcome::Bar, touching)
            }
        })
    }

    /// Records what was found if it belongs to the group.
    fn declared(&mut self, interest: &Interest, found: &Found<'_>) {
        let Some(touch) = self.touch_until(found.about, found.to) else {
            return;
        };
        let look_back = found.months.map(|months| self.target.look_back(months));
        let because = Because::Interest {
            interest: interest.id,
            about: found.about.clone(),
            touch,
            to: found.to,
            pence: found.pence,
        };
        self.add(found.rule, found.outcome, look_back, because);
    }

    /// C20: the religious body itself, or a body or school it appoints to.
    fn faith(&mut self, interest: &Interest, with: &Institution) {
        let outcome = if self.target.occasion.denominational {
            Outcome::Refer
        } else {
            Outcome::Disclose
        };
        match with {
            Institution::Body(body) if self.target.overlays.contains(body) => {
                let because = Because::Interest {
                    interest: interest.id,
                    about: with.clone(),
                    touch: super::Touch::Associate,
                    to: None,
                    pence: None,
                };
                self.add(Rule::C20, outcome, None, because);
            }
            Institution::Body(_)
            | Institution::School(_)
            | Institution::Inspectorate
            | Institution::Other(_) => {
                let found = Found::now(Rule::C20, outcome, with);
                self.declared(interest, &found);
            }
        }
    }

    /// C06: from the opening of the inspection until some months after
    /// publication.
    fn during_inspection(&self, on: NaiveDate) -> bool {
        let occasion = self.target.occasion;
        let months = Months::new(self.target.screen.policy.offer_months);
        let until = occasion
            .published_on
            .and_then(|published| published.checked_add_months(months));
        on >= occasion.opened_on && until.is_none_or(|until| on <= until)
    }
}

impl Check<'_> {
    pub(super) fn touch_on(&self, at: &Institution, on: NaiveDate) -> Option<super::Touch> {
        self.target.touch(at, Span::day(on))
    }
}
