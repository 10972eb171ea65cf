import { type CommandClass, knownClass, unknownClass } from './command-class.ts';
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

/** Signals that programs take as an order: reload, reopen files, print threads. 0 only asks whether a process is there. */
export const killClass = (words: readonly string[]): CommandClass => {
  const [first = '', second = ''] = words;
  if (words.some(isExpansion) && /^\$/.test(first)) return knownClass('destructive');
  if (first === '-l' || first === '-0') return knownClass('read');
  const signal = (first === '-s' ? second : first.replace(/^-/, '')).replace(/^SIG/, '');
  return knownClass(
    /^-/.test(first) && /^(?:HUP|1|USR1|10|USR2|12|QUIT|3|WINCH|CONT|18)$/.test(signal)
      ? 'disruptive'
      : 'destructive',
  );
};

/** `nc -z` only opens a connection and closes it again. */
export const ncClass = (words: readonly string[]): CommandClass => {
  const parsed = parseOptions(words, { flags: 'zvnu46', valued: 'w' });
  return parsed?.options.some(({ name }) => name === '-z') ? knownClass('read') : knownClass('destructive');
};

/** `crontab -l` reads, `-r` deletes the table, `-e` or a file replaces it. */
export const crontabClass = (words: readonly string[]): CommandClass => {
  const parsed = parseOptions(words, { flags: 'lrei', valued: 'u' });
  const names = parsed?.options.map(({ name }) => name) ?? [];
  if (parsed === undefined || names.includes('-r')) return knownClass('destructive');
  return knownClass(names.includes('-l') && parsed.operands.length === 0 ? 'read' : 'disruptive');
};

/** `nginx -t` checks the configuration; `-s reload` applies it; other options name a configuration that may do anything. */
export const nginxClass = (words: readonly string[]): CommandClass => {
  if (words.length > 0 && words.every((word) => /^-[tTqvV]+$/.test(word))) return knownClass('read');
  const isSignal =
    words.length === 2 && words[0] === '-s' && /^(?:reload|reopen|quit|stop)$/.test(words[1] ?? '');
  return knownClass(isSignal || words.length === 0 ? 'disruptive' : 'destructive');
};
