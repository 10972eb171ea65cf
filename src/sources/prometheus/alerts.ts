import type { Batch } from '../../domain/reading.ts';
import type { Alert } from '../../kinds/alerts/fact.ts';
import { momentOf, summaryOf, textsOf } from '../alert-text.ts';
import type { Feed } from '../source.ts';
import { field, list } from '../wire-value.ts';
import { type FeedParts, feedOf, warningFaults } from './feed.ts';

const path = '/api/v1/alerts';

/** The alerts that Prometheus itself holds: firing, and pending those whose `for` has not passed. Silences are Alertmanager's. */
export const alertsFeed = (parts: FeedParts): Feed => {
  const { source, client, config } = parts;
  return feedOf(parts, { name: 'alerts', kind: 'alerts' }, async (signal): Promise<Batch<Alert>> => {
    try {
      const { value, warnings } = await client.read(path, signal);
      const stamp = { source, at: client.now() };
      const items = parseAlerts(value, config.severity).map(({ activeAt, ...alert }) => ({
        ...stamp,
        ...alert,
        ...(activeAt === undefined ? {} : { since: client.toClock(activeAt) }),
      }));
      return { items, faults: warningFaults(client, warnings) };
    } catch (error) {
      return { items: [], faults: [client.fault(path, error)] };
    }
  });
};

type ReadAlert = Omit<Alert, 'source' | 'at' | 'since'> & {
  /** Ms since the epoch by the server's clock. */
  readonly activeAt?: number;
};

/** The `data` of the alerts page. An alert in a state that nobody knows is told as firing: it is there. */
const parseAlerts = (data: unknown, severity: string): readonly ReadAlert[] =>
  list(field(data, 'alerts')).map((alert) => {
    const { alertname = '', ...labels } = textsOf(field(alert, 'labels'));
    const activeAt = momentOf(field(alert, 'activeAt'));
    return {
      name: alertname,
      severity: labels[severity] ?? '',
      state: field(alert, 'state') === 'pending' ? 'pending' : 'firing',
      labels,
      summary: summaryOf(field(alert, 'annotations')),
      ...(activeAt === undefined ? {} : { activeAt }),
    };
  });
