//! HTTP API and console
