resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  ttl {
    attribute_name = "expires"
    enabled        = true
  }
  point_in_time_recovery {
    enabled = true
  }
  tags = {
    stage = var.stage
  }
}

resource "aws_dynamodb_table" "plain" {
  name           = "plain"
  hash_key       = "id"
  read_capacity  = var.stage == "2" ? 2 : 1
  write_capacity = 1
  attribute {
    name = "id"
    type = "S"
  }
}
