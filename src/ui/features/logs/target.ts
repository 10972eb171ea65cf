import type { FactKind, FactTypes } from '../../../domain/facts.ts';
import type { Millis } from '../../../domain/fault.ts';
import type { Chip } from '../../../logs/format/chip.ts';
import type { LogScope } from '../../../logs/format/stream.ts';
import type { PaneRow, Subject } from '../../panes/row.ts';
import type { View } from '../../view.ts';
import { streamsByName, streamsOfWorkload } from './workloads-of.ts';

/** Where the lines of something are. */
export interface LogTarget {
  readonly scope: LogScope;
  readonly chips: readonly Chip[];
  /** Wall clock: since when it has been as it is. */
  readonly at?: Millis;
  /** What to say of it. */
  readonly says: string;
}

/** What led to it is in the lines before it. */
const beforeMs: Millis = 5 * 60_000;

interface Names {
  readonly title: string;
  /** By which it may be known as a workload, the closest first. */
  readonly names: readonly string[];
  /** What stands in its lines, where no workload goes by its name. */
  readonly word: string;
}

/** Labels that name what runs, the closest first. */
const labelsThatName = [
  'pod',
  'container',
  'deployment',
  'statefulset',
  'instance',
  'service',
  'app',
  'unit',
  'job',
  'group',
];

const byLabels = (title: string, labels: Readonly<Record<string, string>>): Names => {
  const names = labelsThatName.flatMap((name) => (Object.hasOwn(labels, name) ? [labels[name] ?? ''] : []));
  return { title, names, word: names.at(-1) ?? '' };
};

const byService = ({
  service,
  instance,
}: {
  readonly service: string;
  readonly instance: string;
}): Names => ({
  title: instance === '' ? service : instance,
  names: [instance, service],
  word: service,
});

/** What a row is about, in names. */
const namesOf = (subject: Subject): Names => {
  switch (subject.kind) {
    case 'signal':
      return byLabels(subject.signal.title, subject.signal.labels);
    case 'health':
    case 'breakers':
    case 'pools':
      return byService(subject.fact);
    case 'lag':
      return { title: subject.fact.group, names: [subject.fact.group], word: subject.fact.group };
    case 'alerts':
      return byLabels(subject.fact.name, subject.fact.labels);
    case 'sessions': {
      const { application = '', database } = subject.fact;
      return { title: application === '' ? database : application, names: [application], word: application };
    }
    case 'queues':
      return { title: subject.fact.name, names: [], word: subject.fact.name };
    case 'ci':
      return { title: subject.fact.workflow, names: [], word: '' };
    case 'workloads':
      return { title: subject.fact.name, names: [subject.fact.name], word: subject.fact.name };
  }
};

/** Since when it has not been well; undefined where it is, or nobody knows. Engine's clock. */
const sinceOf = ({ own }: View, subject: Subject): Millis | undefined => {
  if (subject.kind === 'signal')
    return subject.signal.level === 'ok' ? undefined : subject.signal.verdict?.since;
  if (subject.kind === 'alerts') return subject.fact.since;
  const rows = own?.snapshot.kinds[subject.kind].rows ?? [];
  const row = rows.find(({ fact }: { readonly fact: FactTypes[FactKind] }) => fact === subject.fact);
  return row === undefined || row.level === 'ok' ? undefined : row.since;
};

const including = (word: string): readonly Chip[] =>
  word === ''
    ? []
    : [{ is: 'include', pattern: { text: word, regex: false, ignoreCase: word === word.toLowerCase() } }];

const around = (at: Millis | undefined): { readonly chips: readonly Chip[]; readonly since?: Millis } =>
  at === undefined ? { chips: [] } : { chips: [{ is: 'time', from: at - beforeMs }], since: at - beforeMs };

const targetFor = (
  view: View,
  { title, names, word }: Names,
  of: LogScope['of'],
  since?: Millis,
): LogTarget => {
  const at = since === undefined ? undefined : since + view.wallOffset;
  const found = of.length > 0 ? of : streamsByName(view, names);
  const { chips, since: from } = around(at);
  const isFound = found.length > 0;
  const called = isFound || word === '' ? '' : `, only lines with ${word}`;
  return {
    scope: {
      title: isFound ? title : 'every stream',
      of: found,
      ...(from === undefined ? {} : { since: from }),
    },
    chips: [...(isFound ? [] : including(word)), ...chips],
    ...(at === undefined ? {} : { at }),
    says: isFound
      ? `LOGS: ${found.map((one) => one.of ?? one.source).join(', ')}`
      : `LOGS: no stream goes by the name of ${title}: every stream${called}`,
  };
};

/** The lines of what a row is about, from shortly before it was as it is. Undefined: the row is about nothing that writes. */
export const logTarget = (view: View, row: PaneRow | undefined, pane: string): LogTarget | undefined => {
  if (row === undefined) return undefined;
  const { subject } = row;
  if (subject !== undefined) {
    const of = subject.kind === 'workloads' ? streamsOfWorkload(view, subject.fact) : [];
    return targetFor(view, namesOf(subject), of, sinceOf(view, subject));
  }
  const entry =
    pane === 'journal'
      ? view.cockpit.journal.find(
          ({ at, kind, what, change }) => `${at} ${kind} ${what} ${change}` === row.key,
        )
      : undefined;
  if (entry === undefined) return undefined;
  const names = entry.what
    .split(/[ ·/]+/)
    .filter((word) => word.length > 2)
    .slice(1);
  return targetFor(view, { title: entry.what, names, word: '' }, [], entry.at);
};
