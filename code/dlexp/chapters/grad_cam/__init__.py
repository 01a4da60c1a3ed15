"""The chapter `book/grad_cam.md`: what it measures, claims, draws and places."""
