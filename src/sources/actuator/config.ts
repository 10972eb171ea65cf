import { z } from 'zod';
import type { Millis } from '../../domain/base/fault.ts';
import { zHttpUrl, zOneOrMore } from '../../domain/facts/schema.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { apiServerShape, podUrl } from '../kit/contract/api-server.ts';
import {
  endpointsByName,
  httpConnectionShape,
  tlsForEndpoint,
  urlAtEndpoint,
} from '../kit/contract/connection.ts';
import type { RouteEndpoint } from '../kit/contract/source.ts';

/** Read target of a signal: one statistic of a Micrometer meter, restricted by tags. */
export const actuatorReads = z.strictObject({
  metric: zOneOrMore.meta({ description: 'meter name, or a list: the first that exists is read' }),
  tag: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .meta({ description: 'tags to filter by: { area: heap }' })
    .exactOptional(),
  statistic: z
    .enum(['VALUE', 'COUNT', 'TOTAL', 'TOTAL_TIME', 'MAX', 'ACTIVE_TASKS', 'DURATION'])
    .meta({ description: 'default: VALUE, else COUNT' })
    .exactOptional(),
  per: z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) > 0, { error: 'not a duration: use 1s, 1m or 10m' })
    .meta({
      description: 'increase of a counter in this time: 1s means per second, 10m the last ten minutes',
      examples: ['1s'],
    })
    .exactOptional(),
});

export interface MeterRead {
  /** The first existing one is read. */
  readonly meters: readonly string[];
  readonly tags: readonly (readonly [string, string])[];
  readonly statistic: string | undefined;
  /** The time of an increase; undefined for the value itself. */
  readonly perMs: Millis | undefined;
}

/** Parses a validated `read` into its normalized form. */
export const parseMeterRead = (read: Readonly<Record<string, unknown>>): MeterRead => {
  const { metric, tag, statistic, per } = actuatorReads.parse(read);
  return {
    meters: metric,
    tags: Object.entries(tag ?? {}).map(([name, value]) => [name, String(value)] as const),
    statistic,
    perMs: per === undefined ? undefined : parseDuration(per),
  };
};

export const actuatorConfig = z
  .strictObject({
    service: z.string().meta({ description: 'service name' }),
    url: zHttpUrl.meta({ description: 'actuator URL of a single instance' }).exactOptional(),
    instances: z
      .union([z.array(zHttpUrl).min(1), z.record(z.string(), zHttpUrl)])
      .meta({ description: 'actuator URL per instance: a list, or a map of name to URL' })
      .exactOptional(),
    groups: z
      .array(z.string())
      .meta({ description: 'health groups to read: liveness, readiness' })
      .default([]),
    breakers: z
      .boolean()
      .meta({ description: 'false: do not read circuit breakers. true: report an error if none exist' })
      .exactOptional(),
    pools: z
      .boolean()
      .meta({ description: 'false: do not read Hikari pools. true: report an error if none exists' })
      .exactOptional(),
    logs: z.boolean().meta({ description: 'true: /logfile of each instance is a log stream' }).default(false),
    ...httpConnectionShape,
    ...apiServerShape,
  })
  .refine((config) => (config.url === undefined) !== (config.instances === undefined), {
    error: 'missing address: set url: http://host:8081/actuator, or instances: [ … ]',
  });

export type ActuatorConfig = z.infer<typeof actuatorConfig>;

/** Default address of an actuator behind `via:` without one. */
export const actuatorViaDefaults = { url: 'http://via/actuator', instances: undefined } as const;

/** The address of a pod for the API server, with the path of the profile's address. */
const urlAtPod = (url: string, { name, namespace = '' }: RouteEndpoint, port: number): string => {
  const { protocol, pathname, search } = new URL(url);
  const pod = name.slice(name.lastIndexOf('/') + 1);
  const base = podUrl({ scheme: protocol.slice(0, -1), name: pod, namespace, port: String(port) });
  return `${base}${pathname}${search}`;
};

/** One instance per endpoint of a `via:`, with the path of the profile's address. */
export const routeActuatorConfig = (
  config: ActuatorConfig,
  ends: readonly RouteEndpoint[],
  port: number,
): ActuatorConfig => {
  const { url: _, ...rest } = config;
  const configuredUrl = actuatorInstanceAddresses(config)[0]?.url ?? actuatorViaDefaults.url;
  const urlAt = config.apiServer === undefined ? urlAtEndpoint : urlAtPod;
  const instances = endpointsByName(ends).map((end) => [end.name, urlAt(configuredUrl, end, port)]);
  return { ...rest, ...tlsForEndpoint(configuredUrl, config.tls), instances: Object.fromEntries(instances) };
};

interface InstanceAddress {
  /** '' for a single instance, given as `url`. */
  readonly name: string;
  readonly url: string;
}

/** Instances with their names in rows, parameters and previews: the configured name, or host:port. */
export const actuatorInstanceAddresses = (config: ActuatorConfig): readonly InstanceAddress[] => {
  const { instances } = config;
  if (instances === undefined) return config.url === undefined ? [] : [{ name: '', url: config.url }];
  if (!Array.isArray(instances)) return Object.entries(instances).map(([name, url]) => ({ name, url }));
  const hosts = instances.map((url) => new URL(url).host);
  return instances.map((url, index) => {
    const host = hosts[index] ?? url;
    const alone = hosts.filter((other) => other === host).length === 1;
    return { name: alone ? host : `${host}${new URL(url).pathname.replace(/\/actuator\/?$/, '')}`, url };
  });
};
