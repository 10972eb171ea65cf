import { WireError } from '../../../platform/failures.ts';

/** macOS, `top -l 2 -n 0 -s 1`: the second 'CPU usage' line is that of one second. Percent that was not idle. Throws `malformed`. */
export const darwinCpu = (out: string): number => {
  const idle = [...out.matchAll(/^CPU usage: .*?([\d.]+)% idle/gm)].at(-1)?.[1];
  if (idle === undefined) throw new WireError('malformed', 'it says no CPU usage');
  return 100 - Number(idle);
};

/**
 * macOS, `sysctl -n hw.memsize` and `vm_stat`: wired, active and compressed pages as a part of all memory, percent. What
 * is inactive can be had. Throws `malformed`.
 */
export const darwinMemory = (out: string): number => {
  const total = Number(/^(\d+)$/m.exec(out)?.[1]);
  const pageBytes = Number(/page size of (\d+) bytes/.exec(out)?.[1]);
  const pages = (name: string): number =>
    Number(new RegExp(`^${name}: +(\\d+)\\.`, 'm').exec(out)?.[1] ?? Number.NaN);
  const used = pages('Pages wired down') + pages('Pages active') + pages('Pages occupied by compressor');
  const percent = (100 * used * pageBytes) / total;
  if (Number.isNaN(percent)) throw new WireError('malformed', 'it is not what vm_stat says');
  return percent;
};
