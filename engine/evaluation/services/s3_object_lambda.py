"""S3 Object Lambda: its access points stand before a standard access point, a function and a bucket.

Source: S3 User Guide, "Configuring IAM policies for Object Lambda Access Points": each of them has permissions of its
own.
"""

from whydenied.engine.evaluation.services.s3 import also_needs
from whydenied.engine.evaluation.services.service import Service

__all__ = ["SERVICE"]

SERVICE = Service("s3-object-lambda", also_needs=also_needs)
