resource "aws_kinesis_stream" "clicks" {
  name             = "clicks"
  shard_count      = 1
  retention_period = var.stage == "2" ? 48 : 24
  tags = {
    stage = var.stage
  }
}

resource "aws_s3_bucket" "clicks" {
  bucket = "acme-clicks"
}

resource "aws_iam_role" "firehose" {
  name = "firehose"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "firehose.amazonaws.com" } }]
  })
}

resource "aws_kinesis_firehose_delivery_stream" "clicks" {
  name        = "clicks"
  destination = "extended_s3"
  extended_s3_configuration {
    role_arn   = aws_iam_role.firehose.arn
    bucket_arn = aws_s3_bucket.clicks.arn
  }
}
