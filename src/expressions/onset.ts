import type { Millis } from '../domain/base/fault.ts';
import type { FactKind } from '../domain/facts/facts.ts';
import type { Level } from '../domain/facts/level.ts';
import type { Row, Snapshot } from '../domain/facts/snapshot.ts';
import { factKinds, kindOf, rowName } from '../kinds/registry/registry.ts';

/** The earliest known beginning of the current problems, and the finding that began then. */
interface ProblemOnset {
  readonly at: Millis;
  readonly what: string;
}

const earlier = (a: ProblemOnset | undefined, b: ProblemOnset): ProblemOnset =>
  a === undefined || b.at < a.at ? b : a;

const onsetAt = (level: Level, { kinds, env, signals }: Snapshot): ProblemOnset | undefined => {
  let first: ProblemOnset | undefined;
  for (const kind of factKinds()) {
    const { inTotal, isOf } = kindOf(kind);
    if (inTotal === false) continue;
    const rows: readonly Row<FactKind>[] = kinds[kind].rows;
    for (const row of rows)
      if (row.level === level && row.since !== undefined && isOf?.(row.fact, env) !== false)
        first = earlier(first, { at: row.since, what: rowName(kind, row.fact) });
  }
  for (const { level: own, verdict, title } of signals)
    if (own === level && verdict !== undefined) first = earlier(first, { at: verdict.since, what: title });
  return first;
};

/**
 * Returns when the current problems began, as observed: the critical ones, otherwise the warnings. The observation
 * begins with opsdeck, so the real beginning may be earlier. Undefined when nothing is wrong.
 */
export const problemOnset = (snapshot: Snapshot): ProblemOnset | undefined =>
  onsetAt('crit', snapshot) ?? onsetAt('warn', snapshot);
