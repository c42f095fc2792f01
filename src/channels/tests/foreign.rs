//! Uploads that are something else than they should be: broken JSON, single files, the exports
//! of other networks.

use zip::CompressionMethod;

use super::build::{filled, read, refusal, tar_gz, with_tweets, zip};
use crate::channels::Error;
use crate::domain::evidence::Channel;

#[test]
fn a_takeout_of_two_networks_says_how_to_bring_one() {
    let post = r#"{"url":"https://plus.google.com/+A/posts/x","creationTime":"2013-03-01 10:00:00+0000",
        "author":{"displayName":"Ada","profilePageUrl":"https://plus.google.com/+A"},"content":"x",
        "postAcl":{"isPublic":true}}"#;
    let videos = "Video ID,Channel ID,Video Title (Original),Privacy,Video Create Timestamp\n\
        vid00000000,UCadaexample00000000000A,A title,Public,2021-01-15T17:00:00+00:00\n";
    let stream = ("Takeout/Google+ Stream/Posts/20130301 - x.json", post.as_bytes());
    let other = ("Takeout/YouTube and YouTube Music/video metadata/videos.csv", videos.as_bytes());
    let error = refusal(&zip(&[stream, other])).to_string();
    assert!(error.contains("Google+") && error.contains("YouTube"), "{error}");
    assert!(error.contains("pack the folder of one of them alone"), "{error}");
    // Whoever does what it says is understood.
    assert_eq!(read(&zip(&[stream])).unwrap().0.channel, Channel::GooglePlus);
    assert_eq!(read(&zip(&[other])).unwrap().0.channel, Channel::YouTube);
}

#[test]
fn json_beyond_the_limits_is_refused() {
    let stored = CompressionMethod::Stored;
    let hundred_megabytes = 100 << 20;
    let string = filled("window.YTD.tweets.part0 = [\"", b'x', hundred_megabytes);
    assert!(refusal(&with_tweets(stored, &string)).to_string().contains("longer than 1 MiB"));
    let number = filled("window.YTD.tweets.part0 = [1", b'1', 5_000);
    assert!(refusal(&with_tweets(stored, &number)).to_string().contains("64 digits"));
    let nested = filled("window.YTD.tweets.part0 = [", b'[', 10_000);
    assert!(refusal(&with_tweets(stored, &nested)).to_string().contains("64 levels"));
    let row = format!("{{\"x\":[{}0]}}", "\"some text\",".repeat(400_000));
    let element = format!("window.YTD.tweets.part0 = [{row}]");
    let error = refusal(&with_tweets(stored, element.as_bytes()));
    assert!(error.to_string().contains("longer than 2 MiB"), "{error}");
}

#[test]
fn json_that_is_none_is_refused_without_repeating_its_text() {
    for (tweets, problem) in [
        (&b"window.YTD.tweets.part0 = [\xff\xfe]"[..], "not encoded as UTF-8"),
        (b"window.YTD.tweets.part0 = [\"caf\xe9\"]", "not encoded as UTF-8"),
        (b"window.YTD.tweets.part0 = [{\"tweet\":{\"entities\":\"SECRET\"}}]", "unexpected"),
        (b"window.YTD.tweets.part0 = [SECRET]", "not valid JSON in line 1"),
        (b"window.YTD.tweets.part0 = [{}] SECRET", "not valid JSON in line 1"),
        (b"window.YTD.tweets.part0 = [{}", "ends in the middle"),
        (b"window.YTD.tweets.part0 = {}", "unexpected"),
        (b"window.YTD.tweets.part0", "ends in the middle"),
    ] {
        let error = refusal(&with_tweets(CompressionMethod::Deflated, tweets)).to_string();
        assert!(error.contains(problem) && !error.contains("SECRET"), "{error}");
    }
    let utf16: Vec<u8> = "window.YTD.tweets".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let error = refusal(&with_tweets(CompressionMethod::Deflated, &utf16));
    assert!(matches!(error, Error::Malformed { .. }), "{error}");
}

#[test]
fn what_is_no_archive_is_told_what_it_is() {
    for (bytes, looks) in [
        (&b""[..], "an empty file"),
        (b"window.YTD.tweets.part0 = []", "a single file out of an X archive"),
        (b"\xef\xbb\xbf  {\"a\":1}", "a single JSON file"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"%PDF-1.7", "a PDF document"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"hello", "not an archive"),
    ] {
        let error = refusal(bytes);
        assert!(matches!(error, Error::NotAnExport { .. }), "{error}");
        assert!(error.to_string().contains(looks), "{error}");
        assert!(error.to_string().contains("bring the whole archive"), "{error}");
    }
    assert!(refusal(&zip(&[])).to_string().contains("without any files"));
}

#[test]
fn the_export_of_another_network_is_named() {
    for (member, looks) in [
        ("Basic_LinkedInDataExport_01-22-2025/Connections.csv", "a LinkedIn export"),
        ("your_facebook_activity/posts/your_posts.json", "a Facebook export"),
        ("data/js/tweets/2013_04.js", "an X archive from before August 2018"),
        ("Your archive.html", "an X archive without its posts"),
        ("start_here.html", "an export made of web pages"),
        ("Takeout/YouTube and YouTube Music/channels/channel.csv", "a YouTube export"),
        ("part1.zip", "an archive of archives"),
        ("song.mp3", "not an export of any network"),
    ] {
        for archive in [zip(&[(member, b"x")]), tar_gz(&[(member, b"x")])] {
            let error = refusal(&archive).to_string();
            assert!(error.contains(looks), "{member}: {error}");
        }
    }
}

#[test]
fn a_file_with_the_right_name_and_other_content_is_not_recognized() {
    let archive = zip(&[("data/tweets.js", b"function(){}"), ("actor.json", b"{\"name\":\"Bo\"}")]);
    assert!(matches!(refusal(&archive), Error::NotAnExport { .. }));
}
