"""What the register's commands return."""
