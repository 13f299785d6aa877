//! The record store: the only SQL
