"""What people look at: the interactive page, and the places, sizes and colours that it shares with the exports."""
