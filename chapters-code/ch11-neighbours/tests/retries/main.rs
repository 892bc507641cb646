//! A neighbour that is away, busy, or hangs up: what is asked once more, and what is not.

#[cfg(test)]
mod neighbour;

use neighbour::{BUSY, LOST, WELL, anywhere, neighbour, nowhere};
use nova_neighbours::{GlanceClient, RestClient, Retries};
use nova_objects::{ImageApi, ImageMeta, RemoteError, RequestContext};
use std::{fs, sync::atomic::Ordering, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpSocket,
    time::Instant,
};

async fn list(glance: &GlanceClient) -> Result<usize, RemoteError> {
    let images = glance.get_all(&RequestContext::default(), &Default::default()).await;
    images.map(|images| images.len())
}

#[tokio::test(start_paused = true)]
async fn who_only_asks_may_ask_again() {
    for (answers, num_retries, works, asked, seconds) in [
        (&[BUSY, LOST, WELL][..], 2, true, 3, 2),
        (&[BUSY, BUSY, BUSY], 2, false, 3, 2),
        (&[BUSY, WELL], 0, false, 1, 0),
        (&["HTTP/1.1 500 X\r\ncontent-length: 0\r\n\r\n", WELL], 2, false, 1, 0),
        (&["HTTP/1.1 404 X\r\ncontent-length: 0\r\n\r\n", WELL], 2, false, 1, 0),
    ] {
        let (endpoint, count) = neighbour(answers).await;
        let glance = GlanceClient::new(&endpoint).num_retries(num_retries);
        let begun = Instant::now();
        assert_eq!(list(&glance).await.is_ok(), works, "{answers:?}");
        assert_eq!((count.load(Ordering::SeqCst), begun.elapsed().as_secs()), (asked, seconds));
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_have_been_done_is_not_done_twice() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("disk");
    fs::write(&disk, "disk").unwrap();
    let ann = RequestContext::default();
    for answer in [&[BUSY, WELL], &[LOST, WELL]] {
        let client = async || {
            let (endpoint, count) = neighbour(answer).await;
            (GlanceClient::new(&endpoint).num_retries(3), count)
        };
        let (glance, count) = client().await;
        glance.create(&ann, ImageMeta::default()).await.unwrap_err();
        assert_eq!(count.load(Ordering::SeqCst), 1, "create: {answer:?}");
        let (glance, count) = client().await;
        glance.upload(&ann, "x", &disk).await.unwrap_err();
        assert_eq!(count.load(Ordering::SeqCst), 1, "upload: {answer:?}");
        let (glance, count) = client().await;
        glance.delete(&ann, "x").await.unwrap_err();
        assert_eq!(count.load(Ordering::SeqCst), 1, "delete: {answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_never_left_may_be_sent_to_another() {
    let ann = RequestContext::default();
    let (endpoint, count) = neighbour(&[WELL, WELL, WELL]).await;
    let servers = [nowhere().await, endpoint];
    let glance = GlanceClient::new("").api_servers(&servers).num_retries(1);
    // Each begins with whose turn it is: nobody, then the neighbour.
    glance.delete(&ann, "x").await.unwrap();
    list(&glance).await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 2);
    let alone = GlanceClient::new("").api_servers(&servers);
    let refused = list(&alone).await.unwrap_err();
    assert!(refused.message.starts_with(&format!("glance at {}: ", servers[0])), "{refused}");
    list(&alone).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_pauses_before_keystone_grow() {
    let growing =
        Retries { times: 3, pause: Duration::from_millis(500), growth: 2, ..Retries::NONE };
    let keystone = RestClient::new("keystone", &nowhere().await).retries(growing);
    let begun = Instant::now();
    keystone.get(&RequestContext::default(), "/").await.unwrap_err();
    assert_eq!(begun.elapsed().as_millis() / 100, 35);
    let (endpoint, count) = neighbour(&[BUSY, WELL]).await;
    let keystone = RestClient::new("keystone", &endpoint).retries(growing);
    let busy = keystone.get(&RequestContext::default(), "/").await.unwrap();
    assert_eq!((busy.status.as_u16(), count.load(Ordering::SeqCst)), (503, 1), "that is an answer");
}

#[tokio::test]
async fn a_long_upload_may_take_long_as_long_as_it_goes_on() {
    const MIB: usize = 1024 * 1024;
    // What lies in the system's buffers has been sent, for all that a client knows: little shall.
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(256 * 1024).unwrap();
    socket.bind(anywhere()).unwrap();
    let listener = socket.listen(8).unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let patience = Duration::from_millis(500);
    let client = RestClient::new("glance", &endpoint).timeout(patience);
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("disk");
    fs::File::create(&disk).unwrap().set_len(64 * MIB as u64).unwrap();
    for (taken, is_taken) in [(64 * MIB, true), (MIB, false)] {
        let ann = RequestContext::default();
        let upload = client.upload(&ann, http::Request::put("/"), &disk);
        // It takes a MiB now and then, and stops after so many.
        let slowly = async {
            let (mut stream, _) = listener.accept().await?;
            let mut count = 0;
            while count < taken {
                stream.read_exact(&mut vec![0; MIB]).await?;
                count += MIB;
                tokio::time::sleep(patience / 20).await;
            }
            if is_taken {
                stream.write_all(b"HTTP/1.1 204 X\r\nconnection: close\r\n\r\n").await?;
            }
            Ok::<_, std::io::Error>(stream)
        };
        let begun = Instant::now();
        let (uploaded, taken) = tokio::join!(upload, slowly);
        assert!(taken.is_ok(), "{taken:?}");
        assert_eq!(uploaded.is_ok(), is_taken, "{uploaded:?}");
        assert!(begun.elapsed() > if is_taken { 3 * patience } else { patience });
    }
}
