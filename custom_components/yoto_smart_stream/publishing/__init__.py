"""Publishing: cards as they get to Yoto, safely, and the versions that lead back."""
