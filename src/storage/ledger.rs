//! The ledger's tables: storing what a transaction adds, and reading what proofs and auditors need.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, DbBackend, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement, Value,
};

use super::additions::Packed;
use super::entity::{ledger_leaf, ledger_node, ledger_opening};
use super::{Error, View};
use crate::domain::entry::Kind;
use crate::domain::ids::{CandidateId, OrganizationId};
use crate::domain::time::Timestamp;
use crate::ledger::hash::{Hash, leaf_hash};
use crate::ledger::tree::{Frontier, Node, TILE_HEIGHT};

/// The state of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many entries.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

/// An entry with its opening.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What happened; `None` when the stored number has no meaning.
    pub kind: Option<Kind>,
    /// The organization concerned.
    pub organization: Option<String>,
    /// The candidate concerned.
    pub candidate: Option<CandidateId>,
    /// When it was recorded.
    pub time: Timestamp,
    /// The salt of the commitment.
    pub salt: Vec<u8>,
    /// The document, byte for byte.
    pub document: Vec<u8>,
}

/// A leaf as it is stored, with the opening unless that was erased.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The leaf's index.
    pub index: u64,
    /// The leaf.
    pub leaf: Vec<u8>,
    /// What was committed to.
    pub opening: Option<Opened>,
}

pub(super) fn frontier(size: i64, encoded: &[u8]) -> Result<Frontier, Error> {
    let frontier = if encoded.is_empty() {
        Frontier::empty()
    } else {
        Frontier::decode(encoded).map_err(|_| Error::corrupt("the ledger's frontier"))?
    };
    if i64::try_from(frontier.size()) == Ok(size) {
        Ok(frontier)
    } else {
        Err(Error::corrupt("the ledger's size and frontier disagree"))
    }
}

/// Stores what [`Packed`] holds. $1 first index, $2 leaves, $3 now, $4 salts, $5 candidates, $6 the
/// rest, $7 documents, $8 frontier, $9 new size. Whoever did not hold the head fails in the end,
/// dividing by the number of rows that moved.
pub(super) const WRITE_POSTGRES: &str = "\
    WITH entries AS (\
        SELECT (i - 1)::int AS i, m FROM jsonb_array_elements($6::jsonb) WITH ORDINALITY AS e(m, i)\
    ), leaves AS (\
        INSERT INTO ledger_leaf (idx, leaf) \
        SELECT $1 + i, substr($2::bytea, 1 + 33 * i, 33) FROM entries ORDER BY i\
    ), openings AS (\
        INSERT INTO ledger_opening \
            (idx, kind, organization, candidate_id, created_at, salt, document) \
        SELECT $1 + i, (m->>0)::smallint, m->>1, \
            CASE WHEN (m->>2)::int = 1 THEN substr($5::bytea, 1 + 16 * i, 16) END, $3, \
            substr($4::bytea, 1 + 32 * i, 32), \
            substr($7::bytea, 1 + (m->>3)::int, (m->>4)::int) \
        FROM entries ORDER BY i\
    ), moved AS (\
        UPDATE ledger_head SET size = $9, frontier = $8, last_time = $3 \
        WHERE id = 1 AND size = $1 RETURNING size\
    ) \
    SELECT 1 / count(*) FROM moved";

/// The same for SQLite, which writes to one table at a time. Each is sent on its own: a statement
/// that fails inside a text of several ends sqlx 0.9's worker thread. The last one moves one row.
pub(super) const WRITE_SQLITE: [&str; 3] = [
    "INSERT INTO ledger_leaf (idx, leaf) \
     SELECT ?1 + key, substr(?2, 1 + 33 * key, 33) FROM json_each(?6)",
    "INSERT INTO ledger_opening \
         (idx, kind, organization, candidate_id, created_at, salt, document) \
     SELECT ?1 + key, value->>0, value->>1, \
         CASE WHEN value->>2 = 1 THEN substr(?5, 1 + 16 * key, 16) END, ?3, \
         substr(?4, 1 + 32 * key, 32), substr(?7, 1 + (value->>3), value->>4) \
     FROM json_each(?6)",
    "UPDATE ledger_head SET size = ?9, frontier = ?8, last_time = ?3 WHERE id = 1 AND size = ?1",
];

/// Stores a node, on either database.
pub(super) const WRITE_NODE: &str =
    "INSERT INTO ledger_node (level, idx, hash) VALUES ($1, $2, $3)";

/// What is said when the head is not what it was when it was taken.
pub(super) fn head_moved() -> Error {
    Error::Unavailable("somebody else moved the ledger's head".to_owned())
}

/// Writes the entries of a transaction and moves the head.
pub(super) async fn write(view: &View, packed: Packed) -> Result<(), Error> {
    let executor = view.executor();
    let backend = executor.get_database_backend();
    let values: [Value; 9] = [
        packed.first.into(),
        packed.leaves.into(),
        packed.now.into(),
        packed.salts.into(),
        packed.candidates.into(),
        packed.rest.into(),
        packed.documents.into(),
        packed.frontier.into(),
        packed.size.into(),
    ];
    let sqls: &[&str] =
        if backend == DbBackend::Postgres { &[WRITE_POSTGRES] } else { &WRITE_SQLITE };
    let mut moved = 0;
    for sql in sqls {
        let statement = Statement::from_sql_and_values(backend, *sql, values.clone());
        moved = executor.execute_raw(statement).await?.rows_affected();
    }
    if moved != 1 {
        return Err(head_moved());
    }
    for (level, index, hash) in packed.nodes {
        let values = [level.into(), index.into(), hash.to_vec().into()];
        let statement = Statement::from_sql_and_values(backend, WRITE_NODE, values);
        executor.execute_raw(statement).await?;
    }
    Ok(())
}

impl View {
    /// The present state of the ledger.
    pub async fn ledger_head(&self) -> Result<Head, Error> {
        let executor = self.executor();
        let sql = "SELECT size, frontier FROM ledger_head WHERE id = 1";
        let statement = Statement::from_string(executor.get_database_backend(), sql);
        let row = executor.query_one_raw(statement).await?;
        let row = row.ok_or_else(|| Error::corrupt("the ledger has no head"))?;
        let encoded: Vec<u8> = row.try_get_by_index(1)?;
        let frontier = frontier(row.try_get_by_index(0)?, &encoded)?;
        Ok(Head { size: frontier.size(), root: frontier.root() })
    }

    /// One leaf with its opening.
    pub async fn stored_entry(&self, index: u64) -> Result<Option<Stored>, Error> {
        Ok(self.stored_entries(index, 1).await?.into_iter().find(|stored| stored.index == index))
    }

    /// Up to `limit` leaves from an index on, with their openings.
    pub async fn stored_entries(&self, from: u64, limit: u64) -> Result<Vec<Stored>, Error> {
        let leaves = ledger_leaf::Entity::find()
            .filter(ledger_leaf::Column::Idx.gte(signed(from)?))
            .order_by_asc(ledger_leaf::Column::Idx)
            .limit(limit)
            .all(&self.executor())
            .await?;
        let (Some(first), Some(last)) = (leaves.first(), leaves.last()) else {
            return Ok(Vec::new());
        };
        let openings = ledger_opening::Entity::find()
            .filter(ledger_opening::Column::Idx.between(first.idx, last.idx))
            .all(&self.executor())
            .await?;
        let mut openings: HashMap<i64, _> =
            openings.into_iter().map(|row| (row.idx, row)).collect();
        leaves
            .into_iter()
            .map(|leaf| {
                Ok(Stored {
                    index: unsigned(leaf.idx)?,
                    opening: openings.remove(&leaf.idx).map(opened),
                    leaf: leaf.leaf,
                })
            })
            .collect()
    }

    /// Openings without a leaf, which only tampering makes: at most ten of their indexes.
    pub async fn stray_openings(&self) -> Result<Vec<u64>, Error> {
        let executor = self.executor();
        let sql = "SELECT o.idx FROM ledger_opening o LEFT JOIN ledger_leaf l ON l.idx = o.idx \
                   WHERE l.idx IS NULL ORDER BY o.idx LIMIT 10";
        let statement = Statement::from_string(executor.get_database_backend(), sql);
        let rows = executor.query_all_raw(statement).await?;
        rows.iter().map(|row| unsigned(row.try_get_by_index(0)?)).collect()
    }

    /// Entries in the order of the ledger, only of an organization or a kind if those are given.
    /// Erased ones are found by neither.
    pub async fn entries(
        &self,
        from: u64,
        organization: Option<&OrganizationId>,
        kind: Option<Kind>,
        limit: u64,
    ) -> Result<Vec<Stored>, Error> {
        if organization.is_none() && kind.is_none() {
            return self.stored_entries(from, limit).await;
        }
        let wanted = Condition::all()
            .add(ledger_opening::Column::Idx.gte(signed(from)?))
            .add_option(organization.map(|id| ledger_opening::Column::Organization.eq(id.as_str())))
            .add_option(kind.map(|kind| ledger_opening::Column::Kind.eq(kind.number())));
        let rows = ledger_opening::Entity::find()
            .filter(wanted)
            .order_by_asc(ledger_opening::Column::Idx)
            .limit(limit)
            .all(&self.executor())
            .await?;
        self.with_leaves(rows).await
    }

    /// The looks at a candidate's profile before an index, newest first.
    pub async fn accesses(
        &self,
        candidate: CandidateId,
        before: Option<u64>,
        limit: u64,
    ) -> Result<Vec<Stored>, Error> {
        let kinds = [Kind::ProfileDisclosed, Kind::ExplanationDisclosed, Kind::ExplanationAudited];
        let before = before.map(signed).transpose()?;
        let rows = ledger_opening::Entity::find()
            .filter(ledger_opening::Column::CandidateId.eq(candidate.bytes().to_vec()))
            .filter(ledger_opening::Column::Kind.is_in(kinds.map(Kind::number)))
            .filter(
                Condition::all()
                    .add_option(before.map(|index| ledger_opening::Column::Idx.lt(index))),
            )
            .order_by_desc(ledger_opening::Column::Idx)
            .limit(limit)
            .all(&self.executor())
            .await?;
        self.with_leaves(rows).await
    }

    async fn with_leaves(&self, rows: Vec<ledger_opening::Model>) -> Result<Vec<Stored>, Error> {
        let leaves = ledger_leaf::Entity::find()
            .filter(ledger_leaf::Column::Idx.is_in(rows.iter().map(|row| row.idx)))
            .all(&self.executor())
            .await?;
        let mut leaves: HashMap<i64, _> =
            leaves.into_iter().map(|row| (row.idx, row.leaf)).collect();
        rows.into_iter()
            .map(|row| {
                let leaf = leaves.remove(&row.idx);
                Ok(Stored {
                    index: unsigned(row.idx)?,
                    leaf: leaf.ok_or_else(|| Error::corrupt("an opening without a leaf"))?,
                    opening: Some(opened(row)),
                })
            })
            .collect()
    }

    /// The stored hashes of subtrees: leaves for level 0, nodes above.
    pub async fn ledger_nodes(&self, wanted: &[Node]) -> Result<HashMap<Node, Hash>, Error> {
        let mut found = HashMap::with_capacity(wanted.len());
        let leaves = wanted.iter().filter(|node| node.level == 0);
        let leaves = leaves.map(|node| signed(node.index)).collect::<Result<Vec<_>, _>>()?;
        let rows = ledger_leaf::Entity::find()
            .filter(ledger_leaf::Column::Idx.is_in(leaves))
            .all(&self.executor())
            .await?;
        for row in rows {
            found.insert(Node { level: 0, index: unsigned(row.idx)? }, leaf_hash(&row.leaf));
        }
        for level in (1..=7).map(|tile| tile * TILE_HEIGHT) {
            let nodes = wanted.iter().filter(|node| node.level == level);
            let nodes = nodes.map(|node| signed(node.index)).collect::<Result<Vec<_>, _>>()?;
            if nodes.is_empty() {
                continue;
            }
            let rows = ledger_node::Entity::find()
                .filter(ledger_node::Column::Level.eq(i16::from(level)))
                .filter(ledger_node::Column::Idx.is_in(nodes))
                .all(&self.executor())
                .await?;
            for row in rows {
                found.insert(Node { level, index: unsigned(row.idx)? }, hash(&row.hash)?);
            }
        }
        Ok(found)
    }

    /// Every stored node, up to `limit` from a place on, for the audit of the whole ledger.
    pub async fn all_nodes(&self, after: Option<(u8, u64)>) -> Result<Vec<(u8, u64, Hash)>, Error> {
        let (level, index) = after.unwrap_or((0, 0));
        let later = Condition::any().add(ledger_node::Column::Level.gt(i16::from(level))).add(
            Condition::all()
                .add(ledger_node::Column::Level.eq(i16::from(level)))
                .add(ledger_node::Column::Idx.gt(signed(index)?)),
        );
        let rows = ledger_node::Entity::find()
            .filter(later)
            .order_by_asc(ledger_node::Column::Level)
            .order_by_asc(ledger_node::Column::Idx)
            .limit(1_000)
            .all(&self.executor())
            .await?;
        let level = |row: &ledger_node::Model| {
            u8::try_from(row.level).map_err(|_| Error::corrupt("a node's level"))
        };
        rows.iter().map(|row| Ok((level(row)?, unsigned(row.idx)?, hash(&row.hash)?))).collect()
    }
}

/// Never fails: whether a row is what was written is for the audit to say.
fn opened(row: ledger_opening::Model) -> Opened {
    Opened {
        kind: Kind::from_number(row.kind),
        organization: row.organization,
        candidate: row.candidate_id.and_then(|id| CandidateId::try_from(id.as_slice()).ok()),
        time: Timestamp::from_micros(row.created_at),
        salt: row.salt,
        document: row.document,
    }
}

fn hash(bytes: &[u8]) -> Result<Hash, Error> {
    Hash::try_from(bytes).map_err(|_| Error::corrupt("a node's hash"))
}

/// Databases have no unsigned integers; nothing we count reaches 2^63.
pub(super) fn signed(value: u64) -> Result<i64, Error> {
    i64::try_from(value).map_err(|_| Error::corrupt("a number beyond 2^63"))
}

pub(super) fn unsigned(value: i64) -> Result<u64, Error> {
    u64::try_from(value).map_err(|_| Error::corrupt("a negative number"))
}
