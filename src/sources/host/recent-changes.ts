import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { RecentChange } from '../../domain/facts/journal.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import type { Source } from '../kit/contract/source.ts';
import { runBatch, stdoutOf } from './machine/command-batch.ts';
import type { HostContext } from './machine/host-context.ts';
import type { Machine } from './machine/machine.ts';
import { isUnitActive, parseUnits, type ServiceUnit, unitName, unitProperties } from './parse/units.ts';

/** A unit with the path of its main program, where systemd reports one. */
interface StartedUnit {
  readonly unit: ServiceUnit;
  readonly program?: string;
}

const showStarts = (units: readonly string[]): readonly string[] => [
  'systemctl',
  'show',
  `--property=${[...unitProperties, 'ExecStart'].join(',')}`,
  '--',
  ...units,
];

/** The path in '{ path=/usr/bin/api ; argv[]=/usr/bin/api --serve ; … }'. */
const programOf = (block: string): string | undefined => /^ExecStart=\{ path=(\/\S+) ;/m.exec(block)?.[1];

const parseStarts = (out: string): readonly StartedUnit[] =>
  out
    .trim()
    .split(/\n\s*\n/)
    .flatMap((block) => {
      const [unit] = parseUnits(block);
      const program = programOf(block);
      return unit === undefined ? [] : [{ unit, ...defined({ program }) }];
    });

/** Times at which the inode of each file changed, which a copy cannot preserve: 'SECONDS PATH' per line. */
const parseChangeTimes = (out: string): ReadonlyMap<string, Millis> =>
  new Map(
    out.split('\n').flatMap((line) => {
      const [, seconds, path] = /^(\d+) (\/.*)$/.exec(line) ?? [];
      return seconds === undefined || path === undefined ? [] : [[path, 1000 * Number(seconds)] as const];
    }),
  );

/** 'started', 'restarted by systemd 3 times, exit 101', 'failed, exit 203' */
const startText = (unit: ServiceUnit): string => {
  const { restarts = 0, exitText, activeState } = unit;
  const ended = exitText === '' ? '' : `, ${exitText}`;
  if (!isUnitActive(unit)) return `${activeState}${ended}`;
  return restarts > 0
    ? `restarted by systemd ${restarts === 1 ? 'once' : `${restarts} times`}${ended}`
    : 'started';
};

/**
 * Starts of the units of the profile, and replaced programs: the inode of the main program has changed, as a deployment
 * does. Two round trips per machine.
 */
export const hostChanges = (parts: HostContext): NonNullable<Source['recentChanges']> => {
  const { machines, config } = parts;

  const changesOn = async (
    machine: Machine,
    since: Millis,
    signal: AbortSignal,
  ): Promise<readonly RecentChange[]> => {
    const [answer] = (await runBatch(parts, machine, [showStarts(config.units)], signal)).results;
    const started = parseStarts(stdoutOf(answer));
    const programs = [...new Set(started.flatMap(({ program }) => program ?? []))];
    const stat = ['stat', '-L', '-c', '%Z %n', '--', ...programs];
    const [times] = programs.length === 0 ? [] : (await runBatch(parts, machine, [stat], signal)).results;
    // A missing program has no line, and the others are still listed.
    const changedAt = parseChangeTimes(times?.out ?? '');
    const place = machines.length > 1 ? ` on ${machine.name}` : '';
    return started.flatMap(({ unit, program = '' }): readonly RecentChange[] => {
      const what = `unit ${unitName(unit.name)}`;
      const replaced = changedAt.get(program);
      const rollout: readonly RecentChange[] =
        replaced === undefined
          ? []
          : [
              {
                at: parts.fromWallTime(replaced),
                kind: 'rollout',
                level: 'ok',
                what,
                change: oneLine(`program ${program} replaced${place}`, 160),
              },
            ];
      const start: readonly RecentChange[] =
        unit.startedAt === undefined
          ? []
          : [
              {
                at: parts.fromWallTime(unit.startedAt),
                kind: 'restart',
                level: isUnitActive(unit) && (unit.restarts ?? 0) === 0 ? 'ok' : 'warn',
                what,
                change: `${startText(unit)}${place}`,
              },
            ];
      return [...rollout, ...start].filter(({ at }) => at >= since);
    });
  };

  return async (since, signal) => {
    const faults: Fault[] = [];
    if (config.units.length === 0) return { changes: [], faults };
    const all = await Promise.all(
      machines.map(async (machine) => {
        try {
          return await changesOn(machine, since, signal);
        } catch (error) {
          faults.push(parts.fault(machine, 'systemctl show', error));
          return [];
        }
      }),
    );
    return { changes: all.flat().sort((a, b) => a.at - b.at), faults };
  };
};
