//! An invented office: dossiers and texts for demonstration and tests
