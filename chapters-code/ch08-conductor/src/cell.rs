//! A field's value as a column holds it (the column types of `nova/db/sqlalchemy/models.py`).

use crate::table::Type;
use nova_objects::DateTime;
use serde_json::{Number, Value};

/// One value on its way into or out of the database. `None` is `NULL`, which has a type too:
/// PostgreSQL insists on it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Integer(Option<i64>),
    Real(Option<f64>),
    Text(Option<String>),
}

impl Cell {
    /// `value` as a column of `kind` holds it; `None` if such a column cannot.
    pub(crate) fn write(kind: Type, value: &Value) -> Option<Self> {
        let null = value.is_null();
        match kind {
            Type::Integer => Self::Integer(value.as_i64()).unless_lost(null),
            Type::Boolean => Self::Integer(value.as_bool().map(i64::from)).unless_lost(null),
            Type::Real => Self::Real(value.as_f64()).unless_lost(null),
            Type::Text => Self::text(value.as_str()).unless_lost(null),
            Type::Time => {
                let moment = value.as_str().and_then(|text| DateTime::parse(text).ok());
                Self::Text(moment.map(|moment| moment.to_string())).unless_lost(null)
            }
            Type::Json => Some(Self::Text((!null).then(|| value.to_string()))),
        }
    }

    /// The value that a cell of a column of `kind` stands for; `None` if it is no such value.
    pub(crate) fn read(self, kind: Type) -> Option<Value> {
        match self {
            Self::Integer(None) | Self::Real(None) | Self::Text(None) => Some(Value::Null),
            Self::Integer(Some(number)) if kind == Type::Boolean => Some((number != 0).into()),
            Self::Integer(Some(number)) => Some(number.into()),
            Self::Real(Some(number)) => Number::from_f64(number).map(Value::Number),
            Self::Text(Some(text)) if kind == Type::Json => serde_json::from_str(&text).ok(),
            Self::Text(Some(text)) => Some(text.into()),
        }
    }

    /// No text has a NUL in it: PostgreSQL knows none, and what one database keeps, all keep.
    fn text(text: Option<&str>) -> Self {
        Self::Text(text.filter(|text| !text.contains('\0')).map(str::to_owned))
    }

    fn unless_lost(self, null: bool) -> Option<Self> {
        let empty = matches!(self, Self::Integer(None) | Self::Real(None) | Self::Text(None));
        (empty == null).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Cell;
    use crate::table::Type::{Boolean, Integer, Json, Real, Text, Time};
    use serde_json::{Value, json};

    #[test]
    fn a_value_comes_out_as_it_went_in() {
        for (kind, value) in [
            (Integer, json!(-7)),
            (Integer, json!(i64::MAX)),
            (Real, json!(1.5)),
            (Boolean, json!(true)),
            (Text, json!("Robert'); DROP TABLE instances;--")),
            (Text, json!("\u{1} and \u{1f980}")),
            (Time, json!("2026-11-22T09:30:00.250000Z")),
            (Json, json!({"a": [1, null, "nul \u{0}"]})),
            (Json, json!([])),
        ] {
            assert_eq!(Cell::write(kind, &value).unwrap().read(kind), Some(value));
            assert_eq!(Cell::write(kind, &Value::Null).unwrap().read(kind), Some(Value::Null));
        }
    }

    #[test]
    fn what_a_column_cannot_hold_is_refused() {
        for (kind, value) in [
            (Integer, json!("7")),
            (Integer, json!(7.5)),
            (Integer, json!(u64::MAX)),
            (Boolean, json!(1)),
            (Real, json!("1.5")),
            (Text, json!(5)),
            (Text, json!(["x"])),
            (Text, json!("nul \u{0}")),
            (Time, json!("yesterday")),
        ] {
            assert_eq!(Cell::write(kind, &value), None, "{kind:?} {value}");
        }
    }

    #[test]
    fn a_moment_is_stored_in_the_width_that_sorts() {
        let cell = Cell::write(Time, &json!("2026-11-22T09:30:00")).unwrap();
        assert_eq!(cell.read(Time), Some(json!("2026-11-22T09:30:00.000000Z")));
    }
}
