//! How big an office is invented.

/// Units, persons and texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Units of the tree, the commission itself included.
    pub units: usize,
    /// Persons with a dossier.
    pub persons: usize,
    /// Case texts.
    pub texts: usize,
}

impl Scale {
    /// A first look and quick tests: 24 units, 1,200 persons (so many that every
    /// case of the categories finds somebody), 300 texts.
    pub const fn small() -> Self {
        Self { units: 24, persons: 1_200, texts: 300 }
    }

    /// A district: 61 units, 2,579 cadres, 5,000 texts.
    pub const fn district() -> Self {
        Self { units: 61, persons: 2_579, texts: 5_000 }
    }

    /// A county: 600 units, 57,000 persons, 100,000 texts.
    pub const fn county() -> Self {
        Self { units: 600, persons: 57_000, texts: 100_000 }
    }

    /// So many persons and texts, with a fitting number of units (4 to 5,000).
    pub fn of(persons: usize, texts: usize) -> Self {
        Self { units: (persons / 60 + 8).clamp(4, 5_000), persons, texts }
    }
}
