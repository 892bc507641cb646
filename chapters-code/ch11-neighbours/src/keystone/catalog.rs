//! Where the services are (`keystone/catalog`).

use nova_pipeline::authtoken::identity::{CatalogService, Endpoint};

/// The catalog of one region, from the type, the name and the URL of each service. The URL is the
/// same for everybody: public, internal and admin.
///
/// ```
/// use nova_neighbours::keystone::catalog;
///
/// let catalog = catalog("RegionOne", &[("compute", "nova", "http://127.0.0.1:8774/v2.1")]);
/// assert_eq!(catalog[0].endpoints.len(), 3);
/// ```
pub fn catalog(region: &str, services: &[(&str, &str, &str)]) -> Vec<CatalogService> {
    let service = |&(kind, name, url): &(&str, &str, &str)| CatalogService {
        id: name.to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        endpoints: ["public", "internal", "admin"].map(|it| endpoint(region, name, it, url)).into(),
    };
    services.iter().map(service).collect()
}

fn endpoint(region: &str, service: &str, interface: &str, url: &str) -> Endpoint {
    Endpoint {
        id: format!("{service}-{interface}"),
        interface: interface.to_owned(),
        region: Some(region.to_owned()),
        region_id: Some(region.to_owned()),
        url: url.to_owned(),
    }
}
