import type { HostProcess } from '../../../model/hosts/processes.ts';
import { fnv1a } from '../../../model/spec/seeded-random.ts';
import { commandFailed, commandOk, type HostCommand, type ShellCommandContext } from './host-command.ts';

/** ps's format: no decimal from 100 on. Source: procps, src/ps/output.c, pr_pcpu. */
const percentText = (percent: number): string =>
  percent >= 100 ? String(Math.floor(percent)) : percent.toFixed(1);

/** ps's lstart: 'Wed Mar  4 10:15:07 2026'. */
const lstart = (moment: number): string => {
  const [day = '', date = '', month = '', year = '', time = ''] = new Date(moment)
    .toUTCString()
    .replace(',', '')
    .split(' ');
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
};

const row = (process: HostProcess, { toClock }: ShellCommandContext): string => {
  const { pid, parent, user, cpuPercent, rssBytes, args, startedAt } = process;
  const numbers = `${String(pid).padStart(7)} ${String(parent).padStart(7)} ${lstart(toClock(startedAt))}`;
  return `${numbers} ${user.padEnd(32)} ${percentText(cpuPercent).padStart(4)} ${String(Math.round(rssBytes / 1024)).padStart(5)} ${processNameOf(process).padEnd(16)} ${args}\n`;
};

/** ps(1) with opsdeck's columns, of all processes or one (`-p`). */
export const ps: HostCommand = (args, scene) => {
  const { all } = scene.machine.processes;
  const pid = args.includes('-p') ? Number(args[args.indexOf('-p') + 1]) : undefined;
  const shown = all.filter((process) => pid === undefined || process.pid === pid);
  return {
    ...commandOk(shown.map((process) => row(process, scene)).join('')),
    status: shown.length === 0 ? 1 : 0,
  };
};

/** ss(8): listening sockets (owners are visible to root and for own processes), or established connections. */
export const ss: HostCommand = (args, { machine, isRoot }) => {
  const { all } = machine.processes;
  if (args.includes('established')) {
    const port = Number(args.at(-1)?.replace(':', ''));
    const holder = machine.processes.listening(port);
    const count = holder !== undefined && holder.pid === machine.unit.mainPid ? 6 : 0;
    const line = (index: number) => `0      0      10.0.0.1:${port} 10.0.0.9:${40_000 + index}\n`;
    return commandOk(Array.from({ length: count }, (_, index) => line(index)).join(''));
  }
  const line = (process: HostProcess): string => {
    const mayKnow = isRoot || process.user === machine.spec.user;
    const users = mayKnow ? ` users:(("${processNameOf(process)}",pid=${process.pid},fd=9))` : '';
    return `LISTEN 0      4096   0.0.0.0:${process.port}      0.0.0.0:*${users}\n`;
  };
  return commandOk(
    all
      .filter(({ port }) => port !== undefined)
      .map(line)
      .join(''),
  );
};

/** kill(1): TERM or KILL. */
export const kill: HostCommand = ([flag = '', ...pids], { machine, now, isRoot }) => {
  const signal = /^-(?:s)?(TERM|KILL|0)$/.exec(flag)?.[1];
  const pid = Number(pids.at(-1));
  const process = machine.processes.find(pid);
  if (process === undefined) return commandFailed(1, `kill: (${pid}): No such process`);
  if (!isRoot && process.user !== machine.spec.user)
    return commandFailed(1, `kill: (${pid}): Operation not permitted`);
  if (signal === 'TERM' || signal === 'KILL') machine.kill(pid, signal, now);
  return commandOk('');
};

const stat = ({ machine, now }: ShellCommandContext): string => {
  const { cores } = machine.spec;
  const busy = Math.round(machine.load.busyTicks);
  const idle = Math.round(((now - machine.bootedAt) / 10) * cores) - busy;
  const user = Math.round(busy * 0.8);
  return `cpu  ${user} 0 ${busy - user} ${idle} 0 0 0 0 0 0\nintr 1 0\nctxt 1\nbtime ${Math.round(machine.bootedAt / 1000)}\n`;
};

const meminfo = ({ machine }: ShellCommandContext): string => {
  const total = Math.round(machine.spec.memoryBytes / 1024);
  const used = machine.processes.all.reduce((sum, { rssBytes }) => sum + rssBytes / 1024, total * 0.28);
  const available = Math.round(total - used);
  return `MemTotal:       ${total} kB\nMemFree:        ${Math.round(available * 0.4)} kB\nMemAvailable:   ${available} kB\n`;
};

/** /proc/diskstats with one disk and one partition. */
const diskstats = ({ machine }: ShellCommandContext): string => {
  const busy = Math.round(machine.load.diskMs);
  const row = (minor: number, name: string): string =>
    ` 253       ${minor} ${name} ${Math.round(busy / 3)} 12 ${busy * 4} ${busy} ${Math.round(busy / 2)} 31 ${busy * 6} ${busy * 2} 0 ${busy} ${busy * 3} 0 0 0 0 0 0\n`;
  return row(0, 'vda') + row(1, 'vda1');
};

const loadavg = ({ machine }: ShellCommandContext): string => {
  const load = machine.unit.state === 'active' ? [0.31, 0.28, 0.27] : [0.04, 0.11, 0.19];
  return `${load.map((value) => value.toFixed(2)).join(' ')} 1/142 ${machine.processes.all.at(-1)?.pid ?? 1}\n`;
};

/** PF_KTHREAD of include/linux/sched.h. */
const kernelThread = 0x00200000;

/** /proc/PID/stat, proc(5): field 9 is the flags, field 22 the start time in ticks since boot. */
const processStat = (process: HostProcess, { machine }: ShellCommandContext): string => {
  const ticks = Math.round((process.startedAt - machine.bootedAt) / 10);
  const zeros = (length: number): string => Array.from({ length }, () => '0').join(' ');
  const between = `${zeros(4)} ${process.isKernel === true ? kernelThread : 0} ${zeros(12)}`;
  return `${process.pid} (${processNameOf(process)}) S ${process.parent} ${between} ${ticks} 0\n`;
};

export const processNameOf = ({ args }: HostProcess): string => {
  const program = (args.split(' ')[0] ?? '').replace(/:$/, '');
  return program.slice(program.lastIndexOf('/') + 1).slice(0, 15);
};

/** Hexadecimal digits that depend on the text only. */
const hexOf = (text: string, digits: number): string =>
  Array.from({ length: digits / 8 }, (_, index) =>
    fnv1a(`${text}/${index}`).toString(16).padStart(8, '0'),
  ).join('');

/** A UUID that changes with every boot. */
const bootIdOf = ({ machine }: ShellCommandContext): string => {
  const hex = hexOf(`${machine.seed}@${machine.bootedAt}`, 32);
  return `${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')}\n`;
};

/** The script that prints the boot ID and the start of every process; undefined for another. */
export const processStarts = (args: readonly string[], scene: ShellCommandContext) =>
  args[1] === 'cat /proc/sys/kernel/random/boot_id /proc/[0-9]*/stat'
    ? commandOk(
        bootIdOf(scene) + scene.machine.processes.all.map((process) => processStat(process, scene)).join(''),
      )
    : undefined;

/** date(1) with opsdeck's format: seconds since the epoch with nanoseconds. */
export const date: HostCommand = ([format], { now, toClock }) =>
  format === '+%s.%N'
    ? commandOk(`${(toClock(now) / 1000).toFixed(9)}\n`)
    : commandFailed(1, 'date: invalid date');

const fileOf = (path: string, scene: ShellCommandContext): string | undefined => {
  if (path === '/proc/stat') return stat(scene);
  if (path === '/proc/meminfo') return meminfo(scene);
  if (path === '/proc/diskstats') return diskstats(scene);
  if (path === '/proc/loadavg') return loadavg(scene);
  if (path === '/proc/uptime') return `${((scene.now - scene.machine.bootedAt) / 1000).toFixed(2)} 0.00\n`;
  if (path === '/proc/sys/kernel/random/boot_id') return bootIdOf(scene);
  if (path === '/etc/machine-id') return `${hexOf(scene.machine.seed, 32)}\n`;
  const of = /^\/proc\/(\d+)\/(stat|cgroup)$/.exec(path);
  const process = of === null ? undefined : scene.machine.processes.find(Number(of[1]));
  if (process === undefined) return undefined;
  if (of?.[2] === 'stat') return processStat(process, scene);
  return process.unit === undefined
    ? '0::/user.slice/user-1000.slice/session-41.scope\n'
    : `0::/system.slice/${process.unit}.service\n`;
};

/** cat(1) of files in /proc. */
export const cat: HostCommand = (args, scene) => {
  const files = args.filter((arg) => arg !== '--').map((path) => ({ path, text: fileOf(path, scene) }));
  const missing = files.filter(({ text }) => text === undefined);
  const out = files.map(({ text = '' }) => text).join('');
  return missing.length === 0
    ? commandOk(out)
    : {
        ...commandFailed(1, missing.map(({ path }) => `cat: ${path}: No such file or directory`).join('\n')),
        out,
      };
};

/** head(1) with `-n COUNT FILE`. */
export const head: HostCommand = ([flag, count, path = ''], scene) => {
  const text = fileOf(path, scene);
  if (flag !== '-n' || text === undefined)
    return commandFailed(1, `head: cannot open '${path}' for reading: No such file or directory`);
  return commandOk(`${text.split('\n').slice(0, Number(count)).join('\n')}\n`);
};
