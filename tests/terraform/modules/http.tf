resource "aws_apigatewayv2_api" "main" {
  name          = "main"
  protocol_type = "HTTP"
  description   = "stage ${var.stage}"
}

resource "aws_apigatewayv2_stage" "live" {
  api_id      = aws_apigatewayv2_api.main.id
  name        = "live"
  auto_deploy = true
}
