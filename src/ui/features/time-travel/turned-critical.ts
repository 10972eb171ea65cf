import type { Millis } from '../../../domain/fault.ts';
import type { Snapshot } from '../../../domain/snapshot.ts';
import { factKinds, rowName } from '../../../kinds/registry.ts';

/** What has turned critical since a moment and still is, by its name; those that turned last come first. */
export const turnedCritical = ({ kinds, signals }: Snapshot, since: Millis): readonly string[] => {
  const rows = factKinds().flatMap((kind) =>
    kinds[kind].rows.map(({ level, since: at, fact }) => ({
      level,
      at,
      name: `${kind}: ${rowName(kind, fact)}`,
    })),
  );
  const series = signals.map(({ level, verdict, title }) => ({ level, at: verdict?.since, name: title }));
  return [...rows, ...series]
    .flatMap(({ level, at, name }) =>
      level === 'crit' && at !== undefined && at >= since ? [{ at, name }] : [],
    )
    .toSorted((a, b) => b.at - a.at)
    .map(({ name }) => name);
};
