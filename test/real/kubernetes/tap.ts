import { hostname } from 'node:os';
import type { Scenario } from '../../replay/open-through.ts';
import type { HttpExchange } from '../../replay/recording.ts';
import { type HttpTap, openHttpTap } from '../recording/http-tap.ts';
import { save } from '../recording/save.ts';
import type { Address } from '../servers/server.ts';
import { accessIn } from './api.ts';
import { kubeconfigOf } from './cluster.ts';
import type { Person } from './users.ts';

/** A dial to the API server that records every exchange. It adds the token of a user, which is not recorded. */
export const openKubeTap = async (server: Address, person: Person): Promise<HttpTap> => {
  const { server: origin, ca, token } = await accessIn(kubeconfigOf(server, person));
  return openHttpTap({ origin, ca, headers: { authorization: `Bearer ${token}` } });
};

/** Replaces this machine's name, which components of the cluster put into events. */
const neutral = (exchanges: readonly HttpExchange[]): readonly HttpExchange[] =>
  JSON.parse(
    JSON.stringify(exchanges)
      .replaceAll(`-${hostname()}\\"`, '-host\\"')
      .replaceAll(`-${hostname()}"`, '-host"'),
  );

/** Writes the recorded exchanges to `test/recordings/kubernetes-MAJOR.MINOR`. */
export const saveTap = (
  { version }: Address,
  { name, asked }: Pick<Scenario, 'name' | 'asked'>,
  time: string,
  tap: HttpTap,
): Promise<void> =>
  save(`kubernetes-${version.split('.').slice(0, 2).join('.')}/${name}`, {
    server: `Kubernetes ${version}`,
    at: time,
    asked,
    tools: {},
    exchanges: neutral(tap.exchanges()),
  });
