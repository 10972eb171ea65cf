import {
  type AlertState,
  field,
  type LabelMatcher,
  list,
  momentOf,
  summaryOf,
  text,
  textsOf,
  WireError,
} from '../../sdk.ts';

/** An alert as Alertmanager holds it. */
export interface ReadAlert {
  readonly name: string;
  readonly severity: string;
  readonly state: AlertState;
  /** Ms since the epoch by the server's clock. */
  readonly startsAt?: number;
  /** Without `alertname`, which is its name. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
}

export interface Silence {
  readonly id: string;
  readonly state: 'active' | 'pending' | 'expired';
  readonly matchers: readonly LabelMatcher[];
  readonly by: string;
  readonly comment: string;
  /** Ms since the epoch by the server's clock. */
  readonly startsAt?: number;
  readonly endsAt?: number;
}

const listed = (body: unknown, what: string): readonly unknown[] => {
  if (!Array.isArray(body)) throw new WireError('malformed', `no list of ${what}, as Alertmanager gives`);
  return body;
};

/**
 * A suppressed alert is silenced when a silence (or a mute time) holds it back, even if another alert inhibits it too;
 * one that is not processed yet is already there, so it fires. Source: Alertmanager, api/v2/openapi.yaml, alertStatus.
 */
const stateOf = (status: unknown): AlertState => {
  if (field(status, 'state') !== 'suppressed') return 'firing';
  const silenced = list(field(status, 'silencedBy')).length > 0;
  const inhibited = list(field(status, 'inhibitedBy')).length > 0;
  return !silenced && inhibited ? 'inhibited' : 'silenced';
};

/** The answer of /api/v2/alerts. `severity`: the label that holds it. Throws `malformed` when it is no list. */
export const parseAlerts = (body: unknown, severity: string): readonly ReadAlert[] =>
  listed(body, 'alerts').map((alert) => {
    const { alertname = '', ...labels } = textsOf(field(alert, 'labels'));
    const startsAt = momentOf(field(alert, 'startsAt'));
    return {
      name: alertname,
      severity: labels[severity] ?? '',
      state: stateOf(field(alert, 'status')),
      labels,
      summary: summaryOf(field(alert, 'annotations')),
      ...(startsAt === undefined ? {} : { startsAt }),
    };
  });

const matcherOf = (matcher: unknown): LabelMatcher => ({
  name: text(field(matcher, 'name')) ?? '',
  value: text(field(matcher, 'value')) ?? '',
  isRegex: field(matcher, 'isRegex') === true,
  // Absent before Alertmanager 0.22, where every matcher had to hold.
  isEqual: field(matcher, 'isEqual') !== false,
});

/** One silence. Throws `malformed` when it has no id. */
export const parseSilence = (body: unknown): Silence => {
  const id = text(field(body, 'id'));
  if (id === undefined) throw new WireError('malformed', 'a silence without an id');
  const state = field(field(body, 'status'), 'state');
  const startsAt = momentOf(field(body, 'startsAt'));
  const endsAt = momentOf(field(body, 'endsAt'));
  return {
    id,
    state: state === 'pending' || state === 'expired' ? state : 'active',
    matchers: list(field(body, 'matchers')).map(matcherOf),
    by: text(field(body, 'createdBy')) ?? '',
    comment: text(field(body, 'comment')) ?? '',
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(endsAt === undefined ? {} : { endsAt }),
  };
};

/** The answer of /api/v2/silences. Throws `malformed` when it is no list. */
export const parseSilences = (body: unknown): readonly Silence[] =>
  listed(body, 'silences').map(parseSilence);

/** What Alertmanager says of a call that failed: a JSON text, or an object with a message; '' when it says nothing. */
export const parseErrorText = (body: unknown): string => text(body) ?? text(field(body, 'message')) ?? '';
