//! Numbers, texts and lists as bytes, compactly and by hand: what the index keeps of each text is written so.

/// Bytes that grow.
pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    /// Seven bits a byte, the lowest first.
    pub(crate) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(low_bits(number) | 0x80);
            number >>= 7;
        }
        self.0.push(low_bits(number));
    }

    /// Its length in bytes and then itself.
    pub(crate) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    /// The number of items, and then each by `item`.
    pub(crate) fn list<'i, T: 'i>(
        &mut self,
        items: impl IntoIterator<Item = &'i T, IntoIter: ExactSizeIterator>,
        mut item: impl FnMut(&mut Self, &'i T),
    ) {
        let items = items.into_iter();
        self.number(items.len() as u64);
        for one in items {
            item(self, one);
        }
    }
}

/// The lowest seven bits.
fn low_bits(number: u64) -> u8 {
    (number & 0x7f).to_le_bytes()[0]
}

/// Bytes that are read from the front; nothing where they are not whole.
pub(crate) struct Bytes<'b>(pub(crate) &'b [u8]);

impl<'b> Bytes<'b> {
    /// What [`Writer::number`] wrote.
    pub(crate) fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..63).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// A number that counts what is in memory.
    pub(crate) fn size(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    /// A number of a position.
    pub(crate) fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    /// What [`Writer::text`] wrote.
    pub(crate) fn text(&mut self) -> Option<&'b str> {
        let bytes = self.size()?;
        let (text, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        simdutf8::basic::from_utf8(text).ok()
    }

    /// The same, to keep.
    pub(crate) fn owned(&mut self) -> Option<String> {
        self.text().map(str::to_owned)
    }

    /// The number of items of a list, before the items themselves.
    pub(crate) fn count(&mut self) -> Option<usize> {
        // Each item takes a byte at least: a damaged count does not ask for memory.
        self.size().filter(|count| *count <= self.0.len())
    }

    /// What [`Writer::list`] wrote.
    pub(crate) fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count()?;
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            items.push(item(self)?);
        }
        Some(items)
    }
}
