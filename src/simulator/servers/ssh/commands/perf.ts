import { bad, type Done, good, type Scene } from './command.ts';
import type { Followed } from './log-scripts.ts';
import { behind } from './options.ts';
import { nameOf } from './proc.ts';

const samplesPerSecond = 99;
const bytesPerSample = 140;

/** perf-record(1): `-F 99 -g -p PID -o FILE -- sleep SECONDS`. It attaches to a process, and ends with the command behind `--`. */
const record = (args: readonly string[], begun: Scene): Followed => {
  const pid = Number(behind(args, '-p'));
  const file = behind(args, '-o') ?? 'perf.data';
  const seconds = Number(behind(args, 'sleep') ?? 0);
  if (!begun.isRoot)
    return bad(255, 'Error:\nAccess to performance monitoring and observability operations is limited.');
  if (begun.machine.processes.find(pid) === undefined)
    return bad(
      255,
      `Couldn't synthesize bpf events.\nError: failed to attach to pid ${pid}: No such process`,
    );
  const taken = Math.round(seconds * samplesPerSecond * begun.machine.load.share);
  return {
    ...good(''),
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
const report = (args: readonly string[], { machine, isRoot }: Scene): Done => {
  const path = behind(args, '-i') ?? 'perf.data';
  const file = machine.site.disk.find(path);
  if (file?.is !== 'file')
    return bad(255, `failed to open ${path}: No such file or directory  (try 'perf record' first)`);
  if (!isRoot) return bad(255, `File ${path} not owned by current user or root (use -f to override)`);
  const [, pid, taken] = file.text.split(' ');
  const process = machine.processes.find(Number(pid));
  const name = process === undefined ? ':0' : nameOf(process);
  const hot = machine.load.share > 0.5;
  const rows = [
    [hot ? 81.4 : 21.3, hot ? 'riptide_core::shard::rebalance' : 'riptide_core::codec::decode'],
    [hot ? 6.2 : 14.9, 'tokio::runtime::scheduler::multi_thread::worker::Context::run'],
    [2.1, '[kernel] __x64_sys_epoll_wait'],
  ] as const;
  const lines = rows.map(([share, symbol]) => `    ${share.toFixed(2)}%  ${name.padEnd(15)}  ${symbol}\n`);
  return good(
    `# Samples: ${taken}  of event 'cpu-clock'\n#\n# Overhead  Command          Symbol\n${lines.join('')}\n`,
  );
};

/** perf(1): record and report. */
export const perf = ([verb = '', ...args]: readonly string[], scene: Scene): Followed => {
  if (verb === 'record') return record(args, scene);
  return verb === 'report' ? report(args, scene) : bad(1, `perf: '${verb}' is not a perf-command.`);
};
