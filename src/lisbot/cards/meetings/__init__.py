"""The year plan and its meetings: calls, proposals, agenda, notice, attendance."""
