resource "aws_prometheus_workspace" "metrics" {
  alias = "metrics-${var.stage}"
}

resource "aws_sns_topic" "budget" {
  name = "budget"
}

resource "aws_budgets_budget" "monthly" {
  name         = "monthly"
  budget_type  = "COST"
  limit_amount = var.stage == "2" ? "200" : "100"
  limit_unit   = "USD"
  time_unit    = "MONTHLY"
}
