//! A state as its difference from the base.

use crate::network::{Injections, Network, Status};

/// An element of the network by its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Element {
    /// A bus, and with it all that is connected to it.
    Bus(usize),
    /// A line or a transformer.
    Branch(usize),
    /// A generator.
    Generator(usize),
}

/// Why no element has a given name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownElement {
    /// Elements are buses, branches and generators.
    #[error("element is {0:?}; expected bus, branch or generator")]
    Kind(String),
    /// Buses go by their numbers.
    #[error("the case has no bus {0}")]
    Bus(u64),
    /// The others go by their rows.
    #[error("there is no {kind} {number}; the case has {count}")]
    Row {
        /// What was asked for: `branch` or `generator`.
        kind: &'static str,
        /// The row that was asked for.
        number: u64,
        /// Rows that there are.
        count: usize,
    },
}

impl Element {
    /// The element that people name by its kind, `bus`, `branch` or `generator`, and by the number of the bus or the row in the case,
    /// from 1.
    ///
    /// # Errors
    /// If there is none of that name.
    pub fn named(network: &Network, kind: &str, number: u64) -> Result<Self, UnknownElement> {
        let row = |kind: &'static str, count: usize| {
            let row = usize::try_from(number).ok().filter(|k| (1..=count).contains(k));
            row.map(|k| k - 1).ok_or(UnknownElement::Row { kind, number, count })
        };
        match kind {
            "bus" => {
                let bus = network.bus_index(number).ok_or(UnknownElement::Bus(number))?;
                Ok(Element::Bus(bus))
            }
            "branch" => row("branch", network.branches.len()).map(Element::Branch),
            "generator" => row("generator", network.generators.len()).map(Element::Generator),
            _ => Err(UnknownElement::Kind(kind.to_owned())),
        }
    }

    /// Its kind: `bus`, `branch` or `generator`.
    pub fn word(self) -> &'static str {
        match self {
            Element::Bus(_) => "bus",
            Element::Branch(_) => "branch",
            Element::Generator(_) => "generator",
        }
    }

    /// The number of the bus, or the row in the case, from 1.
    ///
    /// # Panics
    /// If it is a bus that the network does not have.
    pub fn number(self, network: &Network) -> u64 {
        match self {
            Element::Bus(i) => network.buses[i].id,
            Element::Branch(k) => k as u64 + 1,
            Element::Generator(g) => g as u64 + 1,
        }
    }
}

/// What is different in a state from the base: elements switched, injections replaced.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// Elements that go out of service.
    pub out: Vec<Element>,
    /// Elements that come back into service. An element in both lists is out.
    pub back: Vec<Element>,
    /// Active demand of buses, MW.
    pub pd_mw: Vec<(usize, f64)>,
    /// Reactive demand of buses, `MVAr`.
    pub qd_mvar: Vec<(usize, f64)>,
    /// Active output of generators, MW.
    pub pg_mw: Vec<(usize, f64)>,
}

impl Change {
    /// The loss of one element.
    pub fn outage(element: Element) -> Self {
        Change { out: vec![element], ..Change::default() }
    }

    /// Whether every index is one of `network`, and every power a number.
    pub fn fits(&self, network: &Network) -> bool {
        let (buses, branches, generators) =
            (network.buses.len(), network.branches.len(), network.generators.len());
        let elements = self.out.iter().chain(&self.back).all(|e| match *e {
            Element::Bus(i) => i < buses,
            Element::Branch(k) => k < branches,
            Element::Generator(g) => g < generators,
        });
        let values = |list: &[(usize, f64)], count| {
            list.iter().all(|(at, value)| *at < count && value.is_finite())
        };
        elements
            && values(&self.pd_mw, buses)
            && values(&self.qd_mvar, buses)
            && values(&self.pg_mw, generators)
    }

    /// Switches the elements; what is connected to a bus that is out is out as well.
    pub fn switch(&self, network: &Network, status: &mut Status) {
        let mut set = |element: Element, on: bool| match element {
            Element::Bus(i) => status.bus[i] = on,
            Element::Branch(k) => status.branch[k] = on,
            Element::Generator(g) => status.generator[g] = on,
        };
        self.back.iter().for_each(|e| set(*e, true));
        self.out.iter().for_each(|e| set(*e, false));
        let buses = self.out.iter().chain(&self.back).any(|e| !matches!(e, Element::Branch(_)));
        if buses {
            status.settle(network);
        } else {
            for e in &self.back {
                if let Element::Branch(k) = *e {
                    let l = &network.branches[k];
                    status.branch[k] &= status.bus[l.from] && status.bus[l.to];
                }
            }
        }
    }

    /// Replaces the injections.
    pub fn inject(&self, injections: &mut Injections) {
        self.pd_mw.iter().for_each(|(i, v)| injections.pd_mw[*i] = *v);
        self.qd_mvar.iter().for_each(|(i, v)| injections.qd_mvar[*i] = *v);
        self.pg_mw.iter().for_each(|(g, v)| injections.pg_mw[*g] = *v);
    }
}
