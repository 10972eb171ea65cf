import { defined } from '../../domain/base/defined.ts';
import type {
  CockpitParts,
  OpenedEnvironment,
  RejectedProfile,
} from '../../engine/cockpit/environment/cockpit-parts.ts';
import { withMessage } from '../../engine/cockpit/environment/messages.ts';
import { readAloneDuringRuns } from '../../engine/cockpit/read-alone.ts';
import { builtInRunbooks } from '../../engine/cockpit/runs/built-in-runbooks.ts';
import type { DrillTracker } from '../../engine/drills/drill-tracker.ts';
import type { Engine } from '../../engine/engine.ts';
import { trustFilePath } from '../../platform/files/trust-file.ts';
import { type FileStamps, fileStamps } from '../../platform/files/watch-files.ts';
import type { ProfileCatalogEntry } from '../../profile/catalog/profile-catalog.ts';
import { profileFilesOf } from '../../profile/document/read.ts';
import { createTickWheel } from '../../scheduler/feed-schedule.ts';
import { createReadLimiter } from '../../scheduler/read-limiter.ts';
import type { CockpitStore, EnvironmentRef } from '../../store/cockpit.ts';
import type { CommandContext } from '../command/context.ts';
import { UsageError } from '../command/exit-code.ts';
import { insecureEnvironmentWarning } from '../command/process-env.ts';
import { hereEntry, isHere, NothingHere } from '../discovery/here.ts';
import { saveHereAsProfile } from '../discovery/new-profile.ts';
import { type Profiles, searchProfiles } from '../opening/choose-profile.ts';
import { allEnvironments, combinedEntry, isCombined } from '../opening/combined-environment.ts';
import { openActing } from '../opening/open-acting.ts';
import { type OpenOverrides, openEnvironment } from '../opening/open-environment.ts';
import { pluginProblems, pluginsOf } from '../opening/plugins.ts';
import { createRunbookPages } from './runbook-pages.ts';

/** Minimum read interval of other environments: each is one column only. */
const acrossEveryMs = 15_000;
/** Concurrent reads of all other environments, and per source: their hanging sources must not delay the open one. */
const acrossReads = 8;
const acrossReadsPerSource = 2;

/** Turns a UsageError into a rejection to display; an open cockpit stays open. */
const refusedBy = (error: unknown): RejectedProfile => {
  if (error instanceof NothingHere) return { refused: error.lines, isNothingHere: true };
  if (error instanceof UsageError) return { refused: error.lines };
  throw error;
};

/** The entry of the list. `here` has no file. */
const refOf = (entry: ProfileCatalogEntry): EnvironmentRef => {
  const { system, env, title, tier, file } = entry;
  return { system, env, title, tier, ...(isHere(entry) ? {} : { file }) };
};

/** The files whose change opens an environment again: those of its profile, or what makes it trusted. */
const watchedFiles = async (
  entry: ProfileCatalogEntry,
  { files, stateDir }: Pick<CommandContext, 'files' | 'stateDir'>,
): Promise<readonly string[]> => {
  if (isHere(entry)) return [];
  if (isCombined(entry))
    return (await Promise.all(entry.combines.map((part) => watchedFiles(part, { files, stateDir })))).flat();
  return entry.untrusted === true
    ? [entry.file, trustFilePath(stateDir)]
    : await profileFilesOf(entry.file, entry.files ?? files);
};

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
      warn(
        `cannot show ${entry.env}: ${environment.refused[0] ?? 'the profile cannot be opened. See opsdeck validate'}`,
      );
      return [];
    }),
  );
  return each.flat();
};

interface Parts {
  readonly context: CommandContext;
  readonly cockpit: CockpitStore;
  readonly simulators: OpenOverrides['simulators'];
  readonly drills: DrillTracker;
  /** Called with the settings that the first search has read. */
  searched(config: Profiles['config']): void;
}

/** The environments that a cockpit can open. Contacts nothing before `choose`. */
export class Environments {
  readonly #parts: Parts;
  readonly #shared: Pick<OpenOverrides, 'wheel' | 'inFlight'>;
  readonly #acrossInFlight = createReadLimiter(acrossReads, acrossReadsPerSource);
  #profiles: Profiles | undefined;
  #files: FileStamps = new Map();

  constructor(parts: Parts) {
    this.#parts = parts;
    const { clock, random } = parts.context;
    this.#shared = { wheel: createTickWheel(clock, random), inFlight: createReadLimiter() };
  }

  /** The files of the environment that was opened last, successfully or not. */
  get files(): FileStamps {
    return this.#files;
  }

  readonly choose: CockpitParts['choose'] = async (name) => {
    const { context, cockpit, searched } = this.#parts;
    const profiles = await searchProfiles(context).catch(refusedBy);
    if ('refused' in profiles) return profiles;
    if (this.#profiles === undefined) searched(profiles.config);
    this.#profiles = profiles;
    const chosen = profiles.choose(name);
    cockpit.setState({ environments: profiles.listed(chosen).map(refOf) });
    if (chosen.is === 'one') return { one: chosen.entry };
    return chosen.is === 'several' ? { several: true } : { refused: chosen.message.split('\n') };
  };

  readonly open: CockpitParts['open'] = async (ref, breakGlass) => {
    const isMeant = (catalogEntry: ProfileCatalogEntry): boolean =>
      catalogEntry.system === ref.system && catalogEntry.env === ref.env;
    const known = this.#profiles?.catalogue.entries.find(isMeant);
    // The trust comparison is as old as the search, so it is repeated.
    if (known?.files !== undefined) this.#profiles = await searchProfiles(this.#parts.context);
    const entries = this.#profiles?.catalogue.entries ?? [];
    const several = ref.env === allEnvironments ? combinedEntry(entries, ref.system) : undefined;
    const entry = several ?? entries.find(isMeant) ?? [hereEntry].find(isMeant);
    return entry === undefined
      ? { refused: [`unknown environment ${ref.system}/${ref.env}`] }
      : this.#openEntry(entry, breakGlass);
  };

  async #openEntry(
    entry: ProfileCatalogEntry,
    breakGlass: string | undefined,
  ): Promise<OpenedEnvironment | RejectedProfile> {
    const { context, cockpit, drills } = this.#parts;
    this.#files = await fileStamps(await watchedFiles(entry, context));
    const opened = await openEnvironment(context, entry, {
      ...this.#overrides(),
      ...defined({ breakGlass }),
    }).catch(refusedBy);
    if ('refused' in opened) return opened;
    for (const trouble of pluginProblems(await pluginsOf(context))) this.#warn(trouble);
    const insecurity = insecureEnvironmentWarning(context.processEnv);
    if (insecurity !== undefined) this.#warn(insecurity);
    for (const { what, why } of opened.here?.unreadPlaces ?? []) this.#warn(`not read: ${what}: ${why}`);
    const acting = await openActing(context, opened, { staysOpen: true, drills });
    const { profile, engine, here } = opened;
    const stopReadingAlone = readAloneDuringRuns(cockpit, engine);
    const runbooks = [...profile.runbooks, ...builtInRunbooks(profile, engine.sources)];
    return {
      ...opened,
      ...acting,
      copies: [...acting.copies, opened.state],
      ...(here === undefined
        ? { file: entry.file }
        : {
            isDiscovered: true,
            unreadPlaces: here.unreadPlaces,
            saveProfile: () => saveHereAsProfile(here, context),
          }),
      profile: { ...profile, runbooks },
      ...(profile.runbookPlaces === undefined
        ? {}
        : { runbookPages: createRunbookPages(profile.runbookPlaces, entry.file, context) }),
      openAcross: () => this.#openAcross(opened.profile),
      close: async () => {
        stopReadingAlone();
        // The port-forwards connect through the sources.
        await acting.close();
        await opened.state.close();
        await opened.engine.close();
      },
    };
  }

  #openAcross(opened: OpenedEnvironment['profile']): Promise<readonly Engine[]> {
    const entries = this.#profiles?.catalogue.entries ?? [];
    const how = { ...this.#overrides(), inFlight: this.#acrossInFlight };
    return openAcross(this.#parts.context, entries, how, opened, (text) => this.#warn(text));
  }

  #overrides(): OpenOverrides {
    return {
      ...this.#shared,
      memory: true,
      sharesReadings: true,
      readsHistory: true,
      simulators: this.#parts.simulators,
      ...defined({ catalogue: this.#profiles?.catalogue }),
    };
  }

  #warn(text: string): void {
    const { cockpit, context } = this.#parts;
    cockpit.setState((s) => withMessage(s, context.clock.now(), 'warn', text));
  }
}
