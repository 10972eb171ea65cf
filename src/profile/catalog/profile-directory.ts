import { basename, join, normalize } from 'node:path';
import type { Tier } from '../../domain/profile/profile.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { Diagnostic, Position } from '../../domain/text/position.ts';
import type { YamlLimits } from '../../domain/yaml/yaml-limits.ts';
import type { Files } from '../../platform/files/local-files.ts';
import { defaultTier, isTier } from '../../runs/policy/tiers.ts';
import { coverageFileName } from '../document/coverage-file.ts';
import { didYouMean, errorAt } from '../document/diagnostics.ts';
import { type Layers, type ReadYaml, readLayers, yamlReader } from '../document/layers.ts';
import { plainHead } from '../document/plain-head.ts';
import { type MapNode, nodeNoun, textAt } from '../document/tree.ts';

/** An environment as its file declares it. */
export interface FoundEnvironment {
  readonly system: string;
  readonly env: string;
  readonly title: string;
  readonly tier: Tier;
  readonly file: string;
}

const start = (file: string): Position => ({ file, line: 1, col: 1 });

export interface UnnamedProfile {
  readonly file: string;
  /** The problem with its name. */
  readonly why: Diagnostic;
}

export interface FoundProfileFile {
  readonly entry?: FoundEnvironment;
  /** An environment without a system or a name: it cannot be opened, and is still validated. */
  readonly unnamed?: UnnamedProfile;
  readonly diagnostics: readonly Diagnostic[];
}

/** Returns the nearest text under a key along the chain of extended files. A text with references does not count. */
const inherited = (maps: readonly MapNode[], key: string): string | undefined => {
  const text = maps.map((map) => textAt(map, key)).find((candidate) => candidate !== undefined);
  return text?.includes('${') ? undefined : text;
};

/** A file's first line with content: not blank, a comment, a directive or the start of the document. */
const firstLine = /^\uFEFF?( *)(?![\s#%]|---[ \t]*(?:#|$))(\S\S?)/m;

/** Spaces before the keys of a file up to which they are looked for by their indentation. */
const mostIndentation = 40;

/**
 * False only if the text surely sets no `env` at its top: parsing every base and every runbook would take a third of each
 * start. Any other text is parsed.
 */
const mayBeEnvironment = (text: string): boolean => {
  const [, indentation, begin = ''] = firstLine.exec(text) ?? [];
  if (indentation === undefined || begin === '-') return false;
  // After a quoted key in { }, as in JSON, no space is needed.
  if (!/^["']?[a-z]/i.test(begin) || indentation.length > mostIndentation)
    return /\benv(?:["']\s*:|\s*:(?:\s|$))/m.test(text);
  // A key of a block is on a line of its own, indented like the first; it may have an anchor or a tag, or be merged.
  return new RegExp(`^\\uFEFF?${indentation}(?:["']?env["']?\\s*:|[?&!*<])`, 'm').test(text);
};

const headKeys = ['system', 'env', 'tier', 'title'] as const;

// The loader reports an unknown tier; until then the strictest tier is shown.
const shownTier = (tier: string | undefined): Tier => (isTier(tier) ? tier : defaultTier);

/** The file alone when it has all keys that the catalog shows; otherwise with its bases. */
const mapsOf = async (
  file: string,
  own: MapNode,
  read: ReadYaml,
): Promise<Pick<Layers, 'maps' | 'diagnostics'>> =>
  headKeys.every((key) => textAt(own, key) !== undefined)
    ? { maps: [own], diagnostics: [] }
    : await readLayers(file, read);

const unnamedDiagnostic = (tree: MapNode, key: 'system' | 'env'): Diagnostic => {
  const node = tree.entries.get(key)?.value;
  const isAbsent = node === undefined || (node.is === 'scalar' && (node.value === null || node.value === ''));
  const isText = node?.is === 'scalar' && typeof node.value === 'string';
  const what = isAbsent
    ? `${key} is ${node === undefined ? 'missing' : 'empty'}`
    : isText
      ? `${key} cannot be a reference. Write the value itself`
      : `${key}: expected text, found ${nodeNoun(node)}`;
  return errorAt(node?.position ?? tree.position, what, `write ${key}: NAME`);
};

/** Reads one file: an environment when it sets `env:` itself, otherwise a base or runbooks for others. */
const inspectFile = async (file: string, files: Files, read: ReadYaml): Promise<FoundProfileFile> => {
  const text = await files.read(file).catch(() => undefined);
  if (text !== undefined && !mayBeEnvironment(text)) return { diagnostics: [] };
  const head = text === undefined ? undefined : plainHead(text, headKeys);
  if (head !== undefined) return { entry: { ...head, tier: shownTier(head.tier), file }, diagnostics: [] };
  const { tree, diagnostics: broken } = await read(file);
  if (tree?.is !== 'map' || !tree.entries.has('env')) return { diagnostics: broken };
  const { maps, diagnostics: below } = await mapsOf(file, tree, read);
  const diagnostics = [...broken, ...below];
  const system = inherited(maps, 'system');
  const env = inherited(maps, 'env');
  const tier = inherited(maps, 'tier');
  if (system === undefined || env === undefined) {
    const key = system === undefined ? 'system' : 'env';
    // A broken chain was already reported; the name may be in the missing part.
    if (below.length > 0) return { diagnostics };
    const why = unnamedDiagnostic(tree, key);
    return { diagnostics: [...diagnostics, why], unnamed: { file, why } };
  }
  const title = inherited(maps, 'title') ?? `${system} ${env}`;
  return { entry: { system, env, title, tier: shownTier(tier), file }, diagnostics };
};

/** Reads `config.yaml` of a profile directory: the default system. */
const defaultIn = async (
  dir: string,
  read: ReadYaml,
): Promise<{ readonly system?: string; readonly diagnostics: readonly Diagnostic[] }> => {
  const file = normalize(join(dir, 'config.yaml'));
  const { tree, diagnostics } = await read(file);
  if (tree === undefined) return { diagnostics };
  if (tree.is !== 'map')
    return {
      diagnostics: [
        errorAt(
          tree.position,
          `expected a map, found ${nodeNoun(tree)}`,
          'write system: NAME at the top of the file',
        ),
      ],
    };
  const unknown = [...tree.entries]
    .filter(([key]) => key !== 'system')
    .map(([key, entry]) => errorAt(entry.key, `unknown key "${key}"`, didYouMean(key, ['system'])));
  const system = textAt(tree, 'system');
  return { diagnostics: [...diagnostics, ...unknown], ...(system !== undefined && { system }) };
};

const yamlFiles = async (dir: string, files: Files): Promise<readonly string[]> =>
  (await files.list(dir)).filter((name) => /\.ya?ml$/.test(name));

/** Returns the YAML errors of all files below a directory, whether environments or not. */
export const yamlDiagnosticsIn = async (dir: string, files: Files): Promise<readonly Diagnostic[]> => {
  const read = yamlReader(files);
  const names = await yamlFiles(dir, files).catch(() => []);
  const all = await Promise.all(names.map((name) => read(normalize(join(dir, name)))));
  return all.flatMap((readFile) => readFile.diagnostics);
};

/** Files of a profile directory that are neither an environment nor a part of one. */
const isBeside = (name: string): boolean =>
  name === 'config.yaml' || name === 'config.yml' || basename(name) === coverageFileName;

interface CatalogDirectory {
  readonly dir: string;
  readonly found: readonly FoundProfileFile[];
  /** The default system in the directory's config.yaml. */
  readonly system?: string;
}

interface FindOptions {
  /** Limits of each file. Absent: those of a file that the user has chosen. */
  readonly limits?: YamlLimits | undefined;
  /** True for the names of files to read before the others, because a budget may end. */
  isFirst?(name: string): boolean;
}

/** Finds every environment in one profile directory. A broken file is a diagnostic and hides nothing else. */
export const findInDirectory = async (
  dir: string,
  files: Files,
  { limits, isFirst = () => false }: FindOptions = {},
): Promise<CatalogDirectory> => {
  const unreadable = (error: unknown): FoundProfileFile => ({
    diagnostics: [
      errorAt(
        start(dir),
        `cannot be read: ${errorMessage(error)}`,
        'correct the permissions, or name another directory with --profiles',
      ),
    ],
  });
  const read = yamlReader(files, limits);
  try {
    const names = await yamlFiles(dir, files);
    const inspect = (some: readonly string[]): Promise<readonly FoundProfileFile[]> =>
      Promise.all(
        some
          .filter((name) => !isBeside(name))
          .map((name) => inspectFile(normalize(join(dir, name)), files, read)),
      );
    const first = await inspect(names.filter(isFirst));
    const inspected = [...first, ...(await inspect(names.filter((name) => !isFirst(name))))];
    if (!names.includes('config.yaml')) return { dir, found: inspected };
    const { system, diagnostics } = await defaultIn(dir, read);
    return { dir, found: [...inspected, { diagnostics }], ...(system !== undefined && { system }) };
  } catch (error) {
    return { dir, found: [unreadable(error)] };
  }
};
