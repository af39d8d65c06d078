"""Which tests of runs are collected: those over real files only where somebody names a folder of them."""

import os

collect_ignore = [] if "HTTPLS_CORPUS" in os.environ else ["test_corpus_scripts.py"]
