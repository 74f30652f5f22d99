//! Where a request comes from, past the proxies that are trusted.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::{
    dev::RequestHead,
    http::header::{HeaderMap, HeaderName},
};
use ipnet::IpNet;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Networks written as one text, separated by commas; an address alone is a
/// network of one.
///
/// # Errors
/// The part that is no network.
pub fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            part.parse::<IpNet>()
                .or_else(|_| part.parse::<IpAddr>().map(IpNet::from))
                .map_err(|_| format!("{part} is neither a network nor an address"))
        })
        .collect()
}

/// The address a request comes from. What a proxy says is believed only if
/// the proxy is trusted; the chain is read from its end.
pub(super) fn origin(head: &RequestHead, trusted: &[IpNet]) -> Option<IpAddr> {
    let mut at = canonical(head.peer_addr?.ip());
    if trusted.is_empty() {
        return Some(at);
    }
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    for said in chain(head.headers()).into_iter().rev() {
        if !is_trusted(at) {
            break;
        }
        // What is no address cannot be gone past.
        let Some(address) = said else { break };
        at = address;
    }
    Some(at)
}

/// All addresses of all lines of the header, in order.
fn chain(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    headers
        .get_all(FORWARDED_FOR)
        .flat_map(|line| line.to_str().unwrap_or_default().split(','))
        .map(|part| part.trim().parse().ok().map(canonical))
        .collect()
}

fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// The name an address is counted under: in IPv6 everybody has a whole network
/// of addresses.
pub(super) fn counted_as(address: Option<IpAddr>) -> String {
    match address {
        None => "address:unknown".to_owned(),
        Some(IpAddr::V4(address)) => format!("address:{address}"),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("address:{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use actix_web::test::TestRequest;

    fn from(peer: &str, lines: &[&str], trusted: &str) -> String {
        let mut request = TestRequest::default().peer_addr(format!("{peer}:1").parse().unwrap());
        for line in lines {
            request = request.append_header(("x-forwarded-for", *line));
        }
        let request = request.to_http_request();
        counted_as(origin(request.head(), &networks(trusted).unwrap()))
    }

    #[test]
    fn nobody_is_believed_who_is_not_trusted() {
        assert_eq!(
            from("192.0.2.1", &["198.51.100.7"], ""),
            "address:192.0.2.1"
        );
        assert_eq!(
            from("192.0.2.1", &["198.51.100.7"], "10.0.0.0/8"),
            "address:192.0.2.1"
        );
    }

    #[test]
    fn the_chain_is_read_from_its_end_past_trusted_proxies() {
        let trusted = "10.0.0.0/8, 192.0.2.9";
        assert_eq!(
            from(
                "10.1.1.1",
                &["203.0.113.5, 198.51.100.7", "192.0.2.9"],
                trusted
            ),
            "address:198.51.100.7"
        );
        // What the client itself wrote comes first and is not reached.
        assert_eq!(
            from("10.1.1.1", &["127.0.0.1", "198.51.100.7"], trusted),
            "address:198.51.100.7"
        );
        assert_eq!(from("10.1.1.1", &[], trusted), "address:10.1.1.1");
        assert_eq!(
            from("10.1.1.1", &["198.51.100.7, nonsense"], trusted),
            "address:10.1.1.1"
        );
    }

    #[test]
    fn one_network_of_ipv6_is_one_client() {
        let one = from("[2001:db8:1:2:3:4:5:6]", &[], "");
        assert_eq!(one, from("[2001:db8:1:2::1]", &[], ""));
        assert_ne!(one, from("[2001:db8:1:3::1]", &[], ""));
        assert_eq!(from("[::ffff:192.0.2.1]", &[], ""), "address:192.0.2.1");
    }

    #[test]
    fn what_is_no_network_is_named() {
        assert_eq!(
            networks("10.0.0.0/8,none").unwrap_err(),
            "none is neither a network nor an address"
        );
        assert!(networks("").unwrap().is_empty());
    }
}
