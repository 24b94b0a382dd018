"""What articles claim about AWS, run: policies decided, commands and policies read as AWS's own tools read them."""
