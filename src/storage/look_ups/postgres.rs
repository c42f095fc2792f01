//! A group's transaction on PostgreSQL, in three messages, because waiting for the server's answers
//! is what costs: the first takes the head and finds, the second records, the third commits.
//!
//! The first is a text of several statements, prepared before; what they are executed with is
//! numbers and bytes that are written as hexadecimal digits, never a text of somebody else's. Each
//! statement reads with a snapshot of its own, so finding sees whatever was committed before the
//! head was got. Recording is not put into a text, because its bytes are many: written as digits
//! they cost the server more than another message does (measured: it computed a third more).

use data_encoding::HEXLOWER;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Row as _, ValueRef as _, raw_sql};

use super::super::additions::{HeldHead, Packed};
use super::super::{Error, ledger};
use super::{Row, consent, find, tx};

const FIND: &str = find!(
    "(SELECT i, substr($1::bytea, 1 + 16 * i, 16) AS key FROM generate_series(0, $3 - 1) AS i) k \
     LEFT JOIN consent c ON c.lookup_key = k.key",
    "$2 ORDER BY k.i"
);

/// Bytes as an expression of SQL.
struct Bytes<'a>(&'a [u8]);

impl std::fmt::Display for Bytes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "decode('{}','hex')", HEXLOWER.encode(self.0))
    }
}

/// Prepares the statements of a new connection.
pub(super) async fn prepare(connection: &mut PgConnection) -> Result<(), Error> {
    let sql = format!(
        "PREPARE take_head AS {}; PREPARE find_consents (bytea, bytea, int) AS {FIND}",
        tx::LOCK_HEAD_POSTGRES
    );
    raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}

/// Takes the head, and then finds what the keys name.
pub(super) async fn begin(
    connection: &mut PgConnection,
    keys: &[[u8; 16]],
    model: &[u8; 32],
) -> Result<(HeldHead, Vec<Row>), Error> {
    let sql = format!("BEGIN; EXECUTE take_head; {}", execute_find(keys, model));
    let mut rows = raw_sql(AssertSqlSafe(sql)).fetch_all(connection).await?.into_iter();
    let head = rows.next().ok_or_else(|| Error::corrupt("the ledger has no head"))?;
    let head = HeldHead {
        size: head.try_get(0)?,
        frontier: head.try_get(1)?,
        last_time: head.try_get(2)?,
        clock: head.try_get(3)?,
    };
    let rows = rows.map(|found| row(&found)).collect::<Result<_, _>>()?;
    Ok((head, rows))
}

/// Finds what the keys name.
#[cfg(feature = "sabotage")]
pub(super) async fn find(
    connection: &mut PgConnection,
    keys: &[[u8; 16]],
    model: &[u8; 32],
) -> Result<Vec<Row>, Error> {
    let rows = raw_sql(AssertSqlSafe(execute_find(keys, model))).fetch_all(connection).await?;
    rows.iter().map(row).collect()
}

fn execute_find(keys: &[[u8; 16]], model: &[u8; 32]) -> String {
    let (packed, model, count) = (keys.as_flattened(), Bytes(model), keys.len());
    format!("EXECUTE find_consents ({}, {model}, {count})", Bytes(packed))
}

/// Reads a column of bytes. sqlx reads these digits one by one, which shows at some hundred rows.
fn bytes(row: &PgRow, column: usize) -> Result<Option<Vec<u8>>, Error> {
    let value = row.try_get_raw(column)?;
    if value.is_null() {
        return Ok(None);
    }
    let digits = value.as_bytes().ok().and_then(|text| text.strip_prefix(b"\\x"));
    let decoded = digits.and_then(|digits| HEXLOWER.decode(digits).ok());
    decoded.map(Some).ok_or_else(|| Error::corrupt("bytes that are not in hexadecimal digits"))
}

fn row(row: &PgRow) -> Result<Row, Error> {
    let Some(id) = bytes(row, 0)? else {
        return Ok(Row::default());
    };
    Ok(Row {
        consent: Some(consent::Model {
            id,
            lookup_key: Vec::new(),
            organization: row.try_get(1)?,
            handle: bytes(row, 2)?.unwrap_or_default(),
            contact_index: Vec::new(),
            candidate_id: bytes(row, 3)?,
            purpose: row.try_get(4)?,
            job_reference: row.try_get(5)?,
            fields: row.try_get(6)?,
            channels: row.try_get(7)?,
            state: row.try_get(8)?,
            version: row.try_get(9)?,
            requested_at: row.try_get(10)?,
            refused_at: row.try_get(11)?,
            expires_at: row.try_get(12)?,
            days: row.try_get(13)?,
        }),
        wrapped_key: bytes(row, 14)?,
        revision: row.try_get(15)?,
        summary: bytes(row, 16)?,
    })
}

/// Stores the entries, moves the head and commits. Recording fails when the head is not where it
/// was, and after a statement that failed the server does not commit.
pub(super) async fn commit(connection: &mut PgConnection, packed: &Packed) -> Result<(), Error> {
    sqlx::query(ledger::WRITE_POSTGRES)
        .bind(packed.first)
        .bind(packed.leaves.as_slice())
        .bind(packed.now)
        .bind(packed.salts.as_slice())
        .bind(packed.candidates.as_slice())
        .bind(packed.rest.as_str())
        .bind(packed.documents.as_slice())
        .bind(packed.frontier.as_slice())
        .bind(packed.size)
        .execute(&mut *connection)
        .await?;
    for (level, index, hash) in &packed.nodes {
        let node = sqlx::query(ledger::WRITE_NODE).bind(level).bind(index).bind(hash.as_slice());
        node.execute(&mut *connection).await?;
    }
    raw_sql("COMMIT").execute(connection).await?;
    Ok(())
}

/// Ends the transaction; without one the server only warns.
pub(super) async fn rollback(connection: &mut PgConnection) -> Result<(), Error> {
    raw_sql("ROLLBACK").execute(connection).await?;
    Ok(())
}
