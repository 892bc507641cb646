//! What one server may be given (`nova/compute/api.py` `_check_metadata_properties_quota`,
//! `_check_injected_file_quota`).

use super::{Limits, QuotaError};
use crate::compute_api::InjectedFile;

impl Limits {
    /// May a server have so many notes?
    ///
    /// # Errors
    ///
    /// It may not.
    pub fn check_metadata_properties_quota(&self, count: usize) -> Result<(), QuotaError> {
        match self.get("metadata_items") {
            limit if over(limit, count) => Err(QuotaError::MetadataLimitExceeded(limit)),
            _ => Ok(()),
        }
    }

    /// May a server have these files?
    ///
    /// # Errors
    ///
    /// There are too many of them, or one has too long a path, or is too long.
    pub(in crate::compute_api) fn check_injected_file_quota(
        &self,
        files: &[InjectedFile],
    ) -> Result<(), QuotaError> {
        let path = files.iter().map(|file| file.path.chars().count()).max();
        let content = files.iter().map(|file| decoded_len(&file.contents)).max();
        for (resource, amount, error) in [
            ("injected_files", Some(files.len()), QuotaError::OnsetFileLimitExceeded),
            ("injected_file_path_bytes", path, QuotaError::OnsetFilePathLimitExceeded),
            ("injected_file_content_bytes", content, QuotaError::OnsetFileContentLimitExceeded),
        ] {
            if over(self.get(resource), amount.unwrap_or_default()) {
                return Err(error);
            }
        }
        Ok(())
    }
}

fn over(limit: i64, amount: usize) -> bool {
    usize::try_from(limit).is_ok_and(|limit| amount > limit)
}

/// How many bytes the base64 text stands for.
fn decoded_len(base64: &str) -> usize {
    let letters = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    base64.bytes().filter(letters).count() * 3 / 4
}
