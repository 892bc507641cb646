//! The nouns of Nova, the Store, the sockets, the hop
