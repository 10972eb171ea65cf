import { gunzipSync } from 'node:zlib';
import { goneStatus, logFileScripts, logStatFormat } from '../../../../platform/files/log-file-scripts.ts';
import { fileTool, type InsideFile, type InsideView } from '../../inside/tools.ts';
import { bad, type Done, good, type Scene } from './command.ts';
import { machineFiles } from './machine-files.ts';

/** What is written on both outputs from now on. */
export interface More {
  readonly out: string | Uint8Array;
  readonly err?: string;
  /** It has come to its end. */
  readonly status?: number;
}

/** A command that goes on. */
export interface Followed extends Done {
  more?(scene: Scene): More;
}

const gone: Done = { status: goneStatus, out: '', err: '' };
/** The device of every file in there, as fileTool has it. */
const device = 66;

const located = ({ files }: InsideView, path: string, id: string): InsideFile | undefined => {
  const isIt = ({ inode }: InsideFile): boolean => `${device}:${inode}` === id;
  return files.find((file) => file.path === path && isIt(file)) ?? files.find(isIt);
};

const statLine = (view: InsideView, path: string): string =>
  String(fileTool(['stat', '-L', '-c', logStatFormat, path], view)?.out ?? '');

const fromByte = (text: string | undefined): number => Math.max(0, Number(text) - 1);

/** `tail -c +N -f` of one file, and what stands at its path, told once a second. */
const followed = (
  {
    path,
    id,
    from,
    word,
  }: { readonly path: string; readonly id: string; readonly from: number; readonly word: string },
  scene: Scene,
): Followed => {
  let at = from;
  let toldAt = scene.now;
  const written = (now: Scene): Uint8Array => {
    const file = located(machineFiles(now), path, id);
    if (file === undefined || file.sizeBytes <= at) return new Uint8Array();
    const bytes = file.part(at, file.sizeBytes);
    at = file.sizeBytes;
    return bytes;
  };
  return {
    ...good(''),
    out: written(scene),
    more: (now) => {
      const out = written(now);
      if (now.now - toldAt < 1000) return { out };
      toldAt = now.now;
      return { out, err: `${word} ${statLine(machineFiles(now), path).trimEnd()}\n` };
    },
  };
};

/** What sh does with one of the scripts by which log files are read; undefined for any other. */
export const runLogScript = (script: string, args: readonly string[], scene: Scene): Followed | undefined => {
  const [path = '', id = '', from, last = ''] = args;
  const known = Object.values(logFileScripts).some((one) => one === script);
  if (!known) return undefined;
  const view = machineFiles(scene);
  const file = located(view, path, id);
  if (file === undefined) return gone;
  if (script === logFileScripts.stat) return good(statLine(view, file.path));
  const begin = fromByte(from);
  if (script === logFileScripts.rest) return { ...good(''), out: file.part(begin, file.sizeBytes) };
  if (script === logFileScripts.read)
    return { ...good(''), out: file.part(begin, Math.min(file.sizeBytes, begin + Number(last))) };
  return followed({ path, id, from: begin, word: last }, scene);
};

/** gzip(1) with `-dc FILE`. */
export const gzip = ([, path = '']: readonly string[], scene: Scene): Done => {
  const file = machineFiles(scene).files.find((one) => one.path === path);
  if (file === undefined) return bad(1, `gzip: ${path}: No such file or directory`);
  return { ...good(''), out: gunzipSync(file.part(0, file.sizeBytes)) };
};
