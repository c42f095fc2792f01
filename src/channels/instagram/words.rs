//! The names that Instagram gives its values, in the languages of its users. Where a language is
//! missing, the values themselves tell what they are, or nothing is taken.

use super::rows::{CommentRow, Person};

/// Longest user name.
const USER_NAME: usize = 30;

const USER_NAMES: [&str; 31] = [
    "username",
    "benutzername",
    "nutzername",
    "nom d’utilisateur",
    "nom d'utilisateur",
    "nombre de usuario",
    "usuario",
    "nome de usuário",
    "nome de utilizador",
    "nome utente",
    "gebruikersnaam",
    "användarnamn",
    "brugernavn",
    "brukernavn",
    "käyttäjänimi",
    "käyttäjätunnus",
    "nazwa użytkownika",
    "uživatelské jméno",
    "používateľské meno",
    "felhasználónév",
    "nume de utilizator",
    "όνομα χρήστη",
    "kullanıcı adı",
    "имя пользователя",
    "ім’я користувача",
    "ユーザーネーム",
    "사용자 이름",
    "用户名",
    "用戶名稱",
    "اسم المستخدم",
    "שם משתמש",
];

const NAMES: [&str; 21] = [
    "name",
    "nom",
    "nombre",
    "nome",
    "naam",
    "namn",
    "navn",
    "nimi",
    "imię i nazwisko",
    "imię",
    "jméno",
    "meno",
    "név",
    "nume",
    "όνομα",
    "ad",
    "имя",
    "名前",
    "이름",
    "姓名",
    "الاسم",
];

const PRIVATE: [&str; 19] = [
    "private account",
    "privates konto",
    "compte privé",
    "cuenta privada",
    "conta privada",
    "account privato",
    "privéaccount",
    "privé-account",
    "privat konto",
    "yksityinen tili",
    "konto prywatne",
    "soukromý účet",
    "privát fiók",
    "cont privat",
    "ιδιωτικός λογαριασμός",
    "gizli hesap",
    "закрытый аккаунт",
    "非公開アカウント",
    "비공개 계정",
];

const YES: [&str; 18] = [
    "true",
    "yes",
    "wahr",
    "ja",
    "vrai",
    "oui",
    "verdadero",
    "sí",
    "verdadeiro",
    "sim",
    "vero",
    "waar",
    "sant",
    "prawda",
    "tak",
    "doğru",
    "evet",
    "да",
];

const COMMENTS: [&str; 23] = [
    "comment",
    "kommentar",
    "commentaire",
    "comentario",
    "comentário",
    "commento",
    "opmerking",
    "reactie",
    "kommentti",
    "komentarz",
    "komentář",
    "komentár",
    "hozzászólás",
    "comentariu",
    "σχόλιο",
    "yorum",
    "комментарий",
    "коментар",
    "コメント",
    "댓글",
    "评论",
    "留言",
    "تعليق",
];

/// A comment, told apart from the name of whose post it is about.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said<'r> {
    /// What the candidate wrote.
    pub(super) text: Option<&'r str>,
    /// Whose post it is about.
    pub(super) owner: Option<&'r str>,
}

/// What Instagram allows as a user name.
pub(super) fn is_user_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
    (1..=USER_NAME).contains(&text.len()) && text.chars().all(plain)
}

/// The person behind named values; the names are in lower case. In a language without a row
/// here, the first value that could be a user name is it: Instagram writes it before all others
/// that could.
pub(super) fn person(named: &[(String, &str)]) -> Person {
    let value = |names: &[&str]| {
        let found = named.iter().find(|(name, _)| names.contains(&name.as_str()));
        found.map(|(_, value)| *value)
    };
    let could_be = |text: &&str| is_user_name(text) && text.contains(|c: char| c.is_alphabetic());
    let user_name = value(&USER_NAMES).or_else(|| {
        let mut values = named.iter().map(|(_, value)| *value);
        values.find(could_be)
    });
    Person {
        user_name: user_name.map(str::to_owned),
        name: value(&NAMES).map(str::to_owned),
        is_private: value(&PRIVATE).is_some_and(|v| YES.contains(&v.to_lowercase().as_str())),
    }
}

/// The comment of a row. Where the names do not tell which value is the comment and which is the
/// name of another person, and the values do not either, the row has no comment.
pub(super) fn comment(row: &CommentRow) -> Said<'_> {
    if let Some(cell) = row.string_list_data.first() {
        return Said { text: cell.value.get(), owner: row.title.get() };
    }
    let cells = row.string_map_data.iter();
    let values: Vec<(String, &str)> = cells
        .filter_map(|(name, cell)| {
            let name = super::super::mojibake::mend(name.to_owned());
            Some((name.trim().to_lowercase(), cell.first()?.value.get()?))
        })
        .collect();
    let named = |(name, _): &(String, &str)| COMMENTS.contains(&name.as_str());
    let text = values.iter().position(named).or_else(|| match values.as_slice() {
        [(_, first), (_, second)] => match (is_user_name(first), is_user_name(second)) {
            (false, true) => Some(0),
            (true, false) => Some(1),
            _ => None,
        },
        _ => None,
    });
    let Some(text) = text else {
        return Said::default();
    };
    let mut others = values.iter().enumerate().filter(|(index, _)| *index != text);
    let owner = others.find(|(_, (_, value))| is_user_name(value)).map(|(_, (_, value))| *value);
    Said { text: values.get(text).map(|(_, value)| *value), owner }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(json: &str) -> (Option<String>, Option<String>) {
        let row: CommentRow = serde_json::from_str(json).unwrap();
        let said = comment(&row);
        (said.text.map(str::to_owned), said.owner.map(str::to_owned))
    }

    fn both(text: &str, owner: &str) -> (Option<String>, Option<String>) {
        (Some(text.to_owned()), Some(owner.to_owned()))
    }

    #[test]
    fn a_comment_is_told_from_the_name_beside_it_in_any_language() {
        let english = r#"{"string_map_data":{"Comment":{"value":"wow"},
            "Media Owner":{"value":"grace"},"Time":{"timestamp":1}}}"#;
        assert_eq!(said(english), both("wow", "grace"));
        let portuguese = r#"{"string_map_data":{"Propriet\u00c3\u00a1rio":{"value":"grace"},
            "Coment\u00c3\u00a1rio":{"value":"uau"}}}"#;
        assert_eq!(said(portuguese), both("uau", "grace"));
        let unknown = r#"{"string_map_data":{"A":{"value":"grace"},"B":{"value":"two words"}}}"#;
        assert_eq!(said(unknown), both("two words", "grace"));
        let old = r#"{"title":"grace","string_list_data":[{"value":"Sch\u00c3\u00b6n!"}]}"#;
        assert_eq!(said(old), both("Schön!", "grace"));
    }

    #[test]
    fn a_name_that_might_be_somebodys_is_no_comment() {
        for doubtful in [
            r#"{"string_map_data":{"A":{"value":"grace"},"B":{"value":"wow"}}}"#,
            r#"{"string_map_data":{"Media Owner":{"value":"grace"},"Time":{"timestamp":1}}}"#,
            r#"{"string_map_data":[]}"#,
            "{}",
        ] {
            assert_eq!(said(doubtful).0, None, "{doubtful}");
        }
    }

    #[test]
    fn a_person_is_found_in_a_known_and_in_an_unknown_language() {
        let of = |named: &[(&str, &'static str)]| {
            let named: Vec<_> = named.iter().map(|(n, v)| ((*n).to_owned(), *v)).collect();
            person(&named)
        };
        let german = of(&[
            ("e-mail", "a@b.example"),
            ("benutzername", "ada.example"),
            ("name", "Ada"),
            ("privates konto", "True"),
        ]);
        assert_eq!(german.user_name.as_deref(), Some("ada.example"));
        assert_eq!((german.name.as_deref(), german.is_private), (Some("Ada"), true));
        let unknown = of(&[("x", "a@b.example"), ("y", "4915112345"), ("z", "ada_1"), ("w", "f")]);
        assert_eq!(unknown.user_name.as_deref(), Some("ada_1"));
        assert!(unknown.name.is_none() && !unknown.is_private);
        assert!(!of(&[("private account", "False")]).is_private);
    }
}
