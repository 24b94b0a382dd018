resource "aws_kms_key" "data" {
  description             = "data ${var.stage}"
  enable_key_rotation     = true
  deletion_window_in_days = 7
  tags = {
    stage = var.stage
  }
}

resource "aws_kms_alias" "data" {
  name          = "alias/data"
  target_key_id = aws_kms_key.data.key_id
}
