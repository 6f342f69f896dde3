"""Looking into files by kind: each check answers None, or the code and data of what is wrong."""
