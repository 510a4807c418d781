//! A robot that hears what the device says and presses five keys, and nothing else: it never sees the page.

use anyhow::{Context, Result, bail};
use polka_stage::{Browser, Server};

use super::{MILK, stand};

/// Ears and a finger. The browser is out of reach of the journeys below.
struct Robot {
    browser: Browser,
    _server: Server,
    /// All that was said, in order.
    heard: Vec<String>,
}

/// The five keys.
#[derive(Clone, Copy)]
enum Key {
    Down,
    Back,
    Help,
    Select,
}

impl Robot {
    async fn at(path: &str) -> Result<Self> {
        let (server, browser) = stand(path, &[]).await?;
        Ok(Self { browser, _server: server, heard: Vec::new() })
    }

    /// Plugs headphones in.
    async fn plug_in(&mut self) -> Result<String> {
        self.browser.key("F15").await?;
        self.next_words().await
    }

    /// Holds a product to the scanner.
    async fn scan(&mut self, code: &str) -> Result<()> {
        self.listen().await?;
        self.browser.scan(code).await
    }

    /// Presses a key, and gives the first words that follow.
    async fn press(&mut self, key: Key) -> Result<String> {
        self.listen().await?;
        let code = match key {
            Key::Down => "ArrowDown",
            Key::Back => "ArrowLeft",
            Key::Help => "ArrowRight",
            Key::Select => "Enter",
        };
        self.browser.key(code).await?;
        self.next_words().await
    }

    async fn listen(&mut self) -> Result<()> {
        let heard = self.browser.heard().await?;
        self.heard.extend(heard.into_iter().filter(|it| it.event == "start").map(|it| it.text));
        Ok(())
    }

    /// Waits for words that were not said before.
    async fn next_words(&mut self) -> Result<String> {
        let before = self.heard.len();
        for _ in 0..200 {
            self.listen().await?;
            if let Some(words) = self.heard.get(before) {
                return Ok(words.clone());
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        bail!("silence after {:?}", self.heard.last())
    }

    /// Listens, without a key, until these words come.
    async fn wait_for(&mut self, words: &str) -> Result<()> {
        for _ in 0..20 {
            if self.heard.iter().any(|it| it.contains(words)) {
                return Ok(());
            }
            self.next_words().await?;
        }
        bail!("{words:?} was not said in {:?}", self.heard)
    }

    /// Goes down until these words are said.
    async fn find(&mut self, words: &str) -> Result<String> {
        for _ in 0..60 {
            let said = self.press(Key::Down).await?;
            if said.contains(words) {
                return Ok(said);
            }
        }
        bail!("{words:?} was not found in {:?}", self.heard)
    }
}

#[tokio::test]
async fn the_robot_learns_a_price_an_offer_and_a_shelf() -> Result<()> {
    let mut robot = Robot::at("/").await?;
    let first = robot.plug_in().await?;
    assert!(first.contains("Вниз") && first.contains("помощ"), "{first}");
    robot.scan(MILK).await?;
    robot.wait_for("Цена, 89 рублей 90 копеек").await?;
    robot.find("2 по цене 1").await?;
    robot.find("Ряд двенадцать, секция два, полка три").await?;
    robot.find("Можно сканировать следующий товар").await?;
    Ok(())
}

#[tokio::test]
async fn the_robot_finds_help_and_changes_the_volume() -> Result<()> {
    let mut robot = Robot::at("/").await?;
    robot.plug_in().await?;
    robot.press(Key::Help).await?;
    robot.find("Громче, кнопка").await?;
    let said = robot.press(Key::Select).await?;
    assert!(said.contains("Громкость 7 из 10"), "{said}");
    let said = robot.press(Key::Back).await?;
    assert!(said.contains("Отсканируйте товар"), "{said}");
    Ok(())
}

#[tokio::test]
async fn the_robot_changes_the_language_and_calls_somebody() -> Result<()> {
    let mut robot = Robot::at("/").await?;
    robot.plug_in().await?;
    robot.find("English").await?;
    let said = robot.press(Key::Select).await?;
    assert!(said.contains("We speak English"), "{said}");
    robot.find("Call staff, button").await?;
    robot.press(Key::Select).await?;
    robot.wait_for("nobody has answered yet").await.context("the call is answered")?;
    Ok(())
}
