resource "aws_guardduty_detector" "here" {
  enable                       = true
  finding_publishing_frequency = var.stage == "2" ? "ONE_HOUR" : "SIX_HOURS"
}

resource "aws_guardduty_filter" "low" {
  detector_id = aws_guardduty_detector.here.id
  name        = "low"
  action      = "ARCHIVE"
  rank        = 1
  finding_criteria {
    criterion {
      field  = "severity"
      equals = ["2"]
    }
  }
}
