package io.sluice.bbr;

import org.jspecify.annotations.Nullable;

/** What is kept for the case that a loss was none: draft-ietf-ccwg-bbr-06 §2.15, §5.5.11.1. */
final class Undo {
    private final Model m;
    private boolean saved;

    /** BBR.undo_state: where to return to; null for nowhere. */
    @Nullable BbrState undoState;

    double bwShortterm;
    double inflightShortterm;
    double inflightLongterm;

    Undo(Model model) {
        this.m = model;
    }

    /**
     * SaveStateUponLoss(), but for SaveCwnd(). Deviates from the pseudocode of NoteLoss(), which saves at the first loss of each
     * round and so, later in the same recovery, what the recovery has done already: §5.5.11.1 saves the state when an episode
     * starts.
     */
    void saveStateUponLoss() {
        if (saved) {
            return;
        }
        saved = true;
        undoState = null;
        bwShortterm = m.bwShortterm;
        inflightShortterm = m.inflightShortterm;
        inflightLongterm = m.inflightLongterm;
    }

    /** The episode is over: the next loss begins another. What is saved stays, since losses can turn out spurious later. */
    void endEpisode() {
        saved = false;
    }

    /** The model's part of HandleSpuriousLossDetection(), §5.5.11.2. */
    void restoreModel() {
        m.bwShortterm = Math.max(m.bwShortterm, bwShortterm);
        m.inflightShortterm = Math.max(m.inflightShortterm, inflightShortterm);
        m.inflightLongterm = Math.max(m.inflightLongterm, inflightLongterm);
    }
}
