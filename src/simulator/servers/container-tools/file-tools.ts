import { createHash } from 'node:crypto';
import type { Millis } from '../../../domain/base/fault.ts';
import { dayMs } from '../../../domain/text/duration.ts';
import type { ServiceInstance } from '../../model/instances/instance.ts';
import { recentWindowMs, summarizeRequests } from '../../model/instances/traffic.ts';
import { fnv1a } from '../../model/spec/seeded-random.ts';

/** Path in every container of a service. */
export const checkHealthPath = '/usr/local/bin/check-health';

/** A Nagios-style check of the process in this container. Source: Nagios plugin guidelines. */
export const checkHealth = (instance: ServiceInstance | undefined, now: Millis): ToolOutput => {
  if (instance?.running !== true) return { out: 'CRITICAL - no process serves\n', code: 2 };
  const served = instance.traffic.recent(now);
  const { requests, errorRatePercent = 0, p95Ms = 0 } = summarizeRequests(served, instance.service.slaMs);
  const rate = Math.round((requests * 10_000) / recentWindowMs) / 10;
  const [code, word] =
    errorRatePercent > 5 ? [2, 'CRITICAL'] : errorRatePercent > 1 ? [1, 'WARNING'] : [0, 'OK'];
  const data = `requests=${rate};;;0 errors=${errorRatePercent}%;1;5;0;100 p95=${p95Ms}ms`;
  return { out: `${word} - ${rate} requests/s, ${errorRatePercent}% errors|${data}\n`, code };
};

/** A file in a container. */
export interface ContainerFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Model time. */
  readonly writtenAt: Millis;
  readonly inode: number;
  /** Its bytes between two offsets. */
  part(begin: number, end: number): Uint8Array;
  readonly runnable?: true;
}

/** Result of a tool. */
export interface ToolOutput {
  readonly out?: string | Uint8Array;
  readonly err?: string;
  readonly code: number;
}

/** File system of a container for its tools. */
export interface FileToolContext {
  readonly files: readonly ContainerFile[];
  toClock(time: Millis): Millis;
  /** Model time, and the function that deletes a file; absent: read-only. */
  readonly now?: Millis;
  remove?(path: string): void;
}

const absent = (tool: string, path: string): string =>
  `${tool}: can't stat '${path}': No such file or directory\n`;

const parentsOf = (path: string): readonly string[] => {
  const segments = path.split('/');
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/') || '/');
};

/** All non-empty directories. */
const directoriesOf = (files: readonly ContainerFile[]): ReadonlySet<string> =>
  new Set(['/tmp', ...files.flatMap(({ path }) => parentsOf(path))]);

const directory = (path: string): ContainerFile => ({
  path,
  sizeBytes: 4096,
  writtenAt: 0,
  inode: fnv1a(path),
  part: () => new Uint8Array(),
});

const statFile = (
  { files }: FileToolContext,
  path: string,
): { readonly file: ContainerFile; readonly mode: number } | undefined => {
  const name = path.length > 1 ? path.replace(/\/$/, '') : path;
  const file = files.find((candidate) => candidate.path === name);
  if (file !== undefined) return { file, mode: file.runnable === true ? 0o100755 : 0o100644 };
  return directoriesOf(files).has(name) ? { file: directory(name), mode: 0o040755 } : undefined;
};

/** stat(1) of GNU and BusyBox: `-L -c FORMAT PATH…`. */
const stat = (args: readonly string[], view: FileToolContext): ToolOutput => {
  const format = args[args.indexOf('-c') + 1] ?? '';
  const paths = args.slice(args.indexOf('-c') + 2);
  let out = '';
  let err = '';
  for (const path of paths) {
    const found = statFile(view, path);
    if (found === undefined) err += absent('stat', path);
    else {
      const { file, mode } = found;
      const values: Readonly<Record<string, string>> = {
        f: mode.toString(16),
        s: String(file.sizeBytes),
        Y: String(Math.floor(view.toClock(file.writtenAt) / 1000)),
        d: '66',
        i: String(file.inode),
        n: path,
      };
      out += `${format.replaceAll(/%(.)/g, (_, letter: string) => values[letter] ?? '?')}\n`;
    }
  }
  return { out, err, code: err === '' ? 0 : 1 };
};

const optionOf = (args: readonly string[], name: string): string | undefined => {
  const index = args.indexOf(name);
  return index === -1 ? undefined : args[index + 1];
};

const fits = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`).test(name);

/** find(1): `[-H|-L] DIR [-maxdepth N] [-name PATTERN] [-mtime +N] [-type f] [-print|-delete]`. */
const find = (args: readonly string[], view: FileToolContext): ToolOutput => {
  const dir = args.find((arg) => arg.startsWith('/')) ?? '/';
  if (statFile(view, dir) === undefined) return { err: `find: ${dir}: No such file or directory\n`, code: 1 };
  const depth = Number(optionOf(args, '-maxdepth') ?? Number.POSITIVE_INFINITY);
  const pattern = optionOf(args, '-name') ?? '*';
  const below = dir === '/' ? '/' : `${dir}/`;
  const older = Number(/^\+(\d+)$/.exec(optionOf(args, '-mtime') ?? '')?.[1] ?? -1);
  const isOld = ({ writtenAt }: ContainerFile): boolean =>
    older < 0 || Math.floor(((view.now ?? 0) - writtenAt) / dayMs) > older;
  const files = view.files.filter(isOld).map(({ path }) => path);
  const onlyFiles = optionOf(args, '-type') === 'f' || older >= 0;
  const all = onlyFiles ? files : [...directoriesOf(view.files), ...files];
  const paths = all.filter(
    (path) =>
      path.startsWith(below) &&
      path.slice(below.length).split('/').length <= depth &&
      fits(pattern, path.slice(path.lastIndexOf('/') + 1)),
  );
  if (args.includes('-delete')) {
    for (const path of paths) view.remove?.(path);
    return { code: 0 };
  }
  return { out: paths.map((path) => `${path}\n`).join(''), code: 0 };
};

const opened = (tool: string, path: string, view: FileToolContext): ContainerFile | ToolOutput =>
  view.files.find((file) => file.path === path) ?? {
    err: `${tool}: ${path}: No such file or directory\n`,
    code: 1,
  };

/** head(1): `-c N FILE`. */
const head = (args: readonly string[], view: FileToolContext): ToolOutput => {
  const file = opened('head', args.at(-1) ?? '', view);
  if ('code' in file) return file;
  return { out: file.part(0, Math.min(file.sizeBytes, Number(optionOf(args, '-c') ?? 0))), code: 0 };
};

/** tail(1): `-c +N FILE`. */
const tail = (args: readonly string[], view: FileToolContext): ToolOutput => {
  const file = opened('tail', args.at(-1) ?? '', view);
  if ('code' in file) return file;
  const count = optionOf(args, '-c') ?? '';
  const begin = count.startsWith('+') ? Number(count) - 1 : Math.max(0, file.sizeBytes - Number(count));
  return { out: file.part(begin, file.sizeBytes), code: 0 };
};

/** sha256sum(1): `FILE…`. */
const sha256sum = (paths: readonly string[], view: FileToolContext): ToolOutput => {
  let out = '';
  let err = '';
  for (const path of paths) {
    const file = opened('sha256sum', path, view);
    if ('code' in file) err += file.err ?? '';
    else out += `${createHash('sha256').update(file.part(0, file.sizeBytes)).digest('hex')}  ${path}\n`;
  }
  return { out, err, code: err === '' ? 0 : 1 };
};

const tools: Readonly<Record<string, (args: readonly string[], view: FileToolContext) => ToolOutput>> = {
  stat,
  find,
  head,
  sha256sum,
};

/** Runs one of the small tools on a container's files; undefined for other commands. */
export const runFileTool = (
  [name = '', ...args]: readonly string[],
  view: FileToolContext,
): ToolOutput | undefined => {
  if (name === 'tail') return args.includes('-c') ? tail(args, view) : undefined;
  return tools[name]?.(args, view);
};
