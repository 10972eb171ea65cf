import type { Deployment } from '../model/deployment.ts';
import type { Environment } from '../model/environment.ts';
import { notAllowed, notFound, ok } from './plain.ts';
import type { Answer, Ask, Handler } from './serve.ts';
import type { View } from './sight.ts';

/** As many instances as anybody may ask for. */
const most = 12;

const stateOf = (env: Environment, { service, replicas, release, previous }: Deployment) => ({
  service: service.name,
  replicas,
  ready: env.instancesOf(service.name).filter(({ running }) => running).length,
  version: release.version,
  previous: previous.version,
});

const replicasIn = (body: string): number | undefined => {
  try {
    const parsed: unknown = JSON.parse(body);
    const value =
      typeof parsed === 'object' && parsed !== null && 'replicas' in parsed ? parsed.replicas : undefined;
    return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most
      ? value
      : undefined;
  } catch {
    return undefined;
  }
};

const scaled = (env: Environment, deployment: Deployment, body: string): Answer => {
  const replicas = replicasIn(body);
  if (replicas === undefined)
    return { status: 400, json: { error: `say how many, 0 to ${most}: {"replicas": 3}` } };
  env.scale(deployment.service.name, replicas);
  return ok(stateOf(env, deployment));
};

/** What can be done to a service. */
const verbs: Readonly<Record<string, (env: Environment, deployment: Deployment, body: string) => Answer>> = {
  scale: scaled,
  rollback: (env, deployment) => {
    deployment.rollBack();
    return ok(stateOf(env, deployment));
  },
};

const serviceAnswer = (env: Environment, ask: Ask, name: string, verb: string | undefined): Answer => {
  const deployment = env.deployments.get(name);
  if (deployment === undefined) return notFound;
  if (verb === undefined) return ask.method === 'GET' ? ok(stateOf(env, deployment)) : notAllowed('GET');
  const act = verbs[verb];
  if (act === undefined) return notFound;
  return ask.method === 'POST' ? act(env, deployment, ask.body) : notAllowed('POST');
};

/**
 * The deploy API of an environment: `GET /services[/{name}]`, `POST /services/{name}/scale {"replicas": N}`,
 * `POST /services/{name}/rollback`. New instances serve at once; they have no server of their own.
 */
export const deployHandler =
  (view: View): Handler =>
  (ask) => {
    const env = view.model.see(view.env, view.clock.now());
    const [root, name, verb, ...rest] = ask.path;
    if (root !== 'services' || rest.length > 0) return notFound;
    if (name !== undefined) return serviceAnswer(env, ask, name, verb);
    const services = [...env.deployments.values()].map((deployment) => stateOf(env, deployment));
    return ask.method === 'GET' ? ok({ env: view.env, services }) : notAllowed('GET');
  };
