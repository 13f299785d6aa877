//! tmp
use super::*;
fn batches() -> Vec<Vec<Incoming>> {
    let mut all: Vec<Incoming> = (0..57_000).map(|n| person(&format!("P{n:06}"), &format!("王伟{n}"))).collect();
    all.extend((0..140_000).map(|n| row(Kind::Award, "", &[("person", &format!("P{:06}", n % 57_000)), ("type", &format!("奖励{n}"))])));
    all.chunks(2000).map(<[_]>::to_vec).collect()
}
#[tokio::test]
async fn perf() {
    let office = office().await;
    for (label, start) in [("new 甲", replacing("甲")), ("unchanged 甲", replacing("甲")), ("unchanged 乙", adding("乙")), ("甲 again", replacing("甲"))] {
        let b = batches();
        let t = std::time::Instant::now();
        let mut run = office.archive.begin_import(start, at(1)).await.unwrap();
        for batch in b { run.put(batch, at(2)).await.unwrap(); }
        let put = t.elapsed();
        run.finish(&json!({}), at(3)).await.unwrap();
        eprintln!("{label}: put {put:?} total {:?}", t.elapsed());
    }
    for id in [3, 4] {
        let t = std::time::Instant::now();
        office.archive.undo(id, OPERATOR, at(5)).await.unwrap();
        eprintln!("undo {id}: {:?}", t.elapsed());
    }
}
