import type { HostProcess } from '../../../model/hosts/processes.ts';
import { bad, type Command, good, type Scene } from './command.ts';
import { nameOf } from './proc.ts';

/** As ps writes it: no decimal from 100 on. Source: procps, src/ps/output.c, pr_pcpu. */
const percentText = (percent: number): string =>
  percent >= 100 ? String(Math.floor(percent)) : percent.toFixed(1);

/** ps's lstart: 'Wed Mar  4 10:15:07 2026'. */
const lstart = (at: number): string => {
  const [day = '', date = '', month = '', year = '', time = ''] = new Date(at)
    .toUTCString()
    .replace(',', '')
    .split(' ');
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
};

const row = (process: HostProcess, { toClock }: Scene): string => {
  const { pid, parent, user, cpuPercent, rssBytes, args, startedAt } = process;
  const numbers = `${String(pid).padStart(7)} ${String(parent).padStart(7)} ${lstart(toClock(startedAt))}`;
  return `${numbers} ${user.padEnd(32)} ${percentText(cpuPercent).padStart(4)} ${String(Math.round(rssBytes / 1024)).padStart(5)} ${nameOf(process).padEnd(16)} ${args}\n`;
};

/** ps(1) with the columns that opsdeck asks for: of all, or of one (`-p`). */
export const ps: Command = (args, scene) => {
  const { all } = scene.machine.processes;
  const pid = args.includes('-p') ? Number(args[args.indexOf('-p') + 1]) : undefined;
  const shown = all.filter((process) => pid === undefined || process.pid === pid);
  return {
    ...good(shown.map((process) => row(process, scene)).join('')),
    status: shown.length === 0 ? 1 : 0,
  };
};

/** ss(8): listening sockets (holders are told to root, and of one's own), or established connections. */
export const ss: Command = (args, { machine, isRoot }) => {
  const { all } = machine.processes;
  if (args.includes('established')) {
    const port = Number(args.at(-1)?.replace(':', ''));
    const holder = machine.processes.listening(port);
    const count = holder !== undefined && holder.pid === machine.unit.mainPid ? 6 : 0;
    const line = (index: number) => `0      0      10.0.0.1:${port} 10.0.0.9:${40_000 + index}\n`;
    return good(Array.from({ length: count }, (_, index) => line(index)).join(''));
  }
  const line = (process: HostProcess): string => {
    const mayKnow = isRoot || process.user === machine.spec.user;
    const users = mayKnow ? ` users:(("${nameOf(process)}",pid=${process.pid},fd=9))` : '';
    return `LISTEN 0      4096   0.0.0.0:${process.port}      0.0.0.0:*${users}\n`;
  };
  return good(
    all
      .filter(({ port }) => port !== undefined)
      .map(line)
      .join(''),
  );
};

/** kill(1): TERM or KILL. */
export const kill: Command = ([flag = '', ...pids], { machine, now, isRoot }) => {
  const signal = /^-(?:s)?(TERM|KILL|0)$/.exec(flag)?.[1];
  const pid = Number(pids.at(-1));
  const process = machine.processes.find(pid);
  if (process === undefined) return bad(1, `kill: (${pid}): No such process`);
  if (!isRoot && process.user !== machine.spec.user) return bad(1, `kill: (${pid}): Operation not permitted`);
  if (signal === 'TERM' || signal === 'KILL') machine.kill(pid, signal, now);
  return good('');
};
