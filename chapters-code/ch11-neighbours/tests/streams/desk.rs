//! A Glance over real HTTP, and somebody who uses it.

use nova_neighbours::{
    GlanceClient,
    glance::{self, CIRROS},
};
use nova_objects::{ImageApi, ImageMeta, Plugs, RemoteError, RequestContext};
use nova_paste::server::{HttpServer, Limits};
use std::{
    fs::{self, File},
    future::pending,
    net::SocketAddr,
    path::PathBuf,
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
    time::{sleep, timeout},
};

pub(crate) const MIB: u64 = 1024 * 1024;
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// A Glance, whose images are in a folder, and somebody who uses it.
pub(crate) struct Desk {
    pub(crate) folder: TempDir,
    address: SocketAddr,
    pub(crate) glance: GlanceClient,
    pub(crate) ann: RequestContext,
    task: JoinHandle<()>,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::with(tempfile::tempdir().unwrap(), 1 << 40, Limits::default()).await
    }

    pub(crate) async fn with(folder: TempDir, image_size_cap: u64, limits: Limits) -> Self {
        let auth_strategy = "noauth2".into();
        let noauth2 = nova_pipeline::Options { auth_strategy, ..Default::default() };
        let filesystem_store_datadir = Some(folder.path().join("images"));
        let options = glance::Options { filesystem_store_datadir, image_size_cap };
        let app = glance::app(&options, Plugs::default().plug(noauth2)).unwrap();
        let anywhere = ([127, 0, 0, 1], 0).into();
        let server = HttpServer::bind(anywhere, "glance", limits).await.unwrap();
        let address = server.address();
        let glance = GlanceClient::new(&format!("http://{address}"));
        let task = tokio::spawn(server.serve(app, pending()));
        Self { folder, address, glance, ann: RequestContext::new("ann", "demo"), task }
    }

    /// Another Glance on the same folder, once this one is gone.
    pub(crate) async fn again(self) -> Self {
        self.task.abort();
        let _ = self.task.await;
        Self::with(self.folder, 1 << 40, Limits::default()).await
    }

    pub(crate) async fn queued(&self) -> ImageMeta {
        let (disk_format, container_format) = (Some("raw".to_owned()), Some("bare".to_owned()));
        let image = ImageMeta { disk_format, container_format, ..ImageMeta::default() };
        self.glance.create(&self.ann, image).await.unwrap()
    }

    pub(crate) async fn status(&self, id: &str) -> Option<String> {
        Some(self.glance.get(&self.ann, id).await.unwrap()?.status)
    }

    pub(crate) async fn until(&self, id: &str, status: &str) {
        let reached = async {
            while self.status(id).await.as_deref() != Some(status) {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(SOON, reached).await.unwrap_or_else(|_| panic!("never {status}"));
    }

    /// A new file of so many bytes.
    pub(crate) fn file(&self, name: &str, size: u64) -> PathBuf {
        let path = self.folder.path().join(name);
        File::create(&path).unwrap().set_len(size).unwrap();
        path
    }

    pub(crate) async fn upload(&self, id: &str, size: u64) -> Result<bool, RemoteError> {
        self.glance.upload(&self.ann, id, &self.file("source", size)).await
    }

    /// A request of Ann's, as far as the end of its head.
    pub(crate) async fn begin(&self, line: &str, headers: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let head = format!("{line} HTTP/1.1\r\nhost: x\r\nx-tenant-id: demo\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream
    }

    /// An upload of which the first half has come.
    pub(crate) async fn half(&self, id: &str) -> TcpStream {
        let headers = "content-type: application/octet-stream\r\ncontent-length: 8\r\n";
        let mut stream = self.begin(&format!("PUT /v2/images/{id}/file"), headers).await;
        stream.write_all(b"half").await.unwrap();
        self.until(id, "saving").await;
        stream
    }

    /// The names in the folder of the images, but for that of the one that is built in.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path().join("images")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| !name.starts_with(CIRROS)).collect();
        names.sort();
        names
    }
}

/// The status of an answer.
pub(crate) async fn answer(mut stream: TcpStream) -> String {
    let mut answer = vec![0; 4096];
    let count = timeout(SOON, stream.read(&mut answer)).await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&answer[..count]).into_owned();
    text.split(' ').nth(1).unwrap_or_default().to_owned()
}

/// The most memory that this process has ever had, in bytes.
pub(crate) fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}
