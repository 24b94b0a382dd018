resource "aws_ssm_parameter" "plain" {
  name  = "/acme/plain"
  type  = "String"
  value = "stage ${var.stage}"
  tags = {
    stage = var.stage
  }
}

resource "aws_ssm_parameter" "secret" {
  name  = "/acme/secret"
  type  = "SecureString"
  value = "not-a-real-one"
}

data "aws_caller_identity" "me" {}
