//! `WordPress`'s REST interface, which every site offers to everybody unless it was switched off:
//! posts, and of their comments only numbers and dates. What visitors wrote, and who they are, is
//! not asked for.

use reqwest::Url;
use serde::Deserialize;

use super::blog;
use super::client::{Answer, Ask};
use super::pages::{Page, Turn, below, read};
use super::{Account, Error, Profile, Session};
use crate::domain::time::Timestamp;

/// Posts of one page: with their texts a hundred would be too large for some blogs.
const POSTS: &str = "50";

/// Most pages of comments on the posts of one page.
const COMMENTS: u32 = 20;

/// Most bytes of one page of comments, of which nothing is wanted but numbers and dates: so many
/// pages are held at once.
const COMMENTS_BYTES: usize = 1 << 20;

/// What is asked of a post.
const POST_FIELDS: &str = "id,date_gmt,status,type,link,title,content,excerpt,author,categories,\
                           tags,sticky,format,slug,guid";

/// What is asked of a comment.
const COMMENT_FIELDS: &str = "id,post,parent,author,date_gmt,status,type";

/// What is asked of an author.
const USER_FIELDS: &str = "id,name,slug,description,link,url,avatar_urls";

/// Where a proof may stand.
pub(super) const PLACES: &[&str] = &[
    "the author's biographical info, if the author's page was given",
    "<meta name=\"glasklar-verify\"> in the front page's head, with the code as its content",
];

/// Whose posts a whole site's are, when they are several people's: nobody's alone.
const SEVERAL: &str = "has several authors; give the address of your author's page there";

#[derive(Deserialize)]
struct User {
    id: u64,
    slug: String,
    #[serde(default)]
    description: String,
}

#[derive(Deserialize)]
struct Post {
    id: u64,
    /// The author's number; some sites do not tell it.
    #[serde(default)]
    author: u64,
}

/// The interface's address and, where posts of one author are wanted, her number: in the key,
/// one behind the other.
fn parts(profile: &Profile) -> Result<(Url, Option<&str>), Error> {
    let (base, author) = profile.key.split_once(' ').unwrap_or((&profile.key, ""));
    Ok((base.parse().map_err(Error::internal)?, Some(author).filter(|author| !author.is_empty())))
}

/// Sites without pretty addresses take the path as a value.
fn at(base: &Url, path: &[&str], query: &[(&str, &str)]) -> Url {
    let route = base.query_pairs().find(|(name, _)| name == "rest_route");
    let Some((_, route)) = route else { return below(base, path, query) };
    let mut url = base.clone();
    let route = format!("{}/{}", route.trim_end_matches('/'), path.join("/"));
    url.query_pairs_mut().clear().append_pair("rest_route", &route).extend_pairs(query);
    url
}

pub(super) async fn profile(
    session: &mut Session<'_>,
    account: &Account,
) -> Result<Profile, Error> {
    let (page, markup) = blog::front(session, account).await?;
    let announced = markup.links.iter().find(|link| link.is("https://api.w.org/"));
    let base = announced.map_or_else(|| below(&page, &["wp-json"], &[]), |link| link.to.clone());
    if !blog::is_below(&base, &page) {
        let problem = "keeps its interface elsewhere; give the address of the whole blog";
        return Err(Error::unexpected(&page, problem));
    }
    let site = [("_fields", "name,description,url,home,gmt_offset,timezone_string,namespaces")];
    let answer = session.get(&Ask::json(at(&base, &[], &site))).await?;
    let mut pages = vec![Page::json("site", answer.body)];
    let (mut says, links) = (markup.codes, markup.links);
    let Some((user, body)) = author(session, &base, account).await? else {
        let key = match sole_author(session, &base).await? {
            Some(author) => format!("{base} {author}"),
            None => base.into(),
        };
        return Ok(Profile { key, pages, says, links });
    };
    pages.push(Page::json("users", body));
    let key = format!("{base} {}", user.id);
    if !account.name.is_empty() {
        // Whoever owns the front page need not be this author.
        return Ok(Profile { key, says: vec![user.description], pages, ..Profile::default() });
    }
    says.push(user.description);
    Ok(Profile { key, pages, says, links })
}

/// The author whose page was named; without one, the only author there is. None where a site does
/// not tell its authors.
async fn author(
    session: &mut Session<'_>,
    base: &Url,
    account: &Account,
) -> Result<Option<(User, Vec<u8>)>, Error> {
    let fields = ("_fields", USER_FIELDS);
    let whole = account.name.is_empty();
    let wanted = if whole { ("per_page", "2") } else { ("slug", account.name.as_str()) };
    let url = at(base, &["wp", "v2", "users"], &[wanted, fields]);
    let answer = match session.get(&Ask::json(url)).await {
        Err(Error::Refused { .. } | Error::NotFound { .. }) if whole => return Ok(None),
        answered => answered?,
    };
    let mut users: Vec<User> = read(&answer)?;
    match (users.pop(), users.is_empty()) {
        (Some(_), false) => Err(Error::unexpected(&answer.url, SEVERAL)),
        (Some(user), true) if whole || user.slug == account.name => Ok(Some((user, answer.body))),
        _ if whole => Ok(None),
        _ => Err(Error::NotFound { host: super::error::host(&answer.url) }),
    }
}

/// The number of the only author of a whole site that hides its users. None where posts do not
/// tell who wrote them either, or there are none.
async fn sole_author(session: &mut Session<'_>, base: &Url) -> Result<Option<u64>, Error> {
    let one = [("per_page", "1"), ("_fields", "id,author")];
    let answer = session.get(&Ask::json(at(base, &["wp", "v2", "posts"], &one))).await?;
    let author = read::<Vec<Post>>(&answer)?.first().map_or(0, |post| post.author);
    if author == 0 {
        return Ok(None);
    }
    let number = author.to_string();
    let others = [&one[..], &[("author_exclude", &number)]].concat();
    let answer = session.get(&Ask::json(at(base, &["wp", "v2", "posts"], &others))).await?;
    if read::<Vec<Post>>(&answer)?.iter().any(|post| post.author != author) {
        return Err(Error::unexpected(&answer.url, SEVERAL));
    }
    Ok(Some(author))
}

pub(super) async fn turn(
    session: &mut Session<'_>,
    profile: &Profile,
    next: Option<&str>,
    horizon: Option<i64>,
) -> Result<Turn, Error> {
    let (base, author) = parts(profile)?;
    let number = next.unwrap_or("1");
    let after = horizon.map(|horizon| Timestamp::from_seconds(horizon).to_string());
    let mut query = vec![
        ("per_page", POSTS),
        ("page", number),
        ("orderby", "date"),
        ("order", "desc"),
        ("_fields", POST_FIELDS),
    ];
    query.extend(after.as_deref().map(|after| ("after", after)));
    query.extend(author.map(|author| ("author", author)));
    let answer = session.get(&Ask::json(at(&base, &["wp", "v2", "posts"], &query))).await?;
    let posts: Vec<Post> = read(&answer)?;
    if posts.is_empty() {
        // Without a post the pages would be about the site as a whole, and not about its author.
        return Ok(Turn::default());
    }
    let page: u32 = number.parse().unwrap_or(1);
    let next = (page < total_pages(&answer)).then(|| (page + 1).to_string());
    let mut pages = vec![Page::json("posts", answer.body)];
    let ids: Vec<String> = posts.iter().map(|post| post.id.to_string()).collect();
    comments(session, &base, &ids.join(","), &mut pages).await?;
    Ok(Turn { pages, next, ..Turn::default() })
}

/// All comments on the posts of one page, so that they are counted together.
async fn comments(
    session: &mut Session<'_>,
    base: &Url,
    posts: &str,
    pages: &mut Vec<Page>,
) -> Result<(), Error> {
    for page in 1..=COMMENTS {
        let number = page.to_string();
        let query =
            [("post", posts), ("per_page", "100"), ("page", &number), ("_fields", COMMENT_FIELDS)];
        let url = at(base, &["wp", "v2", "comments"], &query);
        let answer = match session.get(&Ask::json(url)).await {
            // Some sites keep their comments to themselves: then they are unknown, not none.
            Err(Error::Refused { .. } | Error::NotFound { .. }) => return Ok(()),
            answered => answered?,
        };
        if answer.body.len() > COMMENTS_BYTES {
            return Err(Error::unexpected(&answer.url, "sends more at once than is accepted"));
        }
        let last = page >= total_pages(&answer);
        pages.push(Page::json("comments", answer.body));
        if last {
            break;
        }
    }
    Ok(())
}

fn total_pages(answer: &Answer) -> u32 {
    let total = answer.headers.get("x-wp-totalpages").and_then(|total| total.to_str().ok());
    total.and_then(|total| total.trim().parse().ok()).unwrap_or(1)
}
