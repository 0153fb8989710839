//! One thread that owns a model, and a bounded channel that feeds it.
//!
//! For engines that use all cores for one inference, and whose models may not be
//! shared between threads. Windows of several callers (several documents) go
//! through the model together, sorted by length so that little is padded; every
//! answer goes back to its own window. A batch that fails is tried again caller
//! by caller, so that only the one at fault fails. A panic of the engine is an
//! error of that text and not the end of the thread.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crossbeam::channel::{Receiver, Sender, bounded};

use super::worker::failed;
use crate::error::{Error, ErrorKind, Result};

/// Calls that may wait in line; further ones wait before it.
const WAITING: usize = 64;
/// Windows that are gathered from the line, about.
const GATHERED: usize = 64;

/// What the thread does.
pub(super) trait Forward {
    /// The logits of some windows, which are padded to the longest of them.
    ///
    /// # Errors
    /// If the engine fails.
    fn forward(&mut self, batch: &[&[u32]]) -> Result<Vec<Vec<f32>>>;
}

/// Logits, window by window.
type Answer = Result<Vec<Vec<f32>>>;

/// Windows to infer, and where the answer goes.
struct Task {
    windows: Vec<Vec<u32>>,
    answer: Sender<Answer>,
}

/// The way to the thread. It ends when this is dropped.
pub(super) struct Owner(Sender<Task>);

impl Owner {
    /// Starts the thread, which loads its model itself.
    ///
    /// `most_tokens` bounds a batch: windows times the length of the longest.
    ///
    /// # Errors
    /// If loading fails or panics.
    pub(super) fn hire<T: Forward>(
        most_tokens: usize,
        load: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<Self> {
        let (tasks, receive) = bounded(WAITING);
        let (loaded, is_loaded) = bounded(1);
        std::thread::Builder::new()
            .name("ner-owner".to_owned())
            .spawn(move || {
                let model = catch_unwind(AssertUnwindSafe(load)).unwrap_or_else(|_| {
                    Err(Error::new(
                        ErrorKind::Model,
                        "the engine broke off while it loaded the model: its files do not fit each other",
                    ))
                });
                let said = match model {
                    Ok(model) => {
                        // Whoever hires waits for this.
                        drop(loaded.send(Ok(())));
                        return serve(model, &receive, most_tokens);
                    }
                    Err(error) => loaded.send(Err(error)),
                };
                drop(said);
            })
            .map_err(|_| Error::new(ErrorKind::Recognizer, "the system gives no threads"))?;
        is_loaded.recv().map_err(|_| failed())??;
        Ok(Self(tasks))
    }

    /// The logits of some windows, in their order.
    ///
    /// # Errors
    /// If the engine fails on one of them.
    pub(super) fn logits(&self, windows: &[&[u32]]) -> Answer {
        let (answer, receive) = bounded(1);
        let windows = windows.iter().map(|ids| ids.to_vec()).collect();
        self.0
            .send(Task { windows, answer })
            .map_err(|_| failed())?;
        receive.recv().map_err(|_| failed())?
    }
}

/// Answers until nobody can ask any more.
fn serve<T: Forward>(mut model: T, tasks: &Receiver<Task>, most_tokens: usize) {
    while let Ok(first) = tasks.recv() {
        let mut n_windows = first.windows.len();
        let mut gathered = vec![first];
        while n_windows < GATHERED {
            let Ok(next) = tasks.try_recv() else { break };
            n_windows += next.windows.len();
            gathered.push(next);
        }
        let mut together = infer(&mut model, &gathered, most_tokens);
        if together.is_err() && gathered.len() > 1 {
            for task in &gathered {
                let alone = infer(&mut model, std::slice::from_ref(task), most_tokens);
                reply(
                    task,
                    alone.map(|mut answers| answers.pop().unwrap_or_default()),
                );
            }
            continue;
        }
        for task in gathered.iter().rev() {
            let own = match &mut together {
                Ok(answers) => answers.pop().ok_or_else(failed),
                Err(_) => Err(failed()),
            };
            reply(task, own);
        }
    }
}

fn reply(task: &Task, answer: Answer) {
    // Nobody listens only if the caller is gone.
    drop(task.answer.send(answer));
}

/// The answers to some tasks, in their order.
fn infer<T: Forward>(
    model: &mut T,
    tasks: &[Task],
    most_tokens: usize,
) -> Result<Vec<Vec<Vec<f32>>>> {
    let mut slots: Vec<Vec<Option<Vec<f32>>>> = tasks
        .iter()
        .map(|task| vec![None; task.windows.len()])
        .collect();
    let mut windows: Vec<(usize, usize, &[u32])> = Vec::new();
    for (number, task) in tasks.iter().enumerate() {
        let each = task.windows.iter().enumerate();
        windows.extend(each.map(|(index, ids)| (number, index, ids.as_slice())));
    }
    windows.sort_by_key(|(_, _, ids)| ids.len());
    while !windows.is_empty() {
        let batch = windows.split_off(batch_start(&windows, most_tokens));
        let ids: Vec<&[u32]> = batch.iter().map(|(_, _, ids)| *ids).collect();
        let logits = catch_unwind(AssertUnwindSafe(|| model.forward(&ids)))
            .unwrap_or_else(|_| Err(failed()))?;
        if logits.len() != batch.len() {
            return Err(failed());
        }
        for ((number, index, _), logits) in batch.into_iter().zip(logits) {
            let slot = slots.get_mut(number).and_then(|task| task.get_mut(index));
            *slot.ok_or_else(failed)? = Some(logits);
        }
    }
    let whole = |task: Vec<Option<Vec<f32>>>| task.into_iter().collect::<Option<Vec<_>>>();
    slots
        .into_iter()
        .map(|task| whole(task).ok_or_else(failed))
        .collect()
}

/// Where the last batch starts: as many of the longest windows as may go
/// together, at least one.
fn batch_start(windows: &[(usize, usize, &[u32])], most_tokens: usize) -> usize {
    let longest = windows.last().map_or(1, |(_, _, ids)| ids.len().max(1));
    windows.len().saturating_sub((most_tokens / longest).max(1))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn number(id: u32) -> f32 {
        f32::from(u16::try_from(id).unwrap())
    }

    /// Answers each token with its own number; panics at 13, and refuses a batch
    /// that is padded to more than it may hold.
    struct Echo {
        most: usize,
        n_batches: Arc<AtomicUsize>,
    }

    impl Forward for Echo {
        fn forward(&mut self, batch: &[&[u32]]) -> Result<Vec<Vec<f32>>> {
            self.n_batches.fetch_add(1, Ordering::Relaxed);
            let longest = batch.iter().map(|ids| ids.len()).max().unwrap();
            assert!(batch.len() == 1 || longest * batch.len() <= self.most);
            let one = |ids: &&[u32]| {
                assert!(!ids.contains(&13), "the engine gives up");
                ids.iter().map(|id| number(*id)).collect()
            };
            Ok(batch.iter().map(one).collect())
        }
    }

    fn echo(most: usize) -> (Owner, Arc<AtomicUsize>) {
        let n_batches = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&n_batches);
        let load = move || {
            Ok(Echo {
                most,
                n_batches: count,
            })
        };
        (Owner::hire(most, load).unwrap(), n_batches)
    }

    fn expected(ids: &[u32]) -> Vec<f32> {
        ids.iter().map(|id| number(*id)).collect()
    }

    #[test]
    fn every_window_gets_its_own_answer() {
        let (owner, _) = echo(100);
        // Lengths out of order, some longer than a whole batch, some empty.
        let windows: Vec<Vec<u32>> = (0..300_u32)
            .map(|n| (0..n * 37 % 151).map(|at| 100 + (n + at) % 1000).collect())
            .collect();
        let slices: Vec<&[u32]> = windows.iter().map(Vec::as_slice).collect();
        let answers = owner.logits(&slices).unwrap();
        for (ids, answer) in windows.iter().zip(answers) {
            assert_eq!(answer, expected(ids));
        }
    }

    #[test]
    fn callers_do_not_get_each_other_s_answers() {
        let (owner, _) = echo(64);
        std::thread::scope(|scope| {
            for caller in 0..8_u32 {
                let owner = &owner;
                scope.spawn(move || {
                    for round in 0..200_u32 {
                        let ids: Vec<u32> = (0..round % 20 + 1)
                            .map(|at| 1000 * caller + at + 20)
                            .collect();
                        assert_eq!(owner.logits(&[&ids, &ids[..1]]).unwrap()[0], expected(&ids));
                    }
                });
            }
        });
    }

    #[test]
    fn a_panic_fails_the_text_at_fault_and_no_other() {
        let (owner, _) = echo(1000);
        std::thread::scope(|scope| {
            let owner = &owner;
            for caller in 0..6_u32 {
                scope.spawn(move || {
                    for _ in 0..50 {
                        let ids: Vec<u32> = vec![20 + caller, if caller == 0 { 13 } else { 14 }];
                        let answer = owner.logits(&[&ids]);
                        if caller == 0 {
                            assert_eq!(answer.unwrap_err().kind(), ErrorKind::Recognizer);
                        } else {
                            assert_eq!(answer.unwrap(), [expected(&ids)]);
                        }
                    }
                });
            }
        });
    }

    #[test]
    fn windows_go_together() {
        let (owner, n_batches) = echo(4096);
        let window = vec![7; 100];
        let windows: Vec<&[u32]> = (0..40).map(|_| window.as_slice()).collect();
        owner.logits(&windows).unwrap();
        assert_eq!(n_batches.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_model_that_does_not_load_is_an_error() {
        let refused = Owner::hire::<Echo>(1, || Err(failed()));
        assert!(refused.is_err());
        let panicked = Owner::hire::<Echo>(1, || panic!("no such file"));
        assert_eq!(panicked.err().unwrap().kind(), ErrorKind::Model);
    }
}
