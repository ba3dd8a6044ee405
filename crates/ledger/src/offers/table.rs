//! `offers.csv` of a scenario folder.

use relight_catalogue::{Nameplate, Value};

use super::Offer;
use crate::exchange::guarded;

/// The columns of the file contract before and after those of the nameplate.
pub const COLUMNS: ([&str; 4], [&str; 5]) =
    (["offer", "donor", "kind", "count"], ["origin", "ready", "transit", "status", "confidence"]);

/// The table, with a header, in the order of the offers. The day of arrival is known and not that of departure, so that all
/// of the way is in `ready`; how sure an offer is no ledger knows, and `confidence` stays empty.
pub fn csv(offers: &[Offer]) -> String {
    let (first, last) = COLUMNS;
    let plates = Nameplate::COLUMNS.iter().map(|column| column.name);
    let mut lines =
        vec![first.into_iter().chain(plates).chain(last).map(str::to_owned).collect::<Vec<_>>()];
    for offer in offers {
        let mut line = vec![
            offer.id.to_string(),
            guarded(&offer.donor).into_owned(),
            offer.kind.word().to_owned(),
            offer.count.to_string(),
        ];
        line.extend(Nameplate::COLUMNS.iter().map(
            |column| match offer.nameplate.value(column.name) {
                None => String::new(),
                Some(Value::Number(number)) => number.to_string(),
                Some(Value::Phases(phases)) => phases.to_string(),
                Some(Value::Name(name)) => guarded(name).into_owned(),
            },
        ));
        line.extend([
            guarded(&offer.origin).into_owned(),
            offer.arrival.to_string(),
            "0".to_owned(),
            offer.id.status().to_owned(),
            String::new(),
        ]);
        lines.push(line);
    }
    crate::exchange::csv_text(&lines)
}
