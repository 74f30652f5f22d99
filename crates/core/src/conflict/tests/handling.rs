//! Decisions, access, mitigations, objections and who sees what.

use super::*;
use crate::{calendar::WorkingDays, team::Engagement, theme::Theme};

fn referred() -> (Assessment, Declaration) {
    let made = declaration(vec![interest(
        50,
        InterestKind::Relationship {
            nature: Relationship::Friendship,
            at: group(),
        },
    )]);
    let assessment = assess(&Subject {
        declaration: Some(made.clone()),
        ..subject()
    });
    assert_eq!(assessment.outcome(), Outcome::Refer);
    (assessment, made)
}

fn ruled(by: &Decider, ruling: Ruling, on: &str) -> Result<Decision, DecisionError> {
    let (assessment, made) = referred();
    decide(
        &assessment,
        &made,
        Deciding {
            ruling,
            reasons: "The friendship ended long ago.",
            by,
            lead: LEAD,
            on: day(on),
        },
        &ConflictPolicy::default(),
    )
}

fn assignment() -> Assignment {
    Assignment {
        person: PERSON,
        inspection: INSPECTION,
        withdrawn_on: None,
    }
}

#[test]
fn dr_12_a_finding_needs_more_than_referred_practitioners() {
    let item = |evidence, author| AuthoredItem {
        evidence: id(evidence),
        author,
    };
    let own = item(1, Some((PERSON, Engagement::Practitioner)));
    let colleague = item(2, Some((id(25), Engagement::Practitioner)));
    let hmi = item(3, Some((LEAD, Engagement::Hmi)));
    let document = item(4, None);
    let referred = BTreeSet::from([PERSON]);
    let breach = NeedsHmiEvidence {
        evidence: [id(1)].into(),
    };
    assert_eq!(
        reliance(std::slice::from_ref(&own), &referred),
        Err(breach.clone())
    );
    let both = [own.clone(), colleague.clone()];
    assert_eq!(reliance(&both, &referred), Err(breach));
    assert_eq!(reliance(&[colleague], &referred), Ok(()));
    assert_eq!(reliance(&[own.clone(), hmi], &referred), Ok(()));
    assert_eq!(reliance(&[own.clone(), document], &referred), Ok(()));
    assert_eq!(reliance(&[own], &BTreeSet::new()), Ok(()));
}

#[test]
fn dr_14_a_bar_cannot_be_decided_nor_passed() {
    let (_, made) = referred();
    let mut barred = subject();
    barred.posts.push(post(41, group(), None, None));
    barred.declaration = Some(made.clone());
    let assessment = assess(&barred);
    for ruling in [Ruling::Clear, Ruling::Exclude] {
        let refused = decide(
            &assessment,
            &made,
            Deciding {
                ruling,
                reasons: "We need this person.",
                by: &decider(),
                lead: LEAD,
                on: day("2027-02-01"),
            },
            &ConflictPolicy::default(),
        );
        let rules = BTreeSet::from([Rule::C01]);
        assert_eq!(refused, Err(DecisionError::Barred(rules)));
    }
    // A decision made before the bar does not help.
    let earlier = ruled(&decider(), Ruling::Clear, "2027-02-01").unwrap();
    let refusal = access(
        &assignment(),
        &assessment,
        Some(&earlier),
        day("2027-02-02"),
    );
    assert!(matches!(refusal, Err(Refusal::Barred { .. })));
}

#[test]
fn dr_14_a_mistaken_fact_is_corrected_by_two_officers() {
    let mut barred = subject();
    barred.posts.push(post(41, group(), None, None));
    let second = Decider {
        person: id(23),
        ..decider()
    };
    let attempt = |first: &Decider, second: &Decider, fact| {
        correct(
            PERSON,
            &Facts::from(&barred),
            (fact, Replacement::Nothing),
            "Another person of the same name.",
            (first, second),
            LEAD,
        )
    };
    let as_person = |person| Decider {
        person,
        ..decider()
    };
    let same = attempt(&decider(), &decider(), id(41));
    assert_eq!(same, Err(CorrectionError::SameOfficer));
    let own = attempt(&decider(), &as_person(PERSON), id(41));
    assert_eq!(own, Err(CorrectionError::OwnRecord));
    let lead = attempt(&as_person(LEAD), &second, id(41));
    assert_eq!(lead, Err(CorrectionError::Lead));
    let unknown = attempt(&decider(), &second, id(99));
    assert_eq!(unknown, Err(CorrectionError::NoSuchFact(id(99))));
    let correction = attempt(&decider(), &second, id(41)).unwrap();
    assert_eq!(assess(&barred).outcome(), Outcome::Bar);
    assert_eq!(assess(&correction.apply(&barred)).outcome(), Outcome::Clear);
}

#[test]
fn dr_15_there_is_no_access_before_a_decision() {
    let (assessment, _) = referred();
    let on = day("2027-02-02");
    let of = |decision| access(&assignment(), &assessment, decision, on);
    assert_eq!(of(None), Err(Refusal::Undecided));
    let clear = ruled(&decider(), Ruling::Clear, "2027-02-01").unwrap();
    assert!(of(Some(&clear)).is_ok());
    let exclude = ruled(&decider(), Ruling::Exclude, "2027-02-01").unwrap();
    assert_eq!(of(Some(&exclude)), Err(Refusal::Excluded));
    let withdrawn = Assignment {
        withdrawn_on: Some(on),
        ..assignment()
    };
    let refused = access(&withdrawn, &assessment, Some(&clear), on);
    assert_eq!(refused, Err(Refusal::Withdrawn { on }));
    // Even a clear assessment waits for a decision.
    let clear_one = assess(&subject());
    assert_eq!(
        access(&assignment(), &clear_one, None, on),
        Err(Refusal::Undecided)
    );
}

#[test]
fn dr_16_the_decider_is_neither_declarant_nor_lead() {
    let by = |person| {
        ruled(
            &Decider {
                person,
                ..decider()
            },
            Ruling::Clear,
            "2027-02-01",
        )
    };
    assert_eq!(by(PERSON), Err(DecisionError::DeciderIsDeclarant));
    assert_eq!(by(LEAD), Err(DecisionError::DeciderIsLead));
    assert!(by(OFFICER).is_ok());
    let nobody = Decider {
        person: OFFICER,
        offices: BTreeSet::from([Office::QualityAssurer]),
    };
    let refused = ruled(&nobody, Ruling::Clear, "2027-02-01");
    assert_eq!(refused, Err(DecisionError::NotADecisionMaker));
    let none = Ruling::ClearWith {
        mitigations: Vec::new(),
    };
    let refused = ruled(&decider(), none, "2027-02-01");
    assert_eq!(refused, Err(DecisionError::NoMitigations));
}

#[test]
fn dr_17_a_new_bar_ends_access_and_sends_findings_to_review() {
    let (before, made) = referred();
    let decision = ruled(&decider(), Ruling::Clear, "2027-02-01").unwrap();
    let mut hired = subject();
    hired.declaration = Some(made);
    hired
        .posts
        .push(post(41, group(), Some("2027-02-20"), None));
    let after = assess(&hired);
    let finding = |number, person| FindingRef {
        id: id(number),
        people: BTreeSet::from([person]),
    };
    let findings = [finding(1, PERSON), finding(2, LEAD)];
    let change = reassess(&before, &after, Some(&decision), &findings);
    assert!(change.access_lost && !change.decision_needed && !change.incident);
    assert_eq!(change.findings_to_review, BTreeSet::from([id(1)]));
    assert!(change.notify.contains(&Notify::QualityAssurer));
    let same = reassess(&before, &before, Some(&decision), &findings);
    assert_eq!(same, Change::default());
}

#[test]
fn dr_17_a_new_disclosure_waits_for_a_decision_without_doubt_on_the_work() {
    let (before, mut made) = referred();
    let decision = ruled(&decider(), Ruling::Clear, "2027-02-01").unwrap();
    let schools = vec![urn(100_001)];
    made.interests
        .push(interest(51, InterestKind::Residence { schools }));
    let after = assess(&Subject {
        declaration: Some(made),
        ..subject()
    });
    let refused = access(&assignment(), &after, Some(&decision), day("2027-02-02"));
    assert_eq!(refused, Err(Refusal::Superseded));
    let findings = [FindingRef {
        id: id(1),
        people: BTreeSet::from([PERSON]),
    }];
    let change = reassess(&before, &after, Some(&decision), &findings);
    assert!(change.access_lost && change.decision_needed);
    assert_eq!(change.findings_to_review, BTreeSet::new());
    assert!(change.notify.contains(&Notify::ResponsibleBody));
}

#[test]
fn dr_18_mitigations_stop_what_they_name() {
    let mitigations = vec![
        Mitigation::RecusedFromSchools {
            schools: [urn(100_001)].into(),
        },
        Mitigation::NotLeadOnThemes {
            themes: [Theme::Safeguarding].into(),
        },
        Mitigation::PairedWithHmi { hmi: LEAD },
        Mitigation::NoAccessToEvidence {
            evidence: [id(5)].into(),
        },
    ];
    let ruling = Ruling::ClearWith { mitigations };
    let decision = ruled(&decider(), ruling, "2027-02-01").unwrap();
    let (assessment, _) = referred();
    let granted = access(
        &assignment(),
        &assessment,
        Some(&decision),
        day("2027-02-02"),
    )
    .unwrap();
    let paired = Scope {
        with: [LEAD].into(),
        ..Scope::default()
    };
    let recused = Scope {
        schools: [urn(100_001)].into(),
        ..paired.clone()
    };
    for attempt in [
        Attempt::OpenEvidence(recused.clone()),
        Attempt::Visit(recused.clone()),
        Attempt::AuthorFinding(recused.clone()),
        Attempt::EditFinding(recused.clone()),
        Attempt::SignOff(recused),
    ] {
        assert!(granted.permits(&attempt).is_err(), "{attempt:?}");
    }
    let other = Scope {
        schools: [urn(100_002)].into(),
        themes: [Theme::Safeguarding].into(),
        ..paired
    };
    assert!(
        granted
            .permits(&Attempt::AuthorFinding(other.clone()))
            .is_ok()
    );
    assert!(granted.permits(&Attempt::SignOff(other.clone())).is_err());
    assert!(
        granted
            .permits(&Attempt::LeadOnThemes(other.clone()))
            .is_err()
    );
    let alone = Scope {
        with: BTreeSet::new(),
        ..other
    };
    assert!(
        granted
            .permits(&Attempt::OpenEvidence(alone.clone()))
            .is_ok()
    );
    assert!(
        granted
            .permits(&Attempt::AuthorFinding(alone.clone()))
            .is_err()
    );
    let hidden = Scope {
        evidence: [id(5)].into(),
        ..alone
    };
    assert!(granted.permits(&Attempt::OpenEvidence(hidden)).is_err());
    let sole = [Mitigation::NotSoleAuthor];
    assert!(permits(&sole, &Attempt::AuthorFinding(Scope::default())).is_err());
    assert!(permits(&sole, &Attempt::OpenEvidence(Scope::default())).is_ok());
}

#[test]
fn dr_19_the_body_objects_once_in_time_and_the_outcome_is_final() {
    let calendar = WorkingDays::new("test", [day("2027-01-01"), day("2027-12-27")]).unwrap();
    let notice = Notice {
        inspection: INSPECTION,
        person: PERSON,
        on: day("2027-02-04"),
    };
    let at = |on: &str, reasons: &str, earlier: &[Objection]| {
        object(notice, reasons, day(on), earlier, &calendar, 3)
    };
    // Three working days after Thursday 4 February: Tuesday 9 February.
    let made = at("2027-02-09", "A rival for our schools.", &[]).unwrap();
    let late = Err(ObjectionError::TooLate(day("2027-02-09")));
    assert_eq!(at("2027-02-10", "A rival.", &[]), late);
    let early = Err(ObjectionError::BeforeNotice(notice.on));
    assert_eq!(at("2027-02-03", "A rival.", &[]), early);
    assert_eq!(at("2027-02-05", " ", &[]), Err(ObjectionError::NoReasons));
    let again = at("2027-02-05", "A rival.", std::slice::from_ref(&made));
    assert_eq!(again, Err(ObjectionError::AlreadyMade));
    let lead = Decider {
        person: LEAD,
        ..decider()
    };
    let settle = |by: &Decider| {
        made.clone().settle(
            ObjectionOutcome::Upheld,
            "The schools compete.",
            by,
            LEAD,
            day("2027-02-10"),
        )
    };
    assert_eq!(settle(&lead), Err(ObjectionError::Involved));
    let settled = settle(&decider()).unwrap();
    assert_eq!(settled.outcome(), ObjectionOutcome::Upheld);
}

#[test]
fn dr_20_a_decision_expires_with_the_declaration() {
    let decision = ruled(&decider(), Ruling::Clear, "2027-02-01").unwrap();
    assert_eq!(decision.expires_on(), day("2028-01-18"));
    let (assessment, _) = referred();
    let on = |text| access(&assignment(), &assessment, Some(&decision), day(text)).is_ok();
    assert!(on("2028-01-18"));
    assert!(!on("2028-01-19"));
    let late = ruled(&decider(), Ruling::Clear, "2028-01-19");
    assert_eq!(late, Err(DecisionError::Expired(day("2028-01-18"))));
}

#[test]
fn dr_35_declarations_are_seen_by_few() {
    let made = declaration(vec![interest(
        50,
        InterestKind::Residence { schools: vec![] },
    )]);
    let person = |id, offices: &[Office], assures, leads| Viewer::Person {
        id,
        offices: offices.iter().copied().collect(),
        assures,
        leads,
    };
    let here = Some(INSPECTION);
    let see = |viewer: Viewer| visibility(&viewer, &made);
    assert_eq!(see(person(PERSON, &[], None, None)), Visibility::Full);
    let maker = [Office::DecisionMaker];
    assert_eq!(see(person(OFFICER, &maker, None, None)), Visibility::Full);
    let assurer = [Office::QualityAssurer];
    assert_eq!(see(person(OFFICER, &assurer, here, None)), Visibility::Full);
    assert_eq!(
        see(person(OFFICER, &assurer, Some(id(11)), None)),
        Visibility::Nothing
    );
    assert_eq!(
        see(person(LEAD, &maker, None, here)),
        Visibility::CategoryOnly
    );
    assert_eq!(see(person(OFFICER, &[], None, None)), Visibility::Nothing);
    let body = |inspection| Viewer::ResponsibleBody { inspection };
    assert_eq!(see(body(INSPECTION)), Visibility::CategoryOnly);
    assert_eq!(see(body(id(11))), Visibility::Nothing);
    assert_eq!(see(Viewer::Public), Visibility::Nothing);
    assert!(!format!("{made:?}").contains("in confidence"));
}

#[test]
fn dr_02_public_texts_pass_the_guard() {
    for rule in Rule::ALL {
        let text = rule.category().public_text();
        assert_eq!(crate::language::guard_text(text), [], "{text}");
    }
    let (assessment, _) = referred();
    let ruling = Ruling::ClearWith {
        mitigations: vec![Mitigation::NotSoleAuthor],
    };
    let decision = ruled(&decider(), ruling, "2027-02-01").unwrap();
    let handled = Handled {
        assessment: &assessment,
        decision: &decision,
    };
    let text = public_statement(&[handled]);
    assert!(text.contains("a personal relationship"), "{text}");
    assert!(text.contains("Limits"), "{text}");
    assert_eq!(crate::language::guard_text(&text), []);
    assert_eq!(crate::language::guard_text(&public_statement(&[])), []);
    assert!(assessment.matches()[0].explanation().starts_with("C08: "));
}
