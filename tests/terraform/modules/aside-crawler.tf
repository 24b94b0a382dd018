resource "aws_s3_bucket" "lake" {
  bucket = "acme-lake"
}

resource "aws_iam_role" "crawler" {
  name = "crawler"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "glue.amazonaws.com" } }]
  })
}

resource "aws_glue_catalog_database" "lake" {
  name = "lake"
}

resource "aws_glue_crawler" "lake" {
  name          = "lake"
  role          = aws_iam_role.crawler.arn
  database_name = aws_glue_catalog_database.lake.name
  schedule      = var.stage == "2" ? "cron(0 3 * * ? *)" : "cron(0 2 * * ? *)"
  s3_target {
    path = "s3://${aws_s3_bucket.lake.bucket}/raw"
  }
}
