"""The page `book/by_hand_costs.md`: what it measures, claims, draws and places."""
