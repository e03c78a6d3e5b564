"""What representatives ask their own colleagues about an item before the meeting."""
