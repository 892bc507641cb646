//! Resources with and without a project in their URLs (`nova.api.openstack.ProjectMapper`).

use crate::{Mapper, Resource, ResourceOptions};
use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

/// What a project's id looks like unless the configuration knows better
/// (`[osapi_v21] project_id_regex`): hexadecimal digits and dashes.
///
/// No collection of Nova's looks like that, so `/servers` is never taken for a project.
pub const PROJECT_ID_REGEX: &str = r"[0-9a-f\-]+";

/// A [`Mapper`] that registers each resource twice: below a project, and by itself.
///
/// Microversion 2.18 made the project optional, but both routes answer at all versions.
pub struct ProjectMapper {
    mapper: Mapper,
    project_id: String,
}

impl Default for ProjectMapper {
    fn default() -> Self {
        Self::new(PROJECT_ID_REGEX)
    }
}

impl ProjectMapper {
    /// An empty mapper for projects whose ids look like `project_id_regex`.
    pub fn new(project_id_regex: &str) -> Self {
        let project_id = format!("{{project_id:{project_id_regex}}}");
        Self { mapper: Mapper::default(), project_id }
    }

    /// Adds the routes of a collection and its members, first those below a project.
    pub fn resource(
        &mut self,
        member: &str,
        collection: &str,
        resource: &Arc<Resource>,
        options: &ResourceOptions,
    ) {
        // ANCHOR: resource
        for root in [self.project_id.as_str(), ""] {
            let options = options.clone().below(root);
            self.mapper.resource(member, collection, resource, &options);
        }
        // ANCHOR_END: resource
    }
}

/// As in Nova: a `ProjectMapper` is a mapper whose `resource` does more.
impl Deref for ProjectMapper {
    type Target = Mapper;

    fn deref(&self) -> &Mapper {
        &self.mapper
    }
}

impl DerefMut for ProjectMapper {
    fn deref_mut(&mut self) -> &mut Mapper {
        &mut self.mapper
    }
}

impl From<ProjectMapper> for Mapper {
    fn from(mapper: ProjectMapper) -> Self {
        mapper.mapper
    }
}
