//! What the title of an entry says about where it was written. Titles are prose in the language
//! of the account, and nothing but them tells a post on somebody else's page from an own one:
//! newer exports keep these in a file of their own, which is never opened. A language that is
//! missing here lets such a post pass for an own one.

/// How titles call somebody else's timeline. Behind `…`, the title ends.
const ELSEWHERE: [&str; 34] = [
    "'s timeline…",
    "’s timeline…",
    "s' timeline…",
    "'s wall…",
    "’s wall…",
    "s chronik geschrieben",
    "s chronik gepostet",
    "s chronik geteilt",
    "in der chronik von ",
    "in die chronik von ",
    "s pinnwand…",
    "s pinnwand geschrieben",
    "an die pinnwand von ",
    "sur le journal de ",
    "dans le journal de ",
    "sur le mur de ",
    "en la biografía de ",
    "en el muro de ",
    "na linha do tempo de ",
    "na linha do tempo do ",
    "na cronologia de ",
    "no mural de ",
    "sul diario di ",
    "sulla bacheca di ",
    "s tijdlijn…",
    "op de tijdlijn van ",
    "s tidslinje…",
    "på tidslinjen til ",
    "na osi czasu użytkownika ",
    "na osi czasu ",
    "в хронике пользователя ",
    "zaman tünelinde",
    "zaman tüneline",
    "idővonalára",
];

/// What stands before these words where the timeline is the author's own.
const OWN: [&str; 12] = [
    "ihrer chronik",
    "seiner chronik",
    "deiner chronik",
    "her timeline",
    "his timeline",
    "their timeline",
    "your timeline",
    "kendi zaman",
    "saját idővonal",
    "sa propre",
    "su propia",
    "sua própria",
];

/// Whether a post with this title by the bearer of this name was written on somebody else's
/// page.
pub(super) fn is_elsewhere(title: &str, name: Option<&str>) -> bool {
    let mut title = title.to_lowercase();
    if let Some(name) = name.map(str::to_lowercase) {
        // `Ada's timeline` is Ada's own.
        for own in ["'s", "’s", "s", ""] {
            title = title.replace(&format!("{name}{own} "), "§ ");
        }
    }
    let title = title.trim_end_matches(['.', ' ']);
    let marked = ELSEWHERE.iter().any(|mark| match mark.strip_suffix('…') {
        Some(end) => title.ends_with(end),
        None => title.contains(mark),
    });
    marked && !OWN.iter().any(|own| title.contains(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_on_pages_of_others_are_told_in_many_languages() {
        for title in [
            "Ada Beispiel wrote on Grace Example's timeline.",
            "Ada Beispiel shared a link to Grace Example’s timeline.",
            "Ada Beispiel wrote on James' timeline.",
            "Ada Beispiel hat etwas in Graces Chronik gepostet.",
            "Ada Beispiel hat in der Chronik von Grace Example gepostet.",
            "Ada Beispiel a écrit sur le journal de Grace Example.",
            "Ada Beispiel escribió en la biografía de Grace Example.",
            "Ada Beispiel escreveu na linha do tempo de Grace Example.",
            "Ada Beispiel ha scritto sul diario di Grace Example.",
            "Ada Beispiel heeft iets geplaatst op Grace Examples tijdlijn.",
            "Ada Beispiel skrev på Grace Examples tidslinje.",
        ] {
            assert!(is_elsewhere(title, Some("Ada Beispiel")), "{title}");
            assert!(is_elsewhere(title, None), "{title}");
        }
    }

    #[test]
    fn own_posts_stay_own() {
        for title in [
            "Ada Beispiel updated her status.",
            "Ada Beispiel shared a link to her timeline.",
            "Ada Beispiel added a photo to Ada Beispiel's timeline.",
            "Ada Beispiel hat in Ada Beispiels Chronik gepostet.",
            "Ada Beispiel hat einen Link in ihrer Chronik geteilt.",
            "Ada Beispiel was with Grace Example.",
            "Ada Beispiel hat ihren Status aktualisiert.",
            "Ada Beispiel shared a post.",
            "Ada Beispiel likes Timeline of Bicycles's page.",
            "Ada Beispiel shared a link: A timeline.",
        ] {
            assert!(!is_elsewhere(title, Some("Ada Beispiel")), "{title}");
        }
    }
}
