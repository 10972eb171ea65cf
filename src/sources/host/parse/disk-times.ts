import { WireError } from '../../../platform/failures.ts';

/** Ms that each disk has worked since the machine's start, by its name. */
export type DiskTimes = ReadonlyMap<string, number>;

/** Parts of disks, and what is no disk: loop, ram, optical drives, floppies. Their work is that of a disk, or nobody's. */
const noDisk = /^(?:loop|ram|sr|fd|zram)\d|^(?:sd|vd|xvd|hd)[a-z]+\d+$|^(?:nvme\d+n\d+|mmcblk\d+)p\d+$/;

/** /proc/diskstats: field 10 behind the name is the time spent doing I/O, in ms (Documentation/admin-guide/iostats). Throws `malformed`. */
export const diskTimesIn = (out: string): DiskTimes => {
  const rows = out.split('\n').flatMap((line) => {
    const fields = line.trim().split(/ +/);
    const [, , name = ''] = fields;
    const busy = Number(fields[12]);
    return fields.length < 14 || noDisk.test(name) || !Number.isFinite(busy) ? [] : [[name, busy] as const];
  });
  if (rows.length === 0) throw new WireError('malformed', 'it lists no disk');
  return new Map(rows);
};

/** Percent of the time between two readings in which the busiest disk worked; undefined when no time has passed, or all began anew. */
export const diskBusyPercent = (before: DiskTimes, now: DiskTimes, elapsedMs: number): number | undefined => {
  const shares = [...now].flatMap(([name, busy]) => {
    const was = before.get(name);
    return was === undefined || busy < was ? [] : [(100 * (busy - was)) / elapsedMs];
  });
  return elapsedMs <= 0 || shares.length === 0 ? undefined : Math.min(100, Math.max(...shares));
};
