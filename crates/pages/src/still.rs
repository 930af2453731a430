//! Still lifes: what is drawn for a slot without a picture.
//!
//! Six scenes on a shelf in eight tones, chosen by a seed, so that the same slot always looks the
//! same. Shapes are named by class and coloured by the style sheet, which knows light and dark.

use std::fmt;

use askama::filters::HtmlSafe;

/// A scene and its tone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Still {
    scene: usize,
    tone: usize,
}

/// Tones in the style sheet: `.tone-0` to `.tone-7`.
const TONES: u64 = 8;

impl Still {
    /// The still life for `seed`, such as a slot's id.
    #[must_use]
    pub fn of(seed: &str) -> Self {
        let hash = seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        // The low bits of this hash are its weak ones.
        let hash = hash ^ (hash >> 29);
        Self {
            scene: (hash % SCENES.len() as u64) as usize,
            tone: (hash / SCENES.len() as u64 % TONES) as usize,
        }
    }

    /// The whole drawing in place.
    #[must_use]
    pub const fn drawn(&self) -> impl HtmlSafe + askama::FastWritable {
        Drawing::Whole(*self)
    }

    /// The drawing by reference to [`Still::sprite`], which the page must hold once.
    #[must_use]
    pub const fn thumb(&self) -> impl HtmlSafe + askama::FastWritable {
        Drawing::Thumb(*self)
    }

    /// All scenes, not shown, for [`Still::thumb`].
    #[must_use]
    pub const fn sprite() -> impl HtmlSafe + askama::FastWritable {
        Drawing::Sprite
    }
}

enum Drawing {
    Whole(Still),
    Thumb(Still),
    Sprite,
}

impl HtmlSafe for Drawing {}

impl askama::FastWritable for Drawing {
    fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(write!(dest, "{self}")?)
    }
}

impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(still) => {
                open(f, still.tone)?;
                write!(f, "{BACK}{}</svg>", SCENES[still.scene])
            }
            Self::Thumb(still) => {
                open(f, still.tone)?;
                write!(f, "<use href=\"#scene-{}\"/></svg>", still.scene)
            }
            Self::Sprite => {
                f.write_str("<svg class=\"sprite\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>")?;
                for (number, scene) in SCENES.iter().enumerate() {
                    write!(f, "<g id=\"scene-{number}\">{BACK}{scene}</g>")?;
                }
                f.write_str("</defs></svg>")
            }
        }
    }
}

fn open(f: &mut fmt::Formatter<'_>, tone: usize) -> fmt::Result {
    write!(
        f,
        "<svg class=\"still tone-{tone}\" viewBox=\"0 0 800 600\" preserveAspectRatio=\"xMidYMid slice\" \
         aria-hidden=\"true\" focusable=\"false\">"
    )
}

/// The light on the wall and the shelf, on which all scenes stand at y = 440.
const BACK: &str = "<circle class=\"sl-g\" cx=\"600\" cy=\"170\" r=\"250\"/>\
     <path class=\"sl-s\" d=\"M-400 440H1200v20H-400z\"/><path class=\"sl-d\" d=\"M-400 460H1200v30H-400z\"/>";

const SCENES: [&str; 6] = [
    // Bottle and two mugs.
    "<path class=\"sl-3\" d=\"M176 170h48v84c34 20 46 46 46 76v86a24 24 0 0 1-24 24h-92a24 24 0 0 1-24-24v-86c0-30 12-56 46-76z\"/>\
     <path class=\"sl-l\" d=\"M146 330c0-20 10-38 30-52v162h-22a8 8 0 0 1-8-8z\"/>\
     <path class=\"sl-k1\" d=\"M480 322h26a40 40 0 0 1 0 80h-32\"/>\
     <path class=\"sl-1\" d=\"M310 280h174v116a44 44 0 0 1-44 44h-86a44 44 0 0 1-44-44z\"/>\
     <path class=\"sl-l\" d=\"M330 280h34v160h-10a24 24 0 0 1-24-24z\"/>\
     <path class=\"sl-k2\" d=\"M676 362h16a28 28 0 0 1 0 56h-22\"/>\
     <path class=\"sl-2\" d=\"M556 334h122v72a34 34 0 0 1-34 34h-54a34 34 0 0 1-34-34z\"/>",
    // Vase with a branch, and a bowl.
    "<path class=\"sl-k4\" d=\"M300 240C300 160 340 110 400 60M304 190c-10-40-40-60-70-70M330 140c40-4 70 6 92 26\"/>\
     <ellipse class=\"sl-2\" cx=\"408\" cy=\"56\" rx=\"34\" ry=\"18\" transform=\"rotate(-42 408 56)\"/>\
     <ellipse class=\"sl-2\" cx=\"222\" cy=\"116\" rx=\"32\" ry=\"17\" transform=\"rotate(20 222 116)\"/>\
     <ellipse class=\"sl-2\" cx=\"436\" cy=\"176\" rx=\"32\" ry=\"17\" transform=\"rotate(36 436 176)\"/>\
     <path class=\"sl-1\" d=\"M262 226h80c0 40 78 60 78 124 0 48-30 76-60 90H244c-30-14-60-42-60-90 0-64 78-84 78-124z\"/>\
     <path class=\"sl-l\" d=\"M206 352c0-40 40-66 64-92-6 60-30 120-2 180h-16c-28-18-46-48-46-88z\"/>\
     <path class=\"sl-3\" d=\"M480 350h220c0 50-42 90-88 90h-44c-46 0-88-40-88-90z\"/>",
    // Books and a plant.
    "<path class=\"sl-1\" d=\"M170 210h60v230h-60z\"/><path class=\"sl-l\" d=\"M170 250h60v14h-60zM170 386h60v14h-60z\"/>\
     <path class=\"sl-3\" d=\"M236 180h46v260h-46z\"/><path class=\"sl-2\" d=\"M288 236h66v204h-66z\"/>\
     <path class=\"sl-l\" d=\"M308 266h26v60h-26z\"/><path class=\"sl-1\" d=\"M392 214l48-14 62 226-48 14z\"/>\
     <path class=\"sl-4\" d=\"M628 330c-60-20-80-80-70-130 46 16 74 70 70 130zM632 330c-6-70 20-130 74-156 20 60-10 130-74 156z\"/>\
     <path class=\"sl-3\" d=\"M560 326h146l-22 114H582z\"/><path class=\"sl-l\" d=\"M560 326h146l-5 26H565z\"/>",
    // Jars.
    "<path class=\"sl-2\" d=\"M160 250h150v26H160z\"/><rect class=\"sl-1\" x=\"146\" y=\"272\" width=\"178\" height=\"168\" rx=\"30\"/>\
     <path class=\"sl-l\" d=\"M146 330h178v56H146z\"/>\
     <path class=\"sl-1\" d=\"M398 150h44v24h-44z\"/><path class=\"sl-3\" d=\"M402 174h36v60c34 16 46 36 46 66v116a24 24 0 0 1-24 24h-80a24 24 0 0 1-24-24V300c0-30 12-50 46-66z\"/>\
     <path class=\"sl-l\" d=\"M356 320h128v66H356z\"/>\
     <path class=\"sl-1\" d=\"M560 322h110v22H560z\"/><rect class=\"sl-2\" x=\"548\" y=\"340\" width=\"134\" height=\"100\" rx=\"24\"/>",
    // Parcels and a ball of yarn.
    "<path class=\"sl-1\" d=\"M170 290h280v150H170z\"/><path class=\"sl-l\" d=\"M290 290h40v150h-40z\"/>\
     <path class=\"sl-3\" d=\"M220 190h180v100H220z\"/><path class=\"sl-l\" d=\"M300 190h20v100h-20z\"/>\
     <path class=\"sl-k3\" d=\"M310 188c-40-60-80-10 0 2 80-12 40-62 0-2\"/>\
     <circle class=\"sl-2\" cx=\"590\" cy=\"358\" r=\"82\"/>\
     <path class=\"sl-kl\" d=\"M520 330c40-40 100-50 140-10M514 372c40-40 110-56 154-10M536 414c34-34 84-44 124-20\"/>",
    // Arch, ball and cone.
    "<path class=\"sl-1\" d=\"M170 440V290a110 110 0 0 1 220 0v150h-64V296a46 46 0 0 0-92 0v144z\"/>\
     <circle class=\"sl-2\" cx=\"480\" cy=\"366\" r=\"74\"/><path class=\"sl-l\" d=\"M420 324a74 74 0 0 1 60-32c-30 20-46 90-8 148a74 74 0 0 1-52-116z\"/>\
     <path class=\"sl-3\" d=\"M640 210l92 230H556z\"/><path class=\"sl-l\" d=\"M640 210l-18 230h-66z\"/>",
];

#[cfg(test)]
mod tests {
    use super::*;

    // Aim: neighbouring slots should not all look alike, and one slot always the same.
    #[test]
    fn seeds_spread_over_scenes_and_tones() {
        let seen: std::collections::BTreeSet<_> =
            (0..200).map(|n| Still::of(&format!("slot_{n}"))).map(|s| (s.scene, s.tone)).collect();
        assert!(seen.len() > 40, "only {} different", seen.len());
        assert_eq!(Still::of("slot_1"), Still::of("slot_1"));
    }
}
