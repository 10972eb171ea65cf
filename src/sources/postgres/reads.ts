import type { WantedSignal } from '../source.ts';
import { type ActivityRead, postgresReads, type SqlRead } from './config.ts';

interface Wanted<R> {
  readonly id: string;
  readonly read: R;
}

/** The signals that the activity question answers. */
export const activitySignals = (signals: readonly WantedSignal[]): readonly Wanted<ActivityRead>[] =>
  signals.flatMap(({ id, read }) => {
    const parsed = postgresReads.parse(read);
    return 'sql' in parsed ? [] : [{ id, read: parsed }];
  });

/** The signals that have a statement of their own, those of one and the same together. */
export const sqlSignals = (signals: readonly WantedSignal[]): readonly (readonly Wanted<SqlRead>[])[] => {
  const groups = new Map<string, Wanted<SqlRead>[]>();
  for (const { id, read } of signals) {
    const parsed = postgresReads.parse(read);
    if (!('sql' in parsed)) continue;
    const key = JSON.stringify([parsed.sql, parsed.params ?? []]);
    groups.set(key, [...(groups.get(key) ?? []), { id, read: parsed }]);
  }
  return [...groups.values()];
};
