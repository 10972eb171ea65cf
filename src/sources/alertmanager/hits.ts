import { PlanError } from '../../domain/plan-error.ts';
import type { LabelMatcher } from '../label-matchers.ts';
import { type AlertmanagerClient, alertsPath } from './client.ts';
import type { ReadAlert } from './parse.ts';

/** Asked of Alertmanager: its patterns are RE2, and who is matched is for it to say. Throws PlanError. */
export const hitBy = async (
  client: AlertmanagerClient,
  matchers: readonly LabelMatcher[],
  signal: AbortSignal,
): Promise<readonly ReadAlert[]> => {
  try {
    return await client.alerts(matchers, signal);
  } catch (error) {
    throw new PlanError('failed', client.fault(alertsPath(matchers), error).message, { cause: error });
  }
};

/** Which alerts it hits, by name: what a plan pins. */
export const hitWords = (alerts: readonly ReadAlert[]): string =>
  alerts.length === 0
    ? 'hits none now'
    : `hits ${[...new Set(alerts.map(({ name }) => name))].sort().join(', ')}`;

const shownAlerts = 20;

/** The alerts it hits, one by one, for a preview. */
export const hitObjects = (alerts: readonly ReadAlert[], words: string): readonly string[] => {
  const shown = alerts.slice(0, shownAlerts).map(({ name, state, labels }) => {
    const told = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
    return `${name} (${state}) ${told.join(' ')}`.trim();
  });
  const count = alerts.length === 1 ? '1 alert matches' : `${alerts.length} alerts match`;
  const more = alerts.length > shownAlerts ? [`and ${alerts.length - shownAlerts} more`] : [];
  return [`${count} ${words} now`, ...shown, ...more];
};
