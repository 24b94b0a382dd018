resource "aws_mq_configuration" "rabbit" {
  name           = "rabbit"
  engine_type    = "ActiveMQ"
  engine_version = "5.18"
  data           = "<broker xmlns=\"http://activemq.apache.org/schema/core\"></broker>"
  tags           = { stage = var.stage }
}

resource "aws_codedeploy_app" "shop" {
  name             = "shop"
  compute_platform = "Lambda"
}
