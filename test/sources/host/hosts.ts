import type { ActEvent, Plan } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { Tail } from '../../../src/logs/reading/tail.ts';
import type { Environment } from '../../../src/simulator/model/environment.ts';
import type { HostMachine } from '../../../src/simulator/model/hosts/host-machine.ts';
import { SystemModel } from '../../../src/simulator/model/system-model.ts';
import { startSshEndpoint } from '../../../src/simulator/servers/ssh/endpoint.ts';
import { systemSpec } from '../../../src/simulator/systems.ts';
import { host } from '../../../src/sources/host/index.ts';
import type { Feed, Operation, Source } from '../../../src/sources/kit/contract/source.ts';
import { createActivity } from '../../simulation/activity.ts';
import { simulatedPrograms } from '../../simulation/programs.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

export const never = new AbortController().signal;

/** The simulator's production hosts, and the source that reads them through a simulated ssh in this process. */
export interface Hosts extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly source: Source;
  env(): Environment;
  machine(name: string): HostMachine;
  feed(id: string): Feed;
  tail(stream: string): Promise<Tail>;
  operation(name: string): Operation;
  plan(name: string, params: Readonly<Record<string, unknown>>): Promise<Plan>;
  act(plan: Plan, signal?: AbortSignal): Promise<readonly ActEvent[]>;
}

export interface HostsOptions {
  readonly incident?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly signals?: readonly { readonly id: string; readonly read: Readonly<Record<string, unknown>> }[];
}

export const openHosts = async ({ incident, config, signals = [] }: HostsOptions = {}): Promise<Hosts> => {
  const clock = manualClock();
  const model = new SystemModel(systemSpec('eventmesh'), { startedAt: clock.now() });
  if (incident !== undefined) model.injectEarlier(incident, 'production');
  const env = (): Environment => model.environmentAt('production', clock.now());
  const wire = await startSshEndpoint({ model, clock, env: 'production' });
  const programs = simulatedPrograms(clock, (call) => wire.program?.(call), createActivity());
  const entry = {
    ssh: ['vm-1', 'vm-2'],
    config: wire.vars['ssh-config'],
    units: ['eventmesh-api'],
    ports: [8080],
    ...config,
  };
  const given = Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
  const opening = { id: 'hosts', env: 'production', config: host.config.parse(given), signals };
  const source = await host.open(opening, openReadIo(clock, { programs }));
  const change = openChangeIo(clock, { programs });
  const found = <T>(what: T | undefined, name: string): T => {
    if (what === undefined) throw new Error(`there is no ${name}`);
    return what;
  };
  const operation = (name: string): Operation =>
    found(
      source.operations.find((other) => other.name === name),
      name,
    );
  return {
    clock,
    source,
    env,
    machine: (name) => found(env().parts.hosts?.machine(name), name),
    feed: (id) =>
      found(
        source.feeds.find((feed) => feed.id === id),
        id,
      ),
    tail: async (stream) =>
      found(
        (await source.tails?.(undefined, never))?.find((tail) => tail.stream === stream),
        stream,
      ),
    operation,
    plan: async (name, params) =>
      operation(name).plan(found(host.operations[name], name).params.parse(params), never),
    act: async (plan, signal = never) => {
      const events: ActEvent[] = [];
      const name = plan.use.split('.')[1] ?? '';
      for await (const event of operation(name).act(plan, change, signal)) events.push(event);
      return events;
    },
    [Symbol.asyncDispose]: async () => {
      await source.close();
      await change.close();
      await wire.close();
    },
  };
};

/** The visible output of an action. */
export const linesOf = (events: readonly ActEvent[]): readonly string[] =>
  events.flatMap((event) => (event.is === 'output' ? [event.text] : []));

export const answerOf = (events: readonly ActEvent[]) => events.find((event) => event.is === 'answered');
