//! Many change one row at once, and the conductor between them and the database dies.

use crate::cloud::{Cloud, broker};
use mini_nova::{Conf, wiring};
use nova_conductor::Db;
use nova_objects::{Flavor, Instance, NovaObject, RequestContext, StoreError, Tracked, VmState};
use nova_rpc::rpcapi::ConductorAPI;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{task::JoinSet, time::sleep};

const WRITERS: usize = 16;

/// How many changes each of them makes.
const CHANGES: usize = 12;

/// The words that the conductor has said are written.
#[derive(Clone, Default)]
struct Acknowledged(Arc<Mutex<BTreeSet<String>>>);

impl Acknowledged {
    fn all(&self) -> BTreeSet<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn add(&self, word: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(word);
    }

    async fn reach(&self, count: usize) {
        while self.all().len() < count {
            sleep(Duration::from_millis(1)).await;
        }
    }
}

fn word(writer: usize, change: usize) -> String {
    format!("{writer}-{change}")
}

/// Writes one word after another, each into three fields at once. What is not acknowledged is not
/// tried again: nobody knows whether it is there.
async fn write(conductor: ConductorAPI, uuid: String, writer: usize, acknowledged: Acknowledged) {
    let context = RequestContext::admin();
    for change in 0..CHANGES {
        let word = word(writer, change);
        let mut row = patiently(&conductor, &context, &uuid).await;
        let add = |instance: &mut Instance| {
            instance.tags.push(word.clone());
            instance.metadata.insert(word.clone(), word.clone());
            instance.display_name.clone_from(&word);
            Ok::<_, StoreError>(())
        };
        if row.update(&conductor, &context, add).await.is_ok() {
            acknowledged.add(word);
        }
    }
}

async fn patiently(
    conductor: &ConductorAPI,
    context: &RequestContext,
    uuid: &str,
) -> Tracked<Instance> {
    loop {
        if let Ok(row) = Instance::get(conductor, context, uuid).await {
            return row;
        }
    }
}

/// The conductor is killed three times while all of them write to the database of `cloud`.
async fn nothing_acknowledged_is_lost(mut cloud: Cloud) {
    let mut conductor = cloud.start("conductor", "c", &broker()).await;
    let (db, context) = (Db::open(cloud.database()).await.unwrap(), RequestContext::admin());
    let instance = Instance::building("p", "u", "web", Flavor::new("7", "m1.test", 64, 1, 0));
    let instance = Instance { vm_state: VmState::Active, task_state: None, ..instance };
    let uuid = instance.create(&db, &context).await.unwrap().uuid.clone();

    let conf = cloud.conf("writers", &broker(), "");
    let mut conf = Conf::read(conf.to_str().unwrap()).unwrap();
    conf.rpc.rabbit.rpc_response_timeout = Duration::from_secs(2);
    let transport = wiring::transport(&conf).unwrap();
    let client = wiring::rpc_client(&conf, &transport);
    let (acknowledged, mut writers) = (Acknowledged::default(), JoinSet::new());
    for writer in 0..WRITERS {
        let conductor = wiring::conductor_rpcapi(&conf, &client, &format!("host-{writer}"));
        writers.spawn(write(conductor, uuid.clone(), writer, acknowledged.clone()));
    }
    for kill in 1..=3 {
        acknowledged.reach(kill * WRITERS * CHANGES / 5).await;
        conductor.kill().await;
        assert!(acknowledged.all().len() < WRITERS * CHANGES, "they are still at it");
        conductor = cloud.start("conductor", "c", &broker()).await;
    }
    writers.join_all().await;

    let row = Instance::get(&db, &context, &uuid).await.expect("it can be read");
    let written: BTreeSet<_> = row.tags.iter().cloned().collect();
    assert_eq!(written.len(), row.tags.len(), "each once");
    assert!(row.metadata.iter().all(|(key, value)| key == value));
    assert!(row.metadata.keys().eq(&written), "all of a change, or nothing of it");
    assert!(written.contains(&row.display_name));
    let acknowledged = acknowledged.all();
    let lost: Vec<_> = acknowledged.difference(&written).collect();
    assert_eq!(lost, [""; 0], "acknowledged, and not there");
    let (said, there) = (acknowledged.len(), written.len());
    println!("{said} of {} changes acknowledged, {there} written", WRITERS * CHANGES);

    transport.close().await;
    db.close().await;
    conductor.stop().await;
    cloud.tidy().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_conductor_acknowledged_before_it_was_killed_is_in_the_row() {
    let Some(cloud) = Cloud::new() else { return };
    nothing_acknowledged_is_lost(cloud).await;
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn what_a_conductor_acknowledged_before_it_was_killed_is_in_a_row_of_postgresql() {
    let Some(scratch) = crate::scratch::Scratch::new().await else { return };
    let Some(mut cloud) = Cloud::new() else { return };
    cloud.keep_rows_in(&scratch.url);
    nothing_acknowledged_is_lost(cloud).await;
}
