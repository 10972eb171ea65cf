import type { Fault } from '../../domain/fault.ts';
import type { Finding } from '../source.ts';
import { showUnitsCommand } from './feeds/machine-inspection.ts';
import type { HostContext } from './host-context.ts';
import { parseUnits } from './parse/units.ts';
import type { RemoteCommandResult } from './ssh/command-batch.ts';
import { runBatch } from './ssh/command-batch.ts';
import type { Machine } from './ssh/machine.ts';
import { findLogFilesCommand } from './tails/tails.ts';

/** One thing to look for: a command that only reads, and what its answer means. */
interface HostCheck {
  readonly argv: readonly string[];
  finding(answer: RemoteCommandResult, isRoot: boolean): Omit<Finding, 'source'>;
}

/** Reaches every machine, and looks for what the profile needs there: programs, units, rights. */
export const examine = async (parts: HostContext, signal: AbortSignal): Promise<readonly Finding[]> =>
  (await Promise.all(parts.machines.map((machine) => examineOne(parts, machine, signal)))).flat();

const examineOne = async (
  parts: HostContext,
  machine: Machine,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { source } = parts;
  const questions = checksFor(parts, machine);
  try {
    const { results: all, latencyMs } = await runBatch(
      parts,
      machine,
      [...questions.map(({ argv }) => argv), whoAmI],
      signal,
    );
    const isRoot = all.at(-1)?.out.trim() === '0';
    const as = machine.address === '' ? 'this machine' : `as ${machine.address}`;
    return [
      { source, ok: true, what: `${machine.name}: reached, ${as}, in ${Math.round(latencyMs)} ms` },
      ...questions.map(({ finding: found }, index) => {
        const { what, ...rest } = found(all[index] ?? { status: 1, out: '', err: '' }, isRoot);
        return { source, what: `${machine.name}: ${what}`, ...rest };
      }),
    ];
  } catch (error) {
    return [
      unreachableFinding(
        parts.fault(machine, machine.address === '' ? 'sh' : `ssh ${machine.address}`, error),
      ),
    ];
  }
};

const unreachableFinding = ({ source, message, remedy }: Fault): Finding => ({
  source,
  ok: false,
  what: message,
  ...(remedy === undefined ? {} : { remedy }),
});

const checksFor = (parts: HostContext, machine: Machine): readonly HostCheck[] => {
  const { config } = parts;
  const [firstUnit] = config.units;
  return [
    ...(config.sudo && !machine.isRoot ? [sudoCheck(config.units)] : []),
    ...(firstUnit === undefined ? [] : [...config.units.map(unitCheck), journalCheck(firstUnit)]),
    ...(config.ports.length > 0 ? [programCheck('ss', 'who listens to which port', 'iproute2')] : []),
    ...config.files.map(fileCheck),
    ...config.disks.map(diskCheck),
  ];
};

const whoAmI = ['id', '-u'];

/** What is to be said of sudo, by what `id -u` and `sudo -n -l` say: root needs none. */
export const sudoFinding = (
  { status }: Pick<RemoteCommandResult, 'status'>,
  isRoot: boolean,
  units: readonly string[],
): Omit<Finding, 'source'> => {
  if (status === 0) return { ok: true, what: 'sudo asks for no password' };
  return isRoot
    ? {
        ok: false,
        what: 'this account is root, and sudo is not there or refuses it',
        remedy: 'write sudo: false: root needs no sudo',
      }
    : {
        ok: false,
        what: 'sudo wants a password, or is not there: no unit can be ordered, and port owners are not told',
        remedy: `allow in sudoers, with NOPASSWD: systemctl restart ${units[0] ?? 'UNIT'}, kill, ss -H -ltnp; or write sudo: false`,
      };
};

const sudoCheck = (units: readonly string[]): HostCheck => ({
  argv: ['sudo', '-n', '-l'],
  finding: (answer, isRoot) => sudoFinding(answer, isRoot, units),
});

const unitCheck = (unit: string): HostCheck => ({
  argv: showUnitsCommand([unit]),
  finding: ({ status, out }) => {
    if (status !== 0)
      return {
        ok: false,
        what: 'systemctl cannot be asked: this host has no systemd',
        remedy: 'use processes and ports instead of units',
      };
    const found = parseUnits(out);
    return found.some(({ isLoaded }) => isLoaded)
      ? { ok: true, what: `there is the unit ${unit}` }
      : { ok: false, what: `there is no unit ${unit}`, remedy: 'correct its name: systemctl list-units' };
  },
});

const journalCheck = (unit: string): HostCheck => ({
  argv: ['journalctl', '-u', unit, '-n', '1', '--no-pager'],
  finding: ({ status, err }) =>
    status === 0 && !/not seeing messages|insufficient permissions/.test(err)
      ? { ok: true, what: 'the journal can be read' }
      : {
          ok: false,
          what: 'this account may not read the journal',
          remedy: 'put it into the group systemd-journal: usermod -aG systemd-journal USER',
        },
});

const programCheck = (program: string, gives: string, pack: string): HostCheck => ({
  argv: [program, '-H', '-ltn'],
  finding: ({ status }) =>
    status === 0
      ? { ok: true, what: `${program} tells ${gives}` }
      : { ok: false, what: `there is no ${program}: it tells ${gives}`, remedy: `install ${pack} there` },
});

const fileCheck = (path: string): HostCheck =>
  /[*?[]/.test(path)
    ? {
        argv: findLogFilesCommand(path),
        finding: ({ out }) =>
          out.trim() === ''
            ? { ok: false, what: `no file matches ${path}`, remedy: 'correct the path' }
            : { ok: true, what: `${path}: ${out.trim().split('\n').length} files` },
      }
    : {
        argv: ['test', '-r', path],
        finding: ({ status }) =>
          status === 0
            ? { ok: true, what: `${path} can be read` }
            : {
                ok: false,
                what: `${path} cannot be read`,
                remedy: 'correct the path, or let this account read it (group adm, or an ACL)',
              },
      };

const diskCheck = (path: string): HostCheck => ({
  argv: ['df', '-P', '-k', '--', path],
  finding: ({ status }) =>
    status === 0
      ? { ok: true, what: `${path} is a file system's` }
      : { ok: false, what: `df says nothing of ${path}`, remedy: 'correct the path in disks' },
});
