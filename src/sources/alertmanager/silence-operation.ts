import {
  compilePattern,
  declareOperation,
  defineOperation,
  field,
  type GenericAction,
  type HttpAnswer,
  isoTime,
  type LabelMatcher,
  type Matcher,
  matcherText,
  PlanError,
  parseDuration,
  parseMatchers,
  text,
  z,
  zLabelMatchers,
} from '../../sdk.ts';
import type { AlertmanagerAlert } from './client.ts';
import { type AlertmanagerClient, alertsPath, silencesPath } from './client.ts';
import { sendSilenceCall, verifySilence } from './silence-calls.ts';

/** Values so different that no reasonably specific pattern matches all of them. */
const probeValues = ['a', 'Zz', '0', '17', 'x-y', 'x_y.z', 'A b/c:ü', 'warning', 'f3a9c1'];

/** Translates leading RE2 flags to JavaScript flags. Other differences make the pattern impossible to evaluate. */
const toJavaScriptMatcher = (re2: string): Matcher | string => {
  const [, flags = '', rest = ''] = /^(?:\(\?([ism]+)\))?([\s\S]*)$/.exec(re2) ?? [];
  return compilePattern(`^(?:${rest})$`, [...new Set(`s${flags}`)].join(''));
};

/** Reason a matcher does not restrict anything, or undefined when it does. */
const explainBroadMatcher = ({ name, value, isRegex, isEqual }: LabelMatcher): string | undefined => {
  if (!isEqual)
    return `the matcher of ${name} only excludes a value, so the silence would mute everything else`;
  if (value === '')
    return `the matcher of ${name} also matches an empty value, so the silence would mute every alert without that label`;
  if (!isRegex) return undefined;
  const pattern = toJavaScriptMatcher(value);
  if (typeof pattern === 'string')
    return `the matcher of ${name} has a pattern that may be too broad, and opsdeck cannot check the pattern (${pattern})`;
  if (pattern.test(''))
    return `the matcher of ${name} also matches an empty value, so the silence would mute every alert without that label`;
  return probeValues.every((probe) => pattern.test(probe))
    ? `the matcher of ${name} matches any value, so the silence would mute every alert with that label`
    : undefined;
};

/**
 * Reason a set of matchers may match every alert; undefined when at least one restricts it: by a value, or by a pattern
 * that does not match every value.
 */
export const explainBroadMatch = (matchers: readonly LabelMatcher[]): string | undefined => {
  const whys = matchers.map(explainBroadMatcher);
  if (whys.includes(undefined)) return undefined;
  return whys.join(', and ') || 'the silence has no matchers and would mute every alert: add a matcher';
};

/** Queries Alertmanager for the affected alerts, since its patterns are RE2. Throws PlanError. */
const findAffectedAlerts = async (
  client: AlertmanagerClient,
  matchers: readonly LabelMatcher[],
  signal: AbortSignal,
): Promise<readonly AlertmanagerAlert[]> => {
  try {
    return await client.alerts(matchers, signal);
  } catch (error) {
    throw new PlanError('failed', client.fault(alertsPath(matchers), error).message, { cause: error });
  }
};

/** Names of the affected alerts: the pinned value of a plan. */
const describeAffectedAlerts = (alerts: readonly AlertmanagerAlert[]): string =>
  alerts.length === 0
    ? 'no alert that fires now matches this silence'
    : `matches ${[...new Set(alerts.map(({ name }) => name))].sort().join(', ')}`;

const maxShownAlerts = 20;

/** Lists the affected alerts for a preview. */
const affectedAlertObjects = (alerts: readonly AlertmanagerAlert[], words: string): readonly string[] => {
  const shown = alerts.slice(0, maxShownAlerts).map(({ name, state, labels }) => {
    const labelTexts = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
    return `${name} (${state}) ${labelTexts.join(' ')}`.trim();
  });
  const count = alerts.length === 1 ? '1 alert matches' : `${alerts.length} alerts match`;
  const more = alerts.length > maxShownAlerts ? [`and ${alerts.length - maxShownAlerts} more`] : [];
  return [`${count} ${words} now`, ...shown, ...more];
};

/** A duration as text, as a runbook parameter of type duration provides it. */
const zDurationText = z
  .string()
  .refine((written) => (parseDuration(written) ?? 0) > 0, {
    error: (issue) => `"${String(issue.input)}" is not a duration: use 30m, 2h or 1h30m`,
  })
  .meta({ description: 'how long the silence lasts, such as 30m or 2h', examples: ['2h'] });

const silenceParams = z
  .strictObject({
    alert: z.string().min(1).meta({ description: 'alert name' }).exactOptional(),
    matchers: zLabelMatchers.exactOptional(),
    for: zDurationText.exactOptional(),
    until: z.iso
      .datetime({ offset: true })
      .meta({
        description: 'end the silence at this time. Use `until` or `for`, not both',
        examples: ['2026-03-04T12:00:00Z'],
      })
      .exactOptional(),
    reason: z
      .string()
      .trim()
      .min(1)
      .meta({ description: 'Alertmanager shows this reason as the comment of the silence' }),
    by: z
      .string()
      .min(1)
      .meta({ description: 'author of the silence (default: `by` of the source)' })
      .exactOptional(),
    anyway: z
      .boolean()
      .meta({ description: 'whether to create the silence even if no alert matches now (default: false)' })
      .exactOptional(),
  })
  .refine(({ alert, matchers }) => alert !== undefined || Object.keys(matchers ?? {}).length > 0, {
    error: 'the step does not say what to silence: set alert: NAME, matchers: { label: value }, or both',
  })
  .refine(({ for: long, until }) => (long === undefined) !== (until === undefined), {
    error: 'the step does not say how long the silence lasts: set for: 2h, or until: TIME',
  });

type SilenceParams = z.infer<typeof silenceParams>;

/** Offered on alerts of any source: Prometheus reports the same alerts. */
const silenceAction: GenericAction = {
  id: 'silence-alert',
  verb: 'silence',
  title: 'Silence an alert',
  step: 'Silence ${param.alert}',
  on: 'alerts',
  ofAnySource: true,
  where: 'state != silenced',
  params: [
    { name: 'alert', type: 'choice', from: 'alerts.name', title: 'Alert' },
    { name: 'for', type: 'duration', title: 'Duration (30m, 2h)' },
    { name: 'reason', type: 'string', title: 'Reason' },
  ],
  with: { alert: '${param.alert}', for: '${param.for}', reason: '${param.reason}' },
  verify: [
    {
      id: 'v1',
      title: 'The alert is silenced in Alertmanager',
      that: 'all(alerts[name = "${param.alert}" and source = "$source"] | state = silenced)',
      withinMs: 30_000,
      forMs: 0,
    },
  ],
  isListed: true,
};

const declared = declareOperation({
  name: 'silence',
  danger: 'safe',
  params: silenceParams,
  actions: [silenceAction],
});

/**
 * `silence`: suppresses notifications of matching alerts for a while. The plan queries Alertmanager for the current
 * matches. Source: Alertmanager, api/v2/openapi.yaml, postSilences.
 */
export const silenceOperation = defineOperation(declared, (client: AlertmanagerClient) => ({
  plan: async (params, signal) => {
    const matchers = matchersOf(params);
    const wide = explainBroadMatch(matchers);
    const words = matchers.map(matcherText).join(', ');
    if (wide !== undefined)
      throw new PlanError(
        'not-applicable',
        `${words} may silence every alert: ${wide}. Add a narrower matcher`,
      );
    const hit = await findAffectedAlerts(client, matchers, signal);
    if (hit.length === 0 && params.anyway !== true)
      throw new PlanError(
        'not-applicable',
        `no alert matches ${words} now. To silence future alerts, set anyway: true`,
      );
    if (silenceEnd(params, client.wallNow()) <= client.wallNow())
      throw new PlanError(
        'not-applicable',
        `until is in the past. Write a later time than ${params.until ?? ''}`,
      );
    const body = silenceBody(params, matchers, client);
    return {
      targets: [
        {
          name: nameOf(params, matchers),
          uid: `${client.endpoint.url(silencesPath)} ${words}`,
          saw: describeAffectedAlerts(hit),
          where: client.endpoint.base,
        },
      ],
      calls: [{ line: client.endpoint.line('POST', silencesPath), body, target: 0 }],
      objects: affectedAlertObjects(hit, words),
      lost: 'these alerts send no notifications while the silence is active',
    };
  },

  recheck: async (plan, signal) => {
    const [target] = plan.targets;
    const matchers = matchersOf(plan.params);
    const found = describeAffectedAlerts(await findAffectedAlerts(client, matchers, signal));
    if (target === undefined || found === target.saw) return undefined;
    return { target: target.name, planned: target.saw, found };
  },

  act: async function* (plan, change, signal) {
    const body = plan.calls[0]?.body;
    if (body === undefined) throw new Error('internal error: a silence was planned without a body');
    const answer = yield* sendSilenceCall(
      client,
      change,
      { method: 'POST', path: silencesPath, body },
      signal,
    );
    if (answer === undefined) return;
    const id = silenceIdOf(answer);
    if (id === undefined) {
      yield {
        is: 'output',
        text: 'the response has no id: Alertmanager created the silence, but undo cannot expire the silence',
      };
      return;
    }
    yield { is: 'made', key: 'silence', value: id };
    yield* verifySilence(client, change, id, signal);
  },

  undo: (plan) => ({
    use: `${client.source}.expire`,
    with: { id: '${made.silence}' },
    title: `Expire the silence of ${plan.targets[0]?.name ?? ''}`,
    pins: 'gone',
  }),
}));

const silenceIdOf = (answer: HttpAnswer): string | undefined => {
  try {
    return text(field(answer.json(), 'silenceID'));
  } catch {
    return undefined;
  }
};

const matchersOf = ({ alert, matchers }: SilenceParams): readonly LabelMatcher[] => [
  ...(alert === undefined ? [] : [{ name: 'alertname', value: alert, isRegex: false, isEqual: true }]),
  ...parseMatchers(matchers ?? {}),
];

/** Name to confirm: that of the alert, if there is one. */
const nameOf = ({ alert }: SilenceParams, matchers: readonly LabelMatcher[]): string =>
  alert ??
  matchers.find(({ name, isRegex, isEqual }) => name === 'alertname' && !isRegex && isEqual)?.value ??
  matchers.map(matcherText).join(', ');

/**
 * Tolerance for clock differences: a start in the past on both clocks is immediate. Alertmanager replaces it with its
 * own time.
 */
const startedMs = 60_000;

/** End of the silence, wall-clock ms. */
const silenceEnd = ({ for: long, until }: SilenceParams, now: number): number =>
  until === undefined ? now + (parseDuration(long ?? '') ?? 0) : Date.parse(until);

const silenceBody = (
  params: SilenceParams,
  matchers: readonly LabelMatcher[],
  client: AlertmanagerClient,
): string => {
  const now = client.wallNow();
  return JSON.stringify({
    matchers: matchers.map(({ name, value, isRegex, isEqual }) => ({ name, value, isRegex, isEqual })),
    startsAt: isoTime(now - startedMs),
    endsAt: isoTime(silenceEnd(params, now)),
    createdBy: params.by ?? client.config.by,
    comment: params.reason,
  });
};
