"""Mail: what is sent to those who are not reached in chat, and sign-in links."""
