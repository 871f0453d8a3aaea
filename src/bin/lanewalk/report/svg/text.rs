//! The font of the pictures, and the space that a text takes.

use std::sync::LazyLock;

use ttf_parser::Face;

/// The font of PNG and PDF files. A viewer of an SVG file that lacks it takes a similar one.
pub(crate) static FONT: &[u8] = include_bytes!("../font/NotoSans-subset.ttf");

/// The families of a text in an SVG file, the first of which is that of [`FONT`].
pub(super) const FAMILY: &str = "Noto Sans, Helvetica Neue, Arial, sans-serif";

/// The fonts of other systems may be this much wider.
const SLACK: f64 = 1.1;

/// The space of a text in a font of this size.
pub(super) fn width(text: &str, size: f64) -> f64 {
    static FACE: LazyLock<Option<Face<'static>>> = LazyLock::new(|| Face::parse(FONT, 0).ok());
    let advance = |letter| {
        let face = FACE.as_ref()?;
        Some(f64::from(face.glyph_hor_advance(face.glyph_index(letter)?)?) / f64::from(face.units_per_em()))
    };
    // A letter that the font lacks is drawn by another font, if at all.
    text.chars().map(|letter| advance(letter).unwrap_or(1.0)).sum::<f64>() * SLACK * size
}

/// The width of the widest of the texts.
pub(super) fn widest<'a>(texts: impl Iterator<Item = &'a str>, size: f64) -> f64 {
    texts.map(|text| width(text, size)).fold(0.0, f64::max)
}

/// The text in lines that fit. A word that is too long is cut.
pub(super) fn wrapped(text: &str, size: f64, space: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        if let Some(line) = lines.last_mut()
            && width(&format!("{line} {word}"), size) <= space
        {
            *line += " ";
            *line += word;
        } else {
            lines.push(fitted(word, size, space));
        }
    }
    lines
}

/// The text, or its beginning and dots if it is wider than the space.
pub(super) fn fitted(text: &str, size: f64, space: f64) -> String {
    if width(text, size) <= space {
        return text.to_owned();
    }
    let mut kept = text.to_owned();
    while !kept.is_empty() && width(&kept, size) + width("…", size) > space {
        kept.pop();
    }
    kept.trim_end().to_owned() + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit() {
        let text = "first passages of many random walks to the distance Y, in steps";
        let lines = wrapped(text, 10.0, 120.0);
        assert!(lines.len() > 2 && lines.iter().all(|line| width(line, 10.0) <= 120.0), "{lines:?}");
        assert_eq!(lines.join(" "), text);
        let long = wrapped(&"9".repeat(500), 10.0, 120.0);
        assert!(long.len() == 1 && long[0].ends_with('…') && width(&long[0], 10.0) <= 120.0, "{long:?}");
        assert!(wrapped("", 10.0, 120.0).is_empty());
    }

    #[test]
    fn widths_are_those_of_the_font() {
        assert!(width("W", 10.0) > 2.0 * width("i", 10.0));
        assert!((width("10⁻⁵", 20.0) - 2.0 * width("10⁻⁵", 10.0)).abs() < 1e-9);
        assert!((width("漢", 10.0) - 10.0 * SLACK).abs() < 1e-9, "unknown letters take a whole square");
    }
}
