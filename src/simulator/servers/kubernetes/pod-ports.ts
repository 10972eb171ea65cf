import type { PodLife } from '../../model/cluster/pod-life.ts';
import { actuatorHandler } from '../actuator.ts';
import { httpHandler } from '../http.ts';
import { kafkaExporterHandler } from '../kafka/exporter.ts';
import { prometheusPage } from '../promtext.ts';
import { type Handler, type RunningServer, serve } from '../serve.ts';
import { seeInstance, type View } from '../sight.ts';
import { profilerHandler } from './profiler.ts';

export interface Place {
  readonly host: string;
  readonly port: number;
}

/** Ports that pods of dependencies have, and what the wire of such a dependency is called in `${world.…}`. */
const wires: Readonly<Record<number, string>> = { 5432: 'postgres', 9092: 'kafka' };
const exporterPort = 9308;

/** A Go service's metrics page, on a port of its own. */
const metricsPage =
  (view: View, instance: string): Handler =>
  (ask) => {
    const sight = seeInstance(view, instance);
    if (!sight.instance.running) return 'cut';
    return prometheusPage(ask, ask.path[0] === 'metrics' ? [] : ['?'], sight);
  };

/** What listens inside of pods, each a projection like those outside; a port is opened when somebody first asks for it. */
export class PodPorts {
  readonly #view: View;
  readonly #servers = new Map<string, Promise<RunningServer>>();

  constructor(view: View) {
    this.#view = view;
  }

  /** Where a port of a pod really is; undefined: nothing listens on it. */
  async place({ instance, role, step }: PodLife, port: number): Promise<Place | undefined> {
    if (role.dependency !== undefined) {
      if (step !== 'running') return undefined;
      return role.dependency === 'kafka' && port === exporterPort
        ? this.#served(`kafka:${port}`, kafkaExporterHandler(this.#view))
        : this.#wire(port);
    }
    if (instance === undefined || !instance.running) return undefined;
    const handler = this.#handler(instance.name, port);
    return handler && this.#served(`${instance.name}:${port}`, handler);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers.values()].map(async (server) => (await server).close()));
  }

  async #served(key: string, handler: Handler): Promise<Place | undefined> {
    const server = this.#servers.get(key) ?? serve(handler, this.#view.clock);
    this.#servers.set(key, server);
    return placeIn((await server).url);
  }

  #wire(port: number): Place | undefined {
    const name = wires[port];
    return name === undefined ? undefined : placeIn(this.#view.address?.(name) ?? '');
  }

  #handler(name: string, port: number): Handler | undefined {
    const view = this.#view;
    const service = view.model.layout(view.env).instance(name)?.service;
    if (service === undefined) return undefined;
    const actuator = actuatorHandler(view, name);
    const application = httpHandler(view, name);
    if (port === 9090) return metricsPage(view, name);
    if (port === 6060) return profilerHandler(view, name);
    if (port === 8081) return service.managementApart ? actuator : undefined;
    if (port !== 8080) return undefined;
    if (service.managementApart) return application;
    return (ask) => (ask.path[0] === 'actuator' ? actuator(ask) : application(ask));
  }
}

/** Host and port of an address, with or without a scheme before it. */
const placeIn = (address: string): Place | undefined => {
  const found = /^(?:[a-z]+:\/\/)?(?:[^@/]*@)?([^:/,]+):(\d+)/.exec(address);
  return found === null ? undefined : { host: found[1] ?? '', port: Number(found[2]) };
};
