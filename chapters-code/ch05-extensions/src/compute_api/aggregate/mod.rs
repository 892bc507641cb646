//! Sets of hosts, and the zones that are made of them (`nova/compute/api.py` `AggregateAPI`).

mod error;

pub use error::AggregateError;

use super::HostAPI;
use nova_objects::{
    Aggregate, NovaObject, Plugs, Query, RequestContext, Store, StoreError, Tracked, Unplugged,
};
use std::{collections::BTreeMap, sync::Arc};

/// What administrators do to aggregates.
#[derive(Clone)]
pub struct AggregateAPI {
    store: Arc<dyn Store>,
    host_api: HostAPI,
}

/// AggregateNotes that an aggregate is to have; a `None` takes one away.
pub type AggregateNotes = BTreeMap<String, Option<String>>;

type Changed = Result<Tracked<Aggregate>, AggregateError>;

impl AggregateAPI {
    /// The aggregates whose rows are in the plugged store.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn new(plugs: &Plugs) -> Result<Self, Unplugged> {
        Ok(Self { store: plugs.get()?, host_api: HostAPI::new(plugs)? })
    }

    /// All of them (`get_aggregate_list`).
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn get_aggregate_list(
        &self,
        context: &RequestContext,
    ) -> Result<Vec<Tracked<Aggregate>>, StoreError> {
        Aggregate::list(&*self.store, context, Query::all().ascending("id")).await
    }

    /// The one of that number (`get_aggregate`).
    ///
    /// # Errors
    ///
    /// There is none, or the store is out of reach.
    pub async fn get_aggregate(&self, context: &RequestContext, id: &str) -> Changed {
        Ok(Aggregate::get(&*self.store, context, id).await?)
    }

    /// Makes one without hosts (`create_aggregate`).
    ///
    /// # Errors
    ///
    /// Another has the name, or the store is out of reach.
    pub async fn create_aggregate(
        &self,
        context: &RequestContext,
        name: &str,
        availability_zone: Option<&str>,
    ) -> Changed {
        let aggregate = Aggregate::new(name, availability_zone);
        let created = aggregate.create(&*self.store, context).await;
        created.map_err(|error| named(name, error.into()))
    }

    /// Renames it, or puts its hosts into another zone (`update_aggregate`).
    ///
    /// # Errors
    ///
    /// There is none, another has the name, or its hosts cannot be in the zone; or the store is
    /// out of reach.
    pub async fn update_aggregate(
        &self,
        context: &RequestContext,
        id: &str,
        name: Option<&str>,
        notes: AggregateNotes,
    ) -> Changed {
        let others = self.get_aggregate_list(context).await?;
        let change = |aggregate: &mut Aggregate| {
            if let Some(name) = name {
                name.clone_into(&mut aggregate.name);
            }
            note(aggregate, &notes, &others, "update")
        };
        let updated = self.change(context, id, change).await;
        updated.map_err(|error| named(name.unwrap_or_default(), error))
    }

    /// Changes its notes (`update_aggregate_metadata`).
    ///
    /// # Errors
    ///
    /// There is none, or its hosts cannot be in the zone; or the store is out of reach.
    pub async fn update_aggregate_metadata(
        &self,
        context: &RequestContext,
        id: &str,
        notes: AggregateNotes,
    ) -> Changed {
        let others = self.get_aggregate_list(context).await?;
        let change =
            |aggregate: &mut Aggregate| note(aggregate, &notes, &others, "update metadata of");
        self.change(context, id, change).await
    }

    /// Removes it (`delete_aggregate`).
    ///
    /// # Errors
    ///
    /// There is none, or it has hosts; or the store is out of reach.
    pub async fn delete_aggregate(
        &self,
        context: &RequestContext,
        id: &str,
    ) -> Result<(), AggregateError> {
        let aggregate = self.get_aggregate(context, id).await?;
        if !aggregate.hosts.is_empty() {
            let reason = "Host aggregate is not empty".to_owned();
            return Err(AggregateError::invalid("remove host from", &aggregate, reason));
        }
        Ok(aggregate.destroy(&*self.store, context).await?)
    }

    /// Puts a host into it (`add_host_to_aggregate`).
    ///
    /// # Errors
    ///
    /// There is no such host or aggregate, the host is in it already, or in another zone; or the
    /// store is out of reach.
    pub async fn add_host_to_aggregate(
        &self,
        context: &RequestContext,
        id: &str,
        host: &str,
    ) -> Changed {
        self.host_api.service_get_by_compute_host(context, host).await?;
        let others = self.get_aggregate_list(context).await?;
        let hosts = [host.to_owned()];
        let change = |aggregate: &mut Aggregate| {
            let zone = aggregate.availability_zone().map(Some);
            is_safe_to_update_az(zone, aggregate, &hosts, &others, "add host to")?;
            if aggregate.hosts.contains(&hosts[0]) {
                let (id, host) = (aggregate.id, host.to_owned());
                return Err(AggregateError::AggregateHostExists { id, host });
            }
            aggregate.hosts.extend(hosts.clone());
            Ok(())
        };
        self.change(context, id, change).await
    }

    /// Takes a host out of it (`remove_host_from_aggregate`).
    ///
    /// # Errors
    ///
    /// There is no such host or aggregate, or the host is not in it; or the store is out of reach.
    pub async fn remove_host_from_aggregate(
        &self,
        context: &RequestContext,
        id: &str,
        host: &str,
    ) -> Changed {
        self.host_api.service_get_by_compute_host(context, host).await?;
        let change = |aggregate: &mut Aggregate| {
            let place = aggregate.hosts.iter().position(|other| other == host);
            let (id, host) = (aggregate.id, host.to_owned());
            let place = place.ok_or(AggregateError::AggregateHostNotFound { id, host })?;
            aggregate.hosts.remove(place);
            Ok(())
        };
        self.change(context, id, change).await
    }

    async fn change(
        &self,
        context: &RequestContext,
        id: &str,
        change: impl FnMut(&mut Aggregate) -> Result<(), AggregateError>,
    ) -> Changed {
        let mut aggregate = self.get_aggregate(context, id).await?;
        aggregate.update(&*self.store, context, change).await?;
        Ok(aggregate)
    }
}

/// That no two aggregates have one name, in Nova's words.
fn named(name: &str, error: AggregateError) -> AggregateError {
    match error {
        AggregateError::Store(StoreError::Exists { .. }) => {
            AggregateError::AggregateNameExists(name.to_owned())
        }
        error => error,
    }
}

/// Writes `notes` into the aggregate, if its hosts may be in the zone that they name.
fn note(
    aggregate: &mut Aggregate,
    notes: &AggregateNotes,
    others: &[Tracked<Aggregate>],
    action: &'static str,
) -> Result<(), AggregateError> {
    let zone = notes.get(Aggregate::AVAILABILITY_ZONE).map(Option::as_deref);
    is_safe_to_update_az(zone, aggregate, &aggregate.hosts, others, action)?;
    for (name, note) in notes {
        match note {
            Some(note) => aggregate.metadata.insert(name.clone(), note.clone()),
            None => aggregate.metadata.remove(name),
        };
    }
    Ok(())
}

/// A host is in one zone at most: may `hosts` be in `zone`, as hosts of `aggregate`, as far as the
/// `others` say?
fn is_safe_to_update_az(
    zone: Option<Option<&str>>,
    aggregate: &Aggregate,
    hosts: &[String],
    others: &[Tracked<Aggregate>],
    action: &'static str,
) -> Result<(), AggregateError> {
    let Some(zone) = zone else { return Ok(()) };
    let Some(zone) = zone.filter(|zone| !zone.is_empty()) else {
        let name = &aggregate.name;
        let reason = format!("Aggregate {name} does not support empty named availability zone");
        return Err(AggregateError::invalid(action, aggregate, reason));
    };
    let others = others.iter().filter(|other| other.id != aggregate.id);
    let others = others.filter(|other| other.hosts.iter().any(|host| hosts.contains(host)));
    let zones = others.filter_map(|other| other.availability_zone());
    let conflicting: Vec<_> = zones.filter(|other| *other != zone).map(repr).collect();
    if conflicting.is_empty() {
        return Ok(());
    }
    let zones = conflicting.join(", ");
    let reason = format!("One or more hosts already in availability zone(s) [{zones}]");
    Err(AggregateError::invalid(action, aggregate, reason))
}

/// A text as Python 2 shows it in a list.
fn repr(text: &str) -> String {
    format!("u'{text}'")
}
