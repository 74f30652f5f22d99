//! URLs of webhooks.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use futures::{FutureExt, future::BoxFuture};

#[allow(dead_code, unreachable_pub)]
#[path = "../../worker/src/webhook/address.rs"]
mod address;
#[allow(dead_code, unreachable_pub)]
#[path = "../../worker/src/webhook/route.rs"]
mod route;

/// Answers every name with the same addresses.
struct Answers(Vec<IpAddr>);

impl route::Resolve for Answers {
    fn resolve<'a>(&'a self, _name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async { Ok(self.0.clone()) })
    }
}

/// The first 20 bytes are what the name is resolved to, an IPv4 and an IPv6
/// address; the rest is the URL. Where it may be called, it is over TLS and at
/// addresses that the standard library does not take for inner ones either.
pub(crate) fn target(bytes: &[u8]) {
    let Some((resolved, url)) = bytes.split_at_checked(20) else {
        return;
    };
    let (Some(v4), Some(v6)) = (resolved.first_chunk::<4>(), resolved.last_chunk::<16>()) else {
        return;
    };
    let answers = Answers(vec![Ipv4Addr::from(*v4).into(), Ipv6Addr::from(*v6).into()]);
    let url = String::from_utf8_lossy(url);
    let found = route::find(&url, false, &answers).now_or_never();
    let Some(Ok(found)) = found else {
        assert!(found.is_some(), "nothing to wait for");
        return;
    };
    assert_eq!(found.url.scheme(), "https");
    assert!(found.url.username().is_empty() && found.url.password().is_none());
    assert!(!found.addresses.is_empty());
    for address in found.addresses {
        assert!(!leads_inside(address.ip()), "{address} is called for {url}");
    }
}

fn leads_inside(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_multicast()
                || address.is_broadcast()
                || address.is_documentation()
                || address.is_unspecified()
        }
        IpAddr::V6(address) => {
            let embedded = address
                .to_ipv4()
                .is_some_and(|inner| leads_inside(inner.into()));
            embedded
                || address.is_loopback()
                || address.is_unspecified()
                || address.is_multicast()
                || address.is_unique_local()
                || address.is_unicast_link_local()
        }
    }
}
