resource "aws_backup_vault" "nightly" {
  name = "nightly"
  tags = { stage = var.stage }
}

resource "aws_backup_plan" "nightly" {
  name = "nightly"
  rule {
    rule_name         = "nightly"
    target_vault_name = aws_backup_vault.nightly.name
    schedule          = "cron(0 12 * * ? *)"
  }
}
