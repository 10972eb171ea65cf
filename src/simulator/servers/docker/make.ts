import type { Container } from '../../model/compose/container.ts';
import type { Sight } from './daemon.ts';
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
