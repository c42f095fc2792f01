//! A group's transaction on SQLite, in calls that answer before they return.

use rusqlite::{Connection, OptionalExtension as _, ToSql};

use super::super::additions::{HeldHead, Packed};
use super::super::{Error, ledger};
use super::{Row, consent, find, tx};

const FIND: &str = find!("consent c", "?2 WHERE c.lookup_key = ?1");

/// Takes the head, which on SQLite is the right to write, and finds what the keys name.
pub(super) fn begin(
    connection: &Connection,
    keys: &[[u8; 16]],
    model: &[u8; 32],
) -> Result<(HeldHead, Vec<Row>), Error> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute(())?;
    let head = connection.prepare_cached(tx::READ_HEAD_SQLITE)?.query_row((), |row| {
        Ok(HeldHead {
            size: row.get(0)?,
            frontier: row.get(1)?,
            last_time: row.get(2)?,
            clock: None,
        })
    })?;
    Ok((head, find(connection, keys, model)?))
}

/// Finds what the keys name.
pub(super) fn find(
    connection: &Connection,
    keys: &[[u8; 16]],
    model: &[u8; 32],
) -> Result<Vec<Row>, Error> {
    let mut statement = connection.prepare_cached(FIND)?;
    let rows = keys.iter().map(|key| statement.query_row((key, model), row).optional());
    rows.map(|row| Ok(row?.unwrap_or_default())).collect()
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        consent: Some(consent::Model {
            id: row.get(0)?,
            lookup_key: Vec::new(),
            organization: row.get(1)?,
            handle: row.get(2)?,
            contact_index: Vec::new(),
            candidate_id: row.get(3)?,
            purpose: row.get(4)?,
            job_reference: row.get(5)?,
            fields: row.get(6)?,
            channels: row.get(7)?,
            state: row.get(8)?,
            version: row.get(9)?,
            requested_at: row.get(10)?,
            refused_at: row.get(11)?,
            expires_at: row.get(12)?,
            days: row.get(13)?,
        }),
        wrapped_key: row.get(14)?,
        revision: row.get(15)?,
        summary: row.get(16)?,
    })
}

/// Stores the entries, moves the head and commits.
pub(super) fn commit(connection: &Connection, packed: &Packed) -> Result<(), Error> {
    let values: [&dyn ToSql; 9] = [
        &packed.first,
        &packed.leaves,
        &packed.now,
        &packed.salts,
        &packed.candidates,
        &packed.rest,
        &packed.documents,
        &packed.frontier,
        &packed.size,
    ];
    let mut moved = 0;
    for sql in ledger::WRITE_SQLITE {
        let mut statement = connection.prepare_cached(sql)?;
        // A statement takes as many values as the highest that it names.
        let named = statement.parameter_count();
        moved = statement.execute(values.get(..named).unwrap_or(&values))?;
    }
    if moved != 1 {
        return Err(ledger::head_moved());
    }
    for node in &packed.nodes {
        connection.prepare_cached(ledger::WRITE_NODE)?.execute(*node)?;
    }
    connection.prepare_cached("COMMIT")?.execute(())?;
    Ok(())
}

/// Ends the transaction. SQLite may have ended it already, as it does when the disk is full.
pub(super) fn rollback(connection: &Connection) -> Result<(), Error> {
    if !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    Ok(())
}
