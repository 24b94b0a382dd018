resource "aws_vpc" "names" {
  cidr_block = "10.8.0.0/16"
}

resource "aws_subnet" "names" {
  count      = 2
  vpc_id     = aws_vpc.names.id
  cidr_block = "10.8.${count.index}.0/24"
}

resource "aws_security_group" "names" {
  name   = "names"
  vpc_id = aws_vpc.names.id
}

resource "aws_route53_resolver_endpoint" "out" {
  name               = "out-${var.stage}"
  direction          = "OUTBOUND"
  security_group_ids = [aws_security_group.names.id]
  dynamic "ip_address" {
    for_each = aws_subnet.names
    content {
      subnet_id = ip_address.value.id
    }
  }
}

resource "aws_route53_resolver_rule" "corp" {
  domain_name          = "corp.example.com"
  rule_type            = "FORWARD"
  resolver_endpoint_id = aws_route53_resolver_endpoint.out.id
  target_ip {
    ip = "192.0.2.10"
  }
}

resource "aws_route53_resolver_rule_association" "corp" {
  resolver_rule_id = aws_route53_resolver_rule.corp.id
  vpc_id           = aws_vpc.names.id
}
