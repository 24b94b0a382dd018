locals {
  trust = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_vpc" "a" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.a.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "us-east-1a"
}
resource "aws_subnet" "b" {
  vpc_id            = aws_vpc.a.id
  cidr_block        = "10.0.2.0/24"
  availability_zone = "us-east-1b"
}
data "aws_subnet" "a" { id = aws_subnet.a.id }
resource "aws_security_group" "a" { vpc_id = aws_vpc.a.id }
data "aws_security_group" "a" { id = aws_security_group.a.id }
resource "aws_route_table" "a" { vpc_id = aws_vpc.a.id }
data "aws_route_table" "a" { route_table_id = aws_route_table.a.id }
resource "aws_internet_gateway" "a" { vpc_id = aws_vpc.a.id }
data "aws_internet_gateway" "a" { internet_gateway_id = aws_internet_gateway.a.id }
resource "aws_network_interface" "a" { subnet_id = aws_subnet.a.id }
data "aws_network_interface" "a" { id = aws_network_interface.a.id }
resource "aws_launch_template" "a" { name = "ltx" }
data "aws_launch_template" "a" { id = aws_launch_template.a.id }
resource "aws_customer_gateway" "a" {
  bgp_asn    = 65000
  ip_address = "172.83.124.10"
  type       = "ipsec.1"
}
data "aws_customer_gateway" "a" { id = aws_customer_gateway.a.id }
data "aws_ec2_managed_prefix_lists" "a" {}
resource "aws_lb" "a" {
  name     = "lb"
  internal = true
  subnets  = [aws_subnet.a.id, aws_subnet.b.id]
}
resource "aws_lb_target_group" "a" {
  name     = "tg"
  port     = 80
  protocol = "HTTP"
  vpc_id   = aws_vpc.a.id
}
resource "aws_lb_listener" "a" {
  load_balancer_arn = aws_lb.a.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.a.arn
  }
}
data "aws_alb" "a" { arn = aws_lb.a.arn }
data "aws_alb_listener" "a" { arn = aws_lb_listener.a.arn }
data "aws_alb_target_group" "a" { arn = aws_lb_target_group.a.arn }
resource "aws_api_gateway_rest_api" "a" { name = "api" }
resource "aws_api_gateway_resource" "a" {
  rest_api_id = aws_api_gateway_rest_api.a.id
  parent_id   = aws_api_gateway_rest_api.a.root_resource_id
  path_part   = "p"
}
data "aws_api_gateway_resource" "a" {
  rest_api_id = aws_api_gateway_rest_api.a.id
  path        = "/p"
  depends_on  = [aws_api_gateway_resource.a]
}
resource "aws_api_gateway_api_key" "a" { name = "k" }
data "aws_api_gateway_api_key" "a" { id = aws_api_gateway_api_key.a.id }
resource "aws_api_gateway_authorizer" "a" {
  name          = "au"
  rest_api_id   = aws_api_gateway_rest_api.a.id
  type          = "COGNITO_USER_POOLS"
  provider_arns = [aws_cognito_user_pool.a.arn]
}
data "aws_api_gateway_authorizer" "a" {
  rest_api_id   = aws_api_gateway_rest_api.a.id
  authorizer_id = aws_api_gateway_authorizer.a.id
}
data "aws_api_gateway_authorizers" "a" {
  rest_api_id = aws_api_gateway_rest_api.a.id
  depends_on  = [aws_api_gateway_authorizer.a]
}
resource "aws_apigatewayv2_api" "a" {
  name          = "h"
  protocol_type = "HTTP"
}
data "aws_apigatewayv2_api" "a" { api_id = aws_apigatewayv2_api.a.id }
resource "aws_appconfig_application" "a" { name = "app" }
resource "aws_appconfig_configuration_profile" "a" {
  application_id = aws_appconfig_application.a.id
  name           = "p"
  location_uri   = "hosted"
}
data "aws_appconfig_configuration_profile" "a" {
  application_id           = aws_appconfig_application.a.id
  configuration_profile_id = aws_appconfig_configuration_profile.a.configuration_profile_id
}
resource "aws_backup_vault" "a" { name = "vvv" }
data "aws_backup_vault" "a" { name = aws_backup_vault.a.name }
resource "aws_backup_report_plan" "a" {
  name = "rp"
  report_delivery_channel {
    s3_bucket_name = "b"
  }
  report_setting {
    report_template = "RESTORE_JOB_REPORT"
  }
}
data "aws_backup_report_plan" "a" { name = aws_backup_report_plan.a.name }
resource "aws_iam_role" "a" {
  name               = "r"
  assume_role_policy = local.trust
}
resource "aws_cloudformation_stack" "a" {
  name          = "st"
  template_body = jsonencode({ Resources = { Q = { Type = "AWS::SQS::Queue" } } })
}
data "aws_cloudformation_stack" "a" { name = aws_cloudformation_stack.a.name }
resource "aws_cloudfront_origin_access_control" "a" {
  name                              = "o"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}
data "aws_cloudfront_origin_access_control" "a" { id = aws_cloudfront_origin_access_control.a.id }
resource "aws_cloudwatch_event_connection" "a" {
  name               = "c"
  authorization_type = "BASIC"
  auth_parameters {
    basic {
      username = "u"
      password = "p"
    }
  }
}
data "aws_cloudwatch_event_connection" "a" { name = aws_cloudwatch_event_connection.a.name }
resource "aws_cognito_user_pool" "a" { name = "up" }
data "aws_cognito_user_pool" "a" { user_pool_id = aws_cognito_user_pool.a.id }
resource "aws_cognito_user_pool_client" "a" {
  name         = "cl"
  user_pool_id = aws_cognito_user_pool.a.id
}
data "aws_cognito_user_pool_client" "a" {
  user_pool_id = aws_cognito_user_pool.a.id
  client_id    = aws_cognito_user_pool_client.a.id
}
resource "aws_cognito_user_group" "a" {
  name         = "g"
  user_pool_id = aws_cognito_user_pool.a.id
}
data "aws_cognito_user_group" "a" {
  name         = aws_cognito_user_group.a.name
  user_pool_id = aws_cognito_user_pool.a.id
}
data "aws_cognito_user_groups" "a" { user_pool_id = aws_cognito_user_pool.a.id }
resource "aws_cognito_identity_pool" "a" { identity_pool_name = "ip" }
data "aws_cognito_identity_pool" "a" { identity_pool_name = aws_cognito_identity_pool.a.identity_pool_name }
resource "aws_ecs_cluster" "a" { name = "ec" }
resource "aws_ecs_task_definition" "a" {
  family                = "td"
  container_definitions = jsonencode([{ name = "c", image = "i", memory = 128, essential = true }])
}
data "aws_ecs_task_definition" "a" {
  task_definition = aws_ecs_task_definition.a.family
}
resource "aws_efs_file_system" "a" {}
resource "aws_efs_access_point" "a" { file_system_id = aws_efs_file_system.a.id }
data "aws_efs_access_points" "a" {
  file_system_id = aws_efs_file_system.a.id
}
data "aws_elastic_beanstalk_solution_stack" "a" {
  name_regex  = ".*"
  most_recent = true
}
resource "aws_iam_group" "a" { name = "ig" }
data "aws_iam_group" "a" { group_name = aws_iam_group.a.name }
resource "aws_iam_user" "a" { name = "iu" }
data "aws_iam_user" "a" { user_name = aws_iam_user.a.name }
resource "aws_iam_saml_provider" "a" {
  name                   = "sp"
  saml_metadata_document = join("", ["<EntityDescriptor>", join("", [for i in range(1000) : "xx"]), "</EntityDescriptor>"])
}
data "aws_iam_saml_provider" "a" { arn = aws_iam_saml_provider.a.arn }
data "aws_iot_endpoint" "a" {}
resource "aws_kinesis_firehose_delivery_stream" "a" {
  name        = "fh"
  destination = "extended_s3"
  extended_s3_configuration {
    role_arn   = aws_iam_role.a.arn
    bucket_arn = "arn:aws:s3:::b"
  }
}
data "aws_kinesis_firehose_delivery_stream" "a" { name = aws_kinesis_firehose_delivery_stream.a.name }
resource "aws_lambda_function" "a" {
  function_name = "f"
  role          = aws_iam_role.a.arn
  handler       = "app.handler"
  runtime       = "python3.12"
  filename      = "function.zip"
}
resource "aws_lambda_function_url" "a" {
  function_name      = aws_lambda_function.a.function_name
  authorization_type = "NONE"
}
data "aws_lambda_function_url" "a" { function_name = aws_lambda_function_url.a.function_name }
resource "aws_lambda_layer_version" "a" {
  layer_name = "l"
  filename   = "function.zip"
}
data "aws_lambda_layer_version" "a" { layer_name = aws_lambda_layer_version.a.layer_name }
resource "aws_s3_account_public_access_block" "a" {}
data "aws_s3_account_public_access_block" "a" { depends_on = [aws_s3_account_public_access_block.a] }
resource "aws_secretsmanager_secret" "a" { name = "se" }
data "aws_secretsmanager_secret" "a" { name = aws_secretsmanager_secret.a.name }
resource "aws_servicecatalog_portfolio" "a" {
  name          = "po"
  provider_name = "p"
}
data "aws_servicecatalog_portfolio" "a" { id = aws_servicecatalog_portfolio.a.id }
resource "aws_ses_email_identity" "a" { email = "a@example.com" }
data "aws_ses_email_identity" "a" { email = aws_ses_email_identity.a.email }
resource "aws_sesv2_email_identity" "a" { email_identity = "b.example.com" }
data "aws_sesv2_email_identity" "a" { email_identity = aws_sesv2_email_identity.a.email_identity }
resource "aws_sfn_activity" "a" { name = "ac" }
data "aws_sfn_activity" "a" { name = aws_sfn_activity.a.name }
data "aws_ssoadmin_instances" "a" {}
data "aws_sagemaker_prebuilt_ecr_image" "a" { repository_name = "kmeans" }
resource "aws_eks_cluster" "a" {
  name     = "ek"
  role_arn = aws_iam_role.a.arn
  vpc_config {
    subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
  }
}
data "aws_eks_node_groups" "a" { cluster_name = aws_eks_cluster.a.name }
resource "aws_organizations_organization" "a" { feature_set = "ALL" }
resource "aws_organizations_organizational_unit" "a" {
  name      = "ou"
  parent_id = aws_organizations_organization.a.roots[0].id
}
data "aws_organizations_organizational_unit" "a" {
  name      = aws_organizations_organizational_unit.a.name
  parent_id = aws_organizations_organization.a.roots[0].id
}
data "aws_organizations_policies" "a" {
  filter     = "SERVICE_CONTROL_POLICY"
  depends_on = [aws_organizations_organization.a]
}
resource "aws_quicksight_group" "a" { group_name = "qg" }
data "aws_quicksight_group" "a" { group_name = aws_quicksight_group.a.group_name }
resource "aws_cloudfront_distribution" "a" {
  enabled = true
  origin {
    domain_name = "e.com"
    origin_id   = "o"
  }
  default_cache_behavior {
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    target_origin_id       = "o"
    viewer_protocol_policy = "allow-all"
    forwarded_values {
      query_string = false
      cookies {
        forward = "none"
      }
    }
  }
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
  viewer_certificate {
    cloudfront_default_certificate = true
  }
}
data "aws_cloudfront_distribution" "a" { id = aws_cloudfront_distribution.a.id }
data "aws_polly_voices" "a" {}
data "aws_bedrock_custom_models" "a" {}
data "aws_networkmanager_global_networks" "a" {}
