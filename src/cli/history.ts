import { withMessage } from '../engine/cockpit/messages.ts';
import type { Engine } from '../engine/engine.ts';
import { createHistory, type History } from '../engine/history.ts';
import { openHistoryDb, setHistoryAside } from '../io/history-db.ts';
import type { CockpitStore } from '../store/create-cockpit.ts';
import type { Context } from './context.ts';

/** The history of this cockpit, in the state dir. Touches nothing before it has an environment to follow. */
export const openHistory = ({ clock, stateDir }: Context, cockpit: CockpitStore): History =>
  createHistory({
    clock,
    open: () => openHistoryDb(stateDir),
    setAside: () => setHistoryAside(stateDir),
    say: (text) => cockpit.setState((s) => withMessage(s, clock.now(), 'unknown', text)),
  });

/** Of these environments, those whose values are worth keeping: what is rehearsed of a real one never happened to it. */
export const worthKeeping = (engines: readonly Engine[], { options }: Pick<Context, 'options'>) =>
  engines
    .filter(({ profile }) => options.rehearse === undefined || profile.world !== undefined)
    .map(({ profile: { system, env }, facts }) => ({ system, env, facts }));
