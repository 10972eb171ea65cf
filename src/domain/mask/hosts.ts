import { byPattern, type Found, type Recogniser } from './found.ts';

/** Ends that only names of hosts have, besides two letters of a country. */
const ends = new Set(
  [
    'com net org info biz edu gov mil int eu cloud dev app site tech online systems services network solutions zone xyz digital global bank finance software gmbh',
    'internal intranet intra private corp lan local localdomain home test example invalid arpa consul svc',
    'de at ch fr uk us ca nl be dk se no fi es it pt ie lu cz hu ro gr tr ru ua br mx ar cl au nz jp kr cn hk tw sg',
    'io co ai tv za il ae eg ng ke ee lv lt si sk hr rs bg',
  ].flatMap((line) => line.split(' ')),
);

/** Beginnings of names that are read from the other end: packages of a language, keys of a configuration. */
const reversed =
  /^(?:com|org|net|io|dev|de|fr|uk|eu|co|ch|at|nl|java|javax|jakarta|kotlin|scala|sun|jdk|spring|system|process|node|go|os|fs|golang)$/i;

/** Names that belong to everybody, and tell nothing about who uses them. */
const everybodys =
  /(?:^|\.)(?:kubernetes\.io|k8s\.io|docker\.io|docker\.com|quay\.io|ghcr\.io|gcr\.io|github\.com|prometheus\.io|cncf\.io|helm\.sh)$/i;

const isHostName = (name: string): boolean => {
  const labels = name.split('.');
  const last = labels.at(-1)?.toLowerCase() ?? '';
  if (!ends.has(last) || everybodys.test(name)) return false;
  return !reversed.test(labels[0] ?? '');
};

const label = '[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?';

/** Names of hosts in full, wherever they stand: by their last label. Files, metrics, classes and packages end otherwise. */
const fullNames: Recogniser = byPattern(
  new RegExp(`(?<![\\w.@-])${label}(?:\\.${label})+(?![\\w-]|\\.\\w|\\()`, 'dgi'),
  'host',
  isHostName,
);

/** 'kafka-0.kafka:9092': dotted, before a port that is no line of a file. A word alone ('billing-0:8081') may be a pod. */
const beforePorts: Recogniser = byPattern(
  new RegExp(
    `(?<![\\w.@/:=-])(?<it>${label}(?:\\.${label})+):(?:[1-9]\\d{2,4}|22|25|53|80)(?![\\w:.-])`,
    'dgi',
  ),
  'host',
  (name) => /[a-z]/i.test(name) && !isFile(name) && !everybodys.test(name),
);

/** 'registry.acme.cafe/billing:1.4.2': where an image comes from. */
const registries: Recogniser = byPattern(
  new RegExp(`(?<![\\w.@/:=-])(?<it>${label}(?:\\.${label})+)(?::\\d+)?/[a-z0-9._/-]+[:@][\\w.:-]+`, 'dgi'),
  'host',
  (name) => /[a-z]/i.test(name) && !isFile(name) && !everybodys.test(name),
);

const isFile = (name: string): boolean =>
  /\.(?:ya?ml|json|ts|tsx|js|java|kt|go|rs|py|sh|sql|log|md|txt|xml|properties|conf|cfg|toml|csv|html?)$/i.test(
    name,
  );

/** The host of any address with a scheme, also one of a single word. */
const inUrl =
  /\b[a-z][a-z0-9+.-]*:\/\/(?:(?<user>[^\s/?#"'@]*)@)?(?<it>\[[0-9a-f:.%\w]+\]|[^\s/?#"':@,;<>()[\]{}|]+)/dgi;

/** A pod of a deployment, with its hash and its own five letters: it stays, as it stays in PODS. */
const podName = /^[a-z0-9-]+-[0-9a-f]{6,10}-[a-z0-9]{5}$/;

/** What stands before the @ of an address is a secret; what stands behind it is a host. Numbers are left to their own form. */
const inOneUrl = ({ indices, groups }: RegExpExecArray): readonly Found[] => {
  const { user = '', it: name = '' } = groups ?? {};
  const [before, host] = [indices?.groups?.user, indices?.groups?.it];
  const isHost = !podName.test(name) && !/^\[|^[\d.]+$|^\$|[…$]$/.test(name) && !everybodys.test(name);
  return [
    ...(before === undefined || user === '' || user === '…masked'
      ? []
      : [{ from: before[0], to: before[1], is: 'secret' as const }]),
    ...(host === undefined || !isHost ? [] : [{ from: host[0], to: host[1], is: 'host' as const }]),
  ];
};

/** Hosts of addresses with a scheme, and who logs in there. */
export const urls: Recogniser = (text) =>
  text.includes('://') ? [...text.matchAll(inUrl)].flatMap(inOneUrl) : [];

/** Names that a cloud makes of an address: 'ip-10-0-0-7'. */
const fromAddress: Recogniser = byPattern(/(?<![\w-])ip(?:-\d{1,3}){4}(?![\w-])/dgi, 'host');

/** Names of hosts, by their last label or by the port behind them. */
export const hosts: Recogniser = (text) => [
  ...(text.includes('.') ? [...fullNames(text), ...beforePorts(text), ...registries(text)] : []),
  ...(text.includes('ip-') ? fromAddress(text) : []),
];
