"""What teaches: lessons and interview questions as data, and what is computed for them."""
