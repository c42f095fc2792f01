//! Networks without an export of their own that anybody could describe, XING among them: the
//! project's own format, as JSON or as a table. `other/schema.json` describes the JSON for whoever
//! writes it; the table has the same fields as columns, tags apart by semicolon. The network's name
//! is part of every id. Nothing of other channels here.

mod rows;

use self::rows::{COLUMNS, Header, Row};
use super::archive::{Archive, Member};
use super::csv::{self, Quotes};
use super::error::Error;
use super::json::{self, Objects};
use super::report::{Audience, Outlet, Report, Skip};
use super::{Export, Sink, link};
use crate::domain::evidence::{Channel, Signal};
use crate::domain::item::{Account, Item, ItemKind, excerpt};
use crate::domain::time::Timestamp;

/// The format of networks that have none.
pub(super) struct Other;

/// The JSON Schema (draft 2020-12) of the format.
pub const OTHER_SCHEMA: &str = include_str!("other/schema.json");

/// What the JSON says it is.
const FORMAT: &str = "glasklar-items/1";
/// Bytes in which the JSON must say it.
const HEAD: u64 = 16 << 10;
/// Most files that are looked at to tell what they are.
const LOOKED_AT: usize = 16;
/// What an item may be.
const KINDS: [ItemKind; 10] = [
    ItemKind::Post,
    ItemKind::Reply,
    ItemKind::Thread,
    ItemKind::Quote,
    ItemKind::Article,
    ItemKind::Photo,
    ItemKind::Video,
    ItemKind::Story,
    ItemKind::Question,
    ItemKind::Answer,
];
/// Who may be around an account.
const AUDIENCES: [Audience; 6] = [
    Audience::Followers,
    Audience::Following,
    Audience::Friends,
    Audience::Connections,
    Audience::Communities,
    Audience::Reputation,
];
/// What the candidate may have done that is no evidence.
const ACTIVITIES: [&str; 2] = ["likes_given", "reshares_made"];
/// Longest id of an item or an account.
const ID: usize = 200;
/// 1990-01-01T00:00:00Z and 2100-01-01T00:00:00Z: no network was there before, none is after.
const FIRST: Timestamp = Timestamp::from_seconds(631_152_000);
const LAST: Timestamp = Timestamp::from_seconds(4_102_444_800);
/// How far an item may be from after the file, in microseconds: clocks differ.
const TOLERANCE: i64 = 86_400_000_000;

/// The form a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Table,
}

impl Export for Other {
    fn channel(&self) -> Channel {
        Channel::Other
    }

    fn recognizes(&self, archive: &mut Archive<'_>) -> Result<bool, Error> {
        Ok(!files(archive)?.is_empty())
    }

    fn read(
        &self,
        archive: &mut Archive<'_>,
        _whose: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<Report, Error> {
        let found = files(archive)?;
        let [(member, form)] = found.as_slice() else {
            return Err(Error::Repeated { member: "a file of items".to_owned() });
        };
        let (member, form) = (*member, *form);
        let header = match form {
            Form::Json => archive.read(member, json::header)?,
            Form::Table => first_of_table(archive, member)?,
        };
        let owner = Owner::of(&header)?;
        let layout = match form {
            Form::Json => "items/1, JSON",
            Form::Table => "items/1, table",
        };
        let mut outlet = Outlet::new(Channel::Other, layout, owner.account.clone(), sink);
        let exported_at = header.exported_at.get().and_then(|text| text.parse().ok());
        outlet.exported(exported_at);
        outlet.created(header.account().and_then(|account| account.created_at.get()?.parse().ok()));
        for who in AUDIENCES {
            outlet.audience(who, number(&header.audience, who.word()));
        }
        for what in ACTIVITIES {
            if let Some(number) = number(&header.activity, what) {
                outlet.did(what, number);
            }
        }
        let mut reader = Reader { owner, exported_at, outlet };
        archive.read(member, |open| match form {
            Form::Json => json::lists(open, &|key| key == "items", &mut |row: Objects<Row>| {
                if let Some(row) = row.first() {
                    reader.row(row)
                } else {
                    reader.outlet.skip(Skip::Unreadable);
                    Ok(())
                }
            }),
            Form::Table => csv::records(open, &COLUMNS, Quotes::Doubled, &mut |record| {
                if reader.owner.is(&rows::header(&record)) {
                    return reader.row(&rows::row(&record));
                }
                reader.outlet.skip(Skip::NotOwn);
                Ok(())
            }),
        })?;
        Ok(reader.outlet.finish())
    }
}

/// The files of this format: single ones, and `items.json` or `items.csv` in an archive.
fn files(archive: &mut Archive<'_>) -> Result<Vec<(Member, Form)>, Error> {
    let mut candidates = archive.singles();
    let base = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    candidates.extend(archive.matching(|name| matches!(&*base(name), "items.json" | "items.csv")));
    let mut found = Vec::new();
    for member in candidates.into_iter().take(LOOKED_AT) {
        let head = archive.head(member, HEAD)?;
        if says_format(&head) {
            found.push((member, Form::Json));
        } else if csv::has_columns(&head, &COLUMNS) {
            found.push((member, Form::Table));
        }
    }
    Ok(found)
}

/// Whether `"format": "glasklar-items/1"` stands in it. Within a text, the quotes would be
/// escaped.
fn says_format(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
        && text.match_indices("\"format\"").any(|(at, key)| {
            let rest = text.get(at + key.len()..).unwrap_or_default().trim_start();
            let value = rest.strip_prefix(':').map(str::trim_start);
            value
                .and_then(|v| v.strip_prefix('"')?.strip_prefix(FORMAT)?.strip_prefix('"'))
                .is_some()
        })
}

/// The network and the account, as the first row of a table names them.
fn first_of_table(archive: &mut Archive<'_>, member: Member) -> Result<Header, Error> {
    let mut first = None;
    archive.read(member, |open| {
        csv::records(open, &COLUMNS, Quotes::Doubled, &mut |record| {
            if first.is_none() {
                first = Some(rows::header(&record));
            }
            Ok(())
        })
    })?;
    first.ok_or_else(|| Error::malformed("the table", "holds no items"))
}

fn number(numbers: &json::Fields<json::Count>, name: &str) -> Option<u64> {
    numbers.iter().find(|(known, _)| *known == name).and_then(|(_, count)| count.0)
}

/// Whose items a file holds, and on which network.
struct Owner {
    network: String,
    account: Account,
}

impl Owner {
    fn of(header: &Header) -> Result<Self, Error> {
        let unusable = |problem| Error::malformed("the file of items", problem);
        let network = header.network.get().map(str::to_lowercase).unwrap_or_default();
        if !is_network(&network) {
            return Err(unusable("names no network"));
        }
        let own_format = |channel: &Channel| channel.word() == network;
        if Channel::ALL.iter().any(own_format) || network == "twitter" || network == "google+" {
            return Err(Error::NotAnExport {
                looks: "a file of items about a network that has an export of its own",
                bring: "bring that export instead",
            });
        }
        let account = header.account().ok_or_else(|| unusable("names no account"))?;
        let handle = account.handle.get().map(|text| text.trim_start_matches('@').trim());
        let handle =
            handle.filter(|text| is_id(text)).ok_or_else(|| unusable("names no account"))?;
        let id = account.id.get().filter(|text| is_id(text));
        Ok(Self {
            account: Account {
                id: id.map(|id| format!("{network}:{id}")),
                handle: format!("{network}:{handle}"),
                name: account.name.get().map(excerpt),
            },
            network,
        })
    }

    /// Whether a row of a table is of the same account.
    fn is(&self, header: &Header) -> bool {
        Self::of(header).is_ok_and(|other| {
            (&other.network, &other.account.handle) == (&self.network, &self.account.handle)
        })
    }
}

/// `xing`, `some.forum-2`.
fn is_network(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    (2..=40).contains(&text.len()) && text.chars().all(plain) && !text.starts_with(['.', '-'])
}

fn is_id(text: &str) -> bool {
    (1..=ID).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// Turns rows into items.
struct Reader<'s> {
    owner: Owner,
    exported_at: Option<Timestamp>,
    outlet: Outlet<'s>,
}

impl Reader<'_> {
    fn row(&mut self, row: &Row) -> Result<(), Error> {
        match self.item(row) {
            Ok(item) => self.outlet.hand_out(item)?,
            Err(reason) => self.outlet.skip(reason),
        }
        Ok(())
    }

    /// The item of a row, or why it is left out.
    fn item(&self, row: &Row) -> Result<Item, Skip> {
        let id = row.id.get().filter(|id| is_id(id)).ok_or(Skip::Unreadable)?;
        let kind = row.kind.get().and_then(|word| ItemKind::from_word(&word.to_lowercase()));
        let kind = kind.filter(|kind| KINDS.contains(kind)).ok_or(Skip::NotAnItem)?;
        if row.visibility.get().is_some_and(|word| !word.eq_ignore_ascii_case("public")) {
            return Err(Skip::NotPublic);
        }
        let posted_at = row.posted_at.get().and_then(|text| text.parse::<Timestamp>().ok());
        let posted_at = posted_at.filter(|&at| self.is_possible(at)).ok_or(Skip::ImpossibleDate)?;
        let tags = row.tags.0.iter().filter_map(json::Text::get);
        let tags = tags.map(|tag| tag.trim().trim_start_matches('#').to_owned());
        Ok(Item {
            id: format!("{}:{id}", self.owner.network),
            kind,
            posted_at,
            text: row.text.get().unwrap_or_default().trim().to_owned(),
            tags: tags.collect(),
            language: row.language.get().map(str::to_owned),
            url: row.url.get().and_then(link::web),
            reactions: row.reactions(),
            heard: Vec::new(),
        })
    }

    fn is_possible(&self, at: Timestamp) -> bool {
        let end = self
            .exported_at
            .map_or(LAST.micros(), |end| end.micros().saturating_add(TOLERANCE).min(LAST.micros()));
        at >= FIRST && at.micros() <= end
    }
}

/// The signals that a file may tell.
fn signals() -> &'static [Signal] {
    Channel::Other.signals()
}
