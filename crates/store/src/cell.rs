//! Cells and rows: what goes into statements and what comes out of them, whatever the engine.
//!
//! Not here: what rows mean. Start at [`Cell`].

use dayshelf_core::ids::Id;

use crate::fault::{FaultKind, StoreFault};

/// One value of a row or a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    /// Sixteen bytes, which is what most keys are; read back as `Bytes`.
    Id([u8; 16]),
    Bytes(Vec<u8>),
    Text(String),
}

impl Cell {
    /// The bytes of a key or a body.
    pub(crate) fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Id(bytes) => Some(bytes),
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl From<Id> for Cell {
    fn from(id: Id) -> Self {
        Self::Id(id.to_bytes())
    }
}

impl From<u16> for Cell {
    fn from(value: u16) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<u32> for Cell {
    fn from(value: u32) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<u64> for Cell {
    fn from(value: u64) -> Self {
        // Sequences and places begin at one and rise by one: the sign bit is out of their reach.
        Self::Int(value.cast_signed())
    }
}

impl From<usize> for Cell {
    fn from(value: usize) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

/// A row that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row(pub(crate) Vec<Cell>);

impl Row {
    pub(crate) fn is_null(&self, column: usize) -> bool {
        matches!(self.0.get(column), Some(Cell::Null))
    }

    pub(crate) fn int(&self, column: usize) -> Result<i64, StoreFault> {
        match self.0.get(column) {
            Some(Cell::Int(value)) => Ok(*value),
            other => Err(unfit(column, "a number", other)),
        }
    }

    /// A number that is never negative.
    pub(crate) fn count(&self, column: usize) -> Result<u64, StoreFault> {
        let value = self.int(column)?;
        u64::try_from(value).map_err(|cause| {
            StoreFault::caused(FaultKind::Incoherent, format!("column {column} is negative"), cause)
        })
    }

    /// A count of units.
    pub(crate) fn units(&self, column: usize) -> Result<u32, StoreFault> {
        let value = self.int(column)?;
        u32::try_from(value).map_err(|cause| {
            StoreFault::caused(FaultKind::Incoherent, format!("column {column} is no count"), cause)
        })
    }

    pub(crate) fn bytes(&self, column: usize) -> Result<&[u8], StoreFault> {
        let cell = self.0.get(column);
        cell.and_then(Cell::as_bytes).ok_or_else(|| unfit(column, "bytes", cell))
    }

    pub(crate) fn text(&self, column: usize) -> Result<&str, StoreFault> {
        match self.0.get(column) {
            Some(Cell::Text(text)) => Ok(text),
            other => Err(unfit(column, "text", other)),
        }
    }

    /// So many bytes, no more, no less.
    pub(crate) fn array<const N: usize>(&self, column: usize) -> Result<[u8; N], StoreFault> {
        let cell = self.0.get(column);
        let bytes = cell.and_then(Cell::as_bytes).and_then(|bytes| bytes.try_into().ok());
        bytes.ok_or_else(|| unfit(column, "a key", cell))
    }

    pub(crate) fn id(&self, column: usize) -> Result<[u8; 16], StoreFault> {
        self.array(column)
    }
}

fn unfit(column: usize, wanted: &str, found: Option<&Cell>) -> StoreFault {
    let found = match found {
        None => "nothing",
        Some(Cell::Null) => "null",
        Some(Cell::Int(_)) => "a number",
        Some(Cell::Id(_) | Cell::Bytes(_)) => "bytes of another length",
        Some(Cell::Text(_)) => "text",
    };
    StoreFault::new(FaultKind::Incoherent, format!("column {column} should be {wanted} and is {found}"))
}
