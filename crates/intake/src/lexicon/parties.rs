//! Countries and organisations: who they are, and what they are called.

use super::{ANY, Case, table};
use crate::text::language::Language;

/// Somebody who can give, receive, carry or speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The name in English, or the organisation's own.
    pub name: &'static str,
    /// ISO 3166-1 code where it is or belongs to a country.
    pub country: Option<&'static str>,
    /// What it is.
    pub sort: PartySort,
}

/// What a party of the lexicon is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartySort {
    /// A country, its people or its government.
    Country,
    /// A part of a government.
    Government,
    /// An organisation of several states.
    Multilateral,
    /// A utility or grid operator.
    Utility,
    /// A company.
    Company,
    /// A charity.
    Charity,
    /// A fund.
    Fund,
    /// A news outlet or network.
    Outlet,
    /// Donors that are not named: "allies", "member states".
    Group,
}

/// Reads the tables and hands each pattern on: patterns, languages, case, party.
pub(super) fn load(mut add: impl FnMut(&'static str, u16, fn(&str) -> Case, u16)) -> Vec<Party> {
    let mut parties = Vec::new();
    // The columns of languages after code, name, English and capital.
    let columns = [
        Language::Ukrainian,
        Language::Romanian,
        Language::German,
        Language::French,
        Language::Polish,
        Language::Italian,
        Language::Spanish,
        Language::Bulgarian,
        Language::Russian,
    ];
    for row in table::rows(include_str!("../../data/countries.tsv")) {
        let [code, name, english, capital, others @ ..] = &row[..] else { continue };
        let id = parties.len() as u16;
        parties.push(Party { name, country: Some(code), sort: PartySort::Country });
        // Countries are written alike in many languages, and English words stand in many a page.
        let english_mask = Language::English.mask() | Language::Swahili.mask();
        add(english, english_mask, english_case, id);
        add(capital, english_mask, |_| Case::Name, id);
        for (language, patterns) in columns.iter().zip(others) {
            add(patterns, language.mask(), foreign_case, id);
        }
    }
    // "Macron promised 63 generators": a government by the name of who leads it.
    for row in table::rows(include_str!("../../data/leaders.tsv")) {
        let [code, patterns] = row[..] else { continue };
        if let Some(id) = parties.iter().position(|p: &Party| p.country == Some(code)) {
            add(patterns, ANY, |_| Case::Name, id as u16);
        }
    }
    for row in table::rows(include_str!("../../data/organisations.tsv")) {
        let [name, sort, country, patterns] = row[..] else { continue };
        let sort = match sort {
            "government" => PartySort::Government,
            "multilateral" => PartySort::Multilateral,
            "utility" => PartySort::Utility,
            "company" => PartySort::Company,
            "charity" => PartySort::Charity,
            "fund" => PartySort::Fund,
            "group" => PartySort::Group,
            _ => PartySort::Outlet,
        };
        let id = parties.len() as u16;
        parties.push(Party { name, country: Some(country).filter(|c| *c != "-"), sort });
        add(patterns, ANY, organisation_case, id);
    }
    parties
}

/// `us` and `uk` without full stops need all capitals.
fn english_case(pattern: &str) -> Case {
    if pattern.len() <= 3 { Case::Capitals } else { Case::Name }
}

/// Adjectives are written small in most languages; what is short would match too much without its capital.
fn foreign_case(pattern: &str) -> Case {
    let letters = pattern.chars().filter(|c| c.is_alphabetic()).count();
    if letters <= 3 {
        Case::Capitals
    } else if letters <= 5 {
        Case::Name
    } else {
        Case::Any
    }
}

/// As the data file writes it.
fn organisation_case(pattern: &str) -> Case {
    let letters = pattern.chars().filter(|c| c.is_alphabetic()).count();
    let capital = pattern.chars().next().is_some_and(char::is_uppercase);
    if letters <= 3 {
        Case::Capitals
    } else if capital || letters <= 4 {
        Case::Name
    } else {
        Case::Any
    }
}
