resource "aws_resourcegroups_group" "web" {
  name        = "web"
  description = "stage ${var.stage}"
  resource_query {
    query = jsonencode({
      ResourceTypeFilters = ["AWS::EC2::Instance"]
      TagFilters          = [{ Key = "team", Values = ["web"] }]
    })
  }
}

