resource "aws_appsync_graphql_api" "shop" {
  name                = "shop-${var.stage}"
  authentication_type = "API_KEY"
  schema              = "type Query { hello: String }"
}

resource "aws_appsync_api_key" "shop" {
  api_id = aws_appsync_graphql_api.shop.id
}
