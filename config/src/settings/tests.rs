//! Tables of cases for settings: the layers, unknown keys, wrong values, contradictions.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};

use super::layers::KEYS;
use super::{DEFAULT_TOML, Login, Mail, Settings, SettingsError, Smtp, Tls};

const NO_ENV: [(&str, &str); 0] = [];

fn load(file: &str, env: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    load_in(tempfile::tempdir().unwrap().path(), file, env)
}

fn load_in(folder: &Path, file: &str, env: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let path = folder.join("qingjian.toml");
    std::fs::write(&path, file).unwrap();
    Settings::load(Some(&path), env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

/// The message, with the file's name as FILE.
#[track_caller]
fn refused(file: &str, env: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let message = load_in(folder.path(), file, env).expect_err("this should be refused").to_string();
    message.replace(&folder.path().join("qingjian.toml").display().to_string(), "FILE")
}

#[test]
fn the_shipped_file_gives_the_defaults_of_the_contract() {
    let settings = Settings::load(None, []).unwrap();
    assert_eq!(settings.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.storage.key_file, None);
    assert_eq!(settings.storage.readers, 8);
    assert_eq!(settings.alerts.schedule, "0 30 6 * * *");
    assert_eq!(settings.alerts.timezone, chrono_tz::Asia::Shanghai);
    assert_eq!(settings.mail, Mail::Directory);
}

#[test]
fn the_shipped_file_names_every_key_set_or_commented_out() {
    let mut section = "";
    let mut named = Vec::new();
    for line in DEFAULT_TOML.lines() {
        let line = line.trim_start_matches("# ");
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        } else if let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| !key.contains(' ')) {
            named.push(format!("{section}.{key}"));
        }
    }
    assert_eq!(named, KEYS);
}

#[test]
fn the_file_goes_over_the_default_and_the_environment_over_the_file() {
    let file = "[server]\nlisten = \"127.0.0.1:9000\"\n[storage]\nreaders = 2\n[index]\n";
    let settings = load(file, &[]).unwrap();
    assert_eq!((settings.server.listen.port(), settings.storage.readers), (9000, 2));
    let env = [("QINGJIAN__STORAGE__READERS", " 16 "), ("QINGJIAN_DATA", "elsewhere"), ("PATH", "/bin")];
    let settings = load(file, &env).unwrap();
    assert_eq!((settings.server.listen.port(), settings.storage.readers), (9000, 16));
    let settings = settings.with_listen("[::1]:7000".parse().unwrap(), None).unwrap();
    assert_eq!(settings.server.listen.to_string(), "[::1]:7000");
}

#[test]
fn a_byte_order_mark_in_front_of_the_file_is_no_mistake() {
    assert_eq!(load("\u{feff}[storage]\r\nreaders = 3\r\n", &[]).unwrap().storage.readers, 3);
}

#[test]
fn an_unknown_key_is_refused_with_its_place_and_the_nearest_one() {
    for (file, env, message) in [
        (
            "[server]\nlissten = \"127.0.0.1:1\"\n",
            &NO_ENV[..],
            "unknown setting server.lissten (FILE); did you mean server.listen?",
        ),
        (
            "[mail]\npassword = \"x\"\n",
            &[],
            "unknown setting mail.password (FILE); did you mean mail.password_file?",
        ),
        ("listen = \"x\"\n", &[], "unknown setting listen (FILE); did you mean server.listen?"),
        ("[sever]\n", &[], "unknown setting sever (FILE); did you mean server?"),
        (
            "[server.listen]\nport = 1\n",
            &[],
            "server.listen = \"{ port = 1 }\" (FILE) cannot be used: expected a text that is not empty",
        ),
        ("[index]\nshards = 3\n", &[], "unknown setting index.shards (FILE)"),
        (
            "",
            &[("QINGJIAN__MAIL__HOSTS", "x")],
            "unknown setting mail.hosts (QINGJIAN__MAIL__HOSTS in the environment); did you mean mail.host?",
        ),
        (
            "",
            &[("QINGJIAN__LISTEN", "x")],
            "unknown setting listen (QINGJIAN__LISTEN in the environment); did you mean server.listen?",
        ),
    ] {
        assert_eq!(refused(file, env), message);
    }
}

#[test]
fn a_wrong_value_is_refused_with_key_value_place_and_expectation() {
    for (file, message) in [
        (
            "[storage]\nreaders = 0",
            "storage.readers = \"0\" (FILE) cannot be used: expected a whole number from 1 to 64",
        ),
        (
            "[storage]\nreaders = \"4\"",
            "storage.readers = \"4\" (FILE) cannot be used: expected a whole number from 1 to 64",
        ),
        (
            "[server]\nlisten = 8080",
            "server.listen = \"8080\" (FILE) cannot be used: expected a text that is not empty",
        ),
        (
            "[server]\nlisten = \"localhost\"",
            "server.listen = \"localhost\" (FILE) cannot be used: expected an address with a port, as 127.0.0.1:8080",
        ),
        (
            "[server]\nlisten = \"0.0.0.0:8080\"",
            "server.listen = \"0.0.0.0:8080\" (FILE) cannot be used: expected a loopback address (127.0.0.1 or [::1]); \
             another one only over TLS of our own (server.tls_cert, server.tls_key, server.hosts) or behind a proxy that \
             ends TLS (server.proxies)",
        ),
        (
            "[alerts]\ntimezone = \"Beijing\"",
            "alerts.timezone = \"Beijing\" (FILE) cannot be used: expected the name of a time zone, as Asia/Shanghai",
        ),
        (
            "[alerts]\nschedule = \" \"",
            "alerts.schedule = \" \" (FILE) cannot be used: expected a text that is not empty",
        ),
        (
            "[mail]\nbackend = \"post\"",
            "mail.backend = \"post\" (FILE) cannot be used: expected \"directory\" or \"smtp\"",
        ),
        (
            "[mail]\ntls = \"opportunistic\"",
            "mail.tls = \"opportunistic\" (FILE) cannot be used: expected \"starttls\", \"implicit\" or \"none\"",
        ),
        (
            "[mail]\nport = 70000",
            "mail.port = \"70000\" (FILE) cannot be used: expected a whole number from 1 to 65535",
        ),
        (
            "[mail]\nfrom = \"清鉴 <a@b.cn>\"",
            "mail.from = \"清鉴 <a@b.cn>\" (FILE) cannot be used: expected one address as office@example.cn, without a name",
        ),
        (
            "[mail]\nhost = \"smtp://relay\"",
            "mail.host = \"smtp://relay\" (FILE) cannot be used: expected the name or the address of a mail server, \
             without a port",
        ),
    ] {
        assert_eq!(refused(file, &[]), message);
    }
    let flag =
        Settings::load(None, []).unwrap().with_listen("10.0.0.1:80".parse().unwrap(), None).unwrap_err();
    assert!(flag.to_string().contains("(--listen on the command line)"), "{flag}");
}

#[test]
fn mail_without_encryption_goes_to_this_machine_only() {
    let file = |host: &str| {
        format!(
            "[mail]\nbackend = \"smtp\"\nhost = \"{host}\"\ntls = \"none\"\nfrom = \"qingjian@office.example\"\n"
        )
    };
    for host in ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]", "::ffff:127.0.0.1"] {
        assert!(load(&file(host), &[]).is_ok(), "{host}");
    }
    for host in ["mail.office.example", "localhost.example", "10.0.0.1", "0.0.0.0", "127.0.0.1.example"] {
        assert!(matches!(load(&file(host), &[]), Err(SettingsError::Contradiction { .. })), "{host}");
    }
    assert_eq!(
        refused("[mail]\nhost = \"relay\"\n", &[("QINGJIAN__MAIL__TLS", "none")]),
        "mail.tls = \"none\" (QINGJIAN__MAIL__TLS in the environment) and mail.host = \"relay\" (FILE) contradict each \
         other: mail without encryption goes to a loopback address only"
    );
}

#[test]
fn a_mail_server_needs_a_host_and_a_sender_and_a_login_needs_both_halves() {
    let smtp = "[mail]\nbackend = \"smtp\"\nfrom = \"qingjian@office.example\"\n";
    assert_eq!(refused(smtp, &[]), "mail.host is missing: mail.backend = \"smtp\" (FILE) needs it");
    let with_user = format!("{smtp}host = \"relay\"\nuser = \"q\"\n");
    assert_eq!(refused(&with_user, &[]), "mail.password_file is missing: mail.user = \"q\" (FILE) needs it");
    let env = [("QINGJIAN__MAIL__PASSWORD_FILE", "secret")];
    let settings = load(&with_user, &env).unwrap();
    assert_eq!(
        settings.mail,
        Mail::Smtp(Smtp {
            host: "relay".to_owned(),
            port: 587,
            tls: Tls::Starttls,
            login: Some(Login { user: "q".to_owned(), password_file: PathBuf::from("secret") }),
            from: "qingjian@office.example".to_owned(),
        })
    );
}

#[test]
fn the_port_follows_the_protection_unless_it_is_given() {
    for (tls, given, port) in
        [("starttls", "", 587), ("implicit", "", 465), ("implicit", "port = 2465\n", 2465)]
    {
        let file = format!(
            "[mail]\nbackend = \"smtp\"\nhost = \"relay\"\nfrom = \"a@b.cn\"\ntls = \"{tls}\"\n{given}"
        );
        match load(&file, &[]).unwrap().mail {
            Mail::Smtp(smtp) => assert_eq!(smtp.port, port, "{tls} {given}"),
            Mail::Directory => panic!("smtp was asked for"),
        }
    }
}

#[test]
fn a_relative_path_in_a_file_starts_at_that_files_folder() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("qingjian.toml");
    std::fs::write(&file, "[storage]\nkey_file = \"keys/seal\"\n").unwrap();
    let settings = Settings::load(Some(&file), []).unwrap();
    assert_eq!(settings.storage.key_file, Some(folder.path().join("keys/seal")));
    let env = [("QINGJIAN__STORAGE__KEY_FILE".to_owned(), "/etc/qingjian/key".to_owned())];
    let settings = Settings::load(Some(&file), env).unwrap();
    assert_eq!(settings.storage.key_file, Some(PathBuf::from("/etc/qingjian/key")));
}

#[test]
fn what_is_not_toml_is_refused_by_line_without_repeating_it() {
    let message = refused("[mail]\n\npassword = my secret\n", &[]);
    assert!(message.starts_with("FILE, line 3: "), "{message}");
    assert!(!message.contains("secret"), "{message}");
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let error = Settings::load(Some(&folder.path().join("absent.toml")), []).unwrap_err();
    assert!(matches!(error, SettingsError::Unreadable { .. }), "{error}");
    assert!(error.to_string().contains("absent.toml"), "{error}");
}

#[test]
fn security_has_bounds_that_nobody_leaves_by_a_slip() {
    let shipped = Settings::load(None, []).unwrap().security;
    assert_eq!((shipped.lock_after, shipped.lock_minutes, shipped.idle_minutes), (5, 30, 15));
    assert!(!shipped.single_session && !shipped.second_factor_required && shipped.audit_heads.is_none());
    for (file, message) in [
        (
            "lock_after = 0",
            "security.lock_after = \"0\" (FILE) cannot be used: expected a whole number from 3 to 20",
        ),
        (
            "password_length = 4",
            "security.password_length = \"4\" (FILE) cannot be used: expected a whole number from 8 to 64",
        ),
        (
            "second_factor = \"yes\"",
            "security.second_factor = \"yes\" (FILE) cannot be used: expected \"required\" or \"optional\"",
        ),
    ] {
        assert_eq!(refused(&format!("[security]\n{file}"), &[]), message);
    }
}

#[test]
fn other_machines_come_through_a_proxy_with_a_name() {
    let proxied = "[server]\nlisten = \"0.0.0.0:8080\"\nhosts = \"dossiers.office.example\"\nproxies = \"10.0.0.1, ::1\"\n";
    let server = load(proxied, &[]).unwrap().server;
    assert_eq!((server.proxied.hosts.len(), server.proxied.proxies.len()), (1, 2));
    let half = refused("[server]\nhosts = \"a.example\"", &[]);
    assert!(half.contains("server.hosts") && half.contains("server.proxies"), "{half}");
    for wrong in ["hosts = \"https://a.example\"", "proxies = \"proxy.example\""] {
        assert!(refused(&format!("[server]\n{wrong}"), &[]).contains("cannot be used"), "{wrong}");
    }
}

#[test]
fn other_machines_come_over_tls_of_our_own_with_a_name() {
    let tls = "tls_cert = \"c.pem\"\ntls_key = \"/etc/k.pem\"\n";
    let whole =
        format!("[server]\nlisten = \"0.0.0.0:8443\"\nhosts = \"dossiers.office.example 10.0.0.5\"\n{tls}");
    let server = load(&whole, &[]).unwrap().server;
    let files = server.tls.unwrap();
    assert!(files.cert.ends_with("c.pem") && files.cert.is_absolute(), "beside the settings file");
    assert_eq!(files.key, std::path::Path::new("/etc/k.pem"));
    assert!(server.proxied.proxies.is_empty());
    let nameless = refused(&format!("[server]\nlisten = \"0.0.0.0:8443\"\n{tls}"), &[]);
    assert!(nameless.contains("server.hosts"), "{nameless}");
    assert!(load(&format!("[server]\n{tls}"), &[]).is_ok(), "on loopback its own names suffice");
    for half in ["tls_cert = \"c.pem\"", "tls_key = \"k.pem\""] {
        let half = refused(&format!("[server]\n{half}"), &[]);
        assert!(half.contains("server.tls_cert") && half.contains("server.tls_key"), "{half}");
    }
}

#[test]
fn sealing_exports_and_the_time_of_keeping_are_what_they_say_and_bounded() {
    let settings = load("", &[]).unwrap();
    assert_eq!(settings.security.sealing, crate::settings::Sealing::Aes256Gcm);
    assert!(settings.security.exports_approved);
    assert_eq!(settings.retention.audit_months, 36);
    let other = "[security]\nsealing = \"sm4-gcm\"\nexports = \"free\"\n[retention]\naudit_months = 6\n";
    let settings = load(other, &[]).unwrap();
    assert_eq!(settings.security.sealing, crate::settings::Sealing::Sm4Gcm);
    assert!(!settings.security.exports_approved);
    for wrong in
        ["[security]\nsealing = \"des\"", "[security]\nexports = \"no\"", "[retention]\naudit_months = 5"]
    {
        assert!(refused(wrong, &[]).contains("cannot be used"), "{wrong}");
    }
}
