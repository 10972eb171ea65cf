import { readFile } from 'node:fs/promises';
import { machinePlatform, type ProcessPlatform } from '../../src/cli/context.ts';
import { valueAt } from '../simulator/ask.ts';

/** An embedded world that a test holds itself, while a program works on it: it looks at what was changed there, and meddles. */
export interface WatchedSimulator extends AsyncDisposable {
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
/** Where the API server lists the objects that runbooks of the saga platform change. */
export const kinds = [
  '/apis/apps/v1/namespaces/microservices/deployments',
  '/apis/apps/v1/namespaces/microservices/statefulsets',
  '/apis/autoscaling/v2/namespaces/microservices/horizontalpodautoscalers',
];

/** The part of an object that only somebody who changes it changes. */
export const wantedOf = (object: unknown) => ({
  name: valueAt(object, 'metadata', 'name'),
  generation: valueAt(object, 'metadata', 'generation'),
  spec: valueAt(object, 'spec'),
});

/** Opens the world of a system on which an incident has developed; `vars` are other than a rehearsal has them. */
export const openWatchedSimulator = async (
  system: string,
  incident: string,
  vars: Readonly<Record<string, string>> = {},
  platform: Pick<ProcessPlatform, 'clock' | 'startSimulator' | 'openChangeIo'> = machinePlatform(),
): Promise<WatchedSimulator> => {
  const simulator = await platform.startSimulator(system, { clock: platform.clock, incident });
  const io = platform.openChangeIo();
  const send = async (method: string, path: string, body?: object): Promise<unknown> => {
    const { status, text } = await io.send(
      {
        method,
        url: `${server}${path}`,
        headers: {
          authorization: 'Bearer rehearsal-admin',
          'content-type': 'application/strategic-merge-patch+json',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
      new AbortController().signal,
    );
    if (status > 299) throw new Error(`${status}: ${text}`);
    return JSON.parse(text);
  };
  const kubeconfig: unknown = JSON.parse(
    await readFile(simulator.vars(env)['world.kubeconfig'] ?? '', 'utf8'),
  );
  const server = String(valueAt(kubeconfig, 'clusters', '0', 'cluster', 'server'));
  const sets = Object.entries({ ...simulator.rehearsalVars(env), ...vars });
  return {
    sets: sets.flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    wanted: () =>
      Promise.all(
        kinds.map(async (path) => {
          return [valueAt(await send('GET', path), 'items')].flat().map(wantedOf);
        }),
      ),
    meddle: async (deployment, patch) => {
      await send('PATCH', `${kinds[0]}/${deployment}`, patch);
    },
    incident: () => simulator.incident,
    [Symbol.asyncDispose]: async () => {
      await io.close();
      await simulator.close();
    },
  };
};
