//! The weather: answers of three services in the form that their field notes record, and a server of HTTP on loopback.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use relight_server::config::Settings;
use relight_server::weather::{
    Keeper, Series, Service, heating_degrees, met_norway, metar, observe, open_meteo, table,
};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

const OPEN_METEO: &[u8] = include_bytes!("../data/weather/open_meteo.json");
const MET_NORWAY: &[u8] = include_bytes!("../data/weather/met_norway.json");
const METAR: &[u8] = include_bytes!("../data/weather/metar.json");

#[test]
fn the_answers_of_three_services_are_read() {
    let found = open_meteo(OPEN_METEO).expect("read");
    // Local times, two hours before UTC; what is null is not there.
    let times = ["2026-01-04T22:00:00Z", "2026-01-04T23:00:00Z", "2026-01-05T01:00:00Z"];
    let expected: Vec<(Timestamp, f64)> =
        times.iter().map(|t| at(t)).zip([-6.1, -6.4, -7.0]).collect();
    assert_eq!(found.values, expected);

    let found = met_norway(MET_NORWAY).expect("read");
    assert_eq!(found.values.len(), 3);
    assert_eq!(found.at(at("2026-01-05T13:30:00Z")), Some((at("2026-01-05T12:00:00Z"), -4.2)));
    assert_eq!(found.at(at("2026-01-01T00:00:00Z")), Some((at("2026-01-05T06:00:00Z"), -7.2)));

    let found = metar(METAR, "ukkk").expect("read");
    assert_eq!(found.values, [(at("2026-01-05T05:30:00Z"), -7.0)]);
    assert_eq!(found.source, "UKKK (Kyiv/Zhuliany Arpt), METAR");
}

#[test]
fn a_day_has_the_mean_of_its_hours_however_coarse() {
    // Six hours at -7.2, six at -4.2, and of the rest one hour: more than half of the first day is known.
    let found = met_norway(MET_NORWAY).expect("read");
    let means = found.means(at("2026-01-05T00:00:00Z"), 24.0, 2);
    let mean = (6.0 * -7.2 + 6.0 * -4.2 - 9.0) / 13.0;
    assert!((means[0].expect("known") - mean).abs() < 1e-9, "{means:?}");
    assert_eq!(means[1], None);
    // A value that reaches over midnight counts on both sides of it.
    let night = [("2026-01-05T21:00:00Z", -4.0), ("2026-01-06T03:00:00Z", -10.0)];
    let night = Series { values: night.map(|(t, c)| (at(t), c)).to_vec(), source: String::new() };
    let means = night.means(at("2026-01-05T00:00:00Z"), 6.0, 5);
    assert_eq!(means[3], Some(-4.0));
    assert!((means[4].expect("known") - (3.0 * -4.0 - 10.0) / 4.0).abs() < 1e-9, "{means:?}");
    // Eurostat's own example: a day of 12 degrees has 6 heating degrees, one of 16 has none.
    assert_eq!([12.0, 15.0, 16.0].map(heating_degrees), [6.0, 3.0, 0.0]);
}

#[test]
fn the_table_of_a_scenario_is_one_that_a_scenario_takes() {
    let regions = BTreeMap::from([
        ("Hills".to_owned(), vec![Some(-8.46), None]),
        ("Plain".to_owned(), vec![Some(1.0), Some(2.0)]),
    ]);
    let text = table(&regions);
    assert_eq!(text, "step,region,temp_c\n0,Hills,-8.5\n0,Plain,1.0\n1,Plain,2.0\n");
    let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/five-bus");
    let mut files = relight_server::plans::scenario::folder(&place).expect("a scenario");
    files.files.insert("weather.csv".to_owned(), text.into_bytes());
    let scenario = relight_server::plans::scenario::read(&files).expect("sound");
    assert_eq!(scenario.weather.len(), 3);
}

/// What a server on loopback was asked, header lines and all, and whether it should answer.
#[derive(Default)]
struct Heard {
    requests: Vec<String>,
}

/// Answers each request in turn with what `answer` makes of it; ends with the listener's last request.
fn serve(answers: Vec<String>) -> (String, Arc<Mutex<Heard>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let heard = Arc::new(Mutex::new(Heard::default()));
    let log = Arc::clone(&heard);
    std::thread::spawn(move || {
        for answer in answers {
            let Ok((stream, _)) = listener.accept() else { return };
            let request = hear(&stream);
            log.lock().expect("whole").requests.push(request);
            let mut stream = stream;
            stream.write_all(answer.as_bytes()).expect("sent");
        }
    });
    (address, heard)
}

fn hear(stream: &TcpStream) -> String {
    let mut text = String::new();
    let mut lines = BufReader::new(stream);
    while lines.read_line(&mut text).is_ok_and(|n| n > 2) {}
    text.to_ascii_lowercase()
}

fn answer(status: &str, headers: &str, body: &[u8]) -> String {
    let body = String::from_utf8_lossy(body);
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}",
        body.len()
    )
}

#[test]
fn an_answer_is_kept_asked_for_again_with_its_tag_and_stands_in_when_nobody_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    let (address, heard) = serve(vec![
        answer(
            "200 OK",
            "etag: \"a\"\r\nlast-modified: Mon, 05 Jan 2026 05:31:10 GMT\r\ncache-control: max-age=0\r\n",
            MET_NORWAY,
        ),
        answer("304 Not Modified", "cache-control: max-age=0\r\n", b""),
        answer("500 Internal Server Error", "", b"no"),
        answer("200 OK", "cache-control: max-age=600\r\n", MET_NORWAY),
    ]);
    let keeper = Keeper::new(folder.path(), "relief@example.org");
    let first = keeper.get(&address).expect("heard");
    let again = keeper.get(&address).expect("heard again");
    assert_eq!(first.body, again.body);
    let stale = keeper.get(&address).expect("the kept one");
    assert_eq!((stale.heard, &stale.body), (again.heard, &first.body));
    let fresh = keeper.get(&address).expect("heard");
    // Now it holds, and the server that has gone is not missed; nor is it after a restart.
    let held = Keeper::new(folder.path(), "relief@example.org").get(&address).expect("kept");
    assert_eq!(held, fresh);
    let requests = &heard.lock().expect("whole").requests;
    assert_eq!(requests.len(), 4);
    assert!(
        requests[0].contains("user-agent: relight/")
            && requests[0].contains("(relief@example.org)")
    );
    assert!(!requests[0].contains("if-none-match"));
    assert!(
        requests[1].contains("if-none-match: \"a\"")
            && requests[1].contains("if-modified-since: mon, 05")
    );
    let nobody = Keeper::new(folder.path(), "x").get("http://127.0.0.1:9/");
    assert!(nobody.is_err(), "nothing was ever heard");
}

#[test]
fn a_service_keeps_the_file_of_a_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let (address, heard) = serve(vec![answer("200 OK", "", METAR)]);
    let file = folder.path().join("weather.json");
    let text = format!(
        "[weather]\ncontact = \"relief@example.org\"\n[[operation]]\nslug = \"a\"\nweather = {:?}\n\
         observed = {{ service = \"metar\", station = \"UKKK\", address = {address:?} }}\n",
        file.display().to_string()
    );
    let settings = Settings::read(&text, Vec::new()).expect("settings");
    let place = settings.operation[0].observed.clone().expect("a place");
    assert_eq!(place.service, Service::Metar);
    let keeper = Keeper::new(&folder.path().join("kept"), &settings.weather.contact);
    observe(&keeper, &place, &file).expect("written");
    let told: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&file).expect("there")).expect("json");
    assert_eq!(told["celsius"], -7.0);
    assert_eq!(told["time"], "2026-01-05T05:30:00Z");
    let asked = &heard.lock().expect("whole").requests[0];
    assert!(asked.starts_with("get /api/data/metar?ids=ukkk&format=json "), "{asked}");
    let silent =
        "[[operation]]\nslug = \"a\"\nobserved = { service = \"metar\", station = \"x\" }\n";
    let wrong = Settings::read(silent, Vec::new()).expect_err("incomplete").0;
    assert_eq!(wrong.len(), 3, "{wrong:?}");
}

#[test]
fn a_forecast_is_laid_over_the_temperatures_of_a_scenario() {
    let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/five-bus");
    let mut files = relight_server::plans::scenario::folder(&place).expect("a scenario");
    files.files.insert("weather.csv".to_owned(), b"step,region,temp_c\n0,,5\n1,,6\n".to_vec());
    // From the day on which the example begins, a day and a half.
    let hours: Vec<String> =
        (0..36).map(|h| format!("\"2026-01-{:02}T{:02}:00\"", 12 + h / 24, h % 24)).collect();
    let body = format!(
        "{{\"utc_offset_seconds\":0,\"hourly\":{{\"time\":[{}],\"temperature_2m\":[{}]}}}}",
        hours.join(","),
        vec!["-10"; 36].join(",")
    );
    let folder = tempfile::tempdir().expect("a folder");
    let keeper = Keeper::new(folder.path(), "relief@example.org");
    let sent = answer("200 OK", "cache-control: max-age=600\r\n", body.as_bytes());
    let (address, heard) = serve(vec![sent.clone(), sent]);
    relight_server::plans::scenario::take_weather(
        &mut files,
        &keeper,
        Service::OpenMeteo,
        Some(&address),
    )
    .expect("told");
    assert_eq!(heard.lock().expect("whole").requests.len(), 2, "one for each region");
    let scenario = relight_server::plans::scenario::read(&files).expect("sound");
    let of_step = |step: u32| -> Vec<f64> {
        scenario.weather.iter().filter(|w| w.step == step).map(|w| w.temp_c).collect()
    };
    assert_eq!(of_step(0), [-10.0, -10.0]);
    assert_eq!(of_step(1), [-10.0, -10.0], "half of the day is known");
    assert!(of_step(2).is_empty());
}
