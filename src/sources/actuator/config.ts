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
  metric: zOneOrMore.meta({
    description: 'name of the meter, or a list of names, of which opsdeck reads the first that exists',
  }),
  tag: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .meta({ description: 'tags that the measurement must have, such as { area: heap }' })
    .exactOptional(),
  statistic: z
    .enum(['VALUE', 'COUNT', 'TOTAL', 'TOTAL_TIME', 'MAX', 'ACTIVE_TASKS', 'DURATION'])
    .meta({
      description: 'statistic of the meter to read (default: VALUE, or COUNT if the meter has no VALUE)',
    })
    .exactOptional(),
  per: z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) > 0, {
      error: 'this is not a duration: write 1s, 1m or 10m',
    })
    .meta({
      description:
        'reads the increase of a counter in this time: with 1s per second, with 10m in the last ten minutes',
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
    url: zHttpUrl
      .meta({ description: 'actuator URL of the only instance, in place of `instances`' })
      .exactOptional(),
    instances: z
      .union([z.array(zHttpUrl).min(1), z.record(z.string(), zHttpUrl)])
      .meta({ description: 'actuator URL of each instance, as a list, or as a map of name to URL' })
      .exactOptional(),
    groups: z
      .array(z.string())
      .meta({
        description: 'health groups to read in addition, such as liveness and readiness (default: none)',
      })
      .default([]),
    breakers: z
      .boolean()
      .meta({
        description:
          'whether to read circuit breakers. With true, an error is reported if none exist (default: read those that exist)',
      })
      .exactOptional(),
    pools: z
      .boolean()
      .meta({
        description:
          'whether to read Hikari pools. With true, an error is reported if none exists (default: read those that exist)',
      })
      .exactOptional(),
    logs: z
      .boolean()
      .meta({ description: 'whether /logfile of each instance is a log stream (default: false)' })
      .default(false),
    ...httpConnectionShape,
    ...apiServerShape,
  })
  .refine((config) => (config.url === undefined) !== (config.instances === undefined), {
    error: 'the source has no address: set url: http://host:8081/actuator, or instances: [ … ]',
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
