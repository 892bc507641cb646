//! The sizes of machines (`nova/compute/flavors.py`, `nova/objects/flavor.py`).

use super::FlavorError;
use nova_objects::{
    Flavor, NovaObject, Plugs, Query, RequestContext, Store, StoreError, Tracked, Unplugged,
};
use std::{collections::BTreeMap, sync::Arc};

/// The flavors, as far as somebody may see them: the public ones, and those that the project was
/// given access to. Administrators see all.
#[derive(Clone)]
pub struct Flavors {
    store: Arc<dyn Store>,
}

impl Flavors {
    /// The flavors whose rows are in the plugged store.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn new(plugs: &Plugs) -> Result<Self, Unplugged> {
        Ok(Self { store: plugs.get()? })
    }

    /// The flavor `flavorid` (`get_flavor_by_flavor_id`).
    ///
    /// # Errors
    ///
    /// There is none, or it is not for this context to see.
    pub async fn get(
        &self,
        context: &RequestContext,
        flavorid: &str,
    ) -> Result<Tracked<Flavor>, StoreError> {
        let flavor = Flavor::get(&*self.store, context, flavorid).await?;
        if visible(context, &flavor) {
            return Ok(flavor);
        }
        Err(StoreError::NotFound { class: Flavor::NAME.into(), key: flavorid.into() })
    }

    /// The flavors of `query` that this context may see (`get_all_flavors_sorted_list`).
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn get_all(
        &self,
        context: &RequestContext,
        query: Query,
    ) -> Result<Vec<Tracked<Flavor>>, StoreError> {
        let mut flavors = Flavor::list(&*self.store, context, query).await?;
        flavors.retain(|flavor| visible(context, flavor));
        Ok(flavors)
    }

    /// Writes a new flavor down.
    ///
    /// # Errors
    ///
    /// Its id or its name is another one's.
    pub async fn create(
        &self,
        context: &RequestContext,
        flavor: Flavor,
    ) -> Result<Tracked<Flavor>, FlavorError> {
        let (flavorid, name) = (flavor.flavorid.clone(), flavor.name.clone());
        if self.is_there(context, "flavorid", &flavorid).await? {
            return Err(FlavorError::IdExists(flavorid));
        }
        if self.is_there(context, "name", &name).await? {
            return Err(FlavorError::Exists(name));
        }
        match flavor.create(&*self.store, context).await {
            Err(StoreError::Exists { .. }) => Err(FlavorError::IdExists(flavorid)),
            created => Ok(created?),
        }
    }

    async fn is_there(
        &self,
        context: &RequestContext,
        field: &str,
        value: &str,
    ) -> Result<bool, StoreError> {
        let same = Query::all().with(field, value);
        Ok(Flavor::find(&*self.store, context, same).await?.is_some())
    }

    /// Removes a flavor. Instances keep theirs.
    ///
    /// # Errors
    ///
    /// There is none, or it is not for this context to see.
    pub async fn destroy(
        &self,
        context: &RequestContext,
        flavorid: &str,
    ) -> Result<(), StoreError> {
        self.get(context, flavorid).await?.destroy(&*self.store, context).await
    }

    /// Gives a project access to `flavor` (`Flavor.add_access`).
    ///
    /// # Errors
    ///
    /// It has it already.
    pub async fn add_access(
        &self,
        context: &RequestContext,
        flavor: &mut Tracked<Flavor>,
        project_id: &str,
    ) -> Result<(), FlavorError> {
        let change = |flavor: &mut Flavor| {
            if flavor.projects.iter().any(|project| project == project_id) {
                let flavor_id = flavor.flavorid.clone();
                return Err(FlavorError::AccessExists { flavor_id, project_id: project_id.into() });
            }
            flavor.projects.push(project_id.to_owned());
            Ok(())
        };
        flavor.update(&*self.store, context, change).await
    }

    /// Takes it away again (`Flavor.remove_access`).
    ///
    /// # Errors
    ///
    /// It has none.
    pub async fn remove_access(
        &self,
        context: &RequestContext,
        flavor: &mut Tracked<Flavor>,
        project_id: &str,
    ) -> Result<(), FlavorError> {
        let change = |flavor: &mut Flavor| {
            let place = flavor.projects.iter().position(|project| project == project_id);
            let (flavor_id, project_id) = (flavor.flavorid.clone(), project_id.to_owned());
            let place = place.ok_or(FlavorError::AccessNotFound { flavor_id, project_id })?;
            flavor.projects.remove(place);
            Ok(())
        };
        flavor.update(&*self.store, context, change).await
    }

    /// Changes what a flavor says beyond its sizes: what is in `specs` is added, or replaces what
    /// was there.
    ///
    /// # Errors
    ///
    /// The flavor is gone, or the store is out of reach.
    pub async fn update_extra_specs(
        &self,
        context: &RequestContext,
        flavor: &mut Tracked<Flavor>,
        specs: BTreeMap<String, String>,
    ) -> Result<(), StoreError> {
        let change = |flavor: &mut Flavor| {
            flavor.extra_specs.extend(specs.clone());
            Ok(())
        };
        flavor.update(&*self.store, context, change).await
    }

    /// Takes `key` out of it again.
    ///
    /// # Errors
    ///
    /// It is not there.
    pub async fn delete_extra_spec(
        &self,
        context: &RequestContext,
        flavor: &mut Tracked<Flavor>,
        key: &str,
    ) -> Result<(), FlavorError> {
        let change = |flavor: &mut Flavor| {
            let removed = flavor.extra_specs.remove(key);
            let (flavor_id, key) = (flavor.flavorid.clone(), key.to_owned());
            removed.map(drop).ok_or(FlavorError::ExtraSpecsNotFound { flavor_id, key })
        };
        flavor.update(&*self.store, context, change).await
    }
}

fn visible(context: &RequestContext, flavor: &Flavor) -> bool {
    let given = |project: &String| flavor.projects.contains(project);
    context.is_admin || flavor.is_public || context.project_id.as_ref().is_some_and(given)
}
