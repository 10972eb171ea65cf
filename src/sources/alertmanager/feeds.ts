import {
  type Alert,
  type Feed,
  isoTime,
  matcherText,
  type Note,
  onDemandStaleMs,
  type Reading,
  recordedAlertStarts,
  type Source,
  staleAfter,
} from '../../sdk.ts';

import type { Silence } from './client.ts';
import { type AlertmanagerClient, alertsPath, silencesPath } from './client.ts';
import { suppressionReasons } from './suppression.ts';

/** All current alerts as facts. */
const readAlerts = async (client: AlertmanagerClient, signal: AbortSignal): Promise<Reading<Alert>> => {
  try {
    const alerts = await client.alerts([], signal);
    const stamp = { source: client.source, at: client.now() };
    const reasons = await suppressionReasons(client, alerts, signal);
    const items = alerts.map((alert): Alert => {
      const { startsAt, suppression, ...rest } = alert;
      const suppressedBy = reasons(suppression);
      return {
        ...stamp,
        ...rest,
        ...(startsAt === undefined ? {} : { since: client.toClock(startsAt) }),
        ...(suppressedBy === undefined ? {} : { suppressedBy }),
      };
    });
    return { items, faults: [] };
  } catch (error) {
    return { items: [], faults: [client.fault(alertsPath(), error)] };
  }
};

/** The starts of the current alerts. Alertmanager forgets an alert that has ended. */
export const alertStarts =
  (client: AlertmanagerClient): NonNullable<Source['recentChanges']> =>
  async (since, signal) => {
    const { items, faults } = await readAlerts(client, signal);
    return { changes: recordedAlertStarts(items, since), faults };
  };

/** All alerts of Alertmanager: firing, silenced and inhibited. */
export const alertsFeed = (client: AlertmanagerClient): Feed => ({
  id: `${client.source}/alerts`,
  source: client.source,
  name: 'alerts',
  kind: 'alerts',
  everyMs: client.config.every,
  staleMs: staleAfter(client.config.every),
  timeoutMs: client.config.timeout,
  read: (signal) => readAlerts(client, signal),
});

/** Silences, read on demand: matchers, end, author and comment. */
export const silencesFeed = (client: AlertmanagerClient): Feed => ({
  id: `${client.source}/silences`,
  source: client.source,
  name: 'silences',
  kind: 'notes',
  everyMs: 0,
  staleMs: onDemandStaleMs,
  timeoutMs: client.config.timeout,
  read: async (signal): Promise<Reading<Note>> => {
    try {
      const silences = await client.silences(signal);
      const stamp = { source: client.source, at: client.now() };
      return { items: silenceLines(silences).map((line) => ({ ...stamp, ...line })), faults: [] };
    } catch (error) {
      return { items: [], faults: [client.fault(silencesPath, error)] };
    }
  },
});

/** Alertmanager keeps expired silences for days; the latest show recent actions. */
const maxShownExpired = 5;

/** Formats silences: active first, then pending, then the latest expired ones. */
export const silenceLines = (
  silences: readonly Silence[],
): readonly { readonly title: string; readonly text: string }[] => {
  const of = (state: Silence['state']): readonly Silence[] =>
    silences.filter((silence) => silence.state === state).sort((a, b) => (a.endsAt ?? 0) - (b.endsAt ?? 0));
  const expired = of('expired').toReversed().slice(0, maxShownExpired);
  return [...of('active'), ...of('pending'), ...expired].map((silence) => ({
    title: matchersText(silence),
    text: describeSilence(silence),
  }));
};

/** 'alertname="X", job=~"a|b"' */
export const matchersText = ({ matchers }: Pick<Silence, 'matchers'>): string =>
  matchers.map(matcherText).join(', ');

/** 'active until 2026-03-04T11:15:00.000Z · by ana · moving it · id 1234' */
export const describeSilence = ({ state, startsAt, endsAt, by, comment, id }: Silence): string =>
  [
    describeSilenceState(state, startsAt, endsAt),
    by === '' ? '' : `by ${by}`,
    comment === '' ? 'no comment' : comment,
    `id ${id}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');

const describeSilenceState = (
  state: Silence['state'],
  startsAt: number | undefined,
  endsAt: number | undefined,
): string => {
  const end = endsAt === undefined ? '' : isoTime(endsAt);
  if (state === 'expired') return `expired ${end}`.trim();
  const from = state === 'pending' && startsAt !== undefined ? ` from ${isoTime(startsAt)}` : '';
  return `${state}${from}${end === '' ? '' : ` until ${end}`}`;
};
