"""Where audio comes from: files, folders, uploads, the web, Home Assistant's media, and speech."""
