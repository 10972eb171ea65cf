import {
  declareOperation,
  defineOperation,
  isoTime,
  matcherToProfile,
  type OperationCall,
  type Plan,
  PlanError,
  type TargetDrift,
  type UndoCall,
  z,
  zOneOrMore,
} from '../../sdk.ts';
import type { Silence } from './client.ts';
import { type AlertmanagerClient, silencePath, silencesPath } from './client.ts';
import { describeSilence, matchersText } from './feeds.ts';
import { sendSilenceCall } from './silence-calls.ts';

const expireParams = z
  .strictObject({
    id: zOneOrMore
      .meta({ description: 'expire the silence with this id, or all silences of a list of ids' })
      .exactOptional(),
    alert: z
      .string()
      .min(1)
      .meta({
        description: 'name of an alert. Every active or pending silence that names this alert is expired',
      })
      .exactOptional(),
  })
  .refine(({ id, alert }) => (id === undefined) !== (alert === undefined), {
    error: 'the step names no silence: set id: ID, or alert: NAME',
  });

const declared = declareOperation({ name: 'expire', danger: 'safe', params: expireParams });

/**
 * `expire`: expires silences, so that the alerts they match notify again. Source: Alertmanager, api/v2/openapi.yaml,
 * deleteSilence.
 */
export const expireOperation = defineOperation(declared, (client: AlertmanagerClient) => ({
  plan: async (params, signal) => {
    const silences = await silencesFor(client, params, signal);
    return {
      targets: silences.map((silence) => ({
        name: nameOf(silence),
        uid: client.endpoint.url(silencePath(silence.id)),
        saw: silenceStateText(silence),
        where: client.endpoint.base,
      })),
      calls: silences.map(({ id }, target) => ({
        line: client.endpoint.line('DELETE', silencePath(id)),
        target,
      })),
      objects: silences.map((silence) => `silence of ${matchersText(silence)}: ${describeSilence(silence)}`),
      ...describeLostSilences(silences, client),
      earlier: silences.map((silence): ExpiredSilence => ({ id: silence.id, again: again(silence, client) })),
    };
  },

  recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
    for (const [index, { id }] of expiredSilencesOf(plan).entries()) {
      const target = plan.targets[index];
      const silence = await client.silence(id, signal);
      const found = silence === undefined ? 'not found' : silenceStateText(silence);
      if (found !== target?.saw) return { target: target?.name ?? id, planned: target?.saw ?? '', found };
    }
    return undefined;
  },

  act: async function* (plan, change, signal) {
    for (const { id } of expiredSilencesOf(plan)) {
      if (signal.aborted) return;
      yield* sendSilenceCall(client, change, { method: 'DELETE', path: silencePath(id) }, signal);
    }
  },

  undo: (plan): UndoCall | undefined => {
    const calls = expiredSilencesOf(plan).flatMap((earlier, index): OperationCall[] => {
      if (earlier.again === undefined) return [];
      const name = plan.targets[index]?.name ?? '';
      return [
        {
          use: `${client.source}.silence`,
          with: earlier.again,
          title: `Restore the silence of ${name} until ${String(earlier.again.until)}`,
          // The set of affected alerts changes by itself.
          pins: 'nothing',
        },
      ];
    });
    const [first, ...and] = calls;
    return first && { ...first, ...(and.length === 0 ? {} : { and }) };
  },
}));

interface ExpiredSilence {
  readonly id: string;
  /** Parameters of `silence` that recreate it; absent when it cannot be recreated. */
  readonly again: Readonly<Record<string, unknown>> | undefined;
}

const isExpiredSilence = (value: unknown): value is ExpiredSilence =>
  typeof value === 'object' && value !== null && 'id' in value && 'again' in value;

const expiredSilencesOf = ({ earlier }: Pick<Plan, 'earlier'>): readonly ExpiredSilence[] =>
  Array.isArray(earlier) ? earlier.filter(isExpiredSilence) : [];

const silencesFor = async (
  client: AlertmanagerClient,
  { id, alert }: z.infer<typeof expireParams>,
  signal: AbortSignal,
): Promise<readonly Silence[]> => {
  if (id !== undefined) return Promise.all(id.map((text) => silenceOf(client, text, signal)));
  const all = await requireAnswer(client, silencesPath, () => client.silences(signal));
  const silences = all.filter((silence) => silence.state !== 'expired' && alertOf(silence) === alert);
  if (silences.length > 0) return silences;
  throw new PlanError(
    'not-applicable',
    `no active silence names the alert ${alert ?? ''}, so there is nothing to expire`,
  );
};

const silenceOf = async (client: AlertmanagerClient, id: string, signal: AbortSignal): Promise<Silence> => {
  const silence = await requireAnswer(client, silencePath(id), () => client.silence(id, signal));
  if (silence === undefined)
    throw new PlanError('not-applicable', `silence ${id} not found: choose another silence`);
  if (silence.state === 'expired')
    throw new PlanError('not-applicable', `silence ${id} has already expired, so there is nothing to expire`);
  return silence;
};

const requireAnswer = async <T>(
  client: AlertmanagerClient,
  path: string,
  ask: () => Promise<T>,
): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    throw new PlanError('failed', client.fault(path, error).message, { cause: error });
  }
};

/** The single alert that a silence names; undefined when it uses a pattern, or names none. */
const alertOf = ({ matchers }: Silence): string | undefined =>
  matchers.find(({ name, isRegex, isEqual }) => name === 'alertname' && !isRegex && isEqual)?.value;

const nameOf = (silence: Silence): string => alertOf(silence) ?? matchersText(silence);

const silenceStateText = ({ state, endsAt }: Silence): string =>
  state === 'expired' || endsAt === undefined ? state : `${state} until ${isoTime(endsAt)}`;

/**
 * Parameters that recreate a silence with a new id and the same end. A silence with two matchers on one label, or with
 * a future start, cannot be recreated.
 */
const again = (
  { matchers, endsAt, by, comment, state }: Silence,
  client: AlertmanagerClient,
): Readonly<Record<string, unknown>> | undefined => {
  const distinct = new Set(matchers.map(({ name }) => name)).size === matchers.length;
  const isOver = endsAt === undefined || endsAt <= client.wallNow();
  if (isOver || state !== 'active' || matchers.length === 0 || !distinct) return undefined;
  return {
    matchers: Object.fromEntries(matchers.map((matcher) => [matcher.name, matcherToProfile(matcher)])),
    until: isoTime(endsAt),
    reason: comment === '' ? 'restored' : comment,
    by: by === '' ? client.config.by : by,
    anyway: true,
  };
};

const describeLostSilences = (
  silences: readonly Silence[],
  client: AlertmanagerClient,
): { readonly lost?: string } => {
  const lost = silences.filter((silence) => again(silence, client) === undefined);
  return lost.length === 0
    ? {}
    : { lost: `the silence of ${lost.map(matchersText).join(' and of ')}, which opsdeck cannot recreate` };
};
