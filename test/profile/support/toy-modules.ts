import { z } from 'zod';
import { zDuration, zHttpUrl } from '../../../src/domain/facts/schema.ts';
import type { Source, SourceModule } from '../../../src/sources/kit/contract/source.ts';

const probeConfig = z.strictObject({
  url: zHttpUrl,
  port: z.int().min(1).max(65_535).optional(),
  every: zDuration.optional(),
  auth: z
    .union([
      z.strictObject({ bearer: z.string() }),
      z.strictObject({ user: z.string(), password: z.string() }),
      z.strictObject({ header: z.record(z.string(), z.string()) }),
    ])
    .optional(),
  checks: z
    .array(z.strictObject({ service: z.string(), path: z.string(), timeout: zDuration.optional() }))
    .default([]),
});
type ProbeConfig = z.infer<typeof probeConfig>;

const closed = async (): Promise<Source> => ({ id: '', feeds: [], operations: [], close: async () => {} });

/** A source type that is validated but never opened. */
const probe: SourceModule<ProbeConfig> = {
  type: 'probe',
  title: 'Toy probe',
  config: probeConfig,
  reads: z.union([
    z.strictObject({ latency: z.string() }),
    z.strictObject({ json: z.string(), path: z.string() }),
  ]),
  checkRead: (read, config) => {
    const check = read.latency ?? read.json;
    return config.checks.some((entry) => entry.service === check)
      ? undefined
      : `no check is called "${String(check)}". Add it under checks`;
  },
  feedNames: ['health'],
  operations: {
    request: {
      params: z.strictObject({ method: z.string(), path: z.string() }),
      danger: 'as-step',
      reads: ({ method }) => method === 'GET',
      resultKinds: ['status', 'json'],
    },
    look: { params: z.strictObject({}), danger: 'read' },
    breaker: {
      params: z.strictObject({ name: z.string(), to: z.enum(['close', 'disable']) }),
      danger: 'disruptive',
    },
  },
  viaDefaults: { url: 'http://via' },
  open: closed,
};

/** A source type that other sources are reached through, and that runs programs. */
const cluster: SourceModule<unknown> = {
  type: 'cluster',
  title: 'Toy that leads on',
  config: z.strictObject({ context: z.string().optional() }),
  feedNames: [],
  operations: { exec: { params: z.strictObject({ argv: z.array(z.string()) }), danger: 'as-step' } },
  viaTarget: (target) =>
    /^(pod|deployment)\/.+/.test(target) ? undefined : `"${target}" is no target. Write pod/NAME`,
  hasContainers: true,
  hasTails: true,
  open: closed,
};

const mute: SourceModule<unknown> = {
  type: 'mute',
  title: 'Toy that reads nothing',
  config: z.strictObject({ channel: z.string() }),
  feedNames: [],
  operations: {},
  open: closed,
};

/** A source type whose programs run at the target of its `via:`. */
const tool: SourceModule<unknown> = {
  type: 'tool',
  title: 'Toy that runs programs',
  config: z.strictObject({}),
  feedNames: [],
  operations: {},
  viaTransport: 'programs',
  open: closed,
};

const fixed: SourceModule<unknown> = { ...tool, type: 'fixed', viaTransport: 'nothing' };

// The registry holds modules with an erased config type.
export const toyModules: readonly SourceModule[] = [probe as SourceModule, mute, cluster, tool, fixed];
