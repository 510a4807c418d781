//! What is a map and what is not, what is wrong with a store, and the demo store's map.

use std::path::PathBuf;
use std::sync::Arc;

use polka_domain::ShelfAddress;
use polka_wayfinding::generator::{Recipe, Store};
use polka_wayfinding::{Direction, Kind, Problem, Profile, SoftRules, Start, Stop, StoreMap, Walk, Ways};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A room of 10 by 10 m with a gondola, an entrance, a till and a device.
fn small() -> Vec<Value> {
    let square = |a: f64, b: f64, c: f64, d: f64| json!({ "type": "Polygon", "coordinates": [[[a, b], [c, b], [c, d], [a, d], [a, b]]] });
    let feature = |feature_type: &str, id: &str, geometry: Value, properties: Value| json!({ "type": "Feature", "id": id, "feature_type": feature_type, "geometry": geometry, "properties": properties });
    let sides = json!([{ "aisle": "1", "line": [[4, 4], [4, 7]], "bays": ["1", "2", "3"], "shelves": ["1", "2"] }]);
    vec![
        feature("venue", "v", square(0.0, 0.0, 10.0, 10.0), json!({ "plane": "metres" })),
        feature("level", "l", square(0.0, 0.0, 10.0, 10.0), json!({})),
        feature("fixture", "g", square(4.0, 4.0, 5.0, 7.0), json!({ "sides": sides })),
        feature("amenity", "t", json!({ "type": "Point", "coordinates": [8, 2] }), json!({ "category": "till" })),
        feature(
            "opening",
            "e",
            json!({ "type": "LineString", "coordinates": [[1, 0], [3, 0]] }),
            json!({ "category": "pedestrian.principal" }),
        ),
        feature("kiosk", "k", square(1.0, 5.0, 1.5, 5.5), json!({ "name": "Demo", "facing": 180 })),
    ]
}

fn text(features: &[Value]) -> String {
    json!({ "type": "FeatureCollection", "features": features }).to_string()
}

fn map(features: &[Value]) -> Arc<StoreMap> {
    Arc::new(StoreMap::parse(text(features).as_bytes()).expect("a map"))
}

fn changed(place: usize, pointer: &str, value: Value) -> Vec<Value> {
    let mut features = small();
    *features[place].pointer_mut(pointer).expect("something to change") = value;
    features
}

#[test]
fn an_error_names_the_feature_and_what_would_be_right() {
    let error = |features: Vec<Value>| StoreMap::parse(text(&features).as_bytes()).expect_err("no map").to_string();
    assert!(StoreMap::parse(b"{").expect_err("no map").to_string().starts_with("the file: is no JSON"));
    assert_eq!(error(Vec::new()), "the file: has no venue, the feature that names the store");
    assert_eq!(
        error(changed(0, "/properties", json!({}))),
        "venue \"v\": has no \"plane\": \"metres\" in its properties: coordinates are metres"
    );
    assert_eq!(
        error(changed(2, "/geometry/coordinates", json!([[[0, 0], [1, 1]]]))),
        "fixture \"g\": its geometry is no Polygon with rings of at least three corners"
    );
    assert_eq!(
        error(changed(2, "/properties/sides/0/line", json!([[4, 4], [3, 7]]))),
        "fixture \"g\": its side of aisle 1 does not lie along the polygon's edge"
    );
    assert_eq!(
        error(changed(2, "/properties/sides/0/bays/1", json!("two bays"))),
        "fixture \"g\": aisle 1 has the label \"two bays\", not 1 to 8 letters, digits or hyphens"
    );
    assert_eq!(
        error(changed(3, "/feature_type", json!("till"))),
        "till \"t\": has an unknown feature_type; known are venue, level, unit, fixture, amenity, opening and kiosk"
    );
    assert_eq!(error(changed(5, "/id", json!("g"))), "kiosk \"g\": has the id of another feature; each has its own");
    assert_eq!(
        error(changed(1, "/geometry/coordinates", json!([[[37.61, 55.75], [37.62, 55.75], [37.62, 55.76]]]))),
        "level \"l\": is less than 2 m wide; coordinates are metres, not degrees"
    );
}

#[test]
fn a_feature_that_walks_have_no_use_for_is_passed_over() {
    let mut features = small();
    features
        .push(json!({ "type": "Feature", "id": "o", "feature_type": "occupant", "geometry": null, "properties": {} }));
    assert_eq!(map(&features), map(&small()));
}

#[test]
fn a_store_without_a_problem_has_none() {
    let address = ShelfAddress::parse("1", "3", "2").expect("an address").expect("not empty");
    assert_eq!(map(&small()).problems([&address]), []);
}

#[test]
fn every_address_without_a_place_is_named_once() {
    let parse = |aisle: &str, bay: &str, shelf: &str| {
        ShelfAddress::parse(aisle, bay, shelf).expect("an address").expect("not empty")
    };
    let list =
        [parse("2", "1", ""), parse("1", "", ""), parse("1", "4", "1"), parse("1", "1", "3"), parse("2", "1", "")];
    let problems = map(&small()).problems(&list);
    assert_eq!(problems, [3, 2, 0].map(|it| Problem::NoPlace(list[it].clone())));
    assert_eq!(problems[0].to_string(), "aisle 1, bay 1, shelf 3 has no place on the map");
}

#[test]
fn what_nobody_can_reach_is_a_problem_with_its_name() {
    // A wall of boxes to the left of the gondola leaves 0.5 m to stand in.
    let mut features = small();
    let mut boxes = features[2].clone();
    (boxes["id"], boxes["properties"]) = (json!("boxes"), json!({}));
    boxes["geometry"]["coordinates"] = json!([[[2.5, 3], [3.5, 3], [3.5, 8], [2.5, 8], [2.5, 3]]]);
    features.push(boxes);
    let problems = map(&features).problems([]);
    let bays = ["1", "2", "3"].map(str::to_owned).to_vec();
    assert_eq!(problems, [Problem::UnreachableBays { fixture: "g".into(), aisle: "1".into(), bays }]);

    let mut till = changed(3, "/geometry/coordinates", json!([4.5, 5]));
    assert_eq!(map(&till).problems([]).first(), Some(&Problem::UnreachableTill("t".into())));
    till.remove(3);
    assert_eq!(map(&till).problems([]), [Problem::NoTill]);
    let kiosk = changed(5, "/geometry/coordinates", json!([[[4.2, 5], [4.6, 5], [4.6, 5.4], [4.2, 5.4]]]));
    let problems = map(&kiosk).problems([]);
    assert_eq!(problems, [Problem::KioskInside("Demo".into(), "g".into()), Problem::UnreachableKiosk("Demo".into())]);
    assert_eq!(problems[0].to_string(), "kiosk \"Demo\": it stands inside \"g\"");
}

#[test]
fn what_is_closed_for_now_is_no_problem_but_no_way_either() {
    let mut features = small();
    let area = json!({ "type": "Polygon", "coordinates": [[[2, 3], [4, 3], [4, 8], [2, 8], [2, 3]]] });
    features.push(json!({
        "type": "Feature", "id": "c", "feature_type": "unit", "geometry": area, "properties": { "closed": true }
    }));
    let map = map(&features);
    assert_eq!(map.problems([]), []);
    let address = ShelfAddress::parse("1", "2", "1").expect("an address").expect("not empty");
    let stops = [Stop { address, kind: Kind::Normal }];
    let ways = Ways::new(map, Profile::on_foot());
    let walk = Walk::plan(&ways, &Start::Entrance, &stops, &SoftRules::none(), 0).expect("a walk");
    assert!(walk.order.is_empty());
    assert_eq!((walk.left_out[0].stop, walk.left_out[0].has_no_place), (0, false));
}

/// The example of `docs/store-map.md`.
fn described() -> Arc<StoreMap> {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/store-map.md");
    let page = std::fs::read_to_string(page).expect("the description");
    let example = page.split("```json").nth(1).and_then(|it| it.split("```").next()).expect("an example");
    Arc::new(StoreMap::parse(example.as_bytes()).expect("a map"))
}

#[test]
fn directions_speak_of_steps_aisles_bays_and_what_one_passes() {
    let ways = Ways::new(described(), Profile::on_foot());
    let address = ShelfAddress::parse("2", "2", "3").expect("an address").expect("not empty");
    let stops = [Stop { address, kind: Kind::Normal }];
    let walk = Walk::plan(&ways, &Start::Kiosk("Stand 1".into()), &stops, &SoftRules::none(), 0).expect("a walk");
    let said = |leg: usize| {
        let words = walk.directions(&ways, leg).into_iter().map(|it| match it {
            Direction::Turn { turn, into } => format!("{turn:?} into {}", into.unwrap_or_default()),
            Direction::GoStraight { steps, past } => {
                format!("{steps} past {}", past.as_ref().map_or("", |it| it.in_language("en")))
            }
            Direction::Arrive { hand, bay, shelf_from_below, .. } => format!("{hand:?} {bay:?} {shelf_from_below:?}"),
            Direction::Till { till } => format!("till {till}"),
        });
        words.collect::<Vec<_>>()
    };
    assert_eq!(said(0), ["Right into ", "6 past Bread", "Left into 2", "4 past ", "Left Some(2) Some(3)"]);
    assert_eq!(said(1), ["Left into ", "5 past ", "Left into ", "4 past ", "till 0"]);
}

#[test]
fn the_example_in_the_description_is_a_map_without_a_problem() {
    let map = described();
    let addresses: Vec<_> = map.addresses().collect();
    assert_eq!(addresses.len(), 24);
    assert_eq!(map.problems(&addresses), []);
}

#[test]
fn every_address_of_the_demo_list_has_its_place_and_can_be_walked_to() {
    let demo = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../server/demo");
    let map = StoreMap::parse(&std::fs::read(demo.join("map.geojson")).expect("the demo's map")).expect("a map");
    let map = Arc::new(map);
    let mut reader = csv::Reader::from_path(demo.join("products.csv")).expect("the demo's list");
    let columns = reader.headers().expect("a header").clone();
    let mut addresses = Vec::new();
    for row in reader.records() {
        let row = row.expect("a row");
        let field = |name: &str| columns.iter().position(|it| it == name).and_then(|it| row.get(it)).unwrap_or("");
        addresses.extend(ShelfAddress::parse(field("aisle"), field("bay"), field("shelf")).expect("an address"));
    }
    assert!(addresses.len() > 500);
    assert_eq!(map.problems(&addresses), []);
    for profile in [Profile::on_foot(), Profile::on_wheels()] {
        let ways = Ways::new(Arc::clone(&map), profile);
        for list in addresses.chunks(40) {
            let stops: Vec<Stop> = list.iter().map(|it| Stop { address: it.clone(), kind: Kind::Normal }).collect();
            let walk =
                Walk::plan(&ways, &Start::Kiosk("Demo".into()), &stops, &SoftRules::default(), 1).expect("a walk");
            assert_eq!(walk.left_out, []);
            assert!((0..walk.legs.len()).all(|leg| !walk.directions(&ways, leg).is_empty()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_a_map_or_an_error(bytes: Vec<u8>) {
        let _ = StoreMap::parse(&bytes);
    }

    #[test]
    fn a_map_with_some_bytes_changed_is_a_map_that_can_be_walked_or_an_error(
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(&b"0123456789-.e[]{}\",: a"[..])), 1..4),
    ) {
        let mut bytes = text(&small()).into_bytes();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        look_at(&bytes);
    }

    #[test]
    fn a_map_with_a_value_changed_is_a_map_that_can_be_walked_or_an_error(
        place: prop::sample::Index,
        value in prop::sample::select(vec![
            json!(null), json!(-1), json!(1e300), json!(3.7), json!(""), json!("x"), json!([]), json!({}), json!([[0, 0]]), json!(true),
        ]),
    ) {
        let mut features = Value::Array(small());
        let count = values(&mut features).len();
        **values(&mut features).get_mut(place.index(count)).expect("a value") = value;
        look_at(json!({ "type": "FeatureCollection", "features": features }).to_string().as_bytes());
    }
}

/// All values without values inside, and the positions.
fn values(value: &mut Value) -> Vec<&mut Value> {
    let is_whole = match value {
        Value::Array(list) => list.iter().all(Value::is_number),
        Value::Object(_) => false,
        _ => true,
    };
    match value {
        whole if is_whole => vec![whole],
        Value::Array(list) => list.iter_mut().flat_map(values).collect(),
        Value::Object(members) => members.values_mut().flat_map(values).collect(),
        _ => Vec::new(),
    }
}

/// Does with a map whatever is done with maps.
fn look_at(bytes: &[u8]) {
    let Ok(map) = StoreMap::parse(bytes) else { return };
    assert_eq!(StoreMap::parse(map.to_geojson().as_bytes()).map(|it| it.to_geojson()), Ok(map.to_geojson()));
    let map = Arc::new(map);
    let stops: Vec<Stop> = map.addresses().map(|address| Stop { address, kind: Kind::Frozen }).collect();
    let _ = map.problems([]);
    let ways = Ways::new(map, Profile::on_foot());
    if let Ok(walk) = Walk::plan(&ways, &Start::Entrance, &stops, &SoftRules::default(), 1) {
        assert!((0..walk.legs.len()).all(|leg| !walk.directions(&ways, leg).is_empty()));
    }
}

#[test]
fn a_large_store_is_read_again_as_it_was() {
    let store = Store::of(Recipe { gondolas: 60, blocks: 3, has_obstacles: true, seed: 1 });
    assert_eq!(StoreMap::parse(store.map.to_geojson().as_bytes()), Ok(store.map));
}
