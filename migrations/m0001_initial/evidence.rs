//! The tables of what candidates brought, and of how many stand where in a topic.

use sea_orm_migration::prelude::*;

use super::{bigint, blob, keyed, smallint, table};

/// What candidates brought.
pub(super) fn evidence() -> Vec<TableCreateStatement> {
    let counted = |name: &str, mut columns: Vec<ColumnDef>| {
        columns.insert(0, bigint("id").auto_increment().primary_key().take());
        table(name, columns)
    };
    vec![
        keyed(
            table(
                "account",
                vec![
                    smallint("channel"),
                    blob("account_index"),
                    blob("candidate_id"),
                    blob("sealed_handle"),
                    // Bit n: the evidence tells the signal with number n.
                    bigint("known_signals"),
                    bigint("imported_at"),
                ],
            ),
            &["channel", "account_index"],
        ),
        counted(
            "item",
            vec![
                blob("candidate_id"),
                smallint("channel"),
                blob("item_index"),
                bigint("posted_day"),
                blob("sealed_item"),
            ],
        ),
        counted(
            "observation",
            vec![
                blob("candidate_id"),
                bigint("item_id"),
                smallint("signal"),
                bigint("reactions"),
                smallint("provenance"),
                bigint("observed_at"),
            ],
        ),
        counted(
            "item_topics",
            vec![
                blob("candidate_id"),
                bigint("item_id"),
                // The beginning of the ontology's digest.
                bigint("ontology"),
                // Empty: this ontology finds none, where another one found some.
                blob("sealed_topics"),
            ],
        ),
    ]
}

/// What of it counted when, and its sums.
pub(super) fn revisions() -> Vec<TableCreateStatement> {
    vec![
        keyed(
            table(
                "revision",
                vec![
                    blob("candidate_id"),
                    bigint("number"),
                    bigint("day"),
                    // The newest item, observation and topics that count.
                    bigint("item_watermark"),
                    bigint("observation_watermark"),
                    bigint("topics_watermark"),
                    bigint("created_at"),
                ],
            ),
            &["candidate_id", "number"],
        ),
        keyed(
            table(
                "summary",
                vec![
                    blob("candidate_id"),
                    bigint("revision"),
                    blob("model"),
                    blob("sealed_summary"),
                ],
            ),
            &["candidate_id", "revision", "model"],
        ),
    ]
}

/// How many candidates stand where in a topic. Only of those who agreed to be counted.
pub(super) fn population() -> Vec<TableCreateStatement> {
    vec![
        keyed(
            table(
                "population",
                vec![
                    blob("model"),
                    bigint("topic"),
                    // The day of the youngest item about it.
                    bigint("last_day"),
                    bigint("bucket"),
                    bigint("candidates"),
                ],
            ),
            &["model", "topic", "last_day", "bucket"],
        ),
        keyed(
            table(
                "population_share",
                vec![blob("candidate_id"), blob("sealed_share"), bigint("joined_at")],
            ),
            &["candidate_id"],
        ),
    ]
}
