//! What is written down: a table for people on standard output, JSON in `target/bench/`.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::Outcome;
use crate::load::Measured;

/// One measured case.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The scenario.
    pub scenario: &'static str,
    /// Which case of it.
    pub case: String,
    /// Answers a second.
    pub per_second: Option<f64>,
    /// The floor's answers a second, in the same run.
    pub floor: Option<f64>,
    /// Milliseconds: median, 99 of 100, the worst.
    pub millis: Option<[f64; 3]>,
    /// Further figures, by name with its unit.
    pub figures: Vec<(&'static str, f64)>,
    /// What is to be known about it.
    pub note: String,
}

impl Row {
    /// A case without figures yet.
    pub fn new(scenario: &'static str, case: impl Into<String>) -> Self {
        Self { scenario, case: case.into(), ..Self::default() }
    }

    /// The same with what a load came to.
    #[must_use]
    pub fn measured(mut self, measured: &Measured) -> Self {
        self.per_second = Some(measured.per_second());
        self.millis = Some([measured.millis(0.5), measured.millis(0.99), measured.millis(1.0)]);
        self
    }

    /// The same beside the floor.
    #[must_use]
    pub fn beside(mut self, floor: f64) -> Self {
        self.floor = Some(floor);
        self
    }

    /// The same with a further figure.
    #[must_use]
    pub fn figure(mut self, name: &'static str, value: f64) -> Self {
        self.figures.push((name, value));
        self
    }

    /// The same with a remark.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    fn share(&self) -> Option<f64> {
        Some(100.0 * self.per_second? / self.floor?)
    }

    fn json(&self) -> Value {
        let figures: serde_json::Map<String, Value> =
            self.figures.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        json!({
            "scenario": self.scenario,
            "case": self.case,
            "per_second": self.per_second,
            "floor_per_second": self.floor,
            "percent_of_floor": self.share(),
            "p50_ms": self.millis.map(|millis| millis[0]),
            "p99_ms": self.millis.map(|millis| millis[1]),
            "max_ms": self.millis.map(|millis| millis[2]),
            "figures": figures,
            "note": self.note,
        })
    }
}

/// The heading of the table.
pub fn heading() -> String {
    format!(
        "{:<15} {:<32} {:>9} {:>6} {:>8} {:>8} {:>8}  further",
        "scenario", "case", "per s", "floor", "p50 ms", "p99 ms", "max ms"
    )
}

/// A line of the table.
pub fn line(row: &Row) -> String {
    let number = |value: Option<f64>, digits: usize| {
        value.map_or_else(|| "–".to_owned(), |value| format!("{value:.digits$}"))
    };
    let share = row.share().map_or_else(|| "–".to_owned(), |share| format!("{share:.0} %"));
    let millis = |place: usize| number(row.millis.map(|millis| millis[place]), 2);
    let mut further = String::new();
    for (name, value) in &row.figures {
        let digits = if *value >= 100.0 { 0 } else { 2 };
        // Writing into a string can't fail.
        write!(further, "{name} {value:.digits$}  ").unwrap_or_default();
    }
    further.push_str(&row.note);
    format!(
        "{:<15} {:<32} {:>9} {:>6} {:>8} {:>8} {:>8}  {}",
        row.scenario,
        row.case,
        number(row.per_second, 0),
        share,
        millis(0),
        millis(1),
        millis(2),
        further.trim_end()
    )
}

/// Writes all rows as JSON, with what they were measured on.
///
/// # Errors
/// What the system says.
pub fn write(rows: &[Row], folder: &Path) -> Outcome<std::path::PathBuf> {
    std::fs::create_dir_all(folder)?;
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let document = json!({
        "unix_seconds": seconds,
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "load_average_at_the_end": load.trim(),
        "release_build": !cfg!(debug_assertions),
        "rows": rows.iter().map(Row::json).collect::<Vec<_>>(),
    });
    let path = folder.join(format!("{seconds}.json"));
    std::fs::write(&path, serde_json::to_vec_pretty(&document)?)?;
    std::fs::copy(&path, folder.join("latest.json"))?;
    Ok(path)
}
