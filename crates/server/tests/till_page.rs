//! `docs/integration/till.md`, command by command, as an integrator would type it.

use std::process::Stdio;

use anyhow::{Context, Result};
use polka_stage::Server;
use serde_json::{Value, json};
use tokio::process::Command;

const PAGE: &str = include_str!("../../../docs/integration/till.md");

/// What is typed, and what the page says that comes back.
struct Step {
    commands: String,
    answer: Option<Value>,
}

fn steps() -> Result<Vec<Step>> {
    let mut steps: Vec<Step> = Vec::new();
    // Every second part lies between fences, with the name of its language in front.
    for part in PAGE.split("```").skip(1).step_by(2) {
        let (language, text) = part.split_once('\n').context("a block has lines")?;
        match language {
            "" => steps.push(Step { commands: text.to_owned(), answer: None }),
            "json" => steps.last_mut().context("something was asked")?.answer = Some(serde_json::from_str(text)?),
            _ => {}
        }
    }
    Ok(steps)
}

/// Whether an answer has all that the page says; `…` stands for whatever comes, and no two run at the same time.
fn is_as_told(told: &Value, answer: &Value) -> bool {
    match (told, answer) {
        (Value::Object(told), Value::Object(answer)) => told.iter().all(|(name, told)| {
            answer.get(name).is_some_and(|it| is_as_told(told, it) || name == "until_ms" && it.is_i64())
        }),
        (Value::Array(told), Value::Array(answer)) => {
            told.len() == answer.len() && told.iter().zip(answer).all(|(told, answer)| is_as_told(told, answer))
        }
        (Value::String(told), Value::String(answer)) => match told.split_once('…') {
            Some((start, _)) => answer.starts_with(start),
            None => told == answer,
        },
        (told, answer) => told == answer,
    }
}

#[tokio::test]
async fn each_command_of_the_page_gives_what_the_page_says() -> Result<()> {
    let server = Server::with_program(env!("CARGO_BIN_EXE_polka").into(), &["--messages", "log"]).await?;
    let mut tablet = server.device_of_kind("Tablet", "tablet").await?;
    let anna = server.ask(&["staff", "add", "Anna", "--role", "staff"]).await?;
    tablet.sign_in(&anna["badge_number"]).await?;
    let said = json!({"reason": "queue", "minor_units": 10_000, "way": "paper", "language": "en", "made_ms": 1});
    let given: Value = serde_json::from_slice(&tablet.write("/api/v1/apologies", "coupon", &said).await?)?;
    let second: Value = serde_json::from_slice(&tablet.write("/api/v1/apologies", "second", &said).await?)?;
    let steps = steps()?;
    let mut script = "
        polka() { \"$POLKA\" \"$@\" | tee added.txt; }
        device_code() { grep -oE '[0-9]{4} ?[0-9]{4}' added.txt | head -1; }
        code() {
            for try in $(seq 100); do
                CODE=$(curl -sS -H \"Cookie: $TABLET\" $URL/api/v1/messages | grep -oE '[0-9]{6}\\. ' | head -1 | cut -c 1-6)
                [ -n \"$CODE\" ] && echo $CODE && return
                sleep 0.1
            done
        }\n"
    .to_owned();
    for (number, step) in steps.iter().enumerate() {
        let commands = step
            .commands
            .replace("http://127.0.0.1:8080", &server.url(""))
            .replace("DEVICE_CODE=12345678", "DEVICE_CODE=$(device_code)")
            .replace("CODE=123456\n", "CODE=$(code)\n");
        script.push_str(&format!("{{ {commands}\n}} > answer-{number}.txt\n"));
    }
    let ran = Command::new("bash")
        .args(["-eu", "-c", &script])
        .current_dir(server.folder())
        .env("POLKA", env!("CARGO_BIN_EXE_polka"))
        .env("POLKA_DATABASE", server.database())
        .env("TABLET", tablet.cookie())
        .env("COUPON", given["coupon_code"].as_str().context("a coupon")?)
        .env("COUPON_QR", second["coupon_qr"].as_str().context("a coupon")?)
        .stdin(Stdio::null())
        .output()
        .await?;
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(steps.iter().filter(|step| step.answer.is_some()).count() >= 10, "the page has lost its answers");
    for (number, step) in steps.iter().enumerate() {
        let Some(told) = &step.answer else { continue };
        let answer = std::fs::read_to_string(server.folder().join(format!("answer-{number}.txt")))?;
        let read = serde_json::from_str(answer.trim()).with_context(|| answer.clone())?;
        assert!(is_as_told(told, &read), "{}\ngives {answer}\nand not {told}", step.commands);
    }
    Ok(())
}
