//! Who may name whom: the boundaries that a workspace would draw with crates. A module without a
//! row in the table fails, so that a new one cannot pass unseen.

use super::source::{Named, Source};
use super::{assert_obeyed, is_within};

/// Top-level module of `src`, and which others it may name.
const MAY_NAME: &[(&str, &[&str])] = &[
    (
        "app",
        &[
            "auth", "channels", "clock", "crypto", "domain", "fetch", "ledger", "mail", "storage",
            "topics", "vault",
        ],
    ),
    ("auth", &["domain"]),
    ("channels", &["crypto", "domain"]),
    ("clock", &["domain"]),
    ("config", &["app", "auth", "crypto", "domain", "fetch", "ledger", "mail", "storage", "vault"]),
    ("crypto", &[]),
    ("domain", &["crypto"]),
    ("evaluate", &["channels", "crypto", "domain", "topics"]),
    ("fetch", &["clock", "domain"]),
    (
        "grpc",
        &[
            "app", "auth", "channels", "clock", "crypto", "domain", "ledger", "pb", "topics",
            "words",
        ],
    ),
    ("ledger", &[]),
    ("mail", &[]),
    ("migrations", &[]),
    ("pb", &[]),
    ("storage", &["clock", "crypto", "domain", "ledger", "migrations", "vault"]),
    ("telemetry", &[]),
    ("topics", &["crypto", "domain"]),
    ("vault", &["crypto", "domain"]),
    ("words", &["domain"]),
];

/// What puts the parts together, or stands beside them, may name everything.
const MAY_NAME_ALL: [&str; 5] = ["lib", "main", "server", "cli", "bench"];

/// What unit tests of a module may name besides.
const TESTS_MAY_NAME: [(&str, &str); 1] = [("channels", "demo")];

/// Something outside that only these places may name.
struct Reserved {
    path: &'static [&'static str],
    places: &'static [&'static str],
}

const DATABASE: &[&str] = &["src/storage", "migrations", "tests", "benches"];
const WIRE: &[&str] = &[
    "src/grpc",
    "src/pb",
    "src/server",
    "src/demo*",
    "src/cli",
    "src/bench",
    "tests",
    "benches",
    "build.rs",
];
const RESERVED: [Reserved; 12] = [
    Reserved { path: &["sea_orm"], places: DATABASE },
    Reserved { path: &["sea_orm_migration"], places: DATABASE },
    Reserved { path: &["sea_query"], places: DATABASE },
    Reserved { path: &["sqlx"], places: DATABASE },
    Reserved { path: &["rusqlite"], places: DATABASE },
    Reserved { path: &["tonic"], places: WIRE },
    Reserved { path: &["tonic_health"], places: WIRE },
    Reserved { path: &["tonic_prost"], places: WIRE },
    Reserved { path: &["tonic_reflection"], places: WIRE },
    Reserved { path: &["tonic_types"], places: WIRE },
    Reserved { path: &["std", "time", "SystemTime"], places: &["src/clock", "tests", "benches"] },
    Reserved {
        path: &["std", "env"],
        // The fixtures are found by a variable, and are read by one test file only.
        places: &["src/config", "build.rs", "tests/it/harness", "tests/it/fixtures", "benches"],
    },
];

/// The parts that compute: they wait for nothing and reach nothing outside.
const PURE: &[&str] =
    &["src/domain", "src/ledger", "src/crypto", "src/channels", "src/topics", "src/words"];
const IMPURE: [&[&str]; 10] = [
    &["tokio"],
    &["tonic"],
    &["sea_orm"],
    &["sqlx"],
    &["rusqlite"],
    &["reqwest"],
    &["std", "net"],
    &["std", "process"],
    &["std", "fs", "write"],
    &["std", "thread", "sleep"],
];

/// What can be asked of a `Status`, or read from an answer; every other function makes one.
const STATUS_METHODS: [&str; 9] = [
    "clone",
    "code",
    "details",
    "from_header_map",
    "into_http",
    "into_parts",
    "message",
    "metadata",
    "to_string",
];

fn finding(source: &Source, named: &Named, complaint: &str) -> String {
    let path = named.segments.join("::");
    format!("{}:{}: {path} {complaint}", source.path, named.line)
}

fn may_name_all(module: &str) -> bool {
    MAY_NAME_ALL.contains(&module) || module.starts_with("demo")
}

fn layering(source: &Source) -> Vec<String> {
    let Some(names) = source.module() else {
        return Vec::new();
    };
    let Some(module) = names.first().filter(|module| !may_name_all(module)) else {
        return Vec::new();
    };
    let Some((_, allowed)) = MAY_NAME.iter().find(|(name, _)| name == module) else {
        return vec![format!("{}: {module} has no row in the table of layers", source.path)];
    };
    let is_test = source.is_unit_test();
    let foreign = |named: &Named| match named.segments.as_slice() {
        [root, top, ..] if root == "crate" || root == "glasklar" => {
            let in_tests = is_test && TESTS_MAY_NAME.contains(&(module, top));
            top != module && !allowed.contains(&top.as_str()) && !in_tests
        }
        _ => false,
    };
    let paths = source.paths();
    let foreign = paths.iter().filter(|named| foreign(named));
    foreign.map(|named| finding(source, named, &format!("is not for {module} to name"))).collect()
}

fn reserved(source: &Source) -> Vec<String> {
    let paths = source.paths();
    let rules = RESERVED.iter().filter(|rule| !is_within(&source.path, rule.places));
    rules
        .flat_map(|rule| paths.iter().filter(|named| named.reaches(rule.path)))
        .map(|named| finding(source, named, "is reserved for another module"))
        .collect()
}

fn purity(source: &Source) -> Vec<String> {
    if !is_within(&source.path, PURE) {
        return Vec::new();
    }
    let paths = source.paths();
    let impure = |named: &&Named| IMPURE.iter().any(|path| named.reaches(path));
    let impure = paths.iter().filter(impure);
    impure.map(|named| finding(source, named, "has no place in a pure module")).collect()
}

fn statuses(source: &Source) -> Vec<String> {
    if is_within(&source.path, &["src/grpc/status", "tests", "benches"]) {
        return Vec::new();
    }
    let makes_one = |named: &&Named| match named.segments.as_slice() {
        [root, status, function, ..] if root == "tonic" && status == "Status" => {
            !STATUS_METHODS.contains(&function.as_str())
        }
        _ => false,
    };
    let paths = source.paths();
    let made = paths.iter().filter(makes_one);
    made.map(|named| finding(source, named, "is for src/grpc/status.rs alone")).collect()
}

fn permits(source: &Source) -> Vec<String> {
    let consent = ["src/domain/consent", "src/domain/consent_tests"];
    if source.module().is_none() || is_within(&source.path, &consent) {
        return Vec::new();
    }
    let tokens = &source.tokens;
    let constructs = |at: usize| {
        let text = |at: usize| tokens[at].text.as_str();
        if text(at) != "Permit" || tokens.get(at + 1).is_none_or(|next| next.text != "{") {
            return false;
        }
        let mut start = at;
        while start > 1 && text(start - 1) == "::" {
            start -= 2;
        }
        // `-> &'a Permit {` is the type that a function returns.
        let reference =
            |at: usize| matches!(text(at), "&" | "mut" | "'") || (at > 0 && text(at - 1) == "'");
        while start > 0 && reference(start - 1) {
            start -= 1;
        }
        start == 0 || text(start - 1) != "->"
    };
    let places = (0..tokens.len()).filter(|at| constructs(*at));
    places
        .map(|at| format!("{}:{}: only consent makes a permit", source.path, tokens[at].line))
        .collect()
}

/// `#[path]` could put a file where these rules do not look for it.
fn placement(source: &Source) -> Vec<String> {
    let lines = source.text.lines().zip(source.code.lines()).enumerate();
    let strays = lines.filter(|(_, (text, code))| {
        code.contains("#[path") && text.contains('/') && source.path != "src/lib.rs"
    });
    strays.map(|(at, _)| format!("{}:{}: keep the file beside", source.path, at + 1)).collect()
}

#[test]
fn modules_name_only_the_layers_below_them() {
    assert_obeyed(layering);
}

#[test]
fn outside_crates_are_named_only_where_they_belong() {
    assert_obeyed(reserved);
}

#[test]
fn the_pure_core_reaches_nothing_outside() {
    assert_obeyed(purity);
}

#[test]
fn only_one_file_makes_a_status() {
    assert_obeyed(statuses);
}

#[test]
fn only_the_consent_rules_make_a_permit() {
    assert_obeyed(permits);
}

#[test]
fn files_are_where_their_modules_are() {
    assert_obeyed(placement);
}

#[cfg(test)]
mod tests;
