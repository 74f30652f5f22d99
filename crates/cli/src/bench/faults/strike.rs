//! Carrying faults out.

use std::{sync::Arc, time::Duration};

use group_inspection_store::steps;
use rand_chacha::{ChaCha8Rng, rand_core::Rng};
use tokio::time::{Instant, sleep};

use super::{cast::Cast, kinds::Kind, load::Load, processes::Role};
use crate::failure::Failure;

/// How long an armed step may wait for somebody to reach it.
const TO_BE_REACHED: Duration = Duration::from_secs(45);
/// Pause between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A fault that was drawn: everything about it is decided.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawn {
    pub(super) kind: Kind,
    /// After the beginning of the round.
    after: Duration,
    /// How long it lasts, if it lasts.
    lasts: Duration,
    /// Which of several, or how far.
    which: u32,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Struck {
    /// It struck; from then on things may recover.
    At(Instant),
    /// Nobody reached the step.
    NotReached,
    /// This machine cannot have it.
    Impossible(&'static str),
}

impl Drawn {
    pub(super) fn draw(kind: Kind, dice: &mut ChaCha8Rng) -> Self {
        Self {
            kind,
            after: Duration::from_millis(u64::from(dice.next_u32() % 700)),
            lasts: Duration::from_millis(300 + u64::from(dice.next_u32() % 2_200)),
            which: dice.next_u32(),
        }
    }

    /// Strikes.
    pub(super) async fn strike(self, cast: Arc<Cast>, load: Arc<Load>) -> Result<Struck, Failure> {
        // Armed from the beginning: the first to come dies.
        if let Kind::KilledAt(of, step) = self.kind {
            return self.kill_at(&cast, of, step).await;
        }
        sleep(self.after).await;
        let (lasts, which) = (self.lasts, self.which as usize);
        let workers = cast.processes.of(|role| role == Role::Worker);
        let apis = cast.processes.of(|role| role != Role::Worker);
        let one_of = |slots: &[usize]| slots.get(which % slots.len().max(1)).copied().unwrap_or(0);
        match self.kind {
            Kind::KilledAt(..) => {}
            Kind::WorkerKilled => cast.processes.kill(one_of(&workers)),
            Kind::ApiKilled => cast.processes.kill(one_of(&apis)),
            Kind::WorkerPaused => cast.processes.pause(one_of(&workers), lasts * 2).await,
            Kind::ApiPaused => cast.processes.pause(one_of(&apis), lasts).await,
            Kind::PostgresRestarted => {
                let _turn = cast.postgres.turn.lock().await;
                cast.postgres.restart("fast").await?;
            }
            Kind::PostgresCrashed => {
                let _turn = cast.postgres.turn.lock().await;
                cast.postgres.restart("immediate").await?;
            }
            Kind::PostgresPaused => {
                let _turn = cast.postgres.turn.lock().await;
                cast.postgres.pause(lasts).await?;
            }
            Kind::PostgresCut => {
                for _ in 0..=which % 3 {
                    cast.to_postgres.cut();
                    sleep(lasts / 3).await;
                }
            }
            Kind::PostgresStalled => {
                let _turn = cast.to_postgres.turn.lock().await;
                cast.to_postgres.stall(lasts).await;
                // What was kept is lost half of the time.
                if which % 2 == 0 {
                    cast.to_postgres.cut();
                }
            }
            Kind::PostgresRefused => {
                let _turn = cast.to_postgres.turn.lock().await;
                cast.to_postgres.refuse(lasts).await;
            }
            Kind::RedisFlushed => {
                let _turn = cast.redis.turn.lock().await;
                cast.redis.flush().await?;
            }
            Kind::RedisRestarted => {
                let _turn = cast.redis.turn.lock().await;
                cast.redis.kill();
                cast.redis.begin().await?;
            }
            Kind::RedisStopped => {
                let _turn = cast.redis.turn.lock().await;
                cast.redis.kill();
                sleep(lasts).await;
                cast.redis.begin().await?;
            }
            Kind::RedisPaused => {
                let _turn = cast.redis.turn.lock().await;
                cast.redis.pause(lasts).await;
            }
            Kind::RedisCut => cast.to_redis.cut(),
            Kind::RedisStalled => {
                let _turn = cast.to_redis.turn.lock().await;
                cast.to_redis.stall(lasts).await;
            }
            Kind::DiskFull if cast.disk.can_be_filled() => cast.disk.fill(lasts).await?,
            Kind::DiskFull => return Ok(Struck::Impossible("only root may mount a small disk")),
            Kind::ClockAhead | Kind::ClockBehind if super::processes::wrong_clock().is_none() => {
                return Ok(Struck::Impossible("libfaketime is not installed"));
            }
            Kind::ClockAhead | Kind::ClockBehind => {
                // From half a minute to six hours.
                let by = 30_i64 << (which % 10);
                let by = if self.kind == Kind::ClockAhead {
                    by
                } else {
                    -by
                };
                let all: Vec<usize> = workers.into_iter().chain(apis).collect();
                cast.processes.skew(one_of(&all), by, lasts + lasts).await;
            }
            Kind::ClientsReset => {
                for number in 0..10_u32 {
                    let part = f64::from(number) / 9.0;
                    let wait = lasts / 200 * number;
                    load.reset(part, wait).await?;
                }
            }
        }
        Ok(Struck::At(Instant::now()))
    }

    async fn kill_at(self, cast: &Cast, of: &str, step: &str) -> Result<Struck, Failure> {
        steps::arm(&cast.steps, of, step).map_err(|error| Failure::because("arming", error))?;
        let end = Instant::now() + TO_BE_REACHED;
        while steps::is_armed(&cast.steps, of, step) {
            if Instant::now() > end && steps::disarm(&cast.steps, of, step) {
                return Ok(Struck::NotReached);
            }
            sleep(LOOK_AGAIN).await;
        }
        Ok(Struck::At(Instant::now()))
    }
}
