//! The whole API in one process. `cargo ch05` prints what it is made of, asks it for two servers,
//! shows what the scheduler is told of them, and then takes an extension away.

#[path = "ch05/sockets.rs"]
mod sockets;

use nova_extensions::{ApiRouterV21, EXTENSIONS, Extensions, Policy};
use nova_objects::{
    ComputeRpc, Flavor, ImageApi, ImageMeta, MemoryStore, NovaObject, Plugs, RequestContext,
    SchedulerRpc, Store,
};
use nova_paste::{Environ, PasteConfig, Registry, Request, body};
use sockets::Sockets;
use std::{error::Error, sync::Arc};

const WISH: &str = r#"{"server": {"name": "web", "flavorRef": "1", "min_count": 2,
    "imageRef": "11111111-1111-1111-1111-111111111111"}}"#;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let store = Arc::new(MemoryStore::default());
    Flavor::new("1", "m1.tiny", 512, 1, 1).create(&*store, &RequestContext::admin()).await?;
    let (id, status) = ("11111111-1111-1111-1111-111111111111".into(), "active".into());
    let image = ImageMeta { id, status, ..ImageMeta::default() };
    let sockets = Arc::new(Sockets::new(vec![image]));
    let plugs = Plugs::default()
        .plug::<Arc<dyn Store>>(store)
        .plug::<Arc<dyn SchedulerRpc>>(sockets.clone())
        .plug::<Arc<dyn ComputeRpc>>(sockets.clone())
        .plug::<Arc<dyn ImageApi>>(sockets.clone())
        .plug(Policy::default())
        .plug(Extensions(EXTENSIONS.to_vec()));
    for extension in ApiRouterV21::new(&plugs)?.extensions() {
        println!("{} = {}", extension.entry_point.name, extension.entry_point.target);
    }

    let registry = Registry::new(plugs.clone())
        .install("nova", nova_pipeline::ENTRY_POINTS)
        .install("nova", nova_extensions::ENTRY_POINTS);
    let config = PasteConfig::parse("api.ini", include_str!("ch05/api.ini"))?;
    let mut request = Request::new(body(WISH));
    *request.method_mut() = http::Method::POST;
    request.headers_mut().insert("x-auth-token", "alice:demo".parse()?);
    Environ::of_mut(&mut request).path_info = "/servers".into();
    let answer = config.loader(&registry).load_app("api")?.0.call(request).await?;
    println!("\nPOST /servers → {}", answer.status());
    for sent in sockets.sent() {
        println!("{} ← {}", sent.to, sent.method);
        for instance in sent.args["instances"].as_array().into_iter().flatten() {
            let row = &instance["nova_object.data"];
            println!("  {} {} {}", row["display_name"], row["vm_state"], row["task_state"]);
        }
    }

    let fewer = EXTENSIONS.iter().filter(|extension| extension.name != "servers").copied();
    let problem = ApiRouterV21::new(&plugs.plug(Extensions(fewer.collect()))).err();
    println!("\nwithout servers: {}", problem.map_or_else(String::new, |error| error.to_string()));
    Ok(())
}
