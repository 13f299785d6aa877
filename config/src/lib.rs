//! Typed settings, and the files that ship with the program
