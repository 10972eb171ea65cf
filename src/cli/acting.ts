import { type ArmingControl, createArming } from '../engine/executor/arming.ts';
import { createExecutor, type Executor } from '../engine/executor/executor.ts';
import { openLedger } from '../engine/ledger/ledger.ts';
import { newRunId } from '../io/chance.ts';
import { openChangeIo } from '../io/change-io.ts';
import type { Context } from './context.ts';
import type { Opened } from './open.ts';
import { whoAmI } from './who.ts';

/** The acting half of an open environment. */
export interface Acting {
  readonly executor: Executor;
  readonly arming: ArmingControl;
  /** Ends the connections that acting has opened. */
  close(): Promise<void>;
}

/** Gives an open environment its one door to the outside. Touches nothing: the ledger is written when something is proposed. */
export const openActing = async (context: Context, opened: Opened): Promise<Acting> => {
  const { clock, masker, modules, stateDir } = context;
  const { profile, engine } = opened;
  const arming = createArming(profile.guard, profile.tier, clock);
  const change = openChangeIo(clock);
  const executor = createExecutor({
    engine,
    change,
    ledger: await openLedger(stateDir),
    arming,
    clock,
    who: whoAmI(),
    newId: newRunId,
    mask: masker.mask,
    modules,
  });
  return { executor, arming, close: change.close };
};
