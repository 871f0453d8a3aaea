//! Plots as PNG and PDF files, drawn from their SVG.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree, WriteOptions};
use svg2pdf::{ConversionOptions, PageOptions};

use super::svg::FONT;

/// The kind of a file with a plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImageKind {
    Svg,
    Png,
    Pdf,
}

/// The pixels of a PNG file for one pixel of the plot.
const ZOOM: f32 = 3.0;

impl ImageKind {
    /// The kind that the suffix of a file names. `None` for another suffix, or for none.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "svg" => Some(Self::Svg),
            "png" => Some(Self::Png),
            "pdf" => Some(Self::Pdf),
            _ => None,
        }
    }

    /// The plot as a file of this kind. PNG and PDF files have a white background, and their own font.
    pub(crate) fn file(self, svg: String) -> Result<Vec<u8>> {
        match self {
            Self::Svg => Ok(svg.into_bytes()),
            Self::Png => png(&tree(&svg)?),
            Self::Pdf => {
                // The crate for PDF files draws no text, so the letters become shapes first.
                let shapes = tree(&svg)?.to_string(&WriteOptions::default());
                let page = PageOptions::default();
                svg2pdf::to_pdf(&tree(&shapes)?, ConversionOptions::default(), page).map_err(|error| anyhow!("{error}"))
            }
        }
        .context("cannot convert the plot")
    }
}

fn tree(svg: &str) -> Result<Tree> {
    let mut fonts = Database::new();
    fonts.load_font_data(FONT.to_vec());
    let options = Options { fontdb: Arc::new(fonts), ..Options::default() };
    Ok(Tree::from_str(svg, &options)?)
}

fn png(tree: &Tree) -> Result<Vec<u8>> {
    let size = tree.size().to_int_size().scale_by(ZOOM).context("the plot is empty")?;
    let mut pixels = Pixmap::new(size.width(), size.height()).context("the plot is too large")?;
    resvg::render(tree, Transform::from_scale(ZOOM, ZOOM), &mut pixels.as_mut());
    Ok(pixels.encode_png()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{fixture, svg};

    fn plot() -> String {
        svg::scaling(&fixture::scaling(), &svg::Origin::fixed()).unwrap()
    }

    #[test]
    fn suffixes_name_kinds() {
        let of = |name: &str| ImageKind::of(Path::new(name));
        assert_eq!(of("a.svg"), Some(ImageKind::Svg));
        assert_eq!([of("a.PNG"), of("b.c/a.Pdf")], [Some(ImageKind::Png), Some(ImageKind::Pdf)]);
        assert_eq!([of("a"), of(".svg"), of("a.svgz"), of("svg"), of("a."), of("a.svg/"), of("-")][..5], [None; 5]);
    }

    #[test]
    fn text_of_png_files_needs_no_fonts_of_the_system() {
        let tree = tree(&plot()).unwrap();
        let mut pixels = Pixmap::new(560, 500).unwrap();
        resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
        // The title stands in the uppermost 32 pixels, on white.
        let title = &pixels.pixels()[..32 * 560];
        let dark = title.iter().filter(|pixel| pixel.red() < 128).count();
        assert!((200..4000).contains(&dark), "{dark}");
        assert!(pixels.pixels()[0].red() == 255 && pixels.pixels()[0].alpha() == 255);
    }

    #[test]
    fn files_begin_as_their_readers_expect() {
        let png = ImageKind::Png.file(plot()).unwrap();
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "{:?}", &png[..8]);
        let pdf = ImageKind::Pdf.file(plot()).unwrap();
        // With the letters as shapes, it is much longer than without them.
        assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 10_000, "{}", pdf.len());
        assert_eq!(ImageKind::Svg.file(plot()).unwrap(), plot().as_bytes());
    }
}
