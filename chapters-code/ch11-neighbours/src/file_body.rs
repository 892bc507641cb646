//! A file as the body of a request or an answer, read as it is wanted.

use bytes::BytesMut;
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use nova_paste::Body;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tokio::{fs::File, io::AsyncReadExt};

/// How many bytes are read at a time (glance_store's `READ_CHUNKSIZE`).
const READ_CHUNKSIZE: usize = 64 * 1024;

/// What is left to read of `file`. `taken` counts the bytes that were taken from the body.
pub(crate) fn file_body(file: File, taken: Arc<AtomicU64>) -> Body {
    let frames = stream::try_unfold((file, taken), |(mut file, taken)| async move {
        let mut chunk = BytesMut::with_capacity(READ_CHUNKSIZE);
        let read = file.read_buf(&mut chunk).await?;
        taken.fetch_add(read as u64, Ordering::Relaxed);
        Ok((read > 0).then(|| (Frame::data(chunk.freeze()), (file, taken))))
    });
    StreamBody::new(frames).boxed()
}
