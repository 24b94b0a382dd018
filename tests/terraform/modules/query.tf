resource "aws_s3_bucket" "results" {
  bucket = "acme-athena-results"
}

resource "aws_athena_workgroup" "analysts" {
  name        = "analysts"
  description = "stage ${var.stage}"
  configuration {
    result_configuration {
      output_location = "s3://${aws_s3_bucket.results.bucket}/"
    }
  }
}
