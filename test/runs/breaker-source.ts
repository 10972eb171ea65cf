import { z } from 'zod';
import { defined } from '../../src/domain/base/defined.ts';
import type { Danger, OperationImpact, Plan } from '../../src/domain/runbooks/operation.ts';
import { PlanError } from '../../src/domain/runbooks/operation.ts';
import type { ReadIo } from '../../src/doors/io.ts';
import type { Breaker, BreakerState } from '../../src/kinds/breakers/fact.ts';
import { storedAge } from '../../src/platform/network/stored-answer.ts';
import { toFault } from '../../src/platform/network/to-fault.ts';
import { WireError } from '../../src/platform/runtime/wire-error.ts';
import type { Feed, Operation, Source, SourceModule } from '../../src/sources/kit/contract/source.ts';

const params = z.strictObject({ name: z.string(), to: z.string(), forMs: z.number().exactOptional() });

export interface BreakerSourceOptions {
  /** The danger that its operation `move` declares. */
  readonly danger: Danger | 'as-step';
  readonly everyMs?: number;
  readonly permits?: Operation['permits'];
  readonly reach?: OperationImpact;
  /** Reads who answers; absent: the source cannot tell. */
  readonly fingerprint?: Source['fingerprint'];
  readonly account?: Source['account'];
  /** The profile declares no identity of its system. */
  readonly isAnonymous?: true;
  /** Its operation may restart processes. */
  readonly mayRestart?: true;
  /** Opens it; absent: it is always open. */
  readonly ready?: Source['ready'];
  /** The words for a target that has changed, like 'broker on vm-1'; default: its name. */
  readonly namesDrift?: (name: string) => string;
}

const statesAt = async (url: string, io: ReadIo, signal: AbortSignal): Promise<Map<string, string>> => {
  const answer = await io.get({ url: `${url}/breakers` }, signal);
  if (answer.status === 401) throw new WireError('denied', 'answered 401 Unauthorized');
  if (answer.status !== 200) throw new PlanError('failed', `GET ${url}/breakers answered ${answer.status}`);
  return new Map(Object.entries(z.record(z.string(), z.string()).parse(answer.json())));
};

const feedOf = (source: string, url: string, io: ReadIo, everyMs: number): Feed => ({
  id: `${source}/breakers`,
  source,
  name: 'breakers',
  kind: 'breakers',
  everyMs,
  staleMs: 3 * everyMs,
  timeoutMs: 3_600_000,
  read: async (signal) => {
    try {
      const time = io.clock.now();
      const items = [...(await statesAt(url, io, signal))].map(
        ([name, state]): Breaker => ({
          source,
          at: time,
          service: 'bus',
          instance: '',
          name,
          state: state as BreakerState,
        }),
      );
      return { items, faults: [] };
    } catch (error) {
      return { items: [], faults: [toFault(source, 'breakers', error, io.clock.now())] };
    }
  },
});

const moveOf = (
  source: string,
  url: string,
  io: ReadIo,
  { danger, permits, reach, mayRestart, namesDrift = (name) => name }: BreakerSourceOptions,
): Operation => ({
  name: 'move',
  ...(mayRestart === undefined ? {} : { mayRestart }),
  ...(permits === undefined ? {} : { permits }),
  danger: () => danger,
  plan: async (given, signal): Promise<Plan> => {
    const { name, to, forMs } = params.parse(given);
    const state = (await statesAt(url, io, signal)).get(name);
    if (state === undefined) throw new PlanError('not-applicable', `there is no breaker ${name}`);
    return {
      use: `${source}.move`,
      danger: danger === 'as-step' ? 'safe' : danger,
      targets: [{ name, uid: `${url}/breakers/${name}`, saw: state, where: url }],
      calls: [{ line: `POST ${url}/breakers/${name}`, body: to, target: 0 }],
      objects: [`breaker ${name}`],
      params: given,
      ...(reach === undefined ? {} : { reach }),
      earlier: state,
      ...(forMs === undefined ? {} : { reset: { afterMs: forMs, leaves: to } }),
    };
  },
  recheck: async (plan, signal) => {
    const { name } = params.parse(plan.params);
    const found = (await statesAt(url, io, signal)).get(name) ?? 'gone';
    const planned = plan.targets[0]?.saw ?? '';
    return found === planned ? undefined : { target: namesDrift(name), planned, found };
  },
  act: async function* (plan, change, signal) {
    const { name, to } = params.parse(plan.params);
    const line = `POST ${url}/breakers/${name}`;
    yield { is: 'call', line };
    const answer = await change.send({ method: 'POST', url: `${url}/breakers/${name}`, body: to }, signal);
    yield { is: 'answered', line, status: String(answer.status), ok: answer.status < 300 };
  },
  undo: (plan) => ({
    use: `${source}.move`,
    with: { name: plan.params.name, to: plan.earlier },
    title: `Put ${String(plan.params.name)} back to ${String(plan.earlier)}`,
    pins: 'value',
  }),
});

/** A reading operation: GETs a breaker's state and returns it as rows and as JSON. */
const lookOf = (source: string, url: string): Operation => ({
  name: 'look',
  danger: () => 'read',
  plan: async (given): Promise<Plan> => ({
    use: `${source}.look`,
    danger: 'read',
    targets: [],
    calls: [],
    objects: [],
    params: given,
  }),
  recheck: async () => undefined,
  act: async function* (plan, change, signal) {
    const { name } = z.strictObject({ name: z.string() }).parse(plan.params);
    const line = `GET ${url}/breakers`;
    yield { is: 'call', line };
    const answer = await change.send({ method: 'GET', url: `${url}/breakers` }, signal);
    const ok = answer.status === 200;
    const states = ok ? z.record(z.string(), z.string()).parse(answer.json()) : {};
    const state = states[name];
    const age = storedAge(answer);
    const found = { status: answer.status, ...(ok ? { json: states } : {}), ...defined({ ageMs: age }) };
    if (state !== undefined) yield { is: 'output', text: `${name} ${state}` };
    // '*': all of them, those that are not closed first.
    const selected = Object.entries(states)
      .filter(([text]) => name === '*' || text === name)
      .toSorted(([, a], [, b]) => Number(a === 'closed') - Number(b === 'closed'))
      .map(([text, of]) => ({ name: text, state: of }));
    yield { is: 'found', found: { ...found, ...(selected.length === 0 ? {} : { rows: selected }) } };
    yield { is: 'answered', line, status: String(answer.status), ok };
  },
});

/** A program that runs in a breaker; only the step declares it read-only. Throws PlanError if the breaker does not exist. */
const runOf = (source: string, url: string, io: ReadIo): Operation => {
  const look = lookOf(source, url);
  return {
    ...look,
    name: 'run',
    danger: () => 'as-step',
    plan: async (given, signal) => {
      const { name } = z.strictObject({ name: z.string() }).parse(given);
      if (!(await statesAt(url, io, signal)).has(name))
        throw new PlanError('not-applicable', `there is no breaker ${name} to run it in`);
      return { ...(await look.plan(given, signal)), use: `${source}.run` };
    },
  };
};

/** A source type with one feed, one changing operation, two reading ones and an identity, all over real HTTP. */
export const breakerModule = (options: BreakerSourceOptions): SourceModule => ({
  type: 'breakers',
  title: 'Breakers',
  config: z.unknown(),
  feedNames: ['breakers'],
  operations: {
    move: { params, danger: options.danger },
    look: { params: z.strictObject({ name: z.string() }), danger: 'read' },
    run: { params: z.strictObject({ name: z.string() }), danger: 'as-step' },
  },
  open: async ({ id, config }, io) => {
    const url = z.string().parse(config);
    const identify: NonNullable<Source['identify']> = async (signal) => {
      const answer = await io.get({ url: `${url}/identity` }, signal);
      const { name } = z.object({ name: z.string() }).parse(answer.json());
      if (name === 'demo') return undefined;
      return { kind: 'wrong-system', source: id, message: `${name} answers, not demo`, at: io.clock.now() };
    };
    return {
      id,
      feeds: [feedOf(id, url, io, options.everyMs ?? 1000)],
      operations: [moveOf(id, url, io, options), lookOf(id, url), runOf(id, url, io)],
      ...defined({ fingerprint: options.fingerprint, account: options.account, ready: options.ready }),
      ...(options.isAnonymous === true ? {} : { identify }),
      close: async () => {},
    };
  },
});
