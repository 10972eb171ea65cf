import { monitorOf } from '../../monitoring/monitor.ts';
import { type Silence, silenceState } from '../../monitoring/silences.ts';
import { rfc3339 } from '../prometheus/go-format.ts';
import type { Answer, Ask } from '../serve.ts';
import type { View } from '../sight.ts';
import { filtersIn } from './filter.ts';
import { silenceIn } from './silence-body.ts';

const notFound = (status: number): Answer => ({ status, json: 'silence not found' });
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

const silenceDto = (silence: Silence, view: View) => ({
  id: silence.id,
  status: { state: silenceState(silence, view.clock.now()) },
  updatedAt: rfc3339(silence.updatedAt),
  comment: silence.comment,
  createdBy: silence.createdBy,
  endsAt: rfc3339(silence.endsAt),
  matchers: silence.matchers.map(({ isEqual, isRegex, name, value }) => ({ isEqual, isRegex, name, value })),
  startsAt: rfc3339(silence.startsAt),
});

/** `GET /api/v2/silences`: a filter must be fitted by a matcher that says the same. */
export const listSilences = ({ query }: Ask, view: View): Answer => {
  const filters = filtersIn(query);
  if (typeof filters === 'string') return { status: 400, json: `bad matcher format: ${filters}` };
  const fits = ({ matchers }: Silence): boolean =>
    filters.every(({ name, value }) => matchers.some((m) => m.name === name && m.value === value));
  const all = monitorOf(view).silences.list(view.clock.now()).filter(fits);
  return { status: 200, json: all.map((silence) => silenceDto(silence, view)) };
};

/** `POST /api/v2/silences`: makes one, or changes the one whose id the body names. */
export const postSilence = (ask: Ask, view: View): Answer => {
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
  const { silences } = monitorOf(view);
  const now = view.clock.now();
  if (wish.endsAt < now)
    return { status: 400, json: "Failed to create silence: end time can't be in the past" };
  if (wish.id !== undefined && silences.get(wish.id) === undefined) return notFound(404);
  return { status: 200, json: { silenceID: silences.set(wish, now).id } };
};

/** `GET` and `DELETE /api/v2/silence/{id}`: a silence that is deleted is over, and stays on the list. */
export const oneSilence = (ask: Ask, id: string, view: View): Answer => {
  if (!uuid.test(id)) {
    const message = `silenceID in path must be of type uuid: ${JSON.stringify(id)}`;
    return { status: 422, json: { code: 601, message } };
  }
  const { silences } = monitorOf(view);
  const silence = silences.get(id);
  if (ask.method === 'GET')
    return silence === undefined ? { status: 404 } : { status: 200, json: silenceDto(silence, view) };
  if (silence === undefined) return notFound(500);
  silences.expire(silence, view.clock.now());
  return { status: 200 };
};
