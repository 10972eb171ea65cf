import type { FactKind, FactTypes } from '../../../domain/facts.ts';
import type { Level } from '../../../domain/level.ts';
import type { CockpitState, Suggestion } from '../../../store/cockpit.ts';
import type { PaneRow } from '../pane.ts';
import { asksForRow, asksForSignal } from './asked.ts';

const aboutFact = <K extends FactKind>(when: string, kind: K, fact: FactTypes[K], level: Level): boolean =>
  asksForRow(when, kind, { key: '', fact, level, stale: false, feed: '' });

/** The runbook that fits now because of this very row; of several the first of the profile. Absent: none does. */
export const runbookOf = (
  { suggestions }: CockpitState,
  { subject, level }: PaneRow,
): Suggestion | undefined => {
  if (subject === undefined) return undefined;
  return suggestions.find(({ fits, runbook }) => {
    if (fits !== 'yes' || runbook.when === undefined) return false;
    return subject.kind === 'signal'
      ? asksForSignal(runbook.when, subject.signal.id)
      : aboutFact<FactKind>(runbook.when, subject.kind, subject.fact, level);
  });
};
