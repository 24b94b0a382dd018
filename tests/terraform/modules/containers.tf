resource "aws_iam_role" "task" {
  name = "web-task"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_ecs_cluster" "main" {
  name = "main"
  tags = {
    stage = var.stage
  }
}

resource "aws_ecs_task_definition" "web" {
  family             = "web"
  execution_role_arn = aws_iam_role.task.arn
  task_role_arn      = aws_iam_role.task.arn
  container_definitions = jsonencode([
    { name = "web", image = "nginx:${var.stage}", memory = 128, essential = true }
  ])
}

resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.web.arn
  desired_count   = 0
}
