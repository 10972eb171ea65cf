import { hostname } from 'node:os';
import type { Scenario } from '../../replay/open-through.ts';
import type { HttpExchange } from '../../replay/recording.ts';
import { type HttpTap, openHttpTap } from '../recording/http-tap.ts';
import { save } from '../recording/save.ts';
import type { Address } from '../servers/server.ts';
import { accessIn } from './api.ts';
import { kubeconfigOf } from './cluster.ts';
import type { Person } from './users.ts';

/** A dial to the API server that keeps every exchange, and adds the token of a user outside of the recording. */
export const openKubeTap = async (server: Address, person: Person): Promise<HttpTap> => {
  const { server: origin, ca, token } = await accessIn(kubeconfigOf(server, person));
  return openHttpTap({ origin, ca, headers: { authorization: `Bearer ${token}` } });
};

/** Parts of the cluster sign events with the name of their machine. */
const neutral = (exchanges: readonly HttpExchange[]): readonly HttpExchange[] =>
  JSON.parse(
    JSON.stringify(exchanges)
      .replaceAll(`-${hostname()}\\"`, '-host\\"')
      .replaceAll(`-${hostname()}"`, '-host"'),
  );

/** Writes what the tap has kept to `test/recordings/kubernetes-MAJOR.MINOR`. */
export const saveTap = (
  { version }: Address,
  { name, asked }: Pick<Scenario, 'name' | 'asked'>,
  at: string,
  tap: HttpTap,
): Promise<void> =>
  save(`kubernetes-${version.split('.').slice(0, 2).join('.')}/${name}`, {
    server: `Kubernetes ${version}`,
    at,
    asked,
    tools: {},
    exchanges: neutral(tap.exchanges()),
  });
