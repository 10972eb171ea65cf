import type { FactKind, FactTypes } from '../../../domain/facts.ts';
import type { Millis } from '../../../domain/fault.ts';
import type { Kind, LogNames } from '../../../kinds/define-kind.ts';
import { namesByLabels } from '../../../kinds/log-names.ts';
import { kindOf } from '../../../kinds/registry.ts';
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

/** What a row is about, in names. */
const namesOf = (subject: Subject): LogNames => {
  if (subject.kind === 'signal') return namesByLabels(subject.signal.title, subject.signal.labels);
  const kind: Kind = kindOf<FactKind>(subject.kind);
  return kind.logNames?.(subject.fact) ?? { title: kind.label(subject.fact), names: [], word: '' };
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
  { title, names, word }: LogNames,
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
