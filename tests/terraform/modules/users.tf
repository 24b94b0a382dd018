resource "aws_cognito_user_pool" "people" {
  name = "people"
  tags = {
    stage = var.stage
  }
}

resource "aws_cognito_user_pool_client" "web" {
  name         = "web-${var.stage}"
  user_pool_id = aws_cognito_user_pool.people.id
}

resource "aws_cognito_identity_pool" "guests" {
  identity_pool_name               = "guests"
  allow_unauthenticated_identities = false
}
