resource "aws_appconfig_application" "shop" {
  name        = "shop"
  description = "stage ${var.stage}"
  tags        = { team = "shop" }
}

resource "aws_appconfig_configuration_profile" "flags" {
  application_id = aws_appconfig_application.shop.id
  name           = "flags"
  location_uri   = "hosted"
}

resource "aws_appconfig_hosted_configuration_version" "flags" {
  application_id           = aws_appconfig_application.shop.id
  configuration_profile_id = aws_appconfig_configuration_profile.flags.configuration_profile_id
  content_type             = "application/json"
  content                  = jsonencode({ dark = true })
}
