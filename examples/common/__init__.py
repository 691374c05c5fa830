"""What the stories in ``examples/`` share: the client, the server's process, the account."""
