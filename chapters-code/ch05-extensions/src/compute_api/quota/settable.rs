//! Setting limits (`nova/quota.py` `get_settable_quotas`, and what `quota_sets.py` makes of it).

use super::{Amounts, Owner, QuotaEngine, QuotaError, limits};
use nova_objects::{NovaObject, Quota, RequestContext, Store, StoreError, Tracked};

impl QuotaEngine {
    /// Sets limits for `owner`: all of `wanted`, or none.
    ///
    /// # Errors
    ///
    /// One of them is less than what is in use, or more than the project can give a user, and it
    /// is not done by `force`; or it is no limit. Or the store is out of reach.
    pub async fn set_limits(
        &self,
        context: &RequestContext,
        owner: Owner<'_>,
        wanted: &[(&'static str, i64)],
        force: bool,
    ) -> Result<(), QuotaError> {
        let rows = self.rows(context, owner.project_id).await?;
        if !force {
            let range = Range {
                limits: limits(self.defaults(), &rows, None),
                usages: self.usages(context, owner).await?,
                rows: &rows,
                owner,
            };
            wanted.iter().try_for_each(|(resource, limit)| range.check(resource, *limit))?;
        }
        for (resource, limit) in wanted {
            self.set_limit(context, owner, resource, *limit).await?;
        }
        Ok(())
    }

    /// Writes one limit, as a new row or into the one there is. Another request may be about it,
    /// too, and make that row, or take it away, in between; then it is looked for again.
    async fn set_limit(
        &self,
        context: &RequestContext,
        owner: Owner<'_>,
        resource: &'static str,
        limit: i64,
    ) -> Result<(), StoreError> {
        let same = |row: &Tracked<Quota>| is_of(row, owner) && row.resource == resource;
        loop {
            let rows = self.rows(context, owner.project_id).await?;
            let written = match rows.into_iter().find(same) {
                Some(mut row) => {
                    row.hard_limit = limit;
                    row.save(&*self.store, context).await
                }
                None => {
                    let row = Quota::new(owner.project_id, owner.user_id, resource, limit);
                    row.create(&*self.store, context).await.map(drop)
                }
            };
            match written {
                Err(StoreError::Exists { .. } | StoreError::NotFound { .. }) => {}
                done => return done,
            }
        }
    }

    /// Forgets the limits of a user in the project, or of the project and all its users
    /// (`destroy_all_by_project_and_user`, `destroy_all_by_project`).
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn destroy_limits(
        &self,
        context: &RequestContext,
        owner: Owner<'_>,
    ) -> Result<(), StoreError> {
        for row in self.rows(context, owner.project_id).await? {
            if owner.user_id.is_none() || is_of(&row, owner) {
                forget(&row, &*self.store, context).await?;
            }
        }
        Ok(())
    }
}

/// Removes a row that another request may have removed meanwhile.
async fn forget(
    row: &Tracked<Quota>,
    store: &dyn Store,
    context: &RequestContext,
) -> Result<(), StoreError> {
    match row.destroy(store, context).await {
        Err(error) if error.is_not_found() => Ok(()),
        done => done,
    }
}

fn is_of(row: &Quota, owner: Owner<'_>) -> bool {
    row.user_id.as_deref() == owner.user_id
}

/// Which limits can be set.
struct Range<'r> {
    /// What the project is allowed.
    limits: Amounts,
    /// What the owner uses.
    usages: Amounts,
    /// All limits within the project.
    rows: &'r [Tracked<Quota>],
    owner: Owner<'r>,
}

impl Range<'_> {
    fn check(&self, resource: &'static str, limit: i64) -> Result<(), QuotaError> {
        let (minimum, maximum) = (self.minimum(resource), self.maximum(resource));
        match unlimited(limit) {
            None if limit < -1 => Err(QuotaError::Negative { limit, resource }),
            Some(limit) if limit < minimum => {
                Err(QuotaError::BelowUse { limit, resource, minimum })
            }
            wanted => match maximum {
                Some(maximum) if wanted.is_none_or(|wanted| wanted > maximum) => {
                    Err(QuotaError::AboveProject { limit, resource, maximum })
                }
                _ => Ok(()),
            },
        }
    }

    /// What is in use; of a project, also what its users were promised.
    fn minimum(&self, resource: &str) -> i64 {
        let used = self.usages.get(resource).copied().unwrap_or_default();
        let promised = self.limit(resource).and_then(|_| self.promised(resource));
        promised.filter(|_| self.owner.user_id.is_none()).map_or(used, |most| most.max(used))
    }

    /// For a user, what the project has left, and what the user has; a project has no maximum.
    fn maximum(&self, resource: &str) -> Option<i64> {
        self.owner.user_id?;
        let left = self.limit(resource)? - self.promised(resource)?;
        let own = self.of_users(resource).find(|row| is_of(row, self.owner));
        Some(left + own.map_or(0, |row| row.hard_limit))
    }

    fn limit(&self, resource: &str) -> Option<i64> {
        unlimited(self.limits.get(resource).copied()?)
    }

    /// The sum of the users' limits; `None` if one of them has no limit.
    fn promised(&self, resource: &str) -> Option<i64> {
        self.of_users(resource).map(|row| unlimited(row.hard_limit)).sum()
    }

    fn of_users(&self, resource: &str) -> impl Iterator<Item = &Tracked<Quota>> {
        let of_users = self.rows.iter().filter(|row| row.user_id.is_some());
        of_users.filter(move |row| row.resource == resource)
    }
}

/// A limit; `None` for a number that means that there is none.
fn unlimited(limit: i64) -> Option<i64> {
    Some(limit).filter(|limit| *limit >= 0)
}
