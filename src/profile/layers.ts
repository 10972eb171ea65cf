import { dirname, isAbsolute, join, normalize } from 'node:path';
import type { Complaint, Position } from '../domain/position.ts';
import type { Files } from '../io/files.ts';
import { child, type MapNode, type Node, nounOf } from './tree.ts';
import { parseYaml } from './yaml-tree.ts';

/** A path written in a profile: relative to the file that it is written in. */
export const beside = (file: string, path: string): string =>
  isAbsolute(path) ? normalize(path) : join(dirname(file), path);

export interface Layers {
  /** The file itself, then what it extends, nearest first. */
  readonly maps: readonly MapNode[];
  /** False when the chain breaks off: a file is missing, unreadable, or extends itself. */
  readonly whole: boolean;
  readonly complaints: readonly Complaint[];
}

/** Reads and parses one file. `asked` is where another file names it: missing files are complained about there. */
export const readYaml = async (
  file: string,
  files: Files,
  asked?: Position,
): Promise<{ readonly tree?: Node; readonly complaints: readonly Complaint[] }> => {
  const refuse = (what: string, todo: string) => ({
    complaints: [
      { position: asked ?? { file, line: 1, col: 1 }, severity: 'error', what, todo },
    ] satisfies Complaint[],
  });
  try {
    const text = await files.read(file);
    if (text === undefined) return refuse(`there is no file ${file}`, 'correct the path');
    return parseYaml(text, file);
  } catch (error) {
    return refuse(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'correct its permissions or the path',
    );
  }
};

const notAMap = (tree: Node): Complaint => ({
  position: tree.position,
  severity: 'error',
  what: `expected a map, found ${nounOf(tree)}`,
  todo: 'write KEY: VALUE lines, opsdeck: 1 first',
});

/** A profile file and the chain of files below it. Stops, with a complaint, at what is missing, broken or cyclic. */
export const readLayers = async (file: string, files: Files): Promise<Layers> => {
  const maps: MapNode[] = [];
  const complaints: Complaint[] = [];
  const seen: string[] = [];
  let next: string | undefined = normalize(file);
  let asked: Position | undefined;
  let whole = true;
  while (next !== undefined) {
    if (seen.includes(next)) {
      whole = false;
      complaints.push({
        position: asked ?? { file, line: 1, col: 1 },
        severity: 'error',
        what: `extends goes in a circle: ${[...seen.slice(seen.indexOf(next)), next].join(' → ')}`,
        todo: 'remove one of them',
      });
      break;
    }
    seen.push(next);
    const { tree, complaints: found } = await readYaml(next, files, asked);
    complaints.push(...found);
    if (tree?.is !== 'map') {
      whole = false;
      if (tree !== undefined) complaints.push(notAMap(tree));
      break;
    }
    maps.push(tree);
    const base = child(tree, 'extends');
    next = base?.is === 'scalar' && typeof base.value === 'string' ? beside(next, base.value) : undefined;
    asked = base?.position;
    if (base !== undefined && next === undefined)
      complaints.push({
        position: base.position,
        severity: 'error',
        what: `extends expects a file name, found ${nounOf(base)}`,
        todo: 'write extends: base.yaml',
      });
  }
  return { maps, whole, complaints };
};
