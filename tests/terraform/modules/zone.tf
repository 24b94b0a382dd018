resource "aws_route53_zone" "main" {
  name = "example.com"
  tags = {
    stage = var.stage
  }
}

resource "aws_route53_record" "www" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "www.example.com"
  type    = "A"
  ttl     = var.stage == "2" ? 60 : 300
  records = ["192.0.2.1"]
}
