"""What sources claim: which value holds when, who says so, which one stands, and what changed between two dates.

It is worked out when asked for. It refuses to store a verdict, to make up a date, or to decide where no rule does.
"""
