data "aws_ami" "any" {
  most_recent = true
  owners      = ["amazon"]
}

resource "aws_launch_template" "web" {
  name          = "web"
  image_id      = data.aws_ami.any.id
  instance_type = var.stage == "2" ? "t3.small" : "t3.micro"
}

resource "aws_autoscaling_group" "web" {
  name               = "web"
  availability_zones = ["us-east-1a"]
  min_size           = 0
  max_size           = var.stage == "2" ? 2 : 1
  desired_capacity   = 0
  launch_template {
    id      = aws_launch_template.web.id
    version = "$Latest"
  }
}

resource "aws_autoscaling_policy" "web" {
  name                   = "up"
  autoscaling_group_name = aws_autoscaling_group.web.name
  adjustment_type        = "ChangeInCapacity"
  scaling_adjustment     = 1
}
