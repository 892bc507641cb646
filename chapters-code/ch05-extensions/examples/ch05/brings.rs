//! What each extension brings: resources, actions for those of others, and more for their answers.

use nova_extensions::{ApiRouterV21, V21ApiExtension};

/// One line for each thing, and a sum.
pub(crate) fn table(api: &ApiRouterV21) -> String {
    let loaded: Vec<_> = api.extensions().filter_map(|extension| extension.obj.as_ref()).collect();
    let mut text = String::new();
    for extension in &loaded {
        let things = things(extension);
        let rows = things.iter().map(String::as_str).chain(things.is_empty().then_some("-"));
        for (number, thing) in rows.enumerate() {
            let alias = if number == 0 { extension.alias } else { "" };
            text += &format!("{alias:31}{thing}\n");
        }
    }
    text + &format!("\n{} extensions, {} routes\n", loaded.len(), api.routes().count())
}

fn things(extension: &V21ApiExtension) -> Vec<String> {
    let mut things = Vec::new();
    for resource in &extension.resources {
        things.push(braced(&resource.path()));
    }
    for added in &extension.controller_extensions {
        let actions: Vec<_> = added.controller.wsgi_action_names().collect();
        let extended: Vec<_> = added.controller.extended_actions().collect();
        let collection = added.collection;
        if !actions.is_empty() {
            things.push(format!("{collection}: {}", actions.join(", ")));
        }
        if !extended.is_empty() {
            things.push(format!("{collection}: more in {}", extended.join(", ")));
        }
    }
    let part = |has: bool, word: &'static str| has.then_some(word);
    let server = extension.server;
    let parts = [
        part(server.create.is_some(), "create"),
        part(server.rebuild.is_some(), "rebuild"),
        part(server.update.is_some(), "update"),
        part(server.resize.is_some(), "resize"),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    if !parts.is_empty() {
        things.push(format!("a part in {}", parts.join(", ")));
    }
    things.dedup();
    things
}

/// A path as people write it: `/servers/{server_id}/ips`.
fn braced(path: &str) -> String {
    let segment = |segment: &str| match segment.strip_prefix(':') {
        Some(name) => format!("{{{name}}}"),
        None => segment.to_owned(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}
