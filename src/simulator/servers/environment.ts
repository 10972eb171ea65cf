import { noting } from '../change-log.ts';
import type { Instance } from '../model/instance.ts';
import { actuatorHandler } from './actuator.ts';
import { alertmanagerHandler } from './alertmanager.ts';
import { chatHandler } from './chat.ts';
import { deployHandler } from './deploy.ts';
import { frontHandler, plainFrontHandler } from './front.ts';
import { httpHandler } from './http.ts';
import { notAllowed, notFound, ok } from './plain.ts';
import { prometheusHandler } from './prometheus/server.ts';
import type { Handler } from './serve.ts';
import { noterOf, type View } from './sight.ts';

/** Grafana as far as a probe needs it: `GET /api/health` says that its database is well. Source: Grafana HTTP API, "Other". */
const grafanaHandler: Handler = (ask) => {
  if (ask.path.join('/') !== 'api/health') return notFound;
  return ask.method === 'GET'
    ? ok({ commit: 'embedded', database: 'ok', version: '11.0.0' })
    : notAllowed('GET');
};

type Handlers = readonly (readonly [name: string, handler: Handler])[];

/** The server (or the two servers) of one instance: what it is called in `${world.…}` → its handler. */
const instanceHandlers = (view: View, { name, service }: Instance): Handlers => {
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

/** What stands for the environment as a whole, and not for one of its parts. */
export const environmentServers = [
  'edge',
  'deploy',
  'prometheus',
  'alertmanager',
  'grafana',
  'chat',
] as const;

const noted = (view: View, handlers: Handlers): ReadonlyMap<string, Handler> =>
  new Map(handlers.map(([name, handler]) => [name, noting(handler, noterOf(view, name))]));

/** The handlers of everything that listens in an environment, by what it is called; what changes anything is noted. */
export const handlersOf = (view: View): ReadonlyMap<string, Handler> =>
  noted(view, [
    ['prometheus', prometheusHandler(view)],
    ['alertmanager', alertmanagerHandler(view)],
    ...unmonitored(view),
  ]);

/** The same without its monitoring, which costs a scrape every few seconds. */
export const unmonitoredHandlersOf = (view: View): ReadonlyMap<string, Handler> =>
  noted(view, unmonitored(view));

const unmonitored = (view: View): Handlers => {
  const env = view.model.layout(view.env);
  const { hosts } = view.model.spec;
  return [
    ['grafana', grafanaHandler],
    ['chat', chatHandler],
    ['deploy', deployHandler(view)],
    ...(hosts === undefined
      ? []
      : [['front', frontHandler(view, hosts.service)] as const, ['front-plain', plainFrontHandler] as const]),
    ...['edge', ...env.dependencies.keys()].map((name) => [name, httpHandler(view, name)] as const),
    ...env.instances.flatMap((instance) => instanceHandlers(view, instance)),
  ];
};
