//! Runs the rules over one person.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

use super::{
    Assessment, Because, Concern, DeclarationGap, Interest, InterestKind, Match, Outcome, Prospect,
    Rule, Subject, Touch,
    assessment::sha256,
    target::{Span, Target},
};
use crate::team::{Institution, Level, Post};

impl Target<'_> {
    /// Runs all rules over a person.
    #[must_use]
    pub fn assess(&self, subject: &Subject) -> Assessment {
        let mut check = Check::new(self, subject);
        check.run();
        check.declaration();
        Assessment::new(
            subject.person,
            self.occasion.inspection,
            subject.declaration.as_ref().map(|made| made.id),
            check.matches,
            self.screen.policy.version.clone(),
            self.digest(subject, &check.own),
        )
    }

    /// Runs all rules but C21 over a person who has not been asked yet.
    #[must_use]
    pub fn prospect(&self, subject: &Subject) -> Prospect {
        let mut check = Check::new(self, subject);
        check.run();
        Prospect::new(check.matches)
    }

    /// Digest of what the rules can see, whatever order it came in. Facts of
    /// other inspections (C13, C14), transfers and partnerships count by what
    /// they lead to, which the matches state.
    fn digest(&self, subject: &Subject, own: &BTreeSet<Uuid>) -> String {
        let mut posts: Vec<&Post> = subject.posts.iter().collect();
        posts.sort();
        let mut concerns: Vec<&Concern> = subject.concerns.iter().collect();
        concerns.sort();
        let declaration = subject.declaration.as_ref().map(|declaration| {
            let mut interests: Vec<&Interest> = declaration.interests.iter().collect();
            interests.sort();
            (
                (declaration.id, declaration.person, declaration.inspection),
                (declaration.made_on, declaration.confirmed_at),
                interests,
            )
        });
        let estates: Vec<&str> = own
            .iter()
            .filter_map(|body| Some(self.screen.estate(*body)?.digest()))
            .collect();
        let occasion = self.occasion;
        sha256(&json!({
            "policy": self.screen.policy,
            "person": subject.person,
            "posts": posts,
            "concerns": concerns,
            "declaration": declaration,
            "own": own,
            "estates": estates,
            "overlays": self.overlays,
            "inspection": occasion.inspection,
            "body": occasion.body,
            "members": self.estate.digest(),
            "urns": self.members(),
            "frozen_at": occasion.frozen_at,
            "fieldwork": occasion.fieldwork,
            "opened_on": occasion.opened_on,
            "published_on": occasion.published_on,
            "denominational": occasion.denominational,
        }))
    }
}

pub(super) struct Check<'a> {
    pub(super) target: &'a Target<'a>,
    pub(super) subject: &'a Subject,
    /// Posts on record and declared.
    pub(super) posts: Vec<&'a Post>,
    /// Groups the person comes from.
    pub(super) own: BTreeSet<Uuid>,
    matches: BTreeSet<Match>,
}

impl<'a> Check<'a> {
    fn new(target: &'a Target<'a>, subject: &'a Subject) -> Self {
        let declared = subject
            .declaration
            .iter()
            .flat_map(|declaration| &declaration.interests)
            .filter_map(|interest| match &interest.kind {
                InterestKind::Post { post } => Some(post),
                _ => None,
            });
        let posts: Vec<&Post> = subject.posts.iter().chain(declared).collect();
        let own = posts
            .iter()
            .filter(|post| target.lasts(post.to))
            .flat_map(|post| target.screen.bodies_of(&post.at, target.occasion.today))
            .filter(|body| *body != target.occasion.body)
            .collect();
        Self {
            target,
            subject,
            posts,
            own,
            matches: BTreeSet::new(),
        }
    }

    fn run(&mut self) {
        for post in self.posts.clone() {
            self.post(post);
        }
        let interests = self
            .subject
            .declaration
            .iter()
            .flat_map(|declaration| &declaration.interests);
        for interest in interests {
            self.interest(interest);
        }
        self.neighbours();
        self.transfers();
        self.shared();
        self.reciprocity();
        self.earlier_inspections();
        for concern in &self.subject.concerns {
            self.concern(concern);
        }
    }

    pub(super) fn add(
        &mut self,
        rule: Rule,
        outcome: Outcome,
        look_back_from: Option<NaiveDate>,
        because: Because,
    ) {
        self.matches.insert(Match {
            rule,
            outcome,
            because,
            look_back_from,
        });
    }

    /// C01 to C03.
    fn post(&mut self, post: &Post) {
        let span = Span {
            from: post.from,
            to: post.to,
        };
        let Some(touch) = self.target.touch(&post.at, span) else {
            return;
        };
        let months = self.target.screen.policy.look_back_months;
        let look_back = self.target.look_back(months);
        let to = self.target.ended(&post.at, span);
        let (rule, outcome, from) = if self.target.lasts(to) {
            (Rule::C01, Outcome::Bar, None)
        } else if self.target.recent(to, months) {
            (Rule::C02, Outcome::Bar, Some(look_back))
        } else if post.level == Level::Top {
            (Rule::C03, Outcome::Refer, None)
        } else {
            (Rule::C03, Outcome::Disclose, None)
        };
        let because = Because::Post {
            post: post.id,
            at: post.at.clone(),
            capacity: post.capacity,
            level: post.level,
            touch,
            to,
        };
        self.add(rule, outcome, from, because);
    }

    /// C21.
    fn declaration(&mut self) {
        let occasion = self.target.occasion;
        let gap = match &self.subject.declaration {
            None => DeclarationGap::Missing,
            Some(declaration) => {
                let until = declaration.counts_until(&self.target.screen.policy);
                let confirmed = match (occasion.frozen_at, declaration.confirmed_at) {
                    (None, _) => true,
                    (Some(frozen), Some(confirmed)) => confirmed >= frozen,
                    (Some(_), None) => false,
                };
                if declaration.inspection != occasion.inspection
                    || declaration.person != self.subject.person
                {
                    DeclarationGap::ForAnother
                } else if declaration.made_on > occasion.today {
                    DeclarationGap::NotYetMade
                } else if until < occasion.today {
                    DeclarationGap::Expired {
                        counted_until: until,
                    }
                } else if let (Some(frozen_at), false) = (occasion.frozen_at, confirmed) {
                    DeclarationGap::NotConfirmed { frozen_at }
                } else {
                    return;
                }
            }
        };
        self.add(Rule::C21, Outcome::Bar, None, Because::Declaration { gap });
    }

    /// C22.
    fn concern(&mut self, concern: &Concern) {
        let today = self.target.occasion.today;
        if concern.closed_on.is_some_and(|closed| closed <= today) {
            return;
        }
        if let Some(touch) = self.target.touch(&concern.touching, Span::day(today)) {
            let because = Because::Concern {
                concern: concern.id,
                touch,
            };
            self.add(Rule::C22, Outcome::Bar, None, because);
        }
    }

    pub(super) fn touch_until(&self, at: &Institution, to: Option<NaiveDate>) -> Option<Touch> {
        self.target.touch_until(at, to)
    }
}
