resource "aws_ssm_document" "restart" {
  name            = "restart-web"
  document_type   = "Command"
  document_format = "JSON"
  content = jsonencode({
    schemaVersion = "2.2"
    description   = "restart, stage ${var.stage}"
    mainSteps = [{
      action = "aws:runShellScript"
      name   = "restart"
      inputs = { runCommand = ["systemctl restart web"] }
    }]
  })
  tags = { team = "web" }
}

resource "aws_ssm_maintenance_window" "sunday" {
  name     = "sunday"
  schedule = "cron(0 16 ? * SUN *)"
  duration = var.stage == "2" ? 4 : 3
  cutoff   = 1
}

