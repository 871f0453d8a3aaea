//! The colours, for light and for dark pages.

use std::fmt::Write;

use plotters::style::RGBColor;

pub(super) const PAPER: RGBColor = RGBColor(255, 255, 255);
pub(super) const INK: RGBColor = RGBColor(0, 0, 0);
/// Grey: lines behind the data, and values without significance.
pub(super) const FAINT: RGBColor = RGBColor(117, 117, 117);
/// Areas and bars.
pub(super) const FILL: RGBColor = RGBColor(86, 180, 233);
/// Series in this order. The first three differ with any kind of colour vision (Okabe and Ito, 2008).
pub(super) const SERIES: [RGBColor; 10] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 143, 104),
    RGBColor(184, 71, 140),
    RGBColor(150, 112, 0),
    RGBColor(58, 58, 158),
    RGBColor(140, 86, 75),
    RGBColor(0, 131, 143),
    RGBColor(176, 0, 32),
    RGBColor(97, 97, 97),
];

/// Each colour, and its equivalent on a dark page.
const DARK: [(RGBColor, RGBColor); 14] = [
    (PAPER, RGBColor(21, 24, 28)),
    (INK, RGBColor(230, 230, 230)),
    (FAINT, RGBColor(154, 160, 166)),
    (FILL, RGBColor(46, 116, 163)),
    (SERIES[0], RGBColor(99, 184, 245)),
    (SERIES[1], RGBColor(255, 146, 77)),
    (SERIES[2], RGBColor(47, 203, 158)),
    (SERIES[3], RGBColor(232, 145, 199)),
    (SERIES[4], RGBColor(226, 184, 62)),
    (SERIES[5], RGBColor(163, 163, 255)),
    (SERIES[6], RGBColor(207, 154, 143)),
    (SERIES[7], RGBColor(77, 208, 225)),
    (SERIES[8], RGBColor(255, 121, 133)),
    (SERIES[9], RGBColor(189, 189, 189)),
];

/// The class of every picture.
pub(super) const CLASS: &str = "lanewalk-plot";

/// The rules of a dark page. They affect only pictures, so that a page may contain several.
pub(super) fn style() -> String {
    let mut rules = String::from("@media (prefers-color-scheme: dark) {");
    for (light, dark) in DARK {
        for property in ["fill", "stroke"] {
            _ = write!(rules, " .{CLASS} [{property}=\"{}\"] {{ {property}: {} }}", hex(light), hex(dark));
        }
    }
    rules + " }"
}

fn hex(colour: RGBColor) -> String {
    format!("#{:02X}{:02X}{:02X}", colour.0, colour.1, colour.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contrast of two colours, as the guidelines of the W3C define it.
    fn contrast(one: RGBColor, other: RGBColor) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let light = |c: RGBColor| 0.2126 * linear(c.0) + 0.7152 * linear(c.1) + 0.0722 * linear(c.2);
        let (one, other) = (light(one) + 0.05, light(other) + 0.05);
        (one / other).max(other / one)
    }

    #[test]
    fn all_colours_have_contrast_on_light_and_dark_pages() {
        let paper = DARK[0].1;
        for (light, dark) in DARK.into_iter().skip(1) {
            assert!(light == FILL || contrast(light, PAPER) >= 3.8, "{} {}", hex(light), contrast(light, PAPER));
            // Areas have text on them.
            let least = if light == FILL { 3.0 } else { 3.8 };
            assert!(contrast(dark, paper) >= least, "{} {}", hex(dark), contrast(dark, paper));
        }
        let distinct: std::collections::BTreeSet<_> = DARK.map(|pair| hex(pair.0)).into();
        assert_eq!(distinct.len(), DARK.len(), "a rule names its colour");
    }
}
