//! Constant arithmetic, as data and unit conversions use it: `12/sqrt(3)`, `Vbase^2 / Sbase`.

use std::collections::BTreeMap;

use super::cursor::{Cursor, is_name_start};
use super::table::Tables;

/// Brackets within brackets; real files have three.
const DEEPEST: usize = 32;

/// What a name stands for at this point of the file.
pub(super) struct Scope {
    /// Plain variables: constants of the file and column numbers of `idx_bus` and its like.
    pub locals: BTreeMap<String, f64>,
    /// The name of the case itself, nearly always `mpc`.
    pub case: String,
    /// `mpc.baseMVA` and its line.
    pub base_mva: Option<(f64, usize)>,
    /// The tables read so far.
    pub tables: Tables,
}

/// The value, or what was expected where the expression cannot go on.
type Outcome = Result<f64, &'static str>;

const NUMBER: &str = "a number or constant arithmetic such as 12/sqrt(3)";

/// Evaluates the expression at the cursor. In a row of a table a blank ends an element, and `1 -2` is two.
pub(super) fn evaluate(cursor: &mut Cursor, scope: &Scope, in_row: bool) -> Outcome {
    Evaluator { cursor, scope }.sum(in_row, 0)
}

/// Evaluates one factor (anything that binds tighter than `*`), for `column * factor`.
pub(super) fn evaluate_factor(cursor: &mut Cursor, scope: &Scope) -> Outcome {
    Evaluator { cursor, scope }.signed(0)
}

struct Evaluator<'c, 'a, 's> {
    cursor: &'c mut Cursor<'a>,
    scope: &'s Scope,
}

impl Evaluator<'_, '_, '_> {
    fn sum(&mut self, in_row: bool, depth: usize) -> Outcome {
        let mut value = self.product(depth)?;
        loop {
            let mark = self.cursor.mark();
            let spaced = self.cursor.blanks();
            let Some(sign @ (b'+' | b'-')) = self.cursor.peek() else {
                self.cursor.back_to(mark);
                return Ok(value);
            };
            let apart = matches!(self.cursor.peek_at(1), Some(b' ' | b'\t'));
            if in_row && spaced && !apart {
                self.cursor.back_to(mark);
                return Ok(value);
            }
            self.cursor.advance();
            let right = self.product(depth)?;
            value = if sign == b'+' { value + right } else { value - right };
        }
    }

    fn product(&mut self, depth: usize) -> Outcome {
        let mut value = self.signed(depth)?;
        loop {
            if self.operator(b'*') {
                value *= self.signed(depth)?;
            } else if self.operator(b'/') {
                value /= self.signed(depth)?;
            } else {
                return Ok(value);
            }
        }
    }

    /// Signs bind less than `^`: `-2^2` is -4.
    fn signed(&mut self, depth: usize) -> Outcome {
        let negative = self.signs();
        let mut value = self.primary(depth)?;
        while self.operator(b'^') {
            let flip = self.signs();
            let exponent = self.primary(depth)?;
            value = value.powf(if flip { -exponent } else { exponent });
        }
        Ok(if negative { -value } else { value })
    }

    fn signs(&mut self) -> bool {
        let mut negative = false;
        loop {
            self.cursor.blanks();
            match self.cursor.peek() {
                Some(b'-') => negative = !negative,
                Some(b'+') => {}
                _ => return negative,
            }
            self.cursor.advance();
        }
    }

    /// Takes this operator, or its element-wise form, where it is next.
    fn operator(&mut self, symbol: u8) -> bool {
        let mark = self.cursor.mark();
        self.cursor.blanks();
        if self.cursor.peek() == Some(b'.') && self.cursor.peek_at(1) == Some(symbol) {
            self.cursor.advance();
        }
        let is = self.cursor.take(symbol);
        if !is {
            self.cursor.back_to(mark);
        }
        is
    }

    fn primary(&mut self, depth: usize) -> Outcome {
        if depth > DEEPEST {
            return Err("at most 32 brackets within each other");
        }
        match self.cursor.peek() {
            Some(b'(') => self.bracketed(depth),
            Some(b) if is_name_start(b) => self.named(depth),
            _ => self.cursor.number().ok_or(NUMBER),
        }
    }

    fn bracketed(&mut self, depth: usize) -> Outcome {
        self.cursor.advance();
        let value = self.sum(false, depth + 1)?;
        self.close()?;
        Ok(value)
    }

    fn close(&mut self) -> Result<(), &'static str> {
        self.cursor.blanks();
        if self.cursor.take(b')') { Ok(()) } else { Err("`)`") }
    }

    fn named(&mut self, depth: usize) -> Outcome {
        let Some(name) = self.cursor.name() else {
            return Err(NUMBER);
        };
        if name == self.scope.case && self.cursor.peek() == Some(b'.') {
            return self.of_case(depth);
        }
        // A variable hides a function of the same name, as in MATLAB.
        if let Some(&value) = self.scope.locals.get(name) {
            return if self.cursor.peek() == Some(b'(') { Err(NUMBER) } else { Ok(value) };
        }
        if self.cursor.peek() != Some(b'(') {
            return match name {
                "Inf" | "inf" => Ok(f64::INFINITY),
                "NaN" | "nan" => Ok(f64::NAN),
                "pi" => Ok(std::f64::consts::PI),
                _ => Err(NUMBER),
            };
        }
        let function: fn(f64) -> f64 = match name {
            "sqrt" => f64::sqrt,
            "abs" => f64::abs,
            "exp" => f64::exp,
            "log" => f64::ln,
            "sin" => f64::sin,
            "cos" => f64::cos,
            "tan" => f64::tan,
            "asin" => f64::asin,
            "acos" => f64::acos,
            "atan" => f64::atan,
            _ => return Err(NUMBER),
        };
        Ok(function(self.bracketed(depth)?))
    }

    /// `mpc.baseMVA`, or one entry of a table such as `mpc.bus(1, BASE_KV)`.
    fn of_case(&mut self, depth: usize) -> Outcome {
        self.cursor.advance();
        let field = self.cursor.name().ok_or(NUMBER)?;
        if field == "baseMVA" {
            return self.scope.base_mva.map(|(value, _)| value).ok_or(NUMBER);
        }
        let table = self.scope.tables.get(field).ok_or(NUMBER)?;
        if !self.cursor.take(b'(') {
            return Err(NUMBER);
        }
        let row = self.sum(false, depth + 1)?;
        self.cursor.blanks();
        if !self.cursor.take(b',') {
            return Err("`,` and a column");
        }
        let column = self.sum(false, depth + 1)?;
        self.close()?;
        table.entry(row, column).ok_or(NUMBER)
    }
}
