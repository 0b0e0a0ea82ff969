"""Settings of the two sites: `node` in each city, `centre` once. Every variable is described in docs/operating.md."""
