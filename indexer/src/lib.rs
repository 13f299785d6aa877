//! Words, names and mentions: the derived index
