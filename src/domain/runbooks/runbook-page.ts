/** Places of the profile in which a linked runbook is read: a folder with Markdown files, or addresses that may be requested. */
export type RunbookPlace =
  | {
      readonly folder: string;
      /** The address that the folder mirrors; its files then answer no other address. */
      readonly for?: string;
    }
  | {
      /** Addresses that begin with this one may be requested. */
      readonly fetch: string;
      readonly bearer?: string;
    };

/** A Markdown file in a folder of the profile. */
export interface RunbookPage {
  readonly folder: string;
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** The address that the folder mirrors. */
  readonly for?: string;
}

/** The pages that the profile's places have. */
export interface RunbookPages {
  readonly files: readonly RunbookPage[];
  /** Beginnings of addresses that may be requested. */
  readonly fetch: readonly string[];
}

/** The page of an address; 'several': more than one file could be meant, so none is. */
export type FoundPage =
  | { readonly is: 'file'; readonly page: RunbookPage }
  | { readonly is: 'address'; readonly url: string }
  | { readonly is: 'several'; readonly count: number };

/** Names of pages that every folder has. One of them alone identifies no page. */
const general: ReadonlySet<string> = new Set([
  'alerts',
  'docs',
  'home',
  'index',
  'main',
  'overview',
  'readme',
  'runbook',
  'runbooks',
]);

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The segments of a path without the extension; those of a folder for its index page. */
const segmentsOf = (path: string): readonly string[] => {
  const all = path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => decoded(part).toLowerCase());
  const last = (all.at(-1) ?? '').replace(/\.(?:md|markdown|html?)$/, '');
  const before = all.slice(0, -1);
  return before.length > 0 && ['index', '_index', 'readme'].includes(last)
    ? before
    : [...before, last].filter((part) => part !== '');
};

const endsWith = (all: readonly string[], end: readonly string[]): boolean =>
  end.length <= all.length && end.every((part, i) => part === all[all.length - end.length + i]);

/** True for a path that many servers resolve once more after they have decoded it: an encoded slash, backslash, dot or percent sign. */
const hasHiddenPath = ({ pathname }: URL): boolean => /%(?:2f|5c|2e|25|00)/i.test(pathname);

/** True if an address is the prefix or lies below it, whatever the server makes of its path. */
const isBelow = (url: URL, prefix: string): boolean => {
  if (!URL.canParse(prefix) || hasHiddenPath(url)) return false;
  const { origin, pathname } = new URL(prefix);
  const base = pathname.endsWith('/') ? pathname : `${pathname}/`;
  return url.origin === origin && `${url.pathname}/`.startsWith(base);
};

/**
 * The address of the text of a file that GitHub or GitLab shows as a web page; any other address as it is. Sources: GitHub
 * documentation, Viewing and understanding files; GitLab documentation, Repository files.
 */
const rawPage = (url: URL): URL => {
  const raw = new URL(url);
  const [, repository, file] = /^(\/[^/]+\/[^/]+)\/(?:blob|raw)\/(.+)$/.exec(url.pathname) ?? [];
  if (url.origin === 'https://github.com' && file !== undefined) {
    raw.host = 'raw.githubusercontent.com';
    raw.pathname = `${repository}/${file}`;
  } else if (url.pathname.includes('/-/blob/')) raw.pathname = url.pathname.replace('/-/blob/', '/-/raw/');
  else return url;
  // `?plain=1` belongs to the web page.
  raw.search = '';
  return raw;
};

/** The number of segments by which a file is the page of an address; 0: it is not. */
const sharedSegments = (url: URL, segments: readonly string[], page: RunbookPage): number => {
  const own = segmentsOf(page.path);
  if (page.for !== undefined) {
    if (!isBelow(url, page.for)) return 0;
    const rest = segmentsOf(url.pathname.slice(new URL(page.for).pathname.length));
    return rest.length === own.length && endsWith(own, rest) ? own.length : 0;
  }
  const [shorter, longer] = own.length < segments.length ? [own, segments] : [segments, own];
  const [only = ''] = shorter;
  const isVague = shorter.length === 1 && longer.length > 1 && general.has(only);
  return endsWith(longer, shorter) && !isVague ? shorter.length : 0;
};

/**
 * Finds the page of the address that an alert links: the file whose path ends like the address, or the whole path of a mirrored
 * address; else the address itself, if the profile lets it be requested. Undefined if there is none: another page that only
 * sounds alike is never meant.
 */
export const findRunbookPage = (address: string, pages: RunbookPages): FoundPage | undefined => {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  // An alert is received text: it brings no login into a request.
  url.username = '';
  url.password = '';
  const segments = segmentsOf(url.pathname);
  const scored = pages.files
    .map((page) => ({ page, shared: segments.length === 0 ? 0 : sharedSegments(url, segments, page) }))
    .filter(({ shared }) => shared > 0);
  const most = Math.max(0, ...scored.map(({ shared }) => shared));
  const [first, ...others] = scored.filter(({ shared }) => shared === most);
  if (first !== undefined)
    return others.length === 0
      ? { is: 'file', page: first.page }
      : { is: 'several', count: others.length + 1 };
  const raw = rawPage(url);
  return pages.fetch.some((prefix) => isBelow(url, prefix) || isBelow(raw, prefix))
    ? { is: 'address', url: raw.href }
    : undefined;
};

/**
 * The token for the request of a page; undefined: none. It goes only below the address that it was written for, not to another
 * server that has the text of the page.
 */
export const tokenFor = (url: string, places: readonly RunbookPlace[]): string | undefined => {
  const requested = new URL(url);
  const place = places.find((candidate) => 'fetch' in candidate && isBelow(requested, candidate.fetch));
  return place !== undefined && 'fetch' in place ? place.bearer : undefined;
};

/** The name of a heading in the fragment of an address, as GitHub, Hugo and MkDocs derive it: 'Disk is full!' as 'disk-is-full'. */
export const headingAnchor = (title: string): string =>
  title
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

/** The fragment of an address; '' without one. */
export const fragmentOf = (address: string): string =>
  URL.canParse(address) ? decoded(new URL(address).hash.slice(1)).toLowerCase() : '';
