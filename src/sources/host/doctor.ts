import type { Fault } from '../../domain/base/fault.ts';
import { type CheckResult, runChecks } from '../kit/contract/doctor-checks.ts';
import type { Finding } from '../kit/contract/source.ts';
import { showUnitsCommand } from './feeds/machine-inspection.ts';
import type { RemoteCommandResult } from './machine/command-batch.ts';
import { runBatch } from './machine/command-batch.ts';
import type { HostContext } from './machine/host-context.ts';
import type { Machine } from './machine/machine.ts';
import { parseUnits } from './parse/units.ts';
import { findLogFilesCommand } from './tails/tails.ts';

/** One check: a read-only command, and the evaluation of its output. */
interface HostCheck {
  readonly argv: readonly string[];
  result(answer: RemoteCommandResult, isRoot: boolean): Omit<Finding, 'source'>;
}

/** Examines every machine for what the profile requires: programs, units, permissions. */
export const diagnoseHost = (parts: HostContext, signal: AbortSignal): Promise<readonly Finding[]> =>
  runChecks(
    { source: parts.source, fault: (machine: Machine, error) => machineFault(parts, machine, error) },
    parts.machines.map((machine) => ({ call: machine, run: () => machineResults(parts, machine, signal) })),
    signal,
  );

const machineFault = (parts: HostContext, machine: Machine, error: unknown): Fault =>
  parts.fault(machine, machine.address === '' ? 'sh' : `ssh ${machine.address}`, error);

const machineResults = async (
  parts: HostContext,
  machine: Machine,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> => {
  const checks = checksFor(parts, machine);
  const commands = [...checks.map(({ argv }) => argv), whoAmI];
  const { results: all, totalMs } = await runBatch(parts, machine, commands, signal);
  const isRoot = all.at(-1)?.out.trim() === '0';
  const as = machine.address === '' ? 'locally' : `as ${machine.address}`;
  return [
    `${machine.name}: reachable ${as} in ${Math.round(totalMs)} ms`,
    ...checks.map(({ result }, index) => {
      const { what, ...rest } = result(all[index] ?? { status: 1, out: '', err: '' }, isRoot);
      return { what: `${machine.name}: ${what}`, ...rest };
    }),
  ];
};

const checksFor = (parts: HostContext, machine: Machine): readonly HostCheck[] => {
  const { config } = parts;
  const [firstUnit] = config.units;
  return [
    ...(config.sudo && !machine.isRoot ? [sudoCheck(config.units)] : []),
    ...(firstUnit === undefined ? [] : [...config.units.map(unitCheck), journalCheck(firstUnit)]),
    ...(config.ports.length > 0 ? [programCheck('ss', 'the owners of listening ports', 'iproute2')] : []),
    ...config.files.map(fileCheck),
    ...config.disks.map(diskCheck),
  ];
};

const whoAmI = ['id', '-u'];

/** Finding about sudo from `id -u` and `sudo -n -l`; root needs no sudo. */
export const sudoFinding = (
  { status }: Pick<RemoteCommandResult, 'status'>,
  isRoot: boolean,
  units: readonly string[],
): Omit<Finding, 'source'> => {
  if (status === 0) return { ok: true, what: 'this account can use sudo without a password' };
  return isRoot
    ? {
        ok: false,
        what: 'this account is root, but sudo is missing or denied',
        remedy: 'set sudo: false: root does not need sudo',
      }
    : {
        ok: false,
        what: 'sudo is missing or requires a password, so opsdeck cannot operate units or find the owner of a port',
        remedy: `allow in sudoers with NOPASSWD: systemctl restart ${units[0] ?? 'UNIT'}, kill, ss -H -ltnp. Or set sudo: false`,
      };
};

const sudoCheck = (units: readonly string[]): HostCheck => ({
  argv: ['sudo', '-n', '-l'],
  result: (answer, isRoot) => sudoFinding(answer, isRoot, units),
});

const unitCheck = (unit: string): HostCheck => ({
  argv: showUnitsCommand([unit]),
  result: ({ status, out }) => {
    if (status !== 0)
      return {
        ok: false,
        what: 'systemctl failed, because this host does not run systemd',
        remedy: 'set processes and ports of the source instead of units',
      };
    const units = parseUnits(out);
    return units.some(({ isLoaded }) => isLoaded)
      ? { ok: true, what: `unit ${unit} found` }
      : {
          ok: false,
          what: `unit ${unit} not found`,
          remedy: 'check the unit name with systemctl list-units',
        };
  },
});

const journalCheck = (unit: string): HostCheck => ({
  argv: ['journalctl', '-u', unit, '-n', '1', '--no-pager'],
  result: ({ status, err }) =>
    status === 0 && !/not seeing messages|insufficient permissions/.test(err)
      ? { ok: true, what: 'this account can read the journal' }
      : {
          ok: false,
          what: 'this account cannot read the journal',
          remedy: 'add the account to the group systemd-journal: usermod -aG systemd-journal USER',
        },
});

const programCheck = (program: string, gives: string, pack: string): HostCheck => ({
  argv: [program, '-H', '-ltn'],
  result: ({ status }) =>
    status === 0
      ? { ok: true, what: `${program} shows ${gives}` }
      : {
          ok: false,
          what: `${program} not found on the host, so opsdeck cannot show ${gives}`,
          remedy: `install ${pack} on the host`,
        },
});

const fileCheck = (path: string): HostCheck =>
  /[*?[]/.test(path)
    ? {
        argv: findLogFilesCommand(path),
        result: ({ out }) =>
          out.trim() === ''
            ? { ok: false, what: `no file on the host matches ${path}`, remedy: 'check the path in files' }
            : { ok: true, what: `${path}: ${out.trim().split('\n').length} files` },
      }
    : {
        argv: ['test', '-r', path],
        result: ({ status }) =>
          status === 0
            ? { ok: true, what: `${path} is readable` }
            : {
                ok: false,
                what: `${path} is not readable`,
                remedy: 'check the path, or grant this account read access (group adm, or an ACL)',
              },
      };

const diskCheck = (path: string): HostCheck => ({
  argv: ['df', '-P', '-k', '--', path],
  result: ({ status }) =>
    status === 0
      ? { ok: true, what: `${path} is on a file system that df reports` }
      : { ok: false, what: `df reports no file system for ${path}`, remedy: 'check the path in disks' },
});
