//! The door: who is let in, which forms are taken, which headers every answer carries.

use super::client::send;
use super::office::Office;

#[tokio::test]
async fn another_hosts_name_for_this_machine_is_refused_everywhere() {
    let office = Office::open().await;
    for path in ["/", "/api/v1/persons/P1", "/healthz"] {
        let head = format!("GET {path} HTTP/1.1\r\nHost: dossiers.example:8080");
        let answer = send(&office.address, &head, b"").await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(!answer.text().contains("王伟"));
    }
    let local =
        format!("GET /healthz HTTP/1.1\r\nHost: localhost:{}", office.address.rsplit_once(':').unwrap().1);
    assert_eq!(send(&office.address, &local, b"").await.status, 200);
    office.close().await;
}

#[tokio::test]
async fn a_form_without_this_servers_token_is_refused_in_chinese() {
    let office = Office::open().await;
    let form = "\r\nContent-Type: application/x-www-form-urlencoded";
    let port = office.address.rsplit_once(':').unwrap().1;
    let cookie = format!("\r\nCookie: qingjian_form_{port}={}", office.app.form_token());
    let right = format!("q=x&form_token={}", office.app.form_token());
    for (headers, body) in [
        (form.to_owned(), "q=x"),
        (form.to_owned(), right.as_str()),
        (format!("{form}{cookie}"), "q=x"),
        (format!("{form}{cookie}"), "q=x&form_token=0000"),
    ] {
        for path in ["/search", "/persons"] {
            let body = body.replace("q=x", if path == "/persons" { "name=x" } else { "q=x" });
            let answer = office.ask("POST", path, &headers, body.as_bytes()).await;
            answer.is_page(403);
            assert!(answer.text().contains("页面已过期"));
        }
    }
    let parts = b"--x\r\nContent-Disposition: form-data; name=\"names\"\r\n\r\nx\r\n--x--\r\n";
    let answer =
        office.ask("POST", "/clearances", "\r\nContent-Type: multipart/form-data; boundary=x", parts).await;
    answer.is_page(403);
    assert_eq!(office.ask("POST", "/search", &format!("{form}{cookie}"), right.as_bytes()).await.status, 200);
    office.close().await;
}

#[tokio::test]
async fn what_another_origin_sends_is_refused_even_with_a_token() {
    let office = Office::open().await;
    let origin = "\r\nOrigin: http://127.0.0.1:1\r\nContent-Type: application/json";
    let answer = office.ask("POST", "/api/v1/search", origin, br#"{"query": "x"}"#).await;
    answer.is_problem(403, "origin_refused");
    let own = format!("\r\nOrigin: http://{}\r\nContent-Type: application/json", office.address);
    assert_eq!(office.ask("POST", "/api/v1/search", &own, br#"{"query": "x"}"#).await.status, 200);
    office.close().await;
}

#[tokio::test]
async fn every_answer_carries_the_headers_of_safety() {
    let office = Office::open().await;
    for path in ["/", "/api/v1/persons/P1", "/nowhere", "/healthz", "/api/docs", "/metrics"] {
        let answer = office.get(path).await;
        for (name, begins) in [
            ("content-security-policy", "default-src 'self'"),
            ("referrer-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
        ] {
            assert!(answer.header(name).is_some_and(|value| value.starts_with(begins)), "{path} {name}");
        }
        assert!(answer.header("x-request-id").is_some());
    }
    let page = office.get("/").await;
    let cookie = page.header("set-cookie").unwrap();
    assert!(cookie.contains("; HttpOnly; SameSite=Strict") && cookie.contains(office.app.form_token()));
    let style = page.text().split("href=\"").find(|part| part.starts_with("/static/qingjian.")).unwrap();
    let style = office.get(style.split('"').next().unwrap()).await;
    assert_eq!(
        (style.status, style.header("cache-control")),
        (200, Some("public, max-age=31536000, immutable"))
    );
    office.close().await;
}

#[tokio::test]
async fn unknown_fields_of_forms_and_unknown_parameters_are_refused() {
    let office = Office::open().await;
    office.post_form("/search", &[("q", "x"), ("fuzzy", "yes")]).await.is_page(422);
    office.post_parts("/clearances", &[("names", "x"), ("acept_unique_names", "yes")]).await.is_page(400);
    office.get("/persons?name=x").await.is_page(400);
    office.get("/clearances?page=two").await.is_page(400);
    office.get("/clearances/C-1?state=guilty").await.is_page(400);
    office.get("/nowhere").await.is_page(404);
    office.ask("DELETE", "/persons/P1", "", b"").await.is_page(405);
    office.close().await;
}

#[tokio::test]
async fn a_handler_that_panics_over_a_dossier_tells_nothing_of_it() {
    let office = Office::open().await;
    let broken = axum::Router::new()
        .route(
            "/persons/{id}",
            axum::routing::get(async || -> &'static str {
                panic!("金丝雀王伟 {}", super::office::ID_OF_P1)
            }),
        )
        .route("/api/v1/persons/{id}", axum::routing::get(async || -> &'static str { panic!("金丝雀王伟") }))
        .layer(axum::middleware::from_fn_with_state(office.app.clone(), crate::around::around));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let served = tokio::spawn(async move { axum::serve(listener, broken).await });
    for path in ["/persons/P1", "/api/v1/persons/P1"] {
        let head = format!("GET {path} HTTP/1.1\r\nHost: {address}");
        let answer = super::client::send(&address, &head, b"").await;
        assert_eq!(answer.status, 500, "{}", answer.text());
        for canary in ["金丝雀", "王伟", super::office::ID_OF_P1, "panic"] {
            assert!(!answer.text().contains(canary), "{path} tells {canary}: {}", answer.text());
        }
        assert!(answer.header("content-security-policy").is_some(), "the headers of safety stand there too");
    }
    // The server goes on.
    office.get("/persons/P1").await.is_page(200);
    served.abort();
    office.close().await;
}
