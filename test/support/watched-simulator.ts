import { readFile } from 'node:fs/promises';
import { machinePlatform, type ProcessPlatform } from '../../src/cli/command/context.ts';
import { valueAt } from '../simulator/ask.ts';

/** A simulator owned by the test while a command works on it: the test reads its state and patches it. */
export interface WatchedSimulator extends AsyncDisposable {
  /** `--set` options that point the shipped production profile at the simulator. */
  readonly sets: readonly string[];
  /** Reads the desired state of the cluster: the spec of every object that a runbook could change. */
  desiredState(): Promise<unknown>;
  /** Patches a deployment as another user. */
  patchExternally(deployment: string, patch: object): Promise<void>;
  /** The incident that is still active. */
  incident(): string | undefined;
}

const env = 'production';
/** Paths of the API server that list the objects changed by runbooks of the saga platform. */
export const listPaths = [
  '/apis/apps/v1/namespaces/microservices/deployments',
  '/apis/apps/v1/namespaces/microservices/statefulsets',
  '/apis/autoscaling/v2/namespaces/microservices/horizontalpodautoscalers',
];

/** The part of an object that only a change by a user affects, not its controller. */
export const desiredStateOf = (object: unknown) => ({
  name: valueAt(object, 'metadata', 'name'),
  generation: valueAt(object, 'metadata', 'generation'),
  spec: valueAt(object, 'spec'),
});

/** Opens the simulator of a system with a developed incident. `vars` override those of the drill. */
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
    desiredState: () =>
      Promise.all(
        listPaths.map(async (path) => {
          return [valueAt(await send('GET', path), 'items')].flat().map(desiredStateOf);
        }),
      ),
    patchExternally: async (deployment, patch) => {
      await send('PATCH', `${listPaths[0]}/${deployment}`, patch);
    },
    incident: () => simulator.incident,
    [Symbol.asyncDispose]: async () => {
      await io.close();
      await simulator.close();
    },
  };
};
