import type { Clock } from '../../../platform/clock.ts';
import { formOf } from '../prometheus/reply.ts';
import type { Answer, Ask, Handler } from '../serve.ts';
import { bad, instantAnswer, nanosOf, rangeAnswer, streamsIn, success } from './answers.ts';
import type { Collector } from './collect.ts';
import { LogqlError } from './parse-error.ts';
import type { LogStore } from './store.ts';

type Page = (store: LogStore, form: URLSearchParams, nowNs: bigint) => Answer;

const api = 'loki/api/v1';

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();

const pages: Readonly<Record<string, Page>> = {
  [`${api}/query_range`]: rangeAnswer,
  [`${api}/query`]: instantAnswer,
  [`${api}/series`]: (store, form, now) => success(streamsIn(store, form, now).map(({ labels }) => labels)),
  [`${api}/labels`]: (store, form, now) =>
    success(distinct(streamsIn(store, form, now).flatMap(({ labels }) => Object.keys(labels)))),
};

const plain: Readonly<Record<string, Answer>> = {
  ready: { status: 200, text: 'ready\n' },
  [`${api}/status/buildinfo`]: {
    status: 200,
    json: { version: '3.7.8', revision: 'embedded', branch: '', buildUser: '', buildDate: '', goVersion: '' },
  },
  [`${api}/tail`]: bad('Bad Request'),
};

/** Of every answer of the query API; `buildinfo` names no charset. */
const jsonType = 'application/json; charset=UTF-8';
const nowhere: Answer = { status: 404, text: '404 page not found\n' };

const valuesOf = (store: LogStore, name: string, form: URLSearchParams, now: bigint): Answer => {
  const values = distinct(streamsIn(store, form, now).flatMap(({ labels }) => labels[name] ?? []));
  return values.length === 0 ? { status: 200, json: { status: 'success' } } : success(values);
};

const pageOf = ({ path }: Ask): Page | undefined => {
  const [first, second, third, label, name = '', values] = path;
  if (`${first}/${second}/${third}/${label}` === `${api}/label` && values === 'values' && path.length === 6)
    return (store, form, now) => valuesOf(store, name, form, now);
  return pages[path.join('/')];
};

/** Loki 3's API over what its collector has sent: log queries with line filters, counts of them, labels, series. */
export const lokiHandler =
  (clock: Clock, collector: Collector): Handler =>
  (ask) => {
    const now = clock.now();
    const dated = (answer: Answer): Answer => ({
      ...answer,
      // Its clock is the world's.
      headers: { ...answer.headers, Date: new Date(now).toUTCString() },
    });
    const fixed = plain[ask.path.join('/')];
    if (fixed !== undefined) return dated(ask.method === 'GET' ? fixed : nowhere);
    const page = pageOf(ask);
    if (page === undefined || (ask.method !== 'GET' && ask.method !== 'POST')) return dated(nowhere);
    try {
      const answer = page(collector.see(), formOf(ask), nanosOf(now));
      return dated(answer.json === undefined ? answer : { ...answer, type: jsonType });
    } catch (error) {
      if (error instanceof LogqlError) return dated(bad(error.message));
      throw error;
    }
  };
