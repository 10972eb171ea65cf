import type { FactKind, FactTypes } from '../../../domain/facts.ts';
import type { Level } from '../../../domain/level.ts';
import type { CockpitState, Suggestion } from '../../../store/cockpit.ts';
import type { PaneRow } from '../../panes/row.ts';
import { severityOf, severityOfRow, urgency } from '../../panes/severity.ts';
import type { View } from '../../view.ts';
import { asksForRow, asksForSignal } from './asked.ts';
import { type Blind, type Found, gather } from './gather.ts';
import type { NowRow } from './rank.ts';
import { inRank } from './rank.ts';

const aboutFact = <K extends FactKind>(when: string, kind: K, fact: FactTypes[K], level: Level): boolean =>
  asksForRow(when, kind, { key: '', fact, level, stale: false, feed: '' });

/** The runbook that fits now because of this very row; of several the first of the profile. Absent: none does. */
const runbookOf = ({ suggestions }: CockpitState, { subject, level }: PaneRow): Suggestion | undefined => {
  if (subject === undefined) return undefined;
  return suggestions.find(({ fits, runbook }) => {
    if (fits !== 'yes' || runbook.when === undefined) return false;
    return subject.kind === 'signal'
      ? asksForSignal(runbook.when, subject.signal.id)
      : aboutFact<FactKind>(runbook.when, subject.kind, subject.fact, level);
  });
};

const findingRow = (view: View, { pane, finding }: Found): NowRow => {
  const { row } = finding;
  const { subject } = row;
  const runbook = runbookOf(view.cockpit, row);
  const severity = severityOfRow(view.cockpit, row);
  return {
    is: 'finding',
    key: `${pane.id} ${row.key}`,
    level: row.level,
    label: row.label,
    // Thousands of rows have a text, and only a filter reads it.
    get text() {
      return `${pane.title} ${row.label} ${finding.says(view)}${severity === undefined ? '' : ` ${severity.id}`}`;
    },
    pane,
    finding,
    ...(subject === undefined ? {} : { subject }),
    ...(runbook === undefined ? {} : { runbook }),
    ...(severity === undefined ? {} : { severity }),
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

const suggestionRow = (suggestion: Suggestion, { cockpit }: View): NowRow => {
  const { runbook, fits, why } = suggestion;
  const severity = severityOf(cockpit, runbook.id);
  return {
    is: 'runbook',
    key: `runbook ${runbook.id}`,
    level: fits === 'yes' ? 'ok' : 'unknown',
    notable: true,
    label: runbook.title,
    text: `runbook ${runbook.id} ${runbook.title} ${why}${severity === undefined ? '' : ` ${severity.id}`}`,
    suggestion,
    ...(severity === undefined ? {} : { severity }),
  };
};

/** Runbooks for what is most urgent first; the others as in the profile. */
const byUrgency = (a: NowRow, b: NowRow): number =>
  urgency(a.severity, a.level) - urgency(b.severity, b.level);

/**
 * What is wrong now, and what is there to do about it: runbooks that fit, then every finding of all panes in the order
 * of `inRank`, then runbooks of which nobody can tell whether they fit.
 */
export const nowRows = (view: View): readonly NowRow[] => {
  const { found, blind } = gather(view);
  const suggested = (fits: Suggestion['fits']): readonly NowRow[] =>
    view.cockpit.suggestions
      .filter((one) => one.fits === fits)
      .map((one) => suggestionRow(one, view))
      .toSorted(byUrgency);
  const findings = inRank([...found.map((one) => findingRow(view, one)), ...blind.map(blindRow)]);
  return [...suggested('yes'), ...findings, ...suggested('unknown')];
};
