import { defined } from '../../domain/base/defined.ts';
import type { DrillResult } from '../../domain/drills/drill-record.ts';
import { bellSignals } from '../../domain/profile/notification.ts';
import { createCockpitController } from '../../engine/cockpit/controller.ts';
import { withMessage } from '../../engine/cockpit/environment/messages.ts';
import { createDrillTracker } from '../../engine/drills/drill-tracker.ts';
import type { Engine } from '../../engine/engine.ts';
import { drillHistory } from '../../persistence/drills/drill-history.ts';
import { openHistoryDb, quarantineHistoryDb } from '../../persistence/history/database/db.ts';
import { createHistoryService, type HistoryService } from '../../persistence/history/history-service.ts';
import { type JournalSource, mergeJournals } from '../../persistence/history/journal-recorder.ts';
import { ledgerPath } from '../../persistence/ledger/read-ledger.ts';
import { localState, type StateStore } from '../../persistence/state-store.ts';
import { saveNewFile } from '../../platform/files/save-file.ts';
import { watchFiles } from '../../platform/files/watch-files.ts';
import { newRunId } from '../../platform/runtime/random.ts';
import type { CockpitStore } from '../../store/cockpit.ts';
import type { Commands } from '../../store/commands.ts';
import type { FactsStore } from '../../store/facts-store.ts';
import type { TimeTravel } from '../../store/past/decode-state.ts';
import { features } from '../../ui/app/features.ts';
import { resolveKeyBindings } from '../../ui/shell/keys/resolve-bindings.ts';
import type { CommandContext } from '../command/context.ts';
import { desktopProtocolOf } from '../command/process-env.ts';
import { createSimulatorRegistry } from '../opening/simulator-registry.ts';
import { createLiveSettings } from '../settings/live-settings.ts';
import { readSettings } from '../settings/settings-file.ts';
import { Environments } from './environments.ts';

/** The journal of the open environment, for the history. */
const journalOf = (cockpit: CockpitStore): JournalSource => ({
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
      open?.system === system && open.env === env ? { journal: mergeJournals(journal, entries) } : {},
    ),
});

/** Creates the history service in the state directory. Performs no I/O before it follows an environment. */
const openHistory = ({ clock, stateDir, masker }: CommandContext, cockpit: CockpitStore): HistoryService =>
  createHistoryService({
    clock,
    open: () => openHistoryDb(stateDir),
    setAside: () => quarantineHistoryDb(stateDir),
    journal: journalOf(cockpit),
    mask: masker.outgoing,
    say: (text) => cockpit.setState((s) => withMessage(s, clock.now(), 'unknown', text)),
  });

/** Returns the environments to record. A drill of a real environment stays in memory only. */
export const recordedEnvironments = (
  engines: readonly Engine[],
  { options }: Pick<CommandContext, 'options'>,
) =>
  engines.map(({ profile: { system, env, world }, facts }) => ({
    system,
    env,
    facts,
    isDrill: options.rehearse !== undefined && world === undefined,
  }));

/** The facts on the screen: those of the open environment, and of the others in its `across`. */
interface ScreenFacts {
  facts: FactsStore | undefined;
  across: ReadonlyMap<string, FactsStore>;
  /** State that the processes of the open environment share; undefined while none is open. */
  state: StateStore | undefined;
  /** Earlier states, for time travel. */
  past: TimeTravel | undefined;
}

/**
 * Creates the controller behind the keys of the cockpit. Calls `changed` when the facts on the screen belong to another
 * environment. Contacts nothing before `first` is called.
 */
export const composeCockpit = (
  context: CommandContext,
  cockpit: CockpitStore,
  shown: ScreenFacts,
  changed: () => void,
  quit: () => void,
) => {
  const { clock } = context;
  const simulators = createSimulatorRegistry(context);
  const history = openHistory(context, cockpit);
  shown.past = history.past;
  const drills = createDrillTracker({
    clock,
    history: drillHistory(context.stateDir),
    newId: newRunId,
    mask: context.masker.outgoing,
    failed: (why) =>
      cockpit.setState((s) => withMessage(s, clock.now(), 'warn', `cannot use the drill history: ${why}`)),
  });
  const { rehearse } = context.options;
  const settings = createLiveSettings(
    cockpit,
    () => clock.now(),
    (wantedBindingRequests) => resolveKeyBindings(features, wantedBindingRequests),
    {
      ...defined({ theme: context.options.theme, notify: context.options.notify }),
    },
  );
  const environments = new Environments({ context, cockpit, simulators, drills, searched: settings.begin });

  let engines: readonly Engine[] = [];
  const stopJumps = clock.onJump((deltaMs) => {
    for (const engine of engines) engine.jumped(deltaMs);
  });
  const machine = localState(context.stateDir, context.masker.outgoing);
  /** The state of the open environment. */
  let state: StateStore = machine;
  const controller = createCockpitController({
    cockpit,
    clock,
    openIo: context.openIo,
    choose: environments.choose,
    open: environments.open,
    switched: (opened, across) => {
      state = opened?.state ?? machine;
      engines = [...(opened === undefined ? [] : [opened.engine]), ...across];
      history.follow(
        opened?.isDiscovered === true || !cockpit.getState().settings.history
          ? []
          : recordedEnvironments(engines, context),
      );
      shown.state = opened?.state;
      shown.facts = opened?.engine.facts;
      shown.across = new Map(across.map((engine) => [engine.profile.env, engine.facts]));
      changed();
    },
    isNotifying: () => {
      const { bell, notify } = cockpit.getState().settings;
      return notify.length > 0 || bellSignals(bell.how, desktopProtocolOf(context.processEnv)).length > 0;
    },
    state: machine,
    drills: { tracker: drills, ...defined({ requested: rehearse }) },
    save: (name, text) => saveNewFile(process.cwd(), name, text),
    quit,
  });
  const stopWatching = [
    watchFiles(clock, () => environments.files, controller.profileSaved),
    watchFiles(clock, () => [state.acknowledgements.path], controller.acknowledgementsSaved),
    watchFiles(clock, () => [state.checklists.path], controller.checklistsSaved),
    watchFiles(clock, () => [ledgerPath(state.dir)], controller.ledgerWritten),
    watchFiles(clock, () => [state.resets.path], controller.resetsSaved),
    watchFiles(
      clock,
      () => [context.settingsFile],
      () => void readSettings(context).then(settings.saved),
    ),
  ];
  /** Own means come first: a source with a history replaces them by finer values. */
  const readHistory: Commands['readHistory'] = (signal, range, purpose) => {
    if (purpose === 'compared') history.compare(signal, range);
    controller.readHistory(signal, range, purpose);
  };
  return {
    controller: {
      ...controller,
      readHistory,
    },
    /** Resolves to the drill that was scored last; a running one ends here. */
    close: async (): Promise<DrillResult | undefined> => {
      stopJumps();
      for (const stop of stopWatching) stop();
      await controller.close();
      const drill = await drills.end();
      await history.close();
      await simulators.close();
      return drill;
    },
  };
};
