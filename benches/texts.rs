//! Texts to measure with: the same for the same seed, with words as unevenly common as in a language.

/// Makes texts.
pub(crate) struct Texts {
    words: Vec<String>,
    state: u64,
}

impl Texts {
    pub(crate) fn new(seed: u64) -> Self {
        let mut texts = Self { words: Vec::new(), state: seed | 1 };
        let syllables =
            ["ta", "re", "mi", "lo", "sun", "der", "ka", "po", "ven", "ix", "or", "bel", "qua", "sti", "na", "fu"];
        while texts.words.len() < 20_000 {
            let length = 1 + texts.below(4);
            let word: String = (0..length).map(|_| syllables[texts.below(syllables.len())]).collect();
            let number = texts.words.len();
            texts.words.push(if number < 2000 { word } else { format!("{word}{}", number % 97) });
        }
        texts
    }

    pub(crate) fn below(&mut self, below: usize) -> usize {
        self.state = self.state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        usize::try_from(self.state >> 33).unwrap_or(0) % below
    }

    /// A word; the first ones are by far the most common.
    pub(crate) fn word(&mut self) -> &str {
        let spread = self.below(1000) + 1;
        let rank = self.below(self.words.len()) * spread * spread / 1_000_000;
        &self.words[rank]
    }

    /// A word of the ranks from `first` to `last`.
    pub(crate) fn ranked(&mut self, first: usize, last: usize) -> String {
        let rank = first + self.below(last - first);
        self.words[rank].clone()
    }

    pub(crate) fn title(&mut self) -> String {
        (0..5).map(|_| self.word().to_owned()).collect::<Vec<_>>().join(" ")
    }

    /// HTML of about so many bytes, as a page of a course.
    pub(crate) fn html(&mut self, bytes: usize) -> String {
        let mut html = String::with_capacity(bytes + 100);
        while html.len() < bytes {
            html.push_str("<p>");
            for _ in 0..40 {
                html.push_str(self.word());
                html.push(' ');
            }
            html.push_str("<strong>");
            html.push_str(self.word());
            html.push_str("</strong></p>\n");
        }
        html
    }
}
