resource "aws_vpc" "this" {
  cidr_block = "10.90.0.0/16"
}

resource "aws_subnet" "store" {
  count             = 2
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 8, count.index)
  availability_zone = ["us-east-1a", "us-east-1b"][count.index]
}

resource "aws_security_group" "store" {
  name_prefix = "store-"
  vpc_id      = aws_vpc.this.id

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "store" {
  security_group_id = aws_security_group.store.id
  cidr_ipv4         = aws_vpc.this.cidr_block
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
}

resource "aws_db_subnet_group" "store" {
  name       = "store"
  subnet_ids = aws_subnet.store[*].id
}

resource "aws_kms_key" "store" {
  description             = "The store and its secret"
  deletion_window_in_days = 7
  enable_key_rotation     = true
}

resource "aws_db_parameter_group" "store" {
  name   = "store"
  family = "postgres16"

  parameter {
    name  = "log_min_duration_statement"
    value = var.stage == "1" ? "500" : "250"
  }
}

resource "aws_secretsmanager_secret" "store" {
  name                    = "store/master"
  kms_key_id              = aws_kms_key.store.arn
  recovery_window_in_days = 7
}

resource "aws_secretsmanager_secret_version" "store" {
  secret_id     = aws_secretsmanager_secret.store.id
  secret_string = jsonencode({ username = "store", password = "not-a-real-one-${var.stage}" })
}

resource "aws_iam_role" "rotation" {
  name = "store-rotation"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_lambda_function" "rotation" {
  function_name = "store-rotation"
  role          = aws_iam_role.rotation.arn
  runtime       = "python3.12"
  handler       = "app.handler"
  filename      = "function.zip"
}

resource "aws_lambda_permission" "rotation" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.rotation.function_name
  principal     = "secretsmanager.amazonaws.com"
}

resource "aws_secretsmanager_secret_rotation" "store" {
  secret_id           = aws_secretsmanager_secret.store.id
  rotation_lambda_arn = aws_lambda_function.rotation.arn

  rotation_rules {
    automatically_after_days = var.stage == "1" ? 30 : 14
  }

  depends_on = [aws_lambda_permission.rotation, aws_secretsmanager_secret_version.store]
}

resource "aws_db_instance" "store" {
  identifier              = "store"
  engine                  = "postgres"
  engine_version          = "16.3"
  instance_class          = "db.t4g.micro"
  allocated_storage       = 20
  storage_encrypted       = true
  kms_key_id              = aws_kms_key.store.arn
  db_name                 = "store"
  username                = "store"
  password                = "not-a-real-one"
  db_subnet_group_name    = aws_db_subnet_group.store.name
  parameter_group_name    = aws_db_parameter_group.store.name
  vpc_security_group_ids  = [aws_security_group.store.id]
  backup_retention_period = var.stage == "1" ? 7 : 14
  skip_final_snapshot     = true
  apply_immediately       = true
}

resource "aws_iam_role" "proxy" {
  name = "store-proxy"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "rds.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_db_proxy" "store" {
  name                   = "store"
  engine_family          = "POSTGRESQL"
  role_arn               = aws_iam_role.proxy.arn
  require_tls            = true
  vpc_subnet_ids         = aws_subnet.store[*].id
  vpc_security_group_ids = [aws_security_group.store.id]

  auth {
    auth_scheme = "SECRETS"
    iam_auth    = "DISABLED"
    secret_arn  = aws_secretsmanager_secret.store.arn
  }
}

resource "aws_db_proxy_default_target_group" "store" {
  db_proxy_name = aws_db_proxy.store.name

  connection_pool_config {
    max_connections_percent = 80
  }
}

resource "aws_db_proxy_target" "store" {
  db_proxy_name          = aws_db_proxy.store.name
  target_group_name      = aws_db_proxy_default_target_group.store.name
  db_instance_identifier = aws_db_instance.store.identifier
}
