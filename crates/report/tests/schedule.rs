//! Reading a schedule that anyone may have written.

mod common;

use relight_report::*;

#[test]
fn a_schedule_that_was_written_is_read_back() {
    let s = common::scenario();
    let plan = common::plan(&s);
    assert_eq!(read_schedule(&schedule_csv(&s, &plan), &s), Ok(plan.jobs));
}

#[test]
fn job_and_start_are_enough_in_any_order_of_columns_and_rows() {
    let s = common::scenario();
    let jobs = read_schedule(b"\xef\xbb\xbfwhy,start,job\r\nx, 4 ,j2\r\n,1,j1\r\n", &s).unwrap();
    let short: Vec<_> = jobs.iter().map(|j| (j.job, j.start, j.finish)).collect();
    assert_eq!(short, [(0, 1, 3), (1, 4, 6)]);
    assert!(jobs.iter().all(|j| j.teams.is_empty() && j.items.is_empty()));
}

#[test]
fn one_piece_is_meant_where_no_count_is_written() {
    let s = common::scenario();
    let jobs = read_schedule(b"job,start,items\nj2,4,n1=o1; n1 = o2 * 2\n", &s).unwrap();
    let used: Vec<_> = jobs[0].items.iter().map(|i| (i.need, i.offer, i.count)).collect();
    assert_eq!(used, [(0, 0, 1), (0, 1, 2)]);
}

#[test]
fn every_error_is_reported_with_its_line_and_column() {
    let s = common::scenario();
    let file = b"job,start,finish,skill,region,crew,items\n\
        j9,0,,,,,\n\
        j1,-1,,,,,\n\
        j1,10,,,,,\n\
        j2,1,9,line,South,2,n2=o1*1\n\
        j2,1,,,,,n1=o9*1;n1=o1*0;x\n\
        j3,1,,,,,\n\
        j3,2,,,,,\n";
    let errors = read_schedule(file, &s).unwrap_err();
    let places: Vec<_> =
        errors.iter().map(|e| (e.line, e.column.as_str(), e.value.as_str())).collect();
    assert_eq!(
        places,
        [
            (2, "job", "j9"),
            (3, "start", "-1"),
            (4, "start", "10"),
            (5, "finish", "9"),
            (5, "skill", "line"),
            (5, "region", "South"),
            (5, "crew", "2"),
            (5, "items", "n2=o1*1"),
            (6, "items", "n1=o9*1"),
            (6, "items", "n1=o1*0"),
            (6, "items", "x"),
            (8, "job", "j3"),
        ]
    );
    assert_eq!(
        errors[1].to_string(),
        "line 3, column `start`: `-1` found, a step from 0 to 9 expected"
    );
}

#[test]
fn what_is_not_a_schedule_is_refused_with_words() {
    let s = common::scenario();
    for (bytes, line, column) in [
        (&b""[..], 1, "job"),
        (b"job\nj1\n", 1, "start"),
        (b"job,start,job\n", 1, "job"),
        (b"job,start\nj1,\xff\n", 2, ""),
        (b"job,start\nj1\n", 2, "start"),
        (b"job,start\nj1,NaN\n", 2, "start"),
        (b"job,start\nj1,99999999999999999999\n", 2, "start"),
    ] {
        let errors = read_schedule(bytes, &s).unwrap_err();
        assert_eq!((errors[0].line, errors[0].column.as_str()), (line, column), "{errors:?}");
        assert!(!errors[0].expected.is_empty());
    }
}

#[test]
fn a_huge_cell_does_not_make_a_huge_message() {
    let s = common::scenario();
    let file = format!("job,start\n{},0\n", "é".repeat(1_000_000));
    let errors = read_schedule(file.as_bytes(), &s).unwrap_err();
    assert!(errors[0].to_string().len() < 400);
}

#[test]
fn no_damaged_schedule_panics() {
    let s = common::scenario();
    let good = schedule_csv(&s, &common::plan(&s));
    for i in 0..good.len() {
        for b in [b'\n', b'"', b',', b'=', b'*', b';', b'9', 0xff, 0] {
            let mut bad = good.clone();
            bad[i] = b;
            let _ = read_schedule(&bad, &s);
        }
        let _ = read_schedule(&good[..i], &s);
    }
}
