import { basename, join, normalize } from 'node:path';
import type { Complaint, Position } from '../domain/position.ts';
import type { Tier } from '../domain/profile.ts';
import type { Files } from '../platform/files/files.ts';
import { assumedTier, isTier } from '../runs/policy/tiers.ts';
import { refuse } from './complaints.ts';
import { coverageFileName } from './coverage-file.ts';
import { didYouMean } from './did-you-mean.ts';
import { type Layers, type ReadYaml, readLayers, yamlReader } from './layers.ts';
import { type MapNode, nounOf, textAt } from './tree.ts';

/** An environment as its file names it. */
export interface FoundEnvironment {
  readonly system: string;
  readonly env: string;
  readonly title: string;
  readonly tier: Tier;
  readonly file: string;
}

const start = (file: string): Position => ({ file, line: 1, col: 1 });

interface Found {
  readonly entry?: FoundEnvironment;
  readonly complaints: readonly Complaint[];
}

/** The nearest text under a key, through the chain of extended files. A text that holds references is none. */
const inherited = (maps: readonly MapNode[], key: string): string | undefined => {
  const text = maps.map((map) => textAt(map, key)).find((one) => one !== undefined);
  return text?.includes('${') ? undefined : text;
};

/** A whole key `env:`, not the reference `${env:NAME}`: parsing every base and runbook would cost the start-up dear. */
const mayBeEnvironment = (text: string): boolean => /\benv["']?\s*:(\s|$)/m.test(text);

const headKeys = ['system', 'env', 'tier', 'title'];

/** The file alone when it says all that the catalogue shows; else with what it extends. */
const mapsOf = async (
  file: string,
  own: MapNode,
  read: ReadYaml,
): Promise<Pick<Layers, 'maps' | 'complaints'>> =>
  headKeys.every((key) => textAt(own, key) !== undefined)
    ? { maps: [own], complaints: [] }
    : await readLayers(file, read);

/** One file: an environment when it says `env:` itself, else a base (or runbooks) for others. */
const look = async (file: string, files: Files, read: ReadYaml): Promise<Found> => {
  const text = await files.read(file).catch(() => undefined);
  if (text !== undefined && !mayBeEnvironment(text)) return { complaints: [] };
  const { tree, complaints: broken } = await read(file);
  if (tree?.is !== 'map' || !tree.entries.has('env')) return { complaints: broken };
  const { maps, complaints: below } = await mapsOf(file, tree, read);
  const complaints = [...broken, ...below];
  const system = inherited(maps, 'system');
  const env = inherited(maps, 'env');
  const tier = inherited(maps, 'tier');
  if (system === undefined || env === undefined) {
    const key = system === undefined ? 'system' : 'env';
    const position = tree.entries.get(key)?.value.position ?? tree.position;
    // A chain that broke off has said so already; the name may have stood in the lost part.
    return {
      complaints:
        below.length > 0 ? complaints : [refuse(position, `${key} names nothing`, `write ${key}: NAME`)],
    };
  }
  const title = inherited(maps, 'title') ?? `${system} ${env}`;
  // The loader complains about a tier that there is not; until then the strictest one is shown.
  return { entry: { system, env, title, tier: isTier(tier) ? tier : assumedTier, file }, complaints };
};

/** `config.yaml` of a profiles directory: which system is meant when nobody says. */
const defaultIn = async (
  dir: string,
  read: ReadYaml,
): Promise<{ readonly system?: string; readonly complaints: readonly Complaint[] }> => {
  const file = normalize(join(dir, 'config.yaml'));
  const { tree, complaints } = await read(file);
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

const yamlFiles = async (dir: string, files: Files): Promise<readonly string[]> =>
  (await files.list(dir)).filter((name) => /\.ya?ml$/.test(name));

/** What is wrong with the YAML of any file below a directory, environment or not. */
export const brokenIn = async (dir: string, files: Files): Promise<readonly Complaint[]> => {
  const read = yamlReader(files);
  const names = await yamlFiles(dir, files).catch(() => []);
  const all = await Promise.all(names.map((name) => read(normalize(join(dir, name)))));
  return all.flatMap((one) => one.complaints);
};

/** Files of a directory of profiles that are neither an environment nor a part of one. */
const isBeside = (name: string): boolean =>
  name === 'config.yaml' || name === 'config.yml' || basename(name) === coverageFileName;

export interface Looked {
  readonly dir: string;
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
  const read = yamlReader(files);
  try {
    const names = await yamlFiles(dir, files);
    const found: Found[] = await Promise.all(
      names.filter((name) => !isBeside(name)).map((name) => look(normalize(join(dir, name)), files, read)),
    );
    if (!names.includes('config.yaml')) return { dir, found };
    const { system, complaints } = await defaultIn(dir, read);
    return { dir, found: [...found, { complaints }], ...(system !== undefined && { system }) };
  } catch (error) {
    return { dir, found: [unreadable(error)] };
  }
};
