import type { HostProcess } from '../../../model/hosts/processes.ts';
import { type DetachedSession, runDetachedScript } from '../../http/detached-scripts.ts';
import { type CommandOutput, commandOk, type ShellCommandContext } from './host-command.ts';
import { processNameOf } from './processes.ts';

const executableDirs = ['/usr/bin', '/bin', '/usr/local/bin'];

/** Programs of a machine besides those of its deployment, as in PATH. */
const installed: Readonly<Record<string, number>> = { sleep: 43_888, true: 35_664 };

/** Path of an executable, from PATH or below the deployment; undefined if there is none. */
const executableOf = (program: string, { machine }: ShellCommandContext): string | undefined => {
  if (program === machine.site.program) return machine.site.deployed === undefined ? undefined : program;
  const name = program.slice(program.lastIndexOf('/') + 1);
  const dir = program.includes('/') ? program.slice(0, program.lastIndexOf('/')) : '/usr/bin';
  return name in installed && executableDirs.includes(dir) ? `${dir}/${name}` : undefined;
};

const sessionOf = (process: HostProcess, { machine }: ShellCommandContext): DetachedSession => ({
  pid: process.pid,
  name: processNameOf(process),
  ticks: Math.round((process.startedAt - machine.bootedAt) / 10),
});

/** The scripts of detached programs; undefined for any other argv. */
export const detachedCommand = (
  argv: readonly string[],
  scene: ShellCommandContext,
): CommandOutput | undefined => {
  const { machine, now } = scene;
  const [, , text = '', , , program = ''] = argv;
  if (text.startsWith('[ -z "$1" ] || cd "$1" || exit; f=')) {
    const path = executableOf(program, scene);
    const bytes = installed[path?.slice(path.lastIndexOf('/') + 1) ?? ''] ?? 12_582_912;
    return commandOk(
      path === undefined
        ? ''
        : `2049:393${bytes % 1000} ${bytes} ${Math.round(machine.bootedAt / 1000)} ${path}\n`,
    );
  }
  const ran = runDetachedScript(argv, {
    keptFiles: machine.keptProcesses,
    find: (pid) => {
      const process = machine.processes.find(pid);
      return process === undefined ? undefined : sessionOf(process, scene);
    },
    start: (started) => {
      const [name = ''] = started;
      if (executableOf(name, scene) === undefined)
        return `setsid: failed to execute ${name}: No such file or directory`;
      const { user } = machine.spec;
      const args = started.join(' ');
      const process = { parent: 1, user, args, startedAt: now, cpuPercent: 0.1, rssBytes: 4 << 20 };
      return sessionOf(machine.processes.start(process), scene);
    },
    stop: (pid) => void machine.kill(pid, 'TERM', now),
  });
  return ran === undefined ? undefined : { ...ran, err: '' };
};
