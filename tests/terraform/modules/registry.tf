resource "aws_ecr_repository" "app" {
  name                 = "team/app"
  image_tag_mutability = var.stage == "2" ? "IMMUTABLE" : "MUTABLE"
  tags = {
    stage = var.stage
  }
}

resource "aws_ecr_lifecycle_policy" "app" {
  repository = aws_ecr_repository.app.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      selection    = { tagStatus = "untagged", countType = "imageCountMoreThan", countNumber = 5 }
      action       = { type = "expire" }
    }]
  })
}

resource "aws_ecr_repository_policy" "app" {
  repository = aws_ecr_repository.app.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "pull", Effect = "Allow", Principal = { AWS = "123456789012" }, Action = "ecr:BatchGetImage" }]
  })
}
