import type { ProfileCatalogEntry } from '../../profile/catalog/profile-catalog.ts';
import { readLayers, yamlReader } from '../../profile/document/layers.ts';
import type { CommandContext } from '../command/context.ts';
import { stateOutageText } from '../command/state-failure.ts';
import { searchProfiles } from '../opening/choose-profile.ts';
import type { Invocation } from '../opening/command-invocation.ts';
import { type EnvironmentSession, withEnvironment } from '../opening/open-environment.ts';

/** True if a profile declares `state:`, itself or in a file that it extends. Runs and contacts nothing. */
const hasSharedState = async (
  { file, files, conflicts }: ProfileCatalogEntry,
  context: CommandContext,
): Promise<boolean> => {
  // An untrusted profile does not decide where records are.
  if (conflicts !== undefined) return false;
  const { maps } = await readLayers(file, yamlReader(files ?? context.files));
  return maps.some(({ entries }) => entries.has('state'));
};

const fullName = ({ system, env }: Pick<ProfileCatalogEntry, 'system' | 'env'>): string => `${system}/${env}`;

/** Where the records of a command are: in the state database of an environment, or on this machine. */
export interface RecordPlace {
  /** The environment whose state database is used; undefined: the state directory of this machine. */
  readonly opened?: EnvironmentSession;
  /** Environments that the command may mean, and whose records are in their state databases. */
  readonly elsewhere: readonly string[];
}

/**
 * Runs `work` with the place of the records of an environment (`env`, `system/env`, or undefined for the default one). Where
 * its profile has a state database, the environment is open and its copy is up to date; a database that is unavailable is reported on
 * stderr, and the copy is as this machine received it. A drill is always on this machine. Rejects with a UsageError for a
 * profile with a state database that cannot be opened.
 */
export const withRecordPlace = async <T>(
  { context, output, sharing }: Pick<Invocation<unknown>, 'context' | 'output' | 'sharing'>,
  requested: string | undefined,
  work: (place: RecordPlace) => Promise<T>,
): Promise<T> => {
  if (context.options.rehearse !== undefined) return work({ elsewhere: [] });
  const { catalogue, choose } = await searchProfiles(context);
  const chosen = choose(requested);
  const entry = chosen.is === 'one' ? chosen.entry : undefined;
  const meant = catalogue.entries.filter(
    (catalogEntry) =>
      requested === undefined || requested === catalogEntry.env || requested === fullName(catalogEntry),
  );
  const shared = await Promise.all(
    meant.map(async (catalogEntry) => ((await hasSharedState(catalogEntry, context)) ? [catalogEntry] : [])),
  );
  const found = shared.flat();
  const isShared = entry !== undefined && found.includes(entry);
  const elsewhere = found.filter((catalogEntry) => catalogEntry !== entry).map(fullName);
  if (!isShared) return work({ elsewhere: requested === undefined || entry === undefined ? elsewhere : [] });
  return withEnvironment(
    { ...context, options: { ...context.options, env: fullName(entry) } },
    { memory: false },
    async (opened) => {
      sharing?.learn(opened);
      await opened.state.open({ follows: false });
      const trouble = opened.state.trouble();
      if (trouble !== undefined) output.error(`opsdeck: warning: ${stateOutageText(trouble)}`);
      return work({ opened, elsewhere: requested === undefined ? elsewhere : [] });
    },
  );
};

/** 'incidents of shop/production are in its state database: add --env shop/production'; undefined without one. */
export const elsewhereNotice = (
  what: string,
  { elsewhere }: Pick<RecordPlace, 'elsewhere'>,
): string | undefined => {
  const [only] = elsewhere;
  if (only === undefined) return undefined;
  return elsewhere.length === 1
    ? `${what} of ${only} are in the state database. To read them, add --env ${only}`
    : `${what} of ${elsewhere.join(', ')} are in their state databases. To read them, add --env SYSTEM/ENV`;
};
