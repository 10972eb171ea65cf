import type { LogView } from '../../../src/domain/profile/profile.ts';
import type { ActEvent, Plan } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { QueueStore } from '../../../src/simulator/model/spec/queue-store.ts';
import { awsHandler, type SimulatedServices } from '../../../src/simulator/servers/aws/api.ts';
import { type Handler, serve } from '../../../src/simulator/servers/http/http-server.ts';
import { aws } from '../../../src/sources/aws/index.ts';
import type { SignalRequest } from '../../../src/sources/kit/contract/source.ts';
import { manualClock } from '../../support/manual-clock.ts';

export const { signal } = new AbortController();

interface OpenOptions {
  readonly services?: SimulatedServices;
  readonly queues?: ConstructorParameters<typeof QueueStore>[1];
  readonly config?: object;
  readonly signals?: readonly SignalRequest[];
  readonly views?: readonly LogView[];
  readonly wrap?: (handler: Handler) => Handler;
}

/** Opens the source on a simulated account. */
export const openAccount = async ({
  services = {},
  queues = [],
  config = {},
  signals = [],
  views = [],
  wrap = (handler) => handler,
}: OpenOptions) => {
  const clock = manualClock();
  const questions: string[] = [];
  const store = new QueueStore(clock, queues);
  const server = await serve(wrap(awsHandler(store, (action) => questions.push(action), services)), clock);
  const source = await aws.open(
    {
      ...{ id: 'aws', env: 'test', signals, views },
      config: aws.config.parse({
        endpoint: server.url,
        region: 'eu-central-1',
        credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a-secret-of-the-test' },
        queues: [],
        ...config,
      }),
    },
    openReadIo(clock),
  );
  const change = openChangeIo(clock);
  const operation = (name: string) => {
    const found = source.operations.find((other) => other.name === name);
    if (found === undefined) throw new Error(`no operation ${name}`);
    return found;
  };
  return {
    ...{ asked: questions, clock, store, source, operation },
    read: async (name: string) => {
      const found = source.feeds.find((feed) => feed.name === name);
      if (found === undefined) throw new Error(`no feed ${name}`);
      return found.read(signal);
    },
    plan: (name: string, params: Readonly<Record<string, unknown>>): Promise<Plan> =>
      operation(name).plan(params, signal),
    act: async (name: string, params: Readonly<Record<string, unknown>>): Promise<readonly ActEvent[]> => {
      const events: ActEvent[] = [];
      const plan = await operation(name).plan(params, signal);
      for await (const event of operation(name).act(plan, change, signal)) events.push(event);
      return events;
    },
    [Symbol.asyncDispose]: async () => {
      await change.close();
      await source.close();
      await server.close();
    },
  };
};
