resource "aws_s3_bucket" "kept" {
  bucket        = "settings-kept-here"
  force_destroy = true
}

resource "aws_iam_role" "recorder" {
  name = "recorder"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "config.amazonaws.com" } }]
  })
}

resource "aws_config_configuration_recorder" "all" {
  name     = "all"
  role_arn = aws_iam_role.recorder.arn
}

resource "aws_config_delivery_channel" "kept" {
  name           = "kept"
  s3_bucket_name = aws_s3_bucket.kept.bucket
  depends_on     = [aws_config_configuration_recorder.all]
}

resource "aws_config_configuration_recorder_status" "all" {
  name       = aws_config_configuration_recorder.all.name
  is_enabled = true
  depends_on = [aws_config_delivery_channel.kept]
}

resource "aws_config_config_rule" "versioned" {
  name       = "versioned"
  depends_on = [aws_config_configuration_recorder.all]
  source {
    owner             = "AWS"
    source_identifier = "S3_BUCKET_VERSIONING_ENABLED"
  }
  tags = { stage = var.stage }
}
