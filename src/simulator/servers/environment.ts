import type { Environment } from '../model/environment.ts';
import type { Deployment } from '../model/instances/deployment.ts';
import type { ServiceInstance } from '../model/instances/instance.ts';
import { alertmanagerHandler } from './alertmanager.ts';
import { colorHandler, kongHandler } from './blue-green.ts';
import { githubOf } from './github/endpoint.ts';
import { editorRights, grafanaHandler } from './grafana/api.ts';
import { recordingHandler } from './http/change-request-log.ts';
import type { Handler, ParsedRequest, ServerReply } from './http/http-server.ts';
import { notAllowed, notFound, okJson } from './http/http-server.ts';
import { changeRecorderFor, type SimulatorContext } from './http/simulator-context.ts';
import { pagerdutyOf } from './pagerduty/endpoint.ts';
import { prometheusHandler } from './prometheus/server.ts';
import { allScopes, slackHandler } from './slack/api.ts';
import { actuatorHandler } from './spring/actuator.ts';
import { httpHandler } from './spring/plain-http.ts';
import { frontHandler, plainFrontHandler } from './spring/public-address.ts';

const jsonReply = (json: Readonly<Record<string, unknown>>): ServerReply => ({ status: 200, json });

/** The text of a message; undefined for an invalid body. */
const textIn = (body: string): string | undefined => {
  try {
    const message: unknown = JSON.parse(body);
    if (typeof message !== 'object' || message === null || !('text' in message)) return undefined;
    return typeof message.text === 'string' && message.text !== '' ? message.text : undefined;
  } catch {
    return undefined;
  }
};

/** A chat webhook that responds like Slack's chat.postMessage: errors are a 200 with `ok: false`. */
const chatHandler: Handler = ({ method, body, contentType }) => {
  if (method !== 'POST') return notAllowed('POST');
  if (contentType !== 'application/json') return jsonReply({ ok: false, error: 'invalid_form_data' });
  const text = textIn(body);
  if (text === undefined) return jsonReply({ ok: false, error: 'no_text' });
  return jsonReply({
    ok: true,
    channel: 'C0EVENTMESH',
    ts: '1772619307.000100',
    message: { type: 'message', text },
  });
};

/** Maximum number of instances. */
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

const scaled = (env: Environment, deployment: Deployment, body: string): ServerReply => {
  const replicas = replicasIn(body);
  if (replicas === undefined)
    return { status: 400, json: { error: `say how many, 0 to ${most}: {"replicas": 3}` } };
  env.scale(deployment.service.name, replicas);
  return okJson(stateOf(env, deployment));
};

/** Actions on a service. */
const verbs: Readonly<
  Record<string, (env: Environment, deployment: Deployment, body: string) => ServerReply>
> = {
  scale: scaled,
  rollback: (env, deployment) => {
    deployment.rollBack();
    return okJson(stateOf(env, deployment));
  },
};

const serviceAnswer = (
  env: Environment,
  ask: ParsedRequest,
  name: string,
  verb: string | undefined,
): ServerReply => {
  const deployment = env.deployments.get(name);
  if (deployment === undefined) return notFound;
  if (verb === undefined) return ask.method === 'GET' ? okJson(stateOf(env, deployment)) : notAllowed('GET');
  const act = verbs[verb];
  if (act === undefined) return notFound;
  return ask.method === 'POST' ? act(env, deployment, ask.body) : notAllowed('POST');
};

/**
 * The deploy API of an environment: `GET /services[/{name}]`, `POST /services/{name}/scale {"replicas": N}`, `POST
 * /services/{name}/rollback`. New instances serve at once, without separate servers.
 */
const deployHandler =
  (view: SimulatorContext): Handler =>
  (ask) => {
    const env = view.model.environmentAt(view.env, view.clock.now());
    const [root, name, verb, ...rest] = ask.path;
    if (root !== 'services' || rest.length > 0) return notFound;
    if (name !== undefined) return serviceAnswer(env, ask, name, verb);
    const services = [...env.deployments.values()].map((deployment) => stateOf(env, deployment));
    return ask.method === 'GET' ? okJson({ env: view.env, services }) : notAllowed('GET');
  };

/** Grafana's home page, and `GET /api/health`, which reports a healthy database. Source: Grafana HTTP API, "Other". */
const grafanaHealthHandler: Handler = (ask) => {
  if (ask.path.length === 0 && ask.method === 'GET')
    return { status: 200, type: 'text/html', text: '<title>Grafana</title>' };
  if (ask.path.join('/') !== 'api/health') return notFound;
  return ask.method === 'GET'
    ? okJson({ commit: 'embedded', database: 'ok', version: '11.0.0' })
    : notAllowed('GET');
};

/** The container of a Compose service without instances; undefined where it runs in no container. */
const containerOf = ({ model, env, clock }: SimulatorContext, name: string) =>
  model
    .environmentAt(env, clock.now())
    .parts.compose?.containers.find(({ service, project }) => project === undefined && service === name);

/** A server in a container of its own: it is gone while the container does not run. */
const inContainer =
  (view: SimulatorContext, name: string, handler: Handler): Handler =>
  (ask) =>
    containerOf(view, name)?.isRunning === false ? 'cut' : handler(ask);

/** Grafana with the dashboards of the system, and annotations. Its database fails while its container is unhealthy. */
const grafanaOf = (view: SimulatorContext): Handler => {
  const { dashboards } = view.model.spec;
  if (dashboards === undefined) return grafanaHealthHandler;
  return grafanaHandler({
    clock: view.clock,
    get database() {
      return (containerOf(view, 'grafana')?.diagnostic ?? '') === '' ? 'ok' : 'failing';
    },
    dashboards,
    instances: [],
    annotations: [],
    permissions: editorRights,
  });
};

type Handlers = readonly (readonly [name: string, handler: Handler])[];

/** The one or two servers of an instance: name in `${world.…}` → handler. */
const instanceHandlers = (view: SimulatorContext, { name, service }: ServiceInstance): Handlers => {
  const actuator = actuatorHandler(view, name);
  const application = httpHandler(view, name);
  if (service.managementApart)
    return [
      [name, actuator],
      [`${name}-app`, application],
    ];
  const both: Handler = (ask) => (ask.path[0] === 'actuator' ? actuator(ask) : application(ask));
  return [[name, both]];
};

/** Servers of the environment as a whole. */
export const environmentServers = [
  'edge',
  'deploy',
  'prometheus',
  'alertmanager',
  'grafana',
  'chat',
] as const;

const noted = (view: SimulatorContext, handlers: Handlers): ReadonlyMap<string, Handler> =>
  new Map(
    handlers.map(([name, handler]) => [name, recordingHandler(handler, changeRecorderFor(view, name))]),
  );

/** All handlers of an environment by name, with change requests recorded. */
export const environmentHandlers = (view: SimulatorContext): ReadonlyMap<string, Handler> =>
  noted(view, [
    ['prometheus', inContainer(view, 'prometheus', prometheusHandler(view))],
    ['alertmanager', inContainer(view, 'alertmanager', alertmanagerHandler(view))],
    ...unmonitored(view),
  ]);

/** The same without monitoring, which costs a scrape every few seconds. */
export const unmonitoredHandlers = (view: SimulatorContext): ReadonlyMap<string, Handler> =>
  noted(view, unmonitored(view));

const unmonitored = (view: SimulatorContext): Handlers => {
  const env = view.model.layout(view.env);
  const { hosts, ci, pager, channel, colors } = view.model.spec;
  return [
    ['grafana', inContainer(view, 'grafana', grafanaOf(view))],
    ['chat', chatHandler],
    ['deploy', deployHandler(view)],
    ...(ci === undefined ? [] : [['github', githubOf(view)] as const]),
    ...(pager === undefined ? [] : [['pagerduty', pagerdutyOf(view)] as const]),
    ...(colors === undefined
      ? []
      : [
          ['kong', kongHandler(view)] as const,
          ['blue', colorHandler(view, 'blue')] as const,
          ['green', colorHandler(view, 'green')] as const,
        ]),
    ...(channel === undefined
      ? []
      : [
          [
            'slack',
            slackHandler({
              clock: view.clock,
              channel: { ...channel, isMember: true, isArchived: false },
              scopes: allScopes,
              messages: [],
            }),
          ] as const,
        ]),
    ...(hosts === undefined || hosts.isApart === true
      ? []
      : [['front', frontHandler(view, hosts.service)] as const, ['front-plain', plainFrontHandler] as const]),
    ...['edge', ...env.dependencies.keys()].map((name) => [name, httpHandler(view, name)] as const),
    ...env.instances.flatMap((instance) => instanceHandlers(view, instance)),
  ];
};
