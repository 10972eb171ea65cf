import type { FactKind, FactTypes } from '../../../domain/facts.ts';
import type { Level } from '../../../domain/level.ts';
import { conditionMatchesRow, conditionUsesSignal } from '../../../expressions/condition-match.ts';
import type { CockpitState, RunbookSuggestion } from '../../../store/cockpit.ts';
import type { PaneRow } from '../../panes/pane-row.ts';

const aboutFact = <K extends FactKind>(when: string, kind: K, fact: FactTypes[K], level: Level): boolean =>
  conditionMatchesRow(when, kind, { key: '', fact, level, stale: false, feed: '' });

type JudgedRow = Pick<PaneRow, 'subject' | 'level'>;

/** True if the runbook matches now, because of this row. */
const matchesBecauseOf =
  ({ subject, level }: JudgedRow) =>
  ({ fits, runbook }: RunbookSuggestion): boolean => {
    if (subject === undefined || fits !== 'yes' || runbook.when === undefined) return false;
    return subject.kind === 'signal'
      ? conditionUsesSignal(runbook.when, subject.signal.id)
      : aboutFact<FactKind>(runbook.when, subject.kind, subject.fact, level);
  };

/** The first matching runbook, in the order of the suggestions, that matches because of this row. */
export const findRunbookForRow = (
  { suggestions }: Pick<CockpitState, 'suggestions'>,
  row: JudgedRow,
): RunbookSuggestion | undefined => suggestions.find(matchesBecauseOf(row));

/** All runbooks that match because of a fact of this row, in the order of the suggestions. */
export const runbooksMatchingRow = (
  { suggestions }: Pick<CockpitState, 'suggestions'>,
  { subject, level, facts }: JudgedRow & Pick<PaneRow, 'facts'>,
): readonly RunbookSuggestion[] => {
  const all = facts?.() ?? (subject === undefined ? [] : [subject]);
  return suggestions.filter((suggestion) =>
    all.some((one) => matchesBecauseOf({ subject: one, level })(suggestion)),
  );
};
