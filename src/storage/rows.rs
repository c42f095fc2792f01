//! Items made ready to be stored, and storing them. They are sealed outside of the writer and
//! packed into a few long values, because one statement with these is prepared once and sent once,
//! whatever their number. Nothing packed can be read without the candidate's key.

use std::io::{self, Read, Write};
use std::ops::Range;

use sea_orm::{ConnectionTrait as _, DbBackend, Statement, Value};

use super::candidates::Candidate;
use super::evidence::{ITEM, SealedItem, Staged, TOPICS};
use super::ledger::signed;
use super::{Error, Tx};
use crate::domain::evidence::{Channel, Provenance};
use crate::domain::item::{Item, excerpt};
use crate::domain::summing::REACTIONS_MAX;
use crate::domain::topic::ItemTopics;
use crate::vault::{Subject, Vault};

/// Items that are written at once: small enough that other writes wait only milliseconds.
const MOST: usize = 1_000;

/// Items, and bytes of them, that gather before they are packed in the order of their blind
/// indexes. Written in that order, a thousand of them change a few pages of the index over items;
/// in the order in which they were read they would change most of it, each time.
const GATHERED: usize = 16_000;
const GATHERED_BYTES: usize = 8 << 20;

/// Longest part of packed items that is read back.
const PART: u64 = 64 << 20;

/// Items of one candidate and channel, gathering.
#[derive(Debug, Default)]
pub struct Rows {
    gathered: Vec<Row>,
    /// The sealed items and topics, one after another.
    sealed: Vec<u8>,
    /// Signals and counts, those of one item after those of another.
    counts: Vec<(u8, i64)>,
}

/// One item.
#[derive(Debug)]
struct Row {
    index: [u8; 32],
    day: i32,
    sealed: Range<usize>,
    /// Empty when the item has no topic.
    topics: Range<usize>,
    counts: Range<usize>,
}

/// Packed items as they are sent to the database, or wait aside until they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    count: u64,
    /// Blind indexes of 32 bytes.
    indexes: Vec<u8>,
    /// The sealed items and topics, one after another.
    sealed: Vec<u8>,
    /// JSON: for each item its day, the offset and length of the sealed item, and the same of its
    /// sealed topics.
    items: String,
    /// JSON: for each count the item's place, the signal and the count.
    reactions: String,
}

impl Rows {
    /// Adds an item. A count of zero is stored only where the network itself told it: there it
    /// means that an upload which claims more is wrong.
    pub fn add(
        &mut self,
        (candidate, vault): (&Candidate, &Vault),
        (channel, provenance): (Channel, Provenance),
        (item, topics): (&Item, &ItemTopics),
    ) -> Result<(), Error> {
        let parts: [&[u8]; 3] = [&candidate.id.bytes(), &[channel.number()], item.id.as_bytes()];
        let sealed = SealedItem {
            id: item.id.clone(),
            kind: item.kind.word().to_owned(),
            excerpt: excerpt(&item.text),
            url: item.url.clone(),
            tags: item.tags.clone(),
            language: item.language.clone(),
        };
        let sealed = serde_json::to_vec(&sealed).map_err(|_| Error::corrupt(ITEM))?;
        let sealed = candidate.key.seal(ITEM, &sealed);
        let (first, begin) = (self.counts.len(), self.sealed.len());
        for (signal, count) in &item.reactions {
            if *count > 0 || provenance == Provenance::Fetched {
                self.counts.push((signal.number(), signed((*count).min(REACTIONS_MAX))?));
            }
        }
        self.sealed.extend(sealed);
        let end = self.sealed.len();
        if !topics.is_empty() {
            let topics = serde_json::to_vec(topics).map_err(|_| Error::corrupt(TOPICS))?;
            self.sealed.extend(candidate.key.seal(TOPICS, &topics));
        }
        self.gathered.push(Row {
            index: vault.blind(Subject::Item, &parts),
            day: item.posted_at.day().number(),
            sealed: begin..end,
            topics: end..self.sealed.len(),
            counts: first..self.counts.len(),
        });
        Ok(())
    }

    /// Whether no more should be added before these are packed.
    pub fn is_full(&self) -> bool {
        self.gathered.len() >= GATHERED || self.sealed.len() >= GATHERED_BYTES
    }

    /// Gives what was added to `each`, packed, and begins anew.
    pub fn pack<E: From<Error>>(
        &mut self,
        mut each: impl FnMut(Packed) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut gathered = std::mem::take(self);
        gathered.gathered.sort_unstable_by_key(|row| row.index);
        for rows in gathered.gathered.chunks(MOST) {
            each(gathered.packed(rows)?)?;
        }
        Ok(())
    }

    fn packed(&self, rows: &[Row]) -> Result<Packed, Error> {
        let (mut indexes, mut sealed) = (Vec::with_capacity(32 * rows.len()), Vec::new());
        let (mut items, mut reactions) = (Vec::with_capacity(rows.len()), Vec::new());
        for (place, row) in rows.iter().enumerate() {
            indexes.extend(row.index);
            let at = sealed.len();
            let topics = at + row.sealed.len();
            items.push((row.day, at, row.sealed.len(), topics, row.topics.len()));
            for part in [&row.sealed, &row.topics] {
                sealed.extend(self.sealed.get(part.clone()).unwrap_or_default());
            }
            let counts = self.counts.get(row.counts.clone()).unwrap_or_default();
            reactions.extend(counts.iter().map(|(signal, count)| (place, *signal, *count)));
        }
        let json = |what: serde_json::Result<String>| what.map_err(|_| Error::corrupt(ITEM));
        Ok(Packed {
            count: rows.len() as u64,
            indexes,
            sealed,
            items: json(serde_json::to_string(&items))?,
            reactions: json(serde_json::to_string(&reactions))?,
        })
    }
}

impl Packed {
    /// How many items these are.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Writes them aside.
    pub fn write(&self, aside: &mut impl Write) -> io::Result<()> {
        aside.write_all(&self.count.to_le_bytes())?;
        let (items, reactions) = (self.items.as_bytes(), self.reactions.as_bytes());
        for part in [&self.indexes, &self.sealed, items, reactions] {
            aside.write_all(&(part.len() as u64).to_le_bytes())?;
            aside.write_all(part)?;
        }
        Ok(())
    }

    /// Reads back what [`Packed::write`] wrote.
    pub fn read(aside: &mut impl Read) -> io::Result<Self> {
        let count = number(aside)?;
        let mut part = || {
            let length = number(aside)?;
            if length > PART {
                return Err(io::ErrorKind::InvalidData.into());
            }
            let mut bytes = Vec::new();
            aside.by_ref().take(length).read_to_end(&mut bytes)?;
            if bytes.len() as u64 != length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            Ok::<_, io::Error>(bytes)
        };
        let (indexes, sealed) = (part()?, part()?);
        let mut text =
            || String::from_utf8(part()?).map_err(|_| io::Error::from(io::ErrorKind::InvalidData));
        let (items, reactions) = (text()?, text()?);
        Ok(Self { count, indexes, sealed, items, reactions })
    }
}

fn number(aside: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    aside.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

/// $1 candidate, $2 channel, $3 blind indexes, $4 sealed items, $5 the items as JSON.
const ITEMS_POSTGRES: &str = "\
    INSERT INTO item (candidate_id, channel, item_index, posted_day, sealed_item) \
    SELECT $1, $2, substr($3::bytea, 1 + 32 * (i - 1)::int, 32), (m->>0)::bigint, \
        substr($4::bytea, 1 + (m->>1)::int, (m->>2)::int) \
    FROM jsonb_array_elements($5::jsonb) WITH ORDINALITY AS e(m, i) ORDER BY i \
    ON CONFLICT DO NOTHING";
/// The same. Without a condition SQLite would take ON for part of a join.
const ITEMS_SQLITE: &str = "\
    INSERT INTO item (candidate_id, channel, item_index, posted_day, sealed_item) \
    SELECT ?1, ?2, substr(?3, 1 + 32 * key, 32), value->>0, \
        substr(?4, 1 + (value->>1), value->>2) \
    FROM json_each(?5) WHERE true ON CONFLICT DO NOTHING";

/// $1 candidate, $2 blind indexes, $3 sealed items and topics, $4 the items as JSON, $5 the
/// ontology. That there is no topic is stored only where another ontology found one.
const TOPICS_POSTGRES: &str = "\
    INSERT INTO item_topics (candidate_id, item_id, ontology, sealed_topics) \
    SELECT $1, item.id, $5, substr($3::bytea, 1 + (m->>3)::int, (m->>4)::int) \
    FROM jsonb_array_elements($4::jsonb) WITH ORDINALITY AS e(m, i) \
    JOIN item ON item.candidate_id = $1 \
        AND item.item_index = substr($2::bytea, 1 + 32 * (i - 1)::int, 32) \
    WHERE (m->>4)::int > 0 OR EXISTS \
        (SELECT 1 FROM item_topics t WHERE t.item_id = item.id AND t.ontology <> $5) \
    ORDER BY i ON CONFLICT DO NOTHING";
/// The same.
const TOPICS_SQLITE: &str = "\
    INSERT INTO item_topics (candidate_id, item_id, ontology, sealed_topics) \
    SELECT ?1, item.id, ?5, substr(?3, 1 + (value->>3), value->>4) \
    FROM json_each(?4) CROSS JOIN item ON item.candidate_id = ?1 \
        AND item.item_index = substr(?2, 1 + 32 * key, 32) \
    WHERE value->>4 > 0 OR EXISTS \
        (SELECT 1 FROM item_topics t WHERE t.item_id = item.id AND t.ontology <> ?5) \
    ON CONFLICT DO NOTHING";

/// $1 candidate, $2 blind indexes, $3 the counts as JSON, $4 provenance, $5 now.
const OBSERVATIONS_POSTGRES: &str = "\
    INSERT INTO observation \
        (candidate_id, item_id, signal, reactions, provenance, observed_at) \
    SELECT $1, item.id, (m->>1)::smallint, (m->>2)::bigint, $4, $5 \
    FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS e(m, i) \
    JOIN item ON item.candidate_id = $1 \
        AND item.item_index = substr($2::bytea, 1 + 32 * (m->>0)::int, 32) \
    ORDER BY i ON CONFLICT DO NOTHING";
/// The same; CROSS keeps SQLite from reading the items first.
const OBSERVATIONS_SQLITE: &str = "\
    INSERT INTO observation \
        (candidate_id, item_id, signal, reactions, provenance, observed_at) \
    SELECT ?1, item.id, value->>1, value->>2, ?4, ?5 \
    FROM json_each(?3) CROSS JOIN item ON item.candidate_id = ?1 \
        AND item.item_index = substr(?2, 1 + 32 * (value->>0), 32) \
    WHERE true ON CONFLICT DO NOTHING";

impl Tx {
    /// Adds items, their reactions and their topics by an ontology; what is there already stays as
    /// it is. Nothing counts until a revision is published.
    pub async fn stage(
        &self,
        candidate: &Candidate,
        (channel, provenance): (Channel, Provenance),
        ontology: i64,
        packed: Packed,
    ) -> Result<Staged, Error> {
        let id = || Value::from(candidate.id.bytes().to_vec());
        let (number, provenance) = (i16::from(channel.number()), provenance as i16);
        let Packed { indexes, sealed, items, reactions, .. } = packed;
        let (index, sealed) = (Value::from(indexes), Value::from(sealed));
        let lines = Value::from(items);
        let values = vec![id(), number.into(), index.clone(), sealed.clone(), lines.clone()];
        let items = self.insert((ITEMS_POSTGRES, ITEMS_SQLITE), values).await?;
        let values = vec![id(), index.clone(), sealed, lines, ontology.into()];
        self.insert((TOPICS_POSTGRES, TOPICS_SQLITE), values).await?;
        let now = self.now().micros();
        let values = vec![id(), index, reactions.into(), provenance.into(), now.into()];
        let sql = (OBSERVATIONS_POSTGRES, OBSERVATIONS_SQLITE);
        let observations = self.insert(sql, values).await?;
        Ok(Staged { items, observations })
    }

    /// Runs a statement in the database's dialect; returns how many rows it added.
    async fn insert(
        &self,
        (postgres, sqlite): (&str, &str),
        values: Vec<Value>,
    ) -> Result<u64, Error> {
        let executor = self.executor();
        let backend = executor.get_database_backend();
        let sql = if backend == DbBackend::Postgres { postgres } else { sqlite };
        let statement = Statement::from_sql_and_values(backend, sql, values);
        Ok(executor.execute_raw(statement).await?.rows_affected())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::evidence::Signal;
    use crate::domain::ids::CandidateId;
    use crate::domain::item::ItemKind;
    use crate::domain::time::Timestamp;
    use crate::domain::topic::{Mention, TopicId};

    fn item(id: usize, count: u64) -> Item {
        Item {
            id: id.to_string(),
            kind: ItemKind::Post,
            posted_at: "2026-11-22T10:00:00Z".parse().unwrap(),
            text: "Secret words".to_owned(),
            tags: Vec::new(),
            language: None,
            url: None,
            reactions: vec![(Signal::Like, count)],
            heard: vec!["Heard words".to_owned()],
        }
    }

    fn topics(id: usize) -> ItemTopics {
        let causes = vec![("word".to_owned(), "Secret".to_owned())];
        let mention = Mention { topic: TopicId::from_number(13_166), causes };
        ItemTopics { about: vec![mention; id % 2], heard: Vec::new() }
    }

    #[test]
    fn what_waits_aside_is_sealed_and_comes_back_as_it_was() {
        let vault = Vault::ephemeral();
        let id = CandidateId::from_bytes([7; 16]);
        let (key, _) = vault.new_key(id);
        let candidate = Candidate {
            id,
            key,
            display_name: String::new(),
            revision: 0,
            created_at: Timestamp::from_seconds(0),
        };
        let mut rows = Rows::default();
        let mut added = 0;
        while !rows.is_full() {
            let from = (Channel::X, Provenance::Uploaded);
            let topics = topics(added);
            let item = item(added, added as u64 % 2);
            rows.add((&candidate, &vault), from, (&item, &topics)).unwrap();
            added += 1;
        }
        let first = rows.gathered.first().map(|row| row.sealed.clone()).unwrap();
        let opened = candidate.key.open(ITEM, &rows.sealed[first]).unwrap();
        let opened = String::from_utf8(opened).unwrap();
        assert!(opened.contains("Secret") && !opened.contains("Heard"), "{opened}");
        let (mut packs, mut indexes) = (Vec::new(), Vec::new());
        let mut pack = |rows: &mut Rows| {
            rows.pack(|packed| {
                assert!(packed.count() <= MOST as u64);
                indexes.extend(packed.indexes.chunks(32).map(<[u8]>::to_vec));
                packs.push(packed);
                Ok::<_, Error>(())
            })
        };
        pack(&mut rows).unwrap();
        pack(&mut rows).unwrap();
        assert_eq!(indexes.len(), added, "packing begins anew");
        assert!(indexes.is_sorted());
        let reactions: usize = packs.iter().map(|p| p.reactions.matches('[').count() - 1).sum();
        assert_eq!(reactions, added / 2, "zeros are not stored");
        let packed = packs.first().unwrap();
        let mut aside = Vec::new();
        packed.write(&mut aside).unwrap();
        assert!(!aside.windows(6).any(|bytes| bytes == b"Secret"));
        assert_eq!(&Packed::read(&mut aside.as_slice()).unwrap(), packed);
        assert!(Packed::read(&mut &aside[..aside.len() - 1]).is_err(), "a cut file is noticed");
    }
}
