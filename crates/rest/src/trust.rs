//! Whom a connection trusts: the certificates of the system.

use std::sync::{Arc, OnceLock};

use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;

use crate::{Failure, FailureKind};

/// What the system trusts, with HTTP/2 preferred, as a client has it that nobody told anything. Such a client reads and decodes the
/// whole store of certificates by itself, for each account in each sync; here they are read once, when the first connection is made.
pub(crate) fn by_the_system() -> Result<ClientConfig, Failure> {
    static READ: OnceLock<ClientConfig> = OnceLock::new();
    if let Some(read) = READ.get() {
        return Ok(read.clone());
    }
    let read = read().map_err(|error| {
        Failure::new(FailureKind::Unreachable, format!("the system's certificates cannot be read: {error}"))
    })?;
    Ok(READ.get_or_init(|| read).clone())
}

fn read() -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_offer_http_2_first_and_the_client_takes_the_settings_over() {
        let config = by_the_system().unwrap();
        assert_eq!(config.alpn_protocols, [b"h2".to_vec(), b"http/1.1".to_vec()]);
        assert!(reqwest::Client::builder().tls_backend_preconfigured(config).build().is_ok());
    }
}
