"""What every REST interface needs: problems, cursors, ETags, ranges, idempotency. Knows nothing of what is served."""
