import { readFile } from 'node:fs/promises';
import { systemClock } from '../../src/io/clock.ts';
import { startWorld } from '../../src/world/start.ts';
import { valueAt } from '../world/ask.ts';

/** An embedded world that a test holds itself, while a program works on it: it looks at what was changed there, and meddles. */
export interface WatchedWorld extends AsyncDisposable {
  /** Words for a command line: they lead the sources of the system's own production profile to it. */
  readonly sets: readonly string[];
  /** What its cluster is asked to be: every object that a runbook could change, as it is wanted. */
  wanted(): Promise<unknown>;
  /** Somebody else patches a deployment. */
  meddle(deployment: string, patch: object): Promise<void>;
  /** The incident that still shows. */
  incident(): string | undefined;
}

const env = 'production';
const kinds = [
  '/apis/apps/v1/namespaces/microservices/deployments',
  '/apis/apps/v1/namespaces/microservices/statefulsets',
  '/apis/autoscaling/v2/namespaces/microservices/horizontalpodautoscalers',
];

/** The part of an object that only somebody who changes it changes. */
const wantedOf = (object: unknown) => ({
  name: valueAt(object, 'metadata', 'name'),
  generation: valueAt(object, 'metadata', 'generation'),
  spec: valueAt(object, 'spec'),
});

/** Opens the world of a system on which an incident has developed; `vars` are other than a rehearsal has them. */
export const openWatchedWorld = async (
  system: string,
  incident: string,
  vars: Readonly<Record<string, string>> = {},
): Promise<WatchedWorld> => {
  const world = await startWorld(system, { clock: systemClock(), incident });
  const kubeconfig: unknown = JSON.parse(await readFile(world.vars(env)['world.kubeconfig'] ?? '', 'utf8'));
  const server = String(valueAt(kubeconfig, 'clusters', '0', 'cluster', 'server'));
  const headers = { authorization: 'Bearer rehearsal-admin' };
  const sets = Object.entries({ ...world.rehearsalVars(env), ...vars });
  return {
    sets: sets.flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    wanted: () =>
      Promise.all(
        kinds.map(async (path) => {
          const list: unknown = await (await fetch(`${server}${path}`, { headers })).json();
          return [valueAt(list, 'items')].flat().map(wantedOf);
        }),
      ),
    meddle: async (deployment, patch) => {
      const answer = await fetch(`${server}${kinds[0]}/${deployment}`, {
        method: 'PATCH',
        headers: { ...headers, 'content-type': 'application/strategic-merge-patch+json' },
        body: JSON.stringify(patch),
      });
      if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    },
    incident: () => world.incident,
    [Symbol.asyncDispose]: () => world.close(),
  };
};
