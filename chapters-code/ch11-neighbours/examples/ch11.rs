//! A neighbour, over real HTTP. `cargo ch11` serves the small Glance on a free port, asks it a few
//! things as any client would, and then as Nova does.

use nova_neighbours::{
    GlanceClient, RestClient,
    glance::{self, CIRROS},
};
use nova_objects::{ImageApi, RequestContext};
use nova_paste::server::{HttpServer, Limits};
use serde_json::Value;
use std::error::Error;
use tokio::sync::oneshot;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let anywhere = ([127, 0, 0, 1], 0).into();
    let server = HttpServer::bind(anywhere, "glance", Limits::default()).await?;
    let endpoint = format!("http://{}", server.address());
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve(glance::app()?, async {
        stopped.await.ok();
    }));

    let (client, context) = (RestClient::new("glance", &endpoint), RequestContext::default());
    let image = format!("/v2/images/{CIRROS}");
    let file = format!("{image}/file");
    for path in ["/", "/v2/images", "/v2/images?name=nobody", &image, &file, "/v2/images/nobody"] {
        let answer = client.get(&context, path).await?;
        println!("GET {path}\n  {}, {} bytes", answer.status, answer.body.len());
        let document: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        for image in document["images"].as_array().into_iter().flatten() {
            println!("  {} is {} and {}", image["name"], image["status"], image["visibility"]);
        }
    }

    let glance = GlanceClient::new(&endpoint);
    for id in [CIRROS, "nobody"] {
        println!("\nGlanceClient.get({id})");
        match glance.get(&context, id).await? {
            Some(image) => println!("  {}, {}", image.name.unwrap_or_default(), image.status),
            None => println!("  no such image"),
        }
    }

    stop.send(()).ok();
    drop((client, glance));
    serving.await?;
    Ok(())
}
