//! Writes the demo store's map, for the addresses of its product list:
//!
//! ```text
//! cargo run --package polka-wayfinding --example demo_map > crates/server/demo/map.geojson
//! ```
//!
//! A hall of 26 by 30 m. Fruit, bread, milk, cheese, meat and fish stand along the walls, the rest in two
//! blocks of gondolas between them. One comes in at the bottom left, through a gate that is one-way, and goes
//! out past the tills.

use std::collections::BTreeMap;

use polka_wayfinding::StoreMap;
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The departments of the list, in Russian as they stand there, and in English.
const DEPARTMENTS: [(&str, &str); 18] = [
    ("Овощи и фрукты", "Fruit and vegetables"),
    ("Хлеб и выпечка", "Bread and pastries"),
    ("Молочные продукты", "Dairy"),
    ("Сыры", "Cheese"),
    ("Колбасы и готовая еда", "Sausages and ready meals"),
    ("Мясо и птица", "Meat and poultry"),
    ("Рыба и морепродукты", "Fish and seafood"),
    ("Замороженные продукты", "Frozen food"),
    ("Бакалея", "Groceries"),
    ("Консервы", "Tinned food"),
    ("Соусы и специи", "Sauces and spices"),
    ("Чай и кофе", "Tea and coffee"),
    ("Сладости и снеки", "Sweets and snacks"),
    ("Вода и напитки", "Water and soft drinks"),
    ("Алкоголь", "Alcohol"),
    ("Детское питание", "Baby food"),
    ("Дом и гигиена", "Household and hygiene"),
    ("Зоотовары", "Pet food"),
];

/// What lies on the shelves of a fixture, where the order of a walk goes by it.
const GOODS: [(&str, &str); 6] = [
    ("fruit-wall", "crushable"),
    ("bread-wall", "crushable"),
    ("dairy-wall", "chilled"),
    ("cheese-wall", "chilled"),
    ("meat-wall", "chilled"),
    ("freezer", "frozen"),
];

type Rectangle = [f64; 4];

/// A side of shelves: its aisle, its first bay, how many there are, from where to where, and how deep the
/// floor before it is.
struct Shelves {
    aisle: u32,
    first: i32,
    last: i32,
    line: [[f64; 2]; 2],
    floor: [f64; 2],
}

fn main() -> Result<()> {
    let list = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/demo/products.csv");
    let departments = departments(&std::fs::read_to_string(list)?)?;
    let mut store = Store { features: Vec::new(), floors: BTreeMap::new(), departments };
    store.put(
        "venue",
        "venue",
        polygon([0.0, 0.0, 26.0, 30.0]),
        json!({
            "plane": "metres", "category": "retailstore", "name": { "ru": "Демо-магазин", "en": "Demo store" }
        }),
    );
    store.put("level", "level", polygon([0.0, 0.0, 26.0, 30.0]), json!({ "ordinal": 0 }));

    let up = |x: f64, y: [f64; 2]| [[x, y[0]], [x, y[1]]];
    let (front, back) = ([8.0, 15.5], [18.0, 25.5]);
    let one_side = |aisle, first, last, line, floor| vec![Shelves { aisle, first, last, line, floor }];
    store.fixture("fruit-wall", [0.0, 8.0, 0.8, 15.5], one_side(1, 1, 6, up(0.8, front), [1.6, 0.0]));
    store.fixture("bread-wall", [0.0, 18.0, 0.8, 25.5], one_side(2, 1, 6, up(0.8, back), [1.6, 0.0]));
    store.fixture("dairy-wall", [1.0, 29.1, 13.5, 30.0], one_side(3, 1, 10, [[1.0, 29.1], [13.5, 29.1]], [0.0, -2.0]));
    store.fixture(
        "cheese-wall",
        [13.5, 29.1, 25.5, 30.0],
        one_side(4, 1, 12, [[13.5, 29.1], [25.5, 29.1]], [0.0, -2.0]),
    );
    store.fixture("meat-wall", [25.1, 8.0, 26.0, 23.0], one_side(5, 12, 1, up(25.1, [8.0, 23.0]), [-2.0, 0.0]));

    // Five gondolas a block. Between them are aisles 7 to 10 in front and 11 to 14 behind; aisle 9, and behind
    // it aisle 13, are wider. Bays go up the left side of an aisle and come back down its right side.
    let gondolas = [[4.0, 5.2], [7.4, 8.4], [10.6, 11.6], [14.6, 15.6], [17.8, 18.8]];
    for (block, y, first_aisle) in [("front", front, 7), ("back", back, 11)] {
        for (place, [left, right]) in gondolas.into_iter().enumerate() {
            let mut sides = Vec::new();
            let half = |at: usize| (gondolas[at][0] - gondolas[at - 1][1]) / 2.0;
            let aisle = first_aisle + place as u32;
            if place > 0 {
                let floor = [-half(place), 0.0];
                sides.push(Shelves { aisle: aisle - 1, first: 12, last: 7, line: up(left, y), floor });
            } else {
                let aisle = if block == "front" { 1 } else { 2 };
                sides.push(Shelves { aisle, first: 12, last: 7, line: up(left, y), floor: [-1.6, 0.0] });
            }
            if place + 1 < gondolas.len() {
                let floor = [half(place + 1), 0.0];
                sides.push(Shelves { aisle, first: 1, last: 6, line: up(right, y), floor });
            } else if block == "front" {
                sides.push(Shelves { aisle: 6, first: 1, last: 6, line: up(right, y), floor: [1.2, 0.0] });
            }
            store.fixture(&format!("gondola-{block}-{}", place + 1), [left, y[0], right, y[1]], sides);
        }
    }
    store.fixture("freezer", [21.2, 8.0, 22.4, 15.5], one_side(6, 12, 7, up(21.2, front), [-1.2, 0.0]));
    store.named("promo", [20.6, 19.0, 22.2, 22.0], json!({ "ru": "Акции недели", "en": "Offers of the week" }));
    store.named("flowers", [6.3, 6.0, 7.5, 6.8], json!({ "ru": "Цветы", "en": "Flowers" }));

    for number in 1..=6 {
        let x = 9.0 + 2.1 * f64::from(number - 1);
        store.fixture(&format!("till-desk-{number}"), [x, 2.5, x + 0.8, 4.7], Vec::new());
        let properties = json!({ "category": "till", "name": number.to_string() });
        store.put("amenity", &format!("till-{number}"), point(x + 1.45, 3.6), properties);
    }
    // So that one comes in by the gate and goes out past the tills.
    store.fixture("barrier-left", [0.0, 4.5, 1.0, 4.7], Vec::new());
    store.fixture("barrier", [5.0, 4.5, 9.0, 4.7], Vec::new());
    store.fixture("barrier-right", [21.6, 4.5, 26.0, 4.7], Vec::new());
    store.put("unit", "gate", polygon([1.0, 4.3, 5.0, 4.9]), json!({ "category": "walkway", "one_way": 0 }));
    store.put("unit", "stock-room", polygon([23.8, 23.4, 26.0, 27.0]), json!({ "category": "nonpublic" }));
    store.put("unit", "toilet-room", polygon([23.4, 0.0, 26.0, 2.6]), json!({ "category": "restroom" }));
    let amenities = [
        ("toilets", "restroom", 23.1, 1.3, json!({ "ru": "Туалет", "en": "Toilets" })),
        ("cash-machine", "atm", 8.0, 0.6, json!({ "ru": "Банкомат", "en": "Cash machine" })),
        ("information", "information", 6.5, 3.6, json!({ "ru": "Информация", "en": "Information" })),
        ("baskets", "unspecified", 1.0, 1.0, json!({ "ru": "Корзины и тележки", "en": "Baskets and trolleys" })),
    ];
    for (id, category, x, y, name) in amenities {
        store.put("amenity", id, point(x, y), json!({ "category": category, "name": name }));
    }
    let door = |x: f64| json!({ "type": "LineString", "coordinates": [[x, 0.0], [x + 2.4, 0.0]] });
    let name = json!({ "ru": "Вход", "en": "Entrance" });
    store.put("opening", "entrance", door(1.8), json!({ "category": "pedestrian.principal", "name": name }));
    store.put(
        "opening",
        "exit",
        door(16.0),
        json!({ "category": "emergencyexit", "name": { "ru": "Выход", "en": "Exit" } }),
    );
    // People who come in walk towards its screen.
    store.put("kiosk", "kiosk-demo", polygon([2.6, 6.4, 3.2, 6.8]), json!({ "name": "Demo", "facing": 180 }));
    store.units();

    let lines: Vec<String> = store.features.iter().map(Value::to_string).collect();
    let text = format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n", lines.join(",\n"));
    print!("{}", StoreMap::parse(text.as_bytes())?.to_geojson());
    Ok(())
}

/// The department that most products of a bay belong to, by aisle and bay.
fn departments(list: &str) -> Result<BTreeMap<(u32, i32), String>> {
    let mut counts: BTreeMap<(u32, i32), BTreeMap<String, usize>> = BTreeMap::new();
    let mut reader = csv::Reader::from_reader(list.as_bytes());
    let columns = reader.headers()?.clone();
    for row in reader.records() {
        let row = row?;
        let field = |name: &str| columns.iter().position(|it| it == name).and_then(|at| row.get(at)).unwrap_or("");
        if let (Ok(aisle), Ok(bay)) = (field("aisle").parse(), field("bay").parse()) {
            let department = field("category").split('/').next().unwrap_or("").to_owned();
            *counts.entry((aisle, bay)).or_default().entry(department).or_default() += 1;
        }
    }
    let most =
        |counts: BTreeMap<String, usize>| counts.into_iter().max_by_key(|it| it.1).map_or(String::new(), |it| it.0);
    Ok(counts.into_iter().map(|(bay, counts)| (bay, most(counts))).collect())
}

struct Store {
    features: Vec<Value>,
    /// The floor of each department in each aisle.
    floors: BTreeMap<(u32, String), Rectangle>,
    departments: BTreeMap<(u32, i32), String>,
}

impl Store {
    fn put(&mut self, feature_type: &str, id: &str, geometry: Value, properties: Value) {
        self.features.push(json!({
            "type": "Feature", "id": id, "feature_type": feature_type, "geometry": geometry, "properties": properties
        }));
    }

    fn named(&mut self, id: &str, area: Rectangle, name: Value) {
        self.put("fixture", id, polygon(area), json!({ "name": name }));
    }

    fn fixture(&mut self, id: &str, area: Rectangle, sides: Vec<Shelves>) {
        let mut values = Vec::new();
        for side in &sides {
            let count = (side.last - side.first).abs() + 1;
            let step = (side.last - side.first).signum();
            let bays: Vec<i32> = (0..count).map(|it| side.first + it * step).collect();
            for (place, bay) in bays.iter().enumerate() {
                let Some(department) = self.departments.get(&(side.aisle, *bay)) else { continue };
                let [start, end] = side.line;
                let at = |share: f64| [0, 1].map(|axis| start[axis] + (end[axis] - start[axis]) * share);
                let (from, to) = (at(place as f64 / f64::from(count)), at((place + 1) as f64 / f64::from(count)));
                let far = [to[0] + side.floor[0], to[1] + side.floor[1]];
                let floor = self.floors.entry((side.aisle, department.clone()));
                let floor = floor.or_insert([f64::MAX, f64::MAX, f64::MIN, f64::MIN]);
                for [x, y] in [from, to, far] {
                    *floor = [floor[0].min(x), floor[1].min(y), floor[2].max(x), floor[3].max(y)];
                }
            }
            let bays: Vec<String> = bays.iter().map(ToString::to_string).collect();
            let shelves: Vec<String> = (1..=6).map(|it| it.to_string()).collect();
            let mut value = json!({ "aisle": side.aisle, "line": side.line, "bays": bays, "shelves": shelves });
            let goods = GOODS.iter().find(|it| it.0 == id);
            if let Some((_, goods)) = goods {
                value["goods"] = json!(goods);
            }
            values.push(value);
        }
        let properties = if values.is_empty() { json!({}) } else { json!({ "sides": values }) };
        self.put("fixture", id, polygon(area), properties);
    }

    fn units(&mut self) {
        for ((aisle, department), area) in std::mem::take(&mut self.floors) {
            let english = DEPARTMENTS.iter().position(|it| it.0 == department).map_or("", |at| DEPARTMENTS[at].1);
            let id = format!("department-{aisle}-{}", english.to_lowercase().replace(' ', "-"));
            let name = json!({ "ru": department, "en": english });
            self.put("unit", &id, polygon(area), json!({ "category": "walkway", "name": name }));
        }
    }
}

fn polygon([left, bottom, right, top]: Rectangle) -> Value {
    json!({ "type": "Polygon", "coordinates": [[[left, bottom], [right, bottom], [right, top], [left, top], [left, bottom]]] })
}

fn point(x: f64, y: f64) -> Value {
    json!({ "type": "Point", "coordinates": [x, y] })
}
