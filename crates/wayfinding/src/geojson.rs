//! A map from GeoJSON and back. The words are IMDF's where it has them; `docs/store-map.md` describes the file.
//!
//! Only what walks need is read. What else IMDF knows (addresses, anchors, occupants) is passed over, so
//! that a file made for other programs too can be used as it is.

use std::collections::BTreeMap;

use polka_domain::Text;
use serde_json::{Map, Value, json};

use crate::geometry::{Point, Polygon};
use crate::map::{Amenity, Entrance, Features, Fixture, Kiosk, MapError, Name, Side, StoreMap, Unit, UnitKind, named};
use crate::order::Kind;

/// IMDF's types that a walk has no use for.
const PASSED_OVER: [&str; 9] =
    ["address", "anchor", "building", "detail", "footprint", "geofence", "occupant", "relationship", "section"];

/// Coordinates are within this of the plane's origin; what is not, is a slip.
const FARTHEST_M: f64 = 100_000.0;

impl StoreMap {
    /// Reads a map.
    ///
    /// # Errors
    /// Where the bytes are no map: which feature is wrong, and what would be right.
    pub fn parse(bytes: &[u8]) -> Result<Self, MapError> {
        let file = || "the file";
        // Some programs begin a text file with a byte order mark.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let value: Value =
            serde_json::from_slice(bytes).map_err(|error| MapError::new(file(), format!("is no JSON: {error}")))?;
        let features = match (value.get("type").and_then(Value::as_str), value.get("features")) {
            (Some("FeatureCollection"), Some(Value::Array(features))) => features,
            _ => return Err(MapError::new(file(), "is no GeoJSON FeatureCollection with features")),
        };
        let (mut venue, mut level) = (None, None);
        let (mut units, mut fixtures, mut amenities) = (Vec::new(), Vec::new(), Vec::new());
        let (mut entrances, mut kiosks) = (Vec::new(), Vec::new());
        for (place, value) in features.iter().enumerate() {
            let feature = Feature::of(value, place)?;
            match feature.feature_type {
                "venue" => {
                    if feature.properties.get("plane").and_then(Value::as_str) != Some("metres") {
                        return Err(
                            feature.wrong("has no \"plane\": \"metres\" in its properties: coordinates are metres")
                        );
                    }
                    if venue.replace((feature.id.clone(), feature.name()?)).is_some() {
                        return Err(feature.wrong("is a second venue; a map is of one"));
                    }
                }
                "level" => {
                    if level.replace((feature.id.clone(), feature.polygon()?)).is_some() {
                        return Err(feature.wrong("is a second level; a map is of one floor"));
                    }
                }
                "unit" => units.push(feature.unit()?),
                "fixture" => fixtures.push(feature.fixture()?),
                "amenity" => amenities.push(feature.amenity()?),
                "opening" => entrances.extend(feature.entrance()?),
                "kiosk" => kiosks.push(feature.kiosk()?),
                other if PASSED_OVER.contains(&other) => {}
                _ => {
                    return Err(feature.wrong(
                        "has an unknown feature_type; known are venue, level, unit, fixture, amenity, opening and kiosk",
                    ));
                }
            }
        }
        entrances.sort_by_key(|it: &Entrance| it.category != MAIN_ENTRANCE);
        let venue = venue.ok_or_else(|| MapError::new(file(), "has no venue, the feature that names the store"))?;
        let level = level.ok_or_else(|| MapError::new(file(), "has no level, the feature that is the floor"))?;
        Self::new(Features { venue, level, units, fixtures, amenities, entrances, kiosks })
    }

    /// Writes the map, to the millimetre; what is read from it is the same map then.
    #[must_use]
    pub fn to_geojson(&self) -> String {
        let Features { venue, level, units, fixtures, amenities, entrances, kiosks } = self.features();
        let mut lines = Vec::new();
        let mut put = |feature_type: &str, id: &str, geometry: Value, properties: Value| {
            let feature = json!({
                "type": "Feature",
                "id": id,
                "feature_type": feature_type,
                "geometry": geometry,
                "properties": without_nulls(properties),
            });
            lines.push(feature.to_string());
        };
        let outline = polygon_value(&level.1);
        put("venue", &venue.0, outline.clone(), json!({ "plane": "metres", "name": name_value(venue.1.as_ref()) }));
        put("level", &level.0, outline, json!({ "ordinal": 0 }));
        for it in units {
            let properties = json!({
                "category": it.category,
                "name": name_value(it.name.as_ref()),
                "closed": it.is_closed.then_some(true),
                "one_way": it.one_way.map(degrees_of),
                "width": it.width_m,
            });
            put("unit", &it.id, polygon_value(&it.polygon), properties);
        }
        for it in fixtures {
            let side_value = |side: &Side| {
                without_nulls(json!({
                    "aisle": side.aisle,
                    "line": side.line.map(point_value),
                    "bays": side.bays,
                    "shelves": (!side.shelves.is_empty()).then_some(&side.shelves),
                    "goods": (side.goods != Kind::Normal).then(|| side.goods.name()),
                }))
            };
            let sides: Vec<_> = it.sides.iter().map(side_value).collect();
            let sides = (!sides.is_empty()).then_some(sides);
            let properties = json!({ "name": name_value(it.name.as_ref()), "sides": sides });
            put("fixture", &it.id, polygon_value(&it.polygon), properties);
        }
        for it in amenities {
            let geometry = json!({ "type": "Point", "coordinates": point_value(it.point) });
            put("amenity", &it.id, geometry, json!({ "category": it.category, "name": name_value(it.name.as_ref()) }));
        }
        for it in entrances {
            let geometry = json!({ "type": "LineString", "coordinates": it.line.map(point_value) });
            put("opening", &it.id, geometry, json!({ "category": it.category, "name": name_value(it.name.as_ref()) }));
        }
        for it in kiosks {
            let properties = json!({ "name": it.name, "facing": degrees_of(it.facing) });
            put("kiosk", &it.id, polygon_value(&it.polygon), properties);
        }
        // A feature a line: a change of one can be seen in a comparison of two files.
        format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n", lines.join(",\n"))
    }
}

const MAIN_ENTRANCE: &str = "pedestrian.principal";

struct Feature<'a> {
    feature_type: &'a str,
    id: String,
    geometry: &'a Value,
    properties: &'a Map<String, Value>,
}

impl<'a> Feature<'a> {
    fn of(value: &'a Value, place: usize) -> Result<Self, MapError> {
        let number = format!("feature number {}", place + 1);
        let Some(Value::Object(properties)) = value.get("properties") else {
            return Err(MapError::new(number, "has no properties"));
        };
        // IMDF writes the type beside the properties; tools that keep only properties have it there.
        let feature_type = value.get("feature_type").or_else(|| properties.get("feature_type"));
        let Some(feature_type) = feature_type.and_then(Value::as_str) else {
            return Err(MapError::new(number, "has no feature_type"));
        };
        let id = match value.get("id") {
            Some(Value::String(id)) if !id.is_empty() && id.chars().count() <= Text::LONGEST => id.clone(),
            Some(Value::Number(id)) => id.to_string(),
            _ => {
                return Err(MapError::new(number, format!("is a {feature_type} without an id of 1 to 200 characters")));
            }
        };
        Ok(Self { feature_type, id, geometry: value.get("geometry").unwrap_or(&Value::Null), properties })
    }

    fn wrong(&self, reason: impl Into<String>) -> MapError {
        MapError::new(named(self.feature_type, &self.id), reason)
    }

    fn polygon(&self) -> Result<Polygon, MapError> {
        let wrong = || self.wrong("its geometry is no Polygon with rings of at least three corners");
        let rings = self.coordinates("Polygon").and_then(Value::as_array).ok_or_else(wrong)?;
        let mut read = Vec::with_capacity(rings.len());
        for ring in rings {
            let mut ring = self.points(ring)?;
            if ring.len() > 1 && ring.first() == ring.last() {
                ring.pop();
            }
            read.push(ring);
        }
        Polygon::new(read).ok_or_else(wrong)
    }

    fn coordinates(&self, geometry_type: &str) -> Option<&'a Value> {
        let is_type = self.geometry.get("type").and_then(Value::as_str) == Some(geometry_type);
        is_type.then(|| self.geometry.get("coordinates")).flatten()
    }

    fn points(&self, value: &Value) -> Result<Vec<Point>, MapError> {
        let points = value.as_array().ok_or_else(|| self.wrong("has coordinates that are no list of positions"))?;
        points.iter().map(|it| self.point(it)).collect()
    }

    fn point(&self, value: &Value) -> Result<Point, MapError> {
        let number = |place: usize| {
            let number = value.get(place).and_then(Value::as_f64)?;
            (number.abs() <= FARTHEST_M).then_some(number)
        };
        match (number(0), number(1)) {
            (Some(x), Some(y)) => Ok(Point::new(x, y)),
            _ => Err(self.wrong("has a position that is not two numbers, in metres")),
        }
    }

    fn line(&self, value: Option<&Value>, of: &str) -> Result<[Point; 2], MapError> {
        match value.map(|it| self.points(it)).transpose()?.as_deref() {
            Some([start, .., end]) => Ok([*start, *end]),
            _ => Err(self.wrong(format!("{of} is no line of two positions"))),
        }
    }

    fn text(&self, value: &Value, of: &str) -> Result<Text, MapError> {
        let text = value.as_str().ok_or_else(|| self.wrong(format!("{of} is no text")))?;
        Text::parse(text).map_err(|error| self.wrong(format!("{of} {error}")))
    }

    fn name(&self) -> Result<Option<Name>, MapError> {
        let names = match self.properties.get("name") {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Object(names)) if !names.is_empty() => {
                let read = names.iter().map(|(language, it)| Ok((language.clone(), self.text(it, "its name")?)));
                read.collect::<Result<BTreeMap<_, _>, _>>()?
            }
            Some(text @ Value::String(_)) => BTreeMap::from([(String::new(), self.text(text, "its name")?)]),
            Some(_) => return Err(self.wrong("its name is no object of languages like {\"en\": \"Bread\"}")),
        };
        Ok(Some(Name(names)))
    }

    fn category(&self, default: &str) -> Result<String, MapError> {
        match self.properties.get("category") {
            None | Some(Value::Null) => Ok(default.to_owned()),
            Some(it) => Ok(self.text(it, "its category")?.as_str().to_owned()),
        }
    }

    fn number(&self, key: &str, right: &str) -> Result<Option<f64>, MapError> {
        match self.properties.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(it) => match it.as_f64() {
                Some(number) if number.abs() <= FARTHEST_M => Ok(Some(number)),
                _ => Err(self.wrong(format!("{key} is no {right}"))),
            },
        }
    }

    fn direction(&self, key: &str) -> Result<Option<Point>, MapError> {
        let degrees = self.number(key, "number of degrees, clockwise from the top of the map")?;
        Ok(degrees.map(direction_of))
    }

    fn unit(&self) -> Result<Unit, MapError> {
        let category = self.category("unspecified")?;
        let is_closed = match self.properties.get("closed") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(it)) => *it,
            Some(_) => return Err(self.wrong("closed is neither true nor false")),
        };
        let width_m = self.number("width", "width in metres")?;
        if width_m.is_some_and(|it| it < 0.0) {
            return Err(self.wrong("width is no width in metres"));
        }
        Ok(Unit {
            id: self.id.clone(),
            name: self.name()?,
            polygon: self.polygon()?,
            kind: UnitKind::of_category(&category),
            category,
            is_closed,
            one_way: self.direction("one_way")?,
            width_m,
        })
    }

    fn fixture(&self) -> Result<Fixture, MapError> {
        let sides = match self.properties.get("sides") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(sides)) => sides.iter().map(|it| self.side(it)).collect::<Result<_, _>>()?,
            Some(_) => return Err(self.wrong("sides is no list")),
        };
        Ok(Fixture { id: self.id.clone(), name: self.name()?, polygon: self.polygon()?, sides })
    }

    fn side(&self, value: &Value) -> Result<Side, MapError> {
        let label = |it: &Value| match it {
            Value::String(label) => Some(label.trim().to_owned()),
            Value::Number(label) => Some(label.to_string()),
            _ => None,
        };
        let labels = |key: &str| match value.get(key) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(it) => {
                let labels = it.as_array().and_then(|it| it.iter().map(label).collect::<Option<Vec<_>>>());
                labels.ok_or_else(|| self.wrong(format!("a side's {key} is no list of labels")))
            }
        };
        let goods = match value.get("goods") {
            None | Some(Value::Null) => Some(Kind::Normal),
            Some(it) => it.as_str().and_then(Kind::from_name),
        };
        let goods = goods
            .ok_or_else(|| self.wrong("a side's goods are none of normal, chilled, frozen, heavy and crushable"))?;
        let aisle = value.get("aisle").and_then(label).filter(|it| !it.is_empty());
        Ok(Side {
            aisle: aisle.ok_or_else(|| self.wrong("a side has no aisle, the label of the aisle it stands in"))?,
            line: self.line(value.get("line"), "a side's line")?,
            bays: labels("bays")?,
            shelves: labels("shelves")?,
            goods,
            outward: Point::new(0.0, 0.0),
        })
    }

    fn amenity(&self) -> Result<Amenity, MapError> {
        let point = match (self.coordinates("Point"), self.coordinates("Polygon")) {
            (Some(point), _) => self.point(point)?,
            (None, Some(_)) => self.polygon()?.middle(),
            (None, None) => return Err(self.wrong("its geometry is no Point")),
        };
        Ok(Amenity { id: self.id.clone(), name: self.name()?, category: self.category("unspecified")?, point })
    }

    /// A door for customers; `None` for one that is not.
    fn entrance(&self) -> Result<Option<Entrance>, MapError> {
        let category = self.category("pedestrian")?;
        let line = self.line(self.coordinates("LineString"), "its geometry")?;
        let entrance = Entrance { id: self.id.clone(), name: self.name()?, category, line };
        Ok(matches!(entrance.category.as_str(), "pedestrian" | MAIN_ENTRANCE).then_some(entrance))
    }

    fn kiosk(&self) -> Result<Kiosk, MapError> {
        let name = self.name()?.and_then(|it| it.0.into_values().next());
        let name = name.ok_or_else(|| self.wrong("has no name, which is the device's"))?;
        let facing = self.direction("facing")?;
        let facing = facing.ok_or_else(|| {
            self.wrong("has no facing: where its screen looks, in degrees clockwise from the top of the map")
        })?;
        Ok(Kiosk { id: self.id.clone(), name: name.as_str().to_owned(), polygon: self.polygon()?, facing })
    }
}

fn direction_of(degrees: f64) -> Point {
    let (x, y) = degrees.to_radians().sin_cos();
    // So that 90 degrees is exactly to the right, and a walk exactly across is not one against.
    let exact = |it: f64| if it.abs() < 1e-9 { 0.0 } else { it };
    Point::new(exact(x), exact(y))
}

fn degrees_of(direction: Point) -> f64 {
    let degrees = direction.x.atan2(direction.y).to_degrees().rem_euclid(360.0);
    (degrees * 1e6).round() / 1e6
}

/// To the millimetre; nobody measures a store more exactly.
fn point_value(point: Point) -> Value {
    let rounded = |it: f64| (it * 1000.0).round() / 1000.0;
    json!([rounded(point.x), rounded(point.y)])
}

fn polygon_value(polygon: &Polygon) -> Value {
    let closed = |ring: &Vec<Point>| ring.iter().chain(ring.first()).map(|it| point_value(*it)).collect::<Vec<_>>();
    json!({ "type": "Polygon", "coordinates": polygon.rings().iter().map(closed).collect::<Vec<_>>() })
}

fn name_value(name: Option<&Name>) -> Value {
    match name {
        None => Value::Null,
        Some(name) => match name.0.get("") {
            Some(text) => json!(text.as_str()),
            None => name.all().map(|(language, text)| (language.to_owned(), json!(text))).collect::<Map<_, _>>().into(),
        },
    }
}

fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.retain(|_, it| !it.is_null());
    }
    value
}
