data "aws_ami" "any" {
  most_recent = true
  owners      = ["amazon"]
}

data "aws_availability_zones" "here" {}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "one" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = data.aws_availability_zones.here.names[0]
}

resource "aws_instance" "web" {
  ami           = data.aws_ami.any.id
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.one.id
  tags = {
    stage = var.stage
  }
}

resource "aws_ebs_volume" "data" {
  availability_zone = data.aws_availability_zones.here.names[0]
  size              = 8
}

resource "aws_volume_attachment" "data" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.data.id
  instance_id = aws_instance.web.id
}

resource "aws_eip" "web" {
  domain = "vpc"
}

resource "aws_key_pair" "ops" {
  key_name   = "ops"
  public_key = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDIm0YqZTCkMjPIAhoELYn5/t6e2rbWEjyuyxKqNnTPJeiFMB3FVGjcXkWXyZJmGJPDjjWQyDEXp5rMTVwOEIXn9OTNtCWCGGZ0gjJsKCBiJTHRyeJlTwi6mBkN7TMPlxTqUsAK8GcgFeYvPPrbJHSKFnHBtQoH4TeZyTtFhO0uuw== ops"
}
