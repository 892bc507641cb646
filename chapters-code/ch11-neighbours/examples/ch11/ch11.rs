//! The neighbours, over real HTTP. `cargo ch11` serves the small Keystone and the small Glance on
//! free ports, and asks them what Nova asks: whose a token is, and what an image is.

use nova_neighbours::{
    GlanceClient, KeystoneClient, RestClient,
    glance::{self, CIRROS},
    keystone::{self, Identities, catalog},
};
use nova_objects::{ImageApi, Plugs, RequestContext};
use nova_paste::server::{HttpServer, Limits};
use nova_pipeline::authtoken::identity::TokenValidator;
use std::{error::Error, future::pending, time::Duration};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let anywhere = ([127, 0, 0, 1], 0).into();
    let server = HttpServer::bind(anywhere, "glance", Limits::default()).await?;
    let image = format!("http://{}", server.address());
    let noauth2 = nova_pipeline::Options { auth_strategy: "noauth2".into(), ..Default::default() };
    tokio::spawn(server.serve(glance::app(Plugs::default().plug(noauth2))?, pending()));
    let server = HttpServer::bind(anywhere, "keystone", Limits::default()).await?;
    let identity = format!("http://{}/v3", server.address());
    let identities = Identities::built_in()?;
    let administrator = identities.administrator().ok_or("nobody is an administrator")?;
    let catalog = catalog("RegionOne", &[("image", "glance", &image)]);
    let token_expiration = Duration::from_secs(60);
    let options = keystone::Options { identities, catalog, token_expiration };
    tokio::spawn(server.serve(keystone::app(options)?, pending()));

    let context = RequestContext::default();
    let keystone = KeystoneClient::new(&identity, administrator, Duration::from_secs(10));
    let token = keystone.log_in(&context).await?;
    for (name, token) in [("the token just given", token), ("stolen", "stolen".into())] {
        println!("KeystoneClient.validate({name})");
        match keystone.validate(&context, &token).await? {
            Some(access) => {
                let project = access.project.map(|project| project.name).unwrap_or_default();
                let roles: Vec<String> = access.roles.into_iter().map(|role| role.name).collect();
                println!("  {} in {project}: {}", access.user.name, roles.join(", "));
            }
            None => println!("  no such token"),
        }
    }
    let rest = RestClient::new("glance", &image);
    for path in ["/", "/v2/images", "/v2/images?name=nobody", "/v2/images/nobody"] {
        let answer = rest.get(&context, path).await?;
        println!("GET {path}\n  {}, {} bytes", answer.status, answer.body.len());
    }
    let glance = GlanceClient::new(&image);
    for id in [CIRROS, "nobody"] {
        println!("GlanceClient.get({id})");
        match glance.get(&context, id).await? {
            Some(image) => println!("  {}, {}", image.name.unwrap_or_default(), image.status),
            None => println!("  no such image"),
        }
    }
    Ok(())
}
