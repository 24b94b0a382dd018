resource "aws_iam_role" "function" {
  name = "orders-function"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
  managed_policy_arns = []
}

resource "aws_sqs_queue" "orders" {
  name                       = "mapped-orders"
  visibility_timeout_seconds = 60
}

resource "aws_lambda_function" "orders" {
  function_name                  = "orders"
  role                           = aws_iam_role.function.arn
  filename                       = "${path.module}/function.zip"
  handler                        = "app.handler"
  runtime                        = "python3.12"
  reserved_concurrent_executions = 1
  environment {
    variables = { STAGE = var.stage }
  }
}

resource "aws_lambda_event_source_mapping" "orders" {
  event_source_arn = aws_sqs_queue.orders.arn
  function_name    = aws_lambda_function.orders.arn
  batch_size       = var.stage == "2" ? 5 : 10
}
