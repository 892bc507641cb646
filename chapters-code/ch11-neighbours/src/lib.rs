//! Small Keystone and Glance, reached over REST like the real ones
