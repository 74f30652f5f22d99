//! From the URL of an endpoint to the addresses that may be called for it.
//!
//! The name is resolved once, the addresses are checked, and the connection
//! goes to one of those checked: a name that changes its mind in between
//! gains nothing.

use std::{
    io,
    net::{IpAddr, SocketAddr},
};

use futures::future::BoxFuture;
use url::{Host, Url};

use super::address::is_public;

/// Resolves names.
pub trait Resolve: Send + Sync + 'static {
    /// The addresses of a name.
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// The machine's own resolver.
#[derive(Debug, Clone, Copy)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Where to connect for a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The URL.
    pub url: Url,
    /// Name that the addresses stand for; none if the URL has an address.
    pub name: Option<String>,
    /// Addresses that may be called.
    pub addresses: Vec<SocketAddr>,
}

/// Why there is no way to a URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoRoute {
    /// It may not be called.
    #[error("{0}")]
    Blocked(&'static str),
    /// Its name is not known now.
    #[error("{0}")]
    Unresolved(&'static str),
}

/// The way to `url`.
///
/// # Errors
/// If the URL may not be called, or its name cannot be resolved.
pub async fn find(
    url: &str,
    allow_loopback: bool,
    resolver: &dyn Resolve,
) -> Result<Route, NoRoute> {
    let url = Url::parse(url).map_err(|_| NoRoute::Blocked("this is not a URL"))?;
    let secure = match url.scheme() {
        "https" => true,
        "http" if allow_loopback => false,
        _ => return Err(NoRoute::Blocked("only https is called")),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(NoRoute::Blocked("the URL holds a user name"));
    }
    let port = url
        .port_or_known_default()
        .ok_or(NoRoute::Blocked("the URL has no port"))?;
    let (name, found) = match url.host() {
        Some(Host::Ipv4(address)) => (None, vec![IpAddr::V4(address)]),
        Some(Host::Ipv6(address)) => (None, vec![IpAddr::V6(address)]),
        Some(Host::Domain(name)) => {
            let found = resolver
                .resolve(name)
                .await
                .map_err(|_| NoRoute::Unresolved("the name of the endpoint is not known"))?;
            (Some(name.to_owned()), found)
        }
        None => return Err(NoRoute::Blocked("the URL has no host")),
    };
    if found.is_empty() {
        return Err(NoRoute::Unresolved(
            "the name of the endpoint has no address",
        ));
    }
    let addresses: Vec<SocketAddr> = found
        .into_iter()
        .filter(|address| {
            (allow_loopback && is_loopback(*address)) || (secure && is_public(*address))
        })
        .map(|address| SocketAddr::new(address, port))
        .collect();
    if addresses.is_empty() {
        return Err(NoRoute::Blocked(
            "the address of the endpoint is not public",
        ));
    }
    Ok(Route {
        url,
        name,
        addresses,
    })
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Knows a few names, whatever the machine knows.
    struct Names;

    impl Resolve for Names {
        fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
            let found: &[&str] = match name {
                "public.example" => &["93.184.216.34", "2606:2800:220:1::1"],
                "private.example" => &["10.0.0.5"],
                "mixed.example" => &["192.168.1.1", "93.184.216.34"],
                "metadata.example" | "metadata.example." => &["169.254.169.254"],
                // What the name is once it is written in ASCII.
                "xn--bcher-kva.example" => &["10.0.0.6"],
                "localhost" | "localhost." | "rebound.example" => &["127.0.0.1", "::1"],
                "nothing.example" => &[],
                _ => return Box::pin(async { Err(io::Error::other("no such name")) }),
            };
            let found = found
                .iter()
                .map(|address| address.parse().unwrap())
                .collect();
            Box::pin(async { Ok(found) })
        }
    }

    async fn routed(url: &str, allow_loopback: bool) -> Result<Vec<String>, NoRoute> {
        let route = find(url, allow_loopback, &Names).await?;
        Ok(route.addresses.iter().map(ToString::to_string).collect())
    }

    #[tokio::test]
    async fn endpoints_that_lead_inside_are_blocked() {
        for url in [
            "http://public.example/",
            "ftp://public.example/",
            "file:///etc/passwd",
            "gopher://public.example/",
            "not a url",
            "https://user@public.example/",
            "https://user:secret@public.example/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://0/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[fe80::1]/",
            "https://[fd00:ec2::254]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://100.100.100.200/",
            "https://168.63.129.16/",
            "https://192.168.0.1:8443/",
            "https://１２７.0.0.1/",
            "https://①②⑦.0.0.1/",
            "https://127.0.0.1./",
            "https://0x7f000001/",
            "https://017700000001/",
            "https://127.0.0.1:8443/",
            "https://0.0.0.0/",
            "https://10.1/",
            "https://100.64.0.1/",
            "https://192.0.0.8/",
            "https://192.0.2.1/",
            "https://198.18.0.1/",
            "https://198.51.100.1/",
            "https://203.0.113.1/",
            "https://224.0.0.1/",
            "https://240.0.0.1/",
            "https://255.255.255.255/",
            "https://[::127.0.0.1]/",
            "https://[::ffff:169.254.169.254]/",
            "https://[64:ff9b:1::a00:1]/",
            "https://[2001:0:7f00:1::]/",
            "https://[2001:db8::1]/",
            "https://[2002:a9fe:a9fe::]/",
            "https://[fc00::1]/",
            "https://[ff02::1]/",
            "https://localhost./",
            "https://metadata.example./",
            "https://ｍｅｔａｄａｔａ.example/",
            "https://bücher.example/",
            "https://private.example/",
            "https://metadata.example/",
            "https://rebound.example/",
            "https://localhost/",
            "https://LOCALHOST/",
        ] {
            let found = routed(url, false).await;
            assert!(
                matches!(found, Err(NoRoute::Blocked(_))),
                "{url}: {found:?}"
            );
        }
    }

    #[tokio::test]
    async fn only_checked_addresses_are_called() {
        assert_eq!(
            routed("https://public.example/hook", false).await,
            Ok(vec![
                "93.184.216.34:443".into(),
                "[2606:2800:220:1::1]:443".into()
            ])
        );
        assert_eq!(
            routed("https://mixed.example:8443/", false).await,
            Ok(vec!["93.184.216.34:8443".into()])
        );
        assert_eq!(
            routed("https://1.1.1.1/", false).await,
            Ok(vec!["1.1.1.1:443".into()])
        );
    }

    #[tokio::test]
    async fn a_name_that_is_not_known_may_be_known_later() {
        for url in ["https://gone.example/", "https://nothing.example/"] {
            let found = routed(url, false).await;
            assert!(
                matches!(found, Err(NoRoute::Unresolved(_))),
                "{url}: {found:?}"
            );
        }
    }

    #[tokio::test]
    async fn loopback_is_called_only_where_allowed() {
        assert_eq!(
            routed("http://127.0.0.1:9000/", true).await,
            Ok(vec!["127.0.0.1:9000".into()])
        );
        assert_eq!(
            routed("http://localhost:9000/", true).await,
            Ok(vec!["127.0.0.1:9000".into(), "[::1]:9000".into()])
        );
        // Everything else stays as it is.
        for url in [
            "http://public.example/",
            "http://10.0.0.1/",
            "https://10.0.0.1/",
        ] {
            let found = routed(url, true).await;
            assert!(
                matches!(found, Err(NoRoute::Blocked(_))),
                "{url}: {found:?}"
            );
        }
    }
}
