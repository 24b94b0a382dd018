resource "aws_cloudwatch_log_group" "app" {
  name              = "/acme/app"
  retention_in_days = var.stage == "2" ? 30 : 7
  tags = {
    stage = var.stage
  }
}

resource "aws_cloudwatch_log_metric_filter" "errors" {
  name           = "errors"
  pattern        = "ERROR"
  log_group_name = aws_cloudwatch_log_group.app.name
  metric_transformation {
    name      = "errors"
    namespace = "acme"
    value     = "1"
  }
}

resource "aws_cloudwatch_log_stream" "app" {
  name           = "one"
  log_group_name = aws_cloudwatch_log_group.app.name
}
