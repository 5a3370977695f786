"""The graph that stays: a store in memory or on disk, kept up to date as documents come, change and go.

Every document is one transaction. It refuses a second writer, and to drop what it cannot read again.
"""
