import {
  connectionsIn,
  type Listener,
  listenersIn,
  type Process,
  processesIn,
  psAll,
  psAllDarwin,
  ssConnections,
  ssListening,
} from '../parse/processes.ts';
import { type Unit, unitName, unitProperties, unitsIn } from '../parse/units.ts';
import type { HostParts } from '../parts.ts';
import type { Answered } from '../ssh/ask.ts';
import { ask, commandError, outOf } from '../ssh/ask.ts';
import type { Machine } from '../ssh/machine.ts';
import type { Samples } from './feed.ts';

/** What is wanted of a machine. */
export interface WantedWork {
  readonly units: readonly string[];
  readonly needsSockets: boolean;
  readonly needsProcesses: boolean;
  readonly connections: readonly number[];
}

/** What was seen of it; absent: not asked, or it could not be told. */
export interface Seen {
  readonly units?: readonly Unit[];
  readonly processes?: readonly Process[];
  readonly listeners?: readonly Listener[];
  readonly connections: ReadonlyMap<number, number>;
}

/** The unit of that name, with or without `.service`. */
export const unitNamed = ({ units }: Pick<Seen, 'units'>, name: string): Unit | undefined =>
  units?.find((unit) => unit.name === unitName(name));

export const showUnits = (units: readonly string[]): readonly string[] => [
  'systemctl',
  'show',
  `--property=${unitProperties.join(',')}`,
  '--',
  ...units,
];

export const hasNames = ({ address }: Machine): boolean => address !== '' || process.platform !== 'darwin';
export const listProcesses = (machine: Machine): readonly string[] =>
  hasNames(machine) ? psAll : psAllDarwin;

/** With `sudo -n` where that helps and is wanted. */
export const privileged = (
  { config }: HostParts,
  machine: Machine,
  argv: readonly string[],
): readonly string[] => (config.sudo && !machine.isRoot ? ['sudo', '-n', ...argv] : argv);

/**
 * Looks at a machine, in one round trip. Who holds a socket only root is told: where `sudo -n` is not allowed, that is found
 * out once, and from then on sockets are listed without. What one command cannot tell is a fault beside the rest.
 */
export const lookAt = (
  parts: HostParts,
  machine: Machine,
  wanted: WantedWork,
): ((signal: AbortSignal, samples: Samples) => Promise<Seen>) => {
  let sockets = privileged(parts, machine, ssListening);
  const commands = (): readonly (readonly string[])[] => [
    ...(wanted.units.length > 0 ? [showUnits(wanted.units)] : []),
    ...(wanted.needsProcesses ? [listProcesses(machine)] : []),
    ...(wanted.needsSockets ? [sockets] : []),
    ...wanted.connections.map(ssConnections),
  ];
  return async (signal, samples) => {
    const asked = commands();
    const { all } = await ask(parts, machine, asked, signal);
    const answerTo = (argv: readonly string[]): Answered | undefined =>
      all[asked.findIndex((one) => one.join(' ') === argv.join(' '))];
    const told = <T>(argv: readonly string[], parse: (out: string) => T): T | undefined => {
      try {
        return parse(outOf(answerTo(argv)));
      } catch (error) {
        samples.fault(argv.slice(0, 2).join(' '), error);
        return undefined;
      }
    };
    const listen = async (): Promise<readonly Listener[] | undefined> => {
      const answer = answerTo(sockets);
      if (answer === undefined || answer.status === 0 || sockets === ssListening)
        return told(sockets, listenersIn);
      sockets = ssListening;
      const again = (await ask(parts, machine, [ssListening], signal)).all[0];
      if (again?.status === 0) return listenersIn(again.out);
      samples.fault('ss', commandError(again ?? answer));
      return undefined;
    };
    const units = wanted.units.length > 0 ? told(showUnits(wanted.units), unitsIn) : undefined;
    const processes = wanted.needsProcesses
      ? told(listProcesses(machine), (out) => processesIn(out, hasNames(machine)))
      : undefined;
    const listeners = wanted.needsSockets ? await listen() : undefined;
    const connections = new Map(
      wanted.connections.flatMap((port) => {
        const count = told(ssConnections(port), connectionsIn);
        return count === undefined ? [] : [[port, count] as const];
      }),
    );
    return {
      connections,
      ...(units === undefined ? {} : { units }),
      ...(processes === undefined ? {} : { processes }),
      ...(listeners === undefined ? {} : { listeners }),
    };
  };
};
