//! `nova.conf`: what an operator may set, under Nova's names (`nova/conf`, `oslo.config`).

use crate::Error;
use nova_paste::{PasteError, Source, ini::Ini};
use std::{fs, net::IpAddr, path::Path, time::Duration};

/// Every option, with its value. The defaults need nothing installed.
#[derive(Clone, Debug)]
pub struct Conf {
    /// Where the API listens.
    pub osapi_compute_listen: IpAddr,
    /// On which port; 0 takes any free one.
    pub osapi_compute_listen_port: u16,
    /// The paste file, if it is not the one built in.
    pub api_paste_config: Option<String>,
    /// Which line of its pipelines is taken.
    pub auth_strategy: String,
    /// The port of the image service that comes with it; 0 takes any free one.
    pub image_port: u16,
    /// Image services to ask instead, the first of them.
    pub api_servers: Vec<String>,
    /// Where the rows are.
    pub connection: String,
    /// How many compute services there are.
    pub fake_hosts: usize,
    /// How much a project may have.
    pub quota: nova_extensions::QuotaOptions,
    /// The template of the names of servers made together.
    pub multi_instance_display_name_template: String,
    /// How the scheduler chooses.
    pub scheduler: nova_scheduler::Options,
    /// How the compute services behave.
    pub compute: nova_compute::Options,
    /// What the size limit lets through.
    pub sizelimit: nova_pipeline::sizelimit::Options,
}

impl Default for Conf {
    fn default() -> Self {
        Self {
            osapi_compute_listen: IpAddr::from([127, 0, 0, 1]),
            osapi_compute_listen_port: 8774,
            api_paste_config: None,
            auth_strategy: "noauth2".into(),
            image_port: 9292,
            api_servers: Vec::new(),
            connection: "sqlite://".into(),
            fake_hosts: 3,
            quota: nova_extensions::QuotaOptions::default(),
            multi_instance_display_name_template: "%(name)s-%(count)d".into(),
            scheduler: nova_scheduler::Options::default(),
            compute: nova_compute::Options::default(),
            sizelimit: nova_pipeline::sizelimit::Options::default(),
        }
    }
}

/// One option: where it stands, what it means, and how it is read and written.
pub struct Opt {
    /// The section: `DEFAULT`, `database`.
    pub group: &'static str,
    /// The name.
    pub name: &'static str,
    /// What it means.
    pub help: &'static str,
    /// Its value, as it would stand in the file.
    pub show: fn(&Conf) -> String,
    set: fn(&mut Conf, &str) -> Result<(), String>,
}

macro_rules! options {
    ($([$group:ident] $name:ident = $($field:ident).+, $help:literal;)+) => {
        /// Every option there is.
        pub const OPTIONS: &[Opt] = &[$(Opt {
            group: stringify!($group),
            name: stringify!($name),
            help: $help,
            show: |conf| conf.$($field).+.show(),
            set: |conf, text| {
                conf.$($field).+ = OptionValue::read(text)?;
                Ok(())
            },
        }),+];
    };
}

options! {
    [DEFAULT] osapi_compute_listen = osapi_compute_listen,
        "the address the API listens on";
    [DEFAULT] osapi_compute_listen_port = osapi_compute_listen_port,
        "the port the API listens on; 0: any free one";
    [DEFAULT] api_paste_config = api_paste_config,
        "the paste file; empty: the one built in";
    [DEFAULT] compute_driver = compute.compute_driver,
        "what drives the hypervisor";
    [DEFAULT] my_ip = compute.my_ip,
        "the address of the compute hosts, for people";
    [DEFAULT] reserved_host_memory_mb = compute.reserved_host_memory_mb,
        "memory that is a host's own, in MiB";
    [DEFAULT] reserved_host_disk_mb = compute.reserved_host_disk_mb,
        "disk that is a host's own, in MiB";
    [DEFAULT] cpu_allocation_ratio = compute.cpu_allocation_ratio,
        "how many times CPUs may be promised; 0: 16 times";
    [DEFAULT] ram_allocation_ratio = compute.ram_allocation_ratio,
        "how many times memory may be promised; 0: 1.5 times";
    [DEFAULT] disk_allocation_ratio = compute.disk_allocation_ratio,
        "how many times disk may be promised; 0: once";
    [DEFAULT] max_concurrent_builds = compute.max_concurrent_builds,
        "servers that a host makes at a time; 0: any number";
    [DEFAULT] report_interval = compute.report_interval,
        "seconds between two signs of life of a service";
    [DEFAULT] update_resources_interval = compute.update_resources_interval,
        "seconds between two counts of a host's resources";
    [DEFAULT] quota_instances = quota.quota_instances,
        "servers a project may have; -1: any number";
    [DEFAULT] quota_cores = quota.quota_cores,
        "CPUs a project may have; -1: any number";
    [DEFAULT] quota_ram = quota.quota_ram,
        "memory a project may have, in MiB; -1: any amount";
    [DEFAULT] multi_instance_display_name_template = multi_instance_display_name_template,
        "names of servers that are made together";
    [DEFAULT] scheduler_default_filters = scheduler.scheduler_default_filters,
        "the filters asked, in this order";
    [DEFAULT] scheduler_weight_classes = scheduler.scheduler_weight_classes,
        "the weighers asked";
    [DEFAULT] scheduler_max_attempts = scheduler.scheduler_max_attempts,
        "how often an instance is sent to a host before Nova gives up";
    [DEFAULT] scheduler_host_subset_size = scheduler.scheduler_host_subset_size,
        "one of so many best hosts is taken, at random";
    [DEFAULT] ram_weight_multiplier = scheduler.ram_weight_multiplier,
        "how much free memory counts; negative: stack servers";
    [DEFAULT] service_down_time = scheduler.service_down_time,
        "seconds of silence after which a service is down";
    [api] auth_strategy = auth_strategy,
        "which line of the paste file's pipelines is taken";
    [database] connection = connection,
        "where the rows are: sqlite:// (in memory) or sqlite:///PATH";
    [glance] api_servers = api_servers,
        "image services to ask; empty: the one built in";
    [oslo_middleware] max_request_body_size = sizelimit.max_request_body_size,
        "the longest body that is read, in bytes";
    [mini_nova] fake_hosts = fake_hosts,
        "how many compute services run in this process";
    [mini_nova] image_port = image_port,
        "the port of the built-in image service; 0: any free one";
}

impl Conf {
    /// The defaults, changed by the file at `path`.
    ///
    /// # Errors
    ///
    /// There is no such file, it is no INI file, or it sets something unknown or impossible: with
    /// the line, and what would be right.
    pub fn read(path: &Path) -> Result<Self, PasteError> {
        let text = fs::read_to_string(path)
            .map_err(|error| PasteError::value_error(format!("{}: {error}", path.display())))?;
        Self::parse(&path.display().to_string(), &text)
    }

    /// The defaults, changed by `text`, which errors will call `name`.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn parse(name: &str, text: &str) -> Result<Self, PasteError> {
        let ini = Ini::parse(Source::new(name, text))?;
        let mut conf = Self::default();
        for section in std::iter::once(ini.defaults()).chain(ini.sections()) {
            for setting in &section.settings {
                let opt = find(&section.name, &setting.key)
                    .map_err(|error| error.at(ini.part(setting, &setting.key)))?;
                (opt.set)(&mut conf, &setting.value).map_err(|problem| {
                    PasteError::value_error(problem).at(ini.part(setting, &setting.value))
                })?;
            }
        }
        Ok(conf)
    }
}

impl Conf {
    /// Keeps the rows in a file in `folder`, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// The folder cannot be made.
    pub fn keep_state_in(&mut self, folder: &Path) -> Result<(), Error> {
        let state = |source| Error::State { folder: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(state)?;
        let folder = fs::canonicalize(folder).map_err(state)?;
        self.connection = format!("sqlite://{}", folder.join("nova.sqlite").display());
        Ok(())
    }
}

fn find(group: &str, name: &str) -> Result<&'static Opt, PasteError> {
    if let Some(opt) = OPTIONS.iter().find(|opt| (opt.group, opt.name) == (group, name)) {
        return Ok(opt);
    }
    let elsewhere = OPTIONS.iter().find(|opt| opt.name == name);
    let advice = match elsewhere {
        Some(opt) => format!("it belongs into [{}]", opt.group),
        None => "`mini-nova show config` lists the options there are".into(),
    };
    Err(PasteError::value_error(format!("no option {name} in [{group}]")).advise(advice))
}

/// A value as it stands in a file.
trait OptionValue: Sized {
    fn read(text: &str) -> Result<Self, String>;
    fn show(&self) -> String;
}

macro_rules! plain_values {
    ($($type:ty: $what:literal),+) => {
        $(impl OptionValue for $type {
            fn read(text: &str) -> Result<Self, String> {
                text.parse().map_err(|_| format!("`{text}` is not {}", $what))
            }

            fn show(&self) -> String {
                self.to_string()
            }
        })+
    };
}

plain_values! {
    i64: "a whole number", u16: "a port", u32: "a number from 0",
    usize: "a number from 0", IpAddr: "an IP address", String: "a text"
}

impl OptionValue for f64 {
    fn read(text: &str) -> Result<Self, String> {
        let number = text.parse().ok().filter(|number: &Self| number.is_finite());
        number.ok_or_else(|| format!("`{text}` is not a number"))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

/// Whole seconds, at most as many as fit into thirty years.
impl OptionValue for Duration {
    fn read(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(seconds @ ..=1_000_000_000) => Ok(Self::from_secs(seconds)),
            _ => Err(format!("`{text}` is not a number of seconds from 0 to 1000000000")),
        }
    }

    fn show(&self) -> String {
        self.as_secs().to_string()
    }
}

impl OptionValue for Option<String> {
    fn read(text: &str) -> Result<Self, String> {
        Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
    }

    fn show(&self) -> String {
        self.clone().unwrap_or_default()
    }
}

impl OptionValue for Vec<String> {
    fn read(text: &str) -> Result<Self, String> {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        Ok(items.map(str::to_owned).collect())
    }

    fn show(&self) -> String {
        self.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::{Conf, OPTIONS};

    #[test]
    fn every_option_can_be_set_and_changes_what_it_names() {
        for opt in OPTIONS {
            let was = (opt.show)(&Conf::default());
            let set = |value: &&str| {
                let text = format!("[{}]\n{} = {value}\n", opt.group, opt.name);
                Conf::parse("nova.conf", &text).ok().filter(|conf| (opt.show)(conf) != was)
            };
            let conf = ["17", "10.0.0.7", "anything"].iter().find_map(set);
            let conf = conf.unwrap_or_else(|| panic!("{} cannot be set", opt.name));
            assert_ne!(format!("{conf:?}"), format!("{:?}", Conf::default()), "{}", opt.name);
        }
    }

    #[test]
    fn the_defaults_written_down_change_nothing() {
        for opt in OPTIONS {
            let default = (opt.show)(&Conf::default());
            let text = format!("[{}]\n{} = {default}\n", opt.group, opt.name);
            let conf = Conf::parse("nova.conf", &text).unwrap();
            assert_eq!(format!("{conf:?}"), format!("{:?}", Conf::default()), "{text}");
        }
    }

    #[test]
    fn a_slip_in_the_file_is_told_with_its_place() {
        for (text, told) in [
            ("[DEFAULT]\nquota_instances = many\n", "`many` is not a whole number"),
            ("[DEFAULT]\nauth_strategy = noauth2\n", "it belongs into [api]"),
            ("[glance]\nserver = x\n", "no option server in [glance]"),
        ] {
            let error = Conf::parse("nova.conf", text).unwrap_err().to_string();
            assert!(error.contains(told) && error.contains("nova.conf:2:"), "{error}");
        }
    }
}
