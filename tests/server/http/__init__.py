"""What every HTTP answer passes through."""
