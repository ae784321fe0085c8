//! Sockets in fields of structures: what all code of the workspace together says about them.
//!
//! A method that unknown code calls gets a `self` of which nothing is known. But a socket gets into its
//! field by code of the workspace, and as long as nobody else gets hold of it, so does every option. When
//! all stories have been told once, it is known how the socket is made and which options anybody sets on
//! it; stories in which such a field is bound or listens are then told again with that knowledge.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::Solver;
use crate::{
    link::{FuncId, Program, Type, TypeId},
    model::{self, SockOpt},
    socket::{OptValue, Phase},
    state::{Bind, Field, Fork, Handle, OptState, Sock, SockId, Value},
    trace::EventKind,
};

/// What the stories told so far say about fields.
#[derive(Default)]
pub(super) struct Fields {
    /// The sockets that get into a field, joined.
    made: BTreeMap<Field, Rc<Sock>>,
    /// Fields whose socket may also come from elsewhere, or get into hands that are not seen.
    lost: BTreeSet<Field>,
    sets: BTreeMap<Field, Vec<(&'static SockOpt, OptValue)>>,
    /// Functions with the options that they were seen to set.
    setters: BTreeSet<(FuncId, &'static str)>,
    /// The functions in whose stories a field is bound or listens.
    stories: BTreeMap<Field, BTreeSet<FuncId>>,
    /// Where a field is bound, with the options that it has then.
    binds: BTreeMap<Field, Vec<Bind>>,
    /// What is known of a field when all stories have been told.
    known: BTreeMap<Field, Rc<Sock>>,
}

impl Fields {
    /// Takes note of an event.
    pub(super) fn note(&mut self, kind: EventKind, func: FuncId, entry: FuncId, sock: &Sock) {
        if let EventKind::Set(set) = kind {
            self.setters.insert((func, set.option.name));
        }
        for field in &sock.fields {
            match kind {
                EventKind::Set(set) => {
                    self.sets.entry(*field).or_default().push((set.option, set.value));
                }
                EventKind::Bind(..) | EventKind::Listen if sock.created.is_none() => {
                    self.stories.entry(*field).or_default().insert(entry);
                }
                _ => {}
            }
        }
    }

    /// Takes note of a bind of a socket that is known.
    pub(super) fn bound(&mut self, sock: &Sock, bind: &Bind) {
        for field in sock.fields.iter().filter(|_| sock.created.is_some()) {
            let binds = self.binds.entry(*field).or_default();
            // What is bound without an option on one platform may be bound with it on another one.
            match binds.iter_mut().find(|it| it.spot == bind.spot) {
                Some(known) => known.join(bind),
                None => binds.push(bind.clone()),
            }
        }
    }

    /// Whoever listens on a field that another function binds knows now how; returns the functions whose
    /// stories that changes.
    pub(super) fn settle_binds(&mut self) -> BTreeSet<FuncId> {
        let mut again = BTreeSet::new();
        for (field, binds) in std::mem::take(&mut self.binds) {
            if let (Some(sock), Some(stories)) =
                (self.known.get_mut(&field), self.stories.get(&field))
            {
                let sock = Rc::make_mut(sock);
                sock.binds = Rc::new(binds);
                again.extend(stories);
            }
        }
        again
    }

    /// Unknown code has the socket; one that is bound has the options that count.
    pub(super) fn lose(&mut self, sock: &Sock) {
        if sock.phase.may(Phase::CREATED) {
            self.lost.extend(&sock.fields);
        }
    }

    /// The types of which some field is worth a second look.
    pub(super) fn candidates(&self) -> BTreeSet<TypeId> {
        let made = self.made.keys().filter(|field| !self.lost.contains(field));
        made.filter(|field| self.stories.contains_key(field)).map(|(ty, _)| *ty).collect()
    }

    /// Puts together what is known of each field; returns the functions whose stories it changes.
    pub(super) fn settle(&mut self, program: &Program<'_>) -> BTreeSet<FuncId> {
        if self.candidates().is_empty() {
            return BTreeSet::new();
        }
        let unseen = program.func_ids().flat_map(|id| self.unseen(program, id));
        let unseen: BTreeMap<&str, &SockOpt> = unseen.map(|it| (it.name, it)).collect();
        let mut again = BTreeSet::new();
        for (field, sock) in &self.made {
            let Some(stories) = self.stories.get(field).filter(|_| !self.lost.contains(field))
            else {
                continue;
            };
            let mut sock = Sock::clone(sock);
            sock.phase = Phase::UNKNOWN;
            for (option, value) in self.sets.get(field).into_iter().flatten() {
                let known = sock.options.get(option);
                sock.options.set(option, OptState::new(known.value.join(*value), known.set_by));
            }
            for option in unseen.values() {
                sock.options.set(option, OptState::new(OptValue::UNKNOWN, None));
            }
            self.known.insert(*field, Rc::new(sock));
            again.extend(stories);
        }
        again
    }

    /// Options that a function names and was not seen to set: in a closure that runs elsewhere, beyond the
    /// end of a story, on something that is not known to be a socket.
    fn unseen(&self, program: &Program<'_>, id: FuncId) -> Vec<&'static SockOpt> {
        let func = program.func(id).func;
        let last = |path: &str| path.rsplit("::").next().and_then(model::option_of_word);
        let named = func.methods.iter().filter_map(|name| model::option_of_word(name));
        let named = named.chain(func.paths.iter().filter_map(|path| last(path)));
        named.filter(|option| !self.setters.contains(&(id, option.name))).collect()
    }
}

impl<'w> Solver<'w> {
    fn field_type(&mut self, owner: TypeId, name: &str) -> Rc<Type> {
        let Some(field) = self.program.field(owner, name) else { return Rc::new(Type::Unknown) };
        let (program, platform) = (self.program, self.platform);
        let known = self.memo.field_types.entry((field, platform));
        Rc::clone(known.or_insert_with(|| Rc::new(program.field_type(owner, name, platform))))
    }

    /// A field of a structure of which nothing is known.
    pub(super) fn unknown_field(&mut self, owner: TypeId, name: &str) -> Value<'w> {
        let ty = self.field_type(owner, name);
        let value = self.unknown_of(&ty);
        if let (Value::Sock(Handle { id, .. }), Type::Socket(_)) = (&value, &*ty)
            && let Some(field) = self.program.field(owner, name)
            && let Some(sock) = self.st.sock_mut(*id)
        {
            if let Some(known) = self.memo.fields.known.get(&field) {
                *sock = Sock::clone(known);
            }
            sock.fields = vec![field];
        }
        value
    }

    /// Takes note that `value` gets into a field.
    pub(super) fn store(&mut self, owner: TypeId, name: &str, value: &Value<'w>) {
        let Some(field) = self.program.field(owner, name) else { return };
        match value.clone().strip() {
            Value::Sock(handle) => self.store_socket(field, handle.id),
            Value::Failed | Value::Never => {}
            _ => {
                if let Type::Socket(_) = *self.field_type(owner, name) {
                    self.memo.fields.lost.insert(field);
                }
            }
        }
    }

    fn store_socket(&mut self, field: Field, id: SockId) {
        let Some(sock) = self.st.sock_mut(id) else { return };
        let fields = &mut self.memo.fields;
        if sock.created.is_none() || sock.phase != Phase::CREATED {
            fields.lost.insert(field);
            return;
        }
        if !sock.fields.contains(&field) {
            sock.fields.push(field);
        }
        match fields.made.get_mut(&field) {
            Some(made) => Rc::make_mut(made).join(sock, Fork::UNKNOWN),
            None => drop(fields.made.insert(field, Rc::new(sock.clone()))),
        }
    }

    /// What the function of the story returns is anybody's; a socket inside its structure stays there.
    pub(super) fn hand_out(&mut self, value: &Value<'w>) {
        match value {
            Value::Just(inner) | Value::Fallible(inner) => self.hand_out(inner),
            Value::Tuple(parts) | Value::OneOf(parts) => {
                parts.iter().for_each(|it| self.hand_out(it));
            }
            Value::Struct(it) => {
                for (name, value) in &it.fields {
                    let own = it.ty.and_then(|ty| self.program.field(ty, name));
                    let stays = own.is_some() && matches!(value.clone().strip(), Value::Sock(_));
                    if !stays {
                        self.hand_out(value);
                    }
                }
            }
            Value::Sock(handle) => {
                if let Some(sock) = self.st.socks.get(&handle.id) {
                    self.memo.fields.lose(sock);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    /// A server whose methods nobody calls, with more methods.
    fn server(methods: &str, mark: &str) {
        check(&format!(
            r"
use socket2::{{Domain, Socket, Type}};
pub struct Server {{ socket: Socket, addr: std::net::SocketAddr }}
impl Server {{
    pub fn new(addr: std::net::SocketAddr) -> std::io::Result<Self> {{
        Ok(Self {{ socket: Socket::new(Domain::IPV4, Type::STREAM, None)?, addr }})
    }}
    pub fn start(&self) -> std::io::Result<()> {{
        self.socket.bind(&self.addr.into())?; {mark}
        self.socket.listen(128)
    }}
    {methods}
}}
"
        ));
    }

    #[test]
    fn an_option_that_no_method_sets_is_missing() {
        server("", "//~ missing_reuseaddr");
        server(
            "pub fn delay(&self) -> std::io::Result<()> { self.socket.set_nodelay(false) }",
            "//~ missing_reuseaddr",
        );
    }

    #[test]
    fn an_option_that_some_method_sets_may_be_set() {
        server(
            "pub fn configure(&self) -> std::io::Result<()> { self.socket.set_reuse_address(true) }",
            "",
        );
        server(
            "pub fn configure(&self) -> impl Fn() + '_ { move || drop(self.socket.set_reuse_address(true)) }",
            "",
        );
    }

    #[test]
    fn a_socket_that_others_get_may_have_any_option() {
        server("pub fn socket(&self) -> &Socket { &self.socket }", "");
        server("pub fn tune(&self) { elsewhere::tune(&self.socket) }", "");
        server(
            "pub fn from(socket: Socket, addr: std::net::SocketAddr) -> Self { Self { socket, addr } }",
            "",
        );
        server("pub fn replace(&mut self, socket: Socket) { self.socket = socket; }", "");
    }

    #[test]
    fn one_method_may_bind_and_another_one_listen() {
        check(
            r"
use socket2::{Domain, Socket, Type};
pub struct Server { socket: Socket }
impl Server {
    pub fn new() -> std::io::Result<Self> {
        Ok(Self { socket: Socket::new(Domain::IPV4, Type::STREAM, None)? })
    }
    pub fn bind(&self, addr: std::net::SocketAddr) -> std::io::Result<()> {
        self.socket.bind(&addr.into()) //~ missing_reuseaddr
    }
    pub fn listen(&self) -> std::io::Result<()> { self.socket.listen(128) }
}
pub struct Client { socket: Socket }
impl Client {
    pub fn new() -> std::io::Result<Self> {
        Ok(Self { socket: Socket::new(Domain::IPV4, Type::STREAM, None)? })
    }
    pub fn bind(&self, addr: std::net::SocketAddr) -> std::io::Result<()> { self.socket.bind(&addr.into()) }
    pub fn connect(&self, addr: std::net::SocketAddr) -> std::io::Result<()> { self.socket.connect(&addr.into()) }
}
",
        );
    }

    #[test]
    fn an_option_of_one_platform_is_not_missing_on_another() {
        check(
            r"
use socket2::{Domain, Socket, Type};
pub struct Server { socket: Socket }
impl Server {
    pub fn new() -> std::io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        #[cfg(not(windows))]
        socket.set_reuse_address(true)?;
        Ok(Self { socket })
    }
    pub fn bind(&self, addr: std::net::SocketAddr) -> std::io::Result<()> { self.socket.bind(&addr.into()) }
    pub fn listen(&self) -> std::io::Result<()> { self.socket.listen(128) }
}
pub fn listener(addr: std::net::SocketAddr) -> std::io::Result<()> {
    let server = Server::new()?;
    server.bind(addr)?;
    server.listen()
}
",
        );
    }

    #[test]
    fn a_socket_may_get_into_its_field_later() {
        check(
            r"
use socket2::{Domain, Socket, Type};
pub struct Server { socket: Option<Socket>, other: Option<Socket> }
impl Server {
    pub fn new() -> Self { Self { socket: None, other: None } }
    pub fn open(&mut self) -> std::io::Result<()> {
        let other = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        other.set_reuse_address(!cfg!(windows))?;
        self.other = Some(other);
        self.socket = Some(Socket::new(Domain::IPV4, Type::STREAM, None)?);
        Ok(())
    }
    pub fn start(&mut self, addr: std::net::SocketAddr) -> std::io::Result<()> {
        if let Some(socket) = &self.socket {
            socket.bind(&addr.into())?; //~ missing_reuseaddr
            socket.listen(128)?;
        }
        let other = self.other.take().unwrap();
        other.bind(&addr.into())?;
        other.listen(128)
    }
}
",
        );
    }

    #[test]
    fn an_option_of_the_constructor_is_known_to_the_methods() {
        check(
            r"
use socket2::{Domain, Socket, Type};
pub struct Server(Socket);
impl Server {
    pub fn new() -> std::io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_reuse_address(true)?; //~ windows_reuseaddr
        Ok(Server(socket))
    }
    pub fn start(self, addr: std::net::SocketAddr) -> std::io::Result<std::net::TcpListener> {
        self.0.bind(&addr.into())?;
        self.0.listen(128)?;
        Ok(self.0.into())
    }
}
",
        );
    }

    #[test]
    fn a_socket_that_is_returned_beside_its_structure_is_anybodys() {
        check(
            r"
use socket2::{Domain, Socket, Type};
use std::{io, net::SocketAddr, os::fd::{AsRawFd, RawFd}};
pub struct Server { socket: Socket }
impl Server {
    pub fn new() -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        Ok(Self { socket })
    }
    pub fn start(&self, addr: SocketAddr) -> io::Result<()> {
        self.socket.bind(&addr.into())?; //~ missing_reuseaddr
        self.socket.listen(1)
    }
}
",
        );
        check(
            r"
use socket2::{Domain, Socket, Type};
use std::{io, net::SocketAddr, os::fd::{AsRawFd, RawFd}};
pub struct Server { socket: Socket }
impl Server {
    pub fn new() -> io::Result<(Self, RawFd)> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        let fd = socket.as_raw_fd();
        Ok((Self { socket }, fd))
    }
    pub fn start(&self, addr: SocketAddr) -> io::Result<()> {
        self.socket.bind(&addr.into())?;
        self.socket.listen(1)
    }
}
",
        );
        check(
            r"
use socket2::{Domain, Socket, Type};
use std::{io, net::SocketAddr, os::fd::{AsRawFd, RawFd}};
pub struct Server { socket: Socket }
pub struct Made { pair: (Server, RawFd) }
pub fn make() -> io::Result<Made> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let fd = socket.as_raw_fd();
    Ok(Made { pair: (Server { socket }, fd) })
}
impl Server {
    pub fn start(&self, addr: SocketAddr) -> io::Result<()> {
        self.socket.bind(&addr.into())?;
        self.socket.listen(1)
    }
}
",
        );
    }
}
