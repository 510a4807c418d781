//! How well the search finds among real names: the goals, on queries made by seeded rules.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use polka_catalogue::search::Query;
use polka_domain::{Gtin, Product, Text};

use crate::queries::{Kind, Names};
use crate::{Store, TODAY, product};

/// A file among the real data, or `None`, said aloud, where there are none.
fn real_data(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("POLKA_TEST_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = folder.join(file);
    if !path.exists() {
        eprintln!("skipped: {} is not there; POLKA_TEST_DATA names the folder", path.display());
        return None;
    }
    Some(path)
}

fn real_products() -> Option<BTreeMap<Gtin, Product>> {
    let mut reader = csv::Reader::from_path(real_data("products.csv")?).expect("a readable file");
    let rows = reader.records().map(|row| row.expect("a row"));
    let products = rows.filter_map(|row| {
        let gtin: Gtin = row[0].parse().ok()?;
        let name = Text::parse(&row[1]).ok()?;
        Some((gtin, Product { brand: Text::parse(&row[2]).ok(), ..product(gtin.body(), name.as_str(), &row[3]) }))
    });
    Some(products.collect())
}

#[test]
fn the_goals_for_finding_are_met_on_real_names() {
    let Some(products) = real_products() else { return };
    let list: Vec<Product> = products.into_values().collect();
    let place: HashMap<Gtin, usize> = list.iter().map(|product| product.gtin).zip(0..).collect();
    let store = Store::of(&list);
    let names = Names::new(list.iter().map(|product| product.name.as_str()));
    // What is asked for is .97 with a typo and .98 in another form; the others keep what was reached. One typo of a
    // single word in five is as near to another word: who always takes the commoner one finds .78 of those.
    let goal = |kind: Kind| match kind {
        Kind::ThreeWords | Kind::Beginning | Kind::Form => 0.98,
        Kind::OneTypoInThree | Kind::OneClearTypo => 0.97,
        Kind::OneTypo => 0.9,
        Kind::Layout | Kind::Transliteration => 0.95,
    };
    for kind in Kind::ALL {
        let goal = goal(kind);
        let asked = names.queries(kind, 7, 400);
        assert!(asked.len() > 300, "{kind:?} has queries");
        let recall: f64 = asked
            .iter()
            .map(|asked| {
                let query = Query { text: &asked.text, department: None, today: TODAY, limit: 10 };
                let found = store.index.search(&store.catalogue, &query);
                let right = found.hits.iter().filter(|hit| asked.relevant.contains(&place[&hit.product.gtin])).count();
                right as f64 / asked.relevant.len().min(10) as f64
            })
            .sum::<f64>()
            / asked.len() as f64;
        assert!(recall >= goal, "{kind:?}: recall@10 is {recall:.4}, the goal {goal}");
    }
}

#[test]
fn what_people_ask_for_comes_first_among_real_products() {
    let Some(products) = real_products() else { return };
    let list: Vec<Product> = products.into_values().collect();
    let store = Store::of(&list);
    for (typed, wanted) in [
        ("гречка", "гречк гpечк"),
        ("гречку", "гречк гречнев"),
        ("молоко", "молоко"),
        ("молоко 3.2", "3.2"),
        ("молоко 930 мл", "930мл 0.93"),
        ("vjkjrj", "молоко"),
        ("moloko", "молоко moloko"),
        ("milk", "молоко milk"),
        ("dairy", "молоч молок"),
        ("coca cola", "coca-cola"),
        ("кока кола", "coca-cola"),
        ("туалетка", "туалетная"),
        ("корм для кошек", "корм"),
        ("сметана 20%", "сметана"),
        ("хлеб бородинский", "бородинский"),
        ("шампунь", "шампунь"),
        ("марожено", "мороженое"),
        ("йогрут", "йогурт"),
        ("сыр расийский", "российский"),
        ("tomatoes", "томат помидор tomatoes"),
        ("пиво светлое ж/бан", "пиво"),
        ("подсолнечное масло", "масло"),
        ("масло сливочное 82,5", "82.5"),
    ] {
        let name = store.first(typed).to_lowercase();
        assert!(wanted.split(' ').any(|wanted| name.contains(wanted)), "{typed}: {name}");
    }
}

#[test]
fn strings_that_break_software_are_answered() {
    let Some(path) = real_data("naughty_strings.json") else { return };
    let text = std::fs::read_to_string(path).expect("a readable file");
    let strings: Vec<String> = serde_json::from_str(&text).expect("a list of strings");
    let store = Store::named(&[("Молоко", "Молоко"), ("Сыр 50%", "Сыр")]);
    for text in strings {
        assert!(store.search(&text).total <= 2, "{text:?}");
    }
}
