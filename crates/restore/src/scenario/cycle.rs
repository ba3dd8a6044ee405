//! Jobs that wait for each other.

/// Cycles reported at most.
const MOST_CYCLES: usize = 20;

/// Finds cycles in "must be finished before": `after[j]` are the jobs that `j` waits for. Each cycle is a list
/// of jobs in which every one waits for the next and the last for the first. None is found twice, and
/// every job is free of cycles once those found are broken up, unless there are too many to report.
pub(super) fn cycles(after: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut waiting: Vec<usize> = after.iter().map(Vec::len).collect();
    let mut before = vec![Vec::new(); after.len()];
    for (job, earlier) in after.iter().enumerate() {
        for &e in earlier {
            before[e].push(job);
        }
    }
    let mut done = vec![false; after.len()];
    let mut ready: Vec<usize> = (0..after.len()).filter(|j| waiting[*j] == 0).collect();
    let mut cycles = Vec::new();
    let mut next = 0;
    loop {
        while let Some(job) = ready.pop() {
            if std::mem::replace(&mut done[job], true) {
                continue;
            }
            for &later in &before[job] {
                waiting[later] -= 1;
                if waiting[later] == 0 {
                    ready.push(later);
                }
            }
        }
        while next < done.len() && done[next] {
            next += 1;
        }
        if next == done.len() || cycles.len() == MOST_CYCLES {
            return cycles;
        }
        // Every job that is left waits for one that is left: the walk must come back to itself.
        let mut seen_at = vec![None; after.len()];
        let mut walk = vec![next];
        let cycle = loop {
            let job = walk[walk.len() - 1];
            if let Some(start) = seen_at[job] {
                break walk[start..walk.len() - 1].to_vec();
            }
            seen_at[job] = Some(walk.len() - 1);
            let Some(&earlier) = after[job].iter().find(|e| !done[**e]) else { return cycles };
            walk.push(earlier);
        };
        ready.extend(&cycle);
        cycles.push(cycle);
    }
}

#[cfg(test)]
mod tests {
    use super::cycles;

    #[test]
    fn finds_each_cycle_and_nothing_else() {
        assert!(cycles(&[vec![], vec![0], vec![0, 1]]).is_empty());
        // 3 waits for the cycle 0 → 2 → 1 → 0, 4 and 5 wait for each other, 6 for nobody.
        let after = [vec![2], vec![0], vec![1], vec![0], vec![5], vec![4], vec![]];
        let found = cycles(&after);
        assert_eq!(found, [vec![0, 2, 1], vec![4, 5]]);
    }
}
