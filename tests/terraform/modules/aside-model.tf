resource "aws_iam_role" "sagemaker" {
  name = "sagemaker"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "sagemaker.amazonaws.com" } }]
  })
}

resource "aws_sagemaker_model" "price" {
  name               = "price"
  execution_role_arn = aws_iam_role.sagemaker.arn
  primary_container {
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/price:latest"
  }
}

resource "aws_sagemaker_endpoint_configuration" "price" {
  name = "price"
  production_variants {
    variant_name           = "all"
    model_name             = aws_sagemaker_model.price.name
    initial_instance_count = 1
    instance_type          = "ml.t2.medium"
  }
  tags = { stage = var.stage }
}
