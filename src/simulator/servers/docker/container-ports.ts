import type { ComposeContainer } from '../../model/compose/compose-container.ts';
import type { ServiceInstance } from '../../model/instances/instance.ts';
import { type Handler, type RunningServer, serve } from '../http/http-server.ts';
import type { SimulatorContext } from '../http/simulator-context.ts';
import { actuatorHandler } from '../spring/actuator.ts';
import { httpHandler } from '../spring/plain-http.ts';
import type { DaemonContext } from './daemon-context.ts';

/** '8080/tcp' → published address. */
export type PublishedPorts = Readonly<
  Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>
>;

const httpPort = 8080;
const managementPort = 8081;

const bindingOf = (address: string): PublishedPorts[string] => {
  const [, host = '', port = ''] = /^(?:[a-z]+:\/\/)?(?:[^@/]*@)?([^:/,]+):(\d+)/.exec(address) ?? [];
  return port === '' ? [] : [{ HostIp: host, HostPort: port }];
};

/** Servers inside containers, projections like those outside; a port opens on first access. */
export class ContainerPorts {
  readonly #view: SimulatorContext;
  readonly #servers = new Map<string, Promise<RunningServer>>();

  constructor(view: SimulatorContext) {
    this.#view = view;
  }

  /** Published ports of a container; a stopped one publishes none. */
  async of({ compose }: DaemonContext, container: ComposeContainer): Promise<PublishedPorts> {
    if (!container.isRunning) return {};
    const wired = compose.spec.wires?.[container.service];
    if (wired !== undefined)
      return { [`${wired.port}/tcp`]: bindingOf(this.#view.address?.(wired.wire) ?? '') };
    const handlers = this.#handlers(container, compose.instanceIn(container));
    const opened = await Promise.all(
      handlers.map(async ([port, handler]) => {
        const { url } = await this.#server(`${container.name}:${port}`, handler);
        return [`${port}/tcp`, bindingOf(url)] as const;
      }),
    );
    return Object.fromEntries(opened);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers.values()].map(async (server) => (await server).close()));
  }

  #server(key: string, handler: Handler): Promise<RunningServer> {
    const server = this.#servers.get(key) ?? serve(handler, this.#view.clock);
    this.#servers.set(key, server);
    return server;
  }

  #handlers(
    { service }: ComposeContainer,
    instance: ServiceInstance | undefined,
  ): readonly (readonly [number, Handler])[] {
    const view = this.#view;
    if (instance === undefined) return [[httpPort, httpHandler(view, service)]];
    const application = httpHandler(view, instance.name);
    const actuator = actuatorHandler(view, instance.name);
    if (instance.service.managementApart)
      return [
        [httpPort, application],
        [managementPort, actuator],
      ];
    return [[httpPort, (ask) => (ask.path[0] === 'actuator' ? actuator(ask) : application(ask))]];
  }
}
