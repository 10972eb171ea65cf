import { z } from 'zod';
import type { FaultKind } from '../../domain/fault.ts';
import type { Batch, Expected } from '../../domain/reading.ts';
import type { Health } from '../../kinds/health/fact.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import { staleAfter } from '../connection.ts';
import type { Feed } from '../source.ts';
import type { PostgresClient } from './client.ts';
import { onlyRow, textOf, truthOf } from './parse.ts';
import { health } from './statements.ts';

/** That we may not log in, or have not been told how, is about us: an application may all the same. */
const ours: ReadonlySet<FaultKind> = new Set(['denied', 'unconfigured', 'bug', 'missing']);

const zNamed = z.object({ service: z.string() });

/** The health row that a config names, as the schema made it or as it was written; undefined when it names none. */
export const expectedIn = (config: unknown): readonly Expected[] | undefined => {
  const named = zNamed.safeParse(config).data;
  return named && [{ service: named.service, instance: '' }];
};

/**
 * Logs in as an application would, asks, and logs out: a row that is down when nothing answers, when the server is
 * starting up or at max_connections; unknown when we are not let in. A standby is up, and says so.
 */
export const healthFeed = (client: PostgresClient): Feed => {
  const { source, config } = client;
  const who: Expected = { service: config.service ?? source, instance: '' };
  const row = (rest: Pick<Health, 'status' | 'detail' | 'latencyMs'>): Health => ({
    source,
    env: client.env,
    at: client.now(),
    ...who,
    components: [],
    ...rest,
  });
  return {
    id: `${source}/health`,
    source,
    name: 'health',
    kind: 'health',
    probe: true,
    expects: [who],
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    read: async (signal): Promise<Batch<Health>> => {
      try {
        const { rows, latencyMs } = await client.ask(health, signal, { fresh: true });
        const answer = onlyRow(rows);
        textOf(answer, 'version');
        const detail = truthOf(answer, 'recovering') ? 'in recovery: a standby, read only' : '';
        return { items: [row({ status: 'up', detail, latencyMs })], faults: [] };
      } catch (error) {
        const fault = client.fault('health', error);
        if (fault.kind === 'cancelled') return { items: [], faults: [fault] };
        const status = ours.has(fault.kind) || error instanceof TunnelError ? 'unknown' : 'down';
        const detail = masker.mask(fault.message.replace(`${client.where} health: `, ''));
        return { items: [row({ status, detail })], faults: [fault] };
      }
    },
  };
};
