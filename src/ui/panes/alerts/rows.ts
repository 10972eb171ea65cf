import type { Alert, AlertState } from '../../../domain/facts.ts';
import type { Millis } from '../../../domain/fault.ts';
import { rank } from '../../../domain/level.ts';
import type { Row } from '../../../domain/snapshot.ts';
import type { View } from '../../view.ts';
import type { PaneRow } from '../pane.ts';
import { madeOnce } from '../rows-of.ts';
import { byName } from '../worst-first.ts';
import { runbookFor } from './runbooks.ts';

/** One alert. */
export interface AlertRow extends PaneRow {
  readonly fact: Alert;
  readonly row: Row<'alerts'>;
  /** Held back by a silence or by another alert: nobody is called for it. */
  readonly quiet: boolean;
  /** What it is about, by the label that says so best. */
  readonly about: string;
  /** Who looks after it; '' when no label says so. */
  readonly owner: string;
  /** Since when it has been so, by the server or else by us. */
  readonly since?: Millis;
  /** The id of the runbook that asks for it. */
  readonly runbook?: string;
}

const states: readonly AlertState[] = ['firing', 'pending', 'silenced', 'inhibited'];

/** Labels that name a thing, the most particular one that people speak of first. */
const aboutLabels = [
  'service',
  'consumergroup',
  'group',
  'topic',
  'deployment',
  'pod',
  'container',
  'job',
  'instance',
];
const ownerLabels = ['owner', 'team'];

const firstOf = (labels: Alert['labels'], names: readonly string[]): string =>
  names.map((name) => labels[name]).find((value) => value !== undefined && value !== '') ?? '';

/** Labels that no other column tells, as 'name=value'. */
export const otherLabels = ({ labels }: Alert): readonly string[] => {
  const told = [firstLabel(labels, aboutLabels), firstLabel(labels, ownerLabels), 'severity'];
  return Object.entries(labels)
    .filter(([name]) => !told.includes(name))
    .map(([name, value]) => `${name}=${value}`);
};

const firstLabel = (labels: Alert['labels'], names: readonly string[]): string | undefined =>
  names.find((name) => labels[name] !== undefined && labels[name] !== '');

/** Worst first, what fires before what may; silenced and inhibited ones last, whatever they are worth. */
const inOrder = (a: AlertRow, b: AlertRow): number =>
  Number(a.quiet) - Number(b.quiet) ||
  rank[b.level] - rank[a.level] ||
  states.indexOf(a.fact.state) - states.indexOf(b.fact.state) ||
  byName(a, b);

const rowOf = (row: Row<'alerts'>, view: View): AlertRow => {
  const { fact, key, level } = row;
  const about = firstOf(fact.labels, aboutLabels);
  const owner = firstOf(fact.labels, ownerLabels);
  const since = fact.since ?? row.since;
  const runbook = runbookFor(fact.name, view.cockpit)?.runbook.id;
  return {
    key,
    level,
    label: about === '' ? fact.name : `${fact.name} · ${about}`,
    text: [fact.name, fact.state, fact.severity, fact.summary, ...Object.values(fact.labels)].join(' '),
    subject: { kind: 'alerts', fact },
    fact,
    row,
    quiet: fact.state === 'silenced' || fact.state === 'inhibited',
    about,
    owner,
    ...(since === undefined ? {} : { since }),
    ...(runbook === undefined ? {} : { runbook }),
  };
};

/** The alerts of the open environment. */
export const alertRows = madeOnce('alerts', (view): readonly AlertRow[] =>
  (view.own?.snapshot.kinds.alerts.rows ?? []).map((row) => rowOf(row, view)).toSorted(inOrder),
);
