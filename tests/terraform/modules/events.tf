resource "aws_sqs_queue" "inbox" {
  name = "nightly-inbox"
}

resource "aws_cloudwatch_event_rule" "nightly" {
  name                = "nightly"
  schedule_expression = var.stage == "2" ? "rate(2 days)" : "rate(1 day)"
  tags = {
    stage = var.stage
  }
}

resource "aws_cloudwatch_event_target" "inbox" {
  rule = aws_cloudwatch_event_rule.nightly.name
  arn  = aws_sqs_queue.inbox.arn
}
