//! Archives of a person who does not exist, for the demo and for trying an installation out.
//! They have the exact form in which X and Mastodon hand theirs out, and are the same bytes on
//! every run for the same day. Nothing here reads archives.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::domain::time::{Day, Timestamp};

/// Days ago, likes, reshares, text. `>` marks an answer to somebody, `&` one to herself.
const X_POSTS: &str = "\
3|412|38|Today a 9-line change took our p99 from 840 ms to 95 ms: batch the fsync. #rust #database
6|96|7|Reading a write-ahead log by hand is the best debugger I own. #postgres
9|2500|400|Thread: what the Rust borrow checker taught me about database transactions. #rustlang
9|688|74|&1/ A mutable borrow is a row lock that the compiler proves free of deadlocks.
9|540|51|&2/ A shared borrow is a snapshot read: many readers, no surprises. #rustlang
12|58|3|Rye sourdough, day 3. The crumb finally opened up: 82 % hydration was the answer. #baking
15|231|22|If your index is not used, ask EXPLAIN before you ask the internet. #postgres #sql
19|17|0|>It does, from Rust 1.85 on. Async closures removed three boxes from our hot path.
22|142|11|cargo tip: a workspace lint table saves a hundred review comments. #rustlang
25|77|4|Levain fed at 7, mixed at noon, in the oven by 8. Patience is an ingredient. #sourdough
28|1240|166|We rewrote our queue on top of plain Postgres. 40 lines of SQL, no broker. #postgres
31|64|5|Property tests found a bug in our B-tree merge that three people had reviewed. #rust
36|205|18|Serializable isolation costs us 4 % and saves one incident a month. #database
40|33|1|Croissants, lamination number four. Butter temperature really is everything. #baking
44|118|9|Rust enums plus exhaustive match: the state machine nobody can half-finish. #rustlang
48|21|0|>Try SKIP LOCKED with a partial index. Our workers stopped stepping on each other.
52|860|93|Slides of my talk: crash consistency for people who would rather bake. #database #rust
57|49|2|A baguette is 350 g of honesty. Shaping mistakes cannot hide. #bread
61|174|15|SQLite in WAL mode with synchronous=FULL is faster than most networks. #sqlite
66|39|1|Spelt, 20 %, for flavor. More than that and my dough turns into soup. #baking
70|305|29|unwrap() in tests is documentation. unwrap() in production is a to-do list. #rustlang
75|88|6|Backups are a hypothesis. Restores are the experiment. #database
80|26|0|>The trick is steam in the first ten minutes, then let it out.
84|412|47|Our deterministic simulation replays a year of failures in an hour. #rust #testing
90|61|3|Weighing water instead of measuring it changed my bread more than any oven. #bread
96|133|10|A foreign key is a unit test that runs on every insert. #postgres
103|19|0|Pizza Friday: 65 % hydration, 48 hours in the cold. Worth the wait. #baking
110|247|21|Zero-copy parsing in Rust: lifetimes are the API documentation. #rustlang
118|72|5|MVCC explained with sourdough starters: a version lives while somebody needs it. #postgres
125|55|2|Brioche with 50 % butter. My cardiologist follows me here. Hello. #baking
133|191|17|Hash joins spill, nested loops lie, merge joins wait. Know your planner. #sql
140|44|1|>Yes: pin the version in the lock file, and read the changelog with coffee.
148|366|35|From 3 GB to 90 MB: replacing a HashMap of Strings with an interner. #rust
157|28|0|Flour from the mill next door. Ash content 1050, smells like hay. #bread
165|109|8|Read committed is not what you think it is. Neither is repeatable read. #database
173|37|2|First loaf in the new oven. Uneven, burnt, wonderful. #baking
181|152|12|Error types are an interface. Design them like one. #rustlang
190|83|4|Vacuum is not housekeeping, it is part of the storage engine. #postgres
198|24|0|Started a bread diary. Turns out I am a log-structured person. #baking
";

/// Two posts of others that she passed on: days ago, handle, text.
const X_RESHARES: &str = "\
17|ferris_example|The new release is out, and compile times went down again. Thanks to all
63|wal_example|A reminder that your replica is not your backup, and never was. Test your
";

/// A long post: days ago, likes, reshares, text. X shows 280 characters of it and keeps the
/// rest elsewhere.
const X_NOTE: (i64, u64, u64, &str) = (
    34,
    1_730,
    212,
    "What I wish somebody had told me before my first database in Rust. First: the type system \
     is your schema, so write it before the code. Second: durability is a promise to a person, \
     and fsync is where you keep it. Third: measure the tail, because nobody remembers your \
     median. Fourth: bake bread while the benchmarks run; both need rest, and both fail when \
     you hurry them.",
);

/// Days ago, likes, reshares, text. `<` marks a post for followers only, `&` an answer to
/// herself, `>` one to somebody else.
const MASTODON_POSTS: &str = "\
2|38|14|Wrote down how our Rust service survives kill -9 in the middle of a commit. #rust
5|12|3|Saturday bake: olive bread, 78 % hydration, no regrets. #baking
8|61|27|Group commit in one picture: one fsync, two hundred happy clients. #database
11|9|1|>The orphan rule bites once, then it saves you for years.
16|44|16|An async runtime is a bakery: do not block the oven. #rust
21|7|0|<Quiet week. Back on Monday.
24|29|8|Postgres 15 and later: MERGE is finally worth a second look. #postgres
30|83|35|Ten lines of Rust that replaced our retry library, with jitter. #rustlang
37|15|2|Shaped batards all morning. My hands smell of rye. #bread
43|26|9|Logical replication slots hold your disk hostage. Monitor them. #postgres
49|51|20|My favorite Rust macro is the one I deleted. #rustlang
55|11|1|&A week later: it is still gone, and nobody noticed.
62|33|12|Read the query plan from the inside out. Like an onion, with fewer tears. #sql
71|18|4|Poolish overnight: the cheapest flavor there is. #baking
79|47|19|Fuzzing a parser for a weekend beats reviewing it for a month. #rust #testing
88|22|6|Covering indexes: when the table itself is just decoration. #database
97|13|2|Semolina on the peel, always semolina. #bread
105|70|31|Serde, zero-copy and a careful lifetime: 4x faster imports. #rustlang
114|16|3|>Advisory locks, but please write down what the numbers mean.
124|28|10|Schema migrations are releases. Treat them so. #postgres
135|9|0|Burnt the second loaf while reading about B-trees. #baking
147|36|13|Newtypes cost nothing and catch the bug on Friday evening. #rust
160|20|5|Time zones in SQL: store instants, show wishes. #sql
174|14|2|Sourdough does not care about sprint goals. #bread
189|41|17|Hello, I write databases in Rust and I bake. Nice to meet you. #introduction
";

const X_ACCOUNT: &str = "1500000000000000001";
const X_HANDLE: &str = "mira_example";
const NAME: &str = "Mira Beispiel";
const ACTOR: &str = "https://social.example/users/mira";
const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
/// Milliseconds since 1970 at which the clock inside X's post numbers starts.
const SNOWFLAKE_EPOCH: i64 = 1_288_834_974_657;

/// A row of one of the tables above.
struct Post {
    at: Timestamp,
    likes: u64,
    reshares: u64,
    /// `>`, `&`, `<` or none.
    mark: Option<char>,
    text: &'static str,
}

fn posts(table: &'static str, today: Day) -> impl Iterator<Item = Post> {
    table.lines().zip(0_i64..).filter_map(move |(line, row)| {
        let mut cells = line.splitn(4, '|');
        let ago = cells.next()?.parse().ok()?;
        let likes = cells.next()?.parse().ok()?;
        let reshares = cells.next()?.parse().ok()?;
        let text = cells.next()?;
        let mark = text.chars().next().filter(|first| ['>', '&', '<'].contains(first));
        let text = text.trim_start_matches(['>', '&', '<']);
        Some(Post { at: moment(today, ago, row), likes, reshares, mark, text })
    })
}

/// A moment some days before `today`, at an hour that differs from row to row.
pub(super) fn moment(today: Day, ago: i64, row: i64) -> Timestamp {
    let seconds = 6 * 3_600 + row * 1_663 % (16 * 3_600);
    Timestamp::from_micros(today.start().micros() + (seconds - ago * 86_400) * 1_000_000)
}

/// An X archive (zip, the layout since 2022) of Mira Beispiel, `@mira_example`, as if handed out
/// at the start of `today`: 42 rows over the 200 days before, two of them reshares.
pub fn x_archive(today: Day) -> Vec<u8> {
    let script = |name: &str, rows: &[Value]| {
        let json = serde_json::to_string_pretty(rows).unwrap_or_default();
        let global = name.replace('-', "_");
        (format!("data/{name}.js"), format!("window.YTD.{global}.part0 = {json}"))
    };
    let person = |kind: &str, number: u64| json!({ kind: { "accountId": number.to_string() } });
    let followers: Vec<_> = (0..640).map(|n| person("follower", 3_000_000_000 + n)).collect();
    let following: Vec<_> = (0..212).map(|n| person("following", 3_000_000_400 + n)).collect();
    let likes: Vec<_> = (0..97_u64)
        .map(|n| json!({ "like": { "tweetId": (1_600_000_000_000_000_000 + n).to_string() } }))
        .collect();
    let account = json!({ "account": {
        "accountId": X_ACCOUNT, "username": X_HANDLE, "accountDisplayName": NAME,
        "createdAt": "2014-03-09T08:30:00.000Z", "email": "mira@example.invalid",
    } });
    let tweets = tweets(today);
    let mut files = vec![
        ("data/manifest.js".to_owned(), manifest(today, tweets.len())),
        script("account", &[account]),
        script("tweets", &tweets),
        script("note-tweet", &[note(today)]),
        script("like", &likes),
        script("follower", &followers),
        script("following", &following),
    ];
    files.push(("Your archive.html".to_owned(), "<!DOCTYPE html><title>X</title>".to_owned()));
    // Writing to memory does not fail; if it did, the importer would refuse the empty file.
    zipped(&files).unwrap_or_default()
}

fn manifest(today: Day, tweets: usize) -> String {
    let files = json!([{
        "fileName": "data/tweets.js", "globalName": "YTD.tweets.part0", "count": tweets.to_string()
    }]);
    let manifest = json!({
        "userInfo": { "accountId": X_ACCOUNT, "userName": X_HANDLE, "displayName": NAME },
        "archiveInfo": {
            "generationDate": today.start().to_string(), "isPartialArchive": false,
        },
        "dataTypes": { "tweets": { "files": files, "mediaDirectory": "data/tweets_media" } },
    });
    format!("window.__THAR_CONFIG = {manifest:#}")
}

fn tweets(today: Day) -> Vec<Value> {
    let (ago, likes, reshares, text) = X_NOTE;
    let cut: String = text.chars().take(270).collect();
    let mut rows = vec![tweet(moment(today, ago, 0), &format!("{cut}…"), likes, reshares)];
    for post in posts(X_POSTS, today) {
        let mut row = tweet(post.at, post.text, post.likes, post.reshares);
        let answered = match post.mark {
            Some('>') => Some("2200000002"),
            Some('&') => Some(X_ACCOUNT),
            _ => None,
        };
        if let Some(answered) = answered {
            row["tweet"]["in_reply_to_user_id_str"] = answered.into();
            row["tweet"]["in_reply_to_status_id_str"] = "1700000000000000000".into();
        }
        rows.push(row);
    }
    for (line, row) in X_RESHARES.lines().zip(50..) {
        let mut cells = line.splitn(3, '|');
        if let (Some(ago), Some(handle), Some(text)) = (cells.next(), cells.next(), cells.next()) {
            let at = moment(today, ago.parse().unwrap_or(1), row);
            rows.push(tweet(at, &format!("RT @{handle}: {text}…"), 0, 1_900));
        }
    }
    rows
}

fn tweet(at: Timestamp, text: &str, likes: u64, reshares: u64) -> Value {
    let number = (at.micros() / 1_000 - SNOWFLAKE_EPOCH) << 22;
    let written = jiff::Timestamp::from_microsecond(at.micros())
        .map(|at| at.strftime("%a %b %d %H:%M:%S +0000 %Y").to_string())
        .unwrap_or_default();
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let hashtags: Vec<_> = text
        .split_whitespace()
        .filter_map(|word| word.strip_prefix('#'))
        .map(|tag| json!({ "text": tag }))
        .collect();
    json!({ "tweet": {
        "id": number.to_string(), "id_str": number.to_string(), "created_at": written,
        "full_text": escaped, "lang": "en", "favorited": false, "retweeted": false,
        "favorite_count": likes.to_string(), "retweet_count": reshares.to_string(),
        "entities": { "hashtags": hashtags, "symbols": [], "user_mentions": [], "urls": [] },
    } })
}

fn note(today: Day) -> Value {
    let (ago, _, _, text) = X_NOTE;
    let at = moment(today, ago, 0).to_string();
    json!({ "noteTweet": {
        "noteTweetId": "1690000000000000001", "createdAt": at, "updatedAt": at,
        "core": { "text": text, "mentions": [], "urls": [], "hashtags": [] },
    } })
}

pub(super) fn zipped(files: &[(String, String)]) -> zip::result::ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in files {
        writer.start_file(name.as_str(), options)?;
        writer.write_all(text.as_bytes())?;
    }
    Ok(writer.finish()?.into_inner())
}

/// A Mastodon archive (tar.gz, with the reactions that servers write since 4.3) of the same
/// person, as if handed out at the start of `today`: 24 public posts, one for followers only
/// and one reshare, over the 190 days before.
pub fn mastodon_archive(today: Day) -> Vec<u8> {
    let mut activities: Vec<Value> =
        posts(MASTODON_POSTS, today).zip(1_u64..).map(|(post, n)| created(&post, n)).collect();
    activities.push(json!({
        "id": format!("{ACTOR}/statuses/900/activity"), "type": "Announce", "actor": ACTOR,
        "published": moment(today, 33, 7).to_string(), "to": [PUBLIC], "cc": [],
        "object": "https://other.example/users/bob/statuses/77",
    }));
    let actor = json!({
        "@context": ["https://www.w3.org/ns/activitystreams"], "id": ACTOR, "type": "Person",
        "preferredUsername": "mira", "name": NAME, "published": "2022-11-05T00:00:00Z",
        "url": "https://social.example/@mira", "outbox": "outbox.json", "likes": "likes.json",
    });
    let collection = |id: &str, items: Value| {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": id,
            "type": "OrderedCollection", "orderedItems": items,
        })
    };
    let liked: Vec<_> =
        (0..31).map(|n| format!("https://other.example/users/bob/statuses/{n}")).collect();
    let files = [
        ("actor.json", actor),
        ("outbox.json", collection("outbox.json", activities.into())),
        ("likes.json", collection("likes.json", liked.into())),
        ("bookmarks.json", collection("bookmarks.json", json!([]))),
    ];
    // As above: an empty file would be refused.
    tar_gzipped(&files).unwrap_or_default()
}

fn created(post: &Post, number: u64) -> Value {
    let id = format!("{ACTOR}/statuses/{number}");
    let followers = format!("{ACTOR}/followers");
    let (to, cc) = match post.mark {
        Some('<') => (json!([followers]), json!([])),
        _ => (json!([PUBLIC]), json!([followers])),
    };
    let answered = match post.mark {
        Some('&') => Value::from(format!("{ACTOR}/statuses/11")),
        Some('>') => Value::from("https://other.example/users/bob/statuses/5"),
        _ => Value::Null,
    };
    let at = post.at.to_string();
    json!({
        "id": format!("{id}/activity"), "type": "Create", "actor": ACTOR, "published": at,
        "to": to, "cc": cc,
        "object": {
            "id": id, "type": "Note", "summary": null, "inReplyTo": answered, "published": at,
            "url": format!("https://social.example/@mira/{number}"), "attributedTo": ACTOR,
            "to": to, "cc": cc, "sensitive": false, "content": content(post.text),
            "likes": { "type": "Collection", "totalItems": post.likes },
            "shares": { "type": "Collection", "totalItems": post.reshares },
        },
    })
}

/// The HTML in which Mastodon keeps a text, hashtags being links.
fn content(text: &str) -> String {
    let mut html = String::from("<p>");
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    for (index, word) in escaped.split(' ').enumerate() {
        let space = if index == 0 { "" } else { " " };
        // Writing to a String does not fail.
        let _ = match word.strip_prefix('#') {
            Some(tag) => write!(
                html,
                "{space}<a href=\"https://social.example/tags/{tag}\" class=\"mention hashtag\" \
                 rel=\"tag\">#<span>{tag}</span></a>"
            ),
            None => write!(html, "{space}{word}"),
        };
    }
    html.push_str("</p>");
    html
}

fn tar_gzipped(files: &[(&str, Value)]) -> std::io::Result<Vec<u8>> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (name, document) in files {
        let text = document.to_string();
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, text.as_bytes())?;
    }
    builder.into_inner()?.finish()
}
