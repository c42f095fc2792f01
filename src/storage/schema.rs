//! The schema's version: an older one is refused with what to run, a newer one is refused.

use anyhow::{Context as _, bail};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseExecutor, EntityTrait, Set, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait as _,
};
use sea_orm_migration::{MigratorTrait as _, SchemaManager};

use super::connect::{self, Options};
use super::entity::keyring;
use crate::migrations::Migrator;
use crate::vault::Vault;

/// Names a lock in PostgreSQL that only migrations take.
const MIGRATION_LOCK: i64 = 0x676c_6173_6b6c_6172;

pub(super) async fn migrate(options: &Options) -> anyhow::Result<usize> {
    // One connection: the lock belongs to the session that also migrates.
    let connection = connect::open_or_create(options).await?;
    let done = if options.is_sqlite() {
        // SQLite has no other lock than that of a write transaction, which is also what makes
        // a migration whole or nothing there.
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = connection.begin_with_options(immediate).await?;
        let done = up(|| DatabaseExecutor::Transaction(&transaction)).await?;
        transaction.commit().await?;
        done
    } else {
        execute(&connection, &format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).await?;
        let done = up(|| DatabaseExecutor::Connection(&connection)).await?;
        execute(&connection, &format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})")).await?;
        done
    };
    connection.close().await?;
    Ok(done)
}

/// Applies what is missing; returns how many migrations that were.
async fn up<'c>(executor: impl Fn() -> DatabaseExecutor<'c>) -> anyhow::Result<usize> {
    let known = Migrator::migrations().len();
    let applied = applied(executor()).await?;
    if applied.len() > known {
        bail!(newer(&applied));
    }
    Migrator::up(executor(), None).await.context("the migration failed; nothing was changed")?;
    Ok(known - applied.len())
}

/// Refuses a schema that this version does not know.
pub(super) async fn check(connection: &DatabaseConnection) -> anyhow::Result<()> {
    let applied = applied(DatabaseExecutor::Connection(connection)).await?;
    let known: Vec<String> =
        Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    if applied.iter().any(|name| !known.contains(name)) {
        bail!(newer(&applied));
    }
    if applied.len() < known.len() {
        bail!(
            "the database has {} of {} migrations; run `glasklar migrate` with the same \
             configuration",
            applied.len(),
            known.len()
        );
    }
    Ok(())
}

/// Refuses keys that cannot open what the database holds; remembers them in an empty one.
pub(super) async fn check_keys(
    connection: &DatabaseConnection,
    vault: &Vault,
) -> anyhow::Result<()> {
    if let Some(row) = keyring::Entity::find_by_id(1).one(connection).await? {
        if !vault.checks(&row.check_value) {
            bail!(
                "the encryption or index key is not the one this database was made with; \
                 check keys.encryption_key_file and keys.index_key_file"
            );
        }
        return Ok(());
    }
    let row = keyring::ActiveModel { id: Set(1), check_value: Set(vault.check_value()) };
    match keyring::Entity::insert(row).exec_without_returning(connection).await {
        Ok(_) => Ok(()),
        // Another server was first: what it wrote must fit our keys as well.
        Err(_) => match keyring::Entity::find_by_id(1).one(connection).await? {
            Some(row) if vault.checks(&row.check_value) => Ok(()),
            _ => bail!("the keys differ from those of another server on this database"),
        },
    }
}

fn newer(applied: &[String]) -> String {
    format!(
        "the database was migrated by a newer version of glasklar (it has `{}`); \
         run that version, or restore a backup",
        applied.last().map_or("", String::as_str)
    )
}

/// The names of the migrations that were applied; none in an empty database.
async fn applied(executor: DatabaseExecutor<'_>) -> anyhow::Result<Vec<String>> {
    let manager = SchemaManager::new(executor);
    if !manager.has_table("seaql_migrations").await? {
        return Ok(Vec::new());
    }
    let sql = "SELECT version FROM seaql_migrations ORDER BY version";
    let connection = manager.get_connection();
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await?;
    rows.iter().map(|row| row.try_get_by_index(0).map_err(Into::into)).collect()
}

async fn execute(connection: &DatabaseConnection, sql: &str) -> anyhow::Result<()> {
    connection.execute_unprepared(sql).await?;
    Ok(())
}
