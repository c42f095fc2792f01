//! Tumblr's interface, version 2, with a key of the operator: the blog's public posts, newest
//! first. Who followed or liked is not asked for.

use serde::Deserialize;

use super::client::{Answer, Ask};
use super::pages::{Page, Turn, below, read};
use super::{Account, Error, Profile, Session};

/// Posts of one page; the interface gives no more.
const LIMIT: u64 = 20;

/// Where a proof may stand.
pub(super) const PLACES: &[&str] = &["the blog's description", "its title"];

#[derive(Deserialize)]
struct Wrapped<T> {
    response: T,
}

#[derive(Deserialize)]
struct Info {
    blog: Blog,
}

#[derive(Deserialize)]
struct Blog {
    name: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: String,
}

#[derive(Deserialize)]
struct Posts {
    posts: Vec<Post>,
}

#[derive(Deserialize)]
struct Post {
    timestamp: Option<i64>,
}

async fn get(
    session: &mut Session<'_>,
    blog: &str,
    what: &str,
    query: &[(&str, &str)],
) -> Result<Answer, Error> {
    let options = session.options();
    let keyed = [query, &[("api_key", options.keys.tumblr.as_str())]].concat();
    // A name without a dot is one of Tumblr's own.
    let blog = if blog.contains('.') { blog.to_owned() } else { format!("{blog}.tumblr.com") };
    let url = below(&options.interfaces.tumblr, &["v2", "blog", &blog, what], &keyed);
    session.get(&Ask::json(url)).await
}

pub(super) async fn profile(
    session: &mut Session<'_>,
    account: &Account,
) -> Result<Profile, Error> {
    let answer = get(session, &account.name, "info", &[]).await?;
    let Wrapped { response: Info { blog } } = read(&answer)?;
    Ok(Profile {
        key: blog.name,
        says: vec![blog.description, blog.title],
        // Each page of posts tells about the blog as well.
        pages: Vec::new(),
        ..Profile::default()
    })
}

pub(super) async fn turn(
    session: &mut Session<'_>,
    profile: &Profile,
    next: Option<&str>,
) -> Result<Turn, Error> {
    let offset = next.and_then(|next| next.parse::<u64>().ok()).unwrap_or(0);
    let (limit, skip) = (LIMIT.to_string(), offset.to_string());
    let query = [("limit", limit.as_str()), ("offset", &skip), ("reblog_info", "true")];
    let answer = get(session, &profile.key, "posts", &query).await?;
    let Wrapped { response: Posts { posts } } = read(&answer)?;
    if posts.is_empty() {
        // A page without posts tells nothing, not even that it is Tumblr's.
        return Ok(Turn::default());
    }
    Ok(Turn {
        newest: posts.iter().filter_map(|post| post.timestamp).max(),
        next: Some((offset + LIMIT).to_string()),
        pages: vec![Page::json("posts", answer.body)],
        ..Turn::default()
    })
}
