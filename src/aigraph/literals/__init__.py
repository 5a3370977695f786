"""The literals of a sentence, by one front door (`literals.literals`): dates, licences, places, and all of `figures`.

What cannot be known from the words (a relative date with nothing to count from) stays None: it refuses to guess.
"""
