import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { type Diagnostic, formatDiagnostic } from '../../domain/text/position.ts';
import { type Engine, type EngineOptions, openEngine } from '../../engine/engine.ts';
import type { StateStore } from '../../persistence/state-store.ts';
import type { Files } from '../../platform/files/local-files.ts';
import { execDeadlineMs } from '../../platform/processes/exec-text.ts';
import type { ProfileCatalog, ProfileCatalogEntry } from '../../profile/catalog/profile-catalog.ts';
import { type FinishValues, loadProfile, type ProfileDraft } from '../../profile/load.ts';
import type { RunningSimulator } from '../../simulator/simulator.ts';
import type { SourceModule } from '../../sources/kit/contract/source.ts';
import type { CommandContext } from '../command/context.ts';
import { UsageError } from '../command/exit-code.ts';
import { insecureEnvironmentWarning } from '../command/process-env.ts';
import { type DiscoveredHere, discoverHere, isHere } from '../discovery/here.ts';
import { searchProfilesUnambiguous } from './choose-profile.ts';
import { combinedKinds, combineProfiles, isCombined } from './combined-environment.ts';
import { openState } from './open-state.ts';
import { pluginProblems, pluginsOf, typesWith } from './plugins.ts';
import type { SimulatorRegistry } from './simulator-registry.ts';
import { createSimulatorRegistry } from './simulator-registry.ts';

/** The files of an entry: its own, or those of the environments that it combines. */
const filesOf = (entry: ProfileCatalogEntry): readonly string[] =>
  isCombined(entry) ? entry.combines.map(({ file }) => file) : [entry.file];

/** Opens the selected environment, passes it to `work`, and always closes it. */
export const withEnvironment = async <T>(
  context: CommandContext,
  how: Pick<OpenOverrides, 'memory' | 'until' | 'breakGlass' | 'sharesReadings'>,
  work: (opened: EnvironmentSession) => Promise<T>,
): Promise<T> => {
  const insecurity = insecureEnvironmentWarning(context.processEnv);
  if (insecurity !== undefined) context.warn(`opsdeck: warning: ${insecurity}`);
  for (const trouble of pluginProblems(await pluginsOf(context)))
    context.warn(`opsdeck: warning: ${trouble}`);
  const profiles = await searchProfilesUnambiguous(context);
  const chosen = profiles.choose(context.options.env);
  if (chosen.is !== 'one') throw new UsageError(...chosen.message.split('\n'));
  const simulators = createSimulatorRegistry(context);
  let session: EnvironmentSession | undefined;
  try {
    const opened = await openEnvironment(context, chosen.entry, {
      ...how,
      simulators,
      catalogue: profiles.catalogue,
    });
    if ('refused' in opened)
      throw new UsageError(
        `cannot load profile ${chosen.entry.system}/${chosen.entry.env} (nothing was contacted):`,
        ...opened.refused,
      );
    session = opened;
    // The path may contain names of people and systems.
    if (!context.options.share)
      for (const place of opened.here?.places ?? filesOf(chosen.entry).map((file) => `profile ${file}`))
        context.warn(`opsdeck: ${place}`);
    return await work(opened);
  } finally {
    await session?.state.close();
    await session?.engine.close();
    await simulators.close();
  }
};

/** One environment with open sources; nothing has been read yet. */
export interface EnvironmentSession {
  readonly profile: Profile;
  readonly engine: Engine;
  /** The source types that its profile uses. */
  readonly modules: readonly SourceModule[];
  /** The files that its profile was read from. */
  readonly files: Files;
  /** State that its processes share: ledger, locks, checklists, incidents. */
  readonly state: StateStore;
  /** Of `here`: its sources, and the places where they were found. */
  readonly here?: DiscoveredHere;
  /** The simulator that serves it, if any. The registry closes it. */
  readonly simulator?: RunningSimulator;
}

/** The errors of an invalid profile, one per line. Nothing was contacted. */
interface InvalidProfile {
  readonly refused: readonly string[];
}

/** Engine options beyond the profile. */
export type OpenOverrides = Pick<
  EngineOptions,
  'memory' | 'readsHistory' | 'only' | 'everyAtLeastMs' | 'paused' | 'wheel' | 'inFlight'
> & {
  readonly simulators: SimulatorRegistry;
  readonly catalogue?: ProfileCatalog;
  /** Deadline of the whole command, on the context's clock. */
  readonly until?: Millis;
  /** The reason to act while the state database is unavailable. */
  readonly breakGlass?: string;
  /** True: readings are shared with other processes of the team. For what polls; a command that decides reads by itself. */
  readonly sharesReadings?: true;
};

/** Starts the simulator that a draft needs (a drill profile, or `--rehearse`), and returns its values. */
const startDrill = async (
  context: CommandContext,
  { head, needsSimulator }: ProfileDraft,
  simulators: SimulatorRegistry,
): Promise<{ readonly simulator?: RunningSimulator; readonly values: Omit<FinishValues, 'exec'> }> => {
  const forced = context.options.rehearse !== undefined;
  if (head.world === undefined && !needsSimulator && !forced) return { values: {} };
  const simulator = await simulators.of(head.world?.system ?? head.system, head.env);
  const simulatorVars = Object.fromEntries(
    Object.entries(simulator.vars(head.env)).map(([name, where]) => [name.replace(/^world\./, ''), where]),
  );
  const redirect = forced && head.world === undefined;
  return {
    simulator,
    values: { simulatorVars, ...(redirect ? { varOverrides: simulator.rehearsalVars(head.env) } : {}) },
  };
};

/** Maximum number of profile errors in a trace. */
const tracedDiagnostics = 50;

/** Runs a program with half of the remaining time, so that a hanging one leaves time for other sources. */
const exec = async (
  { clock, execText }: CommandContext,
  argv: readonly string[],
  until = Number.POSITIVE_INFINITY,
): Promise<string> => {
  const deadline = clock.deadline(Math.min(execDeadlineMs, Math.round(Math.max(0, until - clock.now()) / 2)));
  try {
    return await execText(argv, deadline.signal);
  } finally {
    deadline.clear();
  }
};

/** A profile that was read, with what its environment needs. */
interface ReadyProfile {
  readonly profile: Profile;
  readonly modules: readonly SourceModule[];
  readonly files: Files;
  readonly simulator?: RunningSimulator;
}

interface ReadingParts extends Pick<OpenOverrides, 'simulators'> {
  readonly catalogue: ProfileCatalog | undefined;
  readonly until: Millis | undefined;
  readonly here?: DiscoveredHere | undefined;
}

/** Reads the profile of an entry, starts its simulator if it needs one, and resolves values. */
const readProfile = async (
  context: CommandContext,
  entry: ProfileCatalogEntry,
  { simulators, catalogue, until, here }: ReadingParts,
): Promise<ReadyProfile | InvalidProfile> => {
  const { clock, masker, processEnv, options } = context;
  const plugins = await pluginsOf(context);
  const files = here?.files ?? entry.files ?? context.files;
  const refused = (diagnostics: readonly Diagnostic[]): InvalidProfile => {
    // Without values, a profile has many warnings: the errors, which refuse it, come first.
    const isError = ({ severity }: Diagnostic): boolean => severity === 'error';
    const ordered = [
      ...diagnostics.filter(isError),
      ...diagnostics.filter((diagnostic) => !isError(diagnostic)),
    ];
    const lines = ordered.map(formatDiagnostic);
    context.tracing?.emit({
      what: 'refused',
      file: entry.file,
      complaints: lines.slice(0, tracedDiagnostics),
    });
    return { refused: lines };
  };
  if (entry.conflicts !== undefined) return refused(entry.conflicts);
  if (entry.unclear !== undefined) context.warn(formatDiagnostic(entry.unclear));
  const loaded = await loadProfile(entry.file, {
    files,
    ...typesWith(context, plugins),
    sets: options.sets,
    processEnv,
    now: clock.now(),
    ...defined({ catalogue }),
  });
  if (loaded.draft === undefined) return refused(loaded.diagnostics);
  const { simulator, values } = await startDrill(context, loaded.draft, simulators);
  const finished = await loaded.draft.finish({ ...values, exec: (argv) => exec(context, argv, until) });
  for (const secret of finished.secrets) masker.add(secret);
  if (finished.diagnostics.some((diagnostic) => diagnostic.severity === 'error'))
    return refused(finished.diagnostics);
  return {
    profile: finished.profile,
    modules: finished.modules,
    files,
    ...defined({ simulator }),
  };
};

/** Reads the profile of an entry, or those of all environments that it combines. One that is refused refuses the list. */
const readProfiles = async (
  context: CommandContext,
  entry: ProfileCatalogEntry,
  parts: ReadingParts,
): Promise<ReadyProfile | InvalidProfile> => {
  if (!isCombined(entry)) return readProfile(context, entry, parts);
  const ready: ReadyProfile[] = [];
  for (const part of entry.combines) {
    const read = await readProfile(context, part, parts);
    if ('refused' in read) return read;
    ready.push(read);
  }
  const simulator = ready.find((read) => read.simulator !== undefined)?.simulator;
  return {
    ...combineProfiles(entry, ready),
    files: context.files,
    ...defined({ simulator }),
  };
};

/**
 * Opens the environment of a profile: reads it, starts its simulator if it needs one, resolves values, opens sources.
 * Refuses an untrusted file, and a name that several files claim. Secrets are registered with the masker first.
 * Rejects with a UsageError for an unknown simulator, environment or incident.
 */
export const openEnvironment = async (
  context: CommandContext,
  entry: ProfileCatalogEntry,
  how: OpenOverrides,
): Promise<EnvironmentSession | InvalidProfile> => {
  const { clock, options } = context;
  if (!isHere(entry) && options.discovery !== undefined)
    throw new UsageError(
      `options that select systems, such as --context, --host and --prometheus, apply to here, not to ${entry.system}/${entry.env}. Use --env here.`,
    );
  const here = isHere(entry) ? await discoverHere(context) : undefined;
  const { simulators, catalogue, until, breakGlass, sharesReadings, ...engineOptions } = how;
  const ready = await readProfiles(context, entry, { simulators, catalogue, until, here });
  if ('refused' in ready) return ready;
  const { profile, modules, simulator, files } = ready;
  const isSimulated = simulator !== undefined;
  const state = await openState(context, profile, { isSimulated, breakGlass, sharesReadings });
  const engine = await openEngine(profile, {
    ...engineOptions,
    ...(isCombined(entry) ? { only: combinedKinds } : {}),
    modules,
    clock,
    random: context.random,
    openIo: (_, way) => here?.beginning(context.openIo(way)) ?? context.openIo(way),
    trace: context.tracing?.emit,
    ...defined({ readings: state.readings }),
  });
  context.tracing?.learn({ profile, engine });
  return {
    profile,
    engine,
    modules,
    files,
    state,
    ...defined({ here, simulator }),
  };
};
