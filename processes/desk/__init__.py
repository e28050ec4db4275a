"""What somebody at work needs beside the engine's tasks: notices, saved views, drafts."""
