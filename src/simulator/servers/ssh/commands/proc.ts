import type { HostProcess } from '../../../model/hosts/processes.ts';
import { bad, type Command, good, type Scene } from './command.ts';

const stat = ({ machine, now }: Scene): string => {
  const { cores } = machine.spec;
  const busy = Math.round(machine.load.busyTicks);
  const idle = Math.round(((now - machine.bootedAt) / 10) * cores) - busy;
  const user = Math.round(busy * 0.8);
  return `cpu  ${user} 0 ${busy - user} ${idle} 0 0 0 0 0 0\nintr 1 0\nctxt 1\nbtime ${Math.round(machine.bootedAt / 1000)}\n`;
};

const meminfo = ({ machine }: Scene): string => {
  const total = Math.round(machine.spec.memoryBytes / 1024);
  const used = machine.processes.all.reduce((sum, { rssBytes }) => sum + rssBytes / 1024, total * 0.28);
  const available = Math.round(total - used);
  return `MemTotal:       ${total} kB\nMemFree:        ${Math.round(available * 0.4)} kB\nMemAvailable:   ${available} kB\n`;
};

/** /proc/diskstats: one disk with one partition. */
const diskstats = ({ machine }: Scene): string => {
  const busy = Math.round(machine.load.diskMs);
  const row = (minor: number, name: string): string =>
    ` 253       ${minor} ${name} ${Math.round(busy / 3)} 12 ${busy * 4} ${busy} ${Math.round(busy / 2)} 31 ${busy * 6} ${busy * 2} 0 ${busy} ${busy * 3} 0 0 0 0 0 0\n`;
  return row(0, 'vda') + row(1, 'vda1');
};

const loadavg = ({ machine }: Scene): string => {
  const load = machine.unit.state === 'active' ? [0.31, 0.28, 0.27] : [0.04, 0.11, 0.19];
  return `${load.map((one) => one.toFixed(2)).join(' ')} 1/142 ${machine.processes.all.at(-1)?.pid ?? 1}\n`;
};

/** PF_KTHREAD of include/linux/sched.h. */
const kernelThread = 0x00200000;

/** /proc/PID/stat, proc(5): field 9 are its flags, field 22 is the time of its start, in ticks since the machine's. */
const processStat = (process: HostProcess, { machine }: Scene): string => {
  const ticks = Math.round((process.startedAt - machine.bootedAt) / 10);
  const zeros = (length: number): string => Array.from({ length }, () => '0').join(' ');
  const between = `${zeros(4)} ${process.isKernel === true ? kernelThread : 0} ${zeros(12)}`;
  return `${process.pid} (${nameOf(process)}) S ${process.parent} ${between} ${ticks} 0\n`;
};

export const nameOf = ({ args }: HostProcess): string => {
  const program = (args.split(' ')[0] ?? '').replace(/:$/, '');
  return program.slice(program.lastIndexOf('/') + 1).slice(0, 15);
};

const fileOf = (path: string, scene: Scene): string | undefined => {
  if (path === '/proc/stat') return stat(scene);
  if (path === '/proc/meminfo') return meminfo(scene);
  if (path === '/proc/diskstats') return diskstats(scene);
  if (path === '/proc/loadavg') return loadavg(scene);
  const of = /^\/proc\/(\d+)\/(stat|cgroup)$/.exec(path);
  const process = of === null ? undefined : scene.machine.processes.find(Number(of[1]));
  if (process === undefined) return undefined;
  if (of?.[2] === 'stat') return processStat(process, scene);
  return process.unit === undefined
    ? '0::/user.slice/user-1000.slice/session-41.scope\n'
    : `0::/system.slice/${process.unit}.service\n`;
};

/** cat(1) of what /proc holds. */
export const cat: Command = (args, scene) => {
  const found = args.filter((arg) => arg !== '--').map((path) => ({ path, text: fileOf(path, scene) }));
  const missing = found.filter(({ text }) => text === undefined);
  const out = found.map(({ text = '' }) => text).join('');
  return missing.length === 0
    ? good(out)
    : { ...bad(1, missing.map(({ path }) => `cat: ${path}: No such file or directory`).join('\n')), out };
};

/** head(1) with `-n COUNT FILE`. */
export const head: Command = ([flag, count, path = ''], scene) => {
  const text = fileOf(path, scene);
  if (flag !== '-n' || text === undefined)
    return bad(1, `head: cannot open '${path}' for reading: No such file or directory`);
  return good(`${text.split('\n').slice(0, Number(count)).join('\n')}\n`);
};
