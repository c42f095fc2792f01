//! Hashtags within plain text, for networks that do not list them. Nothing of one channel here.

/// Most hashtags of one text that are looked at.
const MOST: usize = 64;

/// The hashtags in a text, without `#`, each once and as it is first written.
pub(super) fn of(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    // What follows `#` in an address is a place on the page.
    for word in text.split_whitespace().filter(|word| !word.contains("://")) {
        for (at, _) in word.match_indices('#') {
            let before = word.get(..at).and_then(|before| before.chars().next_back());
            if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '&' | '/' | '_')) {
                continue;
            }
            let after = word.get(at + 1..).unwrap_or_default();
            let end = after.find(|c: char| !is_part(c)).unwrap_or(after.len());
            let tag = after.get(..end).unwrap_or_default();
            let is_known = |known: &String| known.to_lowercase() == tag.to_lowercase();
            if tag.chars().any(char::is_alphabetic) && !found.iter().any(is_known) {
                found.push(tag.to_owned());
            }
        }
        if found.len() >= MOST {
            break;
        }
    }
    found
}

/// Marks belong to letters of Indic scripts.
fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || ('\u{900}'..='\u{dff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashtags_are_found_and_what_only_looks_like_them_is_not() {
        let text = "serde's #[serde(other)] in C# (a#b, #_) #rustlang, #Rust_2024! #Größe\n\
                    #RustLang a#b https://x.example/#part &#39; #हिन्दी##twice";
        assert_eq!(of(text), ["rustlang", "Rust_2024", "Größe", "हिन्दी", "twice"]);
    }
}
