//! A robot that hears what the device says and presses five keys, and nothing else: it never sees the page.
//! Check 2: it finishes every journey there is, in either language.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use polka_stage::{Browser, Server, Size};

use super::{MILK, NO_VOICES, SETTINGS, stand};

/// Ears and a finger. The browser is out of reach of the journeys below.
struct Robot<'a> {
    browser: &'a Browser,
    words: Words,
    /// How long a finger rests between two strikes.
    rest: Duration,
    /// All that was said, in order.
    heard: Vec<String>,
}

/// The five keys, but for the one that goes back up.
#[derive(Clone, Copy)]
enum Key {
    Down,
    Back,
    Help,
    Select,
}

/// What the robot listens for, in its language.
#[derive(Clone, Copy)]
struct Words {
    how_to_go_on: [&'static str; 2],
    button: &'static str,
    price: &'static str,
    offer: &'static str,
    /// In the store's own language.
    which_offer: &'static str,
    shelf: &'static str,
    next: &'static str,
    louder: &'static str,
    volume: &'static str,
    scan: &'static str,
    other_language: &'static str,
    other_greeting: &'static str,
    call: &'static str,
    nobody: &'static str,
}

const RUSSIAN: Words = Words {
    how_to_go_on: ["Вниз", "помощ"],
    button: "кнопка",
    price: "Цена, 89 рублей 90 копеек",
    offer: "Акция",
    which_offer: "2 по цене 1",
    shelf: "Ряд двенадцать, секция два, полка три",
    next: "Можно сканировать следующий товар",
    louder: "Громче, кнопка",
    volume: "Громкость 7 из 10",
    scan: "Отсканируйте товар",
    other_language: "English",
    other_greeting: "We speak English",
    call: "Позвать, кнопка",
    nobody: "никто не ответил",
};

const ENGLISH: Words = Words {
    how_to_go_on: ["Down", "help"],
    button: "button",
    price: "Price, 89 roubles 90 kopecks",
    offer: "Offer",
    which_offer: "2 по цене 1",
    shelf: "Aisle twelve, bay two, shelf three",
    next: "You can scan the next product",
    louder: "Louder, button",
    volume: "Volume 7 of 10",
    scan: "Scan a product",
    other_language: "Русский",
    other_greeting: "Говорим по-русски",
    call: "Call staff, button",
    nobody: "obody has answered yet",
};

impl Robot<'_> {
    /// Plugs headphones in, and gives the first words.
    async fn plug_in(&mut self) -> Result<String> {
        self.listen().await?;
        self.browser.key_down("F15", false).await?;
        self.next_words().await
    }

    /// Pulls them out: the visit is over.
    async fn pull_out(&mut self) -> Result<()> {
        self.browser.key_down("F16", false).await?;
        tokio::time::sleep(self.rest).await;
        Ok(())
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
        self.browser.key_down(code, false).await?;
        let words = self.next_words().await?;
        tokio::time::sleep(self.rest).await;
        Ok(words)
    }

    async fn listen(&mut self) -> Result<()> {
        let heard = self.browser.heard().await?;
        self.heard.extend(heard.into_iter().filter(|it| it.event == "start").map(|it| it.text));
        Ok(())
    }

    /// Waits for words that were not said before.
    async fn next_words(&mut self) -> Result<String> {
        let before = self.heard.len();
        for _ in 0..100 {
            self.listen().await?;
            if let Some(words) = self.heard.get(before) {
                return Ok(words.clone());
            }
            // Where the tests set the clock, it is let go on; elsewhere it does by itself.
            self.browser.script("return window.polka_clock?.pass(500)").await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
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
        for _ in 0..120 {
            let said = self.press(Key::Down).await?;
            if said.contains(words) {
                return Ok(said);
            }
        }
        bail!("{words:?} was not found in {:?}", self.heard)
    }

    async fn learns_a_price_an_offer_and_a_shelf(&mut self) -> Result<()> {
        let (first, words) = (self.plug_in().await?, self.words);
        if !words.how_to_go_on.iter().all(|it| first.contains(it)) {
            bail!("{first:?} does not say how to go on");
        }
        self.scan(MILK).await?;
        self.wait_for(words.price).await?;
        self.find(words.offer).await?;
        self.wait_for(words.which_offer).await?;
        self.find(words.shelf).await?;
        self.find(words.next).await?;
        self.pull_out().await
    }

    /// Types the beginning of a word, letter by letter, and goes to what was found and the way to it.
    async fn finds_a_product_and_the_way(&mut self, letters: [&str; 4], words: Way) -> Result<()> {
        self.plug_in().await?;
        self.find(words.find).await?;
        self.press(Key::Select).await?;
        for letter in letters {
            self.find(letter).await?;
            let said = self.press(Key::Select).await?;
            if !said.to_lowercase().starts_with(&letter.to_lowercase()[..letter.find(',').unwrap_or(0)]) {
                bail!("{said:?} is not what {letter:?} types");
            }
        }
        // How the word could go on is offered too, as a button.
        while !self.find(words.product).await?.contains(words.link) {}
        self.press(Key::Select).await?;
        self.find(words.way).await?;
        self.press(Key::Select).await?;
        for part in words.parts {
            self.find(part).await?;
        }
        self.pull_out().await
    }

    /// Scans two things onto a list, and is led from stop to stop to the tills.
    async fn makes_a_list_and_walks_it(&mut self, words: Walk) -> Result<()> {
        self.plug_in().await?;
        self.find(words.list).await?;
        self.press(Key::Select).await?;
        for (code, count) in [("9521247000444", "1"), ("9521040000276", "1"), ("9521247000444", "2")] {
            self.scan(code).await?;
            self.wait_for(&format!("{} {count}", words.on_the_list)).await?;
        }
        self.find(words.way).await?;
        self.press(Key::Select).await?;
        for stop in words.stops {
            self.wait_for(stop).await?;
            self.find(words.arrived).await?;
            self.find(words.forward).await?;
            self.press(Key::Select).await?;
        }
        self.find(words.tills).await?;
        self.pull_out().await
    }

    /// Joins with a phone number, and types the code that comes to the phone.
    async fn joins_the_programme(&mut self, words: Join, message: usize) -> Result<()> {
        self.plug_in().await?;
        self.find(words.join).await?;
        self.press(Key::Select).await?;
        self.types("9161234567").await?;
        self.find(words.go_on).await?;
        self.press(Key::Select).await?;
        self.find(words.agree).await?;
        self.press(Key::Select).await?;
        self.wait_for(words.code).await?;
        let code = self.browser.code_on_the_phone(message).await?;
        self.types(&code).await?;
        self.find(words.check).await?;
        self.press(Key::Select).await?;
        self.wait_for(words.offers).await?;
        self.find(words.no_offers).await?;
        self.press(Key::Select).await?;
        self.wait_for(words.spends).await?;
        self.pull_out().await
    }

    /// Reports an item whose code has its date, for the points of a phone number.
    async fn reports_an_expired_item(&mut self, code: &str, words: Report) -> Result<()> {
        self.plug_in().await?;
        self.scan(code).await?;
        self.find(words.link).await?;
        self.press(Key::Select).await?;
        self.wait_for(words.past).await?;
        self.find(words.report).await?;
        self.press(Key::Select).await?;
        self.wait_for(words.whose).await?;
        self.find(words.by_phone).await?;
        self.press(Key::Select).await?;
        self.types("9161234567").await?;
        self.find(words.report).await?;
        self.press(Key::Select).await?;
        self.wait_for(words.waits).await?;
        self.pull_out().await
    }

    /// Chooses points on their half of the staff's tablet, types their own number, and hears what they got.
    async fn chooses_points_on_their_half(&mut self, words: Half) -> Result<()> {
        self.plug_in().await?;
        self.find(words.sorry).await?;
        self.find(words.sum).await?;
        self.find(words.points).await?;
        self.press(Key::Select).await?;
        self.wait_for(words.whose).await?;
        self.types("9161234567").await?;
        self.find(words.give).await?;
        self.press(Key::Select).await?;
        self.wait_for(words.done).await?;
        self.find(words.got).await?;
        self.pull_out().await
    }

    /// Types digits, a key at a time.
    async fn types(&mut self, digits: &str) -> Result<()> {
        let mut last = None;
        for digit in digits.chars() {
            // Where the same comes again, the finger is there already.
            if last != Some(digit) {
                self.find(&format!("{digit}, {}", self.words.button)).await?;
            }
            self.press(Key::Select).await?;
            last = Some(digit);
        }
        Ok(())
    }

    async fn finds_help_and_changes_the_volume(&mut self) -> Result<()> {
        self.plug_in().await?;
        self.press(Key::Help).await?;
        self.find(self.words.louder).await?;
        let said = self.press(Key::Select).await?;
        if !said.contains(self.words.volume) {
            bail!("{said:?} is not {:?}", self.words.volume);
        }
        let said = self.press(Key::Back).await?;
        if !said.contains(self.words.scan) {
            bail!("{said:?} is not the first screen");
        }
        self.pull_out().await
    }

    async fn changes_the_language_and_calls_somebody(&mut self, other: Words) -> Result<()> {
        self.plug_in().await?;
        self.find(self.words.other_language).await?;
        let said = self.press(Key::Select).await?;
        if !said.contains(self.words.other_greeting) {
            bail!("{said:?} is not {:?}", self.words.other_greeting);
        }
        self.find(other.call).await?;
        self.press(Key::Select).await?;
        self.wait_for(other.nobody).await.context("the call is answered")?;
        self.pull_out().await
    }
}

/// What it listens for while it joins.
#[derive(Clone, Copy)]
struct Join {
    join: &'static str,
    go_on: &'static str,
    agree: &'static str,
    code: &'static str,
    check: &'static str,
    offers: &'static str,
    no_offers: &'static str,
    spends: &'static str,
}

/// What it listens for on its half of the desk.
#[derive(Clone, Copy)]
struct Half {
    sorry: &'static str,
    sum: &'static str,
    points: &'static str,
    whose: &'static str,
    give: &'static str,
    done: &'static str,
    got: &'static str,
}

/// What it listens for while it reports an expired item.
#[derive(Clone, Copy)]
struct Report {
    link: &'static str,
    past: &'static str,
    report: &'static str,
    whose: &'static str,
    by_phone: &'static str,
    waits: &'static str,
}

/// What it listens for on the way to a product.
#[derive(Clone, Copy)]
struct Way {
    find: &'static str,
    product: &'static str,
    link: &'static str,
    way: &'static str,
    parts: [&'static str; 3],
}

/// What it listens for on the way through a list.
#[derive(Clone, Copy)]
struct Walk {
    list: &'static str,
    on_the_list: &'static str,
    way: &'static str,
    stops: [&'static str; 2],
    arrived: &'static str,
    forward: &'static str,
    tills: &'static str,
}

/// Every journey there is, from the first screen.
pub(crate) async fn journeys(browser: &Browser, language: &str, rest: Duration) -> Result<()> {
    let (words, other) = if language == "ru" { (RUSSIAN, ENGLISH) } else { (ENGLISH, RUSSIAN) };
    let robot = || Robot { browser, words, rest, heard: Vec::new() };
    robot().learns_a_price_an_offer_and_a_shelf().await.context("price, offer and shelf")?;
    robot().finds_help_and_changes_the_volume().await.context("help and volume")?;
    robot().changes_the_language_and_calls_somebody(other).await.context("language and call")
}

/// The guard against double strikes is 200 ms.
const USUAL_REST: Duration = Duration::from_millis(220);

#[tokio::test]
async fn the_robot_finishes_every_journey_in_russian() -> Result<()> {
    let (_server, browser) = stand("/", &[]).await?;
    journeys(&browser, "ru", USUAL_REST).await
}

#[tokio::test]
async fn the_robot_finds_buckwheat_and_walks_a_list_by_words_alone() -> Result<()> {
    let server = Server::start(&[&SETTINGS[..], &NO_VOICES].concat()).await?;
    assert_eq!(server.run(&["demo"]).await?, 0);
    let browser = Browser::open(Size::STAND).await?;
    browser.goto(&server.url("/")).await?;
    browser.wait_until_settled().await?;
    browser.wait_until("localStorage.getItem('polka.device')").await?;
    let russian = Way {
        find: "Найти товар",
        product: "речнев",
        link: "ссылка",
        way: "Показать дорогу",
        parts: ["Встаньте лицом к этому экрану", "Идите прямо", "снизу"],
    };
    let english = Way {
        find: "Find a product",
        product: "uckwheat",
        link: "link",
        way: "Show the way",
        parts: ["Stand facing this screen", "Go straight", "from below"],
    };
    let russian_walk = Walk {
        list: "Мой список",
        on_the_list: "В списке:",
        way: "Показать дорогу",
        stops: ["Остановка 1 из 2", "Остановка 2 из 2"],
        arrived: "снизу",
        forward: "Дальше",
        tills: "Кассы здесь",
    };
    let english_walk = Walk {
        list: "My list",
        on_the_list: "On the list:",
        way: "Show the way",
        stops: ["Stop 1 of 2", "Stop 2 of 2"],
        arrived: "from below",
        forward: "Next",
        tills: "The tills are here",
    };
    for (path, words, way, letters, walk) in [
        ("/", RUSSIAN, russian, ["Г, кнопка", "Р, кнопка", "Е, кнопка", "Ч, кнопка"], russian_walk),
        ("/?lang=en", ENGLISH, english, ["B, button", "U, button", "C, button", "K, button"], english_walk),
    ] {
        browser.goto(&server.url(path)).await?;
        browser.wait_until_settled().await?;
        let mut robot = Robot { browser: &browser, words, rest: USUAL_REST, heard: Vec::new() };
        robot.finds_a_product_and_the_way(letters, way).await.context("a product")?;
        robot.heard.clear();
        robot.makes_a_list_and_walks_it(walk).await.context("a list")?;
    }
    Ok(())
}

#[tokio::test]
async fn the_robot_joins_the_programme_by_words_and_five_keys() -> Result<()> {
    let server = Server::start(&[&SETTINGS[..], &NO_VOICES, &["--messages", "log"]].concat()).await?;
    let browser = Browser::open(Size::STAND).await?;
    browser.goto(&server.url("/")).await?;
    browser.wait_until_settled().await?;
    // Only a tablet of the staff is shown the code that goes to the phone.
    browser.enrol_as(&server, "Tablet", "tablet").await?;
    browser.wait_until("localStorage.getItem('polka.device')").await?;
    let russian = Join {
        join: "Завести карту",
        go_on: "Дальше, кнопка",
        agree: "Да, даю согласие",
        code: "Наберите код из сообщения",
        check: "Проверить код",
        offers: "Присылать вам скидки",
        no_offers: "Нет, не надо",
        spends: "Карта копит и тратит баллы",
    };
    let english = Join {
        join: "Get a card",
        go_on: "Next, button",
        agree: "Yes, I agree",
        code: "Type the code",
        check: "Check the code",
        offers: "offers",
        no_offers: "No, thank you",
        spends: "spends points",
    };
    for (path, words, join, message) in [("/", RUSSIAN, russian, 1), ("/?lang=en", ENGLISH, english, 2)] {
        // The same number has another code after a minute alone.
        server.execute("UPDATE phone_codes SET made_ms = made_ms - 61000").await?;
        browser.goto(&server.url(path)).await?;
        browser.wait_until_settled().await?;
        let mut robot = Robot { browser: &browser, words, rest: USUAL_REST, heard: Vec::new() };
        robot.joins_the_programme(join, message).await.context(path)?;
        server.wait_for_number("SELECT COUNT(*) FROM cards WHERE proved_ms > 0", message as i64).await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_robot_reports_an_expired_item_by_words_and_five_keys() -> Result<()> {
    let (server, browser) = stand("/", &[]).await?;
    browser.enrol(&server, "Entrance").await?;
    browser.wait_until("localStorage.getItem('polka.device')").await?;
    let russian = Report {
        link: "Сообщить, что срок вышел, ссылка",
        past: "Срок вышел",
        report: "Сообщить, кнопка",
        whose: "Кому баллы",
        by_phone: "По номеру телефона, кнопка",
        waits: "Баллы ждут",
    };
    let english = Report {
        link: "Report an expired item, link",
        past: "Past its date",
        report: "Report it, button",
        whose: "Who gets the points",
        by_phone: "By phone number, button",
        waits: "Points waiting",
    };
    for (path, words, report, day) in [("/", RUSSIAN, russian, "260131"), ("/?lang=en", ENGLISH, english, "260130")] {
        browser.goto(&server.url(path)).await?;
        browser.wait_until_settled().await?;
        let mut robot = Robot { browser: &browser, words, rest: USUAL_REST, heard: Vec::new() };
        robot.reports_an_expired_item(&format!("010{MILK}17{day}"), report).await.context(path)?;
    }
    server.wait_for_number("SELECT COUNT(*) FROM expired_reports WHERE is_whole = 1", 2).await
}

#[tokio::test]
async fn the_robot_has_an_apology_on_its_half_of_the_desk() -> Result<()> {
    let (server, tablet) = stand("/", &[]).await?;
    tablet.enrol_as(&server, "Tablet", "tablet").await?;
    tablet.sign_in(&server, "Anna", "staff").await?;
    let russian = Half {
        sorry: "Извините нас",
        sum: "Для вас: 100 рублей",
        points: "Баллы на карту, кнопка",
        whose: "Чьи баллы?",
        give: "Передать, кнопка",
        done: "Готово",
        got: "Баллов начислено на вашу карту: 100",
    };
    let english = Half {
        sorry: "We are sorry",
        sum: "For you: 100 roubles",
        points: "Points on a card, button",
        whose: "Whose points?",
        give: "Give it, button",
        done: "Done",
        got: "Points on your card: 100",
    };
    for (path, words, half) in [("/staff-desk", RUSSIAN, russian), ("/staff-desk?lang=en", ENGLISH, english)] {
        tablet.goto(&server.url(path)).await?;
        // Whoever works here has chosen why and how much.
        for step in ["[data-action=apology]", "[data-action=reason]", "[data-action=amount]"] {
            tablet.wait_until(&format!("document.querySelector('{step}')")).await?;
            tablet.press(step).await?;
        }
        tablet.wait_until("document.querySelector('.half-customer [data-action=points]')").await?;
        let mut robot = Robot { browser: &tablet, words, rest: USUAL_REST, heard: Vec::new() };
        robot.chooses_points_on_their_half(half).await.context(path)?;
    }
    let points = "SELECT COALESCE(SUM(points), 0) FROM points_postings WHERE account = 'member_available'";
    server.wait_for_number(points, 200).await
}

#[tokio::test]
async fn the_robot_finishes_every_journey_in_english() -> Result<()> {
    let (_server, browser) = stand("/?lang=en", &[]).await?;
    journeys(&browser, "en", USUAL_REST).await
}
