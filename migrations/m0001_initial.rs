//! The first schema. Instants are microseconds since 1970, ids 16 random bytes, indexes HMACs.
//! Columns named `sealed_…` are readable only with the candidate's key.
#![expect(elided_lifetimes_in_paths, reason = "the migration trait is declared this way")]

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

mod evidence;

use evidence::{evidence, population, revisions};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables =
            [people(), consents(), ledger(), links(), evidence(), revisions(), population()];
        for table in tables.into_iter().flatten() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        protect_ledger(manager).await
    }

    async fn down(&self, _manager: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the ledger only grows; restore a backup instead".to_owned()))
    }
}

fn table(name: &str, columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(Alias::new(name));
    for column in columns {
        table.col(column);
    }
    table.take()
}

fn column(name: &str) -> ColumnDef {
    ColumnDef::new(Alias::new(name))
}

fn blob(name: &str) -> ColumnDef {
    column(name).blob().not_null().take()
}

fn text(name: &str) -> ColumnDef {
    column(name).text().not_null().take()
}

fn bigint(name: &str) -> ColumnDef {
    column(name).big_integer().not_null().take()
}

fn smallint(name: &str) -> ColumnDef {
    column(name).small_integer().not_null().take()
}

fn optional(mut column: ColumnDef) -> ColumnDef {
    column.null().take()
}

fn null_blob(name: &str) -> ColumnDef {
    optional(column(name).blob().take())
}

fn null_bigint(name: &str) -> ColumnDef {
    optional(column(name).big_integer().take())
}

fn keyed(mut table: TableCreateStatement, columns: &[&str]) -> TableCreateStatement {
    let mut key = Index::create();
    for column in columns {
        key.col(Alias::new(*column));
    }
    table.primary_key(&mut key).take()
}

/// Organizations and candidates.
fn people() -> Vec<TableCreateStatement> {
    vec![
        keyed(
            table("organization", vec![text("id"), text("display_name"), bigint("created_at")]),
            &["id"],
        ),
        keyed(
            table(
                "candidate",
                vec![
                    blob("id"),
                    blob("subject_index"),
                    blob("wrapped_key"),
                    blob("sealed_name"),
                    bigint("revision"),
                    bigint("created_at"),
                ],
            ),
            &["id"],
        ),
        keyed(
            table(
                "contact",
                vec![
                    blob("candidate_id"),
                    blob("address_index"),
                    blob("sealed_address"),
                    null_blob("code_hash"),
                    bigint("code_sent_at"),
                    smallint("codes_sent"),
                    smallint("attempts"),
                    null_bigint("confirmed_at"),
                ],
            ),
            &["candidate_id", "address_index"],
        ),
    ]
}

/// Consents, and what organizations know candidates by.
fn consents() -> Vec<TableCreateStatement> {
    vec![
        keyed(
            table("handle", vec![blob("external_index"), blob("handle"), text("organization")]),
            &["external_index"],
        ),
        keyed(
            table(
                "consent",
                vec![
                    blob("id"),
                    // SHA-256 of organization, handle, purpose and job: what look-ups find it by.
                    blob("lookup_key"),
                    text("organization"),
                    blob("handle"),
                    // Who was asked; the candidate is null until somebody confirms the address.
                    blob("contact_index"),
                    null_blob("candidate_id"),
                    smallint("purpose"),
                    text("job_reference"),
                    bigint("fields"),
                    bigint("channels"),
                    smallint("state"),
                    bigint("version"),
                    bigint("requested_at"),
                    null_bigint("refused_at"),
                    bigint("expires_at"),
                    smallint("days"),
                ],
            ),
            &["id"],
        ),
        keyed(
            table(
                "replay",
                vec![blob("request_key"), blob("digest"), blob("consent_id"), bigint("created_at")],
            ),
            &["request_key"],
        ),
        keyed(table("keyring", vec![bigint("id"), blob("check_value")]), &["id"]),
    ]
}

/// The ledger: leaves for ever, openings until they are erased.
fn ledger() -> Vec<TableCreateStatement> {
    vec![
        keyed(
            table(
                "ledger_head",
                vec![bigint("id"), bigint("size"), blob("frontier"), bigint("last_time")],
            ),
            &["id"],
        ),
        keyed(table("ledger_leaf", vec![bigint("idx"), blob("leaf")]), &["idx"]),
        keyed(
            table("ledger_node", vec![smallint("level"), bigint("idx"), blob("hash")]),
            &["level", "idx"],
        ),
        keyed(
            table(
                "ledger_opening",
                vec![
                    bigint("idx"),
                    smallint("kind"),
                    optional(column("organization").text().take()),
                    null_blob("candidate_id"),
                    bigint("created_at"),
                    blob("salt"),
                    blob("document"),
                ],
            ),
            &["idx"],
        ),
        keyed(
            table("released", vec![bigint("idx"), blob("candidate_id"), blob("sealed_document")]),
            &["idx"],
        ),
    ]
}

/// Accounts that candidates link to have their evidence fetched.
fn links() -> Vec<TableCreateStatement> {
    vec![
        keyed(
            table(
                "link",
                vec![
                    blob("candidate_id"),
                    blob("link_index"),
                    smallint("channel"),
                    blob("sealed_address"),
                    null_blob("sealed_code"),
                    bigint("made_at"),
                    // Null until the account is proved to be the candidate's.
                    null_blob("account_index"),
                    null_bigint("confirmed_at"),
                    blob("sealed_cursor"),
                    null_bigint("fetched_at"),
                ],
            ),
            &["candidate_id", "link_index"],
        ),
        keyed(
            table("fetch_count", vec![blob("candidate_id"), bigint("day"), bigint("fetches")]),
            &["candidate_id"],
        ),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    let index = |unique: bool, table: &str, columns: &[&str]| {
        let mut index = Index::create();
        index.name(format!("{table}_{}", columns.join("_"))).table(Alias::new(table));
        for column in columns {
            index.col(Alias::new(*column));
        }
        if unique {
            index.unique();
        }
        index.take()
    };
    vec![
        index(true, "candidate", &["subject_index"]),
        index(false, "contact", &["address_index"]),
        index(true, "handle", &["handle"]),
        index(true, "consent", &["lookup_key"]),
        index(false, "consent", &["organization", "requested_at"]),
        index(false, "consent", &["candidate_id"]),
        index(false, "consent", &["contact_index"]),
        index(false, "account", &["candidate_id"]),
        index(true, "item", &["candidate_id", "item_index"]),
        index(true, "observation", &["item_id", "signal", "reactions", "provenance"]),
        index(false, "observation", &["candidate_id"]),
        index(true, "item_topics", &["item_id", "ontology"]),
        index(false, "item_topics", &["candidate_id"]),
        index(false, "ledger_opening", &["candidate_id", "idx"]),
        index(false, "released", &["candidate_id"]),
    ]
}

/// Leaves and nodes cannot be changed or deleted, not even by a mistake of ours (promise P4).
async fn protect_ledger(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    connection
        .execute_unprepared(
            "INSERT INTO ledger_head (id, size, frontier, last_time) VALUES (1, 0, '', 0)",
        )
        .await?;
    if manager.get_database_backend() == DbBackend::Postgres {
        connection
            .execute_unprepared(
                "CREATE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'the ledger only grows'; END $$",
            )
            .await?;
    }
    for table in ["ledger_leaf", "ledger_node"] {
        if manager.get_database_backend() == DbBackend::Postgres {
            let sql = format!(
                "CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
                 EXECUTE FUNCTION ledger_only_grows()"
            );
            connection.execute_unprepared(&sql).await?;
            continue;
        }
        for event in ["UPDATE", "DELETE"] {
            let sql = format!(
                "CREATE TRIGGER {table}_no_{} BEFORE {event} ON {table} \
                 BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END",
                event.to_lowercase()
            );
            connection.execute_unprepared(&sql).await?;
        }
    }
    Ok(())
}
