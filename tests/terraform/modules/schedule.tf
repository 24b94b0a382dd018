resource "aws_sqs_queue" "inbox" {
  name       = "inbox.fifo"
  fifo_queue = true
}

resource "aws_iam_role" "scheduler" {
  name = "scheduler"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "scheduler.amazonaws.com" } }]
  })
}

resource "aws_scheduler_schedule_group" "nightly" {
  name = "nightly"
}

resource "aws_scheduler_schedule" "nightly" {
  name                = "nightly"
  group_name          = aws_scheduler_schedule_group.nightly.name
  schedule_expression = var.stage == "2" ? "rate(2 days)" : "rate(1 day)"
  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = aws_sqs_queue.inbox.arn
    role_arn = aws_iam_role.scheduler.arn
  }
}
