//! A waterfall as a picture that stands alone: an SVG without scripts and references, legible on
//! light and dark, with every number as text and the whole of it in its description.

use std::io;

use quick_xml::events::BytesText;
use quick_xml::writer::Writer;

use super::plain::{columns, plain};
use super::waterfall::{Shape, Step, Waterfall};

/// Where columns begin and how wide the picture is, in its own units. No letter is wider than
/// eight.
const WIDTH: i64 = 960;
const LABEL: i64 = 16;
const FIGURE: i64 = 300;
const BAR: i64 = 316;
const BAR_WIDTH: i64 = 340;
const NOTE: i64 = 672;
const LETTER: i64 = 8;

/// Heights: of the title with the axis, of a row, of a bar in it, and below the last row.
const HEAD: i64 = 76;
const ROW: i64 = 24;
const THICK: i64 = 14;
const THIN: i64 = 6;
const FOOT: i64 = 12;

/// Millionths of a point between two lines of the axis.
const TICK: i64 = 10_000_000;

/// Text has a contrast of at least 7 to its ground, bars of at least 3 (WCAG 2.2, 1.4.6 and
/// 1.4.11); a test computes both. No variables: not everything that draws an SVG knows them.
const STYLE: &str = "\
text { font: 12px ui-monospace, Menlo, Consolas, \"DejaVu Sans Mono\", monospace; }
.title { font-size: 18px; font-weight: bold; }
.figure { text-anchor: end; }
.tick { text-anchor: middle; }
.range { stroke-width: 2; fill: none; }
.ground { fill: #ffffff; }
.title, .label, .figure { fill: #1b1f24; }
.faint, .tick { fill: #4a5159; }
.axis { stroke: #d0d7de; }
.range { stroke: #1b1f24; }
.whole { fill: #57606a; }
.channel { fill: #0b62a8; }
.kind { fill: #3579b8; }
.item { fill: #7a5195; }
@media (prefers-color-scheme: dark) {
.ground { fill: #0d1117; }
.title, .label, .figure { fill: #e6edf3; }
.faint, .tick { fill: #b1bac4; }
.axis { stroke: #30363d; }
.range { stroke: #e6edf3; }
.whole { fill: #9aa4ae; }
.channel { fill: #58a6ff; }
.kind { fill: #4a90d9; }
.item { fill: #c297de; }
}
";

type Xml = Writer<Vec<u8>>;

impl Waterfall {
    /// The picture as an SVG document.
    pub fn svg(&self) -> String {
        let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
        // Writing to memory cannot fail.
        let _ = self.write(&mut xml);
        String::from_utf8(xml.into_inner()).unwrap_or_default() + "\n"
    }

    fn write(&self, xml: &mut Xml) -> io::Result<()> {
        let rows = i64::try_from(self.steps.len()).unwrap_or(0);
        let height = HEAD + rows * ROW + FOOT;
        let (width, tall) = (WIDTH.to_string(), height.to_string());
        let view = format!("0 0 {WIDTH} {height}");
        let root = xml.create_element("svg").with_attributes([
            ("xmlns", "http://www.w3.org/2000/svg"),
            ("width", width.as_str()),
            ("height", tall.as_str()),
            ("viewBox", view.as_str()),
            ("role", "img"),
            ("aria-labelledby", "title description"),
            ("lang", self.language.tag()),
        ]);
        root.write_inner_content(|xml| {
            let sentences = self.steps.iter().map(|step| step.sentence.as_str());
            let described: Vec<_> =
                std::iter::once(self.description.as_str()).chain(sentences).collect();
            let title = format!("{}, {}", self.title, self.day);
            named(xml, "title", Some("title"), &title)?;
            named(xml, "desc", Some("description"), &described.join(" "))?;
            xml.create_element("style").write_text_content(BytesText::new(STYLE))?;
            let all = [("class", "ground"), ("width", "100%"), ("height", "100%")];
            xml.create_element("rect").with_attributes(all).write_empty()?;
            text(xml, (LABEL, 32), "title", &title)?;
            self.axis(xml, height)?;
            for (at, step) in self.steps.iter().enumerate() {
                self.row(xml, step, HEAD + i64::try_from(at).unwrap_or(0) * ROW)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    fn x(&self, micros: i64) -> i64 {
        BAR + micros.clamp(0, self.end) * BAR_WIDTH / self.end.max(1)
    }

    fn axis(&self, xml: &mut Xml, height: i64) -> io::Result<()> {
        if self.steps.is_empty() {
            return Ok(());
        }
        for tick in 0..=self.end / TICK {
            let x = self.x(tick * TICK);
            text(xml, (x, HEAD - 12), "tick", &(tick * TICK / 1_000_000).to_string())?;
            let (x, top) = (x.to_string(), (HEAD - 6).to_string());
            let bottom = (height - FOOT).to_string();
            let line = xml.create_element("line").with_attribute(("class", "axis"));
            let ends = [("x1", &x), ("x2", &x), ("y1", &top), ("y2", &bottom)];
            line.with_attributes(ends.map(|(key, value)| (key, value.as_str()))).write_empty()?;
        }
        Ok(())
    }

    fn row(&self, xml: &mut Xml, step: &Step, top: i64) -> io::Result<()> {
        let middle = top + ROW / 2;
        let letters = middle + 4;
        let indent = if step.shape.is_inner() { 2 * LETTER } else { 0 };
        let room = usize::try_from((FIGURE - LABEL - indent) / LETTER).unwrap_or(0);
        let label = plain(&step.label, room.saturating_sub(columns(&step.figure) + 1));
        let note = plain(&step.note, usize::try_from((WIDTH - NOTE) / LETTER - 1).unwrap_or(0));
        xml.create_element("g").write_inner_content(|xml| {
            named(xml, "title", None, &step.sentence)?;
            text(xml, (LABEL + indent, letters), "label", &label)?;
            text(xml, (FIGURE, letters), "figure", &step.figure)?;
            self.shape(xml, step, middle)?;
            text(xml, (NOTE, letters), "faint", &note)
        })?;
        Ok(())
    }

    fn shape(&self, xml: &mut Xml, step: &Step, middle: i64) -> io::Result<()> {
        let (from, to) = (self.x(step.start), self.x(step.start.saturating_add(step.points)));
        if step.shape == Shape::Range {
            let (top, bottom) = (middle - THICK / 2, middle + THICK / 2);
            let path = format!("M{from} {top}V{bottom}M{from} {middle}H{to}M{to} {top}V{bottom}");
            let ends = [("class", "range"), ("d", path.as_str())];
            xml.create_element("path").with_attributes(ends).write_empty()?;
            return Ok(());
        }
        let thick = if step.shape.is_inner() { THIN } else { THICK };
        // A part that is there is seen, however small.
        let width = (to - from).max(i64::from(step.points > 0));
        let (x, y) = (from.to_string(), (middle - thick / 2).to_string());
        let (width, thick) = (width.to_string(), thick.to_string());
        xml.create_element("rect")
            .with_attributes([
                ("class", step.shape.word()),
                ("x", x.as_str()),
                ("y", y.as_str()),
                ("width", width.as_str()),
                ("height", thick.as_str()),
            ])
            .write_empty()?;
        Ok(())
    }
}

/// An element that names what it is in.
fn named(xml: &mut Xml, element: &str, id: Option<&str>, said: &str) -> io::Result<()> {
    let element = xml.create_element(element).with_attributes(id.map(|id| ("id", id)));
    element.write_text_content(BytesText::new(said))?;
    Ok(())
}

fn text(xml: &mut Xml, (x, y): (i64, i64), class: &str, said: &str) -> io::Result<()> {
    if said.is_empty() {
        return Ok(());
    }
    let (x, y) = (x.to_string(), y.to_string());
    let places = [("class", class), ("x", x.as_str()), ("y", y.as_str())];
    let element = xml.create_element("text").with_attributes(places);
    element.write_text_content(BytesText::new(said))?;
    Ok(())
}
