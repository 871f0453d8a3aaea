//! Tests that act as the neighbours and the coordinator of a worker.

use std::sync::mpsc;

use super::*;

/// The setup of sub-domain `index` of 3, with 3 points in each.
fn setup(index: usize) -> Setup {
    let (grid, _) = Rod::new(11).layout(&Exec::default()).unwrap();
    let (layer, isa) = ("scalar".to_owned(), None);
    let time_step = grid.time_step.to_bits();
    Setup { points: 11, time_step, steps: 6, domains: 3, halo: 3, index, mode: None, values: true, layer, isa }
}

/// A running worker 1, with the test's ends of its links.
struct RunningWorker {
    control: Port<UnixStream>,
    neighbours: [Port<UnixStream>; 2],
    gone: mpsc::Receiver<()>,
    worker: thread::JoinHandle<bool>,
}

impl RunningWorker {
    fn new() -> Self {
        let [(control, own), (left, to_left), (right, to_right)] = [(); 3].map(|()| UnixStream::pair().unwrap());
        let (sender, gone) = mpsc::channel();
        let worker = thread::spawn(|| work(own, [to_left, to_right], move || sender.send(()).unwrap()));
        let mut control = Port::new(control);
        control.send(Kind::Setup, 0, &serde_json::to_vec(&setup(1)).unwrap()).unwrap();
        control.send_values(Kind::Start, 0, &[1.0, 2.0, 3.0]).unwrap();
        Self { control, neighbours: [Port::new(left), Port::new(right)], gone, worker }
    }

    /// Asserts that the worker's last message is this error report.
    #[track_caller]
    fn assert_reports(mut self, kind: Kind, culprit: u64, why: &str) {
        let head = loop {
            let head = self.control.head().unwrap();
            if head.kind != Kind::Beat {
                break head;
            }
        };
        assert_eq!((head.kind, head.number), (kind, culprit));
        assert_eq!(std::str::from_utf8(self.control.bytes(head, 100).unwrap()).unwrap(), why);
        assert!(!self.worker.join().unwrap());
    }
}

#[test]
fn invalid_halos_are_reported() {
    let start = || {
        let mut worker = RunningWorker::new();
        worker.neighbours[0].send_values(Kind::Halo, 0, &[0.0; 3]).unwrap();
        worker
    };
    let mut long = start();
    long.neighbours[1].send_values(Kind::Halo, 0, &[0.0; 17]).unwrap();
    long.assert_reports(Kind::Fault, 2, "sent a halo of 17 numbers instead of 3");
    let mut old = start();
    old.neighbours[1].send_values(Kind::Halo, 7, &[0.0; 3]).unwrap();
    old.assert_reports(Kind::Fault, 2, "sent a halo with number 7 instead of 0");
    let mut other = start();
    other.neighbours[1].send(Kind::Beat, 0, &[]).unwrap();
    other.assert_reports(Kind::Fault, 2, "sent a heartbeat instead of a halo");
    let mut early = start();
    early.neighbours[1] = Port::new(UnixStream::pair().unwrap().0);
    early.assert_reports(Kind::Lost, 2, "closed its link before the end of the run");
}

#[test]
fn an_unreadable_setup_is_reported() {
    let [(control, own), (_left, left), (_right, right)] = [(); 3].map(|()| UnixStream::pair().unwrap());
    let mut control = Port::new(control);
    control.send(Kind::Setup, 0, b"{}").unwrap();
    assert!(!work(own, [left, right], || ()));
    let mut head = control.head().unwrap();
    while head.kind == Kind::Beat {
        head = control.head().unwrap();
    }
    assert_eq!((head.kind, head.number), (Kind::Fault, THIS_WORKER));
    let words = String::from_utf8_lossy(control.bytes(head, 200).unwrap()).into_owned();
    assert!(
        words.starts_with("ended early: the coordinator sent a setup that cannot be read: missing field"),
        "{words}"
    );
}

#[test]
fn a_waiting_worker_sends_heartbeats_and_ends_with_its_coordinator() {
    let mut worker = RunningWorker::new();
    for _ in 0..3 {
        worker.control.head().unwrap().expect(Kind::Beat, 0).unwrap();
    }
    drop(worker.control);
    worker.gone.recv_timeout(Duration::from_secs(10)).unwrap();
}

/// The halos are several times longer than the buffer of a socket. A deadlock occurs if all workers send first.
#[test]
fn exchanges_of_long_halos_do_not_deadlock() {
    const HALO: usize = 100_000;
    for domains in [2, 3, 4, 7] {
        let (done, all_done) = mpsc::channel();
        let mut left = UnixStream::pair().unwrap().0;
        for index in 0..domains {
            let (right, next) = UnixStream::pair().unwrap();
            let time_step = 1e-12_f64.to_bits();
            let setup = Setup { points: domains * HALO + 2, time_step, domains, halo: HALO, ..setup(index) };
            let (done, neighbours) = (done.clone(), [std::mem::replace(&mut left, next), right]);
            thread::spawn(move || {
                let (mut domain, mut links) = (setup.domain().unwrap(), Links::new(&setup, neighbours));
                let fault = (0..5).find_map(|round| links.exchange(&mut domain, round).err());
                done.send(fault.map(|fault| fault.why)).unwrap();
            });
        }
        for _ in 0..domains {
            assert_eq!(all_done.recv_timeout(Duration::from_secs(30)).unwrap(), None);
        }
    }
}
