//! From files to checked drafts and texts
