//! Threads that infer, one inference each.
//!
//! A call hands its windows to a thread of its own and sleeps until the answer
//! is there. Two reasons. Splitting one inference over threads uses the
//! processors worse than running several side by side, so each worker has an
//! engine pool of exactly one thread, and there are as many workers as calls at
//! the same time. And a caller that waits inside the engine's thread pool while
//! it belongs to another pool (files are scanned on one) would be given other
//! work meanwhile: the scan of the next file, on top of this one's stack, and
//! so on until the stack ends. A sleeping caller takes no other work.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use rten::ThreadPool;

use crate::error::{Error, ErrorKind, Result};

/// What a worker does: a loaded graph.
pub(super) trait Infer: Send + Sync + 'static {
    /// The logits of one window.
    ///
    /// # Errors
    /// If the engine fails.
    fn infer(&self, ids: &[u32], threads: &Arc<ThreadPool>) -> Result<Vec<f32>>;
}

/// Logits, window by window.
type Answer = Result<Vec<Vec<f32>>>;

/// Windows to infer, and where the answer goes.
struct Task {
    windows: Vec<Vec<u32>>,
    answer: SyncSender<Answer>,
}

/// The way to one thread. The thread ends when this is dropped.
struct Worker(Sender<Task>);

/// A graph and the threads that run it, made as they are needed.
pub(super) struct Workers<T> {
    graph: Arc<T>,
    idle: Mutex<Vec<Worker>>,
}

impl<T: Infer> Workers<T> {
    pub(super) fn new(graph: T) -> Self {
        Self {
            graph: Arc::new(graph),
            idle: Mutex::default(),
        }
    }

    /// The logits of some windows, on a thread that does nothing else meanwhile.
    pub(super) fn logits(&self, windows: &[&[u32]]) -> Answer {
        let worker = match self.idle().pop() {
            Some(worker) => worker,
            None => self.hire()?,
        };
        let (answer, receive) = sync_channel(1);
        let windows = windows.iter().map(|ids| ids.to_vec()).collect();
        worker
            .0
            .send(Task { windows, answer })
            .map_err(|_| failed())?;
        let answer = receive.recv().map_err(|_| failed())?;
        // Only a worker that answered goes back.
        self.idle().push(worker);
        answer
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hire(&self) -> Result<Worker> {
        let (send, receive) = channel();
        let graph = Arc::clone(&self.graph);
        std::thread::Builder::new()
            .name("ner".to_owned())
            .spawn(move || {
                let threads = Arc::new(ThreadPool::with_num_threads(1));
                let own = Arc::clone(&threads);
                // The whole life of the worker is one job of its own pool, so
                // that the engine finds itself where it wants to be.
                threads.run(move || serve(&*graph, &receive, &own));
            })
            .map_err(|_| Error::new(ErrorKind::Recognizer, "the system gives no threads"))?;
        Ok(Worker(send))
    }
}

/// Answers until nobody can ask any more.
fn serve<T: Infer>(graph: &T, tasks: &Receiver<Task>, threads: &Arc<ThreadPool>) {
    while let Ok(Task { windows, answer }) = tasks.recv() {
        let one = |ids: &Vec<u32>| graph.infer(ids, threads);
        // The engine may panic; that fails the text and not the program.
        let result = catch_unwind(AssertUnwindSafe(|| windows.iter().map(one).collect()))
            .unwrap_or_else(|_| Err(failed()));
        // Nobody listens only if the caller is gone.
        drop(answer.send(result));
    }
}

pub(super) fn failed() -> Error {
    Error::new(ErrorKind::Recognizer, "the NER model failed on this text")
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::Condvar;
    use std::time::Duration;

    use super::*;

    /// Answers only when as many inferences as `n` run at once.
    struct Together {
        n: usize,
        here: Mutex<usize>,
        all: Condvar,
    }

    impl Infer for Together {
        fn infer(&self, ids: &[u32], _: &Arc<ThreadPool>) -> Result<Vec<f32>> {
            let mut here = self.here.lock().unwrap();
            *here += 1;
            self.all.notify_all();
            let patience = Duration::from_secs(60);
            let (here, waited) = self
                .all
                .wait_timeout_while(here, patience, |here| *here < self.n)
                .unwrap();
            drop(here);
            assert!(!waited.timed_out(), "the other inference never started");
            Ok(vec![0.0; ids.len()])
        }
    }

    #[test]
    fn two_jobs_infer_at_the_same_time() {
        let workers = Workers::new(Together {
            n: 3,
            here: Mutex::new(0),
            all: Condvar::new(),
        });
        std::thread::scope(|scope| {
            let calls: Vec<_> = (0..3)
                .map(|_| scope.spawn(|| workers.logits(&[&[1, 2]])))
                .collect();
            for call in calls {
                assert_eq!(call.join().unwrap().unwrap(), [[0.0, 0.0]]);
            }
        });
        assert_eq!(workers.idle().len(), 3);
    }

    /// Uses the engine's pool as the engine does.
    struct Parallel;

    impl Infer for Parallel {
        fn infer(&self, ids: &[u32], threads: &Arc<ThreadPool>) -> Result<Vec<f32>> {
            use rayon::prelude::*;
            threads.run(|| {
                assert_eq!(rayon::current_num_threads(), 1);
                Ok(ids.par_iter().map(|_| 1.0).collect())
            })
        }
    }

    #[test]
    fn a_job_that_waits_for_the_model_starts_no_other_job() {
        thread_local! { static DEPTH: Cell<usize> = const { Cell::new(0) }; }
        let workers = Workers::new(Parallel);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(2)
            .build()
            .unwrap();
        let deepest = Mutex::new(0);
        pool.in_place_scope(|scope| {
            for _ in 0..200 {
                scope.spawn(|_| {
                    let depth = DEPTH.get() + 1;
                    DEPTH.set(depth);
                    let mut deepest = deepest.lock().unwrap();
                    *deepest = depth.max(*deepest);
                    drop(deepest);
                    assert_eq!(workers.logits(&[&[7; 300]]).unwrap(), [[1.0; 300]]);
                    DEPTH.set(depth - 1);
                });
            }
        });
        assert_eq!(*deepest.lock().unwrap(), 1, "jobs on top of jobs");
        assert!(workers.idle().len() <= 2, "one worker a caller at most");
    }

    struct Panics;

    impl Infer for Panics {
        fn infer(&self, ids: &[u32], _: &Arc<ThreadPool>) -> Result<Vec<f32>> {
            assert!(ids.len() < 2, "too long for this engine");
            Ok(vec![0.0])
        }
    }

    #[test]
    fn a_panic_of_the_engine_fails_the_text_and_not_the_next_one() {
        let workers = Workers::new(Panics);
        let error = workers.logits(&[&[1], &[1, 2]]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Recognizer);
        assert_eq!(workers.logits(&[&[1]]).unwrap(), [[0.0]]);
        assert_eq!(workers.idle().len(), 1);
    }
}
