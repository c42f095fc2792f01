//! Somebody with the database behind the server's back: whatever is edited, dropped, added or
//! moved, the audit finds it and names the leaf.

use glasklar::ledger::checkpoint::Checkpoint;
use glasklar::ledger::leaf::leaf;
use glasklar::ledger::tree::Frontier;
use glasklar::pb;

use super::fill;
use super::proofs::{assert_included, checkpoint};
use crate::harness::database::{self, Database};
use crate::harness::server::{Server, World};

const TABLES: [&str; 4] = ["ledger_leaf", "ledger_opening", "ledger_node", "ledger_head"];

/// The disclosure that is tampered with.
const SHOWN: usize = 3;

/// One way to tamper, and how the audit's sentence about it begins.
struct Case {
    what: &'static str,
    sql: String,
    /// Whether the auditor has kept checkpoints.
    kept: bool,
    found: String,
}

/// A server whose ledger is tampered with and restored.
struct Scene {
    server: Server,
    entries: Vec<pb::Entry>,
    kept: Vec<Checkpoint>,
    sqlite: bool,
}

impl Scene {
    async fn on(database: Database) -> Self {
        let sqlite = database.url().starts_with("sqlite:");
        let world = World::on(database).await;
        let options = glasklar::server::Options::default();
        let server = Box::pin(world.serve(world.storage(), options)).await;
        let (acme, mira) = (server.recruiter("acme").await, server.scored_candidate("mira").await);
        server.recruiter("evil").await;
        let consent = acme.ask("mira").await;
        mira.grant(&consent).await;
        acme.score(&consent.candidate).await;
        let auditor = server.auditor().await;
        fill(&acme, 596).await;
        let mut kept = vec![checkpoint(&auditor).await];
        fill(&acme, 20).await;
        kept.push(checkpoint(&auditor).await);
        let entries = auditor.entries().await;
        assert_eq!((entries.len(), entries[SHOWN].kind.as_str()), (620, "PROFILE_DISCLOSED"));
        let scene = Self { server, entries, kept, sqlite };
        scene.execute(&scene.unprotected()).await;
        for table in TABLES {
            scene.execute(&format!("CREATE TABLE saved_{table} AS SELECT * FROM {table}")).await;
        }
        scene
    }

    async fn execute(&self, sql: &str) {
        self.server.world.database.execute(sql).await;
    }

    /// What the database's own protection takes to remove.
    fn unprotected(&self) -> String {
        let tables = ["ledger_leaf", "ledger_node"];
        let drop = |table: &str| {
            if self.sqlite {
                format!("DROP TRIGGER {table}_no_update; DROP TRIGGER {table}_no_delete;")
            } else {
                format!("DROP TRIGGER {table}_only_grows ON {table};")
            }
        };
        tables.map(drop).concat()
    }

    async fn restore(&self) {
        let restore = |table: &str| {
            format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM saved_{table};")
        };
        self.execute(&format!("BEGIN; {} COMMIT;", TABLES.map(restore).concat())).await;
    }

    /// Every sentence of an audit, and how many openings it counted as erased.
    async fn audit(&self, known: &[Checkpoint]) -> (Vec<String>, u64) {
        let audit = self.server.app.audit(known.to_vec()).await.unwrap();
        let findings = audit.report.findings.iter().map(ToString::to_string);
        let sentences: Vec<_> = findings.chain(audit.columns.clone()).collect();
        assert_eq!(audit.is_intact(), sentences.is_empty());
        (sentences, audit.report.erased)
    }

    fn blob(&self, bytes: &[u8]) -> String {
        let hex = data_encoding::HEXLOWER.encode(bytes);
        if self.sqlite { format!("x'{hex}'") } else { format!("'\\x{hex}'::bytea") }
    }

    fn leaves(&self) -> Vec<Vec<u8>> {
        self.entries.iter().map(|entry| entry.leaf.clone()).collect()
    }

    /// Sets the head to that of these leaves.
    fn head_of(&self, leaves: &[Vec<u8>]) -> String {
        let mut frontier = Frontier::empty();
        for leaf in leaves {
            frontier.append(leaf);
        }
        let (size, encoded) = (frontier.size(), self.blob(&frontier.encode()));
        format!("UPDATE ledger_head SET size = {size}, frontier = {encoded};")
    }

    /// Edits of what belongs to one leaf.
    fn edits(&self) -> Vec<Case> {
        let opening = |set: String| format!("UPDATE ledger_opening SET {set} WHERE idx = {SHOWN}");
        let entry = &self.entries[SHOWN];
        let flipped = |bytes: &[u8]| {
            let mut changed = bytes.to_vec();
            changed[7] ^= 1;
            self.blob(&changed)
        };
        let document = String::from_utf8_lossy(&entry.document).replace("\"acme\"", "\"evil\"");
        let column = |what, set: &str, column: &str| Case {
            what,
            sql: opening(set.to_owned()),
            kept: false,
            found: format!("leaf {SHOWN}: the {column} in its column is not the one recorded"),
        };
        let committed = |what, sql| Case {
            what,
            sql,
            kept: false,
            found: format!("leaf {SHOWN}: it does not commit to its opening"),
        };
        let edited_leaf = flipped(&entry.leaf);
        let sql = format!("UPDATE ledger_leaf SET leaf = {edited_leaf} WHERE idx = {SHOWN}");
        vec![
            committed("a leaf is edited", sql),
            committed(
                "a document is edited",
                opening(format!("document = {}", self.blob(document.as_bytes()))),
            ),
            committed("a salt is edited", opening(format!("salt = {}", flipped(&entry.salt)))),
            column("a disclosure is passed off as a request", "kind = 1", "kind"),
            column("a kind that there is not", "kind = 99", "kind"),
            column("another organization looked", "organization = 'evil'", "organization"),
            column("no organization looked", "organization = NULL", "organization"),
            column("it was a microsecond later", "created_at = created_at + 1", "time"),
        ]
    }

    /// Rows that are dropped, added or moved.
    fn moves(&self) -> Vec<Case> {
        let drop_leaf = format!("DELETE FROM ledger_leaf WHERE idx = {SHOWN};");
        let drop_both = format!("{drop_leaf} DELETE FROM ledger_opening WHERE idx = {SHOWN};");
        let missing = format!("leaf {SHOWN}: not stored although the head counts it; dropped");
        let stray = format!("leaf {SHOWN} is missing, though its opening is stored");
        let forged = self.blob(&leaf(&[9; 32], b"{}"));
        let add = format!("INSERT INTO ledger_leaf (idx, leaf) VALUES (620, {forged});");
        let mut longer = self.leaves();
        longer.push(vec![1; 33]);
        let swap = |table: &str| {
            format!(
                "UPDATE {table} SET idx = -1 WHERE idx = {SHOWN}; \
                 UPDATE {table} SET idx = {SHOWN} WHERE idx = 9; \
                 UPDATE {table} SET idx = 9 WHERE idx = -1;"
            )
        };
        let swapped = ["ledger_leaf", "ledger_opening"].map(swap).concat();
        let case = |what, sql: &str, kept, found: &str| Case {
            what,
            sql: sql.to_owned(),
            kept,
            found: found.to_owned(),
        };
        let added = "leaf 620: stored although the head does not count it; added";
        let moved_head = format!("{add} {}", self.head_of(&longer));
        let here = format!("leaf {SHOWN}: its entry was written as that of leaf 9");
        let there = format!("leaf 9: its entry was written as that of leaf {SHOWN}");
        vec![
            case("a leaf is dropped", &drop_leaf, false, &missing),
            case("a leaf is dropped, its opening forgotten", &drop_leaf, false, &stray),
            case("a leaf and its opening are dropped", &drop_both, false, &missing),
            case("a leaf is added beyond the head", &add, false, added),
            case("a leaf is added, and the head moved", &moved_head, true, "leaf 620: the head's"),
            case("two rows are swapped", &swapped, false, &here),
            case("two rows are swapped, seen from the other", &swapped, false, &there),
        ]
    }

    /// Nodes and heads that do not belong to the leaves.
    fn heads(&self) -> Vec<Case> {
        let node = "WHERE level = 8 AND idx = 1";
        let leaves = self.leaves();
        let case = |what, sql: String, kept, found: &str| Case {
            what,
            sql,
            kept,
            found: found.to_owned(),
        };
        let cut = "DELETE FROM ledger_leaf WHERE idx >= 617; \
                   DELETE FROM ledger_opening WHERE idx >= 617;";
        let zeros = self.blob(&[0; 32]);
        let stray = format!("INSERT INTO ledger_node (level, idx, hash) VALUES (16, 0, {zeros})");
        vec![
            case(
                "a node is dropped",
                format!("DELETE FROM ledger_node {node}"),
                false,
                "leaf 256 to leaf 511: the node over them is not stored",
            ),
            case(
                "a node is edited",
                format!("UPDATE ledger_node SET hash = {zeros} {node}"),
                false,
                "leaf 256 to leaf 511: the node stored over them does not match",
            ),
            case("a node is added", stray, false, "node 16/0: a ledger that ends before leaf 620"),
            case(
                "the head is rolled back",
                self.head_of(&leaves[..619]),
                false,
                "leaf 619: stored although the head does not count it",
            ),
            case(
                "the tail is cut off, and the head set accordingly",
                format!("{cut} {}", self.head_of(&leaves[..617])),
                true,
                "leaf 617 to leaf 619: in a checkpoint kept from earlier",
            ),
            case(
                "an entry is written anew with everything that follows from it",
                self.rewritten(610),
                true,
                "leaf 600 to leaf 619: a checkpoint kept from earlier has another root",
            ),
        ]
    }

    /// Another document in the place of one, with leaf, columns and head made to fit.
    fn rewritten(&self, index: usize) -> String {
        let document = String::from_utf8_lossy(&self.entries[index].document);
        let document = document.replace("\"acme\"", "\"evil\"").into_bytes();
        let mut leaves = self.leaves();
        leaves[index] = leaf(&[9; 32], &document).to_vec();
        let (new, salt) = (self.blob(&leaves[index]), self.blob(&[9; 32]));
        let document = self.blob(&document);
        format!(
            "UPDATE ledger_leaf SET leaf = {new} WHERE idx = {index}; \
             UPDATE ledger_opening SET organization = 'evil', salt = {salt}, \
                 document = {document} WHERE idx = {index}; {}",
            self.head_of(&leaves)
        )
    }
}

#[tokio::test]
async fn the_audit_finds_every_way_to_tamper_and_names_the_leaf() {
    for database in database::both().await {
        let scene = Scene::on(database).await;
        assert_eq!(scene.audit(&scene.kept).await, (Vec::new(), 0));
        let cases = [scene.edits(), scene.moves(), scene.heads()];
        for case in cases.into_iter().flatten() {
            scene.execute(&case.sql).await;
            let known = if case.kept { scene.kept.as_slice() } else { &[] };
            let (sentences, _) = scene.audit(known).await;
            let named = sentences.iter().any(|sentence| sentence.starts_with(&case.found));
            assert!(named, "{}: {:?} is not in {sentences:#?}", case.what, case.found);
            scene.restore().await;
        }
        assert_eq!(scene.audit(&scene.kept).await, (Vec::new(), 0), "all was restored");
        scene.server.finish().await;
    }
}

/// What makes checkpoints worth keeping: somebody who may write everything leaves no other trace.
#[tokio::test]
async fn only_a_kept_checkpoint_finds_a_ledger_that_was_rewritten_in_full() {
    for database in database::both().await {
        let scene = Scene::on(database).await;
        let cut = "DELETE FROM ledger_leaf WHERE idx >= 617; \
                   DELETE FROM ledger_opening WHERE idx >= 617;";
        let cut = format!("{cut} {}", scene.head_of(&scene.leaves()[..617]));
        for sql in [scene.rewritten(610), cut] {
            scene.execute(&sql).await;
            assert_eq!(scene.audit(&scene.kept[..1]).await.0, Vec::<String>::new(), "too old");
            assert_ne!(scene.audit(&scene.kept).await.0, Vec::<String>::new());
            scene.restore().await;
        }
        scene.server.finish().await;
    }
}

#[tokio::test]
async fn an_opening_that_was_erased_leaves_a_leaf_that_is_still_proved() {
    for database in database::both().await {
        let scene = Scene::on(database).await;
        scene.execute(&format!("DELETE FROM ledger_opening WHERE idx = {SHOWN}")).await;
        assert_eq!(scene.audit(&scene.kept).await, (Vec::new(), 1), "intact, and counted");
        let auditor = scene.server.auditor().await;
        let entries = auditor.entries().await;
        let (erased, before) = (&entries[SHOWN], &scene.entries[SHOWN]);
        assert_eq!((&erased.leaf, erased.index), (&before.leaf, before.index));
        let nothing = pb::Entry {
            name: before.name.clone(),
            index: before.index,
            leaf: before.leaf.clone(),
            ..pb::Entry::default()
        };
        assert_eq!(*erased, nothing, "nothing else remains");
        for kept in &scene.kept {
            assert_included(&auditor, 3, kept).await;
        }
        scene.restore().await;
        scene.server.finish().await;
    }
}
