//! The schema: made once by whoever comes first, and as reviewed on both databases.

use std::fmt::Write as _;
use std::path::Path;

use glasklar::storage::{Options, Store};

use crate::harness::database::{self, Database};
use crate::harness::server::Server;

fn options(database: &Database) -> Options {
    Options::new(database.url(), 1)
}

#[tokio::test]
async fn migrating_twice_changes_nothing_the_second_time() {
    let database = Database::create().await;
    assert_eq!(Store::migrate(&options(&database)).await.unwrap(), 1);
    let schema = schema(&database).await;
    assert_eq!(Store::migrate(&options(&database)).await.unwrap(), 0);
    assert_eq!(self::schema(&database).await, schema);
}

#[tokio::test]
async fn of_many_migrators_at_once_one_does_the_work_and_none_fails() {
    for _ in 0..3 {
        let database = Database::create().await;
        let mut migrators = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let options = options(&database);
            migrators.spawn(async move { Store::migrate(&options).await });
        }
        let mut done = Vec::new();
        while let Some(ended) = migrators.join_next().await {
            done.push(ended.unwrap().expect("a migrator failed because of another"));
        }
        done.sort_unstable();
        assert_eq!(done, [0, 0, 0, 1]);
        assert_eq!(database.texts("SELECT version FROM seaql_migrations").await, ["m0001_initial"]);
    }
}

/// Who finds another's table of the same name changes nothing at all.
#[tokio::test]
async fn a_migration_that_fails_leaves_nothing_behind() {
    let database = Database::create().await;
    database.execute("CREATE TABLE released (id INTEGER)").await;
    let before = tables(&database).await;
    let error = Store::migrate(&options(&database)).await.unwrap_err();
    assert!(format!("{error:#}").contains("nothing was changed"), "{error:#}");
    let after = tables(&database).await;
    let left: Vec<_> = after.iter().filter(|table| !before.contains(table)).collect();
    assert!(left.iter().all(|table| *table == "seaql_migrations"), "{left:?} were left behind");
    database.execute("DROP TABLE released").await;
    assert_eq!(Store::migrate(&options(&database)).await.unwrap(), 1);
}

async fn tables(database: &Database) -> Vec<String> {
    database
        .texts(if database.is_sqlite() {
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        } else {
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        })
        .await
}

/// Promise P4: not even somebody with the database's password changes the ledger by mistake.
#[tokio::test]
async fn leaves_and_nodes_cannot_be_changed_or_deleted() {
    let server = Server::start().await;
    let acme = server.recruiter("acme").await;
    for name in ["ada", "ben", "cleo"] {
        acme.ask(name).await;
    }
    let database = &server.world.database;
    let mut statements = vec![
        "UPDATE ledger_leaf SET leaf = leaf WHERE idx = 1",
        "UPDATE ledger_leaf SET idx = 100 WHERE idx = 1",
        "DELETE FROM ledger_leaf",
        "DELETE FROM ledger_leaf WHERE idx = 3",
        "UPDATE ledger_node SET hash = hash",
        "DELETE FROM ledger_node",
    ];
    if !database.is_sqlite() {
        statements.extend(["TRUNCATE ledger_leaf", "TRUNCATE ledger_node"]);
    }
    for statement in statements {
        if statement.contains("ledger_node") && statement.starts_with("UPDATE")
            || statement == "DELETE FROM ledger_node"
        {
            // Triggers for each row need a row.
            let nodes = database.texts("SELECT 'x' FROM ledger_node").await;
            if nodes.is_empty() && database.is_sqlite() {
                let node = "INSERT INTO ledger_node (level, idx, hash) VALUES (0, 0, x'00')";
                let unused = Database::create().await;
                Store::migrate(&options(&unused)).await.unwrap();
                unused.execute(node).await;
                let refused = unused.accepts(statement).await.expect_err(statement);
                assert!(refused.contains("the ledger only grows"), "{statement}: {refused}");
                continue;
            }
        }
        let refused = database.accepts(statement).await.expect_err(statement);
        assert!(refused.contains("the ledger only grows"), "{statement}: {refused}");
    }
    server.finish().await;
}

/// The schema as SQLite keeps it: the statements that made it.
async fn sqlite_schema(database: &Database) -> String {
    let statements = database
        .texts(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'seaql_migrations' \
             ORDER BY tbl_name, CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 ELSE 2 END, name",
        )
        .await;
    let mut schema = String::new();
    for statement in statements {
        let broken = match statement.split_once(" ( ") {
            Some((head, columns)) if head.starts_with("CREATE TABLE") => {
                let columns = columns.strip_suffix(" )").unwrap_or(columns);
                format!(
                    "{head} (\n    {}\n)",
                    columns
                        .replace(", \"", ",\n    \"")
                        .replace(", PRIMARY KEY", ",\n    PRIMARY KEY",)
                )
            }
            _ => statement,
        };
        // A key of several columns stays on its line.
        let (mut lines, mut open) = (String::new(), false);
        for line in broken.lines() {
            if open {
                lines.push(' ');
                lines.push_str(line.trim_start());
            } else {
                if !lines.is_empty() {
                    lines.push('\n');
                }
                lines.push_str(line);
            }
            let key = lines.lines().last().is_some_and(|last| last.contains("PRIMARY KEY ("));
            open = key && !line.trim_end().ends_with(')');
        }
        let _ = writeln!(schema, "{lines};\n");
    }
    schema
}

const COLUMNS: &str = "\
    SELECT format('    %s %s%s%s', column_name, data_type, \
        CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END, \
        CASE WHEN column_default IS NOT NULL THEN ' DEFAULT ' || column_default \
             WHEN is_identity = 'YES' THEN ' GENERATED ' || identity_generation || ' AS IDENTITY' \
             ELSE '' END) \
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ";

/// The schema of PostgreSQL, told in the words that would make it.
async fn postgres_schema(database: &Database) -> String {
    let mut schema = String::new();
    for table in tables(database).await {
        if table == "seaql_migrations" {
            continue;
        }
        let columns = format!("{COLUMNS}'{table}' ORDER BY ordinal_position");
        let columns = database.texts(&columns).await.join(",\n");
        let _ = writeln!(schema, "CREATE TABLE {table} (\n{columns}\n);");
        for definition in [
            format!(
                "SELECT format('ALTER TABLE %s ADD CONSTRAINT %s %s', conrelid::regclass, conname, \
                 pg_get_constraintdef(oid)) FROM pg_constraint \
                 WHERE conrelid = '{table}'::regclass AND contype <> 'n' ORDER BY conname"
            ),
            format!(
                "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' \
                 AND tablename = '{table}' AND indexname <> '{table}_pkey' ORDER BY indexname"
            ),
            format!(
                "SELECT pg_get_triggerdef(oid) FROM pg_trigger \
                 WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal ORDER BY tgname"
            ),
        ] {
            for line in database.texts(&definition).await {
                let _ = writeln!(schema, "{line};");
            }
        }
        schema.push('\n');
    }
    let functions = "SELECT pg_get_functiondef(p.oid) FROM pg_proc p \
                     JOIN pg_namespace n ON n.oid = p.pronamespace \
                     WHERE n.nspname = 'public' ORDER BY p.proname";
    for function in database.texts(functions).await {
        let _ = writeln!(schema, "{};", function.trim_end());
    }
    schema
}

async fn schema(database: &Database) -> String {
    if database.is_sqlite() {
        sqlite_schema(database).await
    } else {
        postgres_schema(database).await
    }
}

/// The schema in words, for review: a migration that changes it must change these files too.
#[tokio::test]
async fn the_schema_is_as_reviewed_on_both_databases() {
    for database in database::both().await {
        let (kind, file) = if database.is_sqlite() {
            ("SQLite", "migrations/schema.sqlite.sql")
        } else {
            ("PostgreSQL", "migrations/schema.postgres.sql")
        };
        Store::migrate(&options(&database)).await.unwrap();
        let schema = schema(&database).await;
        let found = format!(
            "-- The schema on {kind} after all migrations, for reading; nothing executes this.\n\
             -- Written by GLASKLAR_UPDATE_SCHEMA=1 cargo test schema_is_as_reviewed\n\n{}\n",
            schema.trim_end()
        );
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        if database::updates_schema() {
            std::fs::write(&path, &found).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        let different = found.lines().zip(expected.lines()).find(|(a, b)| a != b);
        assert!(
            found == expected,
            "{file} is not the schema that the migrations make; the first difference is \
             {different:?}. If the change is meant, run \
             GLASKLAR_UPDATE_SCHEMA=1 cargo test schema_is_as_reviewed, and review the file."
        );
    }
}
