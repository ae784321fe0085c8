//! How a finding can be repaired: verbs over sites. [`crate::rewrite()`] turns them into edits of a text.

use crate::{
    model::{Returns, Setter, SockOpt, options::REUSE_ADDR},
    sites::{FileId, Site},
    socket::{Domain, Platform},
    state::Sock,
};

/// How far a fix can be trusted, as in rustc. Advice without a fix is the `help` of a diagnostic.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Applicability {
    /// It is what the author meant, and compiles.
    MachineApplicable,
    /// It compiles; whether it is what the author meant, only the author knows.
    MaybeIncorrect,
}

/// What to do about one finding. All its sites are in one file.
#[derive(Clone, Debug)]
pub struct Fix {
    /// How far it can be trusted.
    pub applicability: Applicability,
    pub(crate) action: Action,
    /// Whether the call that it is about is also made on Windows.
    pub(crate) on_windows: bool,
}

impl Fix {
    /// A fix that is what the author meant.
    pub(crate) const fn sure(action: Action) -> Self {
        Self { applicability: Applicability::MachineApplicable, action, on_windows: false }
    }

    /// A fix that the author has to look at.
    pub(crate) const fn unsure(action: Action) -> Self {
        Self { applicability: Applicability::MaybeIncorrect, action, on_windows: false }
    }

    /// Says what all stories know of the call that it is about; answers whether the fix makes sense then.
    pub(crate) fn suits(&mut self, call: Call) -> bool {
        self.on_windows = call.on_windows;
        match self.action {
            Action::NotOnWindows { .. } => call.elsewhere,
            // What one kind of socket needs is wrong for the other.
            Action::SetBefore { option, .. } | Action::MoveBefore { option, .. } => {
                *option != REUSE_ADDR || call.is_on_one_kind()
            }
            Action::SwitchOn { .. } | Action::Remove { .. } => call.is_on_one_kind(),
            _ => true,
        }
    }

    /// The file that it changes.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.site().file
    }

    /// The call around which it changes the text.
    pub(crate) fn site(&self) -> Site {
        match self.action {
            Action::SetBefore { bind: call, .. }
            | Action::SetTo { bind: call, .. }
            | Action::Replace { call, .. }
            | Action::MoveBefore { call, .. }
            | Action::Check { call, .. }
            | Action::SwitchOn { call }
            | Action::Hoist { call }
            | Action::Relevel { call, .. }
            | Action::Split { call, .. }
            | Action::Remove { call }
            | Action::NotOnWindows { call } => call,
        }
    }
}

/// What all stories together know of one call.
#[derive(Clone, Copy, Default, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent of each other")]
pub(crate) struct Call {
    on_windows: bool,
    /// On another platform than Windows.
    elsewhere: bool,
    on_tcp: bool,
    on_udp: bool,
    /// On a Unix-domain socket.
    on_unix: bool,
}

impl Call {
    /// One story makes it on this platform, on this socket.
    pub(crate) fn meet(&mut self, platform: Platform, sock: &Sock) {
        self.on_windows |= platform == Platform::Windows;
        self.elsewhere |= platform != Platform::Windows;
        self.on_tcp |= sock.is_tcp();
        self.on_udp |= sock.is_udp();
        self.on_unix |= sock.domain.is(Domain::UNIX);
    }

    fn is_on_one_kind(self) -> bool {
        [self.on_tcp, self.on_udp, self.on_unix].into_iter().filter(|&it| it).count() < 2
    }
}

/// One change of a program.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Switch an option on before a call that binds, on every platform or on all but Windows.
    SetBefore { bind: Site, option: &'static SockOpt, setter: Setter, spares_windows: bool },
    /// Give an option a value before a call that binds; on all platforms that have the call that does so.
    SetTo { bind: Site, option: &'static SockOpt, setter: Setter, value: String },
    /// Write another value for the last argument of a call.
    Replace { call: Site, value: String },
    /// Make a call that sets an option before the one that binds, on the socket as that one has it.
    MoveBefore { call: Site, bind: Site, option: &'static SockOpt, setter: Option<Setter> },
    /// Look at the result of a call that sets an option as at the result of another.
    Check { call: Site, returns: Returns, like: Option<Site>, option: &'static SockOpt },
    /// Switch on what a call switches off.
    SwitchOn { call: Site },
    /// Make a call whatever the branch around it asks.
    Hoist { call: Site },
    /// Name the option's own level, in a call whose operands name a level and the option.
    Relevel { call: Site, operands: (usize, usize), option: &'static SockOpt },
    /// Make one call for each of the names that are or-ed together in an operand.
    Split { call: Site, operand: usize },
    /// Make the statement around a call go.
    Remove { call: Site },
    /// Keep a call from being made on Windows, where it is also made elsewhere.
    NotOnWindows { call: Site },
}
