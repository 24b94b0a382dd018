resource "aws_s3_bucket" "logs" {
  bucket_prefix = "acme-logs-"
  force_destroy = true
}

resource "aws_s3_bucket" "data" {
  bucket = "acme-logged"
}

resource "aws_s3_bucket_logging" "data" {
  bucket        = aws_s3_bucket.data.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "log-${var.stage}/"
}

resource "aws_s3_bucket_notification" "data" {
  bucket      = aws_s3_bucket.data.id
  eventbridge = true
}
