import { matcherOf } from '../../../domain/regex/matcher.ts';
import type { Sight } from './daemon.ts';
import type { Order } from './order.ts';
import { summary } from './pages.ts';

const filterIn = (query: URLSearchParams, name: string): readonly string[] => {
  const filters: unknown = JSON.parse(query.get('filters') ?? '{}');
  const values: unknown = typeof filters === 'object' && filters !== null ? Reflect.get(filters, name) : [];
  return Array.isArray(values) ? values.map(String) : [];
};

const bears = (labels: Readonly<Record<string, string>>, label: string): boolean => {
  const at = label.indexOf('=');
  return at < 0 ? Object.hasOwn(labels, label) : labels[label.slice(0, at)] === label.slice(at + 1);
};

/** `GET /containers/json`: every label has to be there, one of the name patterns has to fit. */
export const listed = (sight: Sight, { query }: Order): readonly object[] => {
  const labels = filterIn(query, 'label');
  const names = filterIn(query, 'name').map((pattern) => matcherOf(pattern));
  return sight.compose.containers
    .map((container) => summary(sight, container))
    .filter(({ Labels }) => labels.every((label) => bears(Labels, label)))
    .filter(({ Names: [name = ''] }) => names.length === 0 || names.some((one) => one.test(name)))
    .filter(({ State }) => ['1', 'true'].includes(query.get('all') ?? '') || State === 'running');
};
