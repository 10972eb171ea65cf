import type { HostMachine } from '../../../model/hosts/host-machine.ts';
import {
  type CommandOutput,
  commandFailed,
  commandOk,
  type HostCommand,
  operandsOf,
  optionValue,
  type ShellCommandContext,
} from './host-command.ts';
import type { FollowedOutput } from './log-scripts.ts';
import { processNameOf } from './processes.ts';

const samplesPerSecond = 99;
const bytesPerSample = 140;

/** perf-record(1): `-F 99 -g -p PID -o FILE -- sleep SECONDS`. It attaches to a process and ends with the command after `--`. */
const record = (args: readonly string[], begun: ShellCommandContext): FollowedOutput => {
  const pid = Number(optionValue(args, '-p'));
  const file = optionValue(args, '-o') ?? 'perf.data';
  const seconds = Number(optionValue(args, 'sleep') ?? 0);
  if (!begun.isRoot)
    return commandFailed(
      255,
      'Error:\nAccess to performance monitoring and observability operations is limited.',
    );
  if (begun.machine.processes.find(pid) === undefined)
    return commandFailed(
      255,
      `Couldn't synthesize bpf events.\nError: failed to attach to pid ${pid}: No such process`,
    );
  const taken = Math.round(seconds * samplesPerSecond * begun.machine.load.share);
  return {
    ...commandOk(''),
    more: (scene) => {
      if (scene.now - begun.now < seconds * 1000) return { out: '' };
      scene.machine.site.disk.put(file, { is: 'file', text: `perf ${pid} ${taken}` }, scene.now);
      const size = ((taken * bytesPerSample) / 2 ** 20).toFixed(3);
      const err = `[ perf record: Woken up 1 times to write data ]\n[ perf record: Captured and wrote ${size} MB ${file} (${taken} samples) ]\n`;
      return { out: '', err, status: 0 };
    },
  };
};

/** perf-report(1): `--stdio -i FILE`. */
const report = (args: readonly string[], { machine, isRoot }: ShellCommandContext): CommandOutput => {
  const path = optionValue(args, '-i') ?? 'perf.data';
  const file = machine.site.disk.find(path);
  if (file?.is !== 'file')
    return commandFailed(255, `failed to open ${path}: No such file or directory  (try 'perf record' first)`);
  if (!isRoot)
    return commandFailed(255, `File ${path} not owned by current user or root (use -f to override)`);
  const [, pid, taken] = file.text.split(' ');
  const process = machine.processes.find(Number(pid));
  const name = process === undefined ? ':0' : processNameOf(process);
  const hot = machine.load.share > 0.5;
  const rows = [
    [hot ? 81.4 : 21.3, hot ? 'riptide_core::shard::rebalance' : 'riptide_core::codec::decode'],
    [hot ? 6.2 : 14.9, 'tokio::runtime::scheduler::multi_thread::worker::Context::run'],
    [2.1, '[kernel] __x64_sys_epoll_wait'],
  ] as const;
  const lines = rows.map(([share, symbol]) => `    ${share.toFixed(2)}%  ${name.padEnd(15)}  ${symbol}\n`);
  return commandOk(
    `# Samples: ${taken}  of event 'cpu-clock'\n#\n# Overhead  Command          Symbol\n${lines.join('')}\n`,
  );
};

/** perf(1): record and report. */
export const perf = ([verb = '', ...args]: readonly string[], scene: ShellCommandContext): FollowedOutput => {
  if (verb === 'record') return record(args, scene);
  return verb === 'report' ? report(args, scene) : commandFailed(1, `perf: '${verb}' is not a perf-command.`);
};

const secondMs = 1000;

const busyPercent = ({ load, unit }: HostMachine): number =>
  Math.round(100 * (unit.state === 'active' ? load.share : 0.03));

const usedBytes = ({ spec, processes }: HostMachine): number =>
  processes.all.reduce((sum, { rssBytes }) => sum + rssBytes, spec.memoryBytes * 0.28);

/** free(1) with `-b`. */
export const free: HostCommand = (_, { machine }) => {
  const { memoryBytes: total } = machine.spec;
  const available = Math.round(total - usedBytes(machine));
  const columns = [total, total - available, Math.round(available * 0.4), 1_056_768];
  const shown = [...columns, Math.round(available * 0.6), available].map((value) =>
    String(value).padStart(12),
  );
  return commandOk(
    `               total        used        free      shared  buff/cache   available\nMem:   ${shown.join('')}\nSwap:  ${['0', '0', '0'].map((text) => text.padStart(12)).join('')}\n`,
  );
};

/** top(1) with `-H -b -n 1 -p PID`: threads of one process by CPU usage. */
export const top: HostCommand = (args, { machine }) => {
  const pid = Number(optionValue(args, '-p'));
  const process = machine.processes.find(pid);
  if (!args.includes('-H') || !args.includes('-b')) return commandFailed(1, 'top: failed tty get');
  const head = `top - up 40 days\nThreads: ${process === undefined ? 0 : 4} total\n\n    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n`;
  if (process === undefined) return commandOk(head);
  const busy = busyPercent(machine) * machine.spec.cores;
  const threads = [
    ['tokio-runtime-w', Math.min(99.9, busy * 0.8)],
    ['tokio-runtime-w', Math.max(0, busy * 0.15)],
    [processNameOf(process), 0.3],
    ['tracing-appende', 0.1],
  ] as const;
  const rows = threads.map(
    ([name, cpu], index) =>
      `${String(pid + index).padStart(7)} ${process.user.padEnd(8)}  20   0 1894212 ${Math.round(process.rssBytes / 1024)}  14208 ${cpu > 50 ? 'R' : 'S'} ${cpu.toFixed(1).padStart(5)}   6.0   3:12.08 ${name}\n`,
  );
  return commandOk(head + rows.join(''));
};

/** One line per second, up to a count. */
const everySecond = (
  count: number,
  head: string,
  line: (scene: ShellCommandContext) => string,
  begun: ShellCommandContext,
): FollowedOutput => {
  let printed = 1;
  let time = begun.now;
  return {
    ...commandOk(head + line(begun)),
    more: (scene) => {
      let out = '';
      while (printed < count && scene.now - time >= secondMs) {
        [printed, time] = [printed + 1, time + secondMs];
        out += line(scene);
      }
      return printed < count ? { out } : { out, status: 0 };
    },
  };
};

/** vmstat(8): `[-n] SECONDS COUNT`. */
export const vmstat = (args: readonly string[], scene: ShellCommandContext): FollowedOutput => {
  const count = Number(operandsOf(args)[1] ?? 1);
  const head =
    'procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st\n';
  const line = ({ machine }: ShellCommandContext): string => {
    const busy = busyPercent(machine);
    const freeKb = Math.round((machine.spec.memoryBytes - usedBytes(machine)) / 1024);
    return ` ${busy > 60 ? 2 : 0}  0      0 ${freeKb}  81236 914512    0    0     4   ${40 + busy}  512 1043 ${Math.round(busy * 0.8)} ${Math.round(busy * 0.2)} ${100 - busy}  0  0\n`;
  };
  return everySecond(count, head, line, scene);
};

/** iostat(1) with `-x SECONDS COUNT`. */
export const iostat = (args: readonly string[], scene: ShellCommandContext): FollowedOutput => {
  const count = Number(operandsOf(args)[1] ?? 1);
  const line = ({ machine }: ShellCommandContext): string => {
    const util = (busyPercent(machine) * 0.3).toFixed(2);
    return `Device            r/s     rkB/s   rrqm/s  %rrqm r_await rareq-sz     w/s     wkB/s   wrqm/s  %wrqm w_await wareq-sz  aqu-sz  %util\nvda              0.40      6.10     0.00   0.00    0.31    15.25    8.20    112.40     4.10  33.33    0.62    13.71    0.01  ${util.padStart(5)}\n\n`;
  };
  return everySecond(count, `Linux 6.1.0 (${scene.machine.name})\n\n`, line, scene);
};
