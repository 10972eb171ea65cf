import type { Suggestion } from '../../../store/cockpit.ts';
import type { View } from '../../view.ts';
import type { PaneRow } from '../pane.ts';
import { type Blind, type Found, gather } from './gather.ts';
import { inRank } from './rank.ts';
import { runbookOf } from './runbook.ts';

/** One line of NOW. */
export type NowRow = PaneRow &
  (
    | ({ readonly is: 'finding'; readonly runbook?: Suggestion } & Found)
    | ({ readonly is: 'blind' } & Blind)
    | { readonly is: 'runbook'; readonly suggestion: Suggestion }
  );

const findingRow = (view: View, { pane, finding }: Found): NowRow => {
  const { row } = finding;
  const { subject } = row;
  const runbook = runbookOf(view.cockpit, row);
  return {
    is: 'finding',
    key: `${pane.id} ${row.key}`,
    level: row.level,
    label: row.label,
    // Thousands of rows have a text, and only a filter reads it.
    get text() {
      return `${pane.title} ${row.label} ${finding.says(view)}`;
    },
    pane,
    finding,
    ...(subject === undefined ? {} : { subject }),
    ...(runbook === undefined ? {} : { runbook }),
  };
};

const blindRow = (blind: Blind): NowRow => {
  const { source, kind, message } = blind.fault;
  return {
    is: 'blind',
    key: `blind ${source} ${kind} ${message}`,
    level: 'unknown',
    label: source,
    text: `${source} ${kind} ${message}`,
    ...blind,
  };
};

const suggestionRow = (suggestion: Suggestion): NowRow => ({
  is: 'runbook',
  key: `runbook ${suggestion.runbook.id}`,
  level: suggestion.fits === 'yes' ? 'ok' : 'unknown',
  notable: true,
  label: suggestion.runbook.title,
  text: `runbook ${suggestion.runbook.id} ${suggestion.runbook.title} ${suggestion.why}`,
  suggestion,
});

/**
 * What is wrong now, and what is there to do about it: runbooks that fit, then every finding of all panes in the order
 * of `inRank`, then runbooks of which nobody can tell whether they fit.
 */
export const nowRows = (view: View): readonly NowRow[] => {
  const { found, blind } = gather(view);
  const suggested = (fits: Suggestion['fits']): readonly NowRow[] =>
    view.cockpit.suggestions.filter((one) => one.fits === fits).map(suggestionRow);
  const findings = inRank([...found.map((one) => findingRow(view, one)), ...blind.map(blindRow)]);
  return [...suggested('yes'), ...findings, ...suggested('unknown')];
};
