"""What a Terraform plan or a CloudFormation template will call, which of it will be refused, and the change that lets
all of it through."""
