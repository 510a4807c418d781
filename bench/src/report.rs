//! One table, those that compare more than two, and all of them as one JSON.

use std::io::Write;

use anyhow::Result;
use serde_json::{Value, json};

/// What was measured so far.
pub(crate) struct Report {
    products: usize,
    rows: Vec<Row>,
    tables: Vec<Table>,
}

/// Figures of several that do the same, side by side.
struct Table {
    what: String,
    columns: Vec<String>,
    rows: Vec<(String, Vec<f64>)>,
}

struct Row {
    what: String,
    polka: f64,
    plain: Option<f64>,
    unit: &'static str,
}

impl Report {
    pub(crate) fn new(products: usize) -> Self {
        Self { products, rows: Vec::new(), tables: Vec::new() }
    }

    /// A figure that only Polka has.
    pub(crate) fn one(&mut self, what: &str, polka: f64, unit: &'static str) {
        self.rows.push(Row { what: what.into(), polka, plain: None, unit });
    }

    /// A figure of both.
    pub(crate) fn pair(&mut self, what: &str, polka: f64, plain: f64, unit: &'static str) {
        self.rows.push(Row { what: what.into(), polka, plain: Some(plain), unit });
    }

    /// Figures of several, a column each. A row's name says the unit; what was not measured is not a number.
    pub(crate) fn table(&mut self, what: &str, columns: &[String], rows: Vec<(String, Vec<f64>)>) {
        self.tables.push(Table { what: what.into(), columns: columns.to_vec(), rows });
    }

    /// Prints the tables and writes `target/bench.json`.
    pub(crate) fn print(&self) -> Result<()> {
        println!("\n{} products", self.products);
        if !self.rows.is_empty() {
            println!(
                "the obvious way = plain JavaScript in the same run, or what a row names; ratio = Polka / plain\n"
            );
            println!("| what | Polka | the obvious way | ratio |\n|---|---:|---:|---:|");
        }
        for row in &self.rows {
            let figure = |value: f64| format!("{} {}", digits(value), row.unit);
            let plain = row.plain.map_or_else(String::new, figure);
            let ratio = row.plain.filter(|plain| *plain > 0.0).map_or_else(String::new, |it| digits(row.polka / it));
            println!("| {} | {} | {plain} | {ratio} |", row.what, figure(row.polka));
        }
        for table in &self.tables {
            println!("\n| {} | {} |", table.what, table.columns.join(" | "));
            println!("|---|{}", "---:|".repeat(table.columns.len()));
            for (what, values) in &table.rows {
                let values: Vec<String> = values.iter().map(|value| digits(*value)).collect();
                println!("| {what} | {} |", values.join(" | "));
            }
        }
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| json!({"what": row.what, "polka": row.polka, "plain": row.plain, "unit": row.unit}))
            .collect();
        let of_table = |table: &Table| {
            let rows = table.rows.iter().map(|(what, values)| json!({"what": what, "values": values}));
            json!({"what": table.what, "columns": table.columns, "rows": rows.collect::<Vec<_>>()})
        };
        let tables: Vec<Value> = self.tables.iter().map(of_table).collect();
        let all = json!({"products": self.products, "rows": rows, "tables": tables});
        std::fs::write(polka_stage::root().join("target/bench.json"), serde_json::to_vec_pretty(&all)?)?;
        Ok(())
    }
}

/// Three digits that count.
fn digits(value: f64) -> String {
    match value.abs() {
        v if v.is_nan() => "–".into(),
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// The value in the middle.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    percentile(values.collect(), 50)
}

/// The value that this share of all, in hundredths, does not exceed.
pub(crate) fn percentile(mut values: Vec<f64>, hundredths: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (values.len() * hundredths).div_ceil(100).max(1) - 1;
    values.get(place).copied().unwrap_or(f64::NAN)
}

pub(crate) fn pack(bytes: &[u8], quality: u32) -> Result<Vec<u8>> {
    let mut packed = brotli::CompressorWriter::new(Vec::new(), 1 << 16, quality, 24);
    packed.write_all(bytes)?;
    Ok(packed.into_inner())
}

pub(crate) fn brotli_size(bytes: &[u8], quality: u32) -> Result<usize> {
    Ok(pack(bytes, quality)?.len())
}
