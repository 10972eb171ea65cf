import type { ActEvent, Plan } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type {
  LogEvent,
  OlderLines,
  OlderLinesRequest,
  ResumePoint,
  Tail,
} from '../../../src/logs/reading/tail.ts';
import { unseal } from '../../../src/platform/network/sealed.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { host } from '../../../src/sources/host/index.ts';
import type { Operation } from '../../../src/sources/kit/contract/source.ts';
import type { Address } from '../servers/server.ts';
import { detailOf } from '../setting.ts';

const never = new AbortController().signal;

/** Opens a real host as a source, with helper functions for tests. */
export const openRealHost = async (server: Address, more: Readonly<Record<string, unknown>> = {}) => {
  const clock = systemClock();
  const unit = 'eventmesh-api';
  const name = detailOf(server, 'alias');
  const entry = { ssh: [name], config: detailOf(server, 'ssh'), units: [unit, 'eventmesh-worker'], ...more };
  const config = host.config.parse({ ports: [{ port: 8080, unit }], ...entry });
  const signals = [{ id: 'cpu', read: { cpu: true } }];
  const source = await host.open({ id: 'hosts', env: 'test', config, signals }, openReadIo(clock));
  const change = openChangeIo(clock);
  const required = <T>(value: T | undefined, name: string): T => {
    if (value === undefined) throw new Error(`missing: ${name}`);
    return value;
  };
  const operation = (wantedName: string): Operation =>
    required(
      source.operations.find((other) => other.name === wantedName),
      wantedName,
    );
  const act = (plan: Plan, signal = never): AsyncIterable<ActEvent> =>
    operation(plan.use.split('.')[1] ?? '').act(plan, change, signal);
  const tail = async (stream: string): Promise<Tail> =>
    required(
      (await source.tails?.(undefined, never))?.find((other) => other.stream === stream),
      stream,
    );
  const plan = async (wantedName: string, params: Readonly<Record<string, unknown>>): Promise<Plan> =>
    operation(wantedName).plan(required(host.operations[wantedName], wantedName).params.parse(params), never);
  return {
    plan,
    drift: (of: Plan) => operation(of.use.split('.')[1] ?? '').recheck(of, never),
    /** The final event of an action; calls `output` for each line before it. */
    answer: async (of: Plan, signal = never, output: () => void = () => {}) => {
      let answer: Extract<ActEvent, { is: 'answered' }> | undefined;
      for await (const event of act(of, signal)) {
        if (event.is === 'output') output();
        if (event.is === 'answered') answer = event;
      }
      return answer;
    },
    shown: async (expected: string, params: Readonly<Record<string, unknown>>) => {
      const lines: string[] = [];
      for await (const event of act(await plan(expected, params)))
        if (event.is === 'output') lines.push(event.text);
      return lines;
    },
    health: () => required(source.feeds[0], 'health').read(never),
    row: async (wantedName: string) => {
      const { items } = await required(source.feeds[1], 'workloads').read(never);
      return items
        .flatMap((item) => ('kind' in item && 'name' in item && 'node' in item ? [item] : []))
        .find((item) => item.name === wantedName);
    },
    lines: async (stream: string, from: ResumePoint) => {
      const events: LogEvent[] = [];
      for await (const event of (await tail(stream)).open(from, never)) events.push(event);
      return events;
    },
    older: async (stream: string, before: OlderLinesRequest): Promise<OlderLines> => {
      const older = await (await tail(stream)).older?.(before, never);
      return required(older, 'older line');
    },
    follow: (stream: string, onEvent: (event: LogEvent) => void) => {
      const stop = new AbortController();
      const reading = (async () => {
        for await (const event of (await tail(stream)).open({ lines: 10, follow: true }, stop.signal))
          onEvent(event);
      })();
      return {
        end: async () => {
          stop.abort();
          await reading;
        },
      };
    },
    doctor: async () => (await source.doctor?.(never)) ?? [],
    getThrough: async (port: number, path: string): Promise<string> => {
      const wire = unseal(await required(source.dial, 'dial')({ host: name, port }, never));
      wire.write(`GET ${path} HTTP/1.0\r\n\r\n`);
      let text = '';
      for await (const chunk of wire) text += String(chunk);
      return text;
    },
    [Symbol.asyncDispose]: async () => {
      await source.close();
      await change.close();
    },
  };
};
