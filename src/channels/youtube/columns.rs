//! Which column of a table is which. Takeout translates the names of columns and has changed
//! their order; names are compared where they are known, and else what stands in the rows: numbers
//! of channels begin with `UC`, dates are RFC 3339, comments are written as JSON.

use super::super::{csv, dates};
use super::{is_channel, is_id};

/// The first records of a table, its header among them.
pub(super) struct Sample {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Records that are looked at.
const RECORDS: usize = 200;
/// Length of a video's number.
const VIDEO: usize = 11;
/// What the names of a category and of a language begin with or contain, in lower case.
const CATEGORY: [&str; 10] = [
    "categor",
    "kategor",
    "catégor",
    "categoría",
    "категор",
    "luokka",
    "カテゴリ",
    "类别",
    "類別",
    "카테고리",
];
const LANGUAGE: [&str; 12] = [
    "language", "sprache", "taal", "langue", "idioma", "lingua", "język", "språk", "язык", "мова",
    "言語", "语言",
];
const DESCRIPTION: [&str; 12] = [
    "descri",
    "beschreibung",
    "beschrijving",
    "opis",
    "beskriv",
    "popis",
    "leírás",
    "описание",
    "опис",
    "説明",
    "설명",
    "说明",
];
const TITLE: [&str; 14] = [
    "title",
    "titel",
    "titre",
    "título",
    "titolo",
    "tytuł",
    "tittel",
    "titul",
    "název",
    "название",
    "назва",
    "タイトル",
    "제목",
    "标题",
];

impl Sample {
    /// Of a table's first bytes, which may end within a record.
    pub(super) fn of(head: &[u8]) -> Self {
        let mut records = csv::sample(head, RECORDS).into_iter();
        let header = records.next().unwrap_or_default();
        Self {
            names: header.iter().map(|name| csv::folded(name)).collect(),
            rows: records.collect(),
        }
    }

    fn width(&self) -> usize {
        self.names.len()
    }

    /// The first column with one of these names, by letters and digits only.
    fn named(&self, names: &[&str]) -> Option<usize> {
        self.names.iter().position(|name| names.contains(&name.as_str()))
    }

    fn has(&self, name: &str) -> bool {
        self.named(&[name]).is_some()
    }

    /// The first column whose name contains one of these words.
    fn about(&self, words: &[&str]) -> Option<usize> {
        self.names.iter().position(|name| words.iter().any(|word| name.contains(word)))
    }

    /// The columns in which some row has such a value and no row has another.
    fn holding(&self, test: impl Fn(&str) -> bool) -> impl Iterator<Item = usize> {
        (0..self.width()).filter(move |&at| {
            let fields = || self.rows.iter().filter_map(move |row| row.get(at));
            let written = || fields().filter(|field| !field.is_empty());
            let right = written().filter(|field| test(field)).count();
            // The last record may be cut.
            right > 0 && right + 1 >= written().count()
        })
    }

    fn is_somewhere(&self, at: usize, test: impl Fn(&str) -> bool) -> bool {
        self.rows.iter().filter_map(|row| row.get(at)).any(|field| test(field))
    }

    fn channel(&self) -> Option<usize> {
        let names = ["channelid", "kanalid", "kanaalid"];
        self.named(&names).or_else(|| self.holding(is_channel).next())
    }
}

fn is_date(text: &str) -> bool {
    dates::whole(text).is_some()
}

fn is_video(text: &str) -> bool {
    text.len() == VIDEO && is_id(text)
}

fn is_written(text: &str) -> bool {
    text.trim_start().starts_with("{\"")
}

/// The columns of `videos.csv`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Videos {
    pub(super) id: usize,
    pub(super) channel: usize,
    pub(super) title: usize,
    pub(super) description: Option<usize>,
    pub(super) category: Option<usize>,
    pub(super) language: Option<usize>,
    pub(super) privacy: usize,
    pub(super) state: usize,
    pub(super) created: usize,
    pub(super) published: Option<usize>,
    pub(super) tags: Vec<usize>,
}

impl Videos {
    /// The columns, if this is that table: number, duration, ..., channel, tags, title, privacy,
    /// state, creation, publication.
    pub(super) fn of(sample: &Sample) -> Option<Self> {
        let english = sample.has("videoid")
            && (sample.has("videotitleoriginal") || sample.has("approxdurationms"));
        let channel = sample.channel()?;
        let id = sample.named(&["videoid"]).unwrap_or(0);
        let mut dates = sample.holding(is_date).filter(|&at| at > channel);
        let created = sample
            .named(&[
                "videocreatetimestamp",
                "videocreationtimestamp",
                "zeitstempelbeivideoerstellung",
            ])
            .or_else(|| dates.next())?;
        let published = sample
            .named(&["videopublishtimestamp", "zeitstempelbeivideoveröffentlichung"])
            .or_else(|| dates.find(|&at| at > created))
            .or_else(|| Some(created + 1).filter(|&at| at < sample.width()));
        let state = sample.named(&["videostate", "videostatus"]);
        let state = state.or_else(|| created.checked_sub(1))?;
        let privacy = sample.named(&["privacy", "datenschutz"]);
        let privacy = privacy.or_else(|| created.checked_sub(2))?;
        let is_title = |at: usize, name: &String| {
            (channel + 1..privacy).contains(&at) && TITLE.iter().any(|word| name.contains(word))
        };
        let mut all = sample.names.iter().enumerate();
        let title = all.find(|(at, name)| is_title(*at, name)).map(|(at, _)| at);
        let title = title.or_else(|| privacy.checked_sub(1))?;
        let looks_right = created >= channel + 3
            && channel > id
            && sample.width() >= 7
            && sample.is_somewhere(id, is_video);
        if !(english || looks_right) || title <= channel {
            return None;
        }
        let language = sample.about(&LANGUAGE).filter(|&at| at < channel);
        let category = sample.about(&CATEGORY);
        let description = sample.about(&DESCRIPTION).or_else(|| {
            let before = channel.checked_sub(1).filter(|&at| at > 1);
            before.filter(|&at| Some(at) != category && Some(at) != language)
        });
        let is_tag = |at: &usize| sample.names.get(*at).is_some_and(|name| name.contains("tag"));
        let between = channel + 1..title;
        let known: Vec<usize> = between.clone().filter(is_tag).collect();
        Some(Self {
            id,
            channel,
            title,
            description,
            category,
            language,
            privacy,
            state,
            created,
            published,
            tags: if known.is_empty() { between.collect() } else { known },
        })
    }
}

/// The columns of `comments.csv`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Comments {
    pub(super) id: usize,
    pub(super) channel: usize,
    pub(super) at: usize,
    pub(super) video: Option<usize>,
    pub(super) text: usize,
}

impl Comments {
    /// The columns, if this is that table. Until June 2024 the comment's number came first, and
    /// later its channel's; the text follows the video, and may be followed by another number.
    pub(super) fn of(sample: &Sample) -> Option<Self> {
        if sample.names.iter().any(|name| name.contains("livechat")) {
            return None;
        }
        let english = sample.has("commentid") && sample.has("commenttext");
        let channel = sample.channel()?;
        let mut dates = sample.holding(is_date).filter(|&at| at > channel);
        let named = ["commentcreatetimestamp", "commentcreationtimestamp"];
        let at = sample.named(&named).or_else(|| dates.next())?;
        let id = sample
            .named(&["commentid", "kommentarid", "reactieid"])
            .unwrap_or(if channel == 0 { at + 2 } else { 0 });
        let video = sample
            .named(&["videoid"])
            .or_else(|| sample.holding(is_video).find(|&column| column > at + 1 && column != id));
        let text = sample
            .named(&["commenttext", "kommentartext", "reactietekst"])
            .or_else(|| sample.holding(is_written).find(|&column| column > at + 1))
            .or_else(|| video.map(|video| video + 1))
            .filter(|&text| text < sample.width())?;
        let looks_right = channel <= 1
            && at == channel + 1
            && (6..=10).contains(&sample.width())
            && video.is_some();
        (english || looks_right).then_some(Self { id, channel, at, video, text })
    }
}

/// Whether this is `channel.csv`, which begins with the channel's number and its title.
pub(super) fn channels(sample: &Sample) -> bool {
    let english = sample.has("channelvisibility") || sample.has("channeltitleoriginal");
    let looks_right = (2..=4).contains(&sample.width())
        && !subscriptions(sample)
        && sample.holding(is_date).next().is_none();
    sample.channel() == Some(0) && (english || looks_right)
}

/// Whether this is `subscriptions.csv`: number, address and title of channels.
pub(super) fn subscriptions(sample: &Sample) -> bool {
    let english = sample.has("channelid") && sample.has("channelurl");
    let address = |text: &str| text.contains("youtube.com/channel/");
    english || (sample.width() == 3 && sample.is_somewhere(1, address))
}
