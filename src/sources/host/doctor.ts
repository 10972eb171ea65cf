import type { Fault } from '../../domain/fault.ts';
import type { Finding } from '../source.ts';
import { showUnits } from './feeds/look.ts';
import { unitsIn } from './parse/units.ts';
import type { HostParts } from './parts.ts';
import type { Answered } from './ssh/ask.ts';
import { ask } from './ssh/ask.ts';
import type { Machine } from './ssh/machine.ts';
import { findFiles } from './tails/tails.ts';

/** One thing to look for: a command that only reads, and what its answer means. */
interface Question {
  readonly argv: readonly string[];
  found(answer: Answered, isRoot: boolean): Omit<Finding, 'source'>;
}

/** Reaches every machine, and looks for what the profile needs there: programs, units, rights. */
export const examine = async (parts: HostParts, signal: AbortSignal): Promise<readonly Finding[]> =>
  (await Promise.all(parts.machines.map((machine) => examineOne(parts, machine, signal)))).flat();

const examineOne = async (
  parts: HostParts,
  machine: Machine,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { source } = parts;
  const questions = questionsFor(parts, machine);
  try {
    const { all, latencyMs } = await ask(
      parts,
      machine,
      [...questions.map(({ argv }) => argv), whoAmI],
      signal,
    );
    const isRoot = all.at(-1)?.out.trim() === '0';
    const as = machine.address === '' ? 'this machine' : `as ${machine.address}`;
    return [
      { source, ok: true, what: `${machine.name}: reached, ${as}, in ${Math.round(latencyMs)} ms` },
      ...questions.map(({ found }, index) => {
        const { what, ...rest } = found(all[index] ?? { status: 1, out: '', err: '' }, isRoot);
        return { source, what: `${machine.name}: ${what}`, ...rest };
      }),
    ];
  } catch (error) {
    return [unreached(parts.fault(machine, machine.address === '' ? 'sh' : `ssh ${machine.address}`, error))];
  }
};

const unreached = ({ source, message, remedy }: Fault): Finding => ({
  source,
  ok: false,
  what: message,
  ...(remedy === undefined ? {} : { remedy }),
});

const questionsFor = (parts: HostParts, machine: Machine): readonly Question[] => {
  const { config } = parts;
  const [firstUnit] = config.units;
  return [
    ...(config.sudo && !machine.isRoot ? [sudoQuestion(config.units)] : []),
    ...(firstUnit === undefined ? [] : [...config.units.map(unitQuestion), journalQuestion(firstUnit)]),
    ...(config.ports.length > 0 ? [programQuestion('ss', 'who listens to which port', 'iproute2')] : []),
    ...config.files.map(fileQuestion),
    ...config.disks.map(diskQuestion),
  ];
};

const whoAmI = ['id', '-u'];

/** What is to be said of sudo, by what `id -u` and `sudo -n -l` say: root needs none. */
export const sudoFinding = (
  { status }: Pick<Answered, 'status'>,
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

const sudoQuestion = (units: readonly string[]): Question => ({
  argv: ['sudo', '-n', '-l'],
  found: (answer, isRoot) => sudoFinding(answer, isRoot, units),
});

const unitQuestion = (unit: string): Question => ({
  argv: showUnits([unit]),
  found: ({ status, out }) => {
    if (status !== 0)
      return {
        ok: false,
        what: 'systemctl cannot be asked: this host has no systemd',
        remedy: 'use processes and ports instead of units',
      };
    const found = unitsIn(out);
    return found.some(({ isLoaded }) => isLoaded)
      ? { ok: true, what: `there is the unit ${unit}` }
      : { ok: false, what: `there is no unit ${unit}`, remedy: 'correct its name: systemctl list-units' };
  },
});

const journalQuestion = (unit: string): Question => ({
  argv: ['journalctl', '-u', unit, '-n', '1', '--no-pager'],
  found: ({ status, err }) =>
    status === 0 && !/not seeing messages|insufficient permissions/.test(err)
      ? { ok: true, what: 'the journal can be read' }
      : {
          ok: false,
          what: 'this account may not read the journal',
          remedy: 'put it into the group systemd-journal: usermod -aG systemd-journal USER',
        },
});

const programQuestion = (program: string, gives: string, pack: string): Question => ({
  argv: [program, '-H', '-ltn'],
  found: ({ status }) =>
    status === 0
      ? { ok: true, what: `${program} tells ${gives}` }
      : { ok: false, what: `there is no ${program}: it tells ${gives}`, remedy: `install ${pack} there` },
});

const fileQuestion = (path: string): Question =>
  /[*?[]/.test(path)
    ? {
        argv: findFiles(path),
        found: ({ out }) =>
          out.trim() === ''
            ? { ok: false, what: `no file matches ${path}`, remedy: 'correct the path' }
            : { ok: true, what: `${path}: ${out.trim().split('\n').length} files` },
      }
    : {
        argv: ['test', '-r', path],
        found: ({ status }) =>
          status === 0
            ? { ok: true, what: `${path} can be read` }
            : {
                ok: false,
                what: `${path} cannot be read`,
                remedy: 'correct the path, or let this account read it (group adm, or an ACL)',
              },
      };

const diskQuestion = (path: string): Question => ({
  argv: ['df', '-P', '-k', '--', path],
  found: ({ status }) =>
    status === 0
      ? { ok: true, what: `${path} is a file system's` }
      : { ok: false, what: `df says nothing of ${path}`, remedy: 'correct the path in disks' },
});
