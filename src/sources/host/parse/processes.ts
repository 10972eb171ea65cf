import { defined } from '../../../domain/base/defined.ts';
import { parseTimestamp } from '../machine/command-batch.ts';

/** A listening TCP socket and the processes that own it; none are known where this account may not see them. */
export interface Listener {
  /** '0.0.0.0', '127.0.0.1', '[::]', '*'. */
  readonly address: string;
  readonly port: number;
  readonly holders: readonly { readonly pid: number; readonly name: string }[];
}

/** Command for listening sockets with their processes; ss(8). */
export const ssListening: readonly string[] = ['ss', '-H', '-ltnp'];
export const ssConnections = (port: number): readonly string[] => [
  'ss',
  '-H',
  '-tn',
  'state',
  'established',
  'sport',
  '=',
  `:${port}`,
];

/**
 * Parses `ss -H -ltnp`: 'LISTEN 0 4096 0.0.0.0:8080 0.0.0.0:* users:(("riptide-api",pid=711,fd=9))'. Ignores other
 * lines.
 */
export const parseListeners = (out: string): readonly Listener[] =>
  out.split('\n').flatMap((line) => {
    const match = /^LISTEN\s+\d+\s+\d+\s+(\S+):(\d+)\s+\S+\s*(.*)$/.exec(line.trim());
    if (match === null) return [];
    const [, address = '', port, rest = ''] = match;
    const holders = [...rest.matchAll(/\("((?:[^"\\]|\\.)*)",pid=(\d+),fd=\d+\)/g)].map(
      ([, name = '', pid]) => ({
        pid: Number(pid),
        name,
      }),
    );
    const distinct = [...new Map(holders.map((holder) => [holder.pid, holder])).values()];
    return [{ address: address.replace(/%\w+$/, ''), port: Number(port), holders: distinct }];
  });

/** Counts lines, one per connection. */
export const countConnections = (out: string): number =>
  out.split('\n').filter((line) => line.trim() !== '').length;

/** A process in the output of ps. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** To the second, on the host's clock. */
  readonly startedAt?: number;
  readonly user: string;
  /** Percent of one core, over its whole lifetime. */
  readonly cpuPercent: number;
  readonly rssBytes: number;
  /** Program name, at most 15 characters of it on Linux. */
  readonly name: string;
  /** Its command line. */
  readonly args: string;
}

const nameWidth = 16;

/** Columns of ps. `comm` may contain blanks, so its column has a fixed width. */
const columns = ['pid', 'ppid', 'lstart', 'user:32', 'pcpu', 'rss', `comm:${nameWidth}`, 'args'];
const wide = ['ps', '-ww', '-o', columns.map((column) => `${column}=`).join(',')];
export const psAll: readonly string[] = [...wide.slice(0, 2), '-e', ...wide.slice(2)];
export const psOne = (pid: number): readonly string[] => [...wide, '-p', String(pid)];

/** macOS: its ps has no column widths, and its `comm` is a path. */
const darwin = ['ps', '-ww', '-o', 'pid=,ppid=,lstart=,user=,pcpu=,rss=,args='];
export const psAllDarwin: readonly string[] = ['ps', '-ww', '-ax', ...darwin.slice(2)];
export const psOneDarwin = (pid: number): readonly string[] => [...darwin, '-p', String(pid)];

/** Splits the text after the numbers into name and command line. */
const nameIn = (rest: string, hasName: boolean): { readonly name: string; readonly args: string } => {
  if (hasName) return { name: rest.slice(0, nameWidth).trim(), args: rest.slice(nameWidth + 1).trim() };
  const program = rest.trim().split(' ')[0] ?? '';
  return { name: program.slice(program.lastIndexOf('/') + 1).replace(/^-|:$/g, ''), args: rest.trim() };
};

/** Parses the output of ps. `hasName`: the fixed-width name column precedes the command line. Ignores other lines. */
export const parseProcesses = (out: string, hasName: boolean): readonly Process[] =>
  out.split('\n').flatMap((line) => {
    const match =
      // From 100 percent on, procps prints no decimal. Source: procps, src/ps/output.c, pr_pcpu.
      /^ *(\d+) +(\d+) +(\w{3} +\w{3} +\d+ +[\d:]+ +\d{4}) +(\S+) +(\d+(?:[.,]\d+)?) +(\d+) (.*)$/.exec(line);
    if (match === null) return [];
    const [, pid, parent, since = '', user = '', cpu = '', rss, rest = ''] = match;
    const startedAt = parseTimestamp(since);
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        ...defined({ startedAt }),
        user,
        cpuPercent: Number(cpu.replace(',', '.')),
        rssBytes: Number(rss) * 1024,
        ...nameIn(rest, hasName),
      },
    ];
  });

/** Command for the boot ID and the start of every process; proc(5). A process that ends meanwhile is left out. */
export const processStartsCommand: readonly string[] = [
  'sh',
  '-c',
  'cat /proc/sys/kernel/random/boot_id /proc/[0-9]*/stat',
];

/** Fields of /proc/PID/stat between the name and `starttime`, the 22nd. */
const fieldsBeforeStart = 19;

/**
 * Parses the boot ID and the start of each process in ticks since boot, as 'BOOT/PID/TICKS' by pid: no clock that can be set is
 * part of it. Empty where there is no /proc.
 */
export const parseProcessStarts = (out: string): ReadonlyMap<number, string> => {
  const boot = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/m.exec(out)?.[0];
  if (boot === undefined) return new Map();
  return new Map(
    out.split('\n').flatMap((line): readonly (readonly [number, string])[] => {
      const [, pid, rest = ''] = /^(\d+) \(.*\) (.*)$/.exec(line) ?? [];
      const ticks = rest.split(' ')[fieldsBeforeStart];
      return pid === undefined || ticks === undefined ? [] : [[Number(pid), `${boot}/${pid}/${ticks}`]];
    }),
  );
};

/** True when the program name, or the name of its executable, contains `processName`. */
export const matchesName = ({ name, args }: Process, processName: string): boolean => {
  const program = args.split(' ')[0] ?? '';
  return name.includes(processName) || program.slice(program.lastIndexOf('/') + 1).includes(processName);
};

/** A process and its ancestors, itself first. */
export const lineage = (pid: number, all: readonly Process[]): readonly number[] => {
  const line: number[] = [];
  for (let index: number | undefined = pid; index !== undefined && index > 0 && !line.includes(index); ) {
    line.push(index);
    index = all.find((proc) => proc.pid === index)?.parent;
  }
  return line;
};
