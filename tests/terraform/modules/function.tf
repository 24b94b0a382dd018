resource "aws_iam_role" "function" {
  name = "resize-function"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_lambda_function" "resize" {
  function_name = "resize"
  role          = aws_iam_role.function.arn
  filename      = "${path.module}/function.zip"
  handler       = "app.handler"
  runtime       = "python3.12"
  memory_size   = var.stage == "2" ? 256 : 128
  tags = {
    stage = var.stage
  }
}

resource "aws_lambda_permission" "topic" {
  statement_id  = "topic"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.resize.function_name
  principal     = "sns.amazonaws.com"
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.resize.function_name
  function_version = "$LATEST"
  description      = "stage ${var.stage}"
}

resource "aws_cloudwatch_log_group" "resize" {
  name              = "/aws/lambda/resize"
  retention_in_days = 7
}
