resource "aws_sns_topic" "alerts" {
  name         = "alerts"
  display_name = "alerts ${var.stage}"
  tags = {
    stage = var.stage
  }
}

resource "aws_sqs_queue" "inbox" {
  name = "alerts-inbox"
}

resource "aws_sns_topic_subscription" "inbox" {
  topic_arn            = aws_sns_topic.alerts.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.inbox.arn
  raw_message_delivery = var.stage == "2"
}
