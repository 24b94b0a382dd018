"""From a paste to what it says: unwrap, match the patterns' templates, derive the rest."""
