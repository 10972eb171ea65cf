import { dirname, resolve } from 'node:path';
import { formatDiagnostic } from '../../domain/text/position.ts';
import {
  chooseProfile,
  findProfiles,
  type ProfileCatalog,
  type ProfileCatalogEntry,
  type ProfileChoice,
} from '../../profile/catalog/profile-catalog.ts';
import type { CommandContext } from '../command/context.ts';
import { UsageError } from '../command/exit-code.ts';
import { shippedProfiles } from '../command/package-root.ts';
import { hereEntry, isHereName } from '../discovery/here.ts';
import { readSettings } from '../settings/settings-file.ts';
import type { ParsedSettings } from '../settings/settings-text.ts';
import { combinedEntry, combinedSystem } from './combined-environment.ts';
import { searchDirs } from './profile-dirs.ts';

/** The profiles in the search path, and the selection of one by name. */
export interface Profiles {
  readonly catalogue: ProfileCatalog;
  /** The settings of the user's config.yaml, with its errors. */
  readonly config: ParsedSettings;
  /** The entries to offer beside a choice: own ones, `here`, and the examples unless there are own ones. */
  listed(chosen: ProfileChoice): ProfileCatalog['entries'];
  /**
   * `requested`: `env` or `system/env`; undefined selects `here` without own profiles or with a flag of discovery, else by the
   * default system.
   */
  choose(requested: string | undefined): ProfileChoice;
}

/** The error of `--profiles` with a path that is no directory; undefined for any other search. */
const missingDirectory = async ({ options, files }: CommandContext): Promise<string | undefined> => {
  const { profiles } = options;
  if (profiles === undefined || (await files.isDirectory?.(profiles)) !== false) return undefined;
  const isFile = (await files.read(profiles).catch(() => '')) !== undefined;
  return isFile
    ? `--profiles ${profiles}: this is a file. Name its directory: --profiles ${dirname(profiles)}`
    : `--profiles ${profiles}: no such directory. Name a directory of profiles`;
};

/** True for a shipped example. */
const isExample = ({ dir }: ProfileCatalogEntry): boolean => resolve(dir) === shippedProfiles;

/** The entries of the user's own directories, not of the shipped one. */
const ownEntries = ({ entries }: ProfileCatalog): ProfileCatalog['entries'] =>
  entries.filter((entry) => !isExample(entry));

/** The name of a shipped example in `demo/SYSTEM/ENV`; undefined for any other name. */
const exampleName = (requested: string | undefined): string | undefined =>
  /^demo\/([^/]+\/[^/]+)$/.exec(requested ?? '')?.[1];

/** Chooses among the shipped examples alone. */
const chooseExample = (catalogue: ProfileCatalog, name: string): ProfileChoice =>
  chooseProfile({ ...catalogue, entries: catalogue.entries.filter(isExample) }, name, undefined);

/** The entries to offer: own ones first, then `here`, then the examples if there are no own ones or one of them is chosen. */
const listedEntries = (
  { options }: Pick<CommandContext, 'options'>,
  catalogue: ProfileCatalog,
  chosen: ProfileChoice,
): ProfileCatalog['entries'] => {
  if (options.profiles !== undefined || options.rehearse !== undefined) return catalogue.entries;
  const own = ownEntries(catalogue);
  const meant = chosen.is === 'one' ? [chosen.entry] : chosen.is === 'several' ? chosen.entries : [];
  const showsExamples = own.length === 0 || meant.some(isExample);
  return [...own, hereEntry, ...(showsExamples ? catalogue.entries.filter(isExample) : [])];
};

/**
 * Prefers the user's own profiles to shipped ones for a bare environment name: the shipped default system must not
 * answer for a real one.
 */
const ownFirst = (
  catalogue: ProfileCatalog,
  requested: string | undefined,
  system: string | undefined,
): ProfileChoice => {
  const own = ownEntries(catalogue);
  const chosen = chooseProfile({ ...catalogue, entries: own }, requested, system);
  if (chosen.is !== 'none') return chosen;
  const shipped = chooseProfile(catalogue, requested, system);
  // A name that nothing has is most likely one of their own.
  return shipped.is === 'none' && own.length > 0 ? chosen : shipped;
};

/** Whether `here` is meant without a name: a flag selects its systems, or there is nothing of one's own to open. */
const isHereDefault = (
  { options }: Pick<CommandContext, 'options'>,
  catalogue: ProfileCatalog,
  system: string | undefined,
): boolean =>
  options.discovery !== undefined ||
  (system === undefined &&
    options.profiles === undefined &&
    options.rehearse === undefined &&
    ownEntries(catalogue).length === 0);

/** Whether a name means `here`. A trusted profile takes the name; one of a cloned repository does not. */
const isHereFor = (requested: string, catalogue: ProfileCatalog): boolean =>
  isHereName(requested) &&
  !catalogue.entries.some(
    ({ system, env, untrusted }) =>
      untrusted !== true && (requested === env || requested === `${system}/${env}`),
  );

/** Searches every configured place for profiles. */
export const searchProfiles = async (context: CommandContext): Promise<Profiles> => {
  const [catalogue, config] = await Promise.all([
    searchDirs(context).then((dirs) => findProfiles(dirs, context.files)),
    readSettings(context),
  ]);
  context.tracing?.emit({
    what: 'config',
    file: context.settingsFile,
    found: config.absent !== true,
    complaints: config.diagnostics.length,
  });
  const own = config.settings.system;
  const system = own ?? catalogue.defaultSystem;
  const missing = await missingDirectory(context);
  return {
    catalogue,
    config,
    listed: (chosen) => listedEntries(context, catalogue, chosen),
    choose: (requested) => {
      const example = exampleName(requested);
      if (example !== undefined) return chooseExample(catalogue, example);
      const combined = combinedSystem(requested);
      const several = combined === undefined ? undefined : combinedEntry(catalogue.entries, combined);
      if (several !== undefined) return { is: 'one', entry: several };
      const isHereMeant =
        requested === undefined ? isHereDefault(context, catalogue, own) : isHereFor(requested, catalogue);
      if (isHereMeant) return { is: 'one', entry: hereEntry };
      const chosen =
        own === undefined
          ? ownFirst(catalogue, requested, system)
          : chooseProfile(catalogue, requested, system);
      if (chosen.is !== 'none') return chosen;
      const broken = catalogue.entries.length > 0 ? [] : catalogue.diagnostics.map(formatDiagnostic);
      return { is: 'none', message: [missing ?? chosen.message, ...broken].join('\n') };
    },
  };
};

/**
 * Searches like `searchProfiles`, for commands without a screen. Rejects with a UsageError when config.yaml does not say
 * which system is meant. Other errors in that file concern the screen and become warnings on stderr.
 */
export const searchProfilesUnambiguous = async (context: CommandContext): Promise<Profiles> => {
  const profiles = await searchProfiles(context);
  const { systemUnclear, diagnostics } = profiles.config;
  if (systemUnclear) throw new UsageError(...diagnostics.map(formatDiagnostic));
  for (const diagnostic of diagnostics)
    context.warn(formatDiagnostic({ ...diagnostic, severity: 'warning' }));
  return profiles;
};
