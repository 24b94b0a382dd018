resource "aws_iam_role" "task" {
  name = "web-task"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "one" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
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
  network_mode       = "awsvpc"
  container_definitions = jsonencode([
    { name = "web", image = "nginx:${var.stage}", memory = 128, essential = true }
  ])
}

resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.web.arn
  desired_count   = 0
  network_configuration {
    subnets = [aws_subnet.one.id]
  }
}
