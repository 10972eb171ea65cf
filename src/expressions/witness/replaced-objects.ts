import type { Snapshot } from '../../domain/facts/snapshot.ts';
import { factKinds, kindOf } from '../../kinds/registry/registry.ts';
import { objectNames } from './object-names.ts';

/**
 * Returns the objects that have another identity than before the action, by each of their names: pods, containers and processes that were
 * replaced or restarted. The value is the identity of now.
 */
export const replacedObjects = (before: Snapshot, now: Snapshot): ReadonlyMap<string, string> => {
  const replaced = new Map<string, string>();
  for (const kind of factKinds()) {
    const { pin } = kindOf(kind);
    if (pin === undefined) continue;
    const had = new Map(before.kinds[kind].rows.map((row) => [row.key, pin(row.fact)]));
    for (const row of now.kinds[kind].rows) {
      const was = had.get(row.key);
      const is = pin(row.fact);
      if (row.stale || was === undefined || is === undefined || was === is) continue;
      for (const name of objectNames(kind, row)) replaced.set(name, String(is));
    }
  }
  return replaced;
};
