//! Calls that arrive while one is under way are made together with the next.
//!
//! Nothing waits for company: a call alone goes at once, and while it runs
//! others gather. Under load one transaction then does the work of many, and
//! each caller still hears only once its own part is durable.

use std::{
    fmt, mem,
    sync::{Arc, Mutex, PoisonError},
};

use futures::future::BoxFuture;
use group_inspection_store::Error;
use tokio::sync::oneshot;

/// Calls made together at the most.
const MOST: usize = 256;

/// What is done for many at once: an output for each input, in their order.
type Together<C, I, O> = fn(C, Vec<I>) -> BoxFuture<'static, Result<Vec<O>, Error>>;

/// A call that waits.
type Waiting<I, O> = (I, oneshot::Sender<Result<O, Error>>);

/// Makes calls together.
pub(crate) struct Batch<C, I, O> {
    together: Together<C, I, O>,
    state: Arc<Mutex<State<I, O>>>,
}

struct State<I, O> {
    waiting: Vec<Waiting<I, O>>,
    running: bool,
}

impl<C, I, O> fmt::Debug for Batch<C, I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").finish_non_exhaustive()
    }
}

impl<C, I, O> Batch<C, I, O>
where
    C: Clone + Send + 'static,
    I: Clone + Send + 'static,
    O: Send + 'static,
{
    /// Calls of `together`.
    pub(crate) fn new(together: Together<C, I, O>) -> Self {
        Self {
            together,
            state: Arc::new(Mutex::new(State {
                waiting: Vec::new(),
                running: false,
            })),
        }
    }

    /// Makes one call, by itself or with others. Once begun it is carried out
    /// even if nobody waits for it any more.
    ///
    /// # Errors
    /// Those of the call itself: where calls together fail, each is made again
    /// alone.
    pub(crate) async fn call(&self, with: &C, input: I) -> Result<O, Error> {
        let (sender, answer) = oneshot::channel();
        let first = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.waiting.push((input, sender));
            !mem::replace(&mut state.running, true)
        };
        if first {
            // A task of its own: whoever is first may be cut off.
            let (state, together) = (Arc::clone(&self.state), self.together);
            tokio::spawn(drain(state, together, with.clone()));
        }
        answer
            .await
            .map_err(|error| Error::internal("calls made together", error))?
    }
}

async fn drain<C, I, O>(state: Arc<Mutex<State<I, O>>>, together: Together<C, I, O>, with: C)
where
    C: Clone + Send + 'static,
    I: Clone + Send + 'static,
    O: Send + 'static,
{
    loop {
        let some: Vec<Waiting<I, O>> = {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            if state.waiting.is_empty() {
                state.running = false;
                return;
            }
            let many = state.waiting.len().min(MOST);
            state.waiting.drain(..many).collect()
        };
        let (inputs, senders): (Vec<I>, Vec<_>) = some.into_iter().unzip();
        match together(with.clone(), inputs.clone()).await {
            Ok(outputs) => {
                for (sender, output) in senders.into_iter().zip(outputs) {
                    // Whoever asked may have gone.
                    let _ = sender.send(Ok(output));
                }
            }
            Err(error) if inputs.len() == 1 => {
                if let Some(sender) = senders.into_iter().next() {
                    let _ = sender.send(Err(error));
                }
            }
            Err(error) => {
                tracing::debug!(%error, calls = inputs.len(), "calls are made one by one");
                for (input, sender) in inputs.into_iter().zip(senders) {
                    let alone = together(with.clone(), vec![input]).await;
                    let _ = sender.send(alone.and_then(|outputs| {
                        outputs
                            .into_iter()
                            .next()
                            .ok_or_else(|| Error::Internal("a call had no answer".to_owned()))
                    }));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::Semaphore;

    use super::*;

    /// What the calls were, and leave to go on.
    #[derive(Clone)]
    struct Seen {
        calls: Arc<Mutex<Vec<Vec<u32>>>>,
        leave: Arc<Semaphore>,
    }

    impl Seen {
        fn new(leave: usize) -> Self {
            Self {
                calls: Arc::default(),
                leave: Arc::new(Semaphore::new(leave)),
            }
        }
    }

    /// Doubles numbers, and fails for all if seven is one of them.
    fn doubled(seen: Seen, numbers: Vec<u32>) -> BoxFuture<'static, Result<Vec<u32>, Error>> {
        Box::pin(async move {
            seen.calls.lock().unwrap().push(numbers.clone());
            seen.leave.acquire().await.unwrap().forget();
            if numbers.contains(&7) {
                return Err(Error::NotFound);
            }
            Ok(numbers.into_iter().map(|number| 2 * number).collect())
        })
    }

    #[tokio::test]
    async fn what_gathers_while_a_call_runs_is_made_together() {
        let batch = Batch::new(doubled);
        let seen = Seen::new(0);
        let leave = Arc::clone(&seen.leave);
        let all = futures::future::join_all((1..=5).map(|number| batch.call(&seen, number)));
        let (answers, ()) = tokio::join!(all, async {
            // The first is under way, alone, before any is let go on.
            while seen.calls.lock().unwrap().is_empty() {
                tokio::task::yield_now().await;
            }
            leave.add_permits(2);
        });
        let answers: Vec<u32> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers, [2, 4, 6, 8, 10]);
        let calls = seen.calls.lock().unwrap().clone();
        assert!(calls.len() <= 2, "{calls:?}");
        assert_eq!(calls.concat(), [1, 2, 3, 4, 5]);
    }

    #[tokio::test]
    async fn one_that_fails_fails_alone() {
        let batch = Batch::new(doubled);
        let seen = Seen::new(100);
        let numbers = [6, 7, 8];
        let answers =
            futures::future::join_all(numbers.map(|number| batch.call(&seen, number))).await;
        assert!(matches!(
            answers.as_slice(),
            [Ok(12), Err(Error::NotFound), Ok(16)]
        ));
    }

    #[tokio::test]
    async fn a_call_goes_on_without_whoever_made_it() {
        let batch = Batch::new(doubled);
        let seen = Seen::new(0);
        {
            let first = batch.call(&seen, 1);
            let mut first = std::pin::pin!(first);
            // Begun, and dropped.
            assert!(futures::poll!(&mut first).is_pending());
        }
        seen.leave.add_permits(2);
        assert_eq!(batch.call(&seen, 2).await.unwrap(), 4);
        assert_eq!(seen.calls.lock().unwrap().concat(), [1, 2]);
    }
}
