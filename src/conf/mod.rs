//! `nova.conf`: what an operator may set, under Nova's names (`nova/conf`, `oslo.config`).

mod keystone_authtoken;
mod options;
mod rpc;
mod value;

pub use keystone_authtoken::KeystoneAuthtoken;
pub use options::{OPTIONS, Opt};
pub use rpc::{Flow, Rpc};
pub use value::Endpoint;

use crate::{Error, Installed};
use nova_objects::Secret;
use nova_paste::{PasteError, Source, ini::Ini};
use std::{fs, net::IpAddr, path::Path, time::Duration};

/// Every option, with its value, and what there is to choose from. The defaults need nothing of the
/// machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Conf {
    /// Where the API listens.
    pub osapi_compute_listen: IpAddr,
    /// On which port; 0 takes any free one.
    pub osapi_compute_listen_port: u16,
    /// The paste file, if it is not the one built in.
    pub api_paste_config: Option<String>,
    /// Which line of its pipelines is taken.
    pub pipeline: nova_pipeline::Options,
    /// What the filter `cors` lets pages of other origins do.
    pub cors: nova_pipeline::cors::Options,
    /// What the filters that make contexts believe.
    pub context: nova_pipeline::context::Options,
    /// Whether there is a proxy in front of the API.
    pub proxy: nova_pipeline::http_proxy_to_wsgi::Options,
    /// What the size limit lets through.
    pub sizelimit: nova_pipeline::sizelimit::Options,
    /// How tokens are checked, and by whom.
    pub keystone_authtoken: KeystoneAuthtoken,
    /// The port of the identity service that comes with it; 0 takes any free one.
    pub identity_port: u16,
    /// The file of those who may log in there, if it is not the one built in.
    pub identities: Option<String>,
    /// For how long its tokens are good.
    pub token_expiration: Duration,
    /// The port of the image service that comes with it; 0 takes any free one.
    pub image_port: u16,
    /// Where it keeps its images, and how long one may be.
    pub image: nova_neighbours::glance::Options,
    /// Image services to ask instead, in turn.
    pub api_servers: Vec<Endpoint>,
    /// How often an image service that does not answer is asked once more.
    pub num_retries: u32,
    /// The file of who may do what, if it is not the one built in.
    pub policy_file: Option<String>,
    /// Which of the installed extensions are wanted, and what projects look like.
    pub osapi_v21: nova_extensions::OsapiV21,
    /// Where the rows are; a URL that may have a password in it.
    pub connection: Secret,
    /// How many compute services there are.
    pub fake_hosts: usize,
    /// How much a project may have.
    pub quota: nova_extensions::QuotaOptions,
    /// When the addresses of servers are hidden.
    pub hide_server_addresses: nova_extensions::HideServerAddressesOptions,
    /// The template of the names of servers made together.
    pub multi_instance_display_name_template: String,
    /// May a server change its size on the host that it is on?
    pub allow_resize_to_same_host: bool,
    /// How the scheduler chooses.
    pub scheduler: nova_scheduler::Options,
    /// How the compute services behave.
    pub compute: nova_compute::Options,
    /// How long a server may be in the making; zero: for ever.
    pub instance_build_timeout: Duration,
    /// How the services reach each other.
    pub rpc: Rpc,
    /// What they see of requests, brought together.
    pub flow: Flow,
    /// What names in all this may mean. No file changes it.
    pub installed: Installed,
}

impl Default for Conf {
    fn default() -> Self {
        Self {
            osapi_compute_listen: IpAddr::from([127, 0, 0, 1]),
            osapi_compute_listen_port: 8774,
            api_paste_config: None,
            pipeline: nova_pipeline::Options::default(),
            cors: nova_pipeline::cors::Options::default(),
            context: nova_pipeline::context::Options::default(),
            proxy: nova_pipeline::http_proxy_to_wsgi::Options::default(),
            sizelimit: nova_pipeline::sizelimit::Options::default(),
            keystone_authtoken: KeystoneAuthtoken::default(),
            identity_port: 5000,
            identities: None,
            token_expiration: Duration::from_secs(3600),
            image_port: 9292,
            image: nova_neighbours::glance::Options::default(),
            api_servers: Vec::new(),
            num_retries: 0,
            policy_file: None,
            osapi_v21: nova_extensions::OsapiV21::default(),
            connection: "sqlite://".into(),
            fake_hosts: 3,
            quota: nova_extensions::QuotaOptions::default(),
            hide_server_addresses: nova_extensions::HideServerAddressesOptions::default(),
            multi_instance_display_name_template: "%(name)s-%(count)d".into(),
            allow_resize_to_same_host: false,
            scheduler: nova_scheduler::Options::default(),
            compute: nova_compute::Options::default(),
            instance_build_timeout: rpc::INSTANCE_BUILD_TIMEOUT,
            rpc: Rpc::default(),
            flow: Flow::default(),
            installed: Installed::default(),
        }
    }
}

impl Conf {
    /// The defaults, changed by the file at `path`.
    ///
    /// # Errors
    ///
    /// There is no such file, it is no INI file, or it sets something unknown or impossible: with
    /// the line, and what would be right.
    pub fn read(path: &str) -> Result<Self, PasteError> {
        Self::of(Source::read(path)?)
    }

    /// The defaults, changed by `text`, which errors will call `name`.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn parse(name: &str, text: &str) -> Result<Self, PasteError> {
        Self::of(Source::new(name, text))
    }

    fn of(source: Source) -> Result<Self, PasteError> {
        let ini = Ini::parse(source)?;
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
    /// Is a guest more than a line in somebody's memory?
    pub fn has_real_guests(&self) -> bool {
        let wanted = self.compute.compute_driver.as_str();
        let installed = self.installed.drivers.iter().any(|driver| driver.name == wanted);
        installed && !wanted.starts_with("fake.")
    }

    /// Keeps the rows, the images, and the disks of real guests in `folder`, which is made if it is
    /// not there.
    /// Guests that are gone with the process run again when there is another: fake ones, and those
    /// of a libvirt that is part of it.
    ///
    /// # Errors
    ///
    /// The folder cannot be made.
    pub fn keep_state_in(&mut self, folder: &Path) -> Result<(), Error> {
        let state = |source| Error::State { folder: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(state)?;
        let folder = fs::canonicalize(folder).map_err(state)?;
        self.compute.resume_guests_state_on_host_boot = true;
        self.compute.state_path = Some(folder.display().to_string());
        self.image.filesystem_store_datadir.get_or_insert_with(|| folder.join("images"));
        self.connection = format!("sqlite://{}", folder.join("nova.sqlite").display()).into();
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

#[cfg(test)]
mod tests {
    use super::{Conf, OPTIONS};

    #[test]
    fn every_option_can_be_set() {
        for opt in OPTIONS {
            let set = |value: &&str| {
                let text = format!("[{}]\n{} = {value}\n", opt.group, opt.name);
                Conf::parse("nova.conf", &text).ok().filter(|conf| *conf != Conf::default())
            };
            let found = ["17", "10.0.0.7", "anything", "noop", "true", "false", "http://a/v3"]
                .iter()
                .find_map(set);
            assert!(found.is_some(), "{} cannot be set", opt.name);
        }
    }

    #[test]
    fn the_defaults_written_down_change_nothing() {
        for opt in OPTIONS {
            let Some(default) = (opt.show)(&Conf::default()) else { continue };
            let text = format!("[{}]\n{} = {default}\n", opt.group, opt.name);
            assert_eq!(Conf::parse("nova.conf", &text).unwrap(), Conf::default(), "{text}");
        }
    }

    #[test]
    fn a_secret_is_never_shown() {
        let text = "[keystone_authtoken]\npassword = hunter2\n";
        let conf = Conf::parse("nova.conf", text).unwrap();
        assert_eq!(conf.keystone_authtoken.credentials.password.expose(), "hunter2");
        let shown: Vec<_> = OPTIONS.iter().map(|opt| (opt.show)(&conf)).collect();
        assert!(!format!("{conf:?} {shown:?}").contains("hunter2"));
    }

    #[test]
    fn a_slip_in_the_file_is_told_with_its_place() {
        for (text, told) in [
            ("[DEFAULT]\nquota_instances = many\n", "`many` is not a whole number"),
            ("[DEFAULT]\nauth_strategy = noauth2\n", "it belongs into [api]"),
            ("[glance]\nserver = x\n", "no option server in [glance]"),
            ("[glance]\napi_servers = http://a, b\n", "`b` is not a URL such as"),
            ("[keystone_authtoken]\nauth_url = https://a/v3\n", "is not a URL such as"),
            ("[keystone_authtoken]\nauth_uri = http://u:p@a\n", "is not a URL such as"),
            (
                "[keystone_authtoken]\nhttp_connect_timeout = 0\n",
                "[keystone_authtoken] http_connect_timeout has to be 1 second at least",
            ),
            ("[mini_nova]\ntoken_expiration = 0\n", "[mini_nova] token_expiration has to be 1"),
        ] {
            let error = Conf::parse("nova.conf", text).unwrap_err().to_string();
            assert!(error.contains(told) && error.contains("nova.conf:2:"), "{error}");
        }
    }
}
