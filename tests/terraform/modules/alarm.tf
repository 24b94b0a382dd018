resource "aws_cloudwatch_metric_alarm" "busy" {
  alarm_name          = "busy"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "CPUUtilization"
  namespace           = "AWS/EC2"
  period              = 300
  statistic           = "Average"
  threshold           = var.stage == "2" ? 90 : 80
  tags = {
    stage = var.stage
  }
}

resource "aws_cloudwatch_dashboard" "main" {
  dashboard_name = "main"
  dashboard_body = jsonencode({ widgets = [] })
}
