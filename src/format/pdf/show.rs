//! The part of the interpreter that shows text: strings become glyphs with
//! their places, and text state moves along.

use super::geometry::{Matrix, small, whole, wide};
use super::glyph::{Glyph, Show};
use super::interpret::{Interpreter, MAX_GLYPHS, MAX_PAGE_GLYPHS, Run, State, too_much};
use super::lex::{Instruction, Operand};
use crate::error::{Error, ErrorKind, Result};

impl Interpreter<'_> {
    pub(super) fn show(
        &mut self,
        instruction: &Instruction<'_>,
        run: &mut Run,
        state: &mut State,
    ) -> Result<()> {
        let operands = &instruction.operands;
        if let b"'" | b"\"" = instruction.operator {
            if let [.., Operand::Number(word), Operand::Number(char), _] = operands.as_slice()
                && instruction.operator == b"\""
            {
                state.word_space = *word;
                state.char_space = *char;
            }
            next_line(run, 0.0, -state.leading);
        }
        let Some(face) = state.face else {
            return no_font(operands);
        };
        let show = self.note_show(instruction, run, state, face);
        run.fresh = false;
        let single;
        let elements: &[Operand] = match operands.last() {
            Some(Operand::Array(items)) => items,
            Some(text @ Operand::Text(_)) => {
                single = [text.clone()];
                &single
            }
            _ => return Ok(()),
        };
        for (element, item) in elements.iter().enumerate() {
            match item {
                Operand::Number(number) => self.displace(*number, face, run, state),
                Operand::Text(text) => self.string(text, show, small(element), face, run, state)?,
                Operand::Name(_) | Operand::Array(_) | Operand::Dict(_) | Operand::Other => {}
            }
        }
        Ok(())
    }

    fn note_show(&mut self, at: &Instruction<'_>, run: &mut Run, state: &State, face: u32) -> u32 {
        let known = self.carriers.get(wide(run.carrier)).and_then(|carrier| {
            carrier
                .visited
                .then(|| carrier.shows.get(run.n_shows).copied())
                .flatten()
        });
        run.n_shows += 1;
        if let Some(known) = known {
            return known;
        }
        let index = small(self.shows.len());
        self.shows.push(Show {
            carrier: run.carrier,
            start: at.span.start,
            end: at.span.end,
            face,
            font_name: state.font_name.as_deref().map(<[u8]>::to_vec),
            size: state.size,
            char_space: state.char_space,
            word_space: state.word_space,
            stretch: state.stretch,
            scale: run.text.then(state.ctm).x_scale(),
            fresh: run.fresh,
        });
        if let Some(carrier) = self.carriers.get_mut(wide(run.carrier)) {
            carrier.shows.push(index);
        }
        index
    }

    fn displace(&self, number: f64, face: u32, run: &mut Run, state: &State) {
        let by = -number / 1000.0 * state.size;
        let horizontal = self
            .fonts
            .faces
            .get(wide(face))
            .is_none_or(|face| face.horizontal);
        let shift = if horizontal {
            Matrix::shift(by * state.stretch, 0.0)
        } else {
            Matrix::shift(0.0, by)
        };
        run.text = shift.then(run.text);
    }

    fn string(
        &mut self,
        text: &[u8],
        show: u32,
        element: u32,
        face: u32,
        run: &mut Run,
        state: &State,
    ) -> Result<()> {
        let mut at = 0;
        while at < text.len() {
            let Some(code) = self.fonts.read(face, text, at) else {
                return Err(Error::new(
                    ErrorKind::NotExamined,
                    "a font of the page cannot be read, so its text was not examined",
                ));
            };
            let place = (show, element, small(at));
            at += self.glyph(code, face, place, run, state);
        }
        let on_page = self.glyphs.len() - self.page_start;
        if on_page > MAX_PAGE_GLYPHS || self.glyphs.len() > MAX_GLYPHS {
            return Err(too_much());
        }
        Ok(())
    }

    /// Notes one glyph, moves on, and tells how many bytes its code has.
    fn glyph(
        &mut self,
        code: u32,
        face: u32,
        (show, element, at): (u32, u32, u32),
        run: &mut Run,
        state: &State,
    ) -> usize {
        let Some(info) = self.fonts.codes.get(wide(code)) else {
            return 1;
        };
        let (horizontal, em) = match self.fonts.faces.get(wide(face)) {
            Some(face) => (face.horizontal, face.em),
            None => (true, 1.0),
        };
        let space = info.n_bytes == 1 && info.code == 32;
        let extra = state.char_space + if space { state.word_space } else { 0.0 };
        let own = info.width / 1000.0 * state.size;
        let (dx, dy) = info.displacement;
        let place = run.text.then(state.ctm);
        let (x, y) = place.apply(
            dx / 1000.0 * state.size * state.stretch,
            dy / 1000.0 * state.size + state.rise,
        );
        // How the line runs in text space, and how much of it is one unit.
        let forward = if horizontal {
            state.size * state.stretch
        } else {
            own
        };
        let (axis, scale, along) = if horizontal {
            ((forward, 0.0), place.x_scale(), state.stretch)
        } else {
            ((0.0, forward), place.y_scale(), 1.0)
        };
        let [a, b, ..] = Matrix([axis.0, axis.1, 0.0, 1.0, 0.0, 0.0]).then(place).0;
        let step = (own + extra) * along;
        let sign = if forward < 0.0 { -1.0 } else { 1.0 };
        self.glyphs.push(Glyph {
            show,
            element,
            at,
            code,
            x,
            y,
            angle: i16::try_from(whole(b.atan2(a).to_degrees())).unwrap_or(0),
            advance: step * sign * scale,
            width: (own * along).abs() * scale,
            size: state.size.abs() * place.y_scale() * em,
            painted: !matches!(state.mode, 3 | 7),
        });
        let shift = if horizontal { (step, 0.0) } else { (0.0, step) };
        run.text = Matrix::shift(shift.0, shift.1).then(run.text);
        usize::from(info.n_bytes)
    }
}

pub(super) fn text_state(operator: &[u8], operands: &[Operand], run: &mut Run, state: &mut State) {
    let n = |index: usize| -> f64 { operands.get(index).and_then(Operand::number).unwrap_or(0.0) };
    let six = || Matrix([n(0), n(1), n(2), n(3), n(4), n(5)]);
    match operator {
        b"cm" => state.ctm = six().then(state.ctm),
        b"BT" => {
            run.text = Matrix::IDENTITY;
            run.line = Matrix::IDENTITY;
            run.fresh = true;
        }
        b"Tc" => state.char_space = n(0),
        b"Tw" => state.word_space = n(0),
        b"Tz" => state.stretch = n(0) / 100.0,
        b"TL" => state.leading = n(0),
        b"Ts" => state.rise = n(0),
        b"Tr" => state.mode = whole(n(0)),
        b"Td" => next_line(run, n(0), n(1)),
        b"TD" => {
            state.leading = -n(1);
            next_line(run, n(0), n(1));
        }
        b"T*" => next_line(run, 0.0, -state.leading),
        b"Tm" => {
            run.line = six();
            run.text = run.line;
            run.fresh = true;
        }
        _ => {}
    }
}

fn next_line(run: &mut Run, x: f64, y: f64) {
    run.line = Matrix::shift(x, y).then(run.line);
    run.text = run.line;
    run.fresh = true;
}

/// Text without a font: nobody sees it, but its bytes are in the file.
fn no_font(operands: &[Operand]) -> Result<()> {
    let empty = |operand: &Operand| matches!(operand, Operand::Text(text) if text.is_empty());
    let silent = match operands.last() {
        Some(Operand::Array(items)) => items.iter().all(|i| i.number().is_some() || empty(i)),
        Some(operand) => empty(operand),
        None => true,
    };
    if silent {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::NotExamined,
        "the page shows text in a font that is not in the file, so it was not examined",
    ))
}
