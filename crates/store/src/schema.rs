//! Tables, in the order of the migrations.

#![allow(
    missing_docs,
    reason = "columns are described where they are created, in `migrations/`"
)]

diesel::table! {
    register_import (id) {
        id -> Uuid,
        state -> Text,
        requested_by -> Text,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    register_file (id) {
        id -> Uuid,
        import_id -> Uuid,
        position -> Integer,
        file_name -> Text,
        layout -> Nullable<Text>,
        as_at -> Nullable<Date>,
        sha256 -> Nullable<Text>,
        bytes -> BigInt,
        state -> Text,
        rows_read -> BigInt,
        rows_rejected -> BigInt,
        facts_inserted -> BigInt,
        facts_changed -> BigInt,
        facts_unchanged -> BigInt,
        facts_ended -> BigInt,
        notes -> Jsonb,
        refusal -> Nullable<Jsonb>,
        blob -> Nullable<Text>,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    register_rejection (file_id, position) {
        file_id -> Uuid,
        line -> BigInt,
        position -> Integer,
        column_name -> Nullable<Text>,
        value -> Text,
        code -> Text,
        reason -> Text,
    }
}

diesel::table! {
    establishment_version (urn, as_at) {
        urn -> Integer,
        as_at -> Date,
        digest -> Uuid,
        name -> Text,
        la_code -> Nullable<Text>,
        la_name -> Nullable<Text>,
        establishment_number -> Nullable<Text>,
        type_code -> Nullable<Text>,
        type_name -> Nullable<Text>,
        type_group -> Nullable<Text>,
        status -> SmallInt,
        open_date -> Nullable<Date>,
        close_date -> Nullable<Date>,
        phase -> Nullable<Text>,
        age_low -> Nullable<SmallInt>,
        age_high -> Nullable<SmallInt>,
        gender -> Nullable<Text>,
        religious_character -> Nullable<Text>,
        diocese_code -> Nullable<Text>,
        diocese_name -> Nullable<Text>,
        capacity -> Nullable<Integer>,
        pupils -> Nullable<Integer>,
        fsm_per_cent -> Nullable<Double>,
        ukprn -> Nullable<Text>,
        town -> Nullable<Text>,
        county -> Nullable<Text>,
        postcode -> Nullable<Text>,
        region -> Nullable<Text>,
        urban_rural -> Nullable<Text>,
        easting -> Nullable<Integer>,
        northing -> Nullable<Integer>,
    }
}

diesel::table! {
    group_version (uid, as_at) {
        uid -> Text,
        as_at -> Date,
        digest -> Uuid,
        group_id -> Nullable<Text>,
        name -> Text,
        companies_house -> Nullable<Text>,
        type_code -> Text,
        status -> Text,
        opened -> Nullable<Date>,
        closed -> Nullable<Date>,
        ukprn -> Nullable<Text>,
        town -> Nullable<Text>,
        county -> Nullable<Text>,
        postcode -> Nullable<Text>,
    }
}

diesel::table! {
    link_version (urn, uid, series, as_at) {
        series -> Text,
        uid -> Text,
        urn -> Integer,
        as_at -> Date,
        digest -> Uuid,
        gone -> Bool,
        joined -> Nullable<Date>,
    }
}

diesel::table! {
    establishment_link (urn, link_urn, link_type) {
        urn -> Integer,
        link_urn -> Integer,
        link_type -> Text,
        as_at -> Date,
        digest -> Uuid,
        established -> Nullable<Date>,
        link_name -> Text,
    }
}

diesel::table! {
    published_outcome (urn, inspection_number, event, layout) {
        urn -> Integer,
        inspection_number -> Text,
        event -> Text,
        layout -> Text,
        as_at -> Date,
        file_id -> Uuid,
        digest -> Uuid,
        urn_at_time -> Integer,
        framework -> Text,
        started -> Date,
        content -> Jsonb,
    }
}

diesel::table! {
    school_context (urn, layout) {
        urn -> Integer,
        layout -> Text,
        as_at -> Date,
        idaci_quintile -> Nullable<SmallInt>,
    }
}

diesel::table! {
    pattern_reference (id) {
        id -> BigInt,
        sha256 -> Text,
        content -> Jsonb,
        counted_at -> Timestamptz,
    }
}

diesel::table! {
    bank_holiday (day) {
        day -> Date,
        title -> Text,
        as_at -> Date,
    }
}

diesel::table! {
    responsible_body (id) {
        id -> Uuid,
        kind -> Text,
        name -> Text,
        origin -> Text,
        opened -> Nullable<Date>,
        closed -> Nullable<Date>,
        merged_into -> Nullable<Uuid>,
        revision -> BigInt,
        created_at -> Timestamptz,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    body_identifier (body_id, scheme, value) {
        scheme -> Text,
        value -> Text,
        body_id -> Uuid,
    }
}

diesel::table! {
    membership (id) {
        id -> BigInt,
        body_id -> Uuid,
        urn -> Integer,
        role -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        from_estimated -> Bool,
        to_estimated -> Bool,
        source -> Text,
        recorded_from -> Timestamptz,
        recorded_to -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    api_key (id) {
        id -> Uuid,
        name -> Text,
        secret_sha256 -> Binary,
        scopes -> Array<Text>,
        body_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        last_used_on -> Nullable<Date>,
        role -> Nullable<Text>,
        person_id -> Nullable<Uuid>,
        previous_sha256 -> Nullable<Binary>,
        previous_until -> Nullable<Timestamptz>,
        rotated_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    idempotency (client, method, path, key) {
        client -> Text,
        method -> Text,
        path -> Text,
        key -> Text,
        fingerprint -> Binary,
        status -> SmallInt,
        headers -> Jsonb,
        body -> Binary,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    audit_event (id) {
        id -> BigInt,
        at -> Timestamptz,
        actor -> Text,
        action -> Text,
        subject_kind -> Text,
        subject_id -> Text,
        reason -> Nullable<Text>,
        request_id -> Nullable<Text>,
        data -> Jsonb,
    }
}

diesel::table! {
    audit_unsealed (event_id) {
        event_id -> BigInt,
    }
}

diesel::table! {
    audit_link (position) {
        position -> BigInt,
        event_id -> BigInt,
        completed_at -> Timestamptz,
        before_sha256 -> Nullable<Binary>,
        after_sha256 -> Binary,
        previous -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    inspection (id) {
        id -> Uuid,
        reference -> Text,
        body_id -> Uuid,
        state -> Text,
        basis -> Text,
        membership_as_at -> Date,
        membership_as_known -> Timestamptz,
        frozen -> Jsonb,
        team -> Jsonb,
        opened_at -> Timestamptz,
        opened_by -> Text,
        revision -> BigInt,
        opening -> Jsonb,
        author_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    inspection_event (inspection_id, position) {
        inspection_id -> Uuid,
        position -> Int4,
        at -> Timestamptz,
        role -> Text,
        actor_id -> Uuid,
        actor -> Text,
        kind -> Text,
        action -> Jsonb,
    }
}

diesel::table! {
    record (kind, id) {
        kind -> Text,
        id -> Uuid,
        inspection_id -> Nullable<Uuid>,
        body_id -> Nullable<Uuid>,
        person_id -> Nullable<Uuid>,
        revision -> BigInt,
        content -> Jsonb,
        created_at -> Timestamptz,
        created_by -> Text,
        changed_at -> Timestamptz,
        number -> BigInt,
    }
}

diesel::table! {
    record_revision (kind, id, revision) {
        kind -> Text,
        id -> Uuid,
        revision -> BigInt,
        at -> Timestamptz,
        actor -> Text,
        reason -> Nullable<Text>,
        content -> Jsonb,
    }
}

diesel::table! {
    submission (id) {
        id -> Uuid,
        inspection_id -> Uuid,
        sha256 -> Text,
        received_at -> Timestamptz,
        received_by -> Text,
        result -> Jsonb,
    }
}

diesel::table! {
    submitted_item (id) {
        id -> Uuid,
        inspection_id -> Uuid,
        submission_id -> Uuid,
        kind -> Text,
        sha256 -> Text,
        reference -> Nullable<Text>,
        content -> Jsonb,
        reused -> Integer,
        received_at -> Timestamptz,
    }
}

diesel::table! {
    report (id) {
        id -> Uuid,
        inspection_id -> Uuid,
        body_id -> Uuid,
    }
}

diesel::table! {
    report_version (report_id, version) {
        report_id -> Uuid,
        version -> Integer,
        state -> Text,
        inputs_sha256 -> Text,
        content -> Jsonb,
        compiled_at -> Timestamptz,
        published_at -> Nullable<Timestamptz>,
        public_note -> Nullable<Text>,
        withdrawn_at -> Nullable<Timestamptz>,
        withdrawn_reason -> Nullable<Text>,
        language_findings -> Int4,
        accessibility_findings -> Int4,
    }
}

diesel::table! {
    rendition (report_id, version, format) {
        report_id -> Uuid,
        version -> Integer,
        format -> Text,
        media_type -> Text,
        sha256 -> Text,
        bytes -> Binary,
    }
}

diesel::table! {
    operation (id) {
        id -> Uuid,
        kind -> Text,
        state -> Text,
        owner -> Text,
        body_id -> Nullable<Uuid>,
        subject_kind -> Text,
        subject_id -> Uuid,
        progress -> Nullable<Jsonb>,
        result -> Nullable<Jsonb>,
        problem -> Nullable<Jsonb>,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    job (id) {
        id -> Uuid,
        queue -> Text,
        kind -> Text,
        kind_version -> SmallInt,
        payload -> Jsonb,
        dedupe_key -> Nullable<Text>,
        state -> Text,
        priority -> SmallInt,
        attempts -> SmallInt,
        max_attempts -> SmallInt,
        run_at -> Timestamptz,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<Timestamptz>,
        operation_id -> Nullable<Uuid>,
        request_id -> Nullable<Text>,
        trace_parent -> Nullable<Text>,
        last_error_code -> Nullable<Text>,
        last_error -> Nullable<Text>,
        created_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        cancelled_by -> Nullable<Text>,
        cancel_reason -> Nullable<Text>,
        lane -> Nullable<Uuid>,
    }
}

diesel::table! {
    webhook_endpoint (id) {
        id -> Uuid,
        body_id -> Uuid,
        url -> Text,
        secret -> Text,
        state -> Text,
        disabled_reason -> Nullable<Text>,
        failing_since -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        created_by -> Text,
        description -> Text,
        events -> Nullable<Array<Text>>,
        revision -> BigInt,
        public_key -> Nullable<Text>,
        previous_secret -> Nullable<Text>,
        previous_until -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    email_contact (id) {
        id -> Uuid,
        body_id -> Nullable<Uuid>,
        address -> Text,
        role -> Text,
        state -> Text,
        created_at -> Timestamptz,
        created_by -> Text,
        tells -> Text,
        post -> Nullable<Text>,
        of_whom -> Nullable<Text>,
    }
}

diesel::table! {
    notification (id) {
        id -> Uuid,
        event -> Text,
        body_id -> Uuid,
        report_id -> Nullable<Uuid>,
        version -> Integer,
        channel -> Text,
        recipient_id -> Uuid,
        state -> Text,
        payload -> Jsonb,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
        escalates -> Nullable<Uuid>,
        replayed_by -> Nullable<Uuid>,
        provider_id -> Nullable<Text>,
        receipt -> Nullable<Text>,
        receipt_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    delivery_attempt (notification_id, attempt) {
        notification_id -> Uuid,
        attempt -> Integer,
        at -> Timestamptz,
        outcome -> Text,
        status -> Nullable<SmallInt>,
        detail -> Nullable<Text>,
        took_ms -> Integer,
        next_at -> Nullable<Timestamptz>,
        error -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    register_import,
    register_file,
    register_rejection,
    establishment_version,
    group_version,
    link_version,
    establishment_link,
    published_outcome,
    school_context,
    pattern_reference,
    bank_holiday,
    responsible_body,
    body_identifier,
    membership,
    api_key,
    idempotency,
    audit_event,
    audit_unsealed,
    audit_link,
    inspection,
    inspection_event,
    record,
    record_revision,
    submission,
    submitted_item,
    report,
    report_version,
    rendition,
    operation,
    job,
    webhook_endpoint,
    email_contact,
    notification,
    delivery_attempt,
);
