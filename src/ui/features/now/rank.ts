import { rank } from '../../../domain/level.ts';
import type { Severity } from '../../../domain/severity.ts';
import type { Suggestion } from '../../../store/cockpit.ts';
import { pendingOf } from '../../panes/pending.ts';
import type { PaneRow } from '../../panes/row.ts';
import { urgency } from '../../panes/severity.ts';
import { neededBy, thingOf } from './about.ts';
import type { Blind, Found } from './gather.ts';

/** One line of NOW. */
export type NowRow = PaneRow & { readonly severity?: Severity } & (
    | ({ readonly is: 'finding'; readonly runbook?: Suggestion } & Found)
    | ({ readonly is: 'blind' } & Blind)
    | { readonly is: 'runbook'; readonly suggestion: Suggestion }
  );

/** What is about to be raised stands between WARN and UNKNOWN, as in the header. */
const aboutToBe = 1.5;

const badness = (row: NowRow): number => {
  if (row.level !== 'ok') return rank[row.level];
  return pendingOf(row) === undefined ? 0 : aboutToBe;
};

const sinceOf = (row: NowRow): number => {
  if (row.is === 'finding') return row.finding.since ?? 0;
  return row.is === 'blind' ? row.since : 0;
};

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface Counts {
  /** Findings about each thing. */
  readonly about: ReadonlyMap<string, number>;
  /** Findings of other things that name each thing as what they need. */
  readonly needing: ReadonlyMap<string, number>;
}

const countsOf = (rows: readonly NowRow[]): Counts => {
  const [about, needing] = [new Map<string, number>(), new Map<string, number>()];
  const count = (counts: Map<string, number>, thing: string): void => {
    if (thing !== '') counts.set(thing, (counts.get(thing) ?? 0) + 1);
  };
  for (const { subject } of rows) {
    const thing = thingOf(subject);
    count(about, thing);
    for (const needed of neededBy(subject)) if (needed !== thing) count(needing, needed);
  }
  return { about, needing };
};

/**
 * What is most urgent first, as the profile's severities say; where they say nothing, and among what is equally urgent, worst
 * first. Of what is equally bad first what most other findings need: the broker before the services whose breakers
 * and health checks name it. Then what most findings are about, those of one thing together. Then what has been so for
 * the shortest time: what is new explains a call sooner than what has been so for days. Then by name.
 */
export const inRank = (rows: readonly NowRow[]): readonly NowRow[] => {
  const { about, needing } = countsOf(rows);
  const keyed = rows.map((row) => {
    const thing = thingOf(row.subject);
    return {
      row,
      thing,
      urgent: urgency(row.severity, row.level),
      bad: badness(row),
      since: sinceOf(row),
      needed: needing.get(thing) ?? 0,
      about: about.get(thing) ?? 1,
    };
  });
  return keyed
    .toSorted(
      (a, b) =>
        a.urgent - b.urgent ||
        b.bad - a.bad ||
        b.needed - a.needed ||
        b.about - a.about ||
        (a.about > 1 ? byText(a.thing, b.thing) : 0) ||
        b.since - a.since ||
        byText(a.row.label, b.row.label),
    )
    .map(({ row }) => row);
};
