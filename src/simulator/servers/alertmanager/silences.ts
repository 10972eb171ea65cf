import type { MetricLabels } from '../../exposition/metric-family.ts';
import { monitorFor } from '../../monitoring/monitor.ts';
import {
  matchesSilence,
  type SilenceMatcher,
  type SilenceRequest,
  type StoredSilence,
  silenceState,
} from '../../monitoring/silences.ts';
import { rfc3339 } from '../http/go-api.ts';
import type { ParsedRequest, ServerReply } from '../http/http-server.ts';
import type { SimulatorContext } from '../http/simulator-context.ts';

/** A matcher in a `filter=` parameter: `name="value"`, with optional quotes; undefined if invalid. */
const parseFilter = (text: string): SilenceMatcher | undefined => {
  const match = /^\s*([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^"]*))\s*$/.exec(text);
  const [, name, op, quoted, bare] = match ?? [];
  if (name === undefined || op === undefined) return undefined;
  return {
    name,
    value: quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '',
    isRegex: op.endsWith('~'),
    isEqual: op.startsWith('='),
  };
};

/** The matchers of a request, or the first invalid text. */
export const parseFilters = (query: URLSearchParams): readonly SilenceMatcher[] | string => {
  const texts = query.getAll('filter');
  const bad = texts.find((text) => parseFilter(text) === undefined);
  return bad ?? texts.map(parseFilter).filter((matcher) => matcher !== undefined);
};

export const matchesAll = (matchers: readonly SilenceMatcher[], labels: MetricLabels): boolean =>
  matchers.every((matcher) => matchesSilence(matcher, labels[matcher.name] ?? ''));

const yes: ReadonlySet<string> = new Set([
  'true',
  '1',
  'yes',
  'ok',
  'y',
  'on',
  'selected',
  'checked',
  't',
  'enabled',
]);

/** A boolean parameter, default true; any value that is not a yes is false. */
export const isFlagOn = (query: URLSearchParams, name: string): boolean => {
  const text = query.get(name);
  return text === null || yes.has(text.toLowerCase());
};

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const problem = (status: number, code: number, message: string): ServerReply => ({
  status,
  json: { code, message },
});
const required = (name: string): ServerReply => problem(422, 602, `${name} in body is required`);
const unreadable = (why: string): ServerReply =>
  problem(400, 400, `parsing silence body from "" failed, because ${why}`);
const invalid = (why: string): ServerReply => ({ status: 400, json: `silence invalid: ${why}` });

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const matcherIn = (value: unknown, index: number): SilenceMatcher | ServerReply => {
  const { name, value: text, isRegex, isEqual = true } = isFields(value) ? value : {};
  if (typeof isRegex !== 'boolean') return required(`matchers.${index}.isRegex`);
  if (typeof name !== 'string') return required(`matchers.${index}.name`);
  if (typeof text !== 'string') return required(`matchers.${index}.value`);
  return { name, value: text, isRegex, isEqual: isEqual === true };
};

/** Validation errors of well-formed matchers. */
const matcherProblem = (matchers: readonly SilenceMatcher[]): ServerReply | undefined => {
  for (const [index, { name, value, isRegex }] of matchers.entries()) {
    if (!/^[A-Za-z_]\w*$/.test(name))
      return invalid(`invalid label matcher ${index}: invalid label name ${JSON.stringify(name)}`);
    try {
      if (isRegex) new RegExp(value);
    } catch {
      return invalid(
        `invalid label matcher ${index}: invalid regular expression ${JSON.stringify(value)}: error parsing regexp: missing closing ): \`${value}\``,
      );
    }
  }
  return matchers.every((matcher) => matchesSilence(matcher, ''))
    ? invalid('at least one matcher must not match the empty string')
    : undefined;
};

const momentOf = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : Number.NaN);

/** The silence in a request body, or Alertmanager's error response. Source: recordings of 0.25. */
const silenceIn = (body: string): SilenceRequest | ServerReply => {
  const fields = parsed(body);
  if (!isFields(fields)) return unreadable('invalid character in literal');
  const { id, matchers, startsAt, endsAt, createdBy, comment } = fields;
  for (const time of [startsAt, endsAt])
    if (time !== undefined && Number.isNaN(momentOf(time)))
      return unreadable(
        `parsing time ${JSON.stringify(time)} as "2006-01-02 15:04:05": cannot parse ${JSON.stringify(time)} as "2006"`,
      );
  if (typeof comment !== 'string') return required('comment');
  if (typeof createdBy !== 'string') return required('createdBy');
  if (endsAt === undefined) return required('endsAt');
  if (!Array.isArray(matchers)) return required('matchers');
  if (matchers.length === 0) return problem(422, 612, 'matchers in body should have at least 1 items');
  const read = matchers.map(matcherIn);
  const wrong = read.find((matcher) => 'status' in matcher);
  if (wrong !== undefined && 'status' in wrong) return wrong;
  if (startsAt === undefined) return required('startsAt');
  const good = read.filter((matcher) => 'name' in matcher);
  const times = { startsAt: momentOf(startsAt), endsAt: momentOf(endsAt) };
  if (times.startsAt >= times.endsAt)
    return { status: 400, json: 'Failed to create silence: start time must be before end time' };
  const reported = typeof id === 'string' && id !== '' ? { id } : {};
  return matcherProblem(good) ?? { ...reported, matchers: good, ...times, createdBy, comment };
};

const notFound = (status: number): ServerReply => ({ status, json: 'silence not found' });
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

const silenceDto = (silence: StoredSilence, view: SimulatorContext) => ({
  id: silence.id,
  status: { state: silenceState(silence, view.clock.now()) },
  updatedAt: rfc3339(silence.updatedAt),
  comment: silence.comment,
  createdBy: silence.createdBy,
  endsAt: rfc3339(silence.endsAt),
  matchers: silence.matchers.map(({ isEqual, isRegex, name, value }) => ({ isEqual, isRegex, name, value })),
  startsAt: rfc3339(silence.startsAt),
});

/** `GET /api/v2/silences`: a filter selects silences with an equal matcher. */
export const listSilences = ({ query }: ParsedRequest, view: SimulatorContext): ServerReply => {
  const filters = parseFilters(query);
  if (typeof filters === 'string') return { status: 400, json: `bad matcher format: ${filters}` };
  const fits = ({ matchers }: StoredSilence): boolean =>
    filters.every(({ name, value }) => matchers.some((m) => m.name === name && m.value === value));
  const all = monitorFor(view).silences.list(view.clock.now()).filter(fits);
  return { status: 200, json: all.map((silence) => silenceDto(silence, view)) };
};

/** `POST /api/v2/silences`: creates a silence, or updates the one with the ID in the body. */
export const postSilence = (ask: ParsedRequest, view: SimulatorContext): ServerReply => {
  if (ask.contentType !== 'application/json')
    return {
      status: 415,
      json: {
        code: 415,
        message: `unsupported media type "${ask.contentType}", only [application/json] are allowed`,
      },
    };
  const wish = silenceIn(ask.body);
  if ('status' in wish) return wish;
  const { silences } = monitorFor(view);
  const now = view.clock.now();
  if (wish.endsAt < now)
    return { status: 400, json: "Failed to create silence: end time can't be in the past" };
  if (wish.id !== undefined && silences.get(wish.id) === undefined) return notFound(404);
  return { status: 200, json: { silenceID: silences.set(wish, now).id } };
};

/** `GET` and `DELETE /api/v2/silence/{id}`: a deleted silence is expired and remains in the list. */
export const silenceById = (ask: ParsedRequest, id: string, view: SimulatorContext): ServerReply => {
  if (!uuid.test(id)) {
    const message = `silenceID in path must be of type uuid: ${JSON.stringify(id)}`;
    return { status: 422, json: { code: 601, message } };
  }
  const { silences } = monitorFor(view);
  const silence = silences.get(id);
  if (ask.method === 'GET')
    return silence === undefined ? { status: 404 } : { status: 200, json: silenceDto(silence, view) };
  if (silence === undefined) return notFound(500);
  silences.expire(silence, view.clock.now());
  return { status: 200 };
};
