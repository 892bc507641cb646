//! A cloud of processes, with names on the broker that nobody else uses.

use http::Request;
use lapin::{
    Connection, ConnectionProperties,
    options::{ExchangeDeleteOptions, QueueDeleteOptions},
};
use nova_neighbours::{RestClient, glance::CIRROS, rest::Answer};
use nova_objects::RequestContext;
use serde_json::{Value, json};
use std::{env, fs, path::PathBuf, process::Stdio, time::Duration};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::{sleep, timeout},
};
use uuid::Uuid;

/// Where the broker is, without user and vhost.
pub(crate) fn broker() -> String {
    let url = env::var("MINI_NOVA_TEST_AMQP").unwrap();
    let (_, rest) = url.split_once("://").unwrap();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    rest.split('/').next().unwrap_or(rest).to_owned()
}

/// How long a service may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a service may take to stop: for a minute it tries to answer somebody who has gone, as
/// `kombu_missing_consumer_retry_timeout` says.
const TO_STOP: Duration = Duration::from_secs(90);

pub(crate) struct Cloud {
    url: String,
    id: String,
    folder: TempDir,
    database: String,
    instance_build_timeout: u32,
    defaults: String,
    hosts: Vec<String>,
}

/// A service that runs.
pub(crate) struct Service {
    pub(crate) process: Child,
    /// What it said when it was up.
    pub(crate) greeting: String,
    _lines: Lines<BufReader<ChildStdout>>,
}

impl Cloud {
    /// A cloud without services yet, if there is a broker.
    pub(crate) fn new() -> Option<Self> {
        let Ok(url) = env::var("MINI_NOVA_TEST_AMQP") else {
            assert!(env::var_os("CI").is_none(), "CI has to give MINI_NOVA_TEST_AMQP");
            eprintln!("skipped: MINI_NOVA_TEST_AMQP is not set");
            return None;
        };
        let id = Uuid::new_v4().simple().to_string();
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}", folder.path().join("nova.sqlite").display());
        let (defaults, hosts) = (String::new(), Vec::new());
        Some(Self { url, id, folder, database, instance_build_timeout: 5, defaults, hosts })
    }

    /// Where its rows are.
    pub(crate) fn database(&self) -> &str {
        &self.database
    }

    /// Its rows are to be somewhere else.
    #[cfg(feature = "postgres")]
    pub(crate) fn keep_rows_in(&mut self, database: &str) {
        self.database = database.to_owned();
    }

    /// A build takes too long only after so many seconds: this machine may be slow.
    pub(crate) fn builds_may_take(&mut self, seconds: u32) {
        self.instance_build_timeout = seconds;
    }

    /// Sets an option of the section `DEFAULT` for whoever is started from now on.
    #[cfg(feature = "libvirt")]
    pub(crate) fn set_default(&mut self, option: &str, value: &str) {
        self.defaults += &format!("{option} = {value}\n");
    }

    /// A nova.conf for one service that reaches the broker at `broker`.
    pub(crate) fn conf(&self, name: &str, broker: &str, more: &str) -> PathBuf {
        let Self { url, id, instance_build_timeout, defaults, .. } = self;
        let (url, database) = (url.replace(&self::broker(), broker), self.database());
        let path = self.folder.path().join(format!("{name}.conf"));
        let text = format!(
            "[DEFAULT]\n\
             transport_url = {url}\n\
             control_exchange = exchange_{id}\n\
             compute_topic = compute_{id}\n\
             scheduler_topic = scheduler_{id}\n\
             instance_build_timeout = {instance_build_timeout}\n\
             report_interval = 3600\n\
             service_down_time = 7200\n\
             quota_instances = -1\n\
             quota_cores = -1\n\
             quota_ram = -1\n\
             osapi_compute_listen_port = 0\n\
             {defaults}\
             [conductor]\n\
             topic = conductor_{id}\n\
             [api]\n\
             auth_strategy = noauth2\n\
             [database]\n\
             connection = {database}\n\
             [mini_nova]\n\
             image_port = 0\n\
             [oslo_messaging_rabbit]\n\
             rabbit_transient_queues_ttl = 60\n\
             {more}"
        );
        fs::write(&path, text).unwrap();
        path
    }

    /// Starts a service with a host of its own, and waits until it is up.
    pub(crate) async fn start(&mut self, role: &str, host: &str, broker: &str) -> Service {
        self.start_with(role, host, broker, "").await
    }

    /// The same, with more options.
    pub(crate) async fn start_with(
        &mut self,
        role: &str,
        host: &str,
        broker: &str,
        more: &str,
    ) -> Service {
        let topic = format!("{role}_{}.{host}", self.id);
        if role != "api" && !self.hosts.contains(&topic) {
            self.hosts.push(topic);
        }
        let more = format!("[flow]\nenabled = true\ntopic = flows_{}\nport = 0\n{more}", self.id);
        let conf = self.conf(&format!("{role}-{host}"), broker, &more);
        let mut process = Command::new(env!("CARGO_BIN_EXE_mini-nova"))
            .args([role, "--host", host, "--config-file"])
            .arg(conf)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let greeting = timeout(PATIENCE, lines.next_line()).await.expect("it starts in time");
        let greeting = greeting.unwrap().unwrap();
        Service { process, greeting, _lines: lines }
    }

    /// Takes away what outlives its consumers.
    pub(crate) async fn tidy(self) {
        let properties = ConnectionProperties::default();
        let connection = Connection::connect(&self.url, properties).await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        let topics =
            ["compute", "scheduler", "conductor"].map(|role| format!("{role}_{}", self.id));
        for queue in self.hosts.into_iter().chain(topics) {
            channel.queue_delete(queue.into(), QueueDeleteOptions::default()).await.unwrap();
        }
        let exchange = format!("exchange_{}", self.id).into();
        channel.exchange_delete(exchange, ExchangeDeleteOptions::default()).await.unwrap();
        connection.close(200, "OK".into()).await.unwrap();
    }
}

impl Service {
    /// The port of what the API process calls `name`.
    pub(crate) fn port(&self, name: &str) -> u16 {
        let (_, rest) = self.greeting.split_once(&format!("{name} http://127.0.0.1:")).unwrap();
        rest.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap()
    }

    /// Ends it as a service manager would.
    pub(crate) async fn stop(mut self) {
        let pid = self.process.id().unwrap().to_string();
        assert!(Command::new("kill").arg(pid).status().await.unwrap().success());
        let ended = timeout(TO_STOP, self.process.wait()).await.expect("it stops in time");
        assert!(ended.unwrap().success());
    }

    /// Ends it as a power cut would.
    pub(crate) async fn kill(mut self) {
        self.process.kill().await.unwrap();
    }
}

/// Somebody who wants servers.
pub(crate) struct User(RestClient);

impl User {
    pub(crate) fn of(api: &Service) -> Self {
        let endpoint = format!("http://127.0.0.1:{}/v2.1", api.port("compute"));
        Self(RestClient::new("nova", &endpoint))
    }

    async fn ask(&self, path: &str, body: Option<&Value>) -> Value {
        let answer = self.send(path, body).await;
        assert!(answer.status.is_success(), "{}", String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    /// Is the server still there?
    #[cfg(feature = "libvirt")]
    pub(crate) async fn has(&self, id: &str) -> bool {
        self.send(&format!("/servers/{id}"), None).await.status.is_success()
    }

    async fn send(&self, path: &str, body: Option<&Value>) -> Answer {
        let token = Some("admin:abc123".into());
        let context = RequestContext { auth_token: token, ..RequestContext::default() };
        let request = if body.is_some() { Request::post(path) } else { Request::get(path) };
        self.0.send(&context, request, body).await.unwrap()
    }

    /// Has something done to a server.
    pub(crate) async fn act(&self, id: &str, action: &Value) {
        self.ask(&format!("/servers/{id}/action"), Some(action)).await;
    }

    pub(crate) async fn boot(&self, name: &str) -> String {
        self.boot_sized(name, "1").await
    }

    pub(crate) async fn boot_sized(&self, name: &str, flavor: &str) -> String {
        let wish = json!({ "server": { "name": name, "flavorRef": flavor, "imageRef": CIRROS } });
        let created = self.ask("/servers", Some(&wish)).await;
        created["server"]["id"].as_str().unwrap().to_owned()
    }

    /// The server, as soon as it is no longer in BUILD.
    pub(crate) async fn settled(&self, id: &str) -> Value {
        loop {
            let server = self.ask(&format!("/servers/{id}"), None).await["server"].clone();
            if server["status"] != "BUILD" {
                return server;
            }
            sleep(Duration::from_millis(50)).await;
        }
    }
}
