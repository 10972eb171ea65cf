import type { Note } from '../../../src/domain/facts/facts.ts';
import type { ActEvent, Plan } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import type { Environment } from '../../../src/simulator/model/environment.ts';
import type { Messaging } from '../../../src/simulator/model/messaging/messaging.ts';
import { SystemModel } from '../../../src/simulator/model/system-model.ts';
import type { RequestInterceptor } from '../../../src/simulator/servers/kafka/endpoint.ts';
import { type KafkaSecurity, startKafkaEndpoint } from '../../../src/simulator/servers/kafka/endpoint.ts';
import { systemSpec } from '../../../src/simulator/systems.ts';
import { kafka } from '../../../src/sources/kafka/index.ts';
import type { Operation, SignalRequest } from '../../../src/sources/kit/contract/source.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { never, type Opened, openSource } from '../open-source.ts';

interface Fixture extends Opened {
  readonly clock: ManualClock;
  readonly brokers: readonly string[];
  env(): Environment;
  messaging(): Messaging;
  /** Advances the clock and the simulator. */
  pass(ms: number): Promise<void>;
  lines(feed: string): Promise<readonly string[]>;
  plan(name: string, params: Readonly<Record<string, unknown>>): Promise<Plan>;
  /** Executes a plan; returns its events. */
  act(name: string, plan: Plan): Promise<readonly ActEvent[]>;
}

interface Setup {
  readonly entry?: Readonly<Record<string, unknown>>;
  readonly signals?: readonly SignalRequest[];
  readonly interfere?: RequestInterceptor;
  /** The login that the brokers require, by the clock of the fixture. */
  readonly security?: (clock: ManualClock) => KafkaSecurity;
}

/** A Kafka source for the simulated saga platform, with a manual clock. */
export const openFixture = async ({ entry, signals, interfere, security }: Setup = {}): Promise<Fixture> => {
  const clock = manualClock();
  const model = new SystemModel(systemSpec('saga'), { startedAt: clock.now() });
  const wire = await startKafkaEndpoint({ model, clock, env: 'production' }, interfere, security?.(clock));
  const brokers = wire.vars.kafka?.split(',') ?? [];
  const opened = await openSource(kafka, { brokers, cluster: 'events', ...entry }, signals, clock);
  const change = openChangeIo(clock);
  const env = (): Environment => model.environmentAt('production', clock.now());
  const operation = (name: string): Operation => opened.operation(name);
  return {
    ...opened,
    clock,
    brokers,
    env,
    messaging: () => {
      const { messaging } = env().parts;
      if (messaging === undefined) throw new Error('this system has no messaging');
      return messaging;
    },
    pass: async (ms) => {
      await clock.advance(ms);
      env();
    },
    lines: async (feed) => {
      const { items } = await opened.read(feed);
      return items
        .filter((item): item is Note => 'title' in item)
        .map(({ title, text }) => `${title}: ${text}`);
    },
    plan: (name, params) => operation(name).plan(params, never),
    act: async (name, plan) => {
      const events: ActEvent[] = [];
      for await (const event of operation(name).act(plan, change, never)) events.push(event);
      return events;
    },
    [Symbol.asyncDispose]: async () => {
      await opened.source.close();
      await change.close();
      await wire.close();
    },
  };
};
