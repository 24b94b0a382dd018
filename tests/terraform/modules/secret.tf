resource "aws_secretsmanager_secret" "database" {
  name                    = "prod/database"
  description             = "stage ${var.stage}"
  recovery_window_in_days = 0
  tags = {
    stage = var.stage
  }
}

resource "aws_secretsmanager_secret_version" "database" {
  secret_id     = aws_secretsmanager_secret.database.id
  secret_string = "stage-${var.stage}"
}

resource "aws_secretsmanager_secret_policy" "database" {
  secret_arn = aws_secretsmanager_secret.database.arn
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "123456789012" }, Action = "secretsmanager:GetSecretValue", Resource = "*" }]
  })
}
