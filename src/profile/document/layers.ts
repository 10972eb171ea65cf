import { dirname, isAbsolute, join, normalize } from 'node:path';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { Diagnostic, Position } from '../../domain/text/position.ts';
import type { YamlLimits } from '../../domain/yaml/yaml-limits.ts';
import type { Files } from '../../platform/files/local-files.ts';
import { errorAt } from './diagnostics.ts';
import { OutOfTimeError } from './timed-files.ts';
import { childOf, type MapNode, nodeNoun, type YamlNode } from './tree.ts';
import { parseYaml } from './yaml-tree.ts';

/** Resolves a path in a profile, relative to the file that contains it. */
export const resolveBeside = (file: string, path: string): string =>
  isAbsolute(path) ? normalize(path) : join(dirname(file), path);

export interface Layers {
  /** The file itself, then the files it extends, nearest first. */
  readonly maps: readonly MapNode[];
  /** False when the chain is broken: a file is missing, unreadable, or extends itself. */
  readonly whole: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

interface ReadFile {
  readonly tree?: YamlNode;
  readonly diagnostics: readonly Diagnostic[];
}

/** Why a file could not be read, and what to do. */
interface UnreadFile {
  readonly what: string;
  readonly todo: string;
}

/** Reads and parses a file. `referencedAt`: where another file references it; a missing file is reported there. */
export type ReadYaml = (file: string, referencedAt?: Position) => Promise<ReadFile>;

/** Cache size: more files than the profiles of many systems have. */
const mostKept = 256;
/** Cache of parsed files by path: the environments of a system share files, and so does every reload. */
const keptTrees = new Map<
  string,
  { readonly text: string; readonly limits: YamlLimits | undefined; readonly parsed: ReadFile }
>();

/** Parses a file unless its text is unchanged. Trees are immutable. */
const parsedOnce = (text: string, file: string, limits: YamlLimits | undefined): ReadFile => {
  const known = keptTrees.get(file);
  if (known?.text === text && known.limits === limits) return known.parsed;
  const parsed = parseYaml(text, file, limits);
  keptTrees.delete(file);
  keptTrees.set(file, { text, limits, parsed });
  const [oldest] = keptTrees.keys();
  if (keptTrees.size > mostKept && oldest !== undefined) keptTrees.delete(oldest);
  return parsed;
};

/**
 * Creates a reader that reads each file once: many environments share a base. Use it for one task only, since files
 * change. `limits`: absent for files that the user has chosen.
 */
export const yamlReader = (files: Files, limits?: YamlLimits): ReadYaml => {
  const known = new Map<string, Promise<ReadFile | UnreadFile>>();
  const parse = async (file: string): Promise<ReadFile | UnreadFile> => {
    try {
      const text = await files.read(file);
      if (text !== undefined) return parsedOnce(text, file, limits);
      return (await files.isDirectory?.(file)) === true
        ? { what: `${file} is a directory`, todo: 'name a file in it' }
        : { what: `no such file: ${file}`, todo: 'correct the path' };
    } catch (error) {
      const todo =
        error instanceof OutOfTimeError
          ? 'validate fewer files at once, or name the files to validate'
          : 'correct the path or the permissions of the file';
      return { what: `cannot read ${file}: ${errorMessage(error)}`, todo };
    }
  };
  return async (file, referencedAt) => {
    const reading = known.get(file) ?? parse(file);
    known.set(file, reading);
    const layerFile = await reading;
    if ('diagnostics' in layerFile) return layerFile;
    const { what, todo } = layerFile;
    return { diagnostics: [errorAt(referencedAt ?? { file, line: 1, col: 1 }, what, todo)] };
  };
};

const notAMap = (tree: YamlNode): Diagnostic =>
  errorAt(
    tree.position,
    `expected a map, found ${nodeNoun(tree)}`,
    'write KEY: VALUE lines, opsdeck: 1 first',
  );

/** Reads a profile file and the chain of its bases. Stops with a diagnostic at a missing, invalid or cyclic file. */
export const readLayers = async (file: string, read: ReadYaml): Promise<Layers> => {
  const maps: MapNode[] = [];
  const diagnostics: Diagnostic[] = [];
  const seen: string[] = [];
  let next: string | undefined = normalize(file);
  let referencedAt: Position | undefined;
  let whole = true;
  while (next !== undefined) {
    if (seen.includes(next)) {
      whole = false;
      diagnostics.push(
        errorAt(
          referencedAt ?? { file, line: 1, col: 1 },
          `the files extend each other in a cycle: ${[...seen.slice(seen.indexOf(next)), next].join(' → ')}`,
          'remove one of these extends lines',
        ),
      );
      break;
    }
    seen.push(next);
    const { tree, diagnostics: readDiagnostics } = await read(next, referencedAt);
    diagnostics.push(...readDiagnostics);
    if (tree?.is !== 'map') {
      whole = false;
      if (tree !== undefined) diagnostics.push(notAMap(tree));
      break;
    }
    maps.push(tree);
    const base = childOf(tree, 'extends');
    next =
      base?.is === 'scalar' && typeof base.value === 'string' ? resolveBeside(next, base.value) : undefined;
    referencedAt = base?.position;
    if (base !== undefined && next === undefined)
      diagnostics.push(
        errorAt(
          base.position,
          `extends expects a file name, found ${nodeNoun(base)}`,
          'write extends: base.yaml',
        ),
      );
  }
  return { maps, whole, diagnostics };
};
