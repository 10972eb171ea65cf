import { defined } from '../../../domain/base/defined.ts';
import type { RemoteCommandResult } from '../machine/command-batch.ts';
import { commandError, runBatch, stdoutOf } from '../machine/command-batch.ts';
import type { HostContext } from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';
import {
  countConnections,
  type Listener,
  type Process,
  parseListeners,
  parseProcesses,
  parseProcessStarts,
  processStartsCommand,
  psAll,
  psAllDarwin,
  ssConnections,
  ssListening,
} from '../parse/processes.ts';
import { isNamed, parseUnits, type ServiceUnit, unitProperties } from '../parse/units.ts';
import type { SampleCollector } from './machine-feed.ts';

/** The parts of a machine to inspect. */
export interface InspectionRequest {
  readonly units: readonly string[];
  readonly needsSockets: boolean;
  readonly needsProcesses: boolean;
  /** The start of each process is an identity of its row. */
  readonly needsStarts: boolean;
  readonly connections: readonly number[];
}

/** Result of an inspection; absent parts were not requested or are unknown. */
export interface MachineInspection {
  readonly units?: readonly ServiceUnit[];
  readonly processes?: readonly Process[];
  /** Boot, pid and start of each process, by pid; those that are not in it are unknown. */
  readonly starts?: ReadonlyMap<number, string>;
  readonly listeners?: readonly Listener[];
  readonly connections: ReadonlyMap<number, number>;
}

/** Finds a unit by its name, with or without `.service`. */
export const findUnit = (
  { units }: Pick<MachineInspection, 'units'>,
  name: string,
): ServiceUnit | undefined => units?.find((unit) => isNamed(unit, name));

export const showUnitsCommand = (units: readonly string[]): readonly string[] => [
  'systemctl',
  'show',
  `--property=${unitProperties.join(',')}`,
  '--',
  ...units,
];

export const hasProcessNames = ({ address }: Machine): boolean =>
  address !== '' || process.platform !== 'darwin';
export const listProcessesCommand = (machine: Machine): readonly string[] =>
  hasProcessNames(machine) ? psAll : psAllDarwin;

/** Prefixes `sudo -n` where it is configured and useful. */
export const withSudo = (
  { config }: HostContext,
  machine: Machine,
  argv: readonly string[],
): readonly string[] => (config.sudo && !machine.isRoot ? ['sudo', '-n', ...argv] : argv);

/**
 * Creates a function that inspects a machine in one round trip. Only root sees the owners of sockets. Where `sudo -n`
 * is not permitted, that is detected once, and sockets are then listed without owners. A failed command is a fault
 * beside the rest.
 */
export const createMachineInspector = (
  parts: HostContext,
  machine: Machine,
  request: InspectionRequest,
): ((signal: AbortSignal, samples: SampleCollector) => Promise<MachineInspection>) => {
  let sockets = withSudo(parts, machine, ssListening);
  const commands = (): readonly (readonly string[])[] => [
    ...(request.units.length > 0 ? [showUnitsCommand(request.units)] : []),
    ...(request.needsProcesses ? [listProcessesCommand(machine)] : []),
    ...(request.needsStarts ? [processStartsCommand] : []),
    ...(request.needsSockets ? [sockets] : []),
    ...request.connections.map(ssConnections),
  ];
  return async (signal, samples) => {
    const batch = commands();
    const { results: all } = await runBatch(parts, machine, batch, signal);
    const answerTo = (argv: readonly string[]): RemoteCommandResult | undefined =>
      all[batch.findIndex((texts) => texts.join(' ') === argv.join(' '))];
    const outputOf = <T>(argv: readonly string[], parse: (out: string) => T): T | undefined => {
      try {
        return parse(stdoutOf(answerTo(argv)));
      } catch (error) {
        samples.fault(argv.slice(0, 2).join(' '), error);
        return undefined;
      }
    };
    const listen = async (): Promise<readonly Listener[] | undefined> => {
      const answer = answerTo(sockets);
      if (answer === undefined || answer.status === 0 || sockets === ssListening)
        return outputOf(sockets, parseListeners);
      sockets = ssListening;
      const again = (await runBatch(parts, machine, [ssListening], signal)).results[0];
      if (again?.status === 0) return parseListeners(again.out);
      samples.fault('ss', commandError(again ?? answer));
      return undefined;
    };
    const units =
      request.units.length > 0 ? outputOf(showUnitsCommand(request.units), parseUnits) : undefined;
    const processes = request.needsProcesses
      ? outputOf(listProcessesCommand(machine), (out) => parseProcesses(out, hasProcessNames(machine)))
      : undefined;
    const starts = parseProcessStarts(request.needsStarts ? (answerTo(processStartsCommand)?.out ?? '') : '');
    const listeners = request.needsSockets ? await listen() : undefined;
    const connections = new Map(
      request.connections.flatMap((port) => {
        const count = outputOf(ssConnections(port), countConnections);
        return count === undefined ? [] : [[port, count] as const];
      }),
    );
    return {
      connections,
      starts,
      ...defined({ units, processes, listeners }),
    };
  };
};
