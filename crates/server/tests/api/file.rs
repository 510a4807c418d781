//! The database as a file.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use polka_server::http;
use serde_json::Value;

use crate::app::{LIST, TestApp};
use crate::writes::{MILK, report, send};

impl TestApp {
    /// Another server in the same folder, on another database.
    async fn served_from(&self, file: &str) -> Self {
        Self::serve(Arc::clone(&self.folder), file, http::Reach::default()).await
    }

    /// Runs a command that is not to be done.
    async fn fails(&self, words: &[&str]) {
        let run = self.command(words).output().await.expect("the program");
        assert_eq!(run.status.code(), Some(1), "{words:?}");
    }
}

#[tokio::test]
async fn the_file_has_no_device_s_credential() {
    let app = TestApp::start(LIST).await;
    let cookie = app.device("Вход", "kiosk").await;
    let (_, secret) = cookie.rsplit_once('.').expect("a secret");
    let kept = std::fs::read(app.path("polka.db")).expect("the database");
    assert!(!kept.windows(secret.len()).any(|window| window == secret.as_bytes()), "the database has the credential");
}

#[tokio::test]
async fn a_copy_made_while_the_server_serves_knows_every_write_that_was_answered_before() {
    let app = TestApp::start(LIST).await;
    let cookie = app.device("Вход", "kiosk").await;
    let first = send(&app, &cookie, "a", &report(MILK, 7990)).await;
    let told: Value = serde_json::from_str(&app.run(&["backup", &app.path("copy.db"), "--json"]).await).expect("JSON");
    assert_eq!(told["file"], app.path("copy.db"));
    let mode = |file: &str| std::fs::metadata(app.path(file)).expect("a file").permissions().mode() & 0o777;
    assert_eq!((mode("copy.db"), mode("copy.secrets"), mode("copy.secrets/digest")), (0o600, 0o700, 0o600));
    // Its secrets would take the place of the server's own, and the log beside it is another's.
    std::fs::write(app.path("other.db-wal"), b"").expect("a file");
    for file in ["polka.db", "polka.bak", "polka.secrets", "other.db"] {
        app.fails(&["backup", &app.path(file)]).await;
    }
    send(&app, &cookie, "b", &report(MILK, 7990)).await;

    let restored = app.served_from("copy.db").await;
    assert_eq!(restored.count("SELECT COUNT(*) FROM label_reports").await, 1);
    assert_eq!(send(&restored, &cookie, "a", &report(MILK, 7990)).await.body, first.body);
    assert_eq!(send(&restored, &cookie, "a", &report(MILK, 6990)).await.error_code(), "key_reused");
    // What was answered after the copy was made, the device would have to send again.
    assert_eq!(send(&restored, &cookie, "b", &report(MILK, 7990)).await.json()["outcome"], "task_known");
}
