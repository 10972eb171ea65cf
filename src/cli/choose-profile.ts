import { join, resolve } from 'node:path';
import { formatComplaint } from '../domain/position.ts';
import {
  chooseProfile,
  findProfiles,
  type ProfileCatalog,
  type ProfileChoice,
} from '../profile/profile-catalog.ts';
import type { CommandContext } from './context.ts';
import { UsageError } from './exit-code.ts';
import { packageRoot } from './package-root.ts';
import type { ParsedSettings } from './settings/settings-file.ts';
import { readSettings } from './settings/settings-file.ts';
import { searchDirs } from './trust/profile-dirs.ts';

/** Every profile that can be found, and how a name picks one of them. */
export interface Profiles {
  readonly catalogue: ProfileCatalog;
  /** What the user's config.yaml sets, and what is wrong in it. */
  readonly config: ParsedSettings;
  /** `env` or `system/env`; undefined: whatever the default system leaves. */
  choose(wanted: string | undefined): ProfileChoice;
}

const nowhere = (catalogue: ProfileCatalog, dirs: readonly string[]): readonly string[] =>
  catalogue.entries.length > 0
    ? []
    : [`looked for profiles in: ${dirs.join(', ')}`, ...catalogue.complaints.map(formatComplaint)];

/**
 * A bare name means a profile of the user's own before a shipped one: the shipped default system must not answer for
 * a system that really exists. Only what is shipped, and what the user has set as the default, is left to that default.
 */
const ownFirst = (
  catalogue: ProfileCatalog,
  wanted: string | undefined,
  system: string | undefined,
): ProfileChoice => {
  const shipped = join(packageRoot, 'profiles');
  const own = catalogue.entries.filter(({ dir }) => resolve(dir) !== shipped);
  const chosen = chooseProfile({ ...catalogue, entries: own }, wanted, system);
  return chosen.is === 'none' ? chooseProfile(catalogue, wanted, system) : chosen;
};

/** Looks for profiles in every place that the options name. */
export const searchProfiles = async (context: CommandContext): Promise<Profiles> => {
  const [catalogue, config] = await Promise.all([
    searchDirs(context).then((dirs) => findProfiles(dirs, context.files)),
    readSettings(context),
  ]);
  context.tracing?.emit({
    what: 'config',
    file: context.settingsFile,
    found: config.absent !== true,
    complaints: config.complaints.length,
  });
  const own = config.settings.system;
  const system = own ?? catalogue.defaultSystem;
  const dirs = context.places.map(({ dir }) => dir);
  return {
    catalogue,
    config,
    choose: (wanted) => {
      const chosen =
        own === undefined ? ownFirst(catalogue, wanted, system) : chooseProfile(catalogue, wanted, system);
      if (chosen.is !== 'none') return chosen;
      return { is: 'none', message: [chosen.message, ...nowhere(catalogue, dirs)].join('\n') };
    },
  };
};

/**
 * The same for a command without a screen: where config.yaml leaves open which system is meant, nothing is guessed. It
 * rejects with a UsageError; other complaints about that file concern the screen, and are warnings on stderr.
 */
export const searchProfilesUnambiguous = async (context: CommandContext): Promise<Profiles> => {
  const profiles = await searchProfiles(context);
  const { systemUnclear, complaints } = profiles.config;
  if (systemUnclear) throw new UsageError(...complaints.map(formatComplaint));
  for (const complaint of complaints) context.warn(formatComplaint({ ...complaint, severity: 'warning' }));
  return profiles;
};
