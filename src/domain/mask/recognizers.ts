/** Class of a sensitive value: its alias starts with this word. */
export type SensitiveKind = 'host' | 'ip' | 'user' | 'cluster' | 'name';

/** A sensitive span of a text: `from` to `to`, in code units. */
export interface SensitiveSpan {
  readonly from: number;
  readonly to: number;
  /** 'secret' has no alias: it is removed. 'email' is a user whose alias still reads as an address. */
  readonly is: SensitiveKind | 'email' | 'secret';
}

/** Finds the sensitive spans of a text, from left to right. Pure. */
export type Recognizer = (text: string) => readonly SensitiveSpan[];

const none: readonly SensitiveSpan[] = [];

/** Groups of an expression around the span; an expression with several spellings of a value has several of them. */
const spanGroups = ['it', 'it2', 'it3', 'it4'] as const;

/**
 * Creates a recognizer for all matches of an expression (with flags d and g): its group `it` (or `it2` to `it4`), or the whole
 * match.
 */
export const patternRecognizer =
  (
    pattern: RegExp,
    is: SensitiveSpan['is'],
    fits: (text: string, match: RegExpExecArray) => boolean = () => true,
  ) =>
  (text: string): readonly SensitiveSpan[] => {
    let spans: SensitiveSpan[] | undefined;
    pattern.lastIndex = 0;
    // `matchAll` copies the expression for each text.
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      if (match[0] === '') pattern.lastIndex++;
      const places = match.indices?.groups;
      const group = spanGroups.find((name) => places?.[name] !== undefined);
      const [from, to] = (group === undefined ? match.indices?.[0] : places?.[group]) ?? [0, 0];
      const piece = text.slice(from, to);
      if (piece === '' || !fits(piece, match)) continue;
      spans ??= [];
      spans.push({ from, to, is });
    }
    return spans ?? none;
  };

/** Values that do not name a user. */
const placeholder = /^(?:null|none|nil|undefined|unknown|anonymous|true|false|\d|-)$/i;

/** Returns whether a value is a placeholder and not a user: 'null', 'anonymous', one digit. */
export const isPlaceholderUser = (value: string): boolean => placeholder.test(value);

const assigned = patternRecognizer(
  /(?<![a-z0-9])(?:user|usr|login|account|customer|client|member|principal|subject|actor|operator)(?:[-_.]?(?:id|name|no))?["']?(?:=|"?:\s?(?="|')|(?<=id["']?):\s?)["']?(?<it>[\p{L}\p{N}][\p{L}\p{N}._+-]*)/dgiu,
  'user',
  (value) => !isPlaceholderUser(value),
);

/** Recognizes users by the preceding key: 'user=ada', 'userId: 4711', '"username":"ada"', 'customer_id=…'. */
export const userRecognizer: Recognizer = (text) => (/[=:]/.test(text) ? assigned(text) : []);

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';

const dotted = patternRecognizer(
  new RegExp(`(?<![\\w.]|[vV])${octet}(?:\\.${octet}){3}(?![\\w]|\\.\\d)`, 'dg'),
  'ip',
);

/** Recognizes IPv4: four numbers up to 255. A fifth number, or a 'v' before the first, makes it a version. */
export const ipv4Recognizer: Recognizer = (text) => (text.includes('.') ? dotted(text) : []);

const group = /^[0-9a-f]{1,4}$/i;

/** Checks an IPv6 address (RFC 4291): eight groups, or fewer around one '::'; the last two may be an IPv4. */
const isIpv6 = (text: string): boolean => {
  const [address = ''] = text.split('%');
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const parts = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = parts.at(-1) ?? '';
  const mapped = last.includes('.');
  if (mapped && ipv4Recognizer(last).length !== 1) return false;
  if (!parts.slice(0, mapped ? -1 : undefined).every((part) => group.test(part))) return false;
  const count = parts.length + (mapped ? 1 : 0);
  if (halves.length === 1) return count === 8;
  // 'a::b' is a program identifier rather than an address.
  return count <= 7 && (/\d/.test(address) || count >= 3);
};

const grouped = patternRecognizer(
  /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,8}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{0,4})(?:%\w+)?(?![\w:])/dgi,
  'ip',
  (text) => text !== '::' && isIpv6(text),
);

/** Recognizes IPv6 in any form of RFC 5952. A time (10:15:07) has neither eight groups nor '::'. */
export const ipv6Recognizer: Recognizer = (text) => (text.includes(':') ? grouped(text) : []);

// Repetitions are bounded by the longest name (RFC 1035, 2.3.4), so that a line takes time in proportion to its length.
const mail = patternRecognizer(
  /(?<![\w.+-])[a-z0-9](?:[\w.+'-]{0,253}[\w+-])?@(?:[a-z0-9](?:[a-z0-9-]{0,253}[a-z0-9])?\.){1,127}[a-z]{2,24}(?![\w-])/dgi,
  'email',
);

/** Recognizes e-mail addresses with a domain of at least two labels. */
export const emailRecognizer: Recognizer = (text) => (text.includes('@') ? mail(text) : []);

/** Returns whether a word has a character that prose does not. */
const isName = (word: string): boolean => /[\d.@_/-]/.test(word);

/** Cluster contexts and users as clients print them: 'context prod-eu-1', 'cluster prod-eu-1', 'user kube-admin'. */
const contexts = patternRecognizer(
  /\b(?:context|cluster)[ =:]{1,40}"?(?<it>[\w.@/:-]{0,253}[\w])/dgi,
  'cluster',
  isName,
);
const accounts = patternRecognizer(/\buser "?(?<it>[a-z][\w.@-]{0,253}\w)(?=[",;)\s]|$)/dgi, 'user', (name) =>
  /[-_.@]/.test(name.slice(1, -1)),
);

export const clusterRecognizer: Recognizer = (text) =>
  /context|cluster|user/i.test(text) ? [...contexts(text), ...accounts(text)] : [];

/** Last labels that only host names have, besides two-letter country codes. */
const ends = new Set(
  [
    'com net org info biz edu gov mil int eu cloud dev app site tech online systems services network solutions zone xyz digital global bank finance software gmbh',
    'internal intranet intra private corp lan local localdomain home test example invalid arpa consul svc',
    'de at ch fr uk us ca nl be dk se no fi es it pt ie lu cz hu ro gr tr ru ua br mx ar cl au nz jp kr cn hk tw sg',
    'io co ai tv za il ae eg ng ke ee lv lt si sk hr rs bg',
  ].flatMap((line) => line.split(' ')),
);

/** First labels of reversed names: packages of a language, configuration keys. */
const reversed =
  /^(?:com|org|net|io|dev|de|fr|uk|eu|co|ch|at|nl|java|javax|jakarta|kotlin|scala|sun|jdk|spring|system|process|node|go|os|fs|golang)$/i;

/** Public names, which do not identify their user. */
const publicNames =
  /(?:^|\.)(?:kubernetes\.io|k8s\.io|docker\.io|docker\.com|quay\.io|ghcr\.io|gcr\.io|github\.com|prometheus\.io|cncf\.io|helm\.sh)$/i;

const isHostName = (name: string): boolean => {
  const labels = name.split('.');
  const last = labels.at(-1)?.toLowerCase() ?? '';
  if (!ends.has(last) || publicNames.test(name)) return false;
  return !reversed.test(labels[0] ?? '');
};

const label = '[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?';

/** Recognizes full host names by their last label. Files, metrics, classes and packages end differently. */
const fullNames: Recognizer = patternRecognizer(
  new RegExp(`(?<![\\w.@-])${label}(?:\\.${label})+(?![\\w-]|\\.\\w|\\()`, 'dgi'),
  'host',
  isHostName,
);

/**
 * Recognizes dotted names before a port, but not file lines: 'kafka-0.kafka:9092'. A single word ('billing-0:8081') may
 * be a pod.
 */
const beforePorts: Recognizer = patternRecognizer(
  new RegExp(
    `(?<![\\w.@/:=-])(?<it>${label}(?:\\.${label})+):(?:[1-9]\\d{2,4}|22|25|53|80)(?![\\w:.-])`,
    'dgi',
  ),
  'host',
  (name) => /[a-z]/i.test(name) && !isFile(name) && !publicNames.test(name),
);

/** Recognizes the registry of an image: 'registry.acme.cafe/billing:1.4.2'. */
const registries: Recognizer = patternRecognizer(
  new RegExp(`(?<![\\w.@/:=-])(?<it>${label}(?:\\.${label})+)(?::\\d+)?/[a-z0-9._/-]+[:@][\\w.:-]+`, 'dgi'),
  'host',
  (name) => /[a-z]/i.test(name) && !isFile(name) && !publicNames.test(name),
);

const isFile = (name: string): boolean =>
  /\.(?:ya?ml|json|ts|tsx|js|java|kt|go|rs|py|sh|sql|log|md|txt|xml|properties|conf|cfg|toml|csv|html?)$/i.test(
    name,
  );

/** The host of a URL, also if it is a single word. */
const inUrl =
  /\b[a-z][a-z0-9+.-]{0,30}:\/\/(?:(?<user>[^\s/?#"'@]*)@)?(?<it>\[[0-9a-f:.%\w]+\]|[^\s/?#"':@,;<>()[\]{}|]+)/dgi;

/** Pod of a deployment, with template hash and five-letter suffix: unmasked, as in Pods. */
const podName = /^[a-z0-9-]+-[0-9a-f]{6,10}-[a-z0-9]{5}$/;

/**
 * Returns the spans of one URL: the user info is a secret, the rest a host. Numeric hosts are left to their own
 * recognizers.
 */
const inOneUrl = ({ indices, groups }: RegExpExecArray): readonly SensitiveSpan[] => {
  const { user = '', it: name = '' } = groups ?? {};
  const before = indices?.groups?.user;
  const host = indices?.groups?.it;
  const isHost = !podName.test(name) && !/^\[|^[\d.]+$|^\$|[…$]$/.test(name) && !publicNames.test(name);
  return [
    ...(before === undefined || user === '' || user === '…masked'
      ? []
      : [{ from: before[0], to: before[1], is: 'secret' as const }]),
    ...(host === undefined || !isHost ? [] : [{ from: host[0], to: host[1], is: 'host' as const }]),
  ];
};

/** Recognizes the hosts and user info of URLs. */
export const urlRecognizer: Recognizer = (text) =>
  text.includes('://') ? [...text.matchAll(inUrl)].flatMap(inOneUrl) : [];

/** Recognizes host names that clouds derive from an address: 'ip-10-0-0-7'. */
const fromAddress: Recognizer = patternRecognizer(/(?<![\w-])ip(?:-\d{1,3}){4}(?![\w-])/dgi, 'host');

/** Recognizes host names, by their last label or by the port after them. */
export const hostRecognizer: Recognizer = (text) => [
  ...(text.includes('.') ? [...fullNames(text), ...beforePorts(text), ...registries(text)] : []),
  ...(text.includes('ip-') ? fromAddress(text) : []),
];
