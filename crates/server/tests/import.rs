//! `polka import` as an integrator runs it: the program itself, on files that real systems write.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::TempDir;

const MILK: &str = "9520000000004";
const BREAD: &str = "9520000000011";
const KVASS: &str = "9520000000028";

struct Store {
    folder: TempDir,
}

impl Store {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn polka(&self, arguments: &[&str]) -> Output {
        let database = format!("sqlite://{}", self.path("polka.db").display());
        Command::new(env!("CARGO_BIN_EXE_polka"))
            .current_dir(self.folder.path())
            .args(arguments)
            .args(["--database", &database])
            .output()
            .expect("the program starts")
    }

    fn import_bytes(&self, bytes: &[u8], options: &[&str]) -> Output {
        fs::write(self.path("list.csv"), bytes).expect("a file");
        self.polka(&[&["import", "products", "list.csv", "--json"], options].concat())
    }

    /// Imports a list and gives the exit code and the outcome.
    fn import(&self, list: &str, options: &[&str]) -> (i32, serde_json::Value) {
        let output = self.import_bytes(list.as_bytes(), options);
        (code(&output), serde_json::from_slice(&output.stdout).unwrap_or_default())
    }

    fn refused(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("list.refused.csv")).unwrap_or_default();
        text.lines().map(Into::into).collect()
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it ended by itself")
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}

fn count(outcome: &(i32, serde_json::Value), what: &str) -> u64 {
    outcome.1[what].as_u64().unwrap_or_else(|| panic!("{what} in {outcome:?}"))
}

/// A list of the first products, all at this price.
fn list(products: &[&str], price: &str) -> String {
    let rows: String = products.iter().map(|gtin| format!("{gtin},Товар {gtin},{price}\n")).collect();
    format!("gtin,name,price\n{rows}")
}

#[test]
fn comma_semicolon_and_tab_are_taken_with_or_without_a_mark() {
    for delimiter in [",", ";", "\t"] {
        for mark in ["", "\u{feff}"] {
            let price = if delimiter == "," { "89.90" } else { "89,90" };
            let list = format!("{mark}price,name,gtin\n{price},Молоко,{MILK}\n").replace(',', delimiter);
            let list = list.replace(&price.replace(',', delimiter), price);
            let outcome = Store::new().import(&list, &[]);
            assert_eq!((outcome.0, count(&outcome, "added")), (0, 1), "{delimiter:?} {mark:?}");
        }
    }
}

#[test]
fn a_russian_spreadsheets_file_keeps_its_letters() {
    let store = Store::new();
    // «gtin;name;price», «Молоко» in Windows-1251, with the line ends of its system.
    let mut bytes = format!("gtin;name;price\r\n{MILK};").into_bytes();
    bytes.extend([0xcc, 0xee, 0xeb, 0xee, 0xea, 0xee]);
    bytes.extend(b";89,90\r\n");
    assert_eq!(code(&store.import_bytes(&bytes, &[])), 0);
    // The same product written in UTF-8 is no change.
    let outcome = store.import(&format!("gtin,name,price\n{MILK},Молоко,89.90\n"), &[]);
    assert_eq!(count(&outcome, "unchanged"), 1);
}

#[test]
fn a_row_that_is_wrong_is_refused_with_line_and_reason_and_the_others_are_in() {
    let store = Store::new();
    let long = "я".repeat(201);
    let outcome = store.import(
        &format!(
            "gtin,name,price,card_price,unit\n\
             {MILK},Молоко,89.90,,\n\
             9520000000005,Опечатка,10,,\n\
             {BREAD},,45.00,,\n\
             {KVASS},Квас,-1,,\n\
             \n\
             9520000000035,Ноль,0.00,,\n\
             9520000000042,Дробь,1.999,,\n\
             9520000000059,Карта,10.00,10.01,\n\
             9520000000066,Мера,10,,dozen\n\
             9520000000073,{long},10,,\n\
             9520000000080,Мало полей\n\
             {MILK},Молоко ещё раз,99.90,,\n\
             9520000000097,Цена,дорого,,\n"
        ),
        &[],
    );
    assert_eq!((outcome.0, count(&outcome, "added"), count(&outcome, "refused")), (3, 1, 11));
    let reasons: Vec<String> = store.refused().iter().map(|line| line.chars().take(110).collect()).collect();
    insta::assert_debug_snapshot!("refused_rows", reasons);
}

#[test]
fn a_file_that_is_no_list_changes_nothing_and_says_why_in_one_line() {
    let store = Store::new();
    assert_eq!(store.import(&list(&[MILK, BREAD], "10"), &[]).0, 0);
    for (bytes, why) in [
        (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "is not a text file"),
        (b"", "it has no header"),
        (b"\n\n\n", "it has no header"),
        (b"gtin,name\n9520000000004,x\n", "has no column price"),
        (b"9520000000004,Milk,10\n9520000000011,Bread,20\n", "has no column gtin, name, price"),
        (b"gtin,name,price,price\n", "has the column \"price\" twice"),
    ] {
        let output = store.import_bytes(bytes, &["--yes"]);
        assert_eq!(code(&output), 1, "{why}");
        assert!(told(&output).contains(why), "{}", told(&output));
        assert_eq!(told(&output).lines().count(), 1, "{}", told(&output));
    }
    let missing = store.polka(&["import", "products", "nowhere.csv"]);
    assert_eq!((code(&missing), told(&missing).lines().count()), (1, 1));
    // The list is as it was.
    let outcome = store.import(&list(&[MILK, BREAD], "10"), &[]);
    assert_eq!((count(&outcome, "unchanged"), count(&outcome, "catalogue_version")), (2, 1));
}

#[test]
fn the_same_list_twice_is_no_new_version() {
    let store = Store::new();
    let first = store.import(&list(&[MILK, BREAD], "10"), &[]);
    let second = store.import(&list(&[BREAD, MILK], "10.00"), &[]);
    assert_eq!((count(&first, "catalogue_version"), count(&second, "catalogue_version")), (1, 1));
}

#[test]
fn a_product_that_the_list_does_not_name_goes_unless_lists_are_merged() {
    let store = Store::new();
    store.import(&list(&[MILK, BREAD, KVASS], "10"), &[]);
    let merged = store.import(&list(&[MILK], "11"), &["--merge"]);
    assert_eq!((merged.0, count(&merged, "changed"), count(&merged, "removed")), (0, 1, 0));
    let whole = store.import(&list(&[MILK, BREAD], "11"), &[]);
    assert_eq!((whole.0, count(&whole, "removed")), (0, 1));
}

#[test]
fn losing_over_half_of_the_products_needs_a_yes() {
    let store = Store::new();
    store.import(&list(&[MILK, BREAD, KVASS], "10"), &[]);
    let output = store.import_bytes(list(&[MILK], "10").as_bytes(), &[]);
    assert_eq!(code(&output), 1);
    assert!(told(&output).contains("2 of the store's 3 products"), "{}", told(&output));
    assert_eq!(count(&store.import(&list(&[MILK, BREAD, KVASS], "10"), &[]), "unchanged"), 3);
    let outcome = store.import(&list(&[MILK], "10"), &["--yes"]);
    assert_eq!((outcome.0, count(&outcome, "removed")), (0, 2));
}

#[test]
fn the_demos_own_products_make_way_without_a_yes_and_come_back_only_with_one() {
    let store = Store::new();
    assert_eq!(code(&store.polka(&["demo", "--if-empty"])), 0);
    let outcome = store.import(&list(&[MILK], "10"), &[]);
    assert_eq!((outcome.0, count(&outcome, "added")), (0, 1));
    assert!(count(&outcome, "removed") > 500);
    assert_eq!(code(&store.polka(&["demo", "--if-empty"])), 0);
    let refused = store.polka(&["demo"]);
    assert_eq!(code(&refused), 1);
    assert!(told(&refused).contains("1 products of its own"), "{}", told(&refused));
    assert_eq!(code(&store.polka(&["demo", "--yes"])), 0);
}

#[test]
fn a_refused_row_leaves_its_product_as_it_was() {
    let store = Store::new();
    store.import(&list(&[MILK, BREAD], "10"), &[]);
    let outcome = store.import(&format!("gtin,name,price\n{MILK},Молоко,free\n{BREAD},Товар {BREAD},10\n"), &[]);
    assert_eq!((outcome.0, count(&outcome, "removed"), count(&outcome, "unchanged")), (3, 0, 2));
}

#[test]
fn refused_rows_go_where_they_are_told_to() {
    let store = Store::new();
    let outcome = store.import(&format!("gtin,name,price\n{MILK},Молоко,free\n"), &["--refused", "elsewhere.csv"]);
    assert_eq!(outcome.0, 3);
    assert!(store.path("elsewhere.csv").exists() && !store.path("list.refused.csv").exists());
    // When all rows are right again, no file tells of wrong ones.
    store.import(&list(&[MILK], "10"), &["--refused", "elsewhere.csv"]);
    assert!(!store.path("elsewhere.csv").exists());
    // A folder that is not there: nothing is taken, so that no row is lost unseen.
    let list = format!("gtin,name,price\n{MILK},Молоко,10\n{BREAD},Хлеб,free\n");
    let output = store.import_bytes(list.as_bytes(), &["--refused", "no/such/folder.csv"]);
    assert_eq!(code(&output), 1);
    assert_eq!(count(&store.import(&self::list(&[MILK], "10"), &[]), "unchanged"), 1);
}

#[test]
fn wrong_use_is_told_from_failure() {
    let store = Store::new();
    for arguments in [&["import"][..], &["serve", "--listen", "here"], &["fly"], &["import", "products"]] {
        assert_eq!(code(&store.polka(arguments)), 2, "{arguments:?}");
    }
    assert_eq!(code(&store.polka(&["--help"])), 0);
    assert_eq!(code(&store.polka(&["serve", "--idle-warning-s", "3"])), 2);
}

#[test]
fn several_stores_are_kept_apart() {
    let store = Store::new();
    let added = store.polka(&["store", "add", "Север", "--time-zone", "Europe/Moscow", "--json"]);
    let added: serde_json::Value = serde_json::from_slice(&added.stdout).expect("JSON");
    assert_eq!(added["name"], "Север");
    assert_eq!(code(&store.polka(&["store", "add", "Восток", "--time-zone", "Asia/Vladivostok"])), 0);
    assert_eq!(code(&store.polka(&["store", "add", "Восток", "--time-zone", "Asia/Vladivostok"])), 1);
    assert_eq!(code(&store.polka(&["store", "add", "Луна", "--time-zone", "Moon/Base"])), 1);
    let unnamed = store.import_bytes(list(&[MILK], "10").as_bytes(), &[]);
    assert_eq!(code(&unnamed), 1);
    assert!(told(&unnamed).contains("--store NAME"), "{}", told(&unnamed));
    for name in ["Север", "Восток"] {
        let outcome = store.import(&list(&[MILK], "10"), &["--store", name]);
        assert_eq!((outcome.0, count(&outcome, "added")), (0, 1), "{name}");
    }
}

#[test]
fn an_outcome_that_cannot_be_printed_undoes_nothing() {
    let store = Store::new();
    fs::write(store.path("list.csv"), list(&[MILK], "10")).expect("a file");
    let database = format!("sqlite://{}", store.path("polka.db").display());
    let full = fs::File::options().write(true).open("/dev/full").expect("Linux has a disk that is always full");
    let output = Command::new(env!("CARGO_BIN_EXE_polka"))
        .current_dir(store.folder.path())
        .args(["import", "products", "list.csv", "--database", &database])
        .stdout(full)
        .output()
        .expect("the program starts");
    assert_eq!(code(&output), 0, "{}", told(&output));
    assert!(told(&output).contains("cannot be printed"), "{}", told(&output));
    let again = store.import(&list(&[MILK], "10"), &[]);
    assert_eq!((again.0, count(&again, "unchanged")), (0, 1));
}

const MAP: &str = include_str!("../demo/map.geojson");

#[test]
fn a_map_is_kept_and_addresses_without_a_place_are_told() {
    let store = Store::new();
    let list = format!("gtin,name,price,aisle,bay\n{MILK},Milk,89.90,3,1\n{BREAD},Bread,45.00,77,1\n");
    assert_eq!(store.import(&list, &[]).0, 0);
    fs::write(store.path("map.geojson"), MAP).expect("a file");
    let kept = store.polka(&["import", "map", "map.geojson", "--json"]);
    assert_eq!(code(&kept), 0, "{}", told(&kept));
    let outcome: serde_json::Value = serde_json::from_slice(&kept.stdout).expect("JSON");
    assert_eq!(outcome, serde_json::json!({ "addresses": 2, "without_place": 1 }));
    assert!(told(&kept).contains("77"), "{}", told(&kept));
}

#[test]
fn a_map_that_nobody_could_walk_on_changes_nothing() {
    let store = Store::new();
    let map: serde_json::Value = serde_json::from_str(MAP).expect("JSON");
    let without = |word: &str| {
        let mut map = map.clone();
        let features = map["features"].as_array_mut().expect("features");
        features.retain(|feature| !feature.to_string().contains(word));
        map.to_string()
    };
    for (map, wrong) in [
        (without("\"till\""), "till"),
        (without("pedestrian"), "entrance"),
        ("{}".into(), "FeatureCollection"),
        ("naught".into(), "map.geojson"),
    ] {
        fs::write(store.path("map.geojson"), map).expect("a file");
        let refused = store.polka(&["import", "map", "map.geojson"]);
        assert_eq!(code(&refused), 1);
        assert!(told(&refused).contains(wrong), "{wrong}: {}", told(&refused));
    }
}
