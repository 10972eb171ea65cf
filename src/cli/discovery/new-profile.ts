import { basename, dirname, join } from 'node:path';
import { pluralize } from '../../domain/text/count-text.ts';
import { type FirstSource, firstProfile, type PermittedActions } from '../../importer/first-profile.ts';
import { slug } from '../../importer/names.ts';
import { isNameTaken, writeNewDirectory } from '../../platform/files/new-directory.ts';
import { saveNewFile } from '../../platform/files/save-file.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { CommandContext } from '../command/context.ts';
import { UsageError } from '../command/exit-code.ts';
import { findPermittedActions } from './permitted-actions.ts';

/** The directory for profiles below the current one. */
export const defaultRoot = 'profiles';

/** The end of a message about a profile that could not be written. */
export const outRemedy = 'Nothing was written. Choose another directory with --out.';

/** The system that a first profile is called after: its directory. */
export const systemOfDir = (dir: string): string => slug(basename(dir), 'system');

/** Throws the usage error of a directory that cannot be written. */
const refuseOut = (error: unknown): never => {
  if (error instanceof WireError) throw new UsageError(`${error.message}. ${outRemedy}`);
  throw error;
};

/** Writes a profile that does not exist yet. Resolves to the path that was written; rejects with a UsageError. */
export const writeNewProfile = async (path: string, text: string): Promise<string> => {
  const name = basename(path);
  if (await isNameTaken(path))
    throw new UsageError(
      `${path} already exists and is not a file: a directory, or a symbolic link that leads nowhere. Nothing was written. Remove it, or use another --env or --out.`,
    );
  // A new profile in an existing directory of the system needs no confirmation either.
  if (await writeNewDirectory(dirname(path), [{ name, text }]).catch(refuseOut)) return path;
  const saved = await saveNewFile(dirname(path), name, text);
  if ('why' in saved) throw new UsageError(`cannot write ${saved.why}. ${outRemedy}`);
  return saved.path;
};

/** The one edit that permits the actions of a first profile: its line, and what to write there. */
export const permittingEdit = (
  path: string,
  text: string,
  permitted: PermittedActions | undefined,
): string => {
  if (permitted === undefined || permitted.allowed.length === 0)
    return 'The profile permits no changes. To permit some, edit tier, guard and authority.';
  const line = text.split('\n').findIndex((row) => row.startsWith('authority:')) + 1;
  return `The profile permits no changes. To permit ${permitted.allowed.join(', ')}, write the comment of ${path}:${line - 1} as line ${line}.`;
};

/** The next step after a profile was written below the default directory. */
export const trustStep = ({ system, env }: { readonly system: string; readonly env: string }): string =>
  `read it, opsdeck trust ${defaultRoot}, opsdeck --env ${system}/${env}`;

/**
 * Saves the sources of `here` as the profile that `opsdeck init` writes. Resolves to the message; never overwrites, and rejects
 * with a UsageError.
 */
export const saveHereAsProfile = async (
  { sources, offers }: { readonly sources: readonly FirstSource[]; readonly offers: readonly FirstSource[] },
  context: CommandContext,
): Promise<string> => {
  const names = { system: systemOfDir(process.cwd()), env: 'production' };
  const path = join(defaultRoot, names.system, `${names.env}.yaml`);
  if (await isNameTaken(path)) throw new UsageError(`${path} already exists. Nothing was written`);
  const written = await writeNewProfile(
    path,
    firstProfile(names, sources, await findPermittedActions(context, sources), offers),
  );
  const offered =
    offers.length === 0 ? '' : ` (${pluralize(offers.length, 'HTTP check')} of hosts in its comments)`;
  return `saved ${written}${offered}: ${trustStep(names)}`;
};
