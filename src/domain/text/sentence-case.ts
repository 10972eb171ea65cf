/** Names that stand in small letters also where they begin a sentence. */
const names: ReadonlySet<string> = new Set([
  'opsdeck',
  'docker',
  'kubectl',
  'mongosh',
  'psql',
  'redis-cli',
  'systemctl',
  'npm',
]);

/** A text as a sentence of its own: its first word with a capital letter, unless it is a name, a key or code. */
export const sentenceCase = (text: string): string => {
  const [first = ''] = /^[a-z]+(?=[\s,:?]|$)/.exec(text) ?? [];
  return first === '' || names.has(first) || /^[a-z]+:\S/.test(text)
    ? text
    : `${first.charAt(0).toUpperCase()}${text.slice(1)}`;
};
