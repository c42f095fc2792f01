//! What a consent is about: purpose, job, parts of the profile, channels.

use super::evidence::Channel;

/// Most characters of a job reference.
pub const JOB_REFERENCE_MAX: usize = 64;

/// Why an organization wants to see a profile. The number is stored and must never change its
/// meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Purpose {
    /// Assessing an application for the job that the job reference names.
    Application = 1,
    /// Keeping the candidate in mind for later openings.
    TalentPool = 2,
    /// Filling a position with somebody who already works for the organization.
    InternalMobility = 3,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 3] = [Self::Application, Self::TalentPool, Self::InternalMobility];

    /// The stored number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The purpose with this stored number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.number() == number)
    }

    /// The word used in entries.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::TalentPool => "talent_pool",
            Self::InternalMobility => "internal_mobility",
        }
    }

    /// The purpose with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.word() == word)
    }
}

/// A part of a profile. The number is its bit in [`Fields`] and must never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Field {
    /// The score with its interval.
    Score = 1,
    /// The topic claims.
    Topics = 2,
    /// The contribution of each channel.
    Channels = 3,
    /// The single items.
    Items = 4,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 4] = [Self::Score, Self::Topics, Self::Channels, Self::Items];

    /// The word used in entries.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Topics => "topics",
            Self::Channels => "channels",
            Self::Items => "items",
        }
    }
}

macro_rules! set_of {
    ($(#[$doc:meta])* $name:ident, $member:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// The empty set.
            pub const EMPTY: Self = Self(0);

            /// Every member there is.
            pub fn all() -> Self {
                $member::ALL.into_iter().collect()
            }

            /// The stored bits.
            pub const fn bits(self) -> u32 {
                self.0
            }

            /// From stored bits; `None` when a bit has no meaning.
            pub fn from_bits(bits: u32) -> Option<Self> {
                (bits & !Self::all().0 == 0).then_some(Self(bits))
            }

            /// Whether the member is in.
            pub const fn contains(self, member: $member) -> bool {
                self.0 & (1 << member as u32) != 0
            }

            /// Whether all of `other` is in this.
            pub const fn covers(self, other: Self) -> bool {
                other.0 & !self.0 == 0
            }

            /// What is in both.
            #[must_use]
            pub const fn and(self, other: Self) -> Self {
                Self(self.0 & other.0)
            }

            /// This set without one member.
            #[must_use]
            pub const fn without(self, member: $member) -> Self {
                Self(self.0 & !(1 << member as u32))
            }

            /// Whether nothing is in.
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// The members in ascending order.
            pub fn iter(self) -> impl Iterator<Item = $member> {
                $member::ALL.into_iter().filter(move |member| self.contains(*member))
            }
        }

        impl FromIterator<$member> for $name {
            fn from_iter<I: IntoIterator<Item = $member>>(members: I) -> Self {
                Self(members.into_iter().fold(0, |bits, member| bits | 1 << member as u32))
            }
        }
    };
}

set_of! {
    /// A set of parts of a profile.
    Fields, Field
}
set_of! {
    /// A set of channels.
    Channels, Channel
}

/// What a consent is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Why.
    pub purpose: Purpose,
    /// The organization's reference of the job; may be empty.
    pub job_reference: String,
    /// The parts of the profile.
    pub fields: Fields,
    /// The channels.
    pub channels: Channels,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_was_put_in() {
        let set: Fields = [Field::Score, Field::Items].into_iter().collect();
        assert!(set.contains(Field::Items) && !set.contains(Field::Topics));
        assert!(Fields::all().covers(set) && !set.covers(Fields::all()));
        assert_eq!(set.without(Field::Score).iter().collect::<Vec<_>>(), [Field::Items]);
        assert_eq!(Fields::from_bits(set.bits()), Some(set));
        assert_eq!(Fields::from_bits(1), None, "bit 0 has no meaning");
    }
}
