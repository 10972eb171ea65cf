import { noting } from '../change-log.ts';
import type { Instance } from '../model/instance.ts';
import { actuatorHandler } from './actuator.ts';
import { alertmanagerHandler } from './alertmanager.ts';
import { chatHandler } from './chat.ts';
import { deployHandler } from './deploy.ts';
import { frontHandler, plainFrontHandler } from './front.ts';
import { grafanaHandler } from './grafana.ts';
import { httpHandler } from './http.ts';
import { prometheusHandler } from './prometheus/server.ts';
import type { Handler } from './serve.ts';
import { noterOf, type View } from './sight.ts';

/** The server (or the two servers) of one instance: what it is called in `${world.…}` → its handler. */
const instanceHandlers = (
  view: View,
  { name, service }: Instance,
): readonly (readonly [string, Handler])[] => {
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

/** The handlers of everything that listens in an environment, by what it is called; what changes anything is noted. */
export const handlersOf = (view: View): ReadonlyMap<string, Handler> =>
  new Map([...plainHandlersOf(view)].map(([name, handler]) => [name, noting(handler, noterOf(view, name))]));

const plainHandlersOf = (view: View): ReadonlyMap<string, Handler> => {
  const env = view.model.layout(view.env);
  const { hosts } = view.model.spec;
  return new Map([
    ['prometheus', prometheusHandler(view)],
    ['alertmanager', alertmanagerHandler(view)],
    ['grafana', grafanaHandler],
    ['chat', chatHandler],
    ['deploy', deployHandler(view)],
    ...(hosts === undefined
      ? []
      : [['front', frontHandler(view, hosts.service)] as const, ['front-plain', plainFrontHandler] as const]),
    ...['edge', ...env.dependencies.keys()].map((name) => [name, httpHandler(view, name)] as const),
    ...env.instances.flatMap((instance) => instanceHandlers(view, instance)),
  ]);
};
