import type { ActEvent, PermissionResult, Plan } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { LogEvent } from '../../../src/logs/reading/tail.ts';
import type { Dial } from '../../../src/platform/network/dial.ts';
import { startDockerEndpoint } from '../../../src/simulator/servers/docker/endpoint.ts';
import type { SimulatorContext } from '../../../src/simulator/servers/http/simulator-context.ts';
import type { DockerConfig } from '../../../src/sources/docker/daemon/config.ts';
import { routeDockerConfig } from '../../../src/sources/docker/daemon/config.ts';
import { docker } from '../../../src/sources/docker/index.ts';
import type { Operation, SignalRequest, Source } from '../../../src/sources/kit/contract/source.ts';
import { composeView } from '../../contract/rigs/docker-simulator.ts';
import { type ManualClock, manualClock, withoutDelays } from '../../support/manual-clock.ts';

export const never = new AbortController().signal;

export interface DockerSource extends AsyncDisposable {
  readonly source: Source;
  plan(name: string, params: Readonly<Record<string, unknown>>): Promise<Plan>;
  recheck(name: string, plan: Plan): ReturnType<Operation['recheck']>;
  /** Undefined: operations cannot be checked in advance. */
  permits(name: string, plan: Plan): Promise<PermissionResult | undefined>;
  /** The events of its action. `stop`: aborted by its first output. */
  act(name: string, plan: Plan, stop?: AbortController): Promise<readonly ActEvent[]>;
  undo(name: string, plan: Plan): ReturnType<NonNullable<Operation['undo']>>;
}

export interface OpenOptions {
  readonly signals?: readonly SignalRequest[];
  readonly dir?: string;
  /** Reached through another source, by this dial. */
  readonly dial?: Dial;
}

const configOf = (entry: Readonly<Record<string, unknown>>, isReached: boolean): DockerConfig => {
  const config = docker.config.parse(entry);
  return isReached ? routeDockerConfig(config, [{ name: 'vm-1', uid: 'vm-1' }], 2375) : config;
};

/** A source with this profile entry, and the io for its actions. */
export const openDocker = async (
  entry: Readonly<Record<string, unknown>>,
  clock = manualClock(),
  { signals = [], dir, dial }: OpenOptions = {},
): Promise<DockerSource> => {
  const config = configOf(entry, dial !== undefined);
  const opening = { id: 'd', env: 'test', config, signals, ...(dir && { dir }) };
  const source = await docker.open(opening, openReadIo(clock, dial && { dial }));
  const change = openChangeIo(clock);
  const operation = (name: string): Operation => {
    const found = source.operations.find((other) => other.name === name);
    if (found === undefined) throw new Error(`no operation ${name}`);
    return found;
  };
  return {
    source,
    plan: (name, params) => operation(name).plan(docker.operations[name]?.params.parse(params) ?? {}, never),
    recheck: (name, plan) => operation(name).recheck(plan, never),
    permits: async (name, plan) => operation(name).permits?.(plan, never),
    act: async (name, plan, stop) => {
      const events: ActEvent[] = [];
      for await (const event of operation(name).act(plan, change, stop?.signal ?? never)) {
        events.push(event);
        if (event.is === 'output') stop?.abort(new DOMException('no longer needed', 'AbortError'));
      }
      return events;
    },
    undo: (name, plan) => operation(name).undo?.(plan),
    [Symbol.asyncDispose]: async () => {
      await source.close();
      await change.close();
    },
  };
};

export interface Fixture extends DockerSource {
  readonly clock: ManualClock;
  readonly view: SimulatorContext;
  readonly url: string;
  /** 'shop-web-1 running' per container. */
  states(): readonly string[];
  startScenario(incident: string): void;
}

/** The simulated daemon of a project with a service and two dependencies, and the source that reads it. */
export const openFixture = async (
  entry: Readonly<Record<string, unknown>> = { project: 'shop' },
  options: OpenOptions = {},
): Promise<Fixture> => {
  const clock = manualClock();
  const view = composeView(clock);
  const { vars, close } = await startDockerEndpoint({ ...view, clock: withoutDelays(clock) });
  const url = vars.docker ?? '';
  const opened = await openDocker({ host: url, ...entry }, clock, options);
  return {
    ...opened,
    clock,
    view,
    url,
    states: () =>
      (view.model.environmentAt('test', clock.now()).parts.compose?.containers ?? []).map(
        ({ name, isRunning, exitCode }) => `${name} ${isRunning ? 'runs' : `ended with ${exitCode}`}`,
      ),
    startScenario: (incident) => view.model.inject(incident, 'test', clock.now()),
    [Symbol.asyncDispose]: async () => {
      await opened[Symbol.asyncDispose]();
      await close();
    },
  };
};

const eventText = (event: ActEvent): string => {
  switch (event.is) {
    case 'call':
      return `call ${event.line.replace(/http:\/\/[^/]+/, '').replace(/[0-9a-f]{64}/, 'ID')}`;
    case 'output':
      return `output ${event.text}`;
    case 'found':
      return `found ${JSON.stringify(event.found)}`;
    case 'made':
      return `made ${event.key}`;
    case 'answered':
      return `${event.ok ? 'ok' : 'failed'} ${event.status}`;
  }
};

/** 'call …', 'output …', 'ok 204 No Content', 'failed …' without addresses. */
export const eventLines = (events: readonly ActEvent[]): readonly string[] => events.map(eventText);

export const linesOf = async (events: AsyncIterable<LogEvent>): Promise<readonly string[]> => {
  const lines: string[] = [];
  for await (const event of events)
    lines.push(event.is === 'line' ? event.text : event.is === 'fault' ? event.fault.message : event.is);
  return lines;
};
