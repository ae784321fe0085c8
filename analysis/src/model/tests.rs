//! What must hold of the tables as a whole.

use std::collections::{BTreeMap, BTreeSet};

use semver::{Version, VersionReq};

use super::*;
use crate::socket::Platform;

/// Every row with its model.
fn all() -> impl Iterator<Item = (&'static Model, &'static Api)> {
    MODELS.iter().flat_map(|model| model.rows.iter().map(move |row| (*model, row)))
}

fn releases(model: &Model) -> Vec<Version> {
    model.proved.iter().filter_map(|it| Version::parse(it.version).ok()).collect()
}

fn admits(row: &Api, version: &Version) -> bool {
    VersionReq::parse(row.versions).unwrap().matches(version)
}

#[test]
fn a_path_begins_with_its_crate() {
    for (model, row) in all() {
        let krate = row.path.split("::").next().unwrap();
        assert!(krate == model.krate || krate == "*", "{}", row.path);
    }
    for model in MODELS {
        let names = model.types.iter().map(|ty| ty.path).chain(model.neutral.iter().map(|it| it.0));
        for path in names {
            let krate = path.split("::").next().unwrap();
            assert!(krate == model.krate || krate == "*", "{path}");
        }
    }
}

#[test]
fn versions_parse() {
    for (_, row) in all() {
        assert!(VersionReq::parse(row.versions).is_ok(), "{}: {}", row.path, row.versions);
    }
    for model in MODELS.iter().filter(|model| model.krate != "std") {
        assert_eq!(releases(model).len(), model.proved.len(), "{}", model.krate);
        assert!(releases(model).is_sorted(), "{}: oldest first", model.krate);
    }
}

#[test]
fn a_release_has_one_row_of_a_path() {
    for (model, row) in all() {
        for version in releases(model).iter().filter(|version| admits(row, version)) {
            let same = rows(row.path).iter().filter(|it| admits(it, version)).count();
            assert_eq!(same, 1, "{} in {version}", row.path);
        }
        let ranges: BTreeSet<_> = rows(row.path).iter().map(|it| it.versions).collect();
        assert_eq!(ranges.len(), rows(row.path).len(), "{}", row.path);
    }
}

#[test]
fn the_newest_row_of_a_path_comes_first() {
    for (model, row) in all() {
        let newest = releases(model)
            .into_iter()
            .rev()
            .find_map(|version| rows(row.path).iter().position(|row| admits(row, &version)));
        assert!(newest.is_none_or(|at| at == 0), "{}", row.path);
    }
}

#[test]
fn a_row_is_proved_by_some_release_or_older_than_all() {
    // What only an older release had cannot be compiled beside what replaced it in every case.
    let unproved: Vec<_> = all()
        .filter(|(model, row)| {
            let releases = releases(model);
            !releases.is_empty() && !releases.iter().any(|version| admits(row, version))
        })
        .map(|(_, row)| (row.path, row.versions))
        .collect();
    assert_eq!(unproved, [("may::net::TcpListener::bind", "<0.3")]);
}

#[test]
fn only_what_no_unix_has_lacks_a_proof() {
    for (_, row) in all() {
        let unix = row.platforms.intersection(Platforms::UNIX);
        assert_eq!(row.proof.is_empty(), unix.is_empty(), "{}", row.path);
        assert!(!row.platforms.is_empty(), "{}", row.path);
    }
}

#[test]
fn a_proof_names_its_item() {
    for (_, row) in all().filter(|(_, row)| !row.proof.is_empty()) {
        let name = row.path.rsplit("::").next().unwrap();
        let word = row.proof.split(|c: char| !c.is_alphanumeric() && c != '_').any(|it| it == name);
        assert!(word, "{}: {}", row.path, row.proof);
    }
}

#[test]
fn no_name_is_both_neutral_and_a_row() {
    for model in MODELS {
        for (owner, names) in model.neutral {
            assert!(names.is_sorted_by(|a, b| a < b), "{owner}: sorted, once each");
            for name in *names {
                let path = format!("{owner}::{name}");
                assert!(!all().any(|(_, row)| row.path == path), "{path}");
                assert!(is_neutral(&path), "{path}");
            }
        }
    }
}

#[test]
fn a_value_that_is_a_socket_has_a_listed_type() {
    for (_, row) in all() {
        if let Returns::Socket(ty) = row.returns {
            assert!(socket_type(ty).is_some(), "{}: {ty}", row.path);
        }
        if let Role::Create { .. } = row.role {
            assert!(matches!(row.returns, Returns::Socket(_)), "{}", row.path);
        }
    }
}

#[test]
fn the_type_of_a_method_is_listed() {
    let homes: BTreeSet<_> = MODELS
        .iter()
        .flat_map(|model| model.extends.iter().map(|(_, home)| *home))
        .chain(["*"])
        .collect();
    for (_, row) in all() {
        let (owner, name) = row.path.rsplit_once("::").unwrap();
        let last = owner.rsplit("::").next().unwrap();
        let is_type = last.starts_with(char::is_uppercase) && name.starts_with(char::is_lowercase);
        let is_socket = is_type
            && !matches!(
                row.role,
                Role::DomainName(_)
                    | Role::TypeName(_)
                    | Role::ProtocolName(_)
                    | Role::Time(_)
                    | Role::Flag
            )
            && !["socket2::Type", "async_io::Async"].contains(&owner)
            && last != "WinSock";
        if is_socket {
            assert!(socket_type(owner).is_some() || homes.contains(owner), "{}", row.path);
        }
    }
}

#[test]
fn an_alias_leads_to_something_known() {
    for model in MODELS {
        for (from, to) in model.aliases {
            let target = canonical(from);
            assert!(target == "*" || is_known(&target), "{from}: {target}");
            assert!(!is_known_exactly(from), "{from} is canonical and cannot be an alias");
            assert!(*from != *to);
        }
        for (ty, home) in model.extends {
            let of_all = *home == "*"
                && ty
                    .rsplit("::")
                    .next()
                    .is_some_and(|it| it.contains("As") || it.contains("Into"));
            assert!(of_all || socket_type(ty).is_some() && is_known(home), "{ty}: {home}");
        }
    }
}

fn is_known_exactly(path: &str) -> bool {
    INDEX.rows.contains_key(path) || INDEX.types.contains_key(path)
}

#[test]
fn every_option_can_be_set() {
    let set: BTreeSet<_> = all()
        .filter_map(|(_, row)| match row.role {
            Role::Set { option, .. } | Role::OptionName(option) => Some(option.name),
            _ => None,
        })
        .collect();
    for option in options::OPTIONS {
        // No crate has a name for it: raw code writes 51.
        let by_number = option.name == "IP_LOCAL_PORT_RANGE";
        assert_ne!(set.contains(option.name), by_number, "{}", option.name);
    }
}

#[test]
fn every_phase_can_be_reached() {
    let mut phases = Phase::BOTTOM;
    for (_, row) in all() {
        phases = phases.join(match row.role {
            Role::Create { phase, .. } => phase,
            Role::Bind => Phase::BOUND,
            Role::Listen => Phase::LISTENING,
            Role::Connect | Role::Accept => Phase::CONNECTED,
            _ => Phase::BOTTOM,
        });
    }
    assert!(phases.is_unknown(), "{phases}");
}

#[test]
fn an_option_exists_where_its_setter_does() {
    for (_, row) in all() {
        if let Role::Set { option, .. } | Role::OptionName(option) = row.role {
            let both = row.platforms.intersection(option.platforms);
            assert!(!both.is_empty(), "{} sets {}", row.path, option.name);
        }
    }
}

#[test]
fn option_names_and_numbers_are_unique_within_a_level() {
    let mut seen = BTreeMap::new();
    for option in options::OPTIONS {
        assert_eq!(options::by_name(option.name), Some(*option));
        if option.number >= 0 {
            let other = seen.insert((option.sol, option.number), option.name);
            assert_eq!(other, None, "{}", option.name);
        } else {
            assert!(!option.platforms.contains(Platform::Linux), "{}", option.name);
        }
    }
}

#[test]
fn rows_of_one_type_stand_together() {
    for model in MODELS {
        let mut closed = BTreeSet::new();
        let mut last = "";
        for row in model.rows {
            let owner = row.path.rsplit_once("::").unwrap().0;
            if owner != last {
                assert!(closed.insert(owner), "{}: {owner} again", row.path);
                last = owner;
            }
        }
    }
}

#[test]
fn a_method_is_found_where_its_type_gets_it_from() {
    assert_eq!(rows("socket2::SockRef::bind")[0].path, "socket2::Socket::bind");
    assert_eq!(rows("tokio::net::TcpListener::as_raw_fd")[0].path, "*::as_raw_fd");
    assert_eq!(
        rows("std::net::TcpListener::set_linger")[0].path,
        "net2::TcpListenerExt::set_linger"
    );
    assert!(rows("sqlx::Query::as_raw_fd").is_empty());
    assert!(is_neutral("socket2::SockRef::local_addr"));
    assert!(is_neutral("tokio::net::TcpStream::write_all"));
    assert!(!is_neutral("socket2::Socket::set_reuse_address"));
}

#[test]
fn other_paths_of_an_item_are_canonical_in_the_end() {
    assert_eq!(canonical("smol::net::TcpListener::bind"), "async_net::TcpListener::bind");
    let path = canonical("std::os::unix::io::AsRawFd::as_raw_fd");
    assert_eq!(rows(&path)[0].path, "*::as_raw_fd");
    assert_eq!(
        canonical("winapi::shared::ws2def::SO_REUSEADDR"),
        "winapi::um::winsock2::SO_REUSEADDR"
    );
}

#[test]
fn a_call_of_a_type_with_parameters_binds_without_them() {
    assert!(super::binds("async_io::Async::bind"));
    assert!(!super::binds("async_io::Async::connect"));
}
