//! Topics as organizations and candidates see them: what makes a claim and what does not, and
//! standing among those who agreed to be counted.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::fmt::Write as _;

use glasklar::domain::time::Day;
use glasklar::pb;
use glasklar::pb::topic_profile::Standing;
use tonic::Code;

use crate::harness::clients::{Candidate, Recruiter, reason};
use crate::harness::server::Server;

const WORDPRESS: &str = "topics/Q13166";
const BANKING: &str = "topics/Q22687";

/// Posts of somebody who writes about WordPress every few days, in the project's own format.
fn posts(today: Day, account: &str, count: i32, likes: i32) -> Vec<u8> {
    let items: Vec<_> = (0..count)
        .map(|n| {
            let day = Day::from_number(today.number() - 3 * n);
            serde_json::json!({
                "id": n.to_string(), "kind": "post", "posted_at": format!("{day}T10:00:00Z"),
                "text": format!("How I built theme number {n} in WordPress"),
                "reactions": {"like": likes}
            })
        })
        .collect();
    let file = serde_json::json!({
        "format": "glasklar-items/1", "network": "forum.example.org",
        "account": {"id": account, "handle": account}, "items": items
    });
    serde_json::to_vec(&file).unwrap()
}

/// A blog about the author's trade; under each post readers talk about their own, which is banking.
fn blog_with_bankers(today: Day) -> Vec<u8> {
    let mut items = String::new();
    for n in 0..12 {
        let day = Day::from_number(today.number() - 5 * n - 1);
        write!(
            items,
            "<item><title>Note {n}</title><link>https://blog.example.org/{n}</link>\
             <content:encoded><![CDATA[A walk in the mountains, part {n}.]]></content:encoded>\
             <wp:post_id>{}</wp:post_id><wp:post_date_gmt>{day} 10:00:00</wp:post_date_gmt>\
             <wp:status>publish</wp:status><wp:post_type>post</wp:post_type>\
             <wp:comment><wp:comment_id>{n}1</wp:comment_id>\
             <wp:comment_author>Reader</wp:comment_author>\
             <wp:comment_date_gmt>{day} 12:00:00</wp:comment_date_gmt>\
             <wp:comment_content><![CDATA[At our credit institution we do retail banking, and core banking \
             changed a lot this year.]]></wp:comment_content>\
             <wp:comment_approved>1</wp:comment_approved><wp:comment_type>comment</wp:comment_type>\
             <wp:comment_user_id>0</wp:comment_user_id></wp:comment></item>",
            n + 10
        )
        .unwrap();
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><title>Walks</title>\
         <link>https://blog.example.org</link><language>en</language>\
         <wp:wxr_version>1.2</wp:wxr_version>\
         <wp:base_site_url>https://blog.example.org</wp:base_site_url>\
         <wp:base_blog_url>https://blog.example.org</wp:base_blog_url>\
         <wp:author><wp:author_id>1</wp:author_id><wp:author_login>mira</wp:author_login>\
         </wp:author>{items}</channel></rss>"
    )
    .into_bytes()
}

/// A consent for topics, with or without single items.
async fn consent(acme: &Recruiter, who: &Candidate, items: bool) -> pb::Consent {
    let mut request = acme.request(&who.name);
    request.fields = vec![pb::Field::Topics.into()];
    if items {
        request.fields.push(pb::Field::Items.into());
    }
    let asked = acme.consents().request_consent(acme.on(request)).await.unwrap();
    let asked = asked.into_inner().consent.unwrap();
    who.grant(&asked).await;
    asked
}

fn explain(acme: &Recruiter, candidate: &str, topic: &str) -> pb::ExplainTopicRequest {
    pb::ExplainTopicRequest {
        candidate: candidate.to_owned(),
        topic: topic.to_owned(),
        purpose: pb::Purpose::Application.into(),
        job_reference: acme.request("x").job_reference,
        ..Default::default()
    }
}

async fn own_topic(who: &Candidate, topic: &str) -> pb::TopicExplanation {
    let request = pb::ExplainOwnTopicRequest { topic: topic.to_owned(), ..Default::default() };
    let answer = who.explanations().explain_own_topic(who.on(request)).await.unwrap();
    answer.into_inner().explanation.unwrap()
}

async fn own_topics(who: &Candidate) -> Vec<pb::TopicProfile> {
    let request = who.on(pb::ListOwnTopicsRequest::default());
    who.api().list_own_topics(request).await.unwrap().into_inner().topics
}

#[tokio::test]
async fn what_she_wrote_and_others_received_well_is_a_claim_with_its_causes() {
    let server = Server::start().await;
    let (mira, acme) = (server.candidate("mira").await, server.recruiter("acme").await);
    mira.upload(posts(server.world.clock.now().day(), "mira", 6, 2)).await.unwrap();
    let asked = consent(&acme, &mira, true).await;
    let profile = acme.look_up(&asked.candidate).await.unwrap();
    assert!(profile.score.is_none(), "the consent covers topics only");
    let [claim] = profile.topics.as_slice() else { panic!("{:?}", profile.topics) };
    assert_eq!(claim.topic.as_ref().unwrap().name, WORDPRESS);
    assert_eq!((claim.standing(), claim.received_items), (Standing::Claim, 6));
    assert_eq!(claim.rank, None, "nobody is counted yet");
    let request = explain(&acme, &asked.candidate, WORDPRESS);
    let answer = acme.explanations().explain_topic(acme.on(request)).await.unwrap();
    let explanation = answer.into_inner().explanation.unwrap();
    assert_eq!(explanation.items.len(), 6);
    for item in &explanation.items {
        assert!(item.received && item.excerpt.contains("WordPress"), "{item:?}");
        assert_eq!(
            (item.causes[0].kind.as_str(), item.causes[0].text.as_str()),
            ("word", "WordPress")
        );
    }
    let looks = mira.accesses().await;
    assert_eq!(looks.len(), 2, "the look and the explanation");
    server.finish().await;
}

/// Promise P9, and the story of the banker: an audience that talks of banking makes nobody an
/// expert in it, and the explanation says what was seen instead.
#[tokio::test]
async fn an_audience_that_talks_of_banking_makes_no_claim_of_expertise() {
    let server = Server::start().await;
    let (mira, acme) = (server.candidate("mira").await, server.recruiter("acme").await);
    mira.upload(blog_with_bankers(server.world.clock.now().day())).await.unwrap();
    let own = own_topic(&mira, BANKING).await;
    let topic = own.topic.unwrap();
    assert_eq!(topic.standing(), Standing::AudienceInterest, "{topic:?}");
    assert_eq!((topic.authored_items, topic.received_items, topic.heard_items), (0, 0, 12));
    assert_eq!(own.items.len(), 12);
    for item in &own.items {
        assert!(item.causes.is_empty(), "nothing she wrote is about it");
        assert!(item.heard.iter().any(|cause| cause.text.contains("banking")), "{item:?}");
        assert!(!item.excerpt.contains("bank"), "other people's words are not kept");
    }
    let asked = consent(&acme, &mira, true).await;
    let profile = acme.look_up(&asked.candidate).await.unwrap();
    assert_eq!(profile.topics, [], "an organization is shown no interest of an audience");
    let request = explain(&acme, &asked.candidate, BANKING);
    let refused = acme.explanations().explain_topic(acme.on(request)).await.unwrap_err();
    assert_eq!(
        (refused.code(), reason(&refused).as_str()),
        (Code::PermissionDenied, "CONSENT_NOT_AVAILABLE")
    );
    server.finish().await;
}

#[tokio::test]
async fn too_few_unreceived_or_one_day_s_items_make_no_claim() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    for (name, count, likes, expected) in [
        ("four", 4, 3, Standing::Emerging),
        ("two", 2, 9, Standing::Nothing),
        ("unnoticed", 40, 0, Standing::Nothing),
    ] {
        let who = server.candidate(name).await;
        who.upload(posts(today, name, count, likes)).await.unwrap();
        let topics = own_topics(&who).await;
        assert_eq!(topics[0].standing(), expected, "{name}");
    }
    let who = server.candidate("busy").await;
    let text = String::from_utf8(posts(today, "busy", 8, 5)).unwrap();
    let day = format!("{today}T");
    let mut one_day = serde_json::from_str::<serde_json::Value>(&text).unwrap();
    for item in one_day["items"].as_array_mut().unwrap() {
        item["posted_at"] = format!("{day}08:00:00Z").into();
    }
    who.upload(serde_json::to_vec(&one_day).unwrap()).await.unwrap();
    assert_eq!(own_topics(&who).await[0].standing(), Standing::Emerging, "one day is an event");
    server.finish().await;
}

#[tokio::test]
async fn a_consent_without_topics_or_items_shows_none() {
    let server = Server::start().await;
    let (mira, acme) = (server.candidate("mira").await, server.recruiter("acme").await);
    mira.upload(posts(server.world.clock.now().day(), "mira", 12, 2)).await.unwrap();
    let asked = acme.ask("mira").await;
    mira.grant(&asked).await;
    assert_eq!(acme.look_up(&asked.candidate).await.unwrap().topics, []);
    let request = explain(&acme, &asked.candidate, WORDPRESS);
    let refused = acme.explanations().explain_topic(acme.on(request)).await.unwrap_err();
    assert_eq!(reason(&refused), "CONSENT_NOT_AVAILABLE");
    let nora = server.candidate("nora").await;
    nora.upload(posts(server.world.clock.now().day(), "nora", 12, 2)).await.unwrap();
    let asked = consent(&acme, &nora, false).await;
    let request = explain(&acme, &asked.candidate, WORDPRESS);
    let answer = acme.explanations().explain_topic(acme.on(request)).await.unwrap().into_inner();
    let explanation = answer.explanation.unwrap();
    assert!(explanation.items.is_empty() && explanation.topic.unwrap().received_items == 12);
    server.finish().await;
}

/// Everything that is counted, as text.
async fn counted(server: &Server) -> Vec<String> {
    let sql = "SELECT topic || '/' || last_day || '/' || bucket || '/' || candidates \
               FROM population ORDER BY topic, last_day, bucket";
    server.world.database.texts(sql).await
}

#[tokio::test]
async fn a_rank_is_told_among_a_hundred_and_leaving_leaves_no_trace() {
    let server = Server::start().await;
    let today = server.world.clock.now().day();
    let mut counting = Vec::new();
    for n in 0..100 {
        let who = server.candidate(&format!("p{n}")).await;
        who.upload(posts(today, &who.name, 5, 1 + n)).await.unwrap();
        counting.push(who);
    }
    let rank = async |who: &Candidate| own_topic(who, WORDPRESS).await.topic.unwrap().rank;
    assert_eq!(rank(&counting[99]).await, None, "nobody agreed to be counted");
    for who in &counting[..99] {
        who.api().join_population(who.on(pb::JoinPopulationRequest {})).await.unwrap();
    }
    assert_eq!(rank(&counting[98]).await, None, "99 are too few");
    let before = counted(&server).await;
    let last = &counting[99];
    for _ in 0..2 {
        last.api().join_population(last.on(pb::JoinPopulationRequest {})).await.unwrap();
    }
    let top = rank(last).await.unwrap();
    assert_eq!((top.candidates, top.best_rank, top.worst_rank, top.top_permille), (100, 1, 1, 10));
    let middle = rank(&counting[49]).await.unwrap();
    assert!(middle.worst_rank >= 51 && middle.worst_rank <= 52, "{middle:?}");
    // New evidence replaces what was counted.
    last.upload(posts(today, &last.name, 5, 1_000)).await.unwrap();
    assert_eq!(rank(last).await.unwrap().candidates, 100);
    last.api().leave_population(last.on(pb::LeavePopulationRequest {})).await.unwrap();
    assert_eq!(counted(&server).await, before, "as if she had never been counted");
    assert_eq!(rank(&counting[98]).await, None);
    let account = last.api().get_candidate(last.on(pb::GetCandidateRequest {})).await.unwrap();
    assert_eq!(account.into_inner().candidate.unwrap().population_join_time, None);
    server.finish().await;
}
