//! Posts as plain text: out of HTML, and out of text whose `<`, `>` and `&` are escaped.
//! Nothing here decides what is kept.

use html2text::config;
use html2text::render::TrivialDecorator;

/// Most bytes of HTML that are parsed: an excerpt of 200 characters never needs more.
const MARKUP: usize = 16 << 10;
/// Most tags that are parsed. Open formatting elements are built anew in every paragraph
/// (HTML standard, 13.2.4.3), so a post of n tags can make a tree of n²/4 nodes.
const TAGS: usize = 512;
/// Wide enough that no text within an excerpt is ever wrapped.
const WIDTH: usize = 4_000;
/// Most characters between `&` and `;`.
const ENTITY: usize = 10;

/// The text of a post that is HTML: paragraphs on lines of their own, links by their text
/// only, so that a hashtag's link stays `#rustlang`.
pub(crate) fn text(html: &str) -> String {
    let mut end = html.floor_char_boundary(MARKUP);
    if let Some((tag, _)) = html.match_indices('<').nth(TAGS) {
        end = end.min(tag);
    }
    let html = html.get(..end).unwrap_or_default();
    config::with_decorator(TrivialDecorator::new())
        .raw_mode(true)
        .no_link_wrapping()
        .allow_width_overflow()
        .unicode_strikeout(false)
        .string_from_read(html.as_bytes(), WIDTH)
        .map(|text| text.trim().to_owned())
        .unwrap_or_default()
}

/// The text of a title of which nobody says whether it is HTML: markup goes, and whatever else
/// has an angle bracket in it stays as it is.
pub(super) fn title(title: &str) -> String {
    if title.contains("</") || title.contains("/>") || title.contains("<br>") {
        return text(title);
    }
    let plain = text(&title.replace('<', "&lt;").replace('\n', " "));
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text with its character references replaced, once: `&amp;lt;` becomes `&lt;`. What is no
/// reference stays as it is.
pub(crate) fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let reference = after
            .split_once(';')
            .filter(|(name, _)| name.len() <= ENTITY)
            .and_then(|(name, after)| Some((character(name)?, after)));
        if let Some((character, after)) = reference {
            plain.push(character);
            rest = after;
        } else {
            plain.push('&');
            rest = after;
        }
    }
    plain.push_str(rest);
    plain
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|&c| c != '\0')
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_hashtag_link_stays_a_hashtag_and_links_leave_no_footnotes() {
        let html = "<p>Rc&lt;RefCell&lt;T&gt;&gt; <a href=\"https://a.example/tags/rustlang\" \
                    class=\"mention hashtag\" rel=\"tag\">#<span>rustlang</span></a> \
                    <a href=\"https://b.example/x\"><span class=\"invisible\">https://</span>\
                    <span class=\"ellipsis\">b.example/x</span></a></p>";
        assert_eq!(text(html), "Rc<RefCell<T>> #rustlang https://b.example/x");
    }

    #[test]
    fn long_text_is_not_wrapped_and_paragraphs_stay_apart() {
        let long = "word ".repeat(60);
        let html = format!("<p>{long}</p><p>second<br>third</p>");
        assert_eq!(text(&html), format!("{}\n\nsecond\nthird", long.trim()));
    }

    #[test]
    fn emphasis_leaves_no_marks() {
        assert_eq!(
            text("<p><b>bold</b> <em>soft</em> <code>x</code> <del>gone</del></p>"),
            "bold soft x gone"
        );
    }

    #[test]
    fn a_post_made_of_formatting_tags_is_cut_before_it_explodes() {
        let fonts: Vec<_> = (0..700).map(|n| format!("<font a{n}>")).collect();
        let html = format!("text{}{}", fonts.concat(), "<p>x".repeat(2_000));
        // The tree would have 700 nodes in each of 2,000 paragraphs.
        assert_eq!(text(&html), "text");
        let links = "<a href='/t'>#t</a> ".repeat(100);
        assert_eq!(text(&links), "#t ".repeat(100).trim());
    }

    #[test]
    fn a_title_is_text_unless_it_is_marked_up() {
        assert_eq!(
            title("Ada&#8217;s Vec<T> &ndash; fast & loose"),
            "Ada\u{2019}s Vec<T> \u{2013} fast & loose"
        );
        assert_eq!(title("With <em>emphasis</em>"), "With emphasis");
    }

    #[test]
    fn references_are_replaced_once_and_strays_stay() {
        assert_eq!(unescape("Rc&lt;T&gt; &amp;amp; &quot;&#39;&#x27;&quot;"), "Rc<T> &amp; \"''\"");
        assert_eq!(unescape("a & b; &unknown; &#xD800; &; &"), "a & b; &unknown; &#xD800; &; &");
    }

    /// Tags, broken tags, references and anything else.
    const MARKUP_LIKE: &str = "(<[a-z/!]{0,8}[ a-z=\"'0-9]{0,9}>?|[^<]|&[a-z#0-9]{0,5};?){0,80}";

    proptest! {
        #[test]
        fn any_markup_gives_some_text(html in MARKUP_LIKE) {
            text(&html);
            unescape(&html);
        }
    }
}
