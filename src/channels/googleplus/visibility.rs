//! What a web page of Takeout says about who may see a post: `Shared with: Public`, in the
//! language of the account. No markup here.

/// Everybody, as Google wrote it. A word that is missing here hides posts, and never shows one
/// that was not public.
const PUBLIC: [&str; 52] = [
    "public",
    "publicly",
    "öffentlich",
    "público",
    "publico",
    "pública",
    "públicamente",
    "pubblico",
    "pubblica",
    "openbaar",
    "publiczne",
    "publicznie",
    "publiczny",
    "publiczna",
    "offentligt",
    "offentlig",
    "julkinen",
    "julkisesti",
    "veřejné",
    "veřejně",
    "verejné",
    "verejne",
    "nyilvános",
    "públic",
    "δημόσιο",
    "δημόσια",
    "общедоступно",
    "для всех",
    "открытый доступ",
    "доступно всем",
    "загальнодоступно",
    "для всіх",
    "обществено",
    "публично",
    "javno",
    "јавно",
    "vieša",
    "viešai",
    "publiski",
    "avalik",
    "herkese açık",
    "genel",
    "umum",
    "publik",
    "công khai",
    "สาธารณะ",
    "公開",
    "一般公開",
    "公开",
    "전체 공개",
    "전체공개",
    "공개",
];
/// The same where it is written from right to left, or in the scripts of India.
const PUBLIC_TOO: [&str; 8] =
    ["عام", "للعامة", "عمومی", "ציבורי", "גלוי לכולם", "सार्वजनिक", "பொது", "সর্বজনীন"];

/// Whether the words outside of links, which name circles and people, say that everybody may
/// see the post.
pub(super) fn is_public(words: &str) -> bool {
    let words = words.replace(" - ", ",").to_lowercase();
    let parts = words.split([':', '：', ',', '、', '，', '،', ';', '(', ')', '–', '—', '·', '.']);
    let mut parts = parts.map(str::trim);
    parts.any(|part| PUBLIC.contains(&part) || PUBLIC_TOO.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn everybody_is_understood_in_many_languages_and_nobody_else_is() {
        for public in [
            "Shared with: Public",
            "Shared with: Public, ",
            "Shared to the community  - Public",
            "Geteilt mit: Öffentlich",
            "Partagé avec : Public",
            "Compartido con: Público",
            "共有先: 一般公開",
            "分享对象：公开",
            "Доступно: Для всех",
        ] {
            assert!(is_public(public), "{public}");
        }
        for private in [
            "Shared with: Your circles",
            "Shared with: Extended circles",
            "Geteilt mit: Meine Kreise",
            "Shared privately with: ",
            "Shared with: Public Relations",
            "",
        ] {
            assert!(!is_public(private), "{private}");
        }
    }
}
