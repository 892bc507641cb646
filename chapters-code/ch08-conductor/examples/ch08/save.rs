//! One save, three times: what a compute service says, what the conductor makes of it, and what
//! comes back. Then the same save again.

use crate::house::{House, context, instance};
use nova_conductor::Db;
use nova_objects::{Fields, Filters, NovaObject, RequestContext};
use nova_rpc::{ObjectAction, ObjectActionReply};
use nova_traces::{FlowLayer, Flows};
use serde_json::{Value, json};
use std::{error::Error, time::Duration};
use tokio::time::sleep;
use tracing_subscriber::prelude::*;

pub(crate) async fn show(db: &Db) -> Result<(), Box<dyn Error>> {
    let flows = Flows::default();
    tracing_subscriber::registry().with(FlowLayer::new(flows.clone())).init();
    let (house, context) = (House::new(db).await?, context());
    instance("i-1", Some("host-1")).create(db, &context).await?;

    let changes = Fields::from_iter([("task_state".to_owned(), json!("spawning"))]);
    let expected = Filters::from_iter([("task_state".to_owned(), vec![json!("scheduling")])]);
    let save = ObjectAction::save("Instance", "i-1", changes, expected)?;
    println!("host-1 calls object_action:\n{:#}", serde_json::to_value(&save)?);

    let conductor = house.client().on_behalf_of("host-1");
    for (time, request_id) in [("first", "req-1"), ("second", "req-2")] {
        let context = RequestContext { request_id: request_id.into(), ..context.clone() };
        let answer = conductor.call::<_, ObjectActionReply>(&context, "object_action", &save).await;
        println!("\nThe {time} time, the conductor runs");
        for (sql, outcome) in statements(&flows, request_id).await {
            let sql = sql.replace(" WHERE", "\n  WHERE").replace(" RETURNING", "\n  RETURNING");
            println!("  {sql}\n  -- {outcome}");
        }
        println!("and answers");
        match answer {
            Ok((row, result)) => {
                println!("  {} fields, among them", row.len());
                for name in ["vm_state", "task_state", "obj_what_changed"] {
                    let value = row.get(name).map_or("not there".into(), Value::to_string);
                    println!("    {name}: {value}");
                }
                println!("  and as the result {result}");
            }
            Err(error) => {
                let text = error.message.replace(" Expected", "\n    Expected");
                println!("  {}: {text}", error.class);
            }
        }
    }
    house.close().await;
    Ok(())
}

/// The statements of a request, and what came of each.
async fn statements(flows: &Flows, request_id: &str) -> Vec<(String, String)> {
    while !flows.flow(request_id).is_settled() {
        sleep(Duration::from_millis(1)).await;
    }
    let flow = flows.flow(request_id);
    let hops = flow.segments.iter().flat_map(|segment| &segment.hops);
    let sql = hops.filter_map(|hop| {
        let sql = hop.data.as_ref()?.get("sql")?.as_str()?;
        Some((sql.to_owned(), hop.outcome.clone().unwrap_or_default()))
    });
    sql.collect()
}
