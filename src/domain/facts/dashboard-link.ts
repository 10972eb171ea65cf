import { defined } from '../base/defined.ts';
import type { Millis } from '../base/fault.ts';

/** A dashboard shows this much before an incident, to compare. */
const leadMs: Millis = 15 * 60_000;

/** The time range of an incident. Times are ms since the epoch. */
export interface IncidentWindow {
  readonly from: Millis;
  /** Absent: up to now. */
  readonly to?: Millis;
}

/** The window of an incident that began at a time, with a quarter of an hour before it. */
export const incidentWindow = (since: Millis, to?: Millis): IncidentWindow => ({
  from: since - leadMs,
  ...defined({ to }),
});

/**
 * The address of a Grafana dashboard or panel for a time range, with values for its variables. `var-NAME` of a variable that
 * the dashboard does not have is ignored by Grafana. Source: Grafana documentation 12.4, dashboard URL variables. Parameters that
 * the address has are kept; an address that is no URL is returned unchanged.
 */
export const dashboardLink = (
  url: string,
  window: IncidentWindow,
  variables: Readonly<Record<string, string>> = {},
): string => {
  if (!URL.canParse(url)) return url;
  const link = new URL(url);
  const add = (name: string, value: string): void => {
    if (!link.searchParams.has(name)) link.searchParams.set(name, value);
  };
  add('from', String(Math.round(window.from)));
  add('to', window.to === undefined ? 'now' : String(Math.round(window.to)));
  for (const [name, value] of Object.entries(variables)) add(`var-${name}`, value);
  return link.href;
};
