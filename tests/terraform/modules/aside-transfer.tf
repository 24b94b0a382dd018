resource "aws_transfer_server" "sftp" {
  identity_provider_type = "SERVICE_MANAGED"
  tags                   = { stage = var.stage }
}

resource "aws_iam_role" "sftp" {
  name = "sftp"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "transfer.amazonaws.com" } }]
  })
}

resource "aws_transfer_user" "partner" {
  server_id      = aws_transfer_server.sftp.id
  user_name      = "partner"
  role           = aws_iam_role.sftp.arn
  home_directory = "/inbox"
}
