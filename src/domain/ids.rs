//! Identifiers. Each is its own type, so that two of them cannot be swapped.
//! Randomness comes from the caller; nothing here makes one up.

use std::fmt;

/// An identifier that does not have the form its type requires.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidId(&'static str);

macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// From 16 bytes of a cryptographic random source.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The 16 bytes.
            pub const fn bytes(self) -> [u8; 16] {
                self.0
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = InvalidId;

            fn try_from(bytes: &[u8]) -> Result<Self, InvalidId> {
                bytes.try_into().map(Self).map_err(|_| InvalidId("expected 16 bytes"))
            }
        }

        impl fmt::Display for $name {
            /// 32 lower-case hexadecimal digits.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(data_encoding::HEXLOWER.encode_mut_str(&self.0, &mut [0; 32]))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let wrong = InvalidId("expected 32 lower-case hexadecimal digits");
                let lower = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
                if text.len() != 32 || !text.bytes().all(lower) {
                    return Err(wrong);
                }
                u128::from_str_radix(text, 16).map(|id| Self(id.to_be_bytes())).map_err(|_| wrong)
            }
        }
    };
}

random_id! {
    /// A candidate, inside the service only. Organizations never see it; they hold a [`Handle`].
    CandidateId
}
random_id! {
    /// A candidate as one organization knows her (promise P13): random per organization and
    /// external id, so that two organizations cannot join theirs.
    Handle
}
random_id! {
    /// One consent, from request to end.
    ConsentId
}

/// An organization: 3 to 63 characters, lower-case letters, digits and hyphens, starting with a
/// letter and not ending with a hyphen (AIP-122).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganizationId(String);

impl OrganizationId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrganizationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for OrganizationId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let valid = (3..=63).contains(&text.len())
            && text.bytes().all(allowed)
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-');
        if !valid {
            return Err(InvalidId(
                "expected 3 to 63 lower-case letters, digits and hyphens, starting with a letter \
                 and not ending with a hyphen",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_parse_what_they_print_and_nothing_else() {
        let id = Handle::from_bytes([0xab; 16]);
        assert_eq!(id.to_string().parse::<Handle>().unwrap(), id);
        for wrong in ["", "AB", &"A".repeat(32), &"+".repeat(32), &"a".repeat(33)] {
            assert!(wrong.parse::<Handle>().is_err(), "{wrong}");
        }
        assert!("acme".parse::<OrganizationId>().is_ok());
        for wrong in ["ab", "Acme", "1acme", "acme-", "ac me", &"a".repeat(64)] {
            assert!(wrong.parse::<OrganizationId>().is_err(), "{wrong}");
        }
    }
}
