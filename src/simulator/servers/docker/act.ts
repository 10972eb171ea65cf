import type { Container } from '../../model/compose/container.ts';
import type { Sight } from './daemon.ts';
import type { Execs } from './exec.ts';
import { type Order, type Reply, refusal } from './order.ts';

/** `DELETE /containers/{id}?force=1` */
export const remove = (container: Container, { query }: Order, { env }: Sight): Reply => {
  const isForced = ['1', 'true'].includes(query.get('force') ?? '');
  if (container.isRunning && !isForced)
    return refusal(
      409,
      `cannot remove container "/${container.name}": container is running: stop the container before removing or force remove`,
    );
  container.remove(env.now);
  return { status: 204 };
};

/** 'NAME=VALUE' … of a body. */
const variablesIn = (body: string): Readonly<Record<string, string>> => {
  const given: unknown = Reflect.get(JSON.parse(body), 'Env');
  const all = Array.isArray(given) ? given.map(String) : [];
  return Object.fromEntries(
    all.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)] as const),
  );
};

/** `POST /containers/create?name=`: the name of one that was removed; the world has no place for others. */
export const create = ({ compose, env }: Sight, { query, body }: Order): Reply => {
  const name = query.get('name') ?? '';
  const container = compose.removed(name);
  if (container === undefined)
    return compose.containers.some((one) => one.name === name)
      ? refusal(409, `Conflict. The container name "/${name}" is already in use`)
      : refusal(400, 'not in this world: only what was removed is made anew');
  container.remake(env.now, variablesIn(body));
  return { status: 201, page: { Id: container.id, Warnings: [] } };
};

/** How a process ends that is sent a signal and does nothing about it; those that end nobody are not in it. */
const deadly: Readonly<Record<string, number>> = { HUP: 129, INT: 130, QUIT: 131, KILL: 137, TERM: 143 };
const harmless = new Set(['USR1', 'USR2', 'WINCH', 'CONT']);

const done: Reply = { status: 204 };
/** It is so already. */
const unchanged: Reply = { status: 304 };

const kill = (container: Container, signal: string, now: number): Reply => {
  const name = signal.replace(/^SIG/, '');
  const code = deadly[name];
  if (code === undefined && !harmless.has(name)) return refusal(400, `Invalid signal: ${signal}`);
  if (!container.isRunning)
    return refusal(409, `Cannot kill container: ${container.id}: Container ${container.id} is not running`);
  if (code !== undefined) container.kill(now, code);
  return done;
};

const order = (container: Container, body: string, execs: Execs, { env, compose, toClock }: Sight): Reply => {
  if (!container.isRunning) return refusal(409, `Container ${container.id} is not running`);
  const wanted: unknown = JSON.parse(body);
  const [argv, given] = ['Cmd', 'Env'].map((name): unknown => Reflect.get(Object(wanted), name));
  if (!Array.isArray(argv) || argv.length === 0) return refusal(400, 'No exec command specified');
  const instance = compose.instanceIn(container);
  return {
    status: 201,
    page: {
      Id: execs.order({
        container,
        argv: argv.map(String),
        variables: Array.isArray(given) ? given.map(String) : [],
        instance,
        now: env.now,
        toClock,
      }),
    },
  };
};

/** Does to a container what was ordered: `POST /containers/{id}/{verb}`. */
export const act = (
  container: Container,
  { path, query, body }: Order,
  { execs, sight }: { readonly execs: Execs; readonly sight: Sight },
): Reply => {
  const { now } = sight.env;
  switch (path[2]) {
    case 'start':
      if (container.isRunning) return unchanged;
      container.start(now);
      return done;
    case 'stop':
      if (!container.isRunning) return unchanged;
      container.stop(now);
      return done;
    case 'restart':
      container.restart(now);
      return done;
    case 'kill':
      return kill(container, query.get('signal') ?? 'SIGKILL', now);
    case 'exec':
      return order(container, body, execs, sight);
    default:
      return refusal(404, 'page not found');
  }
};
