//! Folders with something wrong: each input with the file, line, column and text of what is said of it.

use relight_restore::scenario::{Code, Folder, MOST_FINDINGS, SETTINGS, Severity, read};

use crate::helpers::{TOML, bad, folder, good};

/// A file of the folder, its content, and the finding that must be among the errors.
type Case<'a> = (&'a str, &'a str, &'a str);

const JOBS: &str = "job,damage,skill,steps,after\n";

const TABLES: &[Case] = &[
    (
        "damage.csv",
        "",
        "damage.csv: the file is empty; expected a header row with damage,element,id,site,state,note",
    ),
    (
        "damage.csv",
        "damage,element\nd,bus\n",
        "damage.csv:1: column \"id\": the column is missing; expected it in the header",
    ),
    (
        "damage.csv",
        "damage,element,ID\nd,bus,10\n",
        "damage.csv:1: column \"id\": the column is missing; expected it in the header, written so and not \"ID\"",
    ),
    (
        "damage.csv",
        "damage,element,id,id\nd,bus,10,10\n",
        "damage.csv:1: column \"id\": the header has this column twice; expected each column once",
    ),
    (
        "damage.csv",
        "damage;element;id\nd;bus;10\n",
        "damage.csv:1: the header is one cell with semicolons or tabs in it; expected commas between cells",
    ),
    (
        "damage.csv",
        "damage,element,id\nd,bus,10\nd,bus,20\n",
        "damage.csv:3: column \"damage\": \"d\" is used again (first at line 2); expected each identifier once",
    ),
    (
        "damage.csv",
        "damage,element,id\nd,bus,11\n",
        "damage.csv:2: column \"id\": the grid has no bus 11; expected the number of one of its 3 buses, 10 to 30",
    ),
    (
        "damage.csv",
        "damage,element,id\nd,branch,5\n",
        "damage.csv:2: column \"id\": the grid has no branch 5; expected a row of its branch table, 1 to 4",
    ),
    (
        "damage.csv",
        "damage,element,id\nd,generator,0\n",
        "damage.csv:2: column \"id\": the grid has no generator 0; expected a row of its generator table, 1 to 2",
    ),
    (
        "damage.csv",
        "damage,element,id\nd,line,1\n",
        "damage.csv:2: column \"element\": \"line\" is not one of bus, branch, generator",
    ),
    (
        "damage.csv",
        "damage,element,id\nd,bus,10\ne,bus,10\n",
        "damage.csv:3: column \"id\": this element is damaged already (line 2); expected each element once",
    ),
    (
        "damage.csv",
        "damage,element,id\nd,bus\n",
        "damage.csv:2: the row has 2 cells; expected 3, as in the header",
    ),
    (
        "damage.csv",
        "damage,element,id,note\nd1,bus,10,\"a\n\nb\"\nd2,bus,20,x,y\n",
        "damage.csv:5: the row has 5 cells; expected 4, as in the header; quote a cell that has a comma in it",
    ),
    (
        "damage.csv",
        "damage,element,id\nd,bus,10\n\"d,bus,20\n",
        "damage.csv:3: a quoted cell has no end; expected a closing \" before the end of the file",
    ),
    (
        "damage.csv",
        "damage,element,id\n,bus,10\n",
        "damage.csv:2: column \"damage\": the cell is empty; expected a value",
    ),
    (
        "damage.csv",
        "damage,element,id,site\nd,bus,10,s\n",
        "damage.csv:2: column \"site\": \"s\" has no meaning without sites.csv; expected an identifier of sites.csv",
    ),
    (
        "sites.csv",
        "site,lat\ns,91\n",
        "sites.csv:2: column \"lat\": \"91\" is not a number from -90 to 90",
    ),
    (
        "buses.csv",
        "bus,people\n11,5\n",
        "buses.csv:2: column \"bus\": the grid has no bus 11; expected the number of one of its 3 buses, 10 to 30",
    ),
    (
        "buses.csv",
        "bus,people\n10,5\n10,5\n",
        "buses.csv:3: column \"bus\": bus 10 has a row already (line 2); expected each bus once",
    ),
    (
        "buses.csv",
        "bus,people\n10,NaN\n",
        "buses.csv:2: column \"people\": \"NaN\" is not a number of at least 0; leave the cell empty where the value is not known",
    ),
    (
        "buses.csv",
        "bus,people\n10,-1\n",
        "buses.csv:2: column \"people\": \"-1\" is not a number of at least 0",
    ),
    (
        "buses.csv",
        "bus,people\n10,\"1,5\"\n",
        "buses.csv:2: column \"people\": \"1,5\" is not a number of at least 0; write . before the decimals, not a comma",
    ),
    (
        "buses.csv",
        "bus,people\n10,1 500\n",
        "buses.csv:2: column \"people\": \"1 500\" is not a number of at least 0; write it without thousands separators",
    ),
    (
        "buses.csv",
        "bus,people\n10,1e400\n",
        "buses.csv:2: column \"people\": \"1e400\" is not a number of at least 0; it is too large for a number",
    ),
    (
        "buses.csv",
        "bus,people\n10,1e13\n",
        "buses.csv:2: column \"people\": \"1e13\" is not a number of at least 0 and at most 1e12",
    ),
    (
        "jobs.csv",
        "job,damage,skill,steps\nj,d1,line,-2\n",
        "jobs.csv:2: column \"steps\": \"-2\" is not a whole number of at least 1",
    ),
    (
        "jobs.csv",
        "job,damage,skill,steps\nj,d1,line,1.5\n",
        "jobs.csv:2: column \"steps\": \"1.5\" is not a whole number of at least 1",
    ),
    (
        "jobs.csv",
        "job,damage,skill,steps\nj,d1,line,1000001\n",
        "jobs.csv:2: column \"steps\": \"1000001\" is not a whole number of at most 1000000",
    ),
    (
        "jobs.csv",
        "job,damage,skill,steps\nj,d9,line,1\n",
        "jobs.csv:2: column \"damage\": \"d9\" is not in damage.csv; expected an identifier of damage.csv",
    ),
    (
        "jobs.csv",
        "job,damage,skill,steps,after\nj,d1,line,1,j\n",
        "jobs.csv:2: column \"after\": job \"j\" waits for itself; expected other jobs",
    ),
    (
        "jobs.csv",
        "job,damage,skill,steps,after\na,d1,line,1,b\nb,d1,line,1,c\nc,d2,line,1,a\n",
        "jobs.csv:2: column \"after\": jobs wait for each other: \"a\" after \"b\" after \"c\" after \"a\"; expected an order in which they can be done",
    ),
    (
        "crews.csv",
        "skill,teams,from,until\nline,1,5,5\n",
        "crews.csv:2: column \"until\": \"5\" is not after from (5); expected a step after 5",
    ),
    (
        "crews.csv",
        "skill,teams\nline,0\n",
        "crews.csv:2: column \"teams\": \"0\" is not a whole number of at least 1",
    ),
    (
        "needs.csv",
        "need,job,kind,count\nn,d1,trafo,1\n",
        "needs.csv:2: column \"kind\": \"trafo\" is not one of transformer, generator_set, breaker, mobile_substation, line_kit, other",
    ),
    (
        "needs.csv",
        "need,job,kind,count,hv_kv\nn,d1,transformer,1,330 kV\n",
        "needs.csv:2: column \"hv_kv\": \"330 kV\" is not a number above 0; write it without a unit",
    ),
    (
        "offers.csv",
        "offer,kind,count,phases\no,transformer,1,2\n",
        "offers.csv:2: column \"phases\": \"2\" is not 1 or 3",
    ),
    (
        "offers.csv",
        "offer,kind,count,confidence\no,breaker,1,1.1\n",
        "offers.csv:2: column \"confidence\": \"1.1\" is not a number from 0 to 1",
    ),
    (
        "offers.csv",
        "offer,kind,count,status\no,breaker,1,Pledged\n",
        "offers.csv:2: column \"status\": \"Pledged\" is not one of offered, pledged, committed, shipped, received",
    ),
    (
        "offers.csv",
        "offer,kind,count\no*2,breaker,1\n",
        "offers.csv:2: column \"offer\": \"o*2\" is not an identifier of at most 200 bytes without `;`, `=`, `*` and line ends",
    ),
    (
        "facilities.csv",
        "facility,service\nf,hospital\n",
        "facilities.csv:2: column \"bus\": neither bus nor site is given; expected the bus that feeds it, or its site",
    ),
    (
        "weather.csv",
        "step,temp_c\n0,-5\n0,-6\n",
        "weather.csv:3: column \"step\": step and region have a temperature already (line 2); expected each step of a region once",
    ),
    (
        "fuel.csv",
        "step,litres\n0,-5\n",
        "fuel.csv:2: column \"litres\": \"-5\" is not a number of at least 0",
    ),
];

#[test]
fn tables_with_an_error_say_where_and_what() {
    for (file, content, expected) in TABLES {
        let findings = bad(&folder(&[(file, content)]));
        let said: Vec<_> = findings.errors().map(ToString::to_string).collect();
        assert_eq!(said, [*expected], "{file}: {content}");
    }
}

#[test]
fn settings_with_an_error_say_where_and_what() {
    let cases = [
        ("name = \"Test\"", "name = Test", "scenario.toml:2: not TOML: "),
        ("grid = \"grid.m\"", "", "scenario.toml:1: key \"scenario.grid\": the key is missing"),
        (
            "grid.m",
            "../../etc/passwd",
            "scenario.toml:3: key \"scenario.grid\": \"../../etc/passwd\" is a path; expected the plain name of a file of the folder",
        ),
        (
            "grid.m",
            "jobs.csv",
            "scenario.toml:3: key \"scenario.grid\": \"jobs.csv\" is another file of the scenario",
        ),
        (
            "grid.m",
            "other.m",
            "other.m: the file is missing; expected the grid that scenario.toml names",
        ),
        (
            "2026-01-12",
            "\"2026-01-12\"",
            "scenario.toml:5: key \"scenario.start\": \"2026-01-12\" is not a date such as 2026-01-12, without quotes",
        ),
        (
            "horizon_steps = 20",
            "horizon_steps = 0",
            "scenario.toml:6: key \"scenario.horizon_steps\": \"0\" is not a whole number of at least 1",
        ),
        (
            "horizon_steps = 20",
            "horizon_steps = 100001",
            "scenario.toml:6: key \"scenario.horizon_steps\": \"100001\" is not a whole number of at most 100000",
        ),
        (
            "step_hours = 24",
            "step_hours = inf",
            "scenario.toml:7: key \"scenario.step_hours\": \"inf\" is not a number above 0",
        ),
        (
            "step_hours = 24",
            "step_hours = \"24\"",
            "scenario.toml:7: key \"scenario.step_hours\": \"24\" is not a number above 0",
        ),
        (
            "\"energy\"",
            "\"money\"",
            "scenario.toml:8: key \"scenario.measure\": \"money\" is not \"people\" or \"energy\"",
        ),
        (
            "\"energy\"",
            "\"energy\"\n[weights]\nheat = -1",
            "scenario.toml:10: key \"weights.heat\": \"-1\" is not a number of at least 0",
        ),
    ];
    for (from, to, expected) in cases {
        let findings = bad(&folder(&[(SETTINGS, &TOML.replace(from, to))]));
        let said: Vec<_> = findings.errors().map(ToString::to_string).collect();
        assert!(said.len() == 1 && said[0].starts_with(expected), "{to}: {said:?}");
    }
}

#[test]
fn a_grid_with_an_error_is_told_with_its_line() {
    let findings =
        bad(&folder(&[("grid.m", "function mpc = x\nmpc.version = '2';\nsystem('x');\n")]));
    let errors: Vec<_> = findings.errors().collect();
    assert!(errors.iter().any(|f| f.file == "grid.m" && f.line == Some(3)), "{findings}");
    assert!(errors.iter().all(|f| f.code == Code::Grid), "{findings}");
}

#[test]
fn other_encodings_are_named() {
    let cases: [(&[u8], Option<usize>, &str); 4] = [
        (b"site,name\na,Caf\xe9\n", Some(2), "byte 0xe9 is not UTF-8"),
        (b"\xff\xfes\0i\0", None, "the file is in UTF-16"),
        (b"s\0i\0t\0e\0", Some(1), "there is a zero byte"),
        (b"PK\x03\x04", None, "the file is a zip archive"),
    ];
    for (bytes, line, message) in cases {
        let mut folder = folder(&[]);
        folder.files.insert("sites.csv".into(), bytes.to_vec());
        let findings = bad(&folder);
        let f = findings.errors().next().unwrap();
        assert_eq!((f.file.as_str(), f.line, f.code), ("sites.csv", line, Code::Encoding));
        assert!(f.message.starts_with(message), "{f}");
    }
}

#[test]
fn the_errors_of_all_files_are_told_together() {
    let mut folder =
        folder(&[("jobs.csv", &format!("{JOBS}j,d1,line,0,\n")), ("crews.csv", "skill\n")]);
    folder.files.remove("grid.m");
    folder.files.remove("damage.csv");
    let said: Vec<_> = bad(&folder).errors().map(|f| f.file.clone()).collect();
    assert_eq!(said, ["grid.m", "damage.csv", "jobs.csv", "jobs.csv", "crews.csv"]);
    let nothing = read(&Folder::default()).unwrap_err();
    assert_eq!(nothing.errors().count(), 2, "{nothing}");
}

#[test]
fn a_file_of_errors_is_capped_and_the_rest_counted() {
    let rows: Vec<_> = (0..500).map(|i| format!("j{i},d1,line,0,\n")).collect();
    let rows = rows.concat();
    let findings = bad(&folder(&[("jobs.csv", &(JOBS.to_owned() + &rows))]));
    assert_eq!(findings.errors().count(), MOST_FINDINGS);
    assert_eq!(findings.more, 500 - MOST_FINDINGS);
}

#[test]
fn a_line_of_ten_megabytes_is_refused_or_read_and_never_kept() {
    let long = "x".repeat(10_000_000);
    let commas = ",".repeat(10_000_000);
    let findings = bad(&folder(&[("sites.csv", &format!("site,name\ns,{long}\nt,{commas}\n"))]));
    let lines: Vec<_> = findings.errors().map(|f| (f.line, f.message.len() < 500)).collect();
    assert_eq!(lines, [(Some(2), true), (Some(3), true)]);
    let findings = bad(&folder(&[("sites.csv", &commas)]));
    assert_eq!(findings.errors().next().unwrap().code, Code::TooLarge);
}

#[test]
fn what_is_odd_but_usable_is_a_warning() {
    let cases: &[Case] = &[
        (
            "damage.csv",
            "damage,element,id\nd1,branch,4\nd2,bus,10\n",
            "damage.csv:2: column \"id\": out of service in the grid anyway; its repair changes nothing",
        ),
        (
            "damage.csv",
            "damage,element,id,colour\nd1,branch,1,red\n",
            "damage.csv:1: not used: colour; expected columns damage, element, id, site, state, note",
        ),
        (
            "jobs.csv",
            "job,damage,skill,steps\nj,d1,line,1\n",
            "jobs.csv: column \"damage\": no job repairs damage \"d2\"; it will not be repaired",
        ),
        (
            "crews.csv",
            "skill,teams\ntower,1\n",
            "crews.csv: column \"teams\": job \"d1\" needs 1 of skill \"line\", and there is no crew where it is; it can never be done",
        ),
        (
            "crews.csv",
            "skill,region,teams\nline,,1\nline,North,2\n",
            "sites.csv: column \"region\": no site is in region \"North\", which other tables name",
        ),
        (
            "needs.csv",
            "need,job,kind,count\nn,d2,transformer,1\n",
            "needs.csv:2: column \"kind\": a transformer for a damage that is no branch",
        ),
        (
            "offers.csv",
            "offer,kind,count,ready,transit,status,confidence\no,other,1,,2,offered,1\n",
            "offers.csv:2: column \"ready\": not known in this row; 0 is assumed",
        ),
        (
            "facilities.csv",
            "facility,service,bus\nf,Hospital,10\n",
            "facilities.csv:2: column \"service\": \"Hospital\" is another service than \"hospital\"; expected small letters",
        ),
        ("crew.csv", "x\n", "crew.csv: not a table that is used"),
        (
            "jobs.csv",
            "job,damage,skill,steps\nj,d1,line,1\n",
            "crews.csv: there is no such table; one crew of each skill is assumed, anywhere, always",
        ),
    ];
    for (file, content, expected) in cases {
        let warnings = good(&folder(&[(file, content)])).warnings;
        let said: Vec<_> = warnings.iter().map(ToString::to_string).collect();
        assert!(said.iter().any(|w| w.starts_with(expected)), "{said:#?}");
        assert!(warnings.iter().all(|w| w.severity == Severity::Warning));
    }
    let toml = format!("colour = 1\n{TOML}steps = 3\n").replace("= 50", "= 16.7");
    let warnings = good(&folder(&[(SETTINGS, &toml)])).warnings;
    let lines: Vec<_> = warnings.iter().filter(|w| w.file == SETTINGS).map(|w| w.line).collect();
    assert_eq!(lines, [Some(1), Some(5), Some(10)]);
}
