"""What one run of the screen begins with, shows and keeps."""
