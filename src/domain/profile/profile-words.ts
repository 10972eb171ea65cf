import { type MaskWords, splitAddress } from '../mask/mask-words.ts';
import type { SensitiveKind } from '../mask/recognizers.ts';
import type { Profile, ViaSpec } from './profile.ts';

type Learn = (text: string, is: SensitiveKind) => void;

/** Keys of a source entry whose values are addresses, or names of the kind in the key. */
const addressKeys = /^(?:ssh|hosts?|brokers?|tcp|servers?|bootstrap|address(?:es)?|endpoints?)$/i;
const clusterKeys = /^(?:context|cluster)$/i;
const userKeys = /^(?:user|username)$/i;

const learnAddress = (text: string, learn: Learn): void => {
  const { user, host } = splitAddress(text);
  if (user !== undefined) learn(user, 'user');
  if (host !== undefined) learn(host, 'host');
};

const learnUrl = (text: string, learn: Learn): void => {
  const [, user, hosts = ''] =
    /^[a-z][a-z0-9+.-]*:\/\/(?:([^\s/@:]*)(?::[^\s/@]*)?@)?([^\s/?#]+)/i.exec(text) ?? [];
  if (user !== undefined && user !== '') learn(user, 'user');
  // A database URL may contain several hosts.
  for (const host of hosts.split(',')) learnAddress(host, learn);
};

const learnConfig = (key: string, value: unknown, learn: Learn): void => {
  if (Array.isArray(value)) for (const element of value) learnConfig(key, element, learn);
  else if (typeof value === 'object' && value !== null)
    for (const [name, element] of Object.entries(value)) learnConfig(name, element, learn);
  else if (typeof value !== 'string') return;
  else if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) learnUrl(value, learn);
  else if (addressKeys.test(key)) learnAddress(value, learn);
  else if (clusterKeys.test(key)) learn(value, 'cluster');
  else if (userKeys.test(key)) learn(value, 'user');
};

const learnVia = (via: ViaSpec | undefined, learn: Learn): void => {
  if (via === undefined || !('ssh' in via)) return;
  learnAddress(via.ssh, learn);
  if (via.host !== undefined) learn(via.host, 'host');
};

const servicesIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(servicesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, element]) =>
    key === 'service' && typeof element === 'string' ? [element] : servicesIn(element),
  );
};

const requiresApproval = ({ guard, runbooks }: Profile): boolean =>
  guard.approval !== undefined || runbooks.some(({ approval }) => approval === true);

const approverAccounts = ({ authority = [], guard }: Profile): readonly string[] => [
  ...authority.flatMap(({ who }) => who.filter((account) => account !== '*')),
  ...Object.keys(guard.approval?.users ?? {}),
];

/** Returns the hosts, clusters, users and people in a profile, and its words that stay unmasked. */
export const maskWordsOf = (profile: Profile): MaskWords => {
  const names: { readonly text: string; readonly is: SensitiveKind }[] = [];
  const learn: Learn = (text, is) => names.push({ text, is });
  for (const { config, via } of profile.sources) {
    learnConfig('', config, learn);
    learnVia(via, learn);
  }
  for (const { url } of profile.links) if (url !== undefined) learnUrl(url, learn);
  // A single word ('support') occurs in too many sentences to be treated as a person.
  for (const { name, reach } of profile.contacts)
    for (const text of [name, reach]) if (/\S\s\S|^[#@+]/.test(text)) learn(text, 'name');
  // The preview of a run lists who may approve it.
  if (requiresApproval(profile)) for (const account of approverAccounts(profile)) learn(account, 'user');
  const { names: listed = [], allow: allowed = [] } = profile.share ?? {};
  for (const text of listed) learn(text, 'name');
  return {
    names,
    stays: [
      profile.system,
      profile.env,
      ...profile.across,
      ...profile.sources.flatMap(({ id, type, config }) => [id, type, ...servicesIn(config)]),
    ],
    listed,
    allowed,
  };
};
