resource "aws_ses_email_identity" "sender" {
  email = "sender@example.com"
}

resource "aws_ses_template" "welcome" {
  name    = "welcome"
  subject = "welcome, stage ${var.stage}"
  text    = "hello"
}

resource "aws_ses_configuration_set" "all" {
  name = "all"
}

resource "aws_sesv2_email_identity" "domain" {
  email_identity = "mail.example.com"
}
