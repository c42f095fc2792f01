//! A language's messages, and how it writes numbers, days and lists. What is said when is decided
//! elsewhere.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};

use super::Language;
use super::plain::plain;
use crate::domain::evidence::Channel;
use crate::domain::score::Points;
use crate::domain::time::Day;

/// Counts up to here are numbers to the library, which holds them as `f64`; larger ones are text,
/// so that no digit is lost. Every language has the plural of many for them.
const EXACT: u64 = 1 << 53;

/// Columns of a word, name or id that a document gives.
const NAME: usize = 80;

/// The values of a message, by name.
macro_rules! values {
    ($($name:expr => $value:expr),+ $(,)?) => {
        fluent_bundle::FluentArgs::from_iter([
            $(($name, fluent_bundle::FluentValue::from($value))),+
        ])
    };
}
pub(super) use values;

/// The messages of one language. Reading them takes a fraction of a millisecond, so that each
/// explanation has its own and nothing is shared.
pub(super) struct Voice {
    bundle: FluentBundle<FluentResource>,
    language: Language,
}

/// The messages of a language, as they stand in its file.
pub(super) const fn messages(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("en.ftl"),
        Language::German => include_str!("de.ftl"),
    }
}

impl Voice {
    pub(super) fn new(language: Language) -> Self {
        // A test reads both files without an error.
        let resource = FluentResource::try_new(messages(language).to_owned());
        let resource = resource.unwrap_or_else(|(readable, _)| readable);
        let mut bundle = FluentBundle::new(language.tag().parse().into_iter().collect());
        // `plain` isolates the few texts that need it; marks around every value would be printed.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::English => |value, _| grouped(value, ','),
            Language::German => |value, _| grouped(value, '.'),
        }));
        bundle.add_resource_overriding(resource);
        Self { bundle, language }
    }

    /// A message with its values; its key if there is none.
    pub(super) fn say(&self, key: &str, args: &FluentArgs<'_>) -> String {
        let message = self.bundle.get_message(key);
        let Some(pattern) = message.and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut errors = Vec::new();
        let said = self.bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
        debug_assert!(errors.is_empty(), "{key}: {errors:?}");
        said
    }

    /// Points as people read them: one decimal; not zero when there is something.
    pub(super) fn points(&self, points: Points) -> String {
        self.rounded(points, 1)
    }

    /// Points of something small: two decimals.
    pub(super) fn fine(&self, points: Points) -> String {
        self.rounded(points, 2)
    }

    /// Points to the last millionth.
    pub(super) fn exact(&self, points: Points) -> String {
        self.decimal(i64::from(points.micros()), 6)
    }

    /// Whole points, rounded down.
    pub(super) fn floor(&self, points: Points) -> String {
        self.decimal(i64::from(points.micros()).div_euclid(1_000_000) * 1_000_000, 0)
    }

    /// Whole points, rounded up.
    pub(super) fn ceiling(&self, points: Points) -> String {
        self.decimal(-((-i64::from(points.micros())).div_euclid(1_000_000) * 1_000_000), 0)
    }

    /// A difference with its sign.
    pub(super) fn signed(&self, micros: i64) -> String {
        let sign = if micros > 0 { "+" } else { "" };
        format!("{sign}{}", self.decimal(micros, 1))
    }

    fn rounded(&self, points: Points, decimals: u32) -> String {
        let micros = i64::from(points.micros());
        let smallest = 10_i64.pow(6_u32.saturating_sub(decimals));
        if 0 < micros && micros * 2 < smallest {
            let least = self.decimal(smallest, decimals);
            return self.say("under", &values!["points" => least]);
        }
        self.decimal(micros, decimals)
    }

    /// Millionths with so many decimals, halves away from zero.
    pub(super) fn decimal(&self, micros: i64, decimals: u32) -> String {
        let smallest = 10_u64.pow(6_u32.saturating_sub(decimals));
        let rounded = (micros.unsigned_abs() + smallest / 2) / smallest;
        let one = 10_u64.pow(decimals);
        let minus = if micros < 0 && rounded > 0 { "−" } else { "" };
        let whole = group(rounded / one, self.separators().0);
        if decimals == 0 {
            return format!("{minus}{whole}");
        }
        let places = usize::try_from(decimals).unwrap_or(0);
        format!("{minus}{whole}{}{:0places$}", self.separators().1, rounded % one)
    }

    /// What stands between thousands, and before decimals.
    const fn separators(&self) -> (char, char) {
        match self.language {
            Language::English => (',', '.'),
            Language::German => ('.', ','),
        }
    }

    /// A count, for a message with a plural.
    pub(super) fn count(&self, count: u64) -> FluentValue<'static> {
        if count < EXACT {
            FluentValue::from(count)
        } else {
            FluentValue::from(group(count, self.separators().0))
        }
    }

    /// A count by itself.
    pub(super) fn counted(&self, count: u64) -> String {
        group(count, self.separators().0)
    }

    /// A day, written out; what is no day stays as it is.
    pub(super) fn day(&self, text: &str) -> String {
        let day = text.parse::<Day>().map(|day| day.to_string()).unwrap_or_default();
        let mut parts = day.split('-').map(str::parse::<u16>);
        let (Some(Ok(year)), Some(Ok(month)), Some(Ok(of_month))) =
            (parts.next(), parts.next(), parts.next())
        else {
            return plain(text, NAME);
        };
        let args = values![
            "day" => of_month.to_string(), "month" => month, "year" => year.to_string()
        ];
        self.say("date", &args)
    }

    /// The name of a channel, as it stands alone.
    pub(super) fn channel(&self, word: &str) -> String {
        self.titled("channel", word)
    }

    /// Where something was published, as the beginning of a sentence.
    pub(super) fn place(&self, word: &str) -> String {
        self.titled("place", word)
    }

    fn titled(&self, key: &str, word: &str) -> String {
        let title = Channel::from_word(word).map_or_else(|| plain(word, NAME), title);
        self.say(key, &values!["channel" => word, "title" => title])
    }

    /// What a network counts, for more than one.
    pub(super) fn signal(&self, word: &str) -> String {
        self.named("signal", word)
    }

    /// What a kind of reaction means.
    pub(super) fn kind(&self, word: &str) -> String {
        self.named("kind", word)
    }

    /// Things that would be of a kind of reaction.
    pub(super) fn more_of_kind(&self, word: &str) -> String {
        self.say("more-of-kind", &values!["kind" => plain(word, NAME)])
    }

    /// What was published.
    pub(super) fn item(&self, word: &str) -> String {
        self.say("item-name", &values!["item" => plain(word, NAME)])
    }

    fn named(&self, key: &'static str, word: &str) -> String {
        self.say(key, &values![key => plain(word, NAME)])
    }

    /// Things one after the other.
    pub(super) fn list(&self, mut names: Vec<String>) -> String {
        let Some(last) = names.pop() else { return String::new() };
        if names.is_empty() {
            return last;
        }
        self.say("list", &values!["first" => names.join(", "), "last" => last])
    }
}

fn title(channel: Channel) -> String {
    channel.title().to_owned()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "only whole counts below 2^53 are given to messages as numbers"
)]
fn grouped(value: &FluentValue<'_>, separator: char) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(group(number.value as u64, separator)),
        FluentValue::String(_)
        | FluentValue::Custom(_)
        | FluentValue::None
        | FluentValue::Error => None,
    }
}

/// A count with its thousands apart.
fn group(count: u64, separator: char) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}
