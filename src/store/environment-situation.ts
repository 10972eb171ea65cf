import { defined } from '../domain/base/defined.ts';
import type { Snapshot } from '../domain/facts/snapshot.ts';
import type { Dependencies } from '../domain/profile/dependencies.ts';
import { type SituationSummary, situationOf } from '../situation/situation.ts';
import type { FactsState } from './facts.ts';
import { lossStart, watchedFrom } from './loss-start.ts';

/** The parts of a profile that a situation is built from. */
export interface SituationProfile {
  readonly dependencies: Dependencies;
  readonly sentences?: Readonly<Record<string, string>>;
}

const built = new WeakMap<
  Snapshot,
  { readonly by: SituationProfile; readonly situation: SituationSummary }
>();

/** Returns the situation of an environment, built once per snapshot and profile. */
export const environmentSituation = (
  snapshot: Snapshot,
  facts: FactsState,
  by: SituationProfile,
): SituationSummary => {
  const had = built.get(snapshot);
  if (had !== undefined && had.by.dependencies === by.dependencies && had.by.sentences === by.sentences)
    return had.situation;
  const { signals, limits } = facts.frame;
  const situation = situationOf({
    ...{ snapshot, signals, limits, dependencies: by.dependencies },
    ...defined({ sentences: by.sentences }),
    watchedFrom: watchedFrom(facts),
    lossStart: (fault) => lossStart(fault, facts),
  });
  built.set(snapshot, { by, situation });
  return situation;
};
