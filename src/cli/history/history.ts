import { withMessage } from '../../engine/cockpit/messages.ts';
import type { Engine } from '../../engine/engine.ts';
import { openHistoryDb, setHistoryAside } from '../../persistence/history/database/db.ts';
import { createHistory, type History } from '../../persistence/history/history.ts';
import { type JournalDoor, withEarlier } from '../../persistence/history/journal.ts';
import type { CockpitStore } from '../../store/create-cockpit.ts';
import type { Context } from '../context.ts';

/** The journal on the screen is that of the open environment. */
const journalOf = (cockpit: CockpitStore): JournalDoor => ({
  now: () => {
    const { open, journal } = cockpit.getState();
    return open === undefined ? undefined : { system: open.system, env: open.env, entries: journal };
  },
  onChange: (listener) =>
    cockpit.subscribe((state, was) => {
      if (state.journal !== was.journal) listener();
    }),
  recall: ({ system, env }, entries) =>
    cockpit.setState(({ open, journal }) =>
      open?.system === system && open.env === env ? { journal: withEarlier(journal, entries) } : {},
    ),
});

/** The history of this cockpit, in the state dir. Touches nothing before it has an environment to follow. */
export const openHistory = ({ clock, stateDir, masker }: Context, cockpit: CockpitStore): History =>
  createHistory({
    clock,
    open: () => openHistoryDb(stateDir),
    setAside: () => setHistoryAside(stateDir),
    journal: journalOf(cockpit),
    mask: masker.outgoing,
    say: (text) => cockpit.setState((s) => withMessage(s, clock.now(), 'unknown', text)),
  });

/** What is kept of these environments: what is rehearsed of a real one never happened to it, and is held in memory only. */
export const worthKeeping = (engines: readonly Engine[], { options }: Pick<Context, 'options'>) =>
  engines.map(({ profile: { system, env, world }, facts }) => ({
    system,
    env,
    facts,
    rehearsed: options.rehearse !== undefined && world === undefined,
  }));
