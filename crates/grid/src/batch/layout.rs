//! The pattern of all states in elimination order, and the stream of places that a factorisation visits.

use crate::sparse::Symbolic;

/// What is the same for every state of a network: rows, fill, and where each product of the elimination goes.
///
/// Buses are numbered by their place in the elimination, which keeps what is used together close together. A
/// row is worked on in a short dense space: its entries of L, the diagonal, its entries of U, each in ascending
/// order. [`Layout::targets`] names the slot in it that each product is subtracted from, in the order in which
/// the products arise, so that the numeric pass reads one stream and searches nothing.
#[derive(Debug)]
pub(super) struct Layout {
    /// The bus at each place.
    pub(super) order: Vec<u32>,
    /// The place of each bus.
    pub(super) place: Vec<u32>,
    /// Where each row of the matrix begins in `columns`; one more than there are rows. No diagonal.
    pub(super) starts: Vec<u32>,
    /// Place of the column of each entry.
    pub(super) columns: Vec<u32>,
    /// Slot of each entry in the work space of its row.
    pub(super) slots: Vec<u16>,
    /// Where each row of L begins in `lower`.
    pub(super) lower_starts: Vec<u32>,
    /// Columns of L by rows, ascending.
    pub(super) lower: Vec<u32>,
    /// Where each row of U begins in `upper`; the diagonal is left out.
    pub(super) upper_starts: Vec<u32>,
    /// Columns of U by rows, ascending.
    pub(super) upper: Vec<u32>,
    /// Where the products of each row begin in `targets`.
    pub(super) target_starts: Vec<u32>,
    /// Slot of each product.
    pub(super) targets: Vec<u16>,
    /// The longest work space that a row needs.
    pub(super) widest: usize,
}

impl Layout {
    /// Lays out a pattern; `None` if a row is longer than slots can name, which no grid comes near.
    pub(super) fn new(s: &Symbolic) -> Option<Self> {
        let n = s.len();
        let mut place = vec![0_u32; n];
        for (k, &i) in s.order.iter().enumerate() {
            place[i as usize] = k as u32;
        }
        let mut layout = Layout {
            order: s.order.clone(),
            place,
            starts: vec![0],
            columns: Vec::new(),
            slots: Vec::new(),
            lower_starts: s.lower_starts.iter().map(|&v| v as u32).collect(),
            lower: s.lower.clone(),
            upper_starts: s.upper_starts.iter().map(|&v| v as u32).collect(),
            upper: s.upper.clone(),
            target_starts: vec![0],
            targets: Vec::new(),
            widest: 0,
        };
        // The slot of each column in the row that is being looked at.
        let mut slot = vec![0_u16; n];
        for (k, &i) in s.order.iter().enumerate() {
            let (lower, upper) = (layout.lower_row(k), layout.upper_row(k));
            let width = lower.len() + 1 + upper.len();
            if width > usize::from(u16::MAX) {
                return None;
            }
            layout.widest = layout.widest.max(width);
            let row = layout.lower[lower.clone()].iter().copied().chain([k as u32]);
            for (at, c) in row.chain(layout.upper[upper].iter().copied()).enumerate() {
                slot[c as usize] = at as u16;
            }
            for &j in &layout.lower[lower] {
                let products = &layout.upper[layout.upper_row(j as usize)];
                layout.targets.extend(products.iter().map(|&c| slot[c as usize]));
            }
            layout.target_starts.push(layout.targets.len() as u32);
            let mut places: Vec<u32> =
                s.columns(i as usize).iter().map(|&j| layout.place[j as usize]).collect();
            places.sort_unstable();
            for c in places {
                if c as usize != k {
                    layout.columns.push(c);
                    layout.slots.push(slot[c as usize]);
                }
            }
            layout.starts.push(layout.columns.len() as u32);
        }
        Some(layout)
    }

    /// Rows of the matrix.
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    /// The entries of a row apart from the diagonal.
    #[inline]
    pub(super) fn row(&self, k: usize) -> std::ops::Range<usize> {
        self.starts[k] as usize..self.starts[k + 1] as usize
    }

    #[inline]
    pub(super) fn lower_row(&self, k: usize) -> std::ops::Range<usize> {
        self.lower_starts[k] as usize..self.lower_starts[k + 1] as usize
    }

    #[inline]
    pub(super) fn upper_row(&self, k: usize) -> std::ops::Range<usize> {
        self.upper_starts[k] as usize..self.upper_starts[k + 1] as usize
    }

    /// The entry (`k`, `c`) of the matrix; `None` if it is not in the pattern.
    pub(super) fn entry(&self, k: usize, c: u32) -> Option<usize> {
        let row = self.row(k);
        self.columns[row.clone()].binary_search(&c).ok().map(|at| row.start + at)
    }
}
