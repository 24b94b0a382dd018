resource "aws_vpc" "k" {
  cidr_block = "10.9.0.0/16"
}

resource "aws_subnet" "k" {
  count             = 2
  vpc_id            = aws_vpc.k.id
  cidr_block        = "10.9.${count.index}.0/24"
  availability_zone = count.index == 0 ? "us-east-1a" : "us-east-1b"
}

resource "aws_iam_role" "k" {
  for_each = toset(["eks", "ec2"])
  name     = "k-${each.key}"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "${each.key}.amazonaws.com" } }]
  })
}

resource "aws_eks_cluster" "k" {
  name     = "k"
  role_arn = aws_iam_role.k["eks"].arn
  vpc_config {
    subnet_ids = aws_subnet.k[*].id
  }
  tags = { stage = var.stage }
}

resource "aws_eks_node_group" "k" {
  cluster_name    = aws_eks_cluster.k.name
  node_group_name = "small"
  node_role_arn   = aws_iam_role.k["ec2"].arn
  subnet_ids      = aws_subnet.k[*].id
  scaling_config {
    desired_size = 1
    max_size     = 1
    min_size     = 1
  }
}
