//! What a device says about itself and its owner: the authenticator data (section 6.1).
//!
//! Start at [`AuthenticatorData::read`].

use super::cbor::Item;

const HOST_BYTES: usize = 32;
const MAKE_BYTES: usize = 16;

/// What a device says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AuthenticatorData<'b> {
    /// The digest of the host that it answers for.
    pub host: &'b [u8],
    pub flags: Flags,
    pub counter: u32,
    /// A new passkey.
    pub made: Option<MadeData<'b>>,
}

/// A new passkey, as its device has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MadeData<'b> {
    pub credential: &'b [u8],
    /// As COSE has it.
    pub public_key: &'b [u8],
}

/// Eight answers in a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flags(u8);

impl Flags {
    /// Somebody touched it.
    pub const fn present(self) -> bool {
        self.0 & 1 != 0
    }

    /// It was its owner.
    pub const fn verified(self) -> bool {
        self.0 & 1 << 2 != 0
    }

    /// The passkey may be on several devices.
    pub const fn may_be_backed_up(self) -> bool {
        self.0 & 1 << 3 != 0
    }

    /// It is.
    pub const fn backed_up(self) -> bool {
        self.0 & 1 << 4 != 0
    }

    const fn has_made(self) -> bool {
        self.0 & 1 << 6 != 0
    }

    const fn has_extensions(self) -> bool {
        self.0 & 1 << 7 != 0
    }
}

impl<'b> AuthenticatorData<'b> {
    /// Reads all of it; `None` where it breaks off, or more follows than its flags say.
    pub fn read(bytes: &'b [u8]) -> Option<Self> {
        let (host, rest) = bytes.split_at_checked(HOST_BYTES)?;
        let (flags, rest) = rest.split_first()?;
        let flags = Flags(*flags);
        let (counter, mut rest) = rest.split_first_chunk::<4>()?;
        let mut made = None;
        if flags.has_made() {
            let (_, after) = rest.split_at_checked(MAKE_BYTES)?;
            let (length, after) = after.split_first_chunk::<2>()?;
            let (credential, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
            let (_, behind) = Item::read(after)?;
            let public_key = after.get(..after.len() - behind.len())?;
            made = Some(MadeData { credential, public_key });
            rest = behind;
        }
        if flags.has_extensions() {
            (_, rest) = Item::read(rest)?;
        }
        let counter = u32::from_be_bytes(*counter);
        rest.is_empty().then_some(Self { host, flags, counter, made })
    }
}
