//! The five verbs as SQL (the functions of `nova/db/sqlalchemy/api.py`).

use crate::{db::Db, outcome, statement::Statement, table::Table};
use async_trait::async_trait;
use nova_objects::{DateTime, Fields, Filters, Query, RequestContext, Store, StoreError};

#[async_trait]
impl Store for Db {
    async fn create(
        &self,
        _context: &RequestContext,
        class: &str,
        fields: Fields,
    ) -> Result<Fields, StoreError> {
        let table = Table::of(class)?;
        let insert = Statement::insert(table, &fields)?;
        let created = self.run(insert, outcome::created(&fields)).await?.pop();
        created.ok_or_else(|| table.malformed("the database kept nothing of it"))
    }

    async fn get(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<Fields, StoreError> {
        let table = Table::of(class)?;
        let select = Statement::select(table).keyed(key).visible_to(context);
        self.run(select, None).await?.pop().ok_or_else(|| table.not_found(key))
    }

    async fn list(
        &self,
        context: &RequestContext,
        class: &str,
        query: &Query,
    ) -> Result<Vec<Fields>, StoreError> {
        let table = Table::of(class)?;
        let select = Statement::select(table).visible_to(context).matching(query)?;
        if query.marker.is_none() {
            return self.run(select.arranged(query)?, None).await;
        }
        // Where a page begins is a row's place in the order, which no row can tell by itself.
        let rows = self.run(select.arranged(&Query::all())?, None).await?;
        query.arrange(table.key, rows)
    }

    async fn save(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
        mut changes: Fields,
        expected: &Filters,
    ) -> Result<Fields, StoreError> {
        let table = Table::of(class)?;
        let outcome = outcome::saved(&changes, expected);
        if let Some(name) = ["id", table.key].into_iter().find(|name| changes.contains_key(*name)) {
            return Err(table.malformed(format!("{name} never changes")));
        }
        // ANCHOR: save
        if table.has("updated_at") {
            changes.insert("updated_at".into(), DateTime::now().to_string().into());
        }
        let update = Statement::update(table, &changes)?.keyed(key).visible_to(context);
        match self.run(update.meeting(expected)?, Some(outcome)).await?.pop() {
            Some(row) => Ok(row),
            None => Err(self.conflict(context, table, key, expected).await),
        }
        // ANCHOR_END: save
    }

    async fn destroy(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<(), StoreError> {
        let table = Table::of(class)?;
        let (statement, outcome) = if table.has("deleted") {
            let now = DateTime::now().to_string();
            let mark = [("deleted".into(), true.into()), ("deleted_at".into(), now.into())];
            (Statement::update(table, &Fields::from_iter(mark))?, Some("deleted".into()))
        } else {
            (Statement::delete(table), None)
        };
        let gone = self.run(statement.keyed(key).visible_to(context), outcome).await?.pop();
        gone.map(drop).ok_or_else(|| table.not_found(key))
    }
}

impl Db {
    /// Why a save met no row: there is none, or it is not as `expected`. The save itself asks for
    /// both at once and cannot tell; by now the row may have changed again.
    async fn conflict(
        &self,
        context: &RequestContext,
        table: &Table,
        key: &str,
        expected: &Filters,
    ) -> StoreError {
        match self.get(context, table.class, key).await {
            Ok(row) => StoreError::conflict(table.class, key, expected, &row),
            Err(error) => error,
        }
    }
}
