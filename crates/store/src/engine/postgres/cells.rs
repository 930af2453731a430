//! Cells as this engine's types, and rows turned on their side for bulk writes.
//!
//! Not here: statements. Start at [`columns`].

use std::error::Error;

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::cell::{Cell, Row};
use crate::fault::{FaultKind, StoreFault};
use crate::tables::{Kind, Rows};

impl ToSql for Cell {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) if *ty == Type::INT2 => i16::try_from(*value)?.to_sql(ty, out),
            Self::Int(value) if *ty == Type::INT4 => i32::try_from(*value)?.to_sql(ty, out),
            Self::Int(value) => value.to_sql(ty, out),
            Self::Id(bytes) => bytes.as_slice().to_sql(ty, out),
            Self::Bytes(bytes) => bytes.as_slice().to_sql(ty, out),
            Self::Text(text) => text.as_str().to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT2, Type::INT4, Type::INT8, Type::BYTEA, Type::TEXT].contains(ty)
    }

    to_sql_checked!();
}

/// Reads a row of whichever types it has.
pub(super) fn row(from: &tokio_postgres::Row) -> Result<Row, StoreFault> {
    let read = |place: usize, ty: &Type| -> Result<Cell, tokio_postgres::Error> {
        Ok(match *ty {
            Type::INT2 => from.try_get::<_, Option<i16>>(place)?.map(|value| Cell::Int(i64::from(value))),
            Type::INT4 => from.try_get::<_, Option<i32>>(place)?.map(|value| Cell::Int(i64::from(value))),
            Type::INT8 => from.try_get::<_, Option<i64>>(place)?.map(Cell::Int),
            Type::BYTEA => from.try_get::<_, Option<Vec<u8>>>(place)?.map(Cell::Bytes),
            _ => from.try_get::<_, Option<String>>(place)?.map(Cell::Text),
        }
        .unwrap_or(Cell::Null))
    };
    let cells: Result<Vec<Cell>, _> =
        from.columns().iter().enumerate().map(|(place, column)| read(place, column.type_())).collect();
    cells.map(Row).map_err(|cause| StoreFault::caused(FaultKind::Incoherent, "reading a row", cause))
}

/// One column of many rows.
pub(super) enum Column<'a> {
    Ints(Vec<Option<i64>>),
    Bytes(Vec<Option<&'a [u8]>>),
    Texts(Vec<Option<&'a str>>),
}

impl Column<'_> {
    pub(super) fn as_parameter(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Ints(values) => values,
            Self::Bytes(values) => values,
            Self::Texts(values) => values,
        }
    }
}

/// The columns of rows that are written together.
pub(super) fn columns(rows: &Rows) -> Vec<Column<'_>> {
    let column = |place: usize, kind: Kind| match kind {
        Kind::Int => Column::Ints(
            rows.rows()
                .map(|cells| match cells.get(place) {
                    Some(Cell::Int(value)) => Some(*value),
                    _ => None,
                })
                .collect(),
        ),
        Kind::Bytes => {
            Column::Bytes(rows.rows().map(|cells| cells.get(place).and_then(Cell::as_bytes)).collect())
        }
        Kind::Text => Column::Texts(
            rows.rows()
                .map(|cells| match cells.get(place) {
                    Some(Cell::Text(text)) => Some(text.as_str()),
                    _ => None,
                })
                .collect(),
        ),
    };
    let kinds = rows.table.columns.iter().take(rows.width).enumerate();
    kinds.map(|(place, (_, kind))| column(place, *kind)).collect()
}
