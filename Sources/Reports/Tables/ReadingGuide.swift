/// How the tables are to be read, for `summary.md`.
struct ReadingGuide {
  let study: Study

  /// The paragraphs.
  var text: String {
    """
    A run reaches a loss at its first validation at that loss or below, if the next validation is there too. The last \
    validation of a run counts alone. The steps are interpolated between this validation and the one before it; tokens and \
    time likewise. FLOPs are tokens times the formula's. The means of these are geometric, over the runs. They are given \
    only where every seed reached the target.

    The speed-up is \(study.baselinePhrase)'s steps over the arm's, seed by seed. Where the steps of every run are known, it \
    is a geometric mean, and its interval is Student's t on the logarithms. An interval is never narrower than the steps \
    between validations allow; "coarse validations" says that these steps make up more than half of it. Where a target is \
    reached before the second validation, all that is known is that it lies before.

    "At least" and "at most" stand where some run did not reach the target, or diverged, or was there before its second \
    validation. The ratio of such a pair is known from one side only. What is given then is a limit of the median ratio, \
    with its own confidence. It comes from the order of the seeds' ratios alone (order statistics), so it assumes nothing of \
    how far a run was from its target. "99.6% one-sided" says that the limit holds with a probability of at least 99.6%. \
    With one seed nothing is known of others. Nothing is extrapolated.
    """
  }
}
