import { readFile } from 'node:fs/promises';
import type { RunningSimulator, SimulatorOptions } from '../../src/simulator/simulator.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { manualClock, withoutDelays } from '../support/manual-clock.ts';
import { valueAt } from './ask.ts';

const open: RunningSimulator[] = [];

/** A cluster needs no past: no test of it looks at rates, which need a minute of traffic. */
const warmUpMs = 5000;

/** Closes every simulator that a test has started. */
export const closeSimulators = async (): Promise<void> => {
  await Promise.all(open.splice(0).map((simulator) => simulator.close()));
};

export interface KubeResponse {
  readonly status: number;
  readonly body: unknown;
}

/** Content types of patches. */
export const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** A simulator whose cluster is used as by kubectl: over HTTP, with the kubeconfig it wrote. */
export const kubeStage = async (
  system: string,
  options: Partial<SimulatorOptions> = {},
  env = 'production',
) => {
  const clock = manualClock();
  const simulator = await startSimulator(system, { clock: withoutDelays(clock), warmUpMs, ...options });
  open.push(simulator);
  // Each call writes the files of the environment.
  const vars = simulator.vars(env);
  const kubeconfig: unknown = JSON.parse(await readFile(vars['world.kubeconfig'] ?? '', 'utf8'));
  const server = String(valueAt(kubeconfig, 'clusters', '0', 'cluster', 'server'));
  const namespace = vars['world.namespace'] ?? '';
  const headersOf = (user: string) => ({ authorization: `Bearer rehearsal-${user}` });
  const call = (path: string, init: RequestInit = {}, user = 'admin'): Promise<Response> =>
    fetch(`${server}${path}`, { ...init, headers: { ...headersOf(user), ...init.headers } });
  const parseResponse = async (response: Response): Promise<KubeResponse> => {
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  };
  const get = async (path: string, user?: string): Promise<KubeResponse> =>
    parseResponse(await call(path, {}, user));
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  return {
    clock,
    simulator,
    kubeconfig,
    server,
    namespace,
    pods,
    deployments,
    headersOf,
    call,
    get,
    send: async (method: string, path: string, body?: unknown, type = 'application/json', user?: string) =>
      parseResponse(
        await call(
          path,
          {
            method,
            headers: { 'content-type': type },
            ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
          },
          user,
        ),
      ),
    wait: (seconds: number) => clock.advance(seconds * 1000),
    /** The pod names of an application, as listed by the API. */
    podsOf: async (app: string): Promise<readonly unknown[]> =>
      [valueAt((await get(`${pods}?labelSelector=app%3D${app}`)).body, 'items')].flat(),
  };
};

export type KubeStage = Awaited<ReturnType<typeof kubeStage>>;

/** The name of an object. */
export const nameOf = (object: unknown): string => String(valueAt(object, 'metadata', 'name'));

/** The status of a pod as kubectl shows it: phase, container state, readiness, restarts. */
export const glimpse = (pod: unknown): string => {
  const container = valueAt(pod, 'status', 'containerStatuses', '0');
  const state =
    valueAt(container, 'state', 'waiting', 'reason') ??
    valueAt(container, 'state', 'terminated', 'reason') ??
    valueAt(pod, 'status', 'phase');
  const leaving = valueAt(pod, 'metadata', 'deletionTimestamp') === undefined ? '' : 'Terminating ';
  return `${leaving}${String(state)} ${valueAt(container, 'ready') === true ? '1/1' : '0/1'} ${String(valueAt(container, 'restartCount') ?? 0)}`;
};
