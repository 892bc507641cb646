//! From an instance to the XML of its guest (`nova/virt/libvirt/driver.py` `_get_guest_config`).

use super::{
    config::{
        Clock, Cpu, CpuTune, Dev, Devices, Disk, DiskDriver, DiskTarget, Entry, Features,
        FileSource, Graphics, GuestConfig, Input, MemBalloon, Metadata, Mode, Model, NOVA_NS,
        Named, NovaFlavor, NovaInstance, Os, Owner, Package, PathSource, Root, Serial,
        SerialTarget, Stats, Sysinfo, System, Timer, Topology, Video,
    },
    instance_dir::InstanceDir,
};
use nova_objects::{DateTime, Instance, RequestContext};

/// What a guest gets from its host, rather than from its instance.
#[derive(Clone, Debug)]
pub(super) struct HostConfig {
    /// What runs the guests.
    pub(super) virt_type: String,
    /// The UUID of the host.
    pub(super) uuid: String,
    /// Can it give guests shares of its CPUs? The libvirt of an ordinary user cannot.
    pub(super) has_shares: bool,
    /// How its disks are cached.
    pub(super) disk_cache: &'static str,
}

/// The guest of `instance`, with the disks that `dir` has for it.
pub(super) fn get_guest_config(
    context: &RequestContext,
    instance: &Instance,
    host: &HostConfig,
    dir: &InstanceDir,
) -> GuestConfig {
    let is_kvm = host.virt_type == "kvm";
    GuestConfig {
        virt_type: host.virt_type.clone(),
        uuid: instance.uuid.clone(),
        name: instance.name(),
        memory: instance.flavor.memory_mb * 1024,
        vcpu: instance.flavor.vcpus,
        metadata: Metadata { instance: metadata(context, instance) },
        sysinfo: sysinfo(instance, host),
        os: Os { os_type: "hvm", boot: Dev { dev: "hd" }, smbios: Mode { mode: "sysinfo" } },
        features: Features::default(),
        cputune: host.has_shares.then_some(CpuTune { shares: 1024 * instance.flavor.vcpus }),
        clock: Clock { offset: "utc", timer: if is_kvm { timers() } else { Vec::new() } },
        cpu: is_kvm.then(|| host_model(instance.flavor.vcpus)),
        devices: devices(host, dir),
    }
}

fn devices(host: &HostConfig, dir: &InstanceDir) -> Devices {
    let disks = dir.disks().into_iter().zip('a'..='z');
    Devices {
        disk: disks.map(|(path, letter)| disk(host, path, format!("vd{letter}"))).collect(),
        // Without a reader, what is written to a pty is lost: so the first port is a file.
        serial: vec![
            Serial {
                serial_type: "file",
                source: Some(PathSource { path: dir.console_log() }),
                target: Some(SerialTarget { port: 0 }),
            },
            Serial { serial_type: "pty", source: None, target: None },
        ],
        input: Input { input_type: "tablet", bus: "usb" },
        graphics: Graphics {
            graphics_type: "vnc",
            autoport: "yes",
            keymap: "en-us",
            listen: "127.0.0.1",
        },
        video: Video { model: Model { model_type: "cirrus" } },
        memballoon: MemBalloon { model: "virtio", stats: Stats { period: 10 } },
    }
}

fn disk(host: &HostConfig, file: String, dev: String) -> Disk {
    Disk {
        source_type: "file",
        device: "disk",
        driver: DiskDriver { name: "qemu", format: "qcow2", cache: host.disk_cache },
        source: FileSource { file },
        target: DiskTarget { bus: "virtio", dev },
    }
}

fn metadata(context: &RequestContext, instance: &Instance) -> NovaInstance {
    let flavor = &instance.flavor;
    let named = |uuid: &Option<String>, name: &Option<String>| Named {
        uuid: text(uuid.as_deref().unwrap_or_default()),
        name: text(name.as_deref().unwrap_or_default()),
    };
    let root = Root { root_type: "image", uuid: text(&instance.image_ref) };
    NovaInstance {
        xmlns: NOVA_NS,
        package: Package { version: env!("CARGO_PKG_VERSION").into() },
        name: text(&instance.display_name),
        creation_time: DateTime::now().to_seconds().replace('T', " ").replace('Z', ""),
        flavor: NovaFlavor {
            name: text(&flavor.name),
            memory: flavor.memory_mb,
            disk: flavor.root_gb,
            swap: flavor.swap,
            ephemeral: flavor.ephemeral_gb,
            vcpus: flavor.vcpus,
        },
        owner: Owner {
            user: named(&context.user_id, &context.user_name),
            project: named(&context.project_id, &context.project_name),
        },
        root: (!instance.image_ref.is_empty()).then_some(root),
    }
}

fn sysinfo(instance: &Instance, host: &HostConfig) -> Sysinfo {
    let entry = |(name, value): (_, &str)| Entry { name, value: value.to_owned() };
    let entries = [
        ("manufacturer", "OpenStack Foundation"),
        ("product", "OpenStack Nova"),
        ("version", env!("CARGO_PKG_VERSION")),
        ("serial", &host.uuid),
        ("uuid", &instance.uuid),
        ("family", "Virtual Machine"),
    ];
    Sysinfo { sysinfo_type: "smbios", system: System { entry: entries.map(entry).into() } }
}

/// The clocks that a fast guest needs (`_set_clock`): without them it loses time, or runs ahead.
fn timers() -> Vec<Timer> {
    let timer = |name, tickpolicy, present| Timer { name, tickpolicy, present };
    vec![
        timer("pit", Some("delay"), None),
        timer("rtc", Some("catchup"), None),
        timer("hpet", None, Some("no")),
    ]
}

fn host_model(vcpus: i64) -> Cpu {
    let topology = Topology { sockets: vcpus, cores: 1, threads: 1 };
    Cpu { mode: "host-model", cpu_match: "exact", topology }
}

/// What users say, without the characters that XML has no way to write.
fn text(said: &str) -> String {
    let writable = |c: char| match c {
        '\t' | '\n' | '\r' => c,
        '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => char::REPLACEMENT_CHARACTER,
        _ => c,
    };
    said.chars().map(writable).collect()
}
