//! The names of scores. A score is named by what it was computed from, so it never changes
//! (promise P7) and needs no row of its own.

use std::fmt;

use super::model::Model;
use super::scope::Channels;
use super::time::Day;

/// What a score was computed from: its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScoreName {
    /// The revision of the evidence.
    pub revision: i64,
    /// The UTC day.
    pub day: Day,
    /// The first bytes of the model's digest, as 12 hexadecimal digits.
    pub model: [u8; 6],
    /// The channels.
    pub channels: Channels,
}

impl ScoreName {
    /// The name of the score of a revision, as of a day, by a model, from some channels.
    pub fn new(revision: i64, day: Day, model: &Model, channels: Channels) -> Self {
        let digest = model.digest.bytes();
        let mut short = [0; 6];
        short.copy_from_slice(&digest[..6]);
        Self { revision, day, model: short, channels }
    }
}

impl fmt::Display for ScoreName {
    /// `r<revision>-<yyyymmdd>-<model>-c<channels>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.day.to_string().replace('-', "");
        let mut digits = [0; 12];
        let model = data_encoding::HEXLOWER.encode_mut_str(&self.model, &mut digits);
        write!(f, "r{}-{day}-{model}-c{:x}", self.revision, self.channels.bits())
    }
}

impl std::str::FromStr for ScoreName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('-');
        let mut part = || parts.next().ok_or(());
        let revision = part()?.strip_prefix('r').ok_or(())?.parse().map_err(|_| ())?;
        let day = part()?;
        let date = |range| day.get(range).ok_or(());
        let date = format!("{}-{}-{}", date(0..4)?, date(4..6)?, day.get(6..).ok_or(())?);
        let model = part()?;
        let mut short = [0; 6];
        for (i, byte) in short.iter_mut().enumerate() {
            let digits = model.get(2 * i..2 * i + 2).ok_or(())?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| ())?;
        }
        let bits = part()?.strip_prefix('c').ok_or(())?;
        let bits = u32::from_str_radix(bits, 16).map_err(|_| ())?;
        let name = Self {
            revision,
            day: date.parse().map_err(|_| ())?,
            model: short,
            channels: Channels::from_bits(bits).ok_or(())?,
        };
        // One spelling per name: what does not print back is not a name.
        if name.to_string() == text { Ok(name) } else { Err(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_parse_what_they_print_and_nothing_else() {
        let name = "r12-20261122-0123456789ab-c6";
        assert_eq!(name.parse::<ScoreName>().unwrap().to_string(), name);
        for wrong in [
            "",
            "latest",
            "r1",
            "r01-20261122-0123456789ab-c6",
            "r1-20261322-0123456789ab-c6",
            "r1-20261122-0123456789AB-c6",
            "r1-20261122-0123456789ab-c7",
            "r1-20261122-01-c6",
            "r1-2026112-0123456789ab-c6",
            "r1-20261122-0123456789ab-c6-",
            "r1-äöüß-0-c6",
        ] {
            assert!(wrong.parse::<ScoreName>().is_err(), "{wrong}");
        }
    }
}
