resource "aws_efs_file_system" "home" {
  creation_token = "home"
  tags = {
    stage = var.stage
  }
}

resource "aws_efs_access_point" "home" {
  file_system_id = aws_efs_file_system.home.id
  posix_user {
    uid = 1000
    gid = 1000
  }
}
