//! Colours as CSS writes them, and how well two can be told apart (WCAG 2.2, contrast ratio).

/// An opaque colour, or one to be laid over another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Colour {
    red: f64,
    green: f64,
    blue: f64,
    alpha: f64,
}

impl Colour {
    pub(super) const WHITE: Colour = Colour { red: 1.0, green: 1.0, blue: 1.0, alpha: 1.0 };
    /// The text of a Canvas page without a colour of its own.
    pub(super) const TEXT: Colour = Colour { red: 0.176, green: 0.231, blue: 0.271, alpha: 1.0 };

    /// Reads a CSS colour; none for what is not a plain colour, such as `inherit` or a gradient.
    pub(super) fn parse(text: &str) -> Option<Colour> {
        let text = text.trim().trim_end_matches("!important").trim_end().to_ascii_lowercase();
        if let Some(hex) = text.strip_prefix('#') {
            return from_hex(hex);
        }
        if text == "transparent" {
            return Some(Colour { red: 0.0, green: 0.0, blue: 0.0, alpha: 0.0 });
        }
        if let Some((_, hex)) = NAMES.iter().find(|(name, _)| *name == text) {
            return from_hex(hex);
        }
        let (function, rest) = text.split_once('(')?;
        let inside = rest.strip_suffix(')')?;
        let parts: Vec<&str> = inside.split([',', ' ', '/']).map(str::trim).filter(|part| !part.is_empty()).collect();
        let alpha = parts.get(3).map_or(Some(1.0), |part| share(part, 1.0))?.clamp(0.0, 1.0);
        let [a, b, c] = [parts.first()?, parts.get(1)?, parts.get(2)?];
        match function.trim() {
            "rgb" | "rgba" => {
                let channel = |part: &str| share(part, 255.0).map(|value| value.clamp(0.0, 1.0));
                Some(Colour { red: channel(a)?, green: channel(b)?, blue: channel(c)?, alpha })
            }
            "hsl" | "hsla" => {
                let hue: f64 = a.trim_end_matches("deg").parse().ok()?;
                Some(from_hsl(hue, share(b, 100.0)?.clamp(0.0, 1.0), share(c, 100.0)?.clamp(0.0, 1.0), alpha))
            }
            _ => None,
        }
    }

    /// This colour laid over `under`.
    pub(super) fn over(self, under: Colour) -> Colour {
        let mix = |above: f64, below: f64| above * self.alpha + below * (1.0 - self.alpha);
        Colour {
            red: mix(self.red, under.red),
            green: mix(self.green, under.green),
            blue: mix(self.blue, under.blue),
            alpha: 1.0,
        }
    }

    fn luminance(self) -> f64 {
        let linear = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// The contrast ratio of two opaque colours, 1 to 21.
    pub(super) fn contrast(self, other: Colour) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// The colour nearest to this one, darker or lighter, that is told apart from `ground` by at least `ratio`.
    pub(super) fn readable_on(self, ground: Colour, ratio: f64) -> Colour {
        let black = Colour { red: 0.0, green: 0.0, blue: 0.0, alpha: 1.0 };
        let towards = if ground.contrast(black) >= ground.contrast(Colour::WHITE) { black } else { Colour::WHITE };
        (0..=100)
            .map(|step| Colour { alpha: f64::from(step) / 100.0, ..towards }.over(self).rounded())
            .find(|colour| colour.contrast(ground) >= ratio)
            .unwrap_or(towards)
    }

    fn rounded(self) -> Colour {
        let round = |c: f64| (c * 255.0).round() / 255.0;
        Colour { red: round(self.red), green: round(self.green), blue: round(self.blue), alpha: 1.0 }
    }

    /// As `#rrggbb`.
    pub(super) fn written(self) -> String {
        // Clamped to a byte, so that the cast cannot wrap.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let byte = |c: f64| (c * 255.0).round().clamp(0.0, 255.0) as u8;
        format!("#{:02x}{:02x}{:02x}", byte(self.red), byte(self.green), byte(self.blue))
    }
}

/// A number of `whole`, or a percentage, as a share of one.
fn share(text: &str, whole: f64) -> Option<f64> {
    match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok().map(|value| value / 100.0),
        None => text.parse::<f64>().ok().map(|value| value / whole),
    }
    .filter(|value| value.is_finite())
}

fn from_hex(hex: &str) -> Option<Colour> {
    if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let short =
        |at: usize| hex.get(at..=at).and_then(|digit| u8::from_str_radix(digit, 16).ok()).map(|v| f64::from(v) / 15.0);
    let long =
        |at: usize| hex.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok()).map(|v| f64::from(v) / 255.0);
    match hex.len() {
        3 | 4 => Some(Colour {
            red: short(0)?,
            green: short(1)?,
            blue: short(2)?,
            alpha: if hex.len() == 4 { short(3)? } else { 1.0 },
        }),
        6 | 8 => Some(Colour {
            red: long(0)?,
            green: long(2)?,
            blue: long(4)?,
            alpha: if hex.len() == 8 { long(6)? } else { 1.0 },
        }),
        _ => None,
    }
}

fn from_hsl(hue: f64, saturation: f64, lightness: f64, alpha: f64) -> Colour {
    let amplitude = saturation * lightness.min(1.0 - lightness);
    let channel = |offset: f64| {
        let k = (offset + hue / 30.0).rem_euclid(12.0);
        lightness - amplitude * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
    };
    Colour { red: channel(0.0), green: channel(8.0), blue: channel(4.0), alpha }
}

/// The colour names that pages use (CSS Color 4).
const NAMES: &[(&str, &str)] = &[
    ("black", "000000"),
    ("silver", "c0c0c0"),
    ("gray", "808080"),
    ("grey", "808080"),
    ("white", "ffffff"),
    ("maroon", "800000"),
    ("red", "ff0000"),
    ("purple", "800080"),
    ("fuchsia", "ff00ff"),
    ("magenta", "ff00ff"),
    ("green", "008000"),
    ("lime", "00ff00"),
    ("olive", "808000"),
    ("yellow", "ffff00"),
    ("navy", "000080"),
    ("blue", "0000ff"),
    ("teal", "008080"),
    ("aqua", "00ffff"),
    ("cyan", "00ffff"),
    ("orange", "ffa500"),
    ("brown", "a52a2a"),
    ("crimson", "dc143c"),
    ("coral", "ff7f50"),
    ("gold", "ffd700"),
    ("khaki", "f0e68c"),
    ("indigo", "4b0082"),
    ("violet", "ee82ee"),
    ("pink", "ffc0cb"),
    ("hotpink", "ff69b4"),
    ("salmon", "fa8072"),
    ("tomato", "ff6347"),
    ("beige", "f5f5dc"),
    ("ivory", "fffff0"),
    ("lavender", "e6e6fa"),
    ("tan", "d2b48c"),
    ("turquoise", "40e0d0"),
    ("skyblue", "87ceeb"),
    ("steelblue", "4682b4"),
    ("royalblue", "4169e1"),
    ("lightblue", "add8e6"),
    ("darkblue", "00008b"),
    ("lightgreen", "90ee90"),
    ("darkgreen", "006400"),
    ("darkred", "8b0000"),
    ("darkorange", "ff8c00"),
    ("lightgray", "d3d3d3"),
    ("lightgrey", "d3d3d3"),
    ("darkgray", "a9a9a9"),
    ("darkgrey", "a9a9a9"),
    ("dimgray", "696969"),
    ("dimgrey", "696969"),
    ("lightyellow", "ffffe0"),
    ("whitesmoke", "f5f5f5"),
    ("gainsboro", "dcdcdc"),
    ("slategray", "708090"),
    ("forestgreen", "228b22"),
    ("seagreen", "2e8b57"),
    ("firebrick", "b22222"),
    ("chocolate", "d2691e"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_as_css_writes_them() {
        let cases = [
            ("#fff", Some("#ffffff")),
            ("#1a2B3c", Some("#1a2b3c")),
            ("rgb(255, 0, 10)", Some("#ff000a")),
            ("rgb(100% 0% 0%)", Some("#ff0000")),
            ("hsl(120, 100%, 25%)", Some("#008000")),
            ("Red !important", Some("#ff0000")),
            ("inherit", None),
            ("var(--x)", None),
            ("#12", None),
            ("rgb(a,b,c)", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Colour::parse(text).map(Colour::written).as_deref(), expected, "{text}");
        }
        assert_eq!(Colour::parse("rgba(0,0,0,.5)").unwrap().over(Colour::WHITE).written(), "#808080");
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        let ratio = |a: &str, b: &str| Colour::parse(a).unwrap().contrast(Colour::parse(b).unwrap());
        assert!((ratio("#000", "#fff") - 21.0).abs() < 0.01);
        assert!((ratio("#777", "#fff") - 4.48).abs() < 0.01);
        let (grey, yellow) = (Colour::parse("#aaa").unwrap(), Colour::parse("#ffff00").unwrap());
        assert!(grey.readable_on(Colour::WHITE, 4.5).contrast(Colour::WHITE) >= 4.5);
        assert!(yellow.readable_on(Colour::parse("#123").unwrap(), 4.5) == yellow);
    }
}
