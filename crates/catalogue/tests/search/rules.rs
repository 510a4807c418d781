//! One rule a test.

use polka_catalogue::search::{How, Query, SearchIndex, Synonyms};
use polka_domain::{Date, Product, Text};

use crate::{Store, TODAY, product};

const MILK: &str = "Продукты/Молочные продукты/Молоко, сливки";
const SWEETS: &str = "Продукты/Кондитерские изделия/Шоколад";

fn shop() -> Store {
    Store::named(&[
        ("Шоколад молоко и орех 90г", SWEETS),
        ("Молоко Заречье 3,2% 0,93л пл/б", MILK),
        ("Молоко топленое 4% 500 мл", MILK),
        ("Крупа гречка ядрица 800г", "Продукты/Крупа и бобовые"),
        ("Шпроты в масле 190г ж/бан.", "Продукты/Рыба/Шпроты"),
        ("Сыр Российский 50% 200г", "Продукты/Молочные продукты/Сыр"),
        ("Сырок глазированный 45г", "Продукты/Молочные продукты/Сырок"),
        ("Напиток coca-cola 1.5л", "Продукты/Напитки"),
        ("Напиток Sprite 0.5л", "Продукты/Напитки"),
        ("Бумага туалетная 4 рулона", "Гигиена/Бумага туалетная"),
        ("Ёжик шоколадный", SWEETS),
        ("Печенье овсяное 0.245", "Продукты/Кондитерские изделия/Печенье"),
        ("Корм для кошек с курицей 85г", "Товары для животных/Корм для кошек"),
        ("Помидоры черри 250г", "Продукты/Овощи"),
    ])
}

#[test]
fn a_beginning_of_a_word_is_enough() {
    assert_eq!(shop().found("греч"), ["Крупа гречка ядрица 800г"]);
}

#[test]
fn a_beginning_is_not_taken_for_a_word_in_the_other_layout() {
    let store = Store::named(&[("Крупа гречневая", "Бакалея"), ("Молоко UHT 3%", MILK)]);
    assert_eq!(store.found("гре"), ["Крупа гречневая"]);
}

#[test]
fn a_word_that_was_begun_can_be_chosen_as_it_goes_on() {
    let store = shop();
    let completions = |text: &str| store.index.completions(text, 3);
    assert_eq!(completions("мо"), ["молоко", "молочные"]);
    assert_eq!(completions("белое молок"), ["белое молоко"]);
    for nothing in ["м", "молоко ", "", "12", "щщ"] {
        assert_eq!(completions(nothing), Vec::<String>::new(), "{nothing:?}");
    }
}

#[test]
fn a_question_is_its_thing() {
    let store = shop();
    for question in ["где гречка", "мне нужна гречка", "где найти гречку", "where is the buckwheat"]
    {
        assert_eq!(store.first(question), "Крупа гречка ядрица 800г", "{question}");
    }
}

#[test]
fn the_order_of_words_does_not_matter() {
    assert_eq!(shop().found("российский сыр"), shop().found("сыр российский"));
}

#[test]
fn all_words_come_before_some() {
    let found = shop().search("молоко шоколад");
    assert_eq!(found.total, 1);
    assert_eq!(found.hits[0].product.name.as_str(), "Шоколад молоко и орех 90г");
    assert_eq!(found.hits[0].matched, 0b11);
    assert!(found.hits.len() > 1, "what holds one of the words fills up");
}

#[test]
fn the_thing_itself_comes_before_what_only_contains_it() {
    assert_eq!(shop().found("молоко").last().map(String::as_str), Some("Шоколад молоко и орех 90г"));
    assert_eq!(shop().first("сыр"), "Сыр Российский 50% 200г");
}

#[test]
fn each_kind_of_typo_is_forgiven() {
    for typed in ["млооко", "малоко", "молко", "молоуко", "vолоко"] {
        assert!(shop().first(typed).starts_with("Молоко"), "{typed}");
    }
}

#[test]
fn a_long_word_may_have_two_typos() {
    assert_eq!(shop().first("расийский"), "Сыр Российский 50% 200г");
}

#[test]
fn forms_of_a_word_are_found() {
    assert_eq!(shop().first("гречку"), "Крупа гречка ядрица 800г");
    assert!(shop().first("молока").starts_with("Молоко"));
    assert_eq!(shop().first("российского сыра"), "Сыр Российский 50% 200г");
    assert_eq!(shop().first("кошкам"), "Корм для кошек с курицей 85г");
}

#[test]
fn io_is_ie() {
    assert_eq!(shop().found("ежик"), shop().found("ёжик"));
    assert_eq!(shop().first("ежик"), "Ёжик шоколадный");
}

#[test]
fn a_wrong_layout_is_understood() {
    let found = shop().search("vjkjrj");
    assert!(found.hits[0].product.name.as_str().starts_with("Молоко"));
    assert_eq!(found.did_you_mean.as_deref(), Some("молоко"));
    assert_eq!(found.words[0].how, Some(How::Layout));
    assert_eq!(shop().first("ызкшеу"), "Напиток Sprite 0.5л");
}

#[test]
fn a_letter_that_is_a_comma_in_the_other_layout_parts_no_word() {
    assert_eq!(shop().first(",evfuf"), "Бумага туалетная 4 рулона");
}

#[test]
fn the_other_alphabet_is_understood() {
    assert!(shop().first("moloko").starts_with("Молоко"));
    assert_eq!(shop().first("grechka"), "Крупа гречка ядрица 800г");
    assert_eq!(shop().first("спрайт"), "Напиток Sprite 0.5л");
    assert_eq!(shop().first("кока кола"), "Напиток coca-cola 1.5л");
}

#[test]
fn a_brand_that_is_not_in_the_name_is_found() {
    let mut milk = product(1, "Ряженка 4%", MILK);
    milk.brand = Text::parse("Nordvik").ok();
    let store = Store::of(&[milk, product(2, "Кефир 1%", MILK)]);
    assert_eq!(store.found("nordvik"), ["Ряженка 4%"]);
}

#[test]
fn each_level_of_a_category_is_found() {
    assert_eq!(shop().found("кондитерские").len(), 3);
    assert_eq!(shop().found("овощи"), ["Помидоры черри 250г"]);
}

#[test]
fn english_words_find_russian_names() {
    assert!(shop().first("milk").starts_with("Молоко"));
    assert!(shop().found("dairy").iter().any(|name| name.starts_with("Молоко топленое")));
    assert_eq!(shop().first("tomatoes"), "Помидоры черри 250г");
    assert_eq!(shop().first("toilet paper"), "Бумага туалетная 4 рулона");
    assert_eq!(shop().first("tomatos"), "Помидоры черри 250г");
}

#[test]
fn an_english_name_is_found() {
    let mut apples = product(1, "Яблоки Гала", "Фрукты");
    apples.name_en = Text::parse("Gala apples").ok();
    let store = Store::of(&[apples, product(2, "Груши", "Фрукты")]);
    assert_eq!(store.found("gala apple"), ["Яблоки Гала"]);
}

#[test]
fn another_name_leads_to_the_product() {
    assert_eq!(shop().first("туалетка"), "Бумага туалетная 4 рулона");
    assert_eq!(shop().first("томаты"), "Помидоры черри 250г");
}

#[test]
fn a_size_is_found_however_it_is_written() {
    for size in ["930 мл", "0,93 л", "0.93л", "930ml"] {
        assert_eq!(shop().found(&format!("молоко {size}")), ["Молоко Заречье 3,2% 0,93л пл/б"], "{size}");
    }
    assert_eq!(shop().found("печенье 245 г"), ["Печенье овсяное 0.245"]);
    assert_eq!(shop().found("молоко 3.2"), ["Молоко Заречье 3,2% 0,93л пл/б"]);
}

#[test]
fn a_size_is_found_in_the_content_too() {
    let milk = Product { content: "930 ml".parse().ok(), ..product(1, "Молоко", MILK) };
    let store = Store::of(&[milk, product(2, "Молоко 1л", MILK)]);
    assert_eq!(store.search("молоко 0,93 л").hits[0].product.gtin.body(), 1);
    assert_eq!(store.search("молоко 0,93 л").total, 1);
}

#[test]
fn the_thing_in_another_size_comes_before_another_thing_in_this_size() {
    let store = Store::named(&[("Шампунь 930мл", "Гигиена"), ("Молоко 1л", MILK)]);
    assert_eq!(store.first("молоко 930 мл"), "Молоко 1л");
}

#[test]
fn a_number_is_never_corrected() {
    let store = Store::named(&[("Молоко 3.2%", MILK), ("Молоко 3.5%", MILK)]);
    assert_eq!(store.search("3.3%").total, 0);
}

#[test]
fn abbreviations_of_stock_records_are_read_as_words() {
    for typed in ["шпроты жестяная банка", "шпроты ж/бан", "шпроты жб"] {
        assert_eq!(shop().found(typed), ["Шпроты в масле 190г ж/бан."], "{typed}");
    }
}

#[test]
fn of_equals_those_on_offer_come_first() {
    let offered = |body, until: Option<Date>| Product {
        offer: Text::parse("2 = 1").ok(),
        offer_until: until,
        ..product(body, "Молоко", MILK)
    };
    let store = Store::of(&[
        product(1, "Молоко", MILK),
        offered(2, Some(Date::constant(2026, 11, 23))),
        offered(3, Some(TODAY)),
        offered(4, None),
    ]);
    let bodies: Vec<u64> = store.search("молоко").hits.iter().map(|hit| hit.product.gtin.body()).collect();
    assert_eq!(bodies, [3, 4, 1, 2], "an offer that is over is none");
}

#[test]
fn many_products_are_counted_by_department_and_can_be_narrowed() {
    let names: Vec<(String, &str)> = (0..40)
        .map(|number| (format!("Шоколад {number}"), if number % 4 == 0 { "Подарки/Наборы" } else { SWEETS }))
        .collect();
    let names: Vec<(&str, &str)> = names.iter().map(|(name, category)| (name.as_str(), *category)).collect();
    let store = Store::named(&names);
    let found = store.search("шоколад");
    let departments: Vec<_> = found.departments.iter().map(|it| (it.path.as_str(), it.count)).collect();
    assert_eq!((found.total, &departments[..]), (40, &[("Продукты", 30), ("Подарки", 10)][..]));
    let query = Query { text: "шоколад", department: Some("Подарки"), today: TODAY, limit: 100 };
    assert_eq!(store.index.search(&store.catalogue, &query).total, 10);
    let half = Query { department: Some("Под"), ..query };
    assert_eq!(store.index.search(&store.catalogue, &half).total, 0, "half a name is no department");
}

#[test]
fn a_department_alone_shows_all_of_it() {
    let store = shop();
    let query = Query {
        text: "", department: Some("Продукты/Молочные продукты"), today: TODAY, limit: 3
    };
    let found = store.index.search(&store.catalogue, &query);
    assert_eq!((found.total, found.hits.len()), (4, 3));
    assert_eq!(store.index.search(&store.catalogue, &Query { department: Some("Прод"), ..query }).total, 0);
}

#[test]
fn the_departments_of_the_store_are_known_without_a_query() {
    let departments = shop().index.departments();
    assert_eq!((departments[0].path.as_str(), departments[0].count), ("Продукты", 12));
    assert_eq!(departments.len(), 3);
}

#[test]
fn a_correction_is_said() {
    assert_eq!(shop().search("сыр росийский").did_you_mean.as_deref(), Some("сыр российский"));
    assert_eq!(shop().search("сыр российский").did_you_mean, None);
    assert_eq!(shop().search("гречку").did_you_mean, None);
}

#[test]
fn what_the_store_does_not_have_is_said_plainly() {
    let found = shop().search("холодильник");
    assert_eq!((found.total, found.hits.len(), found.did_you_mean), (0, 0, None));
    assert_eq!(found.words[0].how, None);
    assert_eq!(shop().search("  ").words, []);
    // A word of the table that no product holds is known, so it is not taken for a typo.
    assert_eq!(shop().search("vodka").total, 0);
}

#[test]
fn an_index_belongs_to_its_catalogue() {
    let store = shop();
    assert_eq!(store.index.catalogue_checksum(), store.catalogue.checksum());
    let again = SearchIndex::build(&store.catalogue, &Synonyms::built_in());
    assert_eq!(again.as_bytes(), store.index.as_bytes(), "the same products make the same bytes");
}
