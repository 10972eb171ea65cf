import type { Danger } from '../domain/runbooks/operation.ts';
import { type CommandClass, knownClass, own, unknownClass, worst } from './command-class.ts';
import { verbs } from './danger-rules.ts';
import { isExpansion, parseOptions } from './options.ts';

/** `sysctl -a` reads; `-w`, `-p` and NAME=VALUE set. */
export const sysctlClass = (words: readonly string[]): CommandClass => {
  if (words.some(isExpansion)) return unknownClass;
  const isRead = words.every(
    (word) => /^(?:-[anNqe]+|--all|--names|--values|[\w./-]+)$/.test(word) && !/^-.*[wp]/.test(word),
  );
  return knownClass(isRead ? 'read' : 'disruptive');
};

/** Lists of rules read; one more rule comes back with `-D`; everything else may lock the host out. */
export const firewallClass = (words: readonly string[]): CommandClass => {
  if (words.some(isExpansion)) return unknownClass;
  const parsed = parseOptions(words, {
    flags: 'nvxLS',
    valued: 't',
    long: '--line-numbers --list --list-rules --numeric --verbose',
    longValued: '--table',
  });
  return parsed?.options.some(({ name }) => /^-(?:L|S|-list(?:-rules)?)$/.test(name))
    ? knownClass('read')
    : knownClass('destructive');
};

/** `ip [-OPTIONS] OBJECT [show|list|get …]` reads; everything else may cut the host off. */
export const ipClass = (words: readonly string[]): CommandClass => {
  const rest = words.filter(
    (word) => !/^-(?:[46sdohrtcj]+|br(?:ief)?|stat\w*|detail\w*|json|pretty|color)$/.test(word),
  );
  const [object = '', verb = 'show'] = rest;
  if (rest.some((word) => word.startsWith('-') || isExpansion(word)) || !/^[a-z6]+$/.test(object))
    return knownClass('destructive');
  if (/^(?:show|list|ls|lst|sh|get)$/.test(verb) && !/^(?:netns|vrf)$/.test(object))
    return knownClass('read');
  return knownClass('destructive');
};

/**
 * Signals that servers take as an order: reload, reopen files. 0 only asks whether a process is there. A negative number stands
 * for a group of processes, or for all.
 */
export const killClass = (words: readonly string[]): CommandClass => {
  const [first = '', second = '', ...others] = words;
  const isLong = first === '-s';
  const targets = isLong ? others : [second, ...others];
  if (first === '-l') return knownClass('read');
  if (!/^-/.test(first) || targets.some((target) => target.startsWith('-'))) return knownClass('destructive');
  const signal = (isLong ? second : first.slice(1)).replace(/^SIG/, '');
  if (signal === '0') return knownClass('read');
  return knownClass(/^(?:HUP|1|USR1|10|USR2|12|WINCH|CONT|18)$/.test(signal) ? 'disruptive' : 'destructive');
};

/** `nc -z` only opens a connection and closes it again. */
export const ncClass = (words: readonly string[]): CommandClass => {
  if (words.some(isExpansion)) return unknownClass;
  const parsed = parseOptions(words, { flags: 'zvnu46', valued: 'w' });
  return parsed?.options.some(({ name }) => name === '-z') ? knownClass('read') : knownClass('destructive');
};

/** `crontab -l` reads, `-e` edits the table; `-r` deletes the table, and a file replaces the whole. */
export const crontabClass = (words: readonly string[]): CommandClass => {
  const parsed = parseOptions(words, { flags: 'le', valued: 'u' });
  const [option, second] = parsed?.options.filter(({ name }) => name !== '-u') ?? [];
  const isAlone = option !== undefined && second === undefined && parsed?.operands.length === 0;
  if (!isAlone || words.some(isExpansion)) return knownClass('destructive');
  return knownClass(option.name === '-l' ? 'read' : 'disruptive');
};

/** A capture on the screen reads; `-w` writes a file. `-z` starts a program, and is not known here. */
export const tcpdumpClass = (words: readonly string[]): CommandClass => {
  const parsed = parseOptions(words, { flags: 'nvXxASeqtlpDNOUHL', valued: 'icsyTBwWCGr' });
  if (parsed === undefined || words.some(isExpansion)) return unknownClass;
  return knownClass(parsed.options.some(({ name }) => name === '-w') ? 'disruptive' : 'read');
};

/** Queries of rpm and dpkg; everything else installs or removes. */
export const packageQueryClass = (words: readonly string[], name: string): CommandClass => {
  const [first = '', ...others] = words;
  const query =
    name === 'rpm' ? /^-(?:q[ailfcdR]*|V)$/ : /^(?:-[lLsS]|--list|--status|--listfiles|--search)$/;
  const isQuery = query.test(first) && others.every((word) => !word.startsWith('-') && !isExpansion(word));
  return knownClass(isQuery ? 'read' : 'destructive');
};

const mysqladminVerbs: Readonly<Record<string, Danger>> = {
  ...verbs('read', 'status, extended-status, processlist, ping, version, variables'),
  ...verbs(
    'disruptive',
    'flush-hosts, flush-logs, flush-tables, refresh, reload, start-slave, stop-slave, start-replica, stop-replica',
  ),
};

/** mysqladmin carries out every command of its line: `mysqladmin status shutdown`. */
export const mysqladminClass = (words: readonly string[]): CommandClass => {
  const parsed = parseOptions(words, {
    flags: 'pvsEr',
    valued: 'uhPSic',
    long: '--verbose --silent --vertical --relative',
    longValued: '--user --host --port --password --socket --sleep --count',
  });
  if (parsed === undefined || parsed.operands.length === 0 || words.some(isExpansion)) return unknownClass;
  return worst(
    parsed.operands.map((verb) => {
      const danger = own(mysqladminVerbs, verb);
      return danger === undefined ? unknownClass : knownClass(danger);
    }),
  );
};

/** `nginx -t` checks the configuration; `-s reload` applies it; other options name a configuration that may do anything. */
export const nginxClass = (words: readonly string[]): CommandClass => {
  if (words.length > 0 && words.every((word) => /^-[tTqvV]+$/.test(word))) return knownClass('read');
  const isSignal =
    words.length === 2 && words[0] === '-s' && /^(?:reload|reopen|quit|stop)$/.test(words[1] ?? '');
  return knownClass(isSignal || words.length === 0 ? 'disruptive' : 'destructive');
};
