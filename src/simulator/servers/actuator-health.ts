import { answerMsOf } from '../model/gauges.ts';
import { aggregate, componentsOf, type Health } from './health-components.ts';
import type { Answer, Ask } from './serve.ts';
import type { Sight } from './sight.ts';
import { nothingThere, springError } from './spring-error.ts';

/** Probe groups and the one component that each has. */
const groups: Readonly<Record<string, string>> = {
  liveness: 'livenessState',
  readiness: 'readinessState',
};

/** A group or a component by its name; a group of one tells its status alone. */
const part = (components: Readonly<Record<string, Health>>, name: string): Health | undefined => {
  const member = components[groups[name] ?? ''];
  return member === undefined ? components[name] : { status: member.status };
};

const answer = (health: Health, json: unknown, delayMs: number): Answer => ({
  status: health.status === 'DOWN' || health.status === 'OUT_OF_SERVICE' ? 503 : 200,
  json,
  delayMs,
});

/** `GET /health[/{group or component}]`: 503 with the same body when it is DOWN or OUT_OF_SERVICE. */
export const health = (ask: Ask, path: readonly string[], sight: Sight): Answer => {
  if (ask.method !== 'GET') return springError(405, ask, sight.at, 'GET');
  const { env, instance } = sight;
  const components = componentsOf(env, instance);
  const delayMs = answerMsOf(env, instance);
  const [name, ...rest] = path;
  if (name === undefined) {
    const status = aggregate(Object.values(components));
    return answer({ status }, { status, groups: Object.keys(groups), components }, delayMs);
  }
  const found = rest.length === 0 ? part(components, name) : undefined;
  return found === undefined ? nothingThere : answer(found, found, delayMs);
};
