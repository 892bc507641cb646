//! What an extension of v2.1 was in v2 (`v21_to_v2_extension_list_mapping` and its neighbours).

/// A name and an alias.
type Named = (&'static str, &'static str);

/// An extension that v2.1 lists for clients of v2 only.
pub(super) const VIF: Named = ("ExtendedVIFNet", "OS-EXT-VIF-NET");

/// The extensions of v2 that are part of the extension `alias` now.
pub(super) fn implied(alias: &str) -> impl Iterator<Item = Named> {
    let implied = IMPLIED.iter().find(|(whole, _)| *whole == alias);
    implied.into_iter().flat_map(|(_, parts)| parts.iter().copied())
}

/// The alias in v2; `None` if it was no extension there.
pub(super) fn alias(alias: &'static str) -> Option<&'static str> {
    if SUPPRESSED.contains(&alias) {
        return None;
    }
    let renamed = RENAMED.iter().find(|(v21, _)| *v21 == alias);
    Some(renamed.map_or(alias, |(_, v2)| *v2))
}

const IMPLIED: &[(&str, &[Named])] = &[
    (
        "flavors",
        &[
            ("FlavorDisabled", "OS-FLV-DISABLED"),
            ("FlavorExtraData", "OS-FLV-EXT-DATA"),
            ("FlavorSwap", "os-flavor-swap"),
        ],
    ),
    ("os-block-device-mapping", &[("BlockDeviceMappingV2Boot", "os-block-device-mapping-v2-boot")]),
    ("os-evacuate", &[("ExtendedEvacuateFindHost", "os-extended-evacuate-find-host")]),
    ("os-extended-status", &[("ExtendedStatus", "OS-EXT-STS")]),
    (
        "os-hypervisors",
        &[
            ("ExtendedHypervisors", "os-extended-hypervisors"),
            ("HypervisorStatus", "os-hypervisor-status"),
        ],
    ),
    (
        "os-quota-sets",
        &[("UserQuotas", "os-user-quotas"), ("ExtendedQuotas", "os-extended-quotas")],
    ),
    ("os-rescue", &[("ExtendedRescueWithImage", "os-extended-rescue-with-image")]),
    ("os-server-groups", &[("ServerGroupQuotas", "os-server-group-quotas")]),
    (
        "os-services",
        &[
            ("ExtendedServicesDelete", "os-extended-services-delete"),
            ("ExtendedServices", "os-extended-services"),
        ],
    ),
    ("os-used-limits", &[("UsedLimitsForAdmin", "os-used-limits-for-admin")]),
    ("os-volumes", &[("VolumeAttachmentUpdate", "os-volume-attachment-update")]),
    (
        "servers",
        &[
            ("Createserverext", "os-create-server-ext"),
            ("ExtendedIpsMac", "OS-EXT-IPS-MAC"),
            ("ExtendedIps", "OS-EXT-IPS"),
            ("ServerListMultiStatus", "os-server-list-multi-status"),
            ("ServerSortKeys", "os-server-sort-keys"),
            ("ServerStartStop", "os-server-start-stop"),
        ],
    ),
];

const SUPPRESSED: [&str; 11] = [
    "extensions",
    "flavors",
    "image-metadata",
    "images",
    "ips",
    "limits",
    "os-server-tags",
    "server-metadata",
    "server-migrations",
    "servers",
    "versions",
];

const RENAMED: [(&str, &str); 8] = [
    ("image-size", "OS-EXT-IMG-SIZE"),
    ("os-disk-config", "OS-DCF"),
    ("os-extended-availability-zone", "OS-EXT-AZ"),
    ("os-extended-server-attributes", "OS-EXT-SRV-ATTR"),
    ("os-multinic", "NMN"),
    ("os-remote-consoles", "os-consoles"),
    ("os-scheduler-hints", "OS-SCH-HNT"),
    ("os-server-usage", "OS-SRV-USG"),
];
