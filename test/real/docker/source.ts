import type { ActEvent } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { docker } from '../../../src/sources/docker/index.ts';
import type { Operation, SignalRequest } from '../../../src/sources/kit/contract/source.ts';

const never = new AbortController().signal;

interface DockerSourceOptions {
  readonly signals?: readonly SignalRequest[];
  /** The directory of the profile. */
  readonly dir?: string;
}

/** A Docker source on a real daemon, whose operations are carried out without the executor. */
export const openDockerSource = async (
  entry: Readonly<Record<string, unknown>>,
  { signals = [], dir }: DockerSourceOptions = {},
) => {
  const clock = systemClock();
  const config = docker.config.parse(entry);
  const source = await docker.open(
    { id: 'd', env: 'test', config, signals, ...(dir && { dir }) },
    openReadIo(clock),
  );
  const change = openChangeIo(clock);
  const operation = (name: string): Operation => {
    const match = source.operations.find((other) => other.name === name);
    if (match === undefined) throw new Error(`no operation ${name}`);
    return match;
  };
  return {
    source,
    operation,
    /** Plans and carries out an operation; returns its output, and how each call ended. */
    do: async (name: string, params: Readonly<Record<string, unknown>>): Promise<readonly string[]> => {
      const plan = await operation(name).plan(docker.operations[name]?.params.parse(params) ?? {}, never);
      const events: ActEvent[] = [];
      for await (const event of operation(name).act(plan, change, never)) events.push(event);
      return events.flatMap((event) =>
        event.is === 'output'
          ? [event.text]
          : event.is === 'answered'
            ? [`${event.ok ? 'ok' : 'failed'} ${event.status}`]
            : [],
      );
    },
    rows: async () => {
      const { items = [] } = (await source.feeds[0]?.read(never)) ?? {};
      return items.flatMap((item) =>
        'owner' in item ? [`${item.kind} ${item.name} ${item.status} ${item.ready}/${item.wanted}`] : [],
      );
    },
    [Symbol.asyncDispose]: async () => {
      await source.close();
      await change.close();
    },
  };
};
