import type { SourceEntry, ViaSpec } from '../../domain/profile/profile.ts';
import { isObject } from '../../domain/text/value-text.ts';

/** The keys of a source that say where it is reached, the most telling first. */
const locationKeys = [
  ...['url', 'urls', 'brokers', 'ssh', 'socket', 'host', 'context', 'instances', 'paths', 'repo', 'region'],
  ...['kubeconfig', 'database'],
] as const;

/** More addresses than this say no more. */
const mostAddresses = 3;

/** An address without user and password; other text as it is. */
const withoutCredentials = (text: string): string => {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.username === '' && url.password === '') return text;
  url.username = '';
  url.password = '';
  return url.href;
};

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return withoutCredentials(value);
  const list: readonly unknown[] = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  const texts = list
    .map((element) => textOf(isObject(element) ? element.url : element))
    .filter((text) => text !== '');
  const more = texts.length > mostAddresses ? `, and ${texts.length - mostAddresses} more` : '';
  return `${texts.slice(0, mostAddresses).join(', ')}${more}`;
};

const viaText = (via: ViaSpec): string => {
  const port = via.port === undefined ? '' : `:${via.port}`;
  return 'ssh' in via
    ? `via ssh ${via.ssh}${via.host === undefined ? '' : ` to ${via.host}`}${port}`
    : `via ${via.source} ${via.target}${port}`;
};

/** Where a source is reached, without credentials: its address, and its tunnel. Absent: the profile names neither. */
export const locationOf = ({
  config,
  via,
}: Pick<SourceEntry, 'config' | 'via'>): { readonly location?: string } => {
  const fields = isObject(config) ? config : {};
  const key = locationKeys.find((name) => textOf(fields[name]) !== '');
  const named = key === undefined ? '' : textOf(fields[key]);
  const address = key === 'context' ? `context ${named}` : named;
  const parts = [address, via === undefined ? '' : viaText(via)].filter((part) => part !== '');
  return parts.length === 0 ? {} : { location: parts.join(' ') };
};
