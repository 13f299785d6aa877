//! Certificates that are not to be trusted: expired, not valid yet, for another name, of nobody's making. With TLS from
//! the first byte and with STARTTLS none of them gets a mail, and the right one, tried next, gets each once.

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::*;

/// A certificate that a server shows.
struct Shown {
    certificate: CertificateDer<'static>,
    key: KeyPair,
    pem: String,
}

fn certificate(name: &str, from: (i32, u8, u8), until: (i32, u8, u8)) -> Shown {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(from.0, from.1, from.2);
    params.not_after = date_time_ymd(until.0, until.1, until.2);
    let made = params.self_signed(&key).unwrap();
    Shown { certificate: made.der().clone(), key, pem: made.pem() }
}

impl Shown {
    fn acceptor(&self) -> TlsAcceptor {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// A server that shows this certificate, at once or after STARTTLS.
async fn server_with(shown: &Shown, security: Security) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server {
        port: listener.local_addr().unwrap().port(),
        got: Arc::default(),
        fault: Arc::new(Mutex::new(Fault::None)),
    };
    let (got, fault, acceptor) = (Arc::clone(&server.got), Arc::clone(&server.fault), shown.acceptor());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (got, fault, acceptor) = (Arc::clone(&got), Arc::clone(&fault), acceptor.clone());
            tokio::spawn(async move {
                let stream = if security == Security::Starttls { started(stream).await? } else { stream };
                let stream = acceptor.accept(stream).await.ok()?;
                talk(stream, &got, &fault, security == Security::Implicit).await
            });
        }
    });
    server
}

/// Talks in clear until TLS is to begin.
async fn started(stream: TcpStream) -> Option<TcpStream> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail.example ESMTP\r\n").await.ok()?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line.to_ascii_uppercase().starts_with("STARTTLS") {
            stream.write_all(b"220 go on\r\n").await.ok()?;
            return Some(stream.into_inner());
        }
        stream.write_all(b"250-mail.example\r\n250 STARTTLS\r\n").await.ok()?;
    }
}

#[tokio::test]
async fn no_mail_goes_to_a_server_whose_certificate_is_expired_early_for_another_name_or_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let good = certificate("127.0.0.1", (2020, 1, 1), (2090, 1, 1));
    for security in [Security::Implicit, Security::Starttls] {
        for (shown, trusted, said) in [
            (certificate("127.0.0.1", (2020, 1, 1), (2020, 2, 1)), true, "xpired"),
            (certificate("127.0.0.1", (2080, 1, 1), (2090, 1, 1)), true, "not valid yet"),
            (certificate("elsewhere.example", (2020, 1, 1), (2090, 1, 1)), true, "not valid for name"),
            (certificate("127.0.0.2", (2020, 1, 1), (2090, 1, 1)), true, "not valid for name"),
            (certificate("127.0.0.1", (2020, 1, 1), (2090, 1, 1)), false, "BadSignature"),
        ] {
            let office = Office::with_mails().await;
            let file = folder.path().join("ca.pem");
            std::fs::write(&file, if trusted { &shown.pem } else { &good.pem }).unwrap();
            let server = server_with(&shown, security).await;
            let mailer = Smtp { security, ca_file: Some(file.clone()), ..smtp(server.port) };
            office.deliver(&mailer, 0).await;
            assert_eq!(office.states().await, [Queued, Queued], "{security:?} {said}");
            let error = office.mails().await[0].error.clone().unwrap_or_default();
            assert!(error.contains("certificate") && error.contains(said), "{security:?} {said}: {error}");
            {
                let got = server.got.lock().unwrap();
                assert!(got.messages.is_empty() && got.commands.is_empty(), "{:?}", got.commands);
            }
            // The server gets a right certificate: what waited goes out once.
            std::fs::write(&file, &good.pem).unwrap();
            let server = server_with(&good, security).await;
            office.deliver(&Smtp { security, ca_file: Some(file), ..smtp(server.port) }, 5).await;
            assert_eq!(office.states().await, [Accepted, Accepted], "{security:?} {said}");
            for mail in office.mails().await {
                assert_eq!(copies_of(&server, &mail.message_id), 1);
            }
        }
    }
}
