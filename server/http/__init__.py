"""What every HTTP answer passes through: limits, headers, caching, errors, logs, metrics; and the site behind it."""
