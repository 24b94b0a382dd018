resource "aws_service_discovery_http_namespace" "shop" {
  name        = "shop"
  description = "the shop's services"
}

resource "aws_service_discovery_service" "cart" {
  name         = "cart"
  namespace_id = aws_service_discovery_http_namespace.shop.id
  description  = "stage ${var.stage}"
}
