resource "aws_glue_catalog_database" "lake" {
  name        = "lake"
  description = "stage ${var.stage}"
}

resource "aws_glue_catalog_table" "clicks" {
  name          = "clicks"
  database_name = aws_glue_catalog_database.lake.name
}

resource "aws_iam_role" "job" {
  name = "glue-job"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "glue.amazonaws.com" } }]
  })
}

resource "aws_glue_job" "nightly" {
  name     = "nightly"
  role_arn = aws_iam_role.job.arn
  command {
    script_location = "s3://acme-jobs/nightly.py"
  }
  tags = {
    stage = var.stage
  }
}
