import { dirname, join } from 'node:path';
import type { Engine } from '../../engine/engine.ts';
import type { Who } from '../../persistence/ledger/entry.ts';
import type { Ledger } from '../../persistence/ledger/ledger.ts';
import type { Clock } from '../../platform/clock.ts';
import { type TargetLocks, targetLocks } from '../../platform/files/target-locks.ts';
import { actsCounted, type CountActs } from './acts-counted.ts';

/** What checks are made of, besides the run. */
export interface CheckParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly who: Who;
  readonly mask: (text: string) => string;
  readonly locks: TargetLocks;
  readonly countActs: CountActs;
}

/** Locks and the ledger's acts are shared by all processes of a state dir: they are where the ledger is. */
export const checkParts = (parts: {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly who: Who;
  readonly mask: (text: string) => string;
  readonly ledger: Pick<Ledger, 'path'>;
  readonly locks?: TargetLocks;
}): CheckParts => {
  const { engine, clock, who, mask, ledger } = parts;
  const stateDir = dirname(ledger.path);
  const locks = parts.locks ?? targetLocks(join(stateDir, 'locks'));
  return { engine, clock, who, mask, locks, countActs: actsCounted(stateDir) };
};
