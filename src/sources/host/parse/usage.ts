import { WireError } from '../../../platform/runtime/wire-error.ts';

/** Busy time of each disk since boot in ms, by name. */
export type DiskTimes = ReadonlyMap<string, number>;

/** Partitions, whose work counts for their disk, and non-disks: loop, ram, optical and floppy drives. */
const nonDiskPattern =
  /^(?:loop|ram|sr|fd|zram)\d|^(?:sd|vd|xvd|hd)[a-z]+\d+$|^(?:nvme\d+n\d+|mmcblk\d+)p\d+$/;

/**
 * Parses /proc/diskstats: field 10 after the name is the time spent doing I/O, in ms
 * (Documentation/admin-guide/iostats). Throws `malformed`.
 */
export const parseDiskTimes = (out: string): DiskTimes => {
  const rows = out.split('\n').flatMap((line) => {
    const fields = line.trim().split(/ +/);
    const [, , name = ''] = fields;
    const busy = Number(fields[12]);
    return fields.length < 14 || nonDiskPattern.test(name) || !Number.isFinite(busy)
      ? []
      : [[name, busy] as const];
  });
  if (rows.length === 0)
    throw new WireError('malformed', 'the host lists no disk. Check /proc/diskstats on the host');
  return new Map(rows);
};

/**
 * Percent of the time between two reads in which the busiest disk was busy; undefined when no time has passed, or all
 * counters were reset.
 */
export const diskBusyPercent = (before: DiskTimes, now: DiskTimes, elapsedMs: number): number | undefined => {
  const shares = [...now].flatMap(([name, busy]) => {
    const was = before.get(name);
    return was === undefined || busy < was ? [] : [(100 * (busy - was)) / elapsedMs];
  });
  return elapsedMs <= 0 || shares.length === 0 ? undefined : Math.min(100, Math.max(...shares));
};

/**
 * Parses `top -l 2 -n 0 -s 1` of macOS: the second 'CPU usage' line covers one second. Returns the percentage that was
 * not idle. Throws `malformed`.
 */
export const parseDarwinCpu = (out: string): number => {
  const idle = [...out.matchAll(/^CPU usage: .*?([\d.]+)% idle/gm)].at(-1)?.[1];
  if (idle === undefined)
    throw new WireError('malformed', 'the host printed no CPU usage. Check /proc/stat on the host');
  return 100 - Number(idle);
};

/**
 * Parses `sysctl -n hw.memsize` and `vm_stat` of macOS: wired, active and compressed pages as a percentage of all
 * memory. Inactive pages are reclaimable. Throws `malformed`.
 */
export const parseDarwinMemory = (out: string): number => {
  const total = Number(/^(\d+)$/m.exec(out)?.[1]);
  const pageBytes = Number(/page size of (\d+) bytes/.exec(out)?.[1]);
  const pages = (name: string): number =>
    Number(new RegExp(`^${name}: +(\\d+)\\.`, 'm').exec(out)?.[1] ?? Number.NaN);
  const used = pages('Pages wired down') + pages('Pages active') + pages('Pages occupied by compressor');
  const percent = (100 * used * pageBytes) / total;
  if (Number.isNaN(percent))
    throw new WireError(
      'malformed',
      'opsdeck cannot parse the output of vm_stat: run vm_stat on the host to see the output',
    );
  return percent;
};

/** CPU ticks since boot: total and idle. */
export interface CpuTicks {
  readonly total: number;
  readonly idle: number;
}

/**
 * Parses the first line of /proc/stat, proc(5): user nice system idle iowait irq softirq steal; user includes guest
 * time. Throws `malformed`.
 */
export const parseCpuTicks = (out: string): CpuTicks => {
  const numbers = /^cpu +([\d ]+)$/m.exec(out)?.[1]?.trim().split(/ +/).map(Number) ?? [];
  const [user, nice, system, idle, iowait = 0, irq = 0, softirq = 0, steal = 0] = numbers;
  if (user === undefined || nice === undefined || system === undefined || idle === undefined)
    throw new WireError(
      'malformed',
      'opsdeck cannot parse the first line of /proc/stat: look at the file on the host',
    );
  return {
    total: user + nice + system + idle + iowait + irq + softirq + steal,
    idle: idle + iowait,
  };
};

/**
 * Percent of the time between two reads that was not idle; undefined when no time has passed, or the host was rebooted.
 */
export const cpuBusyPercent = (before: CpuTicks, now: CpuTicks): number | undefined => {
  const total = now.total - before.total;
  const idle = now.idle - before.idle;
  if (total <= 0 || idle < 0) return undefined;
  return Math.max(0, Math.min(100, 100 * (1 - idle / total)));
};

/**
 * Percent of memory that is not available: 100 × (1 − MemAvailable / MemTotal), from /proc/meminfo. Throws `malformed`.
 */
export const parseMemoryPercent = (out: string): number => {
  const kib = (name: string): number | undefined => {
    const kibibytes = new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(out)?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes);
  };
  const total = kib('MemTotal');
  const available = kib('MemAvailable');
  if (total === undefined || available === undefined || total === 0)
    throw new WireError(
      'malformed',
      '/proc/meminfo on the host has no MemTotal or MemAvailable: opsdeck requires Linux 3.14 or newer',
    );
  return 100 * (1 - available / total);
};

type LoadMinutes = 1 | 5 | 15;

/** Parses the load averages of /proc/loadavg, or of `sysctl vm.loadavg`: '{ 1.52 1.40 1.33 }'. Throws `malformed`. */
export const parseLoadAverages = (out: string): Readonly<Record<LoadMinutes, number>> => {
  const match = /^\{? *(\d+[.,]\d+) +(\d+[.,]\d+) +(\d+[.,]\d+)/.exec(out.trim());
  if (match === null)
    throw new WireError('malformed', 'opsdeck cannot parse /proc/loadavg: look at the file on the host');
  const [value = 0, five = 0, fifteen = 0] = match.slice(1).map((text) => Number(text.replace(',', '.')));
  return { 1: value, 5: five, 15: fifteen };
};

/** Usage of a file system as reported by df. */
interface DiskUsage {
  readonly device: string;
  readonly mountedOn: string;
  readonly usedPercent: number;
}

/**
 * Parses `df -P` (POSIX): used percentage of the space for ordinary users (used + available), like df's own column but
 * not rounded up. One line per path, in their order. Throws `malformed`.
 */
export const parseDiskUsage = (out: string): readonly DiskUsage[] => {
  const rows = out
    .trim()
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const match = /^(.+?) +(\d+) +(\d+) +(-?\d+) +(?:\d+%|-) +(.+)$/.exec(line);
      if (match === null) return [];
      const used = Number(match[3]);
      const available = Math.max(0, Number(match[4]));
      return used + available === 0
        ? []
        : [
            {
              ...{ device: match[1] ?? '', mountedOn: match[5] ?? '' },
              usedPercent: (100 * used) / (used + available),
            },
          ];
    });
  if (rows.length === 0)
    throw new WireError('malformed', 'df printed no file system: check the path in disks');
  return rows;
};
