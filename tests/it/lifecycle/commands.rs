//! The other commands: help, configuration, and the two that verify.

use std::fmt::Write as _;

use glasklar::config;

use crate::harness::program::Folder;
use crate::harness::server::Server;

const COMMANDS: &[&[&str]] = &[
    &[],
    &["bench"],
    &["bench", "import"],
    &["bench", "archive"],
    &["bench", "explain"],
    &["bench", "channels"],
    &["demo"],
    &["serve"],
    &["migrate"],
    &["keygen"],
    &["token"],
    &["inspect"],
    &["fetch"],
    &["verify"],
    &["explain"],
    &["audit"],
    &["audit", "verify"],
    &["rescore"],
    &["ontology"],
    &["ontology", "import"],
    &["ontology", "check"],
    &["ontology", "match"],
    &["calibrate"],
    &["calibrate", "simulate"],
    &["model"],
    &["model", "check"],
    &["model", "table"],
    &["evaluate"],
    &["config"],
];

#[tokio::test]
async fn the_help_of_every_command_is_as_reviewed() {
    let folder = Folder::new();
    let mut all = String::new();
    for &command in COMMANDS {
        let help = folder.succeed(&[command, &["--help"]].concat()).await;
        let _ = writeln!(all, "$ glasklar {}\n{help}", [command, &["--help"]].concat().join(" "));
    }
    let lines: Vec<_> = all.lines().map(str::trim_end).collect();
    insta::assert_snapshot!("help", lines.join("\n"));
    let listed = folder.succeed(&["--help"]).await;
    for line in listed.lines().skip_while(|line| *line != "Commands:").skip(1) {
        let Some(name) = line.split_whitespace().next() else { break };
        let known = name == "help" || COMMANDS.iter().any(|command| command.first() == Some(&name));
        assert!(!line.starts_with("  ") || line.starts_with("   ") || known, "{name} is new");
    }
}

#[tokio::test]
async fn a_command_that_is_wrong_ends_with_2() {
    let folder = Folder::new();
    for arguments in [
        &["rank"][..],
        &["serve", "--config", "missing.toml"],
        &["verify", "missing.json"],
        &["token", "--role", "king"],
        &["token", "--role", "recruiter"],
        &["token", "--role", "candidate", "--organization", "acme"],
        &["token", "--role", "auditor", "--minutes", "16"],
    ] {
        let ended = folder.run(arguments).await;
        assert_eq!(ended.code, Some(2), "{arguments:?}: {ended:?}");
        assert!(ended.out.is_empty() && !ended.err.is_empty(), "{arguments:?}: {ended:?}");
    }
}

#[tokio::test]
async fn the_defaults_are_printed_whole_and_the_settings_without_secrets() {
    let folder = Folder::new();
    let defaults = folder.succeed(&["config", "--defaults"]).await;
    assert_eq!(defaults.trim_end(), config::DEFAULT.trim_end());
    folder.write(
        "glasklar.toml",
        "development = true\n[database]\nurl = \"postgres://u:secret-word@h/d\"\n",
    );
    let printed = folder.succeed(&["config", "--config", "glasklar.toml"]).await;
    assert!(!printed.contains("secret-word"), "{printed}");
    // Every key of the defaults is among what is printed.
    for line in config::DEFAULT.lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, _)) = line.split_once(" = ") {
            assert!(printed.contains(&format!("{key}:")), "{key} is not printed:\n{printed}");
        }
    }
}

#[tokio::test]
async fn keygen_never_overwrites_and_keeps_keys_to_their_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    folder.succeed(&["keygen", "--directory", "secret"]).await;
    let read = |name: &str| std::fs::read(folder.path().join("secret").join(name)).unwrap();
    let names = ["encryption.key", "index.key", "checkpoint.key"];
    let before = names.map(read);
    let again = folder.succeed(&["keygen", "--directory", "secret"]).await;
    assert_eq!(again.matches("exists and was left alone").count(), 3, "{again}");
    assert_eq!(names.map(read), before);
    for name in names {
        let metadata = std::fs::metadata(folder.path().join("secret").join(name)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn verify_tells_an_explanation_from_one_that_was_changed() {
    let server = Server::start().await;
    let mira = server.scored_candidate("mira").await;
    let explained = mira.explain().await;
    let folder = Folder::new();
    folder.write("right.json", &explained.document);
    let right =
        folder.succeed(&["verify", "right.json", "--digest", &explained.document_digest]).await;
    assert!(right.contains("RIGHT: every number follows"), "{right}");
    let text = String::from_utf8(explained.document).unwrap();

    let at = text.lines().position(|line| line.contains("\"reactions\": ")).unwrap();
    let changed: Vec<_> = text
        .lines()
        .enumerate()
        .map(|(i, line)| if i == at { line.replacen(": ", ": 7", 1) } else { line.to_owned() })
        .collect();
    folder.write("wrong.json", changed.join("\n") + "\n");
    let wrong = folder.run(&["verify", "wrong.json"]).await;
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
    assert!(wrong.out.contains("line ") && wrong.out.contains("WRONG"), "{}", wrong.out);

    let other = "0".repeat(64);
    let mismatch = folder.run(&["verify", "right.json", "--digest", &other]).await;
    assert_eq!(mismatch.code, Some(1));
    assert!(mismatch.out.contains("digest mismatch"), "{}", mismatch.out);
    server.finish().await;
}

#[tokio::test]
async fn audit_verify_tells_an_intact_ledger_from_one_that_was_changed() {
    let mut server = Server::start().await;
    let acme = server.recruiter("acme").await;
    let consent = acme.ask("mira").await;
    let kept = server.auditor().await.checkpoint().await;
    acme.expect_refusal(&consent.candidate).await;
    server.stop().await;
    let folder = Folder::new();
    let url = server.world.database.url();
    folder.write("glasklar.toml", format!("development = true\n[database]\nurl = \"{url}\"\n"));
    folder.write("checkpoint.txt", &kept.note);
    let verify = ["audit", "verify", "--config", "glasklar.toml"];
    let against = ["--checkpoint", "checkpoint.txt", "--verifier-key", &kept.verifier_key];
    let with_checkpoint = [&verify[..], &against].concat();
    for arguments in [&verify[..], &with_checkpoint] {
        let intact = folder.succeed(arguments).await;
        assert!(intact.contains("INTACT") && intact.contains("entries    3"), "{intact}");
    }

    // An opening whose salt was changed no longer opens its leaf.
    let salts = server.world.database.is_sqlite();
    let zeros = if salts { "zeroblob(32)" } else { "decode(repeat('00', 32), 'hex')" };
    let tamper = format!("UPDATE ledger_opening SET salt = {zeros} WHERE idx = 1");
    server.world.database.execute(&tamper).await;
    let tampered = folder.run(&verify).await;
    assert_eq!(tampered.code, Some(1), "{tampered:?}");
    assert!(tampered.out.contains("TAMPERED") && tampered.out.contains('1'), "{}", tampered.out);

    let forged = kept.note.replacen("\n2\n", "\n1\n", 1);
    folder.write("checkpoint.txt", forged);
    let refused = folder.run(&with_checkpoint).await;
    assert_eq!(refused.code, Some(2), "a checkpoint that nobody signed: {refused:?}");
}
