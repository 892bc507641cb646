//! Which rows a statement is about (`model_query` and the filters of
//! `nova/db/sqlalchemy/api.py`).

use crate::{
    cell::Cell,
    statement::{Statement, cell, quoted},
    table::Type,
};
use nova_objects::{Filters, Query, RequestContext, StoreError};
use serde_json::Value;

/// A condition that no row meets.
const NEVER: &str = "1 = 0";

impl Statement {
    /// Only the row whose key is `key`.
    pub(crate) fn keyed(mut self, key: &str) -> Self {
        self.key = key.into();
        let cell = match self.table.column(self.table.key) {
            // 07 is a number, but no key.
            Ok((_, Type::Integer)) => {
                let number = key.parse::<i64>().ok().filter(|number| number.to_string() == key);
                number.map(|number| Cell::Integer(Some(number)))
            }
            _ => Cell::write(Type::Text, &key.into()),
        };
        let condition = cell.map(|cell| format!("{} = {}", self.table.key, self.bind(cell)));
        self.condition(condition.unwrap_or_else(|| NEVER.into()));
        self
    }

    /// Only rows that `context` may see: the rule is [`nova_objects::query::visible`].
    pub(crate) fn visible_to(mut self, context: &RequestContext) -> Self {
        if self.table.has("deleted") && context.read_deleted != "yes" {
            self.condition("deleted = 0");
        }
        if self.table.has("project_id") && !context.is_admin {
            let project = self.bind(Cell::Text(context.project_id.clone()));
            self.condition(format!("(project_id IS NULL OR project_id = {project})"));
        }
        self
    }

    /// Only rows whose fields have these values: the rule is [`nova_objects::query::met_by`].
    pub(crate) fn meeting(mut self, filters: &Filters) -> Result<Self, StoreError> {
        for (field, values) in filters {
            let (column, kind) = self.table.column(field)?;
            self.one_of(quoted(column), kind, values);
        }
        Ok(self)
    }

    /// Only rows that `query` describes.
    pub(crate) fn matching(mut self, query: &Query) -> Result<Self, StoreError> {
        self = self.meeting(&query.filters)?;
        if let Some(since) = query.changes_since {
            let times = ["updated_at", "created_at"].into_iter().filter(|t| self.table.has(t));
            let times = times.collect::<Vec<_>>().join(", ");
            if times.is_empty() {
                self.condition(NEVER);
            } else {
                let since = self.bind(Cell::Text(Some(since.to_string())));
                self.condition(format!("COALESCE({times}, '') >= {since}"));
            }
        }
        Ok(self)
    }

    /// In the order of `query`, and so many of them as it wants. Rows that are equal in it come
    /// in the order in which they were made.
    pub(crate) fn arranged(mut self, query: &Query) -> Result<Self, StoreError> {
        let mut order = Vec::new();
        for (field, down) in &query.sort {
            let (column, _) = self.table.column(field)?;
            let way = if *down { "DESC NULLS LAST" } else { "ASC NULLS FIRST" };
            order.push(format!("{} {way}", quoted(column)));
        }
        order.push("id".into());
        self.tail(&format!(" ORDER BY {}", order.join(", ")));
        if let Some(limit) = query.limit {
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let limit = self.bind(Cell::Integer(Some(limit)));
            self.tail(&format!(" LIMIT {limit}"));
        }
        Ok(self)
    }

    /// `(column IN ($1, $2) OR column IS NULL)`; a value that the column cannot hold is in no row.
    fn one_of(&mut self, column: &str, kind: Type, values: &[Value]) {
        let present = values.iter().filter(|value| !value.is_null());
        let cells: Vec<_> = present.filter_map(|value| cell(kind, value)).collect();
        let places: Vec<_> = cells.into_iter().map(|cell| self.bind(cell)).collect();
        let mut either = Vec::new();
        if !places.is_empty() {
            either.push(format!("{column} IN ({})", places.join(", ")));
        }
        if values.contains(&Value::Null) {
            either.push(format!("{column} IS NULL"));
        }
        match &either[..] {
            [] => self.condition(NEVER),
            [one] => self.condition(one.clone()),
            several => self.condition(format!("({})", several.join(" OR "))),
        }
    }
}
