import { join, normalize } from 'node:path';
import type { Complaint, Position } from '../domain/position.ts';
import { type Tier, tiers } from '../domain/profile.ts';
import type { Files } from '../io/files.ts';
import { refuse } from './check.ts';
import { didYouMean } from './did-you-mean.ts';
import { readLayers, readYaml } from './layers.ts';
import { type MapNode, nounOf, textAt } from './tree.ts';

export interface CatalogueEntry {
  readonly system: string;
  readonly env: string;
  readonly title: string;
  readonly tier: Tier;
  readonly file: string;
  /** The search directory that it was found in. */
  readonly dir: string;
}

const isTier = (text: string | undefined): text is Tier => tiers.some((tier) => tier === text);

const start = (file: string): Position => ({ file, line: 1, col: 1 });

export interface Found {
  readonly entry?: CatalogueEntry;
  readonly complaints: readonly Complaint[];
}

/** The nearest text under a key, through the chain of extended files. A text that holds references is none. */
const inherited = (maps: readonly MapNode[], key: string): string | undefined => {
  const text = maps.map((map) => textAt(map, key)).find((one) => one !== undefined);
  return text?.includes('${') ? undefined : text;
};

/** One file: an environment when it says `env:` itself, else a base (or runbooks) for others. */
const look = async (dir: string, name: string, files: Files): Promise<Found> => {
  const file = normalize(join(dir, name));
  const { tree, complaints: broken } = await readYaml(file, files);
  if (tree === undefined) return { complaints: broken };
  if (tree.is !== 'map' || !tree.entries.has('env')) return { complaints: broken };
  const { maps, complaints } = await readLayers(file, files);
  const system = inherited(maps, 'system');
  const env = inherited(maps, 'env');
  const tier = inherited(maps, 'tier');
  if (system === undefined || env === undefined) {
    const key = system === undefined ? 'system' : 'env';
    const position = tree.entries.get(key)?.value.position ?? tree.position;
    // A chain that broke off has said so already; the name may have stood in the lost part.
    const missing = refuse(position, `${key} names nothing`, `write ${key}: NAME`);
    return { complaints: complaints.length > 0 ? complaints : [missing] };
  }
  const title = inherited(maps, 'title') ?? `${system} ${env}`;
  // The loader complains about a tier that there is not; until then the strictest one is shown.
  return { entry: { system, env, title, tier: isTier(tier) ? tier : 'production', file, dir }, complaints };
};

/** `config.yaml` of a profiles directory: which system is meant when nobody says. */
const defaultIn = async (
  dir: string,
  files: Files,
): Promise<{ readonly system?: string; readonly complaints: readonly Complaint[] }> => {
  const file = normalize(join(dir, 'config.yaml'));
  const { tree, complaints } = await readYaml(file, files);
  if (tree === undefined) return { complaints };
  if (tree.is !== 'map')
    return {
      complaints: [refuse(tree.position, `expected a map, found ${nounOf(tree)}`, 'write system: NAME')],
    };
  const unknown = [...tree.entries]
    .filter(([key]) => key !== 'system')
    .map(([key, entry]) => refuse(entry.key, `unknown key "${key}"`, didYouMean(key, ['system'])));
  const system = textAt(tree, 'system');
  return { complaints: [...complaints, ...unknown], ...(system !== undefined && { system }) };
};

const isConfig = (name: string): boolean => name === 'config.yaml' || name === 'config.yml';

export interface Looked {
  readonly found: readonly Found[];
  /** What the directory's config.yaml names. */
  readonly system?: string;
}

/** Every environment in one profiles directory. A broken file is a complaint and hides nothing else. */
export const lookIn = async (dir: string, files: Files): Promise<Looked> => {
  const unreadable = (error: unknown): Found => ({
    complaints: [
      refuse(
        start(dir),
        `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        'correct its permissions, or name another directory',
      ),
    ],
  });
  try {
    const names = (await files.list(dir)).filter((name) => /\.ya?ml$/.test(name));
    const found: Found[] = await Promise.all(
      names.filter((name) => !isConfig(name)).map((name) => look(dir, name, files)),
    );
    if (!names.includes('config.yaml')) return { found };
    const { system, complaints } = await defaultIn(dir, files);
    return { found: [...found, { complaints }], ...(system !== undefined && { system }) };
  } catch (error) {
    return { found: [unreadable(error)] };
  }
};
