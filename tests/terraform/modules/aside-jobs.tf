resource "aws_iam_role" "job" {
  name = "job"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_batch_job_definition" "nightly" {
  name                  = "nightly"
  type                  = "container"
  platform_capabilities = ["EC2"]
  container_properties = jsonencode({
    image      = "busybox"
    command    = ["true"]
    vcpus      = 1
    memory     = 128
    jobRoleArn = aws_iam_role.job.arn
  })
  tags = { stage = var.stage }
}

resource "aws_batch_scheduling_policy" "fair" {
  name = "fair"
  fair_share_policy {
    compute_reservation = 1
    share_decay_seconds = 3600
  }
}
