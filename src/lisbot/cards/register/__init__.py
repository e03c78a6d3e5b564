"""The register: who represents whom, how councils are composed, and what people agree to."""
