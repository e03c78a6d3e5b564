"""What others must be told: deliveries and cards posted, written in the command's transaction."""
