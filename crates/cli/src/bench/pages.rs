//! A page of the service against the same bytes from a static file server.

use std::time::{Duration, Instant};

use crate::{failure::Failure, output::say};

/// What to fetch and how.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A page of the running service.
    #[arg(long)]
    url: String,
    /// The same bytes on a static file server.
    #[arg(long)]
    against: String,
    /// Connections at a time.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Seconds of each round.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Rounds; the two servers take turns.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

/// Runs the command.
pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .map_err(|error| Failure::because("the HTTP client", error))?;
    let (ours, theirs) = tokio::try_join!(
        fetch(&client, &arguments.url),
        fetch(&client, &arguments.against)
    )?;
    if ours != theirs {
        return Err(Failure::because(
            "the two addresses",
            "they send other bytes",
        ));
    }
    say(&format!(
        "{} bytes, {} connections",
        ours.len(),
        arguments.connections
    ));
    let mut ratios = Vec::new();
    for _ in 0..arguments.rounds {
        let ours = rate(&client, &arguments.url, &arguments).await?;
        let theirs = rate(&client, &arguments.against, &arguments).await?;
        ratios.push(ours / theirs);
        say(&format!(
            "service {ours:.0} requests/s, static {theirs:.0} requests/s, ratio {:.2}",
            ours / theirs
        ));
    }
    ratios.sort_by(f64::total_cmp);
    let median = ratios.get(ratios.len() / 2).copied().unwrap_or_default();
    say(&format!("median ratio {median:.2}"));
    Ok(())
}

async fn fetch(client: &reqwest::Client, url: &str) -> Result<bytes::Bytes, Failure> {
    let answer = client.get(url).send().await;
    let answer = answer.and_then(reqwest::Response::error_for_status);
    let body = match answer {
        Ok(answer) => answer.bytes().await,
        Err(error) => Err(error),
    };
    body.map_err(|error| Failure::because(url, error))
}

/// Requests per second over one round.
async fn rate(client: &reqwest::Client, url: &str, arguments: &Arguments) -> Result<f64, Failure> {
    let began = Instant::now();
    let until = began + Duration::from_secs(arguments.seconds);
    let fetching: Vec<_> = (0..arguments.connections)
        .map(|_| {
            let (client, url) = (client.clone(), url.to_owned());
            tokio::spawn(async move {
                let mut requests = 0_u32;
                while Instant::now() < until {
                    fetch(&client, &url).await?;
                    requests += 1;
                }
                Ok::<_, Failure>(requests)
            })
        })
        .collect();
    let mut requests = 0;
    for task in fetching {
        requests += task
            .await
            .map_err(|error| Failure::because("a connection", error))??;
    }
    Ok(f64::from(requests) / began.elapsed().as_secs_f64())
}
