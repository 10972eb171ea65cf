import type { FactKind, FactTypes } from '../../../domain/facts.ts';
import type { Level } from '../../../domain/level.ts';
import { conditionMatchesRow, conditionUsesSignal } from '../../../expressions/condition-match.ts';
import type { CockpitState, RunbookSuggestion } from '../../../store/cockpit.ts';
import type { PaneRow } from '../../panes/pane-row.ts';

const aboutFact = <K extends FactKind>(when: string, kind: K, fact: FactTypes[K], level: Level): boolean =>
  conditionMatchesRow(when, kind, { key: '', fact, level, stale: false, feed: '' });

/** The first matching runbook, in the order of the suggestions, that matches because of this row. */
export const findRunbookForRow = (
  { suggestions }: CockpitState,
  { subject, level }: Pick<PaneRow, 'subject' | 'level'>,
): RunbookSuggestion | undefined => {
  if (subject === undefined) return undefined;
  return suggestions.find(({ fits, runbook }) => {
    if (fits !== 'yes' || runbook.when === undefined) return false;
    return subject.kind === 'signal'
      ? conditionUsesSignal(runbook.when, subject.signal.id)
      : aboutFact<FactKind>(runbook.when, subject.kind, subject.fact, level);
  });
};
