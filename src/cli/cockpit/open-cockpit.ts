import type { DrillResult } from '../../domain/drills/drill-record.ts';
import { bellSignals } from '../../domain/profile/notification.ts';
import { createCockpitController } from '../../engine/cockpit/controller.ts';
import type {
  CockpitParts,
  OpenedEnvironment,
  RejectedProfile,
} from '../../engine/cockpit/environment/cockpit-parts.ts';
import { withMessage } from '../../engine/cockpit/environment/messages.ts';
import { readAloneDuringRuns } from '../../engine/cockpit/read-alone.ts';
import { builtInRunbooks } from '../../engine/cockpit/runs/built-in-runbooks.ts';
import { createDrillTracker } from '../../engine/drills/drill-tracker.ts';
import type { Engine } from '../../engine/engine.ts';
import { drillHistory } from '../../persistence/drills/drill-history.ts';
import { openHistoryDb, quarantineHistoryDb } from '../../persistence/history/database/db.ts';
import { createHistoryService, type HistoryService } from '../../persistence/history/history-service.ts';
import { type JournalSource, mergeJournals } from '../../persistence/history/journal-recorder.ts';
import { ledgerPath } from '../../persistence/ledger/read-ledger.ts';
import { localState, type StateStore } from '../../persistence/state-store.ts';
import { saveNewFile } from '../../platform/files/save-file.ts';
import { trustFilePath } from '../../platform/files/trust-file.ts';
import { type FileStamps, fileStamps, watchFiles } from '../../platform/files/watch-files.ts';
import { newRunId } from '../../platform/runtime/random.ts';
import type { ProfileCatalogEntry } from '../../profile/catalog/profile-catalog.ts';
import { profileFilesOf } from '../../profile/document/read.ts';
import { createTickWheel } from '../../scheduler/feed-schedule.ts';
import { createReadLimiter } from '../../scheduler/read-limiter.ts';
import type { CockpitStore, EnvironmentRef } from '../../store/cockpit.ts';
import type { Commands } from '../../store/commands.ts';
import type { FactsStore } from '../../store/facts-store.ts';
import type { TimeTravel } from '../../store/past/decode-state.ts';
import { features } from '../../ui/app/features.ts';
import { resolveKeyBindings } from '../../ui/shell/keys/resolve-bindings.ts';
import type { CommandContext } from '../command/context.ts';
import { UsageError } from '../command/exit-code.ts';
import { desktopProtocolOf, insecureEnvironmentWarning } from '../command/process-env.ts';
import { type Profiles, searchProfiles } from '../opening/choose-profile.ts';
import { openActing } from '../opening/open-acting.ts';
import { type OpenOverrides, openEnvironment } from '../opening/open-environment.ts';
import { pluginProblems, pluginsOf } from '../opening/plugins.ts';
import { createSimulatorRegistry } from '../opening/simulator-registry.ts';
import { createLiveSettings } from '../settings/live-settings.ts';
import { readSettings } from '../settings/settings-file.ts';

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

/** Minimum read interval of other environments: each is one column only. */
const acrossEveryMs = 15_000;
/** Concurrent reads of all other environments, and per source: their hanging sources must not delay the open one. */
const acrossReads = 8;
const acrossReadsPerSource = 2;

/** The facts on the screen: those of the open environment, and of the others in its `across`. */
interface ScreenFacts {
  facts: FactsStore | undefined;
  across: ReadonlyMap<string, FactsStore>;
  /** State that the processes of the open environment share; undefined while none is open. */
  state: StateStore | undefined;
  /** Earlier states, for time travel. */
  past: TimeTravel | undefined;
}

/** Turns a UsageError into a rejection to display; an open cockpit stays open. */
const refusedBy = (error: unknown): RejectedProfile => {
  if (error instanceof UsageError) return { refused: error.lines };
  throw error;
};

const refOf = ({ system, env, title, tier, file }: ProfileCatalogEntry): EnvironmentRef => ({
  system,
  env,
  title,
  tier,
  file,
});

const openAcross = async (
  context: CommandContext,
  entries: readonly ProfileCatalogEntry[],
  how: OpenOverrides,
  opened: { readonly system: string; readonly env: string; readonly across: readonly string[] },
  warn: (text: string) => void,
): Promise<readonly Engine[]> => {
  const others = entries.filter(
    (entry) =>
      entry.system === opened.system && entry.env !== opened.env && opened.across.includes(entry.env),
  );
  const each = await Promise.all(
    others.map(async (entry) => {
      const slowly: OpenOverrides = {
        ...how,
        only: ['health', 'samples', 'alerts'],
        everyAtLeastMs: acrossEveryMs,
      };
      const environment = await openEnvironment(context, entry, slowly).catch(refusedBy);
      if ('engine' in environment) return [environment.engine];
      warn(`cannot show ${entry.env}: ${environment.refused[0] ?? 'its profile cannot be opened'}`);
      return [];
    }),
  );
  return each.flat();
};

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
  const shared = { wheel: createTickWheel(clock, context.random), inFlight: createReadLimiter() };
  const acrossInFlight = createReadLimiter(acrossReads, acrossReadsPerSource);
  const history = openHistory(context, cockpit);
  shown.past = history.past;
  const drills = createDrillTracker({
    clock,
    history: drillHistory(context.stateDir),
    newId: newRunId,
    mask: context.masker.outgoing,
    failed: (why) => cockpit.setState((s) => withMessage(s, clock.now(), 'warn', `drill history: ${why}`)),
  });
  const { rehearse } = context.options;
  const settings = createLiveSettings(
    cockpit,
    () => clock.now(),
    (wantedBindingRequests) => resolveKeyBindings(features, wantedBindingRequests),
    {
      ...(context.options.theme === undefined ? {} : { theme: context.options.theme }),
      ...(context.options.notify === undefined ? {} : { notify: context.options.notify }),
    },
  );
  let profiles: Profiles | undefined;
  const how = (): OpenOverrides => ({
    ...shared,
    memory: true,
    sharesReadings: true,
    readsHistory: true,
    simulators,
    ...(profiles === undefined ? {} : { catalogue: profiles.catalogue }),
  });

  /** The files of the environment that was opened last, successfully or not. */
  let profileFiles: FileStamps = new Map();

  const open = async (
    entry: ProfileCatalogEntry,
    breakGlass: string | undefined,
  ): Promise<OpenedEnvironment | RejectedProfile> => {
    profileFiles = await fileStamps(
      entry.untrusted === true
        ? [entry.file, trustFilePath(context.stateDir)]
        : await profileFilesOf(entry.file, entry.files ?? context.files),
    );
    const opened = await openEnvironment(context, entry, {
      ...how(),
      ...(breakGlass === undefined ? {} : { breakGlass }),
    }).catch(refusedBy);
    if ('refused' in opened) return opened;
    for (const trouble of pluginProblems(await pluginsOf(context)))
      cockpit.setState((s) => withMessage(s, clock.now(), 'warn', trouble));
    const insecurity = insecureEnvironmentWarning(context.processEnv);
    if (insecurity !== undefined) cockpit.setState((s) => withMessage(s, clock.now(), 'warn', insecurity));
    const acting = await openActing(context, opened, { staysOpen: true, drills });
    const { profile, engine } = opened;
    const stopReadingAlone = readAloneDuringRuns(cockpit, engine);
    const runbooks = [...profile.runbooks, ...builtInRunbooks(profile, engine.sources)];
    return {
      ...opened,
      ...acting,
      copies: [...acting.copies, opened.state],
      file: entry.file,
      profile: { ...profile, runbooks },
      openAcross: () =>
        openAcross(
          context,
          profiles?.catalogue.entries ?? [],
          { ...how(), inFlight: acrossInFlight },
          opened.profile,
          (text) => cockpit.setState((s) => withMessage(s, clock.now(), 'warn', text)),
        ),
      close: async () => {
        stopReadingAlone();
        // The port-forwards connect through the sources.
        await acting.close();
        await opened.state.close();
        await opened.engine.close();
      },
    };
  };

  const choose: CockpitParts['choose'] = async (name) => {
    const searched = await searchProfiles(context).catch(refusedBy);
    if ('refused' in searched) return searched;
    if (profiles === undefined) settings.begin(searched.config);
    profiles = searched;
    cockpit.setState({ environments: profiles.catalogue.entries.map(refOf) });
    const chosen = profiles.choose(name);
    if (chosen.is === 'one') return { one: chosen.entry };
    return chosen.is === 'several' ? { several: true } : { refused: chosen.message.split('\n') };
  };

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
    choose,
    open: async (ref, breakGlass) => {
      const isMeant = (catalogEntry: ProfileCatalogEntry): boolean =>
        catalogEntry.system === ref.system && catalogEntry.env === ref.env;
      const known = profiles?.catalogue.entries.find(isMeant);
      // The trust comparison is as old as the search, so it is repeated.
      if (known?.files !== undefined) profiles = await searchProfiles(context);
      const entry = profiles?.catalogue.entries.find(isMeant);
      return entry === undefined
        ? { refused: [`unknown environment ${ref.system}/${ref.env}`] }
        : open(entry, breakGlass);
    },
    switched: (opened, across) => {
      state = opened?.state ?? machine;
      engines = [...(opened === undefined ? [] : [opened.engine]), ...across];
      history.follow(!cockpit.getState().settings.history ? [] : recordedEnvironments(engines, context));
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
    drills: { tracker: drills, ...(rehearse === undefined ? {} : { requested: rehearse }) },
    save: (name, text) => saveNewFile(process.cwd(), name, text),
    quit,
  });
  const stopWatching = [
    watchFiles(clock, () => profileFiles, controller.profileSaved),
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
