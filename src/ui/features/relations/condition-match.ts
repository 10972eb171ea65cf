import type { FactKind, FactTypes } from '../../../domain/facts/facts.ts';
import type { Level } from '../../../domain/facts/level.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import type { SignalSpec } from '../../../domain/profile/profile.ts';
import {
  conditionCountsRow,
  conditionMatchesRow,
  conditionUsesSignal,
} from '../../../expressions/condition-match.ts';
import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';

type JudgedRow = Pick<PaneRow, 'subject' | 'level'>;
type Judging = Pick<RenderContext, 'cockpit' | 'own'>;

const noSpecs: readonly SignalSpec[] = [];

/** The row of a fact, as conditions test it. */
export const conditionRow = <K extends FactKind>(fact: FactTypes[K], level: Level): Row<K> => ({
  key: '',
  fact,
  level,
  stale: false,
  feed: '',
});

const isAboutFact = <K extends FactKind>(
  when: string,
  kind: K,
  row: Row<K>,
  specs: readonly SignalSpec[],
): boolean =>
  conditionMatchesRow(when, kind, row) || (row.level !== 'ok' && conditionCountsRow(when, kind, row, specs));

/** True if the runbook matches now, because of this row, or because a signal counts it as a problem. */
const matchesBecauseOf =
  ({ own }: Judging, { subject, level }: JudgedRow) =>
  ({ fits, runbook }: RunbookSuggestion): boolean => {
    if (subject === undefined || fits !== 'yes' || runbook.when === undefined) return false;
    return subject.kind === 'signal'
      ? conditionUsesSignal(runbook.when, subject.signal.id)
      : isAboutFact<FactKind>(
          runbook.when,
          subject.kind,
          conditionRow<FactKind>(subject.fact, level),
          own?.facts.frame.signals ?? noSpecs,
        );
  };

/** All runbooks that match because of a fact of this row, in the order of the suggestions. */
export const runbooksMatchingRow = (
  view: Judging,
  { subject, level, facts }: JudgedRow & Pick<PaneRow, 'facts'>,
): readonly RunbookSuggestion[] => {
  const all = facts?.() ?? (subject === undefined ? [] : [subject]);
  return view.cockpit.suggestions.filter((suggestion) =>
    all.some((rowSubject) => matchesBecauseOf(view, { subject: rowSubject, level })(suggestion)),
  );
};
