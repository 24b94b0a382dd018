resource "aws_iot_thing" "lamp" {
  name       = "lamp"
  attributes = { room = var.stage == "2" ? "hall" : "kitchen" }
}

resource "aws_iot_policy" "publish" {
  name = "publish"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "iot:Publish", Resource = "*" }]
  })
}

resource "aws_iot_thing_type" "lamp" {
  name = "lamps"
}

resource "aws_iam_role" "rule" {
  name = "iot-rule"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "iot.amazonaws.com" } }]
  })
}

resource "aws_iot_topic_rule" "alarm" {
  name        = "alarm"
  enabled     = true
  sql         = "SELECT * FROM 'lamps/+/alarm'"
  sql_version = "2016-03-23"
  sns {
    role_arn   = aws_iam_role.rule.arn
    target_arn = aws_sns_topic.alarm.arn
  }
}

resource "aws_sns_topic" "alarm" {
  name = "lamp-alarm"
}
