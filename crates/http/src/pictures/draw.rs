//! One picture drawn from the bytes that were sent: read within bounds, set upright, made smaller, written anew.
//!
//! Only pixels come through: what a camera notes beside them (place, time, serial number) is left behind. Start at
//! [`draw`].

use std::fmt;
use std::io::Cursor;

use dayshelf_core::limits::{PICTURE_BYTES_MAX, PICTURE_FILES_MAX};
use dayshelf_core::picture::{Drawn, PictureFile, TONES_BYTES};
use dayshelf_store::picture_digest;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgb, RgbImage};

/// Widths that are drawn, as far as the picture has them: a phone, a phone with a fine screen, a desk.
const WIDTHS: [u32; 3] = [480, 960, 1_600];
/// Pixels of a picture that is sent: more than cameras of phones make. A small file may claim any number.
const PIXELS_MAX: u64 = 50_000_000;
/// Pixels along one side.
const SIDE_MAX: u32 = 16_000;
/// Memory that reading may take.
const READ_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// How often a picture may be longer than wide: beyond it, nobody sees what it is.
const TALLNESS_MAX: u32 = 4;
/// How fine files are written, of 100; the next where all of them together are too long.
const QUALITIES: [f32; 3] = [78.0, 60.0, 40.0];
/// Colours along each side of what stands there until a picture is loaded.
const TONES: u32 = 4;

const _: () = assert!(WIDTHS.len() <= PICTURE_FILES_MAX);
const _: () = assert!((TONES * TONES * 3) as usize == TONES_BYTES);

/// What was drawn, and the content of its files.
#[derive(Debug)]
pub(crate) struct Drawing {
    pub drawn: Drawn,
    pub bodies: Vec<Vec<u8>>,
}

/// Why a picture is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It is of no kind that is read here.
    Unknown,
    /// It breaks off, or is not what it says.
    Broken,
    /// It has more pixels than are read.
    TooMany,
    /// It is much longer than wide.
    TooTall,
}

impl fmt::Display for Unfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => out.write_str("it is no JPEG, PNG or WebP"),
            Self::Broken => out.write_str("it breaks off, or is not what it says it is"),
            Self::TooMany => {
                let millions = PIXELS_MAX / 1_000_000;
                write!(out, "it has more than {millions} million pixels, or {SIDE_MAX} along one side")
            }
            Self::TooTall => write!(out, "it is more than {TALLNESS_MAX} times as long as it is wide"),
        }
    }
}

impl std::error::Error for Unfit {}

/// Draws a picture.
///
/// # Errors
/// Why it is not taken.
pub(crate) fn draw(sent: &[u8]) -> Result<Drawing, Unfit> {
    let whole = read(sent)?;
    if whole.height() > whole.width() * TALLNESS_MAX {
        return Err(Unfit::TooTall);
    }
    let sizes = sizes(whole);
    let tones = sizes.first().map_or([0; TONES_BYTES], tones);
    for quality in QUALITIES {
        let bodies: Vec<Vec<u8>> =
            sizes.iter().map(|image| written(image, quality)).collect::<Result<_, _>>()?;
        let long: usize = bodies.iter().map(Vec::len).sum();
        if long <= PICTURE_BYTES_MAX as usize || quality == QUALITIES[QUALITIES.len() - 1] {
            let file = |(image, body): (&DynamicImage, &Vec<u8>)| PictureFile {
                width: image.width(),
                height: image.height(),
                bytes: body.len() as u32,
                digest: picture_digest(body),
            };
            let files = sizes.iter().zip(&bodies).map(file).collect();
            return Ok(Drawing { drawn: Drawn { files, tones }, bodies });
        }
    }
    Err(Unfit::Broken)
}

/// Reads the pixels and sets them upright. Its head is looked at before memory is taken for what it claims.
fn read(sent: &[u8]) -> Result<DynamicImage, Unfit> {
    let format = image::guess_format(sent).map_err(|_| Unfit::Unknown)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) {
        return Err(Unfit::Unknown);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(READ_BYTES_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(sent), format);
    reader.limits(limits);
    let unfit = |fault: image::ImageError| match fault {
        image::ImageError::Limits(_) => Unfit::TooMany,
        _ => Unfit::Broken,
    };
    let mut decoder = reader.into_decoder().map_err(unfit)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(Unfit::TooMany);
    }
    // The reader holds back what it takes itself, not what it fills.
    if decoder.total_bytes() > READ_BYTES_MAX {
        return Err(Unfit::TooMany);
    }
    let orientation = decoder.orientation().map_err(unfit)?;
    let mut whole = DynamicImage::from_decoder(decoder).map_err(unfit)?;
    whole.apply_orientation(orientation);
    Ok(plain(whole))
}

/// Eight bits a colour, on white where it is transparent: its soft colours stand behind it while it loads.
fn plain(image: DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return DynamicImage::ImageRgb8(image.into_rgb8());
    }
    let clear = image.into_rgba8();
    let on_white = |colour: u8, alpha: u8| {
        let mixed = u32::from(colour) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
        (mixed / 255) as u8
    };
    let at = |x, y| {
        let [red, green, blue, alpha] = clear.get_pixel(x, y).0;
        Rgb([on_white(red, alpha), on_white(green, alpha), on_white(blue, alpha)])
    };
    DynamicImage::ImageRgb8(RgbImage::from_fn(clear.width(), clear.height(), at))
}

/// The picture in its widths, the smallest first. It is never made larger than it is.
fn sizes(whole: DynamicImage) -> Vec<DynamicImage> {
    let largest = whole.width().min(WIDTHS[WIDTHS.len() - 1]);
    let mut widths: Vec<u32> = WIDTHS.into_iter().filter(|width| *width < largest).collect();
    widths.push(largest);
    let mut sizes: Vec<DynamicImage> = Vec::with_capacity(widths.len());
    // Each from the one before: the large one is gone through once.
    for width in widths.iter().rev() {
        let next = match sizes.last() {
            Some(larger) => narrowed(larger, *width),
            None => narrowed(&whole, *width),
        };
        sizes.push(next);
    }
    sizes.reverse();
    sizes
}

fn narrowed(image: &DynamicImage, width: u32) -> DynamicImage {
    if image.width() == width {
        return image.clone();
    }
    let height = |width: u32| {
        let exact = u64::from(image.height()) * u64::from(width) / u64::from(image.width());
        u32::try_from(exact).unwrap_or(SIDE_MAX).max(1)
    };
    let rough = width * 2;
    if image.width() > rough * 2 {
        // Halving quickly what is far too large leaves the fine filter little to do.
        return image.thumbnail_exact(rough, height(rough)).resize_exact(
            width,
            height(width),
            FilterType::CatmullRom,
        );
    }
    image.resize_exact(width, height(width), FilterType::CatmullRom)
}

fn written(image: &DynamicImage, quality: f32) -> Result<Vec<u8>, Unfit> {
    // Every picture was made plain when it was read.
    let DynamicImage::ImageRgb8(pixels) = image else { return Err(Unfit::Broken) };
    let encoder = webp::Encoder::from_rgb(pixels, image.width(), image.height());
    encoder.encode_simple(false, quality).map(|body| body.to_vec()).map_err(|_| Unfit::Broken)
}

/// Sixteen colours of it.
fn tones(image: &DynamicImage) -> [u8; TONES_BYTES] {
    let small = image.resize_exact(TONES, TONES, FilterType::Triangle).into_rgb8();
    let mut tones = [0; TONES_BYTES];
    for (tone, pixel) in tones.chunks_exact_mut(3).zip(small.pixels()) {
        tone.copy_from_slice(&pixel.0);
    }
    tones
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::RgbaImage;

    fn png(image: &DynamicImage) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        image.write_to(&mut out, ImageFormat::Png).unwrap();
        out.into_inner()
    }

    fn halves(width: u32, height: u32) -> DynamicImage {
        let at = |x, _| if x < width / 2 { Rgb([200, 0, 0]) } else { Rgb([0, 0, 200]) };
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, at))
    }

    fn widths(drawing: &Drawing) -> Vec<(u32, u32)> {
        drawing.drawn.files.iter().map(|file| (file.width, file.height)).collect()
    }

    /// Whatever is sent as a picture is drawn or refused: what breaks off, and what any byte of it has become.
    #[test]
    fn whatever_is_sent() {
        let picture = halves(40, 24);
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let mut out = Cursor::new(Vec::new());
            picture.write_to(&mut out, format).unwrap();
            let sent = out.into_inner();
            let whole = draw(&sent).unwrap();
            for place in 0..sent.len() {
                drop(draw(&sent[..place]));
                for odd in [sent[place] ^ 1, 0x00, 0x7f, 0xff] {
                    let mut changed = sent.clone();
                    changed[place] = odd;
                    // What is drawn of it is bounded as anything is.
                    let drawn = draw(&changed).map_or(0, |drawing| drawing.bodies.len());
                    assert!(drawn <= PICTURE_FILES_MAX, "{format:?} with {odd} at {place}");
                }
            }
            assert_eq!(draw(&sent).unwrap().bodies, whole.bodies);
        }
    }

    /// A large one comes in all widths, a small one in those that it has; each file is what its name says.
    #[test]
    fn comes_in_widths() {
        let drawing = draw(&png(&halves(2_000, 1_500))).unwrap();
        assert_eq!(widths(&drawing), [(480, 360), (960, 720), (1_600, 1_200)]);
        for (file, body) in drawing.drawn.files.iter().zip(&drawing.bodies) {
            let read = image::load_from_memory_with_format(body, ImageFormat::WebP).unwrap();
            assert_eq!((read.width(), read.height()), (file.width, file.height));
            assert_eq!((file.bytes as usize, file.digest), (body.len(), picture_digest(body)));
        }
        assert_eq!(widths(&draw(&png(&halves(700, 700))).unwrap()), [(480, 480), (700, 700)]);
        assert_eq!(widths(&draw(&png(&halves(31, 20))).unwrap()), [(31, 20)]);
    }

    /// What stands there until it is loaded has its colours; what is transparent is white there.
    #[test]
    fn has_its_tones() {
        let tones = draw(&png(&halves(400, 400))).unwrap().drawn.tones;
        assert!(tones[0] > 150 && tones[2] < 50, "the left is red: {tones:?}");
        assert!(tones[9] < 50 && tones[11] > 150, "the right is blue: {tones:?}");
        let clear = DynamicImage::ImageRgba8(RgbaImage::new(40, 40));
        assert_eq!(draw(&png(&clear)).unwrap().drawn.tones, [255; TONES_BYTES]);
    }

    /// A camera that was held upright says so beside the pixels. They are turned, and the note does not come through.
    #[test]
    fn stands_upright_and_leaves_notes_behind() {
        let mut plain = Cursor::new(Vec::new());
        halves(60, 40).write_to(&mut plain, ImageFormat::Jpeg).unwrap();
        // An Exif segment with one entry, the orientation: turn right.
        let tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let long = (2 + 6 + tiff.len()) as u16;
        let segment = [&[0xff, 0xe1][..], &long.to_be_bytes(), b"Exif\0\0", tiff].concat();
        let plain = plain.into_inner();
        let noted = [&plain[..2], &segment, &plain[2..]].concat();
        let drawing = draw(&noted).unwrap();
        assert_eq!(widths(&drawing), [(40, 60)]);
        assert!(drawing.bodies.iter().all(|body| !body.windows(4).any(|part| part == b"Exif")));
    }

    /// What is no picture, breaks off, claims to be huge or is a strip is not taken.
    #[test]
    fn some_are_not_taken() {
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        assert_eq!(draw(svg).unwrap_err(), Unfit::Unknown);
        assert_eq!(draw(b"GIF89a\x01\0\x01\0\0\0\0;").unwrap_err(), Unfit::Unknown);
        assert_eq!(draw(b"").unwrap_err(), Unfit::Unknown);
        let whole = png(&halves(300, 300));
        assert_eq!(draw(&whole[..whole.len() / 2]).unwrap_err(), Unfit::Broken);
        for (width, height) in [(60_000_u32, 10_u32), (15_000, 15_000)] {
            assert_eq!(draw(&bomb(width, height)).unwrap_err(), Unfit::TooMany, "{width} by {height}");
        }
        assert_eq!(draw(&png(&halves(10, 100))).unwrap_err(), Unfit::TooTall);
    }

    /// A file of some seventy bytes that claims to be this large.
    fn bomb(width: u32, height: u32) -> Vec<u8> {
        let mut out = png(&halves(1, 1));
        out[16..20].copy_from_slice(&width.to_be_bytes());
        out[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc(&out[12..29]);
        out[29..33].copy_from_slice(&sum.to_be_bytes());
        out
    }

    /// The check sum of a PNG's chunk.
    fn crc(bytes: &[u8]) -> u32 {
        let step = |sum: u32, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
        !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
    }
}
