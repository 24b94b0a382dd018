resource "aws_vpc" "hub" {
  cidr_block = "10.20.0.0/16"
}

resource "aws_vpc" "spoke" {
  cidr_block = "10.21.0.0/16"
}

resource "aws_vpc_peering_connection" "both" {
  vpc_id      = aws_vpc.hub.id
  peer_vpc_id = aws_vpc.spoke.id
  auto_accept = true
  tags        = { stage = var.stage }
}

resource "aws_vpc_dhcp_options" "corp" {
  domain_name         = "corp.example.com"
  domain_name_servers = ["10.20.0.2"]
}

resource "aws_vpc_dhcp_options_association" "hub" {
  vpc_id          = aws_vpc.hub.id
  dhcp_options_id = aws_vpc_dhcp_options.corp.id
}

resource "aws_ec2_managed_prefix_list" "offices" {
  name           = "offices-${var.stage}"
  address_family = "IPv4"
  max_entries    = 3
  entry {
    cidr        = "192.0.2.0/24"
    description = "north"
  }
}
