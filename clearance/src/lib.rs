//! From a list of names to an answer that can be defended
